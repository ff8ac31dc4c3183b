package interop_test

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"

	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// service is the least that a SAML service provider is: it starts sign-ins, shows what it was told, signs out.
type service struct {
	saml.ServiceProvider
	t       *testing.T
	url     string
	pending string // ID of the request that is not answered yet
	nameID  string
	session string
	ended   bool
}

func newService(t *testing.T, signed bool) *service {
	t.Helper()
	s := &service{t: t}
	s.url = interop.Serve(t, "pocket.localhost", s)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s.Key = key
	if s.Certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	if signed {
		s.SignatureMethod = dsig.RSASHA256SignatureMethod
	}
	s.EntityID = s.url + "/metadata"
	s.MetadataURL, s.AcsURL, s.SloURL = parse(t, s.url+"/metadata"), parse(t, s.url+"/acs"), parse(t, s.url+"/slo")
	s.AllowIDPInitiated, s.AuthnNameIDFormat = true, saml.PersistentNameIDFormat
	s.LogoutBindings = []string{saml.HTTPRedirectBinding}
	return s
}

func parse(t *testing.T, raw string) url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return *u
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/metadata":
		body, err := xml.Marshal(s.Metadata())
		s.check(w, err)
		w.Write(body)
	case "/login":
		req, err := s.MakeAuthenticationRequest(s.GetSSOBindingLocation(saml.HTTPRedirectBinding), saml.HTTPRedirectBinding, saml.HTTPPostBinding)
		s.check(w, err)
		s.pending = req.ID
		to, err := req.Redirect("relayed", &s.ServiceProvider)
		s.check(w, err)
		http.Redirect(w, r, to.String(), http.StatusFound)
	case "/acs":
		s.answered(w, r)
	case "/logout":
		to, err := s.MakeRedirectLogoutRequest(s.nameID, "bye")
		s.check(w, err)
		http.Redirect(w, r, to.String(), http.StatusFound)
	case "/slo":
		s.slo(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *service) answered(w http.ResponseWriter, r *http.Request) {
	s.check(w, r.ParseForm())
	a, err := s.ParseResponse(r, []string{s.pending})
	if bad := (*saml.InvalidResponseError)(nil); errors.As(err, &bad) {
		err = bad.PrivateErr
	}
	s.check(w, err)
	if err != nil {
		return
	}
	attributes := map[string][]string{}
	for _, attr := range a.AttributeStatements[0].Attributes {
		for _, v := range attr.Values {
			attributes[attr.Name] = append(attributes[attr.Name], v.Value)
		}
	}
	raw, _ := base64.StdEncoding.DecodeString(r.FormValue("SAMLResponse"))
	s.nameID, s.session = a.Subject.NameID.Value, a.AuthnStatements[0].SessionIndex
	body, err := json.Marshal(told{
		Subject: s.nameID, Context: a.AuthnStatements[0].AuthnContext.AuthnContextClassRef.Value,
		Attributes: attributes, RelayState: r.FormValue("RelayState"), Encrypted: bytes.Contains(raw, []byte("EncryptedAssertion")),
	})
	s.check(w, err)
	fmt.Fprintf(w, `<pre id="told">%s</pre>`, body)
}

// slo takes the answer to our own logout, or the provider's request, which it answers.
func (s *service) slo(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("SAMLResponse") {
		fmt.Fprintf(w, `<pre id="out">%s</pre>`, r.URL.Query().Get("RelayState"))
		return
	}
	raw, err := base64.StdEncoding.DecodeString(r.URL.Query().Get("SAMLRequest"))
	s.check(w, err)
	var req saml.LogoutRequest
	s.check(w, xml.Unmarshal(inflate(raw), &req))
	s.ended = req.NameID.Value == s.nameID && req.SessionIndex != nil && req.SessionIndex.Value == s.session
	to, err := s.MakeRedirectLogoutResponse(req.ID, r.URL.Query().Get("RelayState"))
	s.check(w, err)
	http.Redirect(w, r, to.String(), http.StatusFound)
}

