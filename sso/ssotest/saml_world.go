package ssotest

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// SAMLSetup is what a connector under test is opened with.
type SAMLSetup struct {
	BaseURL string
	Trust   store.OwnedTrust
	Keys    [][]byte // PEM: a certificate and its key each
	Marks   store.Marks
	Now     func() time.Time
}

// OpenSAML opens the connector under test.
type OpenSAML func(t testing.TB, s SAMLSetup) sso.Connector

// SAMLMode is how a valid message is protected.
type SAMLMode string

const (
	SignedResponse     SAMLMode = "response signed"
	SignedAssertion    SAMLMode = "assertion signed"
	SignedBoth         SAMLMode = "both signed"
	EncryptedAssertion SAMLMode = "encrypted"                  // signed inside
	EncryptedEnvelope  SAMLMode = "encrypted, response signed" // not signed inside
)

// SAMLModes returns the modes that every vector is made from.
func SAMLModes() []SAMLMode {
	return []SAMLMode{SignedResponse, SignedAssertion, SignedBoth, EncryptedAssertion}
}

func (m SAMLMode) encrypted() bool { return m == EncryptedAssertion || m == EncryptedEnvelope }

// SAMLWorld is an identity provider, a service provider that trusts it, and a forger, at one moment.
type SAMLWorld struct {
	Now                               time.Time
	IdP, Next, Forger, SP, OldSP, Old SAMLKey // Next: the IdP's second certificate; Old: its first key's, run out
	BaseURL, EntityID                 string
	TrustID                           store.ID
	EC                                SAMLKey // an ECDSA key
}

// NewSAMLWorld draws new keys.
func NewSAMLWorld(t testing.TB) *SAMLWorld {
	t.Helper()
	w := emptyWorld()
	for _, k := range []*SAMLKey{&w.IdP, &w.Next, &w.Forger, &w.SP, &w.OldSP} {
		*k = NewSAMLKey(t, 2048, w.Now)
	}
	w.EC = NewSAMLECKey(t, w.Now)
	w.Old = w.IdP.During(t, w.Now.AddDate(-2, 0, 0), w.Now.Add(-time.Hour))
	return w
}

// NewSAMLQuickWorld is a world for fuzzing, where drawing RSA keys takes longer than the test: all keys are ECDSA but
// the service provider's one.
func NewSAMLQuickWorld(t testing.TB) *SAMLWorld {
	t.Helper()
	w := emptyWorld()
	w.EC = NewSAMLECKey(t, w.Now)
	w.IdP, w.Forger = w.EC, NewSAMLECKey(t, w.Now)
	w.SP = NewSAMLKey(t, 2048, w.Now)
	w.OldSP = w.SP
	return w
}

func emptyWorld() *SAMLWorld {
	return &SAMLWorld{Now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), BaseURL: "https://pocket.example", EntityID: "https://idp.example/saml", TrustID: "parent"}
}

// URL returns one of the service provider's endpoints: "metadata" (its entity ID), "acs" or "slo".
func (w *SAMLWorld) URL(endpoint string) string {
	return w.BaseURL + "/sso/saml/" + string(w.TrustID) + "/" + endpoint
}

// Setup returns a setup with fresh marks in which the IdP is trusted by one certificate.
func (w *SAMLWorld) Setup() SAMLSetup {
	now := func() time.Time { return w.Now }
	return SAMLSetup{
		BaseURL: w.BaseURL, Keys: [][]byte{}, Marks: NewMarks(now), Now: now,
		Trust: store.OwnedTrust{Owner: "office", Trust: store.Trust{
			ID: w.TrustID, Protocol: store.SAML, State: store.TrustEnabled,
			SAML: &store.SAMLTrust{EntityID: w.EntityID, Metadata: w.Metadata(w.EntityID, w.IdP), Skew: time.Minute},
		}},
	}
}

// Open opens the connector for s with the service provider's two keys.
func (w *SAMLWorld) Open(t testing.TB, open OpenSAML, s SAMLSetup) sso.Connector {
	t.Helper()
	s.Keys = append(s.Keys, w.SP.PEM(t), w.OldSP.PEM(t))
	return open(t, s)
}

// Metadata returns an IdP's metadata with those signing keys, all services by both bindings.
func (w *SAMLWorld) Metadata(entityID string, keys ...SAMLKey) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_metadata" entityID="` + entityID + `">` +
		`<md:IDPSSODescriptor protocolSupportEnumeration="` + samlProtocol + `">`)
	for _, k := range keys {
		b.WriteString(`<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="` + xmlSignature + `"><ds:X509Data><ds:X509Certificate>` + k.base64() +
			`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`)
	}
	for _, service := range []string{"SingleLogoutService", "SingleSignOnService"} {
		for _, binding := range []string{"HTTP-Redirect", "HTTP-POST"} {
			b.WriteString(`<md:` + service + ` Binding="urn:oasis:names:tc:SAML:2.0:bindings:` + binding + `" Location="` + w.service(service) + `"/>`)
		}
	}
	return []byte(b.String() + `</md:IDPSSODescriptor></md:EntityDescriptor>`)
}

