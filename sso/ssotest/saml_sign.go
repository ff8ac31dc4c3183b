package ssotest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // to be refused
	"crypto/sha256"
	_ "crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// SAMLSigner says how an element is signed. The zero value of a field is the right one; the others are ways to get it
// wrong.
type SAMLSigner struct {
	Key        SAMLKey
	Method     string // signature algorithm; default by the key, with SHA-256
	Digest     string
	Hash       crypto.Hash // of both; default SHA-256
	Canonical  string      // of the SignedInfo
	Transforms []string    // default enveloped-signature, exclusive canonicalisation
	Prefixes   string      // InclusiveNamespaces of the reference
	URI        *string     // default "#" + ID
	Twice      bool        // two references
	NoKeyInfo  bool
	KeyInfoXML string
	MAC        []byte // HMAC with this key instead of a signature
	PSS        bool   // RSA-PSS
	DER        bool   // an ECDSA value as Go writes it rather than as XML Signature has it
}

const (
	exclusiveC14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
	enveloped     = xmlSignature + "enveloped-signature"
	moreAlgorithm = "http://www.w3.org/2001/04/xmldsig-more#"
)

// Sign puts a Signature into el, after its Issuer or first. The canonical forms are goxmldsig's.
func (s SAMLSigner) Sign(t testing.TB, el *etree.Element) {
	t.Helper()
	s = s.withDefaults()
	body := canonicalForm(t, el, s.Prefixes)
	reference := s.reference(el.SelectAttrValue("ID", ""), digest(s.Hash, body))
	if s.Twice {
		reference += reference
	}
	info := `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="` + s.Canonical + `"/><ds:SignatureMethod Algorithm="` + s.Method + `"/>` + reference + `</ds:SignedInfo>`
	sig := element(t, `<ds:Signature xmlns:ds="`+xmlSignature+`">`+info+`<ds:SignatureValue></ds:SignatureValue>`+s.keyInfo()+`</ds:Signature>`)
	signed := element(t, strings.Replace(info, "<ds:SignedInfo>", `<ds:SignedInfo xmlns:ds="`+xmlSignature+`">`, 1))
	value := s.value(t, canonicalForm(t, signed, ""))
	sig.FindElement("./SignatureValue").SetText(base64.StdEncoding.EncodeToString(value))
	at := 0
	if issuer := el.SelectElement("Issuer"); issuer != nil {
		at = issuer.Index() + 1
	}
	el.InsertChildAt(at, sig)
}

func (s SAMLSigner) withDefaults() SAMLSigner {
	if s.Hash == 0 {
		s.Hash = crypto.SHA256
	}
	if s.Digest == "" {
		s.Digest = xmlEncryption + "sha256"
	}
	if s.Method == "" {
		s.Method = moreAlgorithm + "rsa-sha256"
		if _, ec := s.Key.Signer.Public().(*ecdsa.PublicKey); ec {
			s.Method = moreAlgorithm + "ecdsa-sha256"
		}
	}
	if s.Canonical == "" {
		s.Canonical = exclusiveC14N
	}
	if s.Transforms == nil {
		s.Transforms = []string{enveloped, exclusiveC14N}
	}
	return s
}

func (s SAMLSigner) reference(id string, sum []byte) string {
	uri := ` URI="#` + id + `"`
	if s.URI != nil {
		if uri = ` URI="` + *s.URI + `"`; *s.URI == "absent" {
			uri = ""
		}
	}
	transforms := ""
	for _, a := range s.Transforms {
		inside := ""
		if s.Prefixes != "" && a == exclusiveC14N {
			inside = `<ec:InclusiveNamespaces xmlns:ec="` + exclusiveC14N + `" PrefixList="` + s.Prefixes + `"/>`
		}
		transforms += `<ds:Transform Algorithm="` + a + `">` + inside + `</ds:Transform>`
	}
	return `<ds:Reference` + uri + `><ds:Transforms>` + transforms + `</ds:Transforms><ds:DigestMethod Algorithm="` + s.Digest +
		`"/><ds:DigestValue>` + base64.StdEncoding.EncodeToString(sum) + `</ds:DigestValue></ds:Reference>`
}

func (s SAMLSigner) keyInfo() string {
	switch {
	case s.NoKeyInfo:
		return ""
	case s.KeyInfoXML != "":
		return s.KeyInfoXML
	}
	return `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + s.Key.base64() + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
}

func (s SAMLSigner) value(t testing.TB, data []byte) []byte {
	t.Helper()
	if s.MAC != nil {
		mac := hmac.New(sha256.New, s.MAC)
		mac.Write(data)
		return mac.Sum(nil)
	}
	var o crypto.SignerOpts = s.Hash
	if s.PSS {
		o = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: s.Hash}
	}
	raw, err := s.Key.Signer.Sign(rand.Reader, digest(s.Hash, data), o)
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	if _, ec := s.Key.Signer.Public().(*ecdsa.PublicKey); !ec || s.DER {
		return raw
	}
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(raw, &rs); err != nil {
		t.Fatalf("read the signature: %v", err)
	}
	out := make([]byte, 64)
	rs.R.FillBytes(out[:32])
	rs.S.FillBytes(out[32:])
	return out
}

func digest(h crypto.Hash, data []byte) []byte {
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

// canonicalForm is goxmldsig's, of a copy of el.
func canonicalForm(t testing.TB, el *etree.Element, prefixes string) []byte {
	t.Helper()
	out, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes).Canonicalize(el.Copy())
	if err != nil {
		t.Fatalf("canonicalise: %v", err)
	}
	return out
}

func element(t testing.TB, xml string) *etree.Element {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(xml); err != nil {
		t.Fatalf("read %.200q: %v", xml, err)
	}
	return doc.Root()
}

func serialise(t testing.TB, el *etree.Element) []byte {
	t.Helper()
	doc := etree.NewDocument()
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true} // or carriage returns are lost
	doc.SetRoot(el.Copy())
	data, err := doc.WriteToBytes()
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	return data
}
