package egov

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloudpocket/portal/egov/tree"
)

// XML signature names (XML-Signature Syntax and Processing 1.1, 6.1).
const (
	dsigSpace         = "http://www.w3.org/2000/09/xmldsig#"
	algorithmC14N     = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	algorithmComments = algorithmC14N + "#WithComments"
	algorithmRSA256   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	algorithmSHA256   = "http://www.w3.org/2001/04/xmlenc#sha256"
	algorithmEnvelope = dsigSpace + "enveloped-signature"

	bodyID          = "DOCBODY"
	maxReferences   = 1000
	maxCertificates = 16
	maxScope        = 64 // namespaces in scope of one element; the profile needs one
	minKeyBits      = 2048
	maxKeyBits      = 8192
)

// Verify checks the signature of the package's cover over the package's own files, in the very trees that [File.Cover]
// and [File.Notice] read. It goes by the profile of 公文書 and nothing wider: one Signature below the root, over the one
// element with the ID DOCBODY and over attachments, with RSA and SHA-256 and inclusive canonicalisation. roots are the
// certification authorities that are believed (nil: none), now is the time to check the certificates for: that of
// receipt. A package without a cover is Unsigned. An error is ctx's, and means that nothing was decided.
func (p *Package) Verify(ctx context.Context, roots *x509.CertPool, now time.Time) (Verdict, error) {
	cover := p.Cover()
	if cover == nil {
		return Verdict{Status: Unsigned, At: now.UTC()}, nil
	}
	c := &check{doc: cover.doc, find: func(uri string) (attachment, bool) {
		f, _ := p.find(cover, uri)
		if f == nil {
			return attachment{}, false
		}
		return attachment{f.Name, f.Data, f.doc}, true
	}}
	if err := c.run(ctx, roots, now); err != nil {
		return Verdict{}, err
	}
	if c.verdict.Looked {
		p.tellCovered(&c.verdict, cover)
	}
	return c.verdict, nil
}

// run fills the verdict.
func (c *check) run(ctx context.Context, roots *x509.CertPool, now time.Time) error {
	c.verdict.At = now.UTC()
	found, err := c.findSignature()
	if err == nil && !found {
		c.verdict.Status = Unsigned
		return nil
	}
	for _, step := range [...]func(context.Context) error{c.readShape, c.checkValue, c.checkReferences} {
		if err == nil {
			err = step(ctx)
		}
	}
	if err == nil {
		err = c.checkChain(roots, now)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("verify a signature: %w", ctx.Err())
	}
	c.verdict.Status = Verified
	var d *doubt
	if errors.As(err, &d) {
		c.verdict.Status, c.verdict.Doubt, c.verdict.Detail = d.key.Status(), d.key, d.detail
	}
	return nil
}

// doubt is an error with its key.
type doubt struct {
	key    Doubt
	detail string
}

func (d *doubt) Error() string { return string(d.key) + ": " + d.detail }

func doubtful(key Doubt, format string, args ...any) error {
	return &doubt{key, fmt.Sprintf(format, args...)}
}

// check is one verification.
type check struct {
	doc       *tree.Document
	find      func(uri string) (attachment, bool) // an attachment, by its URI as the signature has it or decoded
	verdict   Verdict
	signature node
	info      node
	comments  bool // SignedInfo is canonicalised with them
	value     []byte
	refs      []reference
	certs     []*x509.Certificate
	signer    *x509.Certificate
}

// reference is a Reference as it is written.
type reference struct {
	uri        string
	transforms []string
	digest     []byte
}

// attachment is a file that a Reference may name.
type attachment struct {
	name string // which two References may not share
	data []byte
	doc  *tree.Document // nil if it is no XML, or was not read as such
}