func (w *SAMLWorld) service(name string) string {
	return map[string]string{"SingleSignOnService": "https://idp.example/sso", "SingleLogoutService": "https://idp.example/slo"}[name]
}

// Attempt returns a pending sign-in, as after Start.
func (w *SAMLWorld) Attempt() *sso.Attempt {
	return &sso.Attempt{Handle: strings.Repeat("h", 43), TrustID: w.TrustID, RequestID: "_request-1", At: w.Now.Add(-time.Minute)}
}

// Response returns a valid response to a, or an unsolicited one when a is nil.
func (w *SAMLWorld) Response(a *sso.Attempt) SAMLResponse {
	to := ""
	if a != nil {
		to = a.RequestID
	}
	at := SAMLTime(w.Now)
	return SAMLResponse{
		ID: "_response-1", Version: "2.0", IssueInstant: at, Destination: w.URL("acs"), InResponseTo: to,
		Issuer: w.EntityID, StatusXML: status(success),
		Assertions: []SAMLAssertion{{
			ID: "_assertion-1", Version: "2.0", IssueInstant: at,
			IssuerXML: `<saml:Issuer>` + w.EntityID + `</saml:Issuer>`,
			NameXML:   NameXML("taro@example.jp"),
			Confirmations: []SAMLConfirmation{{Method: bearer, Recipient: w.URL("acs"), InResponseTo: to,
				NotOnOrAfter: SAMLTime(w.Now.Add(5 * time.Minute))}},
			NotBefore: SAMLTime(w.Now.Add(-time.Minute)), NotOnOrAfter: SAMLTime(w.Now.Add(5 * time.Minute)),
			Audiences:    [][]string{{w.URL("metadata")}},
			AuthnInstant: at, SessionIndex: "_session-1", SessionEnds: SAMLTime(w.Now.Add(8 * time.Hour)),
			ContextXML: `<saml:AuthnContext><saml:AuthnContextClassRef>` + MFAContext + `</saml:AuthnContextClassRef></saml:AuthnContext>`,
			AttributesXML: SAMLAttribute("urn:oid:0.9.2342.19200300.100.1.3", "taro@example.jp") +
				SAMLAttribute("offices", "tokyo-1", "osaka-2"),
		}},
	}
}

// NameXML returns a persistent NameID with that content, which is markup.
func NameXML(content string) string {
	return `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">` + content + `</saml:NameID>`
}

// Sealing says how a response becomes a message. The zero value of each field is the right one.
type Sealing struct {
	Signer  SAMLSigner    // default: the IdP's key
	Encrypt SAMLEncrypter // default: to the service provider's key
	Signed  func(t testing.TB, response *etree.Element)
	Bytes   func([]byte) []byte // of the encrypted content if there is any, else of the message
	Sealed  func(t testing.TB, response *etree.Element)
}

// Seal signs and encrypts r as mode says. Signed may change the signed document before it is encrypted, Sealed the
// result, Bytes what is written.
func (w *SAMLWorld) Seal(t testing.TB, mode SAMLMode, r SAMLResponse, s Sealing) []byte {
	t.Helper()
	if s.Signer.Key.Signer == nil {
		s.Signer.Key = w.IdP
	}
	if s.Encrypt.To.Signer == nil {
		s.Encrypt.To = w.SP
	}
	root := element(t, r.XML())
	if mode == SignedAssertion || mode == SignedBoth || mode == EncryptedAssertion {
		for _, a := range root.SelectElements("Assertion") {
			s.Signer.Sign(t, a)
		}
	}
	if mode == SignedResponse || mode == SignedBoth {
		s.Signer.Sign(t, root)
	}
	if s.Signed != nil {
		s.Signed(t, root)
	}
	if mode.encrypted() {
		s.encrypt(t, root)
	}
	if mode == EncryptedEnvelope {
		s.Signer.Sign(t, root)
	}
	if s.Sealed != nil {
		s.Sealed(t, root)
	}
	data := serialise(t, root)
	if s.Bytes != nil && !mode.encrypted() {
		data = s.Bytes(data)
	}
	return data
}

// encrypt replaces each assertion directly in root.
func (s Sealing) encrypt(t testing.TB, root *etree.Element) {
	t.Helper()
	for _, a := range root.SelectElements("Assertion") {
		plain := serialise(t, a)
		if s.Bytes != nil {
			plain = s.Bytes(plain)
		}
		at := a.Index()
		root.RemoveChildAt(at)
		root.InsertChildAt(at, element(t, s.Encrypt.Encrypt(t, "EncryptedAssertion", plain)))
	}
}

// Post returns the message that brings data to the ACS for attempt a.
func (w *SAMLWorld) Post(data []byte, a *sso.Attempt) sso.Message {
	form := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(data)}}
	if a != nil {
		form.Set("RelayState", a.Handle)
	}
	return sso.Message{Post: true, Endpoint: w.URL("acs"), Query: url.Values{}, Form: form}
}
