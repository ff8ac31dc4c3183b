package app

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/operator"
	"cloudpocket/store"
)

const operatorWord = "right horse, wrong battery"

// freePort returns an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	noError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// consoled is a service whose console can be opened, on a clock that can be put forward.
type consoled struct {
	*live
	host    operator.Host
	console string // its address
	ahead   atomic.Int64
}

func newConsoled(t *testing.T, c Config) *consoled {
	t.Helper()
	l := &consoled{console: freePort(t)}
	c.OperatorListen = l.console
	l.live = listening(t, c, func() time.Time { return time.Now().Add(time.Duration(l.ahead.Load())) })
	l.host = operator.Host{Portal: l.Portal, By: "root@host"}
	return l
}

func (l *consoled) open(t *testing.T, long time.Duration, from ...string) {
	t.Helper()
	var ranges []netip.Prefix
	for _, f := range from {
		ranges = append(ranges, netip.MustParsePrefix(f))
	}
	_, err := l.host.Open(t.Context(), long, ranges)
	noError(t, err)
}

func (l *consoled) url() string {
	_, port, _ := net.SplitHostPort(l.console)
	return "http://pocket.localhost:" + port
}

// ask asks the console for its sign-in page, through a proxy that reports an address unless it is "".
func (l *consoled) ask(by string) (status int, err error) {
	r, err := http.NewRequest("GET", l.url()+"/sign-in", nil)
	if err != nil {
		return 0, err
	}
	if by != "" {
		r.Header.Set("X-Forwarded-For", by)
	}
	res, err := interop.Client().Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// becomes waits until the console accepts connections, or does not, and the records were asked about it.
func (l *consoled) becomes(t *testing.T, open bool) {
	t.Helper()
	eventually(t, fmt.Sprintf("open: %t", open), func() bool { return l.App.console.is.Load() != nil && l.accepts() == open })
}

func (l *consoled) accepts() bool {
	conn, err := net.Dial("tcp", l.console)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

// eventually asks again and again until it is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for !is() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("it does not come to be %s", what)
		}
	}
}

// sessions returns how many sessions of operators there are.
func (l *consoled) sessions(t *testing.T, name string) (n int) {
	t.Helper()
	noError(t, l.Portal.Records.View(t.Context(), store.Deployment, func(tx store.Tx) error {
		o, err := tx.Operators().Named(t.Context(), name)
		if err != nil {
			return err
		}
		all, err := tx.Operators().Sessions(t.Context(), o.ID)
		n = len(all)
		return err
	}))
	return n
}

func TestConsoleIsThereWhileItIsOpen(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	l.becomes(t, false)
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	if status, err := l.ask(""); status != http.StatusOK || err != nil {
		t.Errorf("open: %d, %v", status, err)
	}
	secret, _, err := l.host.Init(t.Context(), "keeper")
	noError(t, err)
	b := l.browser(t)
	b.post(t, "/set-up/"+secret, url.Values{"next": {operatorWord}, "again": {operatorWord}})
	b.post(t, "/sign-in", url.Values{"name": {"keeper"}, "password": {operatorWord}})
	if n := l.sessions(t, "keeper"); n != 1 {
		t.Errorf("%d sessions", n)
	}
	running := l.begun(t)
	was, err := l.host.Close(t.Context())
	if !was || err != nil {
		t.Errorf("it was open: %t, %v", was, err)
	}
	l.becomes(t, false)
	if _, err := running.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a request that was running goes on: %v", err)
	}
	if n := l.sessions(t, "keeper"); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// TestConsoleClosesByItself leaves the window to its end: the listener is gone within a second of it, with the request
// that was running and every session, and can be opened again.
func TestConsoleClosesByItself(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	b := l.browser(t)
	b.enter(t, l)
	at, err := url.Parse(b.base)
	noError(t, err)
	token := ""
	for _, c := range b.Jar.Cookies(at) {
		if c.Name == "__Host-operator" {
			token = c.Value
		}
	}
	who := func() error {
		_, err := l.operators(t).Who(t.Context(), token, "", portal.Visit{Address: "127.0.0.1"})
		return err
	}
	if err := who(); err != nil || l.sessions(t, "keeper") != 1 {
		t.Errorf("before its end: %v, %d sessions", err, l.sessions(t, "keeper"))
	}
	running, until := l.begun(t), l.App.console.window().Until
	l.ahead.Store(int64(time.Until(until) - 1500*time.Millisecond))
	l.becomes(t, false)
	if over := l.App.now().Sub(until); over < 0 || over > time.Second {
		t.Errorf("it was closed %s after its end", over)
	}
	if err := who(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the session after its end: %v", err)
	}
	if _, err := running.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a request that was running goes on: %v", err)
	}
	eventually(t, "without sessions", func() bool { return l.sessions(t, "keeper") == 0 })

	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	if err := who(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the session in the next window: %v", err)
	}
}

