package login_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"cloudpocket/sso"
	"cloudpocket/sso/login"
	"cloudpocket/sso/session"
	"cloudpocket/sso/trust"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

// idp is a connector that believes any message whose field "who" is set, and remembers which attempt it was held against.
type idp struct {
	mu       sync.Mutex
	trust    store.OwnedTrust
	attempts []*sso.Attempt
	starts   []sso.Attempt
	context  sso.AuthContext
	claims   map[string][]string
	unspent  int
	away     error  // that it cannot be asked
	during   func() // what happens while a message is judged, once
}

func (c *idp) Start(_ context.Context, a *sso.Attempt) (sso.Dispatch, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.starts = append(c.starts, *a)
	if c.away != nil {
		return sso.Dispatch{}, c.away
	}
	return sso.Dispatch{URL: "https://idp.example/?handle=" + a.Handle}, nil
}

func (c *idp) Finish(_ context.Context, m sso.Message, a *sso.Attempt, t *sso.Trace) (sso.Identity, error) {
	t.Pass("signature", "by the test")
	c.mu.Lock()
	during := c.during
	c.during = nil
	c.mu.Unlock()
	if during != nil {
		during()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.attempts = append(c.attempts, a)
	if a == nil && !c.trust.SAML.IdPInitiated {
		return sso.Identity{}, sso.Refuse("saml.unsolicited", sso.KeyUnsolicited, "nobody asked")
	}
	if m.Get("who") == "" {
		return sso.Identity{}, sso.Refuse("saml.message", sso.KeyMessage, "nobody is named")
	}
	return sso.Identity{Subject: m.Get("who"), NameSubject: m.Get("who"), Index: "index", Attributes: c.claims, Context: c.context}, nil
}

func (c *idp) Vouch(context.Context, string, *sso.Trace) (sso.Identity, error) {
	return sso.Identity{}, sso.Refuse("saml.message", sso.KeyMessage, "nobody brings tokens here")
}

func (c *idp) Logout(context.Context, store.Session, string) (sso.Dispatch, error) {
	return sso.Dispatch{}, nil
}

func (c *idp) LogoutMessage(_ context.Context, m sso.Message) (sso.LogoutOrder, error) {
	return sso.LogoutOrder{Subject: m.Get("who"), Indexes: m.Form["index"], Unspend: func(context.Context) error { c.unspent++; return nil }}, nil
}

func (c *idp) Initiate(context.Context, sso.Message) (sso.Attempt, error) {
	return sso.Attempt{ReturnTo: "https://evil.example/"}, nil
}

func (c *idp) Metadata(context.Context) ([]byte, string, error) { return nil, "", nil }

// admitter lets everybody in but "stranger", and remembers whom it let in and turned away, and who was signed out.
type admitter struct {
	mu       sync.Mutex
	admitted []sso.Identity
	refused  []sso.Reason
	out      []string // account and by what
	traces   []*sso.Trace
	tests    []sso.Tested
	during   func() // what happens while somebody is let in, once
	away     error  // that nobody can be let in, once
}

func (a *admitter) Admit(ctx context.Context, t store.OwnedTrust, i sso.Identity, _ sso.Visit, trace *sso.Trace) (sso.Admission, error) {
	admitted, _, err := a.Expect(ctx, t, i)
	a.mu.Lock()
	during := a.during
	a.during = nil
	if a.away != nil {
		err, a.away = a.away, nil
	}
	if err == nil {
		a.admitted, a.traces = append(a.admitted, i), append(a.traces, trace)
	}
	a.mu.Unlock()
	if during != nil {
		during()
	}
	return admitted, err
}

func (a *admitter) Person(_ context.Context, tenant, account store.ID) (sso.Person, error) {
	return sso.Person{Name: string(account), Firm: string(tenant)}, nil
}

func (a *admitter) Expect(_ context.Context, t store.OwnedTrust, i sso.Identity) (sso.Admission, sso.Person, error) {
	if i.Subject == "stranger" {
		return sso.Admission{}, sso.Person{}, sso.Refuse("admit.not_registered", sso.KeyUnknown, "no account")
	}
	return sso.Admission{TenantID: t.Owner, AccountID: store.ID(i.Subject)}, sso.Person{Name: i.Subject, Firm: string(t.Owner)}, nil
}

func (a *admitter) Standing(_ context.Context, _ store.ID, admitted sso.Admission) error {
	if admitted.AccountID == "leaver" {
		return store.Fail(store.Denied, "error.account_disabled", "switched off meanwhile")
	}
	return nil
}

func (a *admitter) Preview(ctx context.Context, t store.OwnedTrust, i sso.Identity, _ sso.Visit, _ *sso.Trace) (sso.Admission, error) {
	admitted, _, err := a.Expect(ctx, t, i)
	return admitted, err
}

// Tested remembers a test that is over.
func (a *admitter) Tested(_ context.Context, test sso.Tested) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tests = append(a.tests, test)
	return nil
}

