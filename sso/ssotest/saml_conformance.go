package ssotest

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// SAMLConnector holds a connector to the contract of [sso.Connector] beyond single messages.
func SAMLConnector(t *testing.T, open OpenSAML) {
	w := NewSAMLWorld(t)
	for _, row := range []struct {
		name string
		test func(*testing.T, *SAMLWorld, OpenSAML)
	}{
		{"start by redirect", startByRedirect},
		{"start by POST", startByPost},
		{"start without a signature", startPlain},
		{"start with what was asked for", startWishes},
		{"a whole sign-in", wholeSignIn},
		{"replay", replay},
		{"replay on two instances at once", replayAtOnce},
		{"marks away", marksAway},
		{"panic", panics},
		{"trusts are apart", trustsApart},
		{"no third-party initiation", noInitiation},
		{"our metadata", ownMetadata},
		{"logout by us", logoutByUs},
		{"logout by us, POST", logoutByUsPost},
		{"logout where there is none", logoutNowhere},
		{"logout by the IdP", logoutByIdP},
		{"logout replayed", logoutReplayed},
	} {
		t.Run(row.name, func(t *testing.T) { row.test(t, w, open) })
	}
}

func startByRedirect(t *testing.T, w *SAMLWorld, open OpenSAML) {
	a := &sso.Attempt{Handle: strings.Repeat("h", 43), TrustID: w.TrustID}
	d, err := w.Open(t, open, w.Setup()).Start(t.Context(), a)
	if err != nil || d.Fields != nil || !strings.HasPrefix(d.URL, "https://idp.example/sso?") {
		t.Fatalf("start: %+v, %v", d, err)
	}
	q := w.checkQuery(t, d.URL)
	if q.Get("RelayState") != a.Handle {
		t.Errorf("RelayState %q is not the handle", q.Get("RelayState"))
	}
	w.checkRequest(t, inflateQuery(t, q, "SAMLRequest"), a)
}

// checkQuery verifies the signature of a redirect of ours and returns its query.
func (w *SAMLWorld) checkQuery(t *testing.T, location string) url.Values {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatalf("the redirect is no URL: %v", err)
	}
	signed, _, ok := strings.Cut(u.RawQuery, "&Signature=")
	value, err := base64.StdEncoding.DecodeString(u.Query().Get("Signature"))
	if !ok || err != nil {
		t.Fatalf("the redirect is not signed: %s", location)
	}
	if u.Query().Get("SigAlg") != moreAlgorithm+"rsa-sha256" {
		t.Errorf("signed by %q", u.Query().Get("SigAlg"))
	}
	pub, ok := w.SP.Signer.Public().(*rsa.PublicKey)
	if !ok || rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest(crypto.SHA256, []byte(signed)), value) != nil {
		t.Errorf("the redirect's signature is not ours")
	}
	return u.Query()
}

func (w *SAMLWorld) checkRequest(t *testing.T, data []byte, a *sso.Attempt) saml.AuthnRequest {
	t.Helper()
	var req saml.AuthnRequest
	if err := xml.Unmarshal(data, &req); err != nil {
		t.Fatalf("read the request: %v", err)
	}
	if req.ID == "" || req.ID != a.RequestID || req.Version != "2.0" || !req.IssueInstant.Equal(w.Now) || req.Destination != "https://idp.example/sso" ||
		req.Issuer.Value != w.URL("metadata") || req.AssertionConsumerServiceURL != w.URL("acs") || req.ProtocolBinding != saml.HTTPPostBinding {
		t.Errorf("the request is %s", data)
	}
	return req
}

func startByPost(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s := w.Setup()
	s.Trust.SAML.PostRequests = true
	a := &sso.Attempt{Handle: "handle", TrustID: w.TrustID}
	d, err := w.Open(t, open, s).Start(t.Context(), a)
	if err != nil || d.URL != "https://idp.example/sso" || len(d.Fields) != 2 || d.Fields[1] != (sso.Field{Name: "RelayState", Value: "handle"}) {
		t.Fatalf("start: %+v, %v", d, err)
	}
	w.checkRequest(t, w.checkSigned(t, d.Fields[0].Value), a)
}

// checkSigned verifies a base64 message of ours with goxmldsig and returns it.
func (w *SAMLWorld) checkSigned(t *testing.T, field string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(field)
	if err != nil {
		t.Fatalf("not base64: %v", err)
	}
	if _, err := verifier(w.Now, w.SP).Validate(element(t, string(data))); err != nil {
		t.Errorf("our signature does not verify: %v in %s", err, data)
	}
	return data
}

