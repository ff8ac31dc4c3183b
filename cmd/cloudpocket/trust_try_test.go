package main

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/examples/parent"
	"cloudpocket/sso"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// world is a service with a stand-in parent product, set up by the command itself.
type world struct {
	t    *testing.T
	url  string
	data string
	app  *app.App
	idp  *parent.Parent
	log  kept
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, data: filepath.Join(t.TempDir(), "data")}
	w.url = interop.Serve(t, "pocket.localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.app.Handler().ServeHTTP(rw, r) }))
	var err error
	w.app, err = app.New(t.Context(), app.Config{
		StoreConfig: app.StoreConfig{Data: w.data}, BaseURL: w.url, Migrate: true, Scan: app.ScanOff, SessionIdle: time.Hour, SessionAbsolute: time.Hour, MetadataRefresh: time.Hour,
	}, time.Now, slog.New(slog.NewTextHandler(&w.log, nil)))
	w.check(err)
	t.Cleanup(func() { w.check(w.app.Close()) })
	w.parent()
	w.do("tenant", "add", "aoba", "Aoba")
	return w
}

// parent starts the stand-in: suzuki and ghost have a second factor, tanaka has none.
func (w *world) parent() {
	w.t.Helper()
	address := interop.Serve(w.t, "parent.localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.idp.ServeHTTP(rw, r) }))
	oidc := w.url + "/sso/oidc/oidc/"
	var err error
	w.idp, err = parent.New(parent.Config{
		BaseURL: address, QuickSignIn: true, LaxContexts: true, Log: slog.New(slog.DiscardHandler),
		Users: []parent.User{
			{Login: "suzuki", Subject: "s-suzuki", Name: "鈴木", SecondFactor: true},
			{Login: "ghost", Subject: "s-ghost", Name: "Ghost", SecondFactor: true},
			{Login: "tanaka", Subject: "s-tanaka", Name: "Tanaka"},
		},
		SAML: []parent.ServiceProvider{{MetadataURL: w.url + "/sso/saml/saml/metadata"}},
		OIDC: []parent.Client{{ID: "pocket", AuthMethod: "private_key_jwt", JWKSURI: oidc + "jwks", RedirectURIs: []string{oidc + "callback"}}},
	})
	w.check(err)
	w.t.Cleanup(w.idp.Close)
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// do runs a command that must be done.
func (w *world) do(args ...string) {
	w.t.Helper()
	var out, errs bytes.Buffer
	if code := w.run(&out, &errs, args...); code != 0 {
		w.t.Fatalf("%q exits with %d: %s", args, code, errs.String())
	}
}

func (w *world) run(out, errs io.Writer, args ...string) int {
	return run(w.t.Context(), append(args, "--data", w.data), out, errs)
}

// trusts adds the two trusts, which demand a second factor, and registers suzuki and tanaka with both. They are added
// disabled: a test is what comes before switching on.
func (w *world) trusts() {
	w.t.Helper()
	metadata, err := w.idp.Metadata()
	w.check(err)
	file := filepath.Join(w.t.TempDir(), "idp.xml")
	w.check(os.WriteFile(file, metadata, 0o600))
	common := []string{"--tenant", "aoba", "--private", "--disabled", "--mfa-context", parent.ContextMFA}
	w.do(append([]string{"trust", "add", "saml", "--metadata", file, "saml"}, common...)...)
	w.do(append([]string{"trust", "add", "oidc", "--issuer", w.idp.Issuer(), "--client-id", "pocket", "oidc"}, common...)...)
	for _, trust := range []string{"saml", "oidc"} {
		for _, login := range []string{"suzuki", "tanaka"} {
			w.do("account", "add", "--staff", "--tenant", "aoba", "--trust", trust, "--subject", "s-"+login, trust+"-"+login, login)
		}
	}
}

// try runs trust test, has somebody open its link, and returns the link, what was printed after it and the status.
func (w *world) try(trust string, open func(link string)) (link, out, errs string, code int) {
	w.t.Helper()
	read, write := io.Pipe()
	var failed bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- w.run(write, &failed, "trust", "test", "--base-url", w.url, "--wait", "30s", trust)
		write.Close()
	}()
	lines := bufio.NewReader(read)
	for !strings.HasPrefix(link, w.url) {
		line, err := lines.ReadString('\n')
		if err != nil {
			w.t.Fatalf("trust test ends with %d: %s", <-ended, failed.String())
		}
		link = strings.TrimSpace(line)
	}
	open(link)
	rest, err := io.ReadAll(lines)
	w.check(err)
	return link, string(rest), failed.String(), <-ended
}

// signIn opens link in b and signs login in at the parent.
func (w *world) signIn(b *browser, link, login string) page {
	w.t.Helper()
	p := b.open(link)
	p = b.submit(p, quick(w.t, p), url.Values{"login": {login}})
	if strings.HasPrefix(p.url.String(), w.idp.URL("/signin")) { // asked once more, for the second factor
		p = b.submit(p, quick(w.t, p), url.Values{"login": {login}})
	}
	return p
}

// quick returns the parent's form for signing in with one click.
func quick(t *testing.T, p page) form {
	t.Helper()
	i := slices.IndexFunc(p.forms, func(f form) bool { return f.action == "/signin/quick" })
	if i < 0 {
		t.Fatalf("%s shows no sign-in: %d %s", p.url, p.status, p.text)
	}
	return p.forms[i]
}

// nobodyIn demands that b has no session at the service, and that no account has signed in.
func (w *world) nobodyIn(b *browser) {
	w.t.Helper()
	if p := b.open(w.url + "/me/sessions"); p.url.Path == "/me/sessions" && p.status == http.StatusOK {
		w.t.Error("the browser that tested is let in")
	}
	accounts, err := w.app.Stores.AccountsOf(w.t.Context(), "aoba", "")
	w.check(err)
	for _, a := range accounts {
		sessions, err := w.app.Stores.Sessions.Of(w.t.Context(), "aoba", a.ID)
		if err != nil || len(sessions) > 0 || !a.LastSignInAt.IsZero() {
			w.t.Errorf("account %s: %d sessions, %v, signed in at %s", a.ID, len(sessions), err, a.LastSignInAt)
		}
	}
}

func TestTrustTest(t *testing.T) {
	w := newWorld(t)
	w.trusts()
	tests := []struct {
		name, login string
		code        int
		last        string // line
		failed      string
	}{
		{"passes", "suzuki", 0, `^The sign-in would be let in\.$`, ""},
		{"no second factor", "tanaka", 1, `^✗ second factor  +asked again: mfa.context: `, "the sign-in would be refused"},
		{"unknown account", "ghost", 1, `^✗ account  +admit.not_registered: no account of trust`, "the sign-in would be refused"},
	}
	for _, trust := range []string{"saml", "oidc"} {
		for _, tt := range tests {
			t.Run(trust+"/"+tt.name, func(t *testing.T) {
				b := newBrowser(t)
				var shown page
				link, out, errs, code := w.try(trust, func(link string) { shown = w.signIn(b, link, tt.login) })
				if code != tt.code || !strings.Contains(errs, tt.failed) || shown.status != http.StatusOK {
					t.Errorf("exits with %d, says %q, page %d; want %d, %q, 200", code, errs, shown.status, tt.code, tt.failed)
				}
				lines := strings.Split(strings.TrimSpace(out), "\n")
				if !regexp.MustCompile(tt.last).MatchString(lines[len(lines)-1]) {
					t.Errorf("the last line is not %s:\n%s", tt.last, out)
				}
				if n := strings.Count(out, "✓ "); n < 5 || strings.Count(out, "✗ ") != tt.code {
					t.Errorf("%d steps held:\n%s", n, out)
				}
				if strings.Contains(out, "signin.") {
					t.Errorf("keys for programs are printed:\n%s", out)
				}
				w.nobodyIn(b)
				if again := b.open(link); again.status != http.StatusNotFound {
					t.Errorf("the link works again: %d at %s", again.status, again.url)
				}
			})
		}
	}
}

// TestTrustTestOfTwoBrowsers opens the link twice before either is through: the first through is the result, the other
// is told that the test is over.
func TestTrustTestOfTwoBrowsers(t *testing.T) {
	w := newWorld(t)
	w.trusts()
	first, second := newBrowser(t), newBrowser(t)
	var late page
	_, out, _, code := w.try("saml", func(link string) {
		waiting := second.open(link)
		w.signIn(first, link, "suzuki")
		late = second.submit(waiting, quick(t, waiting), url.Values{"login": {"ghost"}})
	})
	if code != 0 || late.status != http.StatusForbidden {
		t.Errorf("exits with %d, the second browser gets %d at %s: %s\n%s", code, late.status, late.url, late.text, out)
	}
	w.nobodyIn(second)
}

// TestTrustTestOfForgery has an identity provider whose answers break one rule each.
func TestTrustTestOfForgery(t *testing.T) {
	w := newWorld(t)
	now := time.Now()
	idp := &ssotest.SAMLWorld{Now: now, BaseURL: w.url, EntityID: "https://idp.example/saml", TrustID: "forged", IdP: ssotest.NewSAMLECKey(t, now), Forger: ssotest.NewSAMLECKey(t, now)}
	file := filepath.Join(t.TempDir(), "idp.xml")
	w.check(os.WriteFile(file, idp.Metadata(idp.EntityID, idp.IdP), 0o600))
	w.do("trust", "add", "saml", "--tenant", "aoba", "--metadata", file, "forged")
	w.do("account", "add", "--staff", "--tenant", "aoba", "--trust", "forged", "--subject", "taro@example.jp", "taro", "Taro")
	tests := []struct {
		name    string
		change  func(*ssotest.SAMLResponse)
		sealing ssotest.Sealing
		code    int
		want    string
	}{
		{"nothing wrong", func(*ssotest.SAMLResponse) {}, ssotest.Sealing{}, 0, "would be let in"},
		{"wrong audience", func(r *ssotest.SAMLResponse) { r.Assertions[0].Audiences = [][]string{{"https://other.example"}} }, ssotest.Sealing{}, 1, "✗ .*saml.audience"},
		{"wrong key", func(*ssotest.SAMLResponse) {}, ssotest.Sealing{Signer: ssotest.SAMLSigner{Key: idp.Forger}}, 1, "✗ .*saml.signature"},
		{"too old", func(r *ssotest.SAMLResponse) {
			r.Assertions[0].NotBefore, r.Assertions[0].NotOnOrAfter = ssotest.SAMLTime(now.Add(-time.Hour)), ssotest.SAMLTime(now.Add(-30*time.Minute))
		}, ssotest.Sealing{}, 1, "✗ .*saml."},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBrowser(t)
			_, out, _, code := w.try("forged", func(link string) {
				a := requested(t, b, link)
				r := idp.Response(a)
				r.ID += string(rune('a' + i))
				r.Assertions[0].ID += string(rune('a' + i))
				tt.change(&r)
				m := idp.Post(idp.Seal(t, ssotest.SignedBoth, r, tt.sealing), a)
				b.show(b.client.PostForm(idp.URL("acs"), m.Form))
			})
			if code != tt.code || !regexp.MustCompile(tt.want).MatchString(out) {
				t.Errorf("exits with %d, want %d and %s:\n%s", code, tt.code, tt.want, out)
			}
			w.nobodyIn(b)
		})
	}
}