// Refused remembers refusals, and apart from them the traces of all that came to nothing.
func (a *admitter) Refused(ctx context.Context, _ store.OwnedTrust, _ sso.Visit, t *sso.Trace, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.traces = append(a.traces, t)
	if store.KindOf(err) == store.Denied {
		a.refused = append(a.refused, sso.ReasonOf(err))
	}
	return nil
}

func (a *admitter) SignedOut(_ context.Context, s store.Session, _ sso.Visit, by string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.out = append(a.out, string(s.AccountID)+" "+by)
	return nil
}

// directory holds two trusts: "one", and "two", which accepts unsolicited responses.
type directory struct {
	store.TrustDirectory // what a sign-in never asks

	mu     sync.Mutex
	all    map[store.ID]store.OwnedTrust
	drafts map[store.ID]store.OwnedDraft
	wrong  error
}

func (d *directory) Trust(_ context.Context, id store.ID) (store.OwnedTrust, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t, ok := d.all[id]
	if !ok {
		return t, store.ErrNotFound
	}
	return t, d.wrong
}

func (d *directory) TrustStamp(ctx context.Context, id store.ID) (store.TrustStamp, error) {
	t, err := d.Trust(ctx, id)
	return t.Stamp(), err
}

func (d *directory) Draft(_ context.Context, id store.ID) (store.OwnedDraft, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	draft, ok := d.drafts[id]
	if !ok {
		return draft, store.ErrNotFound
	}
	return draft, d.wrong
}

// TrustWays returns those that are enabled by ID.
func (d *directory) TrustWays(context.Context) (all []store.TrustWay, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(d.all)) {
		if t := d.all[id]; t.State == store.TrustEnabled {
			all = append(all, store.TrustWay{ID: id, Firm: "firm of " + string(t.Owner), TrustStamp: t.Stamp()})
		}
	}
	return all, d.wrong
}

// pages remembers the last question it was to ask.
type pages struct {
	asked  *sso.Switch
	tested []bool
	at     *sso.Entrance // the sign-in page as it was shown last
	led    []string      // where pages led on to
}

func (p *pages) Switch(_ http.ResponseWriter, _ *http.Request, s sso.Switch) error {
	p.asked = &s
	return nil
}

func (p *pages) SignIn(_ http.ResponseWriter, _ *http.Request, e sso.Entrance) error {
	p.at = &e
	return nil
}

func (p *pages) Forward(w http.ResponseWriter, r *http.Request, d sso.Dispatch) error {
	p.led = append(p.led, d.URL)
	http.Redirect(w, r, d.URL, http.StatusSeeOther)
	return nil
}
func (*pages) SignedOut(http.ResponseWriter, *http.Request, bool) error { return nil }

func (p *pages) Tested(_ http.ResponseWriter, _ *http.Request, over sso.TestOver) error {
	p.tested = append(p.tested, over.Passed)
	return nil
}