// verifier is goxmldsig's, for one certificate.
func verifier(now time.Time, key SAMLKey) *dsig.ValidationContext {
	v := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{key.Cert}})
	v.Clock = dsig.NewFakeClockAt(now)
	return v
}

func startPlain(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s := w.Setup()
	s.Trust.SAML.PlainRequests = true
	a := &sso.Attempt{Handle: "handle"}
	d, err := w.Open(t, open, s).Start(t.Context(), a)
	if err != nil || strings.Contains(d.URL, "Signature=") {
		t.Fatalf("start: %+v, %v", d, err)
	}
	u, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.checkRequest(t, inflateQuery(t, u.Query(), "SAMLRequest"), a)
}

func startWishes(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s := w.Setup()
	s.Trust.SAML.Contexts, s.Trust.SAML.NameIDFormat = []string{MFAContext}, "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
	c := w.Open(t, open, s)
	a := &sso.Attempt{Handle: "handle", Force: true, Contexts: []string{"urn:strong", MFAContext}}
	d, err := c.Start(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	data := inflateQuery(t, w.checkQuery(t, d.URL), "SAMLRequest")
	req := w.checkRequest(t, data, a)
	if req.ForceAuthn == nil || !*req.ForceAuthn || req.NameIDPolicy == nil || *req.NameIDPolicy.Format != s.Trust.SAML.NameIDFormat {
		t.Errorf("the request is %s", data)
	}
	var classes []string
	for _, el := range element(t, string(data)).FindElements("./RequestedAuthnContext/AuthnContextClassRef") {
		classes = append(classes, el.Text())
	}
	if !slices.Equal(classes, []string{MFAContext, "urn:strong"}) {
		t.Errorf("requested contexts are %q", classes)
	}
	again := &sso.Attempt{Handle: "handle"}
	if _, err := c.Start(t.Context(), again); err != nil || again.RequestID == a.RequestID {
		t.Errorf("a second request has ID %q like the first, or fails: %v", again.RequestID, err)
	}
}

func wholeSignIn(t *testing.T, w *SAMLWorld, open OpenSAML) {
	c := w.Open(t, open, w.Setup())
	a := &sso.Attempt{Handle: "handle", TrustID: w.TrustID}
	if _, err := c.Start(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	id, err := c.Finish(t.Context(), w.Post(w.Seal(t, EncryptedAssertion, w.Response(a), Sealing{}), a), a, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantTaro(t, id)
}

func replay(t *testing.T, w *SAMLWorld, open OpenSAML) {
	c, a := w.Open(t, open, w.Setup()), w.Attempt()
	r := w.Response(a)
	if _, err := c.Finish(t.Context(), w.Post(w.Seal(t, SignedAssertion, r, Sealing{}), a), a, nil); err != nil {
		t.Fatal(err)
	}
	_, err := c.Finish(t.Context(), w.Post(w.Seal(t, SignedAssertion, r, Sealing{}), a), a, nil)
	WantRefused(t, err, "saml.replay")
	r.ID = "_response-2"
	for _, mode := range SAMLModes() {
		_, err = c.Finish(t.Context(), w.Post(w.Seal(t, mode, r, Sealing{}), a), a, nil)
		WantRefused(t, err, "saml.replay")
	}
}

// replayAtOnce sends one message to two instances that share marks, many times at once.
func replayAtOnce(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s, a := w.Setup(), w.Attempt()
	m := w.Post(w.Seal(t, SignedResponse, w.Response(a), Sealing{}), a)
	instances := []sso.Connector{w.Open(t, open, s), w.Open(t, open, s)}
	var admitted atomic.Int32
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			switch _, err := instances[i%2].Finish(t.Context(), m, a, nil); {
			case err == nil:
				admitted.Add(1)
			case sso.ReasonOf(err) != "saml.replay":
				t.Errorf("refused for %v", err)
			}
		})
	}
	if group.Wait(); admitted.Load() != 1 {
		t.Errorf("one assertion signed in %d times", admitted.Load())
	}
}

// brokenMarks fail every call by fail.
type brokenMarks struct{ fail func() error }

