package egovtest

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"time"
)

// Authority is a certification authority with one signer (官職証明書) under it.
type Authority struct {
	Root   *x509.Certificate
	Signer *x509.Certificate
	key    *rsa.PrivateKey
	root   *rsa.PrivateKey
}

// NewAuthority makes one; the same seed makes the same keys and certificates. They are valid from 2020 through 2049,
// the signer from 2025 through 2029.
func NewAuthority(seed uint64) *Authority {
	r := rand.NewChaCha8([32]byte{0: 1, 8: byte(seed), 9: byte(seed >> 8), 10: byte(seed >> 16), 11: byte(seed >> 24)})
	rootKey, key := newKey(r), newKey(r)
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: subject("ExampleRootCA"), IsCA: true, BasicConstraintsValid: true,
		NotBefore: day(2020), NotAfter: day(2050), KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	root = certify(root, root, &rootKey.PublicKey, rootKey)
	signer := &x509.Certificate{
		SerialNumber: big.NewInt(int64(seed%1e6) + 2), Subject: subject("ExampleOfficial"),
		NotBefore: day(2025), NotAfter: day(2030), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	return &Authority{Root: root, Signer: certify(signer, root, &key.PublicKey, rootKey), key: key, root: rootKey}
}

// Pool holds the root alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.Root)
	return pool
}

func day(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }

func subject(name string) pkix.Name {
	return pkix.Name{Country: []string{"JP"}, Organization: []string{"Example Government"}, CommonName: name}
}

func certify(template, parent *x509.Certificate, public *rsa.PublicKey, by *rsa.PrivateKey) *x509.Certificate {
	der, err := x509.CreateCertificate(nil, template, parent, public, by) // the serial number is set, PKCS #1 v1.5 is deterministic
	must(err)
	cert, err := x509.ParseCertificate(der)
	must(err)
	return cert
}

// newKey makes an RSA key of 2048 bits from r. crypto/rsa does not let a reader decide the key, for good reason; tests
// want the same bytes each time.
func newKey(r *rand.ChaCha8) *rsa.PrivateKey {
	e := big.NewInt(65537)
	for {
		p, q := newPrime(r), newPrime(r)
		one := big.NewInt(1)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		n := new(big.Int).Mul(p, q)
		if d == nil || n.BitLen() != 2048 {
			continue
		}
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: 65537}, D: d, Primes: []*big.Int{p, q}}
		key.Precompute()
		if key.Validate() == nil {
			return key
		}
	}
}

func newPrime(r *rand.ChaCha8) *big.Int {
	b := make([]byte, 128)
	for {
		_, err := r.Read(b)
		must(err)
		b[0], b[127] = b[0]|0xc0, b[127]|1
		if p := new(big.Int).SetBytes(b); p.ProbablyPrime(20) {
			return p
		}
	}
}

// Part is a file that a signature covers besides the cover's body.
type Part struct {
	URI  string // as the Reference writes it
	Data []byte
}

// SignOptions change how a signature is made; the zero value is the profile.
type SignOptions struct {
	Comments  bool   // canonicalisation with comments
	Hash      string // digest and signature algorithm: "sha256", or "sha1" for the outdated ones
	NoCert    bool   // KeyInfo without certificates
	ByRoot    bool   // the authority's own key signs, with the root for a certificate
	WithRoot  bool   // the root beside the signer's certificate
	Styles    bool   // the stylesheets are signed too, which the offices do not do
	Transform string // of the body's Reference; empty: enveloped-signature, "-": none
}

const (
	c14n       = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	dsig       = "http://www.w3.org/2000/09/xmldsig#"
	enveloped  = dsig + "enveloped-signature"
	sha256Name = "http://www.w3.org/2001/04/xmlenc#sha256"
	rsa256Name = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
)

// Signature returns the Signature element for body, which must be the canonical form of the element with the ID
// DOCBODY, and for parts.
func (a *Authority) Signature(body string, parts []Part, o SignOptions) string {
	hash, digestName, signName := crypto.SHA256, sha256Name, rsa256Name
	if o.Hash == "sha1" {
		hash, digestName, signName = crypto.SHA1, dsig+"sha1", dsig+"rsa-sha1"
	}
	digest := func(b []byte) string {
		h := hash.New()
		h.Write(b)
		return base64.StdEncoding.EncodeToString(h.Sum(nil))
	}
	var refs strings.Builder
	refs.WriteString(reference("#DOCBODY", o.transforms(), digestName, digest([]byte(body))))
	for _, p := range parts {
		refs.WriteString(reference(p.URI, "", digestName, digest(p.Data)))
	}
	return a.sign(refs.String(), hash, signName, o)
}

// SignatureOver signs parts and not the body.
func (a *Authority) SignatureOver(parts ...Part) string {
	var refs strings.Builder
	for _, p := range parts {
		sum := sha256.Sum256(p.Data)
		refs.WriteString(reference(p.URI, "", sha256Name, base64.StdEncoding.EncodeToString(sum[:])))
	}
	return a.sign(refs.String(), crypto.SHA256, rsa256Name, SignOptions{})
}

func (a *Authority) sign(refs string, hash crypto.Hash, signName string, o SignOptions) string {
	method := c14n
	if o.Comments {
		method += "#WithComments"
	}
	inner := fmt.Sprintf(`<CanonicalizationMethod Algorithm="%s"></CanonicalizationMethod><SignatureMethod Algorithm="%s"></SignatureMethod>%s</SignedInfo>`,
		method, signName, refs)
	h := hash.New()
	h.Write([]byte(`<SignedInfo xmlns="` + dsig + `">` + inner))
	key := a.key
	if o.ByRoot {
		key = a.root
	}
	value, err := rsa.SignPKCS1v15(nil, key, hash, h.Sum(nil))
	must(err)
	return `<Signature xmlns="` + dsig + `"><SignedInfo>` + inner + `<SignatureValue>` + wrap(value) + `</SignatureValue>` + a.keyInfo(o) + `</Signature>`
}

func (o SignOptions) transforms() string {
	switch o.Transform {
	case "-":
		return ""
	case "":
		return enveloped
	}
	return o.Transform
}

func reference(uri, transform, digestName, digest string) string {
	if transform != "" {
		transform = `<Transforms><Transform Algorithm="` + transform + `"></Transform></Transforms>`
	}
	return fmt.Sprintf(`<Reference URI="%s">%s<DigestMethod Algorithm="%s"></DigestMethod><DigestValue>%s</DigestValue></Reference>`,
		escapeAttribute(uri), transform, digestName, digest)
}

func (a *Authority) keyInfo(o SignOptions) string {
	if o.NoCert {
		return ""
	}
	cert := a.Signer
	if o.ByRoot {
		cert = a.Root
	}
	s := `<KeyInfo><X509Data><X509Certificate>` + wrap(cert.Raw) + `</X509Certificate>`
	if o.WithRoot {
		s += `<X509Certificate>` + wrap(a.Root.Raw) + `</X509Certificate>`
	}
	return s + `</X509Data></KeyInfo>`
}

// wrap is base64 in lines of 76, as the official signer writes it.
func wrap(b []byte) string {
	s := base64.StdEncoding.EncodeToString(b)
	var out bytes.Buffer
	for len(s) > 76 {
		out.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	out.WriteString(s)
	return out.String()
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;").Replace(s)
}

func escapeAttribute(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;").Replace(s)
}