// world is the endpoints on SQLite marks and sessions.
type world struct {
	t        *testing.T
	now      time.Time
	address  string // where requests come from
	idps     map[store.ID]*idp
	admitter *admitter
	trusts   *directory
	sessions *sqlstore.Sessions
	pages    *pages
	mux      *mux.Router
	broken   error // that trusts cannot be opened

	brokenOnes map[string]error // that those with that name cannot
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), admitter: &admitter{}, pages: &pages{}, idps: map[store.ID]*idp{}, mux: mux.NewRouter()}
	clock := func() time.Time { return w.now }
	var err error
	w.sessions, err = sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: filepath.Join(t.TempDir(), "sessions.db"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.sessions.Close() })
	w.trusts = &directory{all: map[store.ID]store.OwnedTrust{}}
	for _, id := range []store.ID{"one", "two"} {
		w.trusts.all[id] = store.OwnedTrust{Owner: "tenant-" + id, Trust: store.Trust{ID: id, Label: "label of " + string(id), Protocol: store.SAML, State: store.TrustEnabled, Version: 1, SAML: &store.SAMLTrust{IdPInitiated: id == "two"}}}
	}
	open := func(_ context.Context, t store.OwnedTrust) (sso.Connector, error) {
		if w.broken != nil {
			return nil, w.broken
		}
		if err := w.brokenOnes[t.Name]; err != nil {
			return nil, err
		}
		key := t.ID
		if t.Name != "" {
			key += store.ID(" " + t.Name)
		}
		if w.idps[key] == nil {
			w.idps[key] = &idp{}
		}
		w.idps[key].trust = t
		return w.idps[key], nil
	}
	registry := trust.NewRegistry(w.trusts, map[store.Protocol]trust.Opener{store.SAML: open, store.OIDC: open})
	keeper, err := session.New(session.Config{Store: w.sessions, BaseURL: "https://pocket.example", Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	routes := login.New(login.Config{
		BaseURL: "https://pocket.example", Trusts: registry, Sessions: keeper, Marks: w.sessions, Admitter: w.admitter, Pages: w.pages,
		Visit: func(*http.Request) sso.Visit { return sso.Visit{Address: w.address} }, Now: clock, Log: slog.New(slog.DiscardHandler),
	}, func(r *http.Request, name string) string { return mux.Vars(r)[name] }).Routes()
	for _, one := range routes {
		w.mux.HandleFunc(one.Pattern, func(rw http.ResponseWriter, r *http.Request) { rw.(*answer).err = one.Handle(rw, r) }).Methods(methods(one)...)
	}
	return w
}

// methods returns what a route is mounted for: a GET answers HEAD too.
func methods(one login.Route) []string {
	if one.Method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{one.Method}
}

// browser keeps cookies and sends all of them. The people who use it begin on pages of ours.
type browser struct {
	w   *world
	jar map[string]string
}

func (w *world) browser() *browser { return &browser{w, map[string]string{}} }

// do calls an endpoint.
func (b *browser) do(method, path string, form url.Values) (*http.Response, error) {
	b.w.t.Helper()
	r := b.w.request(method, path, form)
	for name, value := range b.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := b.w.answer(r)
	for _, c := range res.Cookies() {
		b.jar[c.Name] = c.Value
	}
	return res, err
}

// request is one that a page of ours caused.
func (w *world) request(method, path string, form url.Values) *http.Request {
	r := httptest.NewRequest(method, "https://pocket.example"+path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// answer calls the endpoint of r.
func (w *world) answer(r *http.Request) (*http.Response, error) {
	w.t.Helper()
	if !w.mux.Match(r, &mux.RouteMatch{}) {
		w.t.Fatalf("no route for %s %s", r.Method, r.URL.Path)
	}
	a := &answer{ResponseRecorder: httptest.NewRecorder()}
	w.mux.ServeHTTP(a, r)
	return a.Result(), a.err
}

// answer is what a handler wrote, or the error that it returned.
type answer struct {
	*httptest.ResponseRecorder
	err error
}

// start begins a sign-in and returns its handle.
func (b *browser) start(trust, to string) string {
	b.w.t.Helper()
	res, err := b.do("GET", "/sso/"+trust+"/start?to="+url.QueryEscape(to), nil)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return handleOf(b.w.t, res)
}

func handleOf(t *testing.T, res *http.Response) string {
	t.Helper()
	u, err := res.Location()
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("handle")
}

// finish brings the IdP's answer, and goes on to where its session is seen.
func (b *browser) finish(trust, handle, who string) (*http.Response, error) {
	b.w.t.Helper()
	res, err := b.do("POST", "/sso/saml/"+trust+"/acs", url.Values{"RelayState": {handle}, "who": {who}})
	if to := res.Header.Get("Location"); err == nil && strings.HasPrefix(to, "/sso/arrived/") {
		return b.do("GET", to, nil)
	}
	return res, err
}

func (b *browser) signedIn() bool { return b.jar["__Host-session"] != "" }

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	res, err := b.finish("one", b.start("one", "/deliveries/x?y=z"), "hanako")
	if err != nil || res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/deliveries/x?y=z" || !b.signedIn() {
		t.Fatalf("%v, %d to %q", err, res.StatusCode, res.Header.Get("Location"))
	}
	for _, c := range res.Cookies() {
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %+v", c)
		}
	}
}