func (b brokenMarks) Put(context.Context, string, []byte, time.Duration) error { return b.fail() }
func (b brokenMarks) Set(context.Context, string, []byte, time.Duration) error { return b.fail() }
func (b brokenMarks) Take(context.Context, string) ([]byte, error)             { return nil, b.fail() }
func (b brokenMarks) Peek(context.Context, string) ([]byte, error)             { return nil, b.fail() }

func marksAway(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s, a := w.Setup(), w.Attempt()
	s.Marks = brokenMarks{func() error { return store.Fail(store.Unavailable, "error.away", "the marks are away") }}
	c := w.Open(t, open, s)
	id, err := c.Finish(t.Context(), w.Post(w.Seal(t, SignedResponse, w.Response(a), Sealing{}), a), a, nil)
	if !errors.Is(err, store.ErrUnavailable) || id.Subject != "" {
		t.Errorf("without marks Finish returns %+v, %v", id, err)
	}
	if _, err := c.LogoutMessage(t.Context(), w.bring(t, w.LogoutRequest(), true, "")); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("without marks LogoutMessage returns %v", err)
	}
	if _, err := c.Logout(t.Context(), w.session(), "handle"); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("without marks Logout returns %v", err)
	}
}

func panics(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s, a := w.Setup(), w.Attempt()
	s.Marks = brokenMarks{func() error { panic("a fault of ours") }}
	c := w.Open(t, open, s)
	id, err := c.Finish(t.Context(), w.Post(w.Seal(t, SignedResponse, w.Response(a), Sealing{}), a), a, nil)
	WantRefused(t, err, "saml.panic")
	if id.Subject != "" {
		t.Errorf("a panic came with an identity: %+v", id)
	}
	_, err = c.LogoutMessage(t.Context(), w.bring(t, w.LogoutRequest(), true, ""))
	WantRefused(t, err, "saml.panic")
}

