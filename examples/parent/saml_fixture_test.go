package parent_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"

	"cloudpocket/examples/parent"
)

// samlService is a service provider made of crewjam/saml, without a session of its own.
type samlService struct {
	*httptest.Server
	t  *testing.T
	sp saml.ServiceProvider

	described *saml.EntityDescriptor // what its metadata says; nil: what is true

	mu       sync.Mutex
	requests []string // IDs of AuthnRequests that are out
	got      *saml.Assertion
	relay    string
	refused  error
	raw      string               // the last response, as it came
	told     []saml.LogoutRequest // logout requests from the parent
	answered error                // what became of our own logout
	answers  int
}

// serviceKey makes a key and its certificate.
func serviceKey(t *testing.T) (*rsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "service"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(1000 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, cert
}

// newSAMLService runs a service that takes logout messages by binding; none if it is empty.
func newSAMLService(t *testing.T, binding string) *samlService {
	t.Helper()
	s := &samlService{t: t}
	mux := http.NewServeMux()
	mux.HandleFunc("/metadata", s.metadata)
	mux.HandleFunc("/start", s.start)
	mux.HandleFunc("/acs", s.acs)
	mux.HandleFunc("/slo", s.slo)
	mux.HandleFunc("/signout", s.signOut)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	key, cert := serviceKey(t)
	s.sp = saml.ServiceProvider{
		Key: key, Certificate: cert, SignatureMethod: dsig.RSASHA256SignatureMethod,
		MetadataURL: s.address("/metadata"), AcsURL: s.address("/acs"), SloURL: s.address("/slo"),
		AuthnNameIDFormat: saml.PersistentNameIDFormat,
	}
	if binding != "" {
		s.sp.LogoutBindings = []string{binding}
	}
	return s
}

func (s *samlService) address(path string) url.URL {
	u, err := url.Parse(s.URL + path)
	if err != nil {
		s.t.Fatal(err)
	}
	return *u
}

// trust has the service believe f.
func (s *samlService) trust(f fixture) *samlService {
	s.t.Helper()
	text, err := f.Metadata()
	if err != nil {
		s.t.Fatal(err)
	}
	md := &saml.EntityDescriptor{}
	if err := xml.Unmarshal(text, md); err != nil {
		s.t.Fatal(err)
	}
	s.sp.IDPMetadata = md
	return s
}

// registration is what the parent is told of the service.
func (s *samlService) registration() parent.ServiceProvider {
	return parent.ServiceProvider{MetadataURL: s.URL + "/metadata", Start: s.URL + "/start"}
}

func (s *samlService) metadata(w http.ResponseWriter, _ *http.Request) {
	md := s.described
	if md == nil {
		md = s.sp.Metadata()
	}
	if err := xml.NewEncoder(w).Encode(md); err != nil {
		s.t.Error(err)
	}
}

// start begins a sign-in, by POST if ?post is there.
func (s *samlService) start(w http.ResponseWriter, r *http.Request) {
	binding := saml.HTTPRedirectBinding
	if r.FormValue("post") != "" {
		binding = saml.HTTPPostBinding
	}
	req, err := s.sp.MakeAuthenticationRequest(s.sp.GetSSOBindingLocation(binding), binding, saml.HTTPPostBinding)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if r.FormValue("passive") != "" {
		passive := true
		req.IsPassive, req.Signature = &passive, nil
		if err := s.sp.SignAuthnRequest(req); err != nil {
			s.t.Error(err)
		}
	}
	s.mu.Lock()
	s.requests = append(s.requests, req.ID)
	s.mu.Unlock()
	if binding == saml.HTTPPostBinding {
		fmt.Fprintf(w, "<html>%s</html>", req.Post(r.FormValue("to")))
		return
	}
	req.Signature = nil // the query is signed instead
	target, err := req.Redirect(url.QueryEscape(r.FormValue("to")), &s.sp)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, target.String(), http.StatusFound)
}

func (s *samlService) acs(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got, s.refused, s.relay = nil, nil, r.PostFormValue("RelayState")
	s.raw = string(s.decode(r, "SAMLResponse"))
	if s.got, s.refused = s.sp.ParseResponse(r, s.requests); s.refused != nil {
		var invalid *saml.InvalidResponseError
		if errors.As(s.refused, &invalid) {
			s.refused = invalid.PrivateErr
		}
	}
	fmt.Fprint(w, "at the service")
}