func TestSeveralTabs(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	first, second := b.start("one", "/deliveries/1"), b.start("one", "/deliveries/2")
	for handle, want := range map[string]string{second: "/deliveries/2", first: "/deliveries/1"} {
		res, err := b.finish("one", handle, "hanako")
		if err != nil || res.Header.Get("Location") != want {
			t.Errorf("%v, to %q, want %q", err, res.Header.Get("Location"), want)
		}
	}
}

// TestAttemptIsBound brings answers that are not this browser's, this trust's, or this time's.
func TestAttemptIsBound(t *testing.T) {
	for name, attack := range map[string]func(w *world, b *browser) error{
		"reused": func(w *world, b *browser) error {
			h := b.start("one", "/")
			b.finish("one", h, "hanako")
			b.jar["__Host-session"] = ""
			_, err := b.finish("one", h, "hanako")
			return err
		},
		"another browser's": func(w *world, b *browser) error {
			_, err := b.finish("one", w.browser().start("one", "/"), "hanako")
			return err
		},
		"another browser's, with an attempt of one's own": func(w *world, b *browser) error {
			b.start("one", "/")
			_, err := b.finish("one", w.browser().start("one", "/"), "hanako")
			return err
		},
		"another trust's": func(w *world, b *browser) error {
			_, err := b.finish("one", b.start("two", "/"), "hanako")
			return err
		},
		"too late": func(w *world, b *browser) error {
			h := b.start("one", "/")
			w.now = w.now.Add(16 * time.Minute)
			_, err := b.finish("one", h, "hanako")
			return err
		},
		"unsolicited": func(w *world, b *browser) error { _, err := b.finish("one", "/deliveries", "hanako"); return err },
		"without a state": func(w *world, b *browser) error {
			b.start("one", "/")
			_, err := b.finish("one", "", "hanako")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser()
			err := attack(w, b)
			if sso.ReasonOf(err) != "saml.unsolicited" || b.signedIn() {
				t.Errorf("let in: %t, %v", b.signedIn(), err)
			}
			if n := len(w.admitter.refused); n != 1 {
				t.Errorf("%d refusals were recorded", n)
			}
		})
	}
}

// TestThiefDoesNotSpend demands that an attempt survives somebody else's use of its handle.
func TestThiefDoesNotSpend(t *testing.T) {
	w := newWorld(t)
	victim, thief := w.browser(), w.browser()
	thief.start("one", "/")
	h := victim.start("one", "/deliveries")
	thief.finish("one", h, "thief")
	if _, err := victim.finish("one", h, "hanako"); err != nil || thief.signedIn() || !victim.signedIn() {
		t.Errorf("thief in: %t, victim in: %t, %v", thief.signedIn(), victim.signedIn(), err)
	}
}

func TestUnsolicitedDeepLink(t *testing.T) {
	w := newWorld(t)
	for relay, want := range map[string]string{"/deliveries/x": "/deliveries/x", "//evil.example": "/", "https://evil.example": "/", "javascript:1": "/", "": "/"} {
		if end := w.surfer().unsolicited("hanako", relay); end.err != nil || end.url != want {
			t.Errorf("RelayState %q leads to %q, %v", relay, end.url, end.err)
		}
	}
}

func TestSecondFactorIsAskedOnce(t *testing.T) {
	w := newWorld(t)
	one := w.trusts.all["one"]
	one.MFA = store.MFARule{Required: true, Contexts: []string{"mfa"}}
	w.trusts.all["one"] = one
	b := w.browser()
	res, err := b.finish("one", b.start("one", "/deliveries"), "hanako")
	if err != nil || b.signedIn() {
		t.Fatalf("without a second factor: in %t, %v", b.signedIn(), err)
	}
	again := handleOf(t, res)
	asked := w.idps["one"].starts[1]
	if !asked.Force || asked.Asked != 1 || len(asked.Contexts) != 1 || asked.Contexts[0] != "mfa" || asked.ReturnTo != "/deliveries" {
		t.Errorf("asked again with %+v", asked)
	}
	if _, err := b.finish("one", again, "hanako"); sso.ReasonOf(err) != "mfa.context" || b.signedIn() {
		t.Errorf("asked twice and still without: in %t, %v", b.signedIn(), err)
	}
	w.idps["one"].context = sso.AuthContext{Class: "mfa"}
	if _, err := b.finish("one", b.start("one", "/"), "hanako"); err != nil || !b.signedIn() {
		t.Errorf("with a second factor: in %t, %v", b.signedIn(), err)
	}
}

