package samlsp_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"cloudpocket/sso"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
)

// wantReason fails t unless err is nil or a refusal with a reason, and no panic caused it.
func wantReason(t *testing.T, err error) {
	t.Helper()
	if r := sso.ReasonOf(err); err != nil && (!strings.HasPrefix(string(r), "saml.") || r == "saml.panic") {
		t.Fatalf("refused for %q: %v", r, err)
	}
}

// ecWorld is a world whose IdP signs with ECDSA, which is quick, and its setup.
func ecWorld(f *testing.F) (*ssotest.SAMLWorld, ssotest.SAMLSetup) {
	w := ssotest.NewSAMLQuickWorld(f)
	s := w.Setup()
	s.Marks = forgetful{s.Marks}
	return w, s
}

// resign returns data with its root signed by the IdP, if it can be read at all: most of what is fuzzed would end at
// the signature otherwise.
func resign(t *testing.T, w *ssotest.SAMLWorld, data []byte) (out []byte) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(data); err != nil || doc.Root() == nil || bytes.ContainsAny(data, "&\x00") {
		return data
	}
	defer func() {
		if recover() != nil { // goxmldsig cannot sign everything that etree reads
			out = data
		}
	}()
	signer := ssotest.SAMLSigner{Key: w.EC}
	signer.Sign(panicking{t}, doc.Root())
	out, err := doc.WriteToBytes()
	if err != nil {
		return data
	}
	return out
}

// panicking gives up by a panic where a test would fail.
type panicking struct{ testing.TB }

func (panicking) Fatalf(string, ...any) { panic("cannot be signed") }

func FuzzResponse(f *testing.F) {
	w, s := ecWorld(f)
	a := w.Attempt()
	valid := w.Response(a)
	f.Add([]byte(valid.XML()))
	valid.Assertions[0].AttributesXML = `<saml:Attribute Name="a" FriendlyName="b"><saml:AttributeValue><saml:NameID>x</saml:NameID></saml:AttributeValue></saml:Attribute>`
	f.Add([]byte(valid.XML()))
	f.Add(w.Seal(f, ssotest.EncryptedAssertion, valid, ssotest.Sealing{}))
	valid.StatusXML = `<samlp:Status><samlp:StatusCode Value="x"/></samlp:Status>`
	f.Add([]byte(valid.XML()))
	c := w.Open(f, open, s)
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := c.Finish(t.Context(), w.Post(data, a), a, &sso.Trace{})
		wantReason(t, err)
		id, err := c.Finish(t.Context(), w.Post(resign(t, w, data), a), a, nil)
		wantReason(t, err)
		if err == nil && (id.Subject == "" || id.Subject != strings.TrimSpace(id.Subject)) {
			t.Fatalf("accepted for subject %q", id.Subject)
		}
	})
}

func FuzzVouch(f *testing.F) {
	w, s := ecWorld(f)
	valid := w.Response(nil)
	f.Add(w.Lone(f, valid))
	f.Add(w.Seal(f, ssotest.SignedBoth, valid, ssotest.Sealing{}))
	valid.Assertions[0].Confirmations[0].Recipient = w.BaseURL + "/oauth/token"
	f.Add(w.Lone(f, valid))
	c := w.Open(f, open, s)
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := c.Vouch(t.Context(), string(data), nil)
		wantReason(t, err)
		_, err = c.Vouch(t.Context(), ssotest.SAMLToken(data), &sso.Trace{})
		wantReason(t, err)
		id, err := c.Vouch(t.Context(), ssotest.SAMLToken(resign(t, w, data)), nil)
		wantReason(t, err)
		if err == nil && (id.Subject == "" || id.Subject != strings.TrimSpace(id.Subject)) {
			t.Fatalf("accepted for subject %q", id.Subject)
		}
	})
}

func FuzzLogout(f *testing.F) {
	w, s := ecWorld(f)
	f.Add([]byte(w.LogoutRequest().XML()))
	f.Add([]byte(w.LogoutResponse("_x").XML()))
	c := w.Open(f, open, s)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, field := range []string{"SAMLRequest", "SAMLResponse"} {
			query := ssotest.SAMLRedirect{Key: w.EC, Field: field}.Query(t, data)
			q, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			order, err := c.LogoutMessage(t.Context(), sso.Message{Endpoint: w.URL("slo"), RawQuery: query, Query: q})
			wantReason(t, err)
			m := w.Post(resign(t, w, data), nil)
			m.Endpoint, m.Form = w.URL("slo"), url.Values{field: m.Form["SAMLResponse"]}
			_, err = c.LogoutMessage(t.Context(), m)
			wantReason(t, err)
			if order.Reply != nil && order.Subject == "" {
				t.Fatal("a logout order for nobody")
			}
		}
	})
}

func FuzzRedirectQuery(f *testing.F) {
	w, s := ecWorld(f)
	f.Add(ssotest.SAMLRedirect{Key: w.EC, Field: "SAMLRequest", Relay: "x"}.Query(f, []byte(w.LogoutRequest().XML())))
	f.Add("SAMLRequest=%zz&SigAlg=&Signature=&SAMLEncoding=x&&=&%53AMLRequest=")
	c := w.Open(f, open, s)
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			q = url.Values{}
		}
		_, err = c.LogoutMessage(t.Context(), sso.Message{Endpoint: w.URL("slo"), RawQuery: query, Query: q})
		wantReason(t, err)
	})
}

func FuzzMetadata(f *testing.F) {
	w := ssotest.NewSAMLQuickWorld(f)
	f.Add(w.Metadata(w.EntityID, w.IdP, w.EC))
	f.Add([]byte(`<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" cacheDuration="P1DT1H" validUntil="2027-01-01T00:00:00Z"><EntityDescriptor entityID="x"/></EntitiesDescriptor>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, signer := range []string{"", string(w.EC.CertPEM())} {
			m, err := samlsp.ParseMetadata(data, samlsp.MetadataOptions{Now: w.Now, SignerPEM: signer})
			wantReason(t, err)
			if err == nil && (m.EntityID == "" || len(m.Certificates) == 0 || m.SSO == (samlsp.Endpoints{})) {
				t.Fatalf("accepted without what is needed: %+v", m)
			}
		}
	})
}