// trustsApart has two tenants whose IdPs call themselves the same and have different keys.
func trustsApart(t *testing.T, w *SAMLWorld, open OpenSAML) {
	other := *w
	other.TrustID, other.IdP = "other", w.Next
	marks := w.Setup().Marks
	setup := func(x *SAMLWorld) SAMLSetup {
		s := x.Setup()
		s.Marks, s.Trust.SAML.IdPInitiated = marks, true
		return s
	}
	ours, theirs := w.Open(t, open, setup(w)), other.Open(t, open, setup(&other))
	m := w.Post(w.Seal(t, SignedBoth, w.Response(nil), Sealing{}), nil)
	_, err := theirs.Finish(t.Context(), m, nil, nil)
	WantRefused(t, err, "saml.endpoint")
	m.Endpoint = other.URL("acs")
	_, err = theirs.Finish(t.Context(), m, nil, nil)
	WantRefused(t, err, "saml.signature")
	// The other IdP signs what is meant for us, and sends the same assertion ID to its own: neither harms us.
	_, err = theirs.Finish(t.Context(), other.Post(other.Seal(t, SignedBoth, w.Response(nil), Sealing{}), nil), nil, nil)
	WantRefused(t, err, "saml.destination")
	if _, err = theirs.Finish(t.Context(), other.Post(other.Seal(t, SignedBoth, other.Response(nil), Sealing{}), nil), nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, err = ours.Finish(t.Context(), w.Post(w.Seal(t, SignedBoth, w.Response(nil), Sealing{}), nil), nil, nil); err != nil {
		t.Errorf("another trust's assertion of the same ID spent ours: %v", err)
	}
}

func noInitiation(t *testing.T, w *SAMLWorld, open OpenSAML) {
	_, err := w.Open(t, open, w.Setup()).Initiate(t.Context(), sso.Message{Query: url.Values{"iss": {w.EntityID}}})
	WantRefused(t, err, "saml.initiate")
}

func ownMetadata(t *testing.T, w *SAMLWorld, open OpenSAML) {
	data, media, err := w.Open(t, open, w.Setup()).Metadata(t.Context())
	if err != nil || media != "application/samlmetadata+xml" {
		t.Fatalf("metadata: %q, %v", media, err)
	}
	if _, err := verifier(w.Now, w.SP).Validate(element(t, string(data))); err != nil {
		t.Errorf("the metadata's signature does not verify: %v", err)
	}
	var e saml.EntityDescriptor
	if err := xml.Unmarshal(data, &e); err != nil {
		t.Fatalf("read the metadata: %v", err)
	}
	if e.EntityID != w.URL("metadata") || !e.ValidUntil.After(w.Now) || len(e.SPSSODescriptors) != 1 {
		t.Fatalf("the metadata is %s", data)
	}
	sp := e.SPSSODescriptors[0]
	if len(sp.AssertionConsumerServices) != 1 || sp.AssertionConsumerServices[0].Location != w.URL("acs") || sp.AssertionConsumerServices[0].Binding != saml.HTTPPostBinding ||
		len(sp.SingleLogoutServices) != 2 || sp.SingleLogoutServices[0].Location != w.URL("slo") || !*sp.WantAssertionsSigned || !*sp.AuthnRequestsSigned {
		t.Errorf("the metadata is %s", data)
	}
	published := map[string]int{}
	for _, k := range sp.KeyDescriptors {
		published[k.Use+" "+k.KeyInfo.X509Data.X509Certificates[0].Data]++
	}
	for _, want := range []string{"signing " + w.SP.base64(), "signing " + w.OldSP.base64(), "encryption " + w.SP.base64(), "encryption " + w.OldSP.base64()} {
		if published[want] != 1 {
			t.Errorf("the metadata does not publish %.30s…", want)
		}
	}
}

func logoutByUs(t *testing.T, w *SAMLWorld, open OpenSAML) {
	c := w.Open(t, open, w.Setup())
	d, err := c.Logout(t.Context(), w.session(), "handle")
	if err != nil || !strings.HasPrefix(d.URL, "https://idp.example/slo?") || d.Fields != nil {
		t.Fatalf("logout: %+v, %v", d, err)
	}
	q := w.checkQuery(t, d.URL)
	id := w.checkLogoutRequest(t, inflateQuery(t, q, "SAMLRequest"))
	if q.Get("RelayState") != "handle" {
		t.Errorf("RelayState %q is not the handle", q.Get("RelayState"))
	}
	_, err = c.LogoutMessage(t.Context(), w.bring(t, w.LogoutResponse(id+"x"), true, "handle"))
	WantRefused(t, err, "saml.in_response_to")
	order, err := c.LogoutMessage(t.Context(), w.bring(t, w.LogoutResponse(id), true, "handle"))
	if err != nil || order.Answers != "handle" || order.Subject != "" || order.Reply != nil {
		t.Errorf("the answer is %+v, %v", order, err)
	}
	_, err = c.LogoutMessage(t.Context(), w.bring(t, w.LogoutResponse(id), true, "handle"))
	WantRefused(t, err, "saml.in_response_to")
	w.logoutAnswers(t, c)
}

// logoutAnswers are answers to our request that are not as they should be.
func (w *SAMLWorld) logoutAnswers(t *testing.T, c sso.Connector) {
	t.Helper()
	ask := func() string {
		d, err := c.Logout(t.Context(), w.session(), "handle")
		if err != nil {
			t.Fatal(err)
		}
		return w.checkLogoutRequest(t, inflateQuery(t, w.checkQuery(t, d.URL), "SAMLRequest"))
	}
	_, err := c.LogoutMessage(t.Context(), w.bring(t, w.LogoutResponse(ask()), false, "other"))
	WantRefused(t, err, "saml.relay_state")
	for _, codes := range [][]string{{"urn:oasis:names:tc:SAML:2.0:status:Responder"}, {success, "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"}} {
		l := w.LogoutResponse(ask())
		l.ContentXML = status(codes...)
		_, err = c.LogoutMessage(t.Context(), w.bring(t, l, false, "handle"))
		WantRefused(t, err, "saml.logout_status")
	}
}

func (w *SAMLWorld) checkLogoutRequest(t *testing.T, data []byte) string {
	t.Helper()
	var req saml.LogoutRequest
	if err := xml.Unmarshal(data, &req); err != nil {
		t.Fatalf("read the request: %v", err)
	}
	if req.ID == "" || req.Destination != "https://idp.example/slo" || req.Issuer.Value != w.URL("metadata") || req.NameID == nil ||
		req.NameID.Value != "taro@example.jp" || req.SessionIndex == nil || req.SessionIndex.Value != "_session-1" || !req.NotOnOrAfter.After(w.Now) {
		t.Errorf("the logout request is %s", data)
	}
	return req.ID
}

// without returns w's setup with metadata that lacks the elements that have all of words in them.
func (w *SAMLWorld) without(t *testing.T, words ...string) SAMLSetup {
	t.Helper()
	s := w.Setup()
	doc := element(t, string(s.Trust.SAML.Metadata))
	for _, el := range doc.FindElements("./IDPSSODescriptor/*") {
		text := string(serialise(t, el))
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			el.Parent().RemoveChild(el)
		}
	}
	s.Trust.SAML.Metadata = serialise(t, doc)
	return s
}

