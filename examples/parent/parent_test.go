package parent_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crewjam/saml"
	"github.com/google/go-cmp/cmp"

	"cloudpocket/examples/parent"
)

func TestNewRefuses(t *testing.T) {
	good := func() parent.Config { return parent.Config{Keys: sharedKeys(t), Users: people()} }
	for _, row := range []struct {
		name string
		edit func(*parent.Config)
	}{
		{"base URL with a path", func(c *parent.Config) { c.BaseURL = "http://parent.localhost/x" }},
		{"base URL without a scheme", func(c *parent.Config) { c.BaseURL = "parent.localhost" }},
		{"base URL that is none", func(c *parent.Config) { c.BaseURL = "http://[" }},
		{"login twice", func(c *parent.Config) { c.Users = append(c.Users, parent.User{Login: strong, Subject: "other"}) }},
		{"subject twice", func(c *parent.Config) { c.Users = append(c.Users, parent.User{Login: "other", Subject: "u-1001"}) }},
		{"user without a subject", func(c *parent.Config) { c.Users = append(c.Users, parent.User{Login: "other"}) }},
		{"link off the service", func(c *parent.Config) { c.Users[0].Documents = []parent.Link{{Path: "//evil.example"}} }},
		{"service without metadata", func(c *parent.Config) { c.SAML = []parent.ServiceProvider{{}} }},
		{"client without redirect URI", func(c *parent.Config) { c.OIDC = []parent.Client{{ID: "x", Secret: "x"}} }},
		{"client without secret", func(c *parent.Config) { c.OIDC = []parent.Client{{ID: "x", RedirectURIs: []string{"x"}}} }},
		{"client without keys", func(c *parent.Config) {
			c.OIDC = []parent.Client{{ID: "x", RedirectURIs: []string{"x"}, AuthMethod: "private_key_jwt"}}
		}},
		{"client with an unknown method", func(c *parent.Config) {
			c.OIDC = []parent.Client{{ID: "x", RedirectURIs: []string{"x"}, AuthMethod: "none"}}
		}},
		{"keys that are none", func(c *parent.Config) { c.Keys.SAML = []byte("x") }},
		{"certificate of another key", func(c *parent.Config) { c.Keys.SAML = append([]byte(nil), crossed(t, c.Keys)...) }},
		{"no certificate", func(c *parent.Config) { c.Keys.SAML = c.Keys.OIDC }},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := good()
			row.edit(&c)
			if _, err := parent.New(c); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

// crossed is the OIDC key with the SAML key's certificate.
func crossed(t *testing.T, k parent.Keys) []byte {
	t.Helper()
	_, cert, found := strings.Cut(string(k.SAML), "-----BEGIN CERTIFICATE-----")
	if !found {
		t.Fatal("no certificate")
	}
	return []byte(string(k.OIDC) + "-----BEGIN CERTIFICATE-----" + cert)
}

func TestLoadOrCreateKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	first, err := parent.LoadOrCreateKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := parent.LoadOrCreateKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	if _, err := parent.New(parent.Config{Keys: second}); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(filepath.Join(dir, "saml.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.Remove(filepath.Join(dir, "oidc.pem")); err != nil {
		t.Fatal(err)
	}
	if _, err := parent.LoadOrCreateKeys(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half of the keys: %v", err)
	}
}

// Every page is there in both languages, says that it is a stand-in and lacks no words.
func TestPages(t *testing.T) {
	s := newSAMLService(t, saml.HTTPPostBinding)
	r := newRelyingParty(t, "basic")
	f := start(t, func(c *parent.Config) {
		c.SAML, c.OIDC = []parent.ServiceProvider{s.registration()}, []parent.Client{r.registration()}
	})
	s.trust(f)
	r.trust(f)
	for _, lang := range []struct{ code, mark string }{{"ja", "見本です"}, {"en", "Stand-in"}} {
		t.Run(lang.code, func(t *testing.T) {
			b := newBrowser(t)
			check := func(at shown, status int) {
				t.Helper()
				if at.status != status || !strings.Contains(at.body, lang.mark) || strings.Contains(at.body, "⟨") ||
					!strings.Contains(at.body, `<html lang="`+lang.code+`">`) {
					t.Errorf("%s answered %d:\n%s", at.url, at.status, at.body)
				}
			}
			check(b.get(f.url+"/signin?lang="+lang.code), 200)
			check(b.post(f.url+"/signin", url.Values{"login": {"x"}}), 422)
			check(b.post(f.url+"/signin", url.Values{"login": {strong}, "password": {"pw-tanaka"}}), 200)
			check(b.get(f.url+"/nowhere"), 404)
			b.signedIn(f, strong, true)
			check(b.get(f.url+"/"), 200)
			check(b.get(f.url+"/account"), 200)
			check(b.get(f.url+"/signout"), 200)
			_, body := b.once(http.MethodPost, f.url+"/launch", url.Values{"sp": {"0"}, "to": {"/"}}, true)
			if !strings.Contains(body, lang.mark) || strings.Contains(body, "⟨") {
				t.Errorf("forwarding:\n%s", body)
			}
			check(b.get(f.url+"/signedout"), 200)
			check(b.get(f.url+"/signedout?partial=1"), 200)
		})
	}
}

func TestPortalPage(t *testing.T) {
	s := newSAMLService(t, "")
	r := newRelyingParty(t, "basic")
	f := start(t, func(c *parent.Config) {
		c.SAML, c.OIDC = []parent.ServiceProvider{s.registration()}, []parent.Client{r.registration()}
	})
	b := newBrowser(t).signedIn(f, strong, true)
	has := func(want ...string) {
		t.Helper()
		at := b.get(f.url + "/")
		for _, text := range want {
			if !strings.Contains(at.body, text) {
				t.Errorf("the page lacks %q:\n%s", text, at.body)
			}
		}
	}
	initiate := r.URL + "/initiate?iss=" + url.QueryEscape(f.Issuer()) + "&amp;target_link_uri=" + url.QueryEscape(r.URL)
	has(s.URL+"/start?to=%2F", r.URL+"/start?to=%2F", initiate+"%2F", initiate+"%2Fdocuments%2F42", s.URL+"/start?to=%2Fdocuments%2F42", "標準報酬決定通知書")
	if err := f.SetDocuments(strong, []parent.Link{{Label: "新しい通知", Path: "/documents/43"}}); err != nil {
		t.Fatal(err)
	}
	has("新しい通知", s.URL+"/start?to=%2Fdocuments%2F43")
	if err := f.SetDocuments("nobody", nil); err == nil {
		t.Error("nobody has documents")
	}
	if err := f.SetDocuments(strong, []parent.Link{{Path: "https://evil.example"}}); err == nil {
		t.Error("a link leads off the service")
	}
}

func TestQuickSignInOff(t *testing.T) {
	f := start(t, func(c *parent.Config) { c.QuickSignIn = false })
	b := newBrowser(t)
	if at := b.get(f.url + "/signin"); strings.Contains(at.body, "田中") {
		t.Error("the sign-in page names people")
	}
	if at := b.post(f.url+"/signin/quick", url.Values{"login": {strong}}); at.status != http.StatusUnprocessableEntity {
		t.Errorf("answered %d", at.status)
	}
	at := b.post(f.url+"/signin", url.Values{"login": {strong}, "password": {"pw-tanaka"}})
	code, err := f.Code(strong)
	if err != nil {
		t.Fatal(err)
	}
	if at.url.Path != "/signin/code" || strings.Contains(at.body, code) {
		t.Errorf("at %s, the page shows the code", at.url)
	}
}

func TestTimeRunsOut(t *testing.T) {
	f, s := joined(t, nil)
	b := newBrowser(t)
	at := b.get(s.URL + "/start?to=/")
	f.clock.advance(16 * time.Minute)
	if late := b.quick(at, strong); late.status != http.StatusGone {
		t.Errorf("a flow of 16 minutes ago answered %d", late.status)
	}
	b.signedIn(f, strong, true)
	f.clock.advance(7 * time.Hour)
	if at := b.get(f.url + "/"); at.url.Path != "/" {
		t.Errorf("after 7 hours at %s", at.url)
	}
	f.clock.advance(time.Hour)
	if at := b.get(f.url + "/"); at.url.Path != "/signin" {
		t.Errorf("after 8 hours at %s", at.url)
	}
}

func TestCookies(t *testing.T) {
	for _, row := range []struct {
		name   string
		edit   func(*parent.Config)
		same   http.SameSite
		secure bool
	}{
		{"plain", func(*parent.Config) {}, http.SameSiteLaxMode, false},
		{"https", func(c *parent.Config) { c.BaseURL = "https://parent.localhost" }, http.SameSiteLaxMode, true},
		{"for frames", func(c *parent.Config) { c.CrossSiteCookies = true }, http.SameSiteNoneMode, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := start(t, row.edit)
			cookie, err := c.SignIn(strong, true)
			if err != nil {
				t.Fatal(err)
			}
			if !cookie.HttpOnly || cookie.SameSite != row.same || cookie.Secure != row.secure || cookie.Domain != "" {
				t.Errorf("cookie is %s", cookie)
			}
		})
	}
}

func TestClose(t *testing.T) {
	f := start(t, nil)
	b := newBrowser(t).signedIn(f, strong, true)
	f.Close()
	if at := b.get(f.url + "/"); at.url.Path != "/signin" {
		t.Errorf("a session outlives Close, at %s", at.url)
	}
}

// A form of another site cannot sign anybody in or out.
func TestCrossSiteForms(t *testing.T) {
	f := start(t, nil)
	for _, path := range []string{"/signin", "/signin/quick", "/signin/code", "/launch", "/signout"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, f.url+path, strings.NewReader("login="+strong))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		f.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
}

// Somebody else's sign-in in the same browser ends the session before it, and clients are told.
func TestAnotherPerson(t *testing.T) {
	f, r := related(t, "basic", nil)
	b := newBrowser(t).signedIn(f, strong, true)
	b.get(r.URL + "/start")
	b.quick(b.get(f.url+"/signin?flow="+url.QueryEscape(waiting(b, r))), weak)
	if r.signedIn(); r.idToken.Subject != "u-1002" {
		t.Errorf("signed in as %q", r.idToken.Subject)
	}
	if len(r.told) != 1 {
		t.Errorf("the client was told %d times", len(r.told))
	}
}

// waiting begins a sign-in that must be fresh, and returns its flow.
func waiting(b *browser, r *relyingParty) string {
	r.extra.Set("prompt", "login")
	return b.get(r.URL + "/start").url.Query().Get("flow")
}

func TestManyAtOnce(t *testing.T) {
	f, s := joined(t, nil)
	req, err := s.sp.MakeRedirectAuthenticationRequest("x")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			b := newBrowser(t).signedIn(f, strong, true)
			resp, _ := b.once(http.MethodGet, req.String(), nil, true)
			_, body := b.once(http.MethodGet, f.url+resp.Header.Get("Location"), nil, true)
			if !strings.Contains(body, "SAMLResponse") {
				t.Errorf("no response:\n%s", body)
			}
			if err := f.SetDocuments(strong, nil); err != nil {
				t.Error(err)
			}
			if at := b.post(f.url+"/signin/quick", url.Values{"login": {weak}}); at.status != 200 {
				t.Errorf("answered %d", at.status)
			}
		})
	}
	all.Wait()
}

func TestServe(t *testing.T) {
	var l net.Listener
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p, err := parent.New(parent.Config{BaseURL: "http://" + l.Addr().String(), Keys: sharedKeys(t)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Serve(ctx, l) }()
	if at := newBrowser(t).get(p.MetadataURL()); at.status != http.StatusOK {
		t.Errorf("answered %d", at.status)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