// findSignature looks for the signature: the one child of the root. Elements of a signature anywhere else are no
// signature to pass over but a sign that something was moved.
func (c *check) findSignature() (bool, error) {
	root := rootOf(c.doc)
	if err := narrow(c.doc); err != nil {
		return true, err
	}
	for _, n := range elements(root) {
		if space(n) == dsigSpace && localName(n) == "Signature" {
			if c.signature.there() {
				return true, doubtful(DoubtShape, "two signatures")
			}
			c.signature = n
		}
	}
	for n := root.at; n < c.doc.End(root.at); n = c.doc.Follow(n) {
		if c.signature.there() && n == c.signature.at {
			n = c.lastOf(n)
			continue
		}
		if c.doc.Kind(n) == tree.Element && c.doc.Name(n).Space == dsigSpace {
			return true, doubtful(DoubtShape, "%s in line %d, outside of the signature", c.doc.Name(n).Local, c.doc.Line(n))
		}
	}
	return c.signature.there(), nil
}

// narrow refuses what takes long to canonicalise: elements with many namespaces in scope.
func narrow(doc *tree.Document) error {
	root := doc.DocumentElement()
	for n := root; n < doc.End(root); n = doc.Follow(n) {
		if doc.Kind(n) == tree.Element && len(doc.Scope(n)) > maxScope {
			return doubtful(DoubtShape, "%d namespaces in line %d", len(doc.Scope(n)), doc.Line(n))
		}
	}
	return nil
}

// lastOf is the last node inside n that Follow visits, or n.
func (c *check) lastOf(n tree.Node) tree.Node {
	last := n
	for m := c.doc.Follow(n); m < c.doc.End(n); m = c.doc.Follow(m) {
		last = m
	}
	return last
}

// readShape reads the signature and refuses any part that the profile does not have.
func (c *check) readShape(context.Context) error {
	parts, err := children(c.signature, "SignedInfo", "SignatureValue", "KeyInfo?")
	if err != nil {
		return err
	}
	c.info = parts[0]
	if c.value, err = base64Of(parts[1]); err != nil {
		return err
	}
	info := elements(c.info)
	if len(info) < 3 || len(info) > 2+maxReferences {
		return doubtful(DoubtShape, "SignedInfo with %d parts", len(info))
	}
	if err := c.readMethods(info[0], info[1]); err != nil {
		return err
	}
	for _, n := range info[2:] {
		r, err := readReference(n)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(c.refs, func(o reference) bool { return o.uri == r.uri }) {
			return doubtful(DoubtShape, "%q is signed twice", r.uri)
		}
		c.refs = append(c.refs, r)
		c.verdict.References = append(c.verdict.References, Reference{URI: r.uri})
	}
	return c.readCertificates(parts[2])
}

func (c *check) readMethods(canonicalization, signature node) error {
	if !isDsig(canonicalization, "CanonicalizationMethod") || !isDsig(signature, "SignatureMethod") ||
		!leaf(canonicalization) || !leaf(signature) {
		return doubtful(DoubtShape, "the methods of SignedInfo")
	}
	switch a := attribute(canonicalization, "Algorithm"); a {
	case algorithmC14N:
	case algorithmComments:
		c.comments = true
	default:
		return doubtful(DoubtAlgorithm, "canonicalisation %q", a)
	}
	if a := attribute(signature, "Algorithm"); a != algorithmRSA256 {
		return doubtful(DoubtAlgorithm, "signature %q", a)
	}
	return nil
}

func readReference(n node) (reference, error) {
	var r reference
	if !isDsig(n, "Reference") {
		return r, doubtful(DoubtShape, "%s in SignedInfo", localName(n))
	}
	uri, ok := n.doc.Attr(n.at, "", "URI")
	if !ok {
		return r, doubtful(DoubtShape, "a Reference without URI")
	}
	if len(uri) > maxReference {
		return r, doubtful(DoubtShape, "a Reference to a URI of %d bytes", len(uri))
	}
	r.uri = uri
	parts := elements(n)
	if len(parts) > 0 && isDsig(parts[0], "Transforms") {
		for _, t := range elements(parts[0]) {
			if !isDsig(t, "Transform") || !leaf(t) {
				return r, doubtful(DoubtShape, "the transforms of %q", uri)
			}
			r.transforms = append(r.transforms, attribute(t, "Algorithm"))
		}
		parts = parts[1:]
	}
	if len(parts) != 2 || !isDsig(parts[0], "DigestMethod") || !isDsig(parts[1], "DigestValue") || !leaf(parts[0]) {
		return r, doubtful(DoubtShape, "the Reference to %q", uri)
	}
	if a := attribute(parts[0], "Algorithm"); a != algorithmSHA256 {
		return r, doubtful(DoubtAlgorithm, "digest %q", a)
	}
	var err error
	r.digest, err = base64Of(parts[1])
	return r, err
}