func (s *service) check(w http.ResponseWriter, err error) {
	if err != nil {
		s.t.Error("the service:", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func inflate(b []byte) []byte {
	out, _ := io.ReadAll(flate.NewReader(bytes.NewReader(b)))
	return out
}

// told is what the service was told about a person.
type told struct {
	Subject, Context, RelayState string
	Attributes                   map[string][]string
	Encrypted                    bool
}

func (s *service) trust(idp *interop.SAMLProvider) {
	s.t.Helper()
	s.IDPMetadata = &saml.EntityDescriptor{}
	if err := xml.Unmarshal(idp.Metadata(), s.IDPMetadata); err != nil {
		s.t.Fatal(err)
	}
	idp.TrustURL(s.url + "/metadata")
}

func people() map[string]interop.Person {
	return map[string]interop.Person{"hanako": {Password: "ひみつ: 1", Attributes: map[string][]string{
		"uid": {"u-1001"}, "displayName": {"年金 花子"}, "mail": {"hanako@example.jp"}, "tenant": {"t1"}, "offices": {"13-アイウ", "27-エオカ"},
	}}}
}

func shown(t *testing.T, p *interop.Page) told {
	t.Helper()
	var got told
	if err := json.Unmarshal([]byte(p.Text("#told")), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestSimpleSAMLphpSignsIn(t *testing.T) {
	const strong = "https://refeds.org/profile/mfa"
	browser := interop.Browser(t)
	for _, tt := range []struct {
		name      string
		signed    bool
		config    interop.SAMLConfig
		context   string
		encrypted bool
	}{
		{"with its defaults", false, interop.SAMLConfig{}, interop.SAMLPassword, false},
		{"with signed requests", true, interop.SAMLConfig{RequireSignedRequests: true}, interop.SAMLPassword, false},
		{"with encryption and a strong context", false, interop.SAMLConfig{EncryptAssertions: true, AuthnContext: strong}, strong, true},
		{"with a signed assertion alone", false, interop.SAMLConfig{UnsignedResponse: true}, interop.SAMLPassword, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.People = people()
			idp, sp := interop.SimpleSAMLphp(t, tt.config), newService(t, tt.signed)
			sp.trust(idp)
			p := browser.Page(t, interop.Desktop(), "ja")
			p.Open(sp.url + "/login")
			idp.SignIn(p, "hanako", "ひみつ: 1")
			p.WaitURL(sp.url + "/acs")
			got := shown(t, p)
			if got.Subject != "u-1001" || got.Context != tt.context || got.Encrypted != tt.encrypted || got.RelayState != "relayed" {
				t.Errorf("told %+v", got)
			}
			if strings.Join(got.Attributes["offices"], " ") != "13-アイウ 27-エオカ" || got.Attributes["displayName"][0] != "年金 花子" {
				t.Errorf("attributes %q", got.Attributes)
			}
		})
	}
}

func TestSimpleSAMLphpRefusesUnsignedRequests(t *testing.T) {
	idp, sp := interop.SimpleSAMLphp(t, interop.SAMLConfig{RequireSignedRequests: true, People: people()}), newService(t, true)
	sp.trust(idp)
	sp.SignatureMethod = ""
	p := interop.Browser(t).Page(t, interop.Desktop(), "en")
	p.Open(sp.url + "/login")
	if got := p.Text("body"); strings.Contains(got, "password") || !strings.Contains(got, "Validation of received messages enabled") {
		t.Errorf("the provider shows %q", got)
	}
}

func TestSimpleSAMLphpSignsInAndOutUnasked(t *testing.T) {
	idp, sp := interop.SimpleSAMLphp(t, interop.SAMLConfig{People: people()}), newService(t, true)
	sp.trust(idp)
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(idp.InitiateURL(sp.EntityID, "/documents"))
	idp.SignIn(p, "hanako", "ひみつ: 1")
	p.WaitURL(sp.url + "/acs")
	if got := shown(t, p); got.Subject != "u-1001" || got.RelayState != "/documents" {
		t.Errorf("told %+v", got)
	}
	p.Open(idp.LogoutURL(idp.URL() + "logout.php"))
	p.WaitURL(idp.URL() + "logout.php")
	if !sp.ended {
		t.Error("the service was not told to end the session")
	}
}

func TestSimpleSAMLphpSignsOutWhenAsked(t *testing.T) {
	idp, sp := interop.SimpleSAMLphp(t, interop.SAMLConfig{People: people()}), newService(t, true)
	sp.trust(idp)
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(sp.url + "/login")
	idp.SignIn(p, "hanako", "ひみつ: 1")
	p.WaitURL(sp.url + "/acs")
	p.Open(sp.url + "/logout")
	p.WaitURL(sp.url + "/slo")
	if got := p.Text("#out"); got != "bye" {
		t.Errorf("back with RelayState %q, want bye", got)
	}
	p.Open(sp.url + "/login")
	if at := p.WaitURL(idp.URL() + "module.php/core/loginuserpass.php"); at == "" {
		t.Error("signed in again without a password")
	}
}

func TestSimpleSAMLphpChangesKeysAndComesBack(t *testing.T) {
	idp := interop.SimpleSAMLphp(t, interop.SAMLConfig{People: people()})
	before := idp.Metadata()
	idp.Rekey()
	if bytes.Equal(before, idp.Metadata()) {
		t.Error("the metadata still has the old key")
	}
	idp.Stop()
	if _, err := interop.Client().Get(idp.MetadataURL()); err == nil {
		t.Error("a stopped provider answers")
	}
	idp.Start()
	if len(idp.Metadata()) == 0 {
		t.Error("no metadata after a restart")
	}
}