// TestConsoleClosesWithoutRecords takes the records away while the console is open: its end comes all the same.
func TestConsoleClosesWithoutRecords(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	noError(t, l.Stores.Records.(io.Closer).Close())
	eventually(t, "asked in vain", func() bool { _, err := l.App.window(t.Context()); return err != nil })
	if !l.accepts() {
		t.Error("it was closed at once")
	}
	l.ahead.Store(int64(time.Hour))
	l.becomes(t, false)
}

// operators returns what the console works on.
func (l *consoled) operators(t *testing.T) *operator.Console {
	t.Helper()
	c, err := operator.New(operator.Config{Portal: l.Portal, Marks: l.Stores.Marks, URL: l.url(), KeysEnd: l.App.keysEnd})
	noError(t, err)
	return c
}

// begun returns a connection on which a request has begun that the service waits for.
func (l *consoled) begun(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", l.console)
	noError(t, err)
	t.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /sign-in HTTP/1.1\r\nHost: pocket.localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nname=")
	noError(t, err)
	noError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	return conn
}

// TestConsoleLetsInItsRangesAlone comes from addresses within and without, directly and by a proxy.
func TestConsoleLetsInItsRangesAlone(t *testing.T) {
	c := testConfig(t)
	c.Proxies = []string{"127.0.0.1"}
	behind, direct := newConsoled(t, c), newConsoled(t, testConfig(t))
	for _, row := range []struct {
		name  string
		at    *consoled
		from  string // that it is open to
		by    string // what is reported
		comes bool
	}{
		{"directly, from within", direct, "127.0.0.0/8", "", true},
		{"directly, from without", direct, "192.0.2.0/24", "", false},
		{"from without, pretending", direct, "192.0.2.0/24", "192.0.2.1", false},
		{"from within, pretending to be without", direct, "127.0.0.0/8", "198.51.100.1", true},
		{"by the proxy, from within", behind, "192.0.2.0/24", "192.0.2.1", true},
		{"by the proxy, from without", behind, "192.0.2.0/24", "198.51.100.1", false},
		{"by the proxy, pretending", behind, "192.0.2.0/24", "192.0.2.1, 198.51.100.1", false},
		{"the proxy itself", behind, "192.0.2.0/24", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.at.open(t, time.Hour, row.from)
			row.at.becomes(t, true)
			row.at.follows(t, row.from)
			status, err := row.at.ask(row.by)
			if row.comes != (err == nil && status == http.StatusOK) || !row.comes && err == nil {
				t.Errorf("%d, %v", status, err)
			}
		})
	}
}

// follows waits until the listener knows the ranges that it was opened to last: it looks once in a while.
func (l *consoled) follows(t *testing.T, from string) {
	t.Helper()
	eventually(t, "known to the listener", func() bool { return l.knows(from) })
}

func (l *consoled) knows(from string) bool {
	w := l.App.console.window()
	return len(w.Ranges) == 1 && w.Ranges[0].String() == from
}

// browser is an operator's, without scripts.
type browser struct {
	*http.Client
	base string
}

func (l *consoled) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	noError(t, err)
	c := interop.Client()
	c.Jar = insecure{jar}
	return &browser{c, l.url()}
}

// insecure takes Secure cookies on plain http as browsers do on localhost.
type insecure struct{ http.CookieJar }

func (j insecure) SetCookies(u *url.URL, cookies []*http.Cookie) {
	for _, c := range cookies {
		c.Secure = false
	}
	j.CookieJar.SetCookies(u, cookies)
}

func (b *browser) read(t *testing.T, res *http.Response, err error) string {
	t.Helper()
	noError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	noError(t, err)
	return res.Request.URL.Path + "\n" + res.Status + "\n" + string(text)
}