func (c *check) readCertificates(keyInfo node) error {
	for _, data := range elements(keyInfo) {
		for _, n := range elements(data) {
			if !isDsig(n, "X509Certificate") {
				continue
			}
			der, err := base64Of(n)
			if err != nil {
				return err
			}
			cert, err := x509.ParseCertificate(der)
			if err != nil {
				return doubtful(DoubtCertificate, "%v", err)
			}
			if key, ok := cert.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxKeyBits { // it would take long to use
				return doubtful(DoubtAlgorithm, "an RSA key of %d bits", key.N.BitLen())
			}
			c.certs = append(c.certs, cert)
		}
	}
	if len(c.certs) == 0 || len(c.certs) > maxCertificates {
		return doubtful(DoubtCertificate, "%d certificates", len(c.certs))
	}
	return nil
}

// checkValue verifies the signature over SignedInfo: nothing in it is believed before.
func (c *check) checkValue(context.Context) error {
	sum := canonicalSum(c.doc, c.info.at, c.comments)
	for _, cert := range c.certs {
		key, ok := cert.PublicKey.(*rsa.PublicKey)
		if ok && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], c.value) == nil {
			c.signer, c.verdict.Signer = cert, signerOf(cert)
			return maySign(cert, key)
		}
	}
	return doubtful(DoubtSignature, "none of %d certificates fits", len(c.certs))
}

func maySign(cert *x509.Certificate, key *rsa.PublicKey) error {
	const signing = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	switch {
	case key.N.BitLen() < minKeyBits:
		return doubtful(DoubtAlgorithm, "an RSA key of %d bits", key.N.BitLen())
	case cert.IsCA, cert.KeyUsage != 0 && cert.KeyUsage&signing == 0:
		return doubtful(DoubtCertificate, "the certificate may not sign documents")
	}
	return nil
}

// checkChain asks whether a configured root vouches for the signer.
func (c *check) checkChain(roots *x509.CertPool, now time.Time) error {
	if roots == nil { // x509 would take the system's
		roots = x509.NewCertPool()
	}
	between := x509.NewCertPool()
	for _, cert := range c.certs {
		between.AddCert(cert)
	}
	_, err := c.signer.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unknown):
		return doubtful(DoubtAuthority, "%v", err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return doubtful(DoubtExpired, "%v", err)
	}
	return doubtful(DoubtChain, "%v", err)
}

func isDsig(n node, name string) bool { return space(n) == dsigSpace && localName(n) == name }

// children returns n's child elements, which must be these in this order; one with a "?" may be missing.
func children(n node, names ...string) ([]node, error) {
	found := elements(n)
	list := make([]node, len(names))
	for i, name := range names {
		name, optional := strings.CutSuffix(name, "?")
		switch {
		case len(found) > 0 && isDsig(found[0], name):
			list[i], found = found[0], found[1:]
		case !optional:
			return nil, doubtful(DoubtShape, "%s has no %s where it belongs", localName(n), name)
		}
	}
	if len(found) > 0 {
		return nil, doubtful(DoubtShape, "%s in %s", localName(found[0]), localName(n))
	}
	return list, nil
}

// base64Of decodes n's text, which may be broken by white space.
func base64Of(n node) ([]byte, error) {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, text(n))
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || !leaf(n) || len(b) == 0 {
		return nil, doubtful(DoubtShape, "%s is no base64", localName(n))
	}
	return b, nil
}
