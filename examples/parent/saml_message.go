package parent

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	xrv "github.com/mattermost/xml-roundtrip-validator"
	dsig "github.com/russellhaering/goxmldsig"
)

// maxMessage bounds a SAML message, inflated, in bytes.
const maxMessage = 256 << 10

var errUnsigned = errors.New("the message is not signed")

// message is a SAML message as the browser brought it.
type message struct {
	kind  string // SAMLRequest or SAMLResponse
	post  bool
	raw   string // the query, as received
	xml   []byte
	relay string
}

// readMessage takes a SAML message out of r (SAML bindings 3.4 and 3.5).
func readMessage(r *http.Request, kind string) (message, error) {
	m := message{kind: kind, post: r.Method == http.MethodPost, raw: r.URL.RawQuery}
	text, relay := r.URL.Query().Get(kind), r.URL.Query().Get("RelayState")
	if m.post {
		text, relay = r.PostFormValue(kind), r.PostFormValue("RelayState")
	}
	m.relay = relay
	decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return m, fmt.Errorf("decoding the message: %w", err)
	}
	if m.xml = decoded; !m.post {
		if m.xml, err = inflate(decoded); err != nil {
			return m, err
		}
	}
	if len(m.xml) == 0 || len(m.xml) > maxMessage {
		return m, fmt.Errorf("the message has %d bytes", len(m.xml))
	}
	if err := xrv.Validate(bytes.NewReader(m.xml)); err != nil {
		return m, fmt.Errorf("the message is not plain XML: %w", err)
	}
	return m, nil
}

func inflate(deflated []byte) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(deflated)), maxMessage+1))
	if err != nil {
		return nil, fmt.Errorf("inflating the message: %w", err)
	}
	return text, nil
}

// verify checks the message's signature by any of certs and returns what was signed. A message without a signature is
// errUnsigned.
func (m message) verify(certs []*x509.Certificate, now time.Time) ([]byte, error) {
	if m.post {
		return m.verifyEnveloped(certs, now)
	}
	signed, algorithm, signature, err := m.detached()
	if err != nil {
		return nil, err
	}
	for _, cert := range certs {
		if err = cert.CheckSignature(algorithm, signed, signature); err == nil {
			return m.xml, nil
		}
	}
	return nil, fmt.Errorf("checking the query's signature with %d certificates: %w", len(certs), err)
}

// detached returns what a Redirect-binding signature covers: the parameters in the order of the standard, with the
// encoding of the sender (SAML bindings 3.4.4.1).
func (m message) detached() ([]byte, x509.SignatureAlgorithm, []byte, error) {
	found := map[string]string{}
	for _, pair := range strings.Split(m.raw, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if _, twice := found[name]; twice {
			return nil, 0, nil, fmt.Errorf("parameter %q is there twice", name)
		}
		found[name] = pair
	}
	if found["Signature"] == "" {
		return nil, 0, nil, errUnsigned
	}
	signed := found[m.kind]
	if pair, ok := found["RelayState"]; ok {
		signed += "&" + pair
	}
	signed += "&" + found["SigAlg"]
	q, err := url.ParseQuery(m.raw)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("reading the query: %w", err)
	}
	signature, err := base64.StdEncoding.DecodeString(q.Get("Signature"))
	if err != nil {
		return nil, 0, nil, fmt.Errorf("decoding the signature: %w", err)
	}
	algorithm, err := algorithmOf(q.Get("SigAlg"))
	return []byte(signed), algorithm, signature, err
}

func algorithmOf(uri string) (x509.SignatureAlgorithm, error) {
	switch uri {
	case dsig.RSASHA256SignatureMethod:
		return x509.SHA256WithRSA, nil
	case dsig.RSASHA512SignatureMethod:
		return x509.SHA512WithRSA, nil
	case dsig.ECDSASHA256SignatureMethod:
		return x509.ECDSAWithSHA256, nil
	}
	return 0, fmt.Errorf("signature algorithm %q is not accepted", uri)
}