// requested opens link and returns the attempt as the identity provider is asked for it.
func requested(t *testing.T, b *browser, link string) *sso.Attempt {
	t.Helper()
	client := *b.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	to, err := res.Location()
	if err != nil {
		t.Fatal(err)
	}
	packed, err := base64.StdEncoding.DecodeString(to.Query().Get("SAMLRequest"))
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	if _, err := doc.ReadFrom(flate.NewReader(bytes.NewReader(packed))); err != nil {
		t.Fatal(err)
	}
	return &sso.Attempt{Handle: to.Query().Get("RelayState"), TrustID: store.ID("forged"), RequestID: doc.Root().SelectAttrValue("ID", "")}
}

// TestTrustTestOfNobody has an identity provider that cannot be reached, and a trust that cannot be opened: the test ends
// with the step and the reason, for whoever waits and in the browser.
func TestTrustTestOfNobody(t *testing.T) {
	w := newWorld(t)
	w.do("trust", "add", "oidc", "--tenant", "aoba", "--private", "--issuer", "http://away.localhost:1", "--client-id", "pocket", "away")
	w.check(w.app.Portal.Records.Update(t.Context(), "aoba", func(tx store.Tx) error {
		return tx.Trusts().Create(t.Context(), store.Trust{ID: "empty", Name: "empty", Protocol: store.SAML, State: store.TrustEnabled,
			SAML: &store.SAMLTrust{EntityID: "https://idp.example/saml", Metadata: []byte("<nothing/>")}})
	}))
	for trust, want := range map[string]string{"away": `✗ start +.*http://away\.localhost:1`, "empty": `✗ open +.*open trust empty.*metadata`} {
		t.Run(trust, func(t *testing.T) {
			b := newBrowser(t)
			var shown page
			link, out, errs, code := w.try(trust, func(link string) { shown = b.open(link) })
			if code != 1 || shown.status != http.StatusOK || !regexp.MustCompile(want).MatchString(out) || !strings.Contains(errs, "the sign-in would be refused") {
				t.Errorf("exits with %d, page %d, says %q; want %s:\n%s", code, shown.status, errs, want, out)
			}
			secret := link[strings.LastIndex(link, "/")+1:]
			if log := w.log.String(); strings.Contains(log, secret) || !strings.Contains(log, "path=/sso/test/{secret}") {
				t.Errorf("the log tells the link, or nothing of it:\n%s", log)
			}
		})
	}
}

// kept is a log that can be read while it is written.
type kept struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (k *kept) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.Write(p)
}

func (k *kept) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.String()
}
