package samlsp_test

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"net/url"
	"testing"
	"time"

	"github.com/crewjam/saml"

	"cloudpocket/sso"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// sized returns a response whose message is about 6 KB, as real IdPs send them.
func sized(w *ssotest.SAMLWorld) ssotest.SAMLResponse {
	r := w.Response(w.Attempt())
	for _, name := range []string{"givenName", "surname", "department", "employeeNumber", "role", "locale"} {
		r.Assertions[0].AttributesXML += ssotest.SAMLAttribute("http://schemas.example.jp/ws/2026/identity/claims/"+name, "value of "+name+" 山田太郎")
	}
	return r
}

// BenchmarkFinish judges one message again and again, with marks that forget.
func BenchmarkFinish(b *testing.B) {
	w := ssotest.NewSAMLWorld(b)
	for _, mode := range []ssotest.SAMLMode{ssotest.SignedAssertion, ssotest.SignedResponse, ssotest.SignedBoth, ssotest.EncryptedAssertion} {
		b.Run(string(mode), func(b *testing.B) {
			s := w.Setup()
			s.Marks = forgetful{s.Marks}
			c, a := w.Open(b, open, s), w.Attempt()
			data := w.Seal(b, mode, sized(w), ssotest.Sealing{})
			m := w.Post(data, a)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Finish(b.Context(), m, a, &sso.Trace{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(data)), "message-bytes")
		})
	}
}

// BenchmarkCrewjam is the same work done by the library that this package does not use for it.
func BenchmarkCrewjam(b *testing.B) {
	w := ssotest.NewSAMLWorld(b)
	before := saml.TimeNow
	saml.TimeNow = func() time.Time { return w.Now }
	b.Cleanup(func() { saml.TimeNow = before })
	for _, mode := range []ssotest.SAMLMode{ssotest.SignedAssertion, ssotest.EncryptedAssertion} {
		b.Run(string(mode), func(b *testing.B) {
			sp := crewjam(b, w)
			data := w.Seal(b, mode, sized(w), ssotest.Sealing{Encrypt: ssotest.SAMLEncrypter{To: w.SP, Bits: 128}})
			field := base64.StdEncoding.EncodeToString(data)
			b.ReportAllocs()
			for b.Loop() {
				raw, err := base64.StdEncoding.DecodeString(field)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := sp.ParseXMLResponse(raw, []string{w.Attempt().RequestID}, sp.AcsURL); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func crewjam(b *testing.B, w *ssotest.SAMLWorld) *saml.ServiceProvider {
	b.Helper()
	var idp saml.EntityDescriptor
	if err := xml.Unmarshal(w.Metadata(w.EntityID, w.IdP), &idp); err != nil {
		b.Fatal(err)
	}
	at := func(s string) url.URL {
		u, err := url.Parse(s)
		if err != nil {
			b.Fatal(err)
		}
		return *u
	}
	key, err := samlsp.ParseKeyPair(w.SP.PEM(b))
	if err != nil {
		b.Fatal(err)
	}
	return &saml.ServiceProvider{EntityID: w.URL("metadata"), Key: key.Key, Certificate: key.Certificate, IDPMetadata: &idp,
		AcsURL: at(w.URL("acs")), MetadataURL: at(w.URL("metadata"))}
}

// forgetful lets every mark be put again.
type forgetful struct{ store.Marks }

func (forgetful) Put(context.Context, string, []byte, time.Duration) error { return nil }