func logoutByUsPost(t *testing.T, w *SAMLWorld, open OpenSAML) {
	d, err := w.Open(t, open, w.without(t, "SingleLogoutService", "HTTP-Redirect")).Logout(t.Context(), w.session(), "handle")
	if err != nil || d.URL != "https://idp.example/slo" || len(d.Fields) != 2 || d.Fields[0].Name != "SAMLRequest" {
		t.Fatalf("logout: %+v, %v", d, err)
	}
	data := w.checkSigned(t, d.Fields[0].Value)
	w.checkLogoutRequest(t, data)
	var order []string
	for _, el := range element(t, string(data)).ChildElements() {
		order = append(order, el.Tag)
	}
	if !slices.Equal(order, []string{"Issuer", "Signature", "NameID", "SessionIndex"}) {
		t.Errorf("the request's elements are %q", order)
	}
}

func logoutNowhere(t *testing.T, w *SAMLWorld, open OpenSAML) {
	c := w.Open(t, open, w.without(t, "SingleLogoutService"))
	if d, err := c.Logout(t.Context(), w.session(), "handle"); err != nil || d.URL != "" {
		t.Errorf("logout at an IdP without single logout: %+v, %v", d, err)
	}
	order, err := c.LogoutMessage(t.Context(), w.bring(t, w.LogoutRequest(), true, ""))
	if err != nil || order.Reply != nil {
		t.Errorf("a request from an IdP that takes no answer: %+v, %v", order, err)
	}
	s := w.session()
	s.NameID = ""
	if d, err := w.Open(t, open, w.Setup()).Logout(t.Context(), s, "handle"); err != nil || d.URL != "" {
		t.Errorf("logout without a name: %+v, %v", d, err)
	}
}

func logoutByIdP(t *testing.T, w *SAMLWorld, open OpenSAML) {
	c := w.Open(t, open, w.Setup())
	l := w.LogoutRequest()
	l.ContentXML += `<samlp:SessionIndex>_session-2</samlp:SessionIndex>`
	order, err := c.LogoutMessage(t.Context(), w.bring(t, l, false, "their relay state"))
	if err != nil || order.Subject != "taro@example.jp" || !slices.Equal(order.Indexes, []string{"_session-1", "_session-2"}) || order.Reply == nil {
		t.Fatalf("the order is %+v, %v", order, err)
	}
	for _, row := range []struct {
		ended bool
		codes []string
	}{{true, []string{success}}, {false, []string{"urn:oasis:names:tc:SAML:2.0:status:Responder", "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"}}} {
		d, err := order.Reply(t.Context(), row.ended)
		if err != nil || !strings.HasPrefix(d.URL, "https://idp.example/slo?") {
			t.Fatalf("the reply is %+v, %v", d, err)
		}
		q := w.checkQuery(t, d.URL)
		root := element(t, string(inflateQuery(t, q, "SAMLResponse")))
		if q.Get("RelayState") != "their relay state" || root.SelectAttrValue("InResponseTo", "") != "_logout-1" || root.SelectElement("Issuer").Text() != w.URL("metadata") {
			t.Errorf("the reply is %s", serialise(t, root))
		}
		if got := codes(root); !slices.Equal(got, row.codes) {
			t.Errorf("the status is %q, want %q", got, row.codes)
		}
	}
}

func codes(root *etree.Element) []string {
	var out []string
	for _, el := range root.FindElements("//StatusCode") {
		out = append(out, el.SelectAttrValue("Value", ""))
	}
	return out
}

func logoutReplayed(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s := w.Setup()
	m := w.bring(t, w.LogoutRequest(), true, "")
	if _, err := w.Open(t, open, s).LogoutMessage(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	_, err := w.Open(t, open, s).LogoutMessage(t.Context(), m)
	WantRefused(t, err, "saml.replay")
	_, err = w.Open(t, open, s).LogoutMessage(t.Context(), w.bring(t, w.LogoutRequest(), false, ""))
	WantRefused(t, err, "saml.replay")
}
