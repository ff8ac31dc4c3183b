package samlsp_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/crewjam/saml"
	"github.com/crewjam/saml/logger"

	"cloudpocket/sso"
	"cloudpocket/sso/ssotest"
)

// directory is the one service provider that the IdP knows.
type directory struct{ sp *saml.EntityDescriptor }

func (d directory) GetServiceProvider(_ *http.Request, id string) (*saml.EntityDescriptor, error) {
	if id != d.sp.EntityID {
		return nil, os.ErrNotExist
	}
	return d.sp, nil
}

// TestCrewjamIdP signs in at another implementation's IdP: it reads our metadata and our request, and we its metadata
// and its response, in the clear and encrypted.
func TestCrewjamIdP(t *testing.T) {
	w := ssotest.NewSAMLWorld(t)
	before := saml.TimeNow
	saml.TimeNow = func() time.Time { return w.Now }
	t.Cleanup(func() { saml.TimeNow = before })
	for _, encrypted := range []bool{false, true} {
		idp := &saml.IdentityProvider{Key: w.IdP.Signer, Certificate: w.IdP.Cert, Logger: logger.DefaultLogger,
			MetadataURL: url.URL{Scheme: "https", Host: "idp.example", Path: "/saml"}, SSOURL: url.URL{Scheme: "https", Host: "idp.example", Path: "/sso"},
			SignatureMethod: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"}
		s := w.Setup()
		s.Trust.SAML.AllowCBC = true // it encrypts in no other way
		var err error
		if s.Trust.SAML.Metadata, err = xml.Marshal(idp.Metadata()); err != nil {
			t.Fatal(err)
		}
		c := w.Open(t, open, s)
		idp.ServiceProviderProvider = directory{ours(t, c, encrypted)}
		a := &sso.Attempt{Handle: "handle", TrustID: w.TrustID}
		d, err := c.Start(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		m := answer(t, idp, d.URL)
		m.Endpoint = w.URL("acs")
		id, err := c.Finish(t.Context(), m, a, nil)
		if err != nil || id.Subject != "taro@example.jp" || id.First("uid") != "taro" || id.Index != "index" {
			t.Errorf("encrypted %t: %+v, %v", encrypted, id, err)
		}
	}
}

// ours returns c's metadata as the other side reads it, without keys to encrypt to if it shall not.
func ours(t *testing.T, c sso.Connector, encrypt bool) *saml.EntityDescriptor {
	t.Helper()
	data, _, err := c.Metadata(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var e saml.EntityDescriptor
	if err := xml.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	if !encrypt {
		e.SPSSODescriptors[0].KeyDescriptors = nil
	}
	return &e
}

// answer has idp answer the request at location for taro.
func answer(t *testing.T, idp *saml.IdentityProvider, location string) sso.Message {
	t.Helper()
	req, err := saml.NewIdpAuthnRequest(idp, httptest.NewRequest(http.MethodGet, location, nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := req.Validate(); err != nil {
		t.Fatalf("the IdP refuses our request: %v", err)
	}
	session := &saml.Session{NameID: "taro@example.jp", Index: "index", UserName: "taro", CreateTime: req.Now, ExpireTime: req.Now.Add(time.Hour)}
	if err := (saml.DefaultAssertionMaker{}).MakeAssertion(req, session); err != nil {
		t.Fatal(err)
	}
	form, err := req.PostBinding()
	if err != nil {
		t.Fatal(err)
	}
	return sso.Message{Post: true, Form: url.Values{"SAMLResponse": {form.SAMLResponse}, "RelayState": {form.RelayState}}}
}