// signOut begins a sign-out at the service, by POST if ?post is there.
func (s *samlService) signOut(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to := s.sp.GetSLOBindingLocation(saml.HTTPRedirectBinding)
	req, err := s.sp.MakeLogoutRequest(to, s.got.Subject.NameID.Value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	req.SessionIndex = &saml.SessionIndex{Value: s.got.AuthnStatements[0].SessionIndex}
	req.Signature = nil // it lacks the index that was set since
	if r.FormValue("post") != "" {
		if err := s.sp.SignLogoutRequest(req); err != nil {
			s.t.Error(err)
		}
		fmt.Fprintf(w, "<html>%s</html>", req.Post("back"))
		return
	}
	http.Redirect(w, r, s.signedQuery(to, "SAMLRequest", req.Element(), "back"), http.StatusFound)
}

// slo takes the parent's logout request, or its answer to ours.
func (s *samlService) slo(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.FormValue("SAMLResponse") != "" {
		s.answers++
		if r.Method == http.MethodPost {
			s.answered = s.sp.ValidateLogoutResponseRequest(r)
		} else {
			s.answered = s.checkQuery(r, "SAMLResponse")
		}
		fmt.Fprint(w, "signed out at the service")
		return
	}
	if r.Method == http.MethodGet {
		if err := s.checkQuery(r, "SAMLRequest"); err != nil {
			s.t.Error(err)
		}
	}
	var req saml.LogoutRequest
	if err := xml.Unmarshal(s.decode(r, "SAMLRequest"), &req); err != nil {
		s.t.Error(err)
	}
	s.told = append(s.told, req)
	s.reply(w, r, req)
}

func (s *samlService) reply(w http.ResponseWriter, r *http.Request, req saml.LogoutRequest) {
	to := s.sp.GetSLOBindingLocation(saml.HTTPPostBinding)
	resp, err := s.sp.MakeLogoutResponse(to, req.ID)
	if err != nil {
		s.t.Error(err)
	}
	if r.Method == http.MethodPost {
		fmt.Fprintf(w, "<html>%s</html>", resp.Post(r.FormValue("RelayState")))
		return
	}
	resp.Signature = nil
	http.Redirect(w, r, s.signedQuery(to, "SAMLResponse", resp.Element(), r.FormValue("RelayState")), http.StatusFound)
}

func (s *samlService) decode(r *http.Request, kind string) []byte {
	text, err := base64.StdEncoding.DecodeString(r.FormValue(kind))
	if err != nil {
		s.t.Error(err)
	}
	if r.Method == http.MethodGet {
		if text, err = io.ReadAll(flate.NewReader(bytes.NewReader(text))); err != nil {
			s.t.Error(err)
		}
	}
	return text
}

// signedQuery signs by the book (SAML bindings 3.4.4.1), which crewjam/saml does for AuthnRequests alone.
func (s *samlService) signedQuery(to, kind string, el *etree.Element, relay string) string {
	s.t.Helper()
	doc := etree.NewDocument()
	doc.SetRoot(el)
	text, err := doc.WriteToBytes()
	if err != nil {
		s.t.Error(err)
	}
	var deflated bytes.Buffer
	w, err := flate.NewWriter(&deflated, 9)
	if err != nil {
		s.t.Error(err)
	}
	if _, err := w.Write(text); err != nil {
		s.t.Error(err)
	}
	if err := w.Close(); err != nil {
		s.t.Error(err)
	}
	query := kind + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated.Bytes())) +
		"&RelayState=" + url.QueryEscape(relay) + "&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	sum := sha256.Sum256([]byte(query))
	signature, err := rsa.SignPKCS1v15(nil, s.sp.Key.(*rsa.PrivateKey), crypto.SHA256, sum[:])
	if err != nil {
		s.t.Error(err)
	}
	return to + "?" + query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
}

// checkQuery verifies a Redirect-binding signature of the parent.
func (s *samlService) checkQuery(r *http.Request, kind string) error {
	query, encoded, found := strings.Cut(r.URL.RawQuery, "&Signature=")
	if !found || !strings.HasPrefix(query, kind+"=") {
		return fmt.Errorf("query is not a signed %s: %s", kind, r.URL.RawQuery)
	}
	text, err := url.QueryUnescape(encoded)
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	data := s.sp.IDPMetadata.IDPSSODescriptors[0].KeyDescriptors[0].KeyInfo.X509Data.X509Certificates[0].Data
	der, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	return cert.CheckSignature(x509.SHA256WithRSA, []byte(query), signature)
}

// assertion returns what the service last took in.
func (s *samlService) assertion() *saml.Assertion {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused != nil || s.got == nil {
		s.t.Fatalf("the service has no assertion: %v", s.refused)
	}
	return s.got
}

func (s *samlService) class() string {
	s.t.Helper()
	return s.assertion().AuthnStatements[0].AuthnContext.AuthnContextClassRef.Value
}