func (b *browser) get(t *testing.T, path string) string {
	t.Helper()
	res, err := b.Get(b.base + path)
	return b.read(t, res, err)
}

func (b *browser) post(t *testing.T, path string, form url.Values) string {
	t.Helper()
	res, err := b.PostForm(b.base+path, form)
	return b.read(t, res, err)
}

// enter makes keeper an operator, signs them in for the first time and returns their authenticator's secret.
func (b *browser) enter(t *testing.T, l *consoled) (secret string) {
	t.Helper()
	link, _, err := l.host.Init(t.Context(), "keeper")
	noError(t, err)
	b.post(t, "/set-up/"+link, url.Values{"next": {operatorWord}, "again": {operatorWord}})
	enrol := b.post(t, "/sign-in", url.Values{"name": {"keeper"}, "password": {operatorWord}})
	key := regexp.MustCompile(`<code class="secret">([A-Z2-7 ]+)</code>`).FindStringSubmatch(enrol)
	if key == nil {
		t.Fatalf("no secret to enrol on %s", enrol)
	}
	secret = strings.ReplaceAll(key[1], " ", "")
	code, err := totp.GenerateCode(secret, l.App.now())
	noError(t, err)
	if said := b.post(t, "/enrol", url.Values{"code": {code}}); !strings.Contains(said, `class="points codes"`) {
		t.Fatalf("no recovery codes on %s", said)
	}
	return secret
}

// TestOperatorsPages looks at every page of the console of a service in use: each answers, and none shows a document.
func TestOperatorsPages(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	person := l.staff(t)
	secrets := l.secrets(t)
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	b := l.browser(t)

	var pages []string
	routes := map[string]bool{}
	noError(t, l.App.operators.Walk(func(method, pattern string) { routes[method+" "+pattern] = true }))
	fill := strings.NewReplacer("{firm}", "aoba", "{trust}", "op", "{session}", "x", "{secret}", "x")
	for at := range routes {
		method, pattern, _ := strings.Cut(at, " ")
		open := pattern == "/sign-in" || pattern == "/set-up/{secret}" || pattern == "/browsers" || strings.HasPrefix(pattern, "/assets/")
		if open || method == "HEAD" {
			continue
		}
		if method == "GET" {
			pages = append(pages, fill.Replace(pattern))
		}
		l.stranger(t, method, fill.Replace(pattern), person)
	}
	if len(pages) < 7 {
		t.Fatalf("only %q", pages)
	}

	b.enter(t, l)
	for at := range routes {
		method, pattern, _ := strings.Cut(at, " ")
		if method != "HEAD" && wantsBoth(pattern) {
			l.halfway(t, method, fill.Replace(pattern))
		}
	}
	for _, path := range pages {
		body := b.get(t, path)
		if !strings.Contains(body, "\n200 OK\n") {
			t.Errorf("%s: %.200s", path, body)
		}
		keeps(t, path, body, secrets)
	}
	for path, form := range map[string]url.Values{
		"/audit/verify": nil, "/security/recovery": nil, "/firms": {"id": {"aoba"}, "name": {"x"}}, "/firms/aoba/contract": {"from": {"2026"}},
		"/firms/aoba/trusts/op": {"state": {"disabled"}}, "/firms/aoba/state": {"state": {"suspended"}},
	} {
		keeps(t, "POST "+path, b.post(t, path, form), secrets)
	}
	for _, path := range []string{"/", "/firms/aoba", "/audit", "/events?firm=aoba", "/events?level=error"} {
		keeps(t, path+" afterwards", b.get(t, path), secrets)
	}
	if body := b.get(t, "/events"); !strings.Contains(body, "work given up") || !strings.Contains(body, "06f2q0d9k3v5w7x8y9z0a1b2c3") {
		t.Errorf("the events say nothing: %.300s", body)
	}
	l.strangeToPeople(t, b)
	for at := range routes {
		if method, pattern, _ := strings.Cut(at, " "); method == "POST" {
			l.crossSite(t, b, fill.Replace(pattern))
		}
	}
}

// wantsBoth reports whether a route is for sessions alone in which both factors were given.
func wantsBoth(pattern string) bool {
	for _, without := range []string{"/sign-in", "/sign-out", "/set-up/", "/browsers", "/assets/", "/second", "/enrol", "/passkeys/"} {
		if strings.HasPrefix(pattern, without) {
			return false
		}
	}
	return true
}

