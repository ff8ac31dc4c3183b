package parent_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"cloudpocket/examples/parent"
)

// keysOnce spares every test the making of keys.
var keysOnce = sync.OnceValues(func() (parent.Keys, error) { return parent.GenerateKeys(time.Now()) })

func sharedKeys(t testing.TB) parent.Keys {
	t.Helper()
	keys, err := keysOnce()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// clock is a clock that tests turn.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

const (
	strong = "tanaka" // has a second factor
	weak   = "suzuki" // has a password alone
)

func people() []parent.User {
	return []parent.User{
		{
			Login: strong, Password: "pw-tanaka", Subject: "u-1001", Name: "田中 花子", Email: "tanaka@example.jp", Tenant: "T001",
			Offices: []string{"O-11", "O-12"}, Role: "client", SecondFactor: true,
			Note:      parent.Text{Ja: "顧問先・総務", En: "Client, general affairs"},
			Documents: []parent.Link{{Label: "標準報酬決定通知書", Path: "/documents/42"}},
		},
		{Login: weak, Password: "pw-suzuki", Subject: "u-1002", Name: "鈴木 一郎", Email: "suzuki@example.jp", Tenant: "T001", Role: "client"},
	}
}

// fixture is a parent behind a server, with a clock.
type fixture struct {
	*parent.Parent
	clock *clock
	url   string
}

// start runs a parent; edit changes its configuration first.
func start(t *testing.T, edit func(*parent.Config)) fixture {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	c := &clock{}
	cfg := parent.Config{
		BaseURL: "http://" + server.Listener.Addr().String(), Users: people(), Keys: sharedKeys(t), Now: c.now, QuickSignIn: true,
	}
	if edit != nil {
		edit(&cfg)
	}
	p, err := parent.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = p
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(p.Close)
	return fixture{p, c, cfg.BaseURL}
}

// browser is a browser without scripts that presses the button of pages that only forward. Like a real one, it leaves
// SameSite=Lax cookies out of POSTs to another origin.
type browser struct {
	t      *testing.T
	jar    *cookiejar.Jar
	client *http.Client
	trail  []string // every URL that was asked for
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, jar: jar}
	b.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return b
}

// shown is a page that the browser stopped at.
type shown struct {
	status int
	url    *url.URL
	body   string
}

func (b *browser) get(address string) shown {
	b.t.Helper()
	return b.send(http.MethodGet, address, nil, true)
}

func (b *browser) post(address string, fields url.Values) shown {
	b.t.Helper()
	return b.send(http.MethodPost, address, fields, true)
}

func (b *browser) send(method, address string, fields url.Values, cookies bool) shown {
	b.t.Helper()
	for range 20 {
		resp, body := b.once(method, address, fields, cookies)
		at := resp.Request.URL
		if to := resp.Header.Get("Location"); to != "" && resp.StatusCode >= 300 && resp.StatusCode < 400 {
			next, err := at.Parse(to)
			if err != nil {
				b.t.Fatal(err)
			}
			method, address, fields, cookies = http.MethodGet, next.String(), nil, true
			continue
		}
		f, ok := selfSubmitting(body)
		if !ok {
			return shown{resp.StatusCode, at, body}
		}
		next, err := at.Parse(f.action)
		if err != nil {
			b.t.Fatal(err)
		}
		method, address, fields, cookies = http.MethodPost, next.String(), f.fields, next.Host == at.Host
	}
	b.t.Fatalf("too many redirects: %q", b.trail)
	return shown{}
}

func (b *browser) once(method, address string, fields url.Values, cookies bool) (*http.Response, string) {
	b.t.Helper()
	b.trail = append(b.trail, method+" "+address)
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(fields.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	b.client.Jar = nil
	if cookies {
		b.client.Jar = b.jar
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if !cookies {
		b.jar.SetCookies(req.URL, resp.Cookies())
	}
	return resp, string(body)
}

// passed tells whether the browser was at an address beginning with prefix.
func (b *browser) passed(prefix string) bool {
	for _, at := range b.trail {
		if strings.HasPrefix(at, "GET "+prefix) || strings.HasPrefix(at, "POST "+prefix) {
			return true
		}
	}
	return false
}

// signedIn gives the browser a session at f as login.
func (b *browser) signedIn(f fixture, login string, secondFactor bool) *browser {
	b.t.Helper()
	cookie, err := f.SignIn(login, secondFactor)
	if err != nil {
		b.t.Fatal(err)
	}
	u, err := url.Parse(f.url)
	if err != nil {
		b.t.Fatal(err)
	}
	b.jar.SetCookies(u, []*http.Cookie{cookie})
	return b
}

// quick presses a sample person's button on the sign-in page at.
func (b *browser) quick(at shown, login string) shown {
	b.t.Helper()
	if at.url.Path != "/signin" {
		b.t.Fatalf("at %s, not at the sign-in page:\n%s", at.url, at.body)
	}
	return b.post(at.url.Scheme+"://"+at.url.Host+"/signin/quick", url.Values{"login": {login}, "flow": {at.url.Query().Get("flow")}})
}

type webForm struct {
	action string
	fields url.Values
}

// selfSubmitting returns the form of a page whose script submits it.
func selfSubmitting(body string) (webForm, bool) {
	if !strings.Contains(body, "/assets/submit.js") && !strings.Contains(body, ".submit()") {
		return webForm{}, false
	}
	root, err := html.Parse(bytes.NewBufferString(body))
	if err != nil {
		return webForm{}, false
	}
	f := webForm{fields: url.Values{}}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		// The page's own form comes after those in its header.
		if n.Data == "form" {
			f = webForm{action: attr(n, "action"), fields: url.Values{}}
		}
		if n.Data == "input" && attr(n, "name") != "" {
			f.fields.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	return f, f.action != ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