func TestRefusalsAreRecorded(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	_, err := b.finish("one", b.start("one", "/"), "stranger")
	if sso.ReasonOf(err) != "admit.not_registered" || b.signedIn() {
		t.Errorf("in: %t, %v", b.signedIn(), err)
	}
	_, err = b.finish("one", b.start("one", "/"), "")
	if sso.ReasonOf(err) != "saml.message" || b.signedIn() {
		t.Errorf("in: %t, %v", b.signedIn(), err)
	}
	if len(w.admitter.refused) != 2 {
		t.Errorf("recorded %q", w.admitter.refused)
	}
}

func TestDisabledTrust(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	h := b.start("one", "/")
	one := w.trusts.all["one"]
	one.State = store.TrustDisabled
	w.trusts.all["one"] = one
	if _, err := b.finish("one", h, "hanako"); sso.ReasonOf(err) != "login.trust_disabled" || b.signedIn() {
		t.Errorf("finished at a disabled trust: in %t, %v", b.signedIn(), err)
	}
	if _, err := b.do("GET", "/sso/one/start", nil); sso.ReasonOf(err) != "login.trust_disabled" {
		t.Errorf("started at a disabled trust: %v", err)
	}
}

// TestRecordsAway demands that nobody is let in while nobody can say whether the trust still holds.
func TestRecordsAway(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	h := b.start("one", "/")
	w.trusts.wrong = store.ErrUnavailable
	if _, err := b.finish("one", h, "hanako"); !errors.Is(err, store.ErrUnavailable) || b.signedIn() {
		t.Errorf("in: %t, %v", b.signedIn(), err)
	}
}

// TestOldSessionEnds demands a new token at every sign-in, and the end of the one before.
func TestOldSessionEnds(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.finish("one", b.start("one", "/"), "hanako")
	old := b.jar["__Host-session"]
	b.finish("one", b.start("one", "/"), "hanako")
	if b.jar["__Host-session"] == old {
		t.Error("the token is the same")
	}
	if _, err := w.sessions.Find(t.Context(), store.KeyOf(old)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the old session: %v", err)
	}
}

// TestOldSessionEndsWithoutItsCookie is the ACS as browsers really call it: across sites, without the Lax cookie.
func TestOldSessionEndsWithoutItsCookie(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.finish("one", b.start("one", "/"), "hanako")
	old := b.jar["__Host-session"]
	h := b.start("one", "/")
	delete(b.jar, "__Host-session")
	if _, err := b.finish("one", h, "hanako"); err != nil || !b.signedIn() {
		t.Fatalf("in: %t, %v", b.signedIn(), err)
	}
	if _, err := w.sessions.Find(t.Context(), store.KeyOf(old)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the old session: %v", err)
	}
}

// TestSwitchedOffMeanwhile disables somebody between their admission and the beginning of their session.
func TestSwitchedOffMeanwhile(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	if _, err := b.finish("one", b.start("one", "/"), "leaver"); !errors.Is(err, store.ErrDenied) || b.signedIn() {
		t.Errorf("in: %t, %v", b.signedIn(), err)
	}
	all, err := w.sessions.Of(t.Context(), "tenant-one", "leaver")
	if err != nil || len(all) != 0 {
		t.Errorf("%d sessions stand, %v", len(all), err)
	}
}

// TestFloodHidesNothing sends nonsense until it is no longer recorded, and then a refusal that means something.
func TestFloodHidesNothing(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for range 150 {
		b.finish("one", "", "")
	}
	flood := len(w.admitter.refused)
	if flood == 0 || flood > 50 {
		t.Errorf("%d of 150 refusals were recorded", flood)
	}
	b.finish("one", b.start("one", "/"), "")
	if got := w.admitter.refused[len(w.admitter.refused)-1]; got != "saml.message" || len(w.admitter.refused) != flood+1 {
		t.Errorf("after the flood of unasked messages the last refusal on record is %q", got)
	}
	b.finish("one", b.start("one", "/"), "stranger")
	if got := w.admitter.refused[len(w.admitter.refused)-1]; got != "admit.not_registered" {
		t.Errorf("the last refusal on record is %q", got)
	}
}