// halfway asks for a page of the console when the password alone was given: it leads on to the second factor.
func (l *consoled) halfway(t *testing.T, method, path string) {
	t.Helper()
	b := l.browser(t)
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if said := b.post(t, "/sign-in", url.Values{"name": {"keeper"}, "password": {operatorWord}}); !strings.Contains(said, "303") {
		t.Fatalf("the password is answered %.200s", said)
	}
	r, err := http.NewRequest(method, b.base+path, nil)
	noError(t, err)
	res, err := b.Do(r)
	noError(t, err)
	res.Body.Close()
	if method == "GET" && (res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/second") || method != "GET" && res.StatusCode != http.StatusForbidden {
		t.Errorf("%s %s with the password alone: %d to %s", method, path, res.StatusCode, res.Header.Get("Location"))
	}
}

// crossSite posts a form from another site's page with the operator's cookies, as if the browser sent them: it is refused.
func (l *consoled) crossSite(t *testing.T, b *browser, path string) {
	t.Helper()
	r, err := http.NewRequest("POST", l.url()+path, strings.NewReader("state=suspended"))
	noError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "https://elsewhere.example")
	res, err := b.Do(r)
	noError(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("POST %s from another site: %d", path, res.StatusCode)
	}
}

// TestOperatorsCookies looks at what a sign-in gives the browser.
func TestOperatorsCookies(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	l.open(t, time.Minute, "127.0.0.0/8")
	l.becomes(t, true)
	link, _, err := l.host.Init(t.Context(), "keeper")
	noError(t, err)
	c := interop.Client()
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, row := range []struct {
		path, cookie string
		form         url.Values
		most         time.Duration
	}{
		{"/set-up/" + link, "__Host-operator-device", url.Values{"next": {operatorWord}, "again": {operatorWord}}, 180 * 24 * time.Hour},
		{"/sign-in", "__Host-operator", url.Values{"name": {"keeper"}, "password": {operatorWord}}, time.Minute}, // with the window
	} {
		res, err := c.PostForm(l.url()+row.path, row.form)
		noError(t, err)
		res.Body.Close()
		given := res.Cookies()
		if res.StatusCode != http.StatusSeeOther || len(given) != 1 {
			t.Fatalf("%s: %d with %v", row.path, res.StatusCode, given)
		}
		is := given[0]
		if is.Name != row.cookie || !is.HttpOnly || !is.Secure || is.SameSite != http.SameSiteStrictMode || is.Path != "/" || is.Domain != "" {
			t.Errorf("%s gives %s", row.path, is.Raw)
		}
		if age := time.Duration(is.MaxAge) * time.Second; age <= 0 || age > row.most {
			t.Errorf("%s lasts %s", is.Name, age)
		}
	}
}

// secrets puts documents, people and places into the firm, and warnings about them, and returns what names them.
func (l *consoled) secrets(t *testing.T) []string {
	t.Helper()
	ctx, s := t.Context(), portal.Setup{Portal: l.Portal, By: "test"}
	noError(t, s.AddCompany(ctx, "aoba", store.Company{ID: "tapir", Name: "Tapir Foods"}))
	noError(t, s.AddOffice(ctx, "aoba", store.Office{ID: "wombat", CompanyID: "tapir", Name: "Wombat branch"}))
	noError(t, s.AddAccount(ctx, "aoba", store.Account{ID: "numbat", CompanyID: "tapir", Name: "Numbat Taro", Email: "axolotl@example.jp", TrustID: "op", Subject: "pangolin-1", Permissions: store.PermitView, Offices: store.OfficeScope{All: true}}))
	actor := portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "op"}
	for _, name := range []string{"zanzibar.pdf", "narwhal.pdf"} {
		staged, err := l.Portal.Stage(ctx, actor, name, strings.NewReader(string(paper(1000))))
		noError(t, err)
		_, err = l.Portal.Publish(ctx, actor, portal.Draft{Title: "Quagga and okapi", Note: "Dugong", Kind: "other", Files: []portal.StagedFile{staged}, Offices: []store.ID{"wombat"}, Deliver: name == "zanzibar.pdf"})
		noError(t, err)
	}
	reader := portal.Actor{TenantID: "aoba", AccountID: "numbat", TrustID: "op"}
	inbox, err := l.Portal.Inbox(ctx, reader, store.InboxFilter{}, store.Page{})
	noError(t, err)
	if len(inbox.Items.Items) != 1 {
		t.Fatalf("the reader's list is %+v", inbox)
	}
	now := l.App.now()
	noError(t, l.Stores.Records.SystemEvents().Keep(ctx, []store.SystemEvent{{ID: store.NewID(now), At: now, LastAt: now, Count: 2, Level: store.Failure, Message: "work given up", TenantID: "aoba", Instance: "i",
		Attributes: map[string]string{"task": "06f2q0d9k3v5w7x8y9z0a1b2c3", "error": "read zanzibar.pdf of Numbat Taro", "document": "Quagga and okapi", "kind": "narwhal.pdf", "path": "/desk/okapi"}}}))
	return []string{"Quagga", "okapi", "Dugong", "zanzibar", "narwhal", "Sato", "Sakura", "Head office", "Tapir", "tapir", "Wombat", "wombat", "Numbat", "numbat", "axolotl", "pangolin"}
}