func (m message) verifyEnveloped(certs []*x509.Certificate, now time.Time) ([]byte, error) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(m.xml); err != nil {
		return nil, fmt.Errorf("parsing the message: %w", err)
	}
	if doc.Root() == nil || doc.Root().FindElement("./Signature") == nil {
		return nil, errUnsigned
	}
	err := errors.New("the service has no signing certificate")
	for _, cert := range certs {
		c := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
		c.Clock = dsig.NewFakeClockAt(now)
		var root *etree.Element
		if root, err = c.Validate(doc.Root()); err == nil {
			return render(root)
		}
	}
	return nil, fmt.Errorf("checking the message's signature: %w", err)
}

func render(el *etree.Element) ([]byte, error) {
	doc := etree.NewDocument()
	doc.SetRoot(el.Copy())
	text, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("writing XML: %w", err)
	}
	return text, nil
}

// signature returns the enveloped RSA-SHA256 signature of el.
func (p *Parent) signature(el *etree.Element) (*etree.Element, error) {
	c, err := dsig.NewSigningContext(p.keys.saml, [][]byte{p.keys.cert.Raw})
	if err != nil {
		return nil, fmt.Errorf("preparing to sign: %w", err)
	}
	c.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if err := c.SetSignatureMethod(dsig.RSASHA256SignatureMethod); err != nil {
		return nil, fmt.Errorf("preparing to sign: %w", err)
	}
	signed, err := c.SignEnveloped(el)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	children := signed.ChildElements()
	return children[len(children)-1], nil
}

// redirectURL returns endpoint with the message in its query, signed (SAML bindings 3.4.4).
func (p *Parent) redirectURL(endpoint, kind string, el *etree.Element, relay string) (string, error) {
	text, err := render(el)
	if err != nil {
		return "", err
	}
	var deflated bytes.Buffer
	w, err := flate.NewWriter(&deflated, flate.BestCompression)
	if err != nil {
		return "", fmt.Errorf("deflating: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return "", fmt.Errorf("deflating: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("deflating: %w", err)
	}
	query := kind + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated.Bytes()))
	if relay != "" {
		query += "&RelayState=" + url.QueryEscape(relay)
	}
	query += "&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	sum := sha256.Sum256([]byte(query))
	signature, err := rsa.SignPKCS1v15(nil, p.keys.saml, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	query += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
	separator := "?"
	if strings.Contains(endpoint, "?") {
		separator = "&"
	}
	return endpoint + separator + query, nil
}

// dispatch sends a message to a service through the browser, by the binding of the endpoint. sign puts a signature into
// the element for the POST binding; the Redirect binding signs the query instead.
func (p *Parent) dispatch(w http.ResponseWriter, r *http.Request, to endpoint, kind string, m samlMessage, relay string) error {
	if to.binding == saml.HTTPRedirectBinding {
		target, err := p.redirectURL(to.url, kind, m.Element(), relay)
		if err != nil {
			return err
		}
		http.Redirect(w, r, target, http.StatusSeeOther)
		return nil
	}
	signature, err := p.signature(m.Element())
	if err != nil {
		return err
	}
	m.sign(signature)
	text, err := render(m.Element())
	if err != nil {
		return err
	}
	f := form{URL: to.url, Fields: []field{{kind, base64.StdEncoding.EncodeToString(text)}}}
	if relay != "" {
		f.Fields = append(f.Fields, field{"RelayState", relay})
	}
	return p.forward(w, r, f)
}

// samlMessage is a message of ours that can be rendered before and after it is signed.
type samlMessage interface {
	Element() *etree.Element
	sign(signature *etree.Element)
}

type logoutRequest struct{ saml.LogoutRequest }
type logoutResponse struct{ saml.LogoutResponse }
type response struct{ saml.Response }

func (m *logoutRequest) sign(s *etree.Element)  { m.Signature = s }
func (m *logoutResponse) sign(s *etree.Element) { m.Signature = s }
func (m *response) sign(s *etree.Element)       { m.Signature = s }

// endpoint is where a service takes messages of one kind.
type endpoint struct{ binding, url string }

func newMessageID() string { return "id-" + random() }

// issuer names us.
func (p *Parent) issuer() *saml.Issuer {
	return &saml.Issuer{Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:entity", Value: p.EntityID()}
}

// instant is now as SAML messages carry it.
func (p *Parent) instant() time.Time { return p.cfg.Now().UTC().Truncate(time.Millisecond) }

func parseXML(text []byte, into any) error {
	if err := xml.Unmarshal(text, into); err != nil {
		return fmt.Errorf("parsing the message: %w", err)
	}
	return nil
}