// TestFloodOfAnswersIsBounded begins sign-ins and answers them with nonsense: no sender takes all the room that there is for
// records of it, and all of them together no more than that.
func TestFloodOfAnswersIsBounded(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	flood := func(address string) (recorded int) {
		w.address = address
		before := len(w.admitter.refused)
		for range 60 {
			b.finish("one", b.start("one", "/"), "")
		}
		return len(w.admitter.refused) - before
	}
	if n := flood("192.0.2.1"); n == 0 || n > 50 {
		t.Errorf("%d of 60 refusals were recorded", n)
	}
	b.finish("one", "", "")
	w.address = "192.0.2.2"
	b.finish("one", b.start("one", "/"), "")
	if n := len(w.admitter.refused); w.admitter.refused[n-1] != "saml.message" || w.admitter.refused[n-2] != "saml.unsolicited" {
		t.Errorf("after one sender's flood the last refusals on record are %q", w.admitter.refused[n-2:])
	}
	for i := range 20 {
		flood(fmt.Sprintf("198.51.100.%d", i))
	}
	if n := len(w.admitter.refused); n > 101 {
		t.Errorf("%d refusals were recorded of a flood from many senders", n)
	}
}

// TestHangingUpHidesNothing ends the request before its refusal is recorded.
func TestHangingUpHidesNothing(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, "POST", "https://pocket.example/sso/saml/one/acs", strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w.answer(r)
	if len(w.admitter.refused) != 1 {
		t.Errorf("recorded %q", w.admitter.refused)
	}
}

// TestUsualTrust demands that a link from elsewhere leads to its trust once and not for good.
func TestUsualTrust(t *testing.T) {
	w := newWorld(t)
	b := w.surfer()
	usual := func(after, want string) {
		t.Helper()
		if got := b.cookies["__Host-trust"]; got == nil || got.Value != want {
			t.Errorf("after %s the usual trust is %v, want %s", after, got, want)
		}
		delete(b.cookies, "__Host-session")
	}
	b.signIn(elsewhere, "one", "hanako")
	usual("the first sign-in", "one")
	b.signIn(elsewhere, "two", "hanako")
	usual("somebody's link", "one")
	b.unsolicited("hanako", "/deliveries")
	usual("an unsolicited sign-in", "one")
	if n := len(w.admitter.admitted); n != 3 {
		t.Errorf("%d sign-ins were let in, want 3", n)
	}
	b.signIn(here, "two", "hanako")
	usual("our own list of trusts", "two")
}

// TestLogoutFromTheParent ends every session of the person at that trust, and nobody else's.
func TestLogoutFromTheParent(t *testing.T) {
	w := newWorld(t)
	phone, desk, other := w.browser(), w.browser(), w.browser()
	for b, who := range map[*browser]string{phone: "hanako", desk: "hanako", other: "taro"} {
		b.finish("one", b.start("one", "/"), who)
	}
	if _, err := w.browser().do("POST", "/sso/saml/one/slo", url.Values{"who": {"hanako"}}); err != nil {
		t.Fatal(err)
	}
	for b, stands := range map[*browser]bool{phone: false, desk: false, other: true} {
		_, err := w.sessions.Find(t.Context(), store.KeyOf(b.jar["__Host-session"]))
		if (err == nil) != stands {
			t.Errorf("session stands: %t, want %t", err == nil, stands)
		}
	}
}

// TestLogoutCanBeSentAgain takes the sessions away while the IdP signs somebody out.
func TestLogoutCanBeSentAgain(t *testing.T) {
	w := newWorld(t)
	w.browser().start("one", "/")
	w.sessions.Close()
	if _, err := w.browser().do("POST", "/sso/saml/one/slo", url.Values{"who": {"hanako"}}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("without sessions: %v", err)
	}
	if n := w.idps["one"].unspent; n != 1 {
		t.Errorf("the message was given back %d times", n)
	}
}

// TestInitiateStaysHere has the IdP ask for a sign-in that would end elsewhere.
func TestInitiateStaysHere(t *testing.T) {
	w := newWorld(t)
	one := w.trusts.all["one"]
	one.Protocol = store.OIDC
	w.trusts.all["one"] = one
	if _, err := w.browser().do("GET", "/sso/oidc/one/initiate", nil); err != nil {
		t.Fatal(err)
	}
	if to := w.idps["one"].starts[0].ReturnTo; to != "/" {
		t.Errorf("the person would be sent to %q", to)
	}
}