// keeps demands that a page shows none of secrets.
func keeps(t *testing.T, page, body string, secrets []string) {
	t.Helper()
	for _, word := range secrets {
		if strings.Contains(body, word) {
			t.Errorf("%s shows %q", page, word)
		}
	}
}

// stranger asks for a page of the console without a session, and with a person's: neither opens it.
func (l *consoled) stranger(t *testing.T, method, path, person string) {
	t.Helper()
	for name, cookie := range map[string]string{"nobody": "", "a person": person, "somebody with a token of their own": "__Host-operator=abc"} {
		r, err := http.NewRequest(method, l.url()+path, nil)
		noError(t, err)
		r.Header.Set("Cookie", cookie)
		c := interop.Client()
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		res, err := c.Do(r)
		noError(t, err)
		res.Body.Close()
		if method == "GET" && (res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/sign-in") || method != "GET" && res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s %s for %s: %d to %s", method, path, name, res.StatusCode, res.Header.Get("Location"))
		}
	}
}

// strangeToPeople asks for every page of the service with the operator's cookies: none is opened by them.
func (l *consoled) strangeToPeople(t *testing.T, b *browser) {
	t.Helper()
	at, err := url.Parse(b.base)
	noError(t, err)
	noError(t, l.App.router.Walk(func(method, pattern string) {
		if method != "GET" || strings.HasPrefix(pattern, "/assets/") || !strings.HasPrefix(pattern, "/desk") && !strings.HasPrefix(pattern, "/deliver") && !strings.HasPrefix(pattern, "/admin") && pattern != "/search" && pattern != "/me/sessions" {
			return
		}
		r, err := http.NewRequest(method, "http://"+l.addr+regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(pattern, "x"), nil)
		noError(t, err)
		for _, c := range b.Jar.Cookies(at) {
			r.AddCookie(c)
		}
		c := interop.Client()
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		res, err := c.Do(r)
		noError(t, err)
		res.Body.Close()
		if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s with an operator's cookies: %d", pattern, res.StatusCode)
		}
	}))
}

// TestOperatorAtWork does in the console what an operator does, and reads the firm's own chain afterwards.
func TestOperatorAtWork(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	l.staff(t)
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	b := l.browser(t)
	b.enter(t, l)
	for _, row := range []struct {
		path string
		form url.Values
		says string
	}{
		{"/firms", url.Values{"id": {"minato"}, "name": {"みなと事務所"}}, "/firms/minato\n200"},
		{"/firms", url.Values{"id": {"minato"}, "name": {"みなと事務所"}}, "/firms\n422"},
		{"/firms", url.Values{"id": {"_deployment"}, "name": {"x"}}, "/firms\n422"},
		{"/firms", url.Values{"id": {"Ａ"}, "name": {"x"}}, "/firms\n422"},
		{"/firms/_deployment/state", url.Values{"state": {"suspended"}}, "\n404"},
		{"/firms/nobody/state", url.Values{"state": {"suspended"}}, "\n404"},
		{"/firms/aoba/contract", url.Values{"from": {"2026-04-01"}, "until": {"2027-03-31"}}, "/firms/aoba\n200"},
		{"/firms/aoba/contract", url.Values{"from": {"2027-04-01"}, "until": {"2027-03-31"}}, "\n422"},
		{"/firms/aoba/contract", url.Values{"from": {"2026-02-30"}}, "\n422"},
		{"/firms/aoba/trusts/op", url.Values{"state": {"disabled"}}, "/firms/aoba\n200"},
		{"/firms/aoba/trusts/op", url.Values{"state": {"draft"}}, "\n422"},
		{"/firms/minato/trusts/op", url.Values{"state": {"enabled"}}, "\n404"},
		{"/firms/aoba/state", url.Values{"state": {"suspended"}}, "/firms/aoba\n200"},
		{"/firms/aoba/state", url.Values{"state": {"system"}}, "\n422"},
		{"/audit/verify", nil, "notice ok"},
		{"/security/password", url.Values{"current": {operatorWord}, "next": {"another horse, another battery"}, "again": {"another horse, another battery"}}, "\n422"},
		{"/security/recovery", nil, `class="points codes"`},
	} {
		if said := b.post(t, row.path, row.form); !strings.Contains(said, row.says) {
			t.Errorf("%s %v: no %q in %.300s", row.path, row.form, row.says, said)
		}
	}
	firm, err := l.Stores.Records.Tenants().Get(t.Context(), "aoba")
	noError(t, err)
	if firm.State != store.TenantSuspended || firm.ContractFrom != "2026-04-01" || firm.ContractUntil != "2027-03-31" {
		t.Errorf("the firm is %+v", firm)
	}
	var by []string
	noError(t, l.Portal.Records.View(t.Context(), "aoba", func(tx store.Tx) error {
		for e, err := range tx.Audit().All(t.Context()) {
			noError(t, err)
			if e.Name == "operator keeper" && e.Address == "127.0.0.1" {
				by = append(by, string(e.Deed))
			}
		}
		return nil
	}))
	if got := strings.Join(by, " "); got != "tenant.save trust.save session.revoke tenant.save" {
		t.Errorf("the firm's chain has %q by the operator", got)
	}
	b.post(t, "/sign-out", nil)
	if said := b.get(t, "/firms"); !strings.HasPrefix(said, "/sign-in\n") {
		t.Errorf("after signing out: %.100s", said)
	}
}

// TestChangeAtSignIn asks for another password at the sign-in page, on the day of the first one and on the next.
func TestChangeAtSignIn(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	b := l.browser(t)
	secret := b.enter(t, l)
	const next = "another horse, another battery"
	change := url.Values{"current": {operatorWord}, "next": {next}, "again": {next}}
	if said := b.post(t, "/security/password", change); !strings.Contains(said, "\n422") || !strings.Contains(said, "1日1回") {
		t.Errorf("on the day that it was set: %.200s", said)
	}

	l.ahead.Store(int64(24 * time.Hour))
	l.becomes(t, false)
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	if said := b.post(t, "/sign-in", url.Values{"name": {"keeper"}, "password": {operatorWord}, "change": {"1"}}); !strings.HasPrefix(said, "/second\n200") || !strings.Contains(said, `action="/second?change=1"`) {
		t.Fatalf("the second step: %.300s", said)
	}
	code, err := totp.GenerateCode(secret, l.App.now())
	noError(t, err)
	if said := b.post(t, "/second?change=1", url.Values{"code": {code}}); !strings.HasPrefix(said, "/security\n200") {
		t.Fatalf("after it: %.200s", said)
	}
	if said := b.post(t, "/security/password", change); !strings.HasPrefix(said, "/security\n200") {
		t.Errorf("the change: %.200s", said)
	}
	b.post(t, "/sign-out", nil)
	for word, want := range map[string]string{operatorWord: "/sign-in\n422", next: "/second\n200"} {
		if said := b.post(t, "/sign-in", url.Values{"name": {"keeper"}, "password": {word}}); !strings.HasPrefix(said, want) {
			t.Errorf("%q afterwards: %.100s, want %q", word, said, want)
		}
	}
}

// TestNoConsole has none where it is not said where it would listen.
func TestNoConsole(t *testing.T) {
	if l := listening(t, testConfig(t), time.Now); l.App.operators != nil {
		t.Error("there is one")
	}
}
