package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/route"
	"cloudpocket/sso/session"
	"cloudpocket/store"
)

// noting is a service whose clock is put forward by hand and whose events are kept when the test says so.
type noting struct {
	*App
	now time.Time
	log *words
}

func newNoting(t *testing.T) *noting {
	t.Helper()
	n := &noting{now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), log: &words{}}
	var err error
	n.App, err = New(t.Context(), testConfig(t), func() time.Time { return n.now }, slog.New(slog.NewTextHandler(n.log, nil)))
	noError(t, err)
	t.Cleanup(func() { noError(t, n.Close()) })
	n.kept(t)
	n.forget(t) // what was said at the start
	return n
}

// forget removes all that is kept, and counts on nothing.
func (n *noting) forget(t *testing.T) {
	t.Helper()
	_, err := n.Stores.Records.SystemEvents().Prune(t.Context(), n.now.Add(time.Hour), 1000)
	noError(t, err)
	n.events.open = map[eventKey]*openEvent{}
}

// kept has what was taken written, and returns all there is.
func (n *noting) kept(t *testing.T) []store.SystemEvent {
	t.Helper()
	n.events.keep(t.Context(), keepTime)
	events, err := all(func(p store.Page) (store.List[store.SystemEvent], error) {
		return n.Stores.Records.SystemEvents().List(t.Context(), store.SystemEventFilter{}, p)
	})
	noError(t, err)
	return events
}

// told is how often all of them came.
func told(events []store.SystemEvent) (n int64) {
	for _, e := range events {
		n += e.Count
	}
	return n
}

type late struct{ text string }

func (l late) LogValue() slog.Value { return slog.StringValue(l.text) }

func TestEventsAreKept(t *testing.T) {
	n := newNoting(t)
	setup := portal.Setup{Portal: n.Portal, By: "test"}
	noError(t, setup.AddTenant(t.Context(), store.Tenant{ID: "firm", Name: "Firm"}))
	noError(t, setup.AddTrust(t.Context(), "firm", store.Trust{ID: "idp", Name: "IdP", Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &store.OIDCTrust{Issuer: "https://idp.example"}}))
	log := n.App.log
	for _, row := range []struct {
		name       string
		say        func()
		level      store.EventLevel // empty: it is not kept
		tenant     store.ID
		attributes map[string]string
	}{
		{"information", func() { log.Info("x") }, "", "", nil},
		{"warning", func() { log.Warn("x", "count", 3) }, store.Warning, "", map[string]string{"count": "3"}},
		{"error", func() { log.Error("x", "error", errors.New("away")) }, store.Failure, "", map[string]string{"error": "away"}},
		{"of a firm", func() { log.Warn("x", "tenant", store.ID("other")) }, store.Warning, "other", map[string]string{"tenant": "other"}},
		{"of a firm's trust", func() { log.Warn("x", "trust", store.ID("idp")) }, store.Warning, "firm", map[string]string{"trust": "idp"}},
		{"of no trust", func() { log.Warn("x", "trust", "no-such") }, store.Warning, "", map[string]string{"trust": "no-such"}},
		{"of no firm's name", func() { log.Warn("x", "tenant", "' OR 1=1") }, store.Warning, "", map[string]string{"tenant": "' OR 1=1"}},
		{"with", func() { log.With("a", 1).WithGroup("g").With("b", 2).Warn("x", "c", 3) }, store.Warning, "", map[string]string{"a": "1", "g.b": "2", "g.c": "3"}},
		{"a group", func() {
			log.Warn("x", slog.Group("g", "a", 1, slog.Group("", "b", 2)), slog.Group("", "c", late{"then"}))
		}, store.Warning, "", map[string]string{"g.a": "1", "g.b": "2", "c": "then"}},
		{"a firm of a group", func() { log.WithGroup("g").Warn("x", "tenant", "other") }, store.Warning, "", map[string]string{"g.tenant": "other"}},
		{"broken values", func() { log.Warn("x", []any{"error", error(nil), "", "none", "alone"}...) }, store.Warning, "", map[string]string{"error": "<nil>", "!BADKEY": "alone"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.say()
			got := n.kept(t)
			n.forget(t)
			if row.level == "" {
				if len(got) > 0 {
					t.Errorf("kept is %+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Level != row.level || got[0].TenantID != row.tenant || fmt.Sprint(got[0].Attributes) != fmt.Sprint(row.attributes) || got[0].Instance == "" || !got[0].At.Equal(n.now) {
				t.Errorf("kept is %+v", got)
			}
		})
	}
	if !strings.Contains(n.log.String(), "level=INFO msg=x") || !strings.Contains(n.log.String(), "g.tenant=other") {
		t.Errorf("the log has %s", n.log)
	}
}

// TestEventsOfAPanic has a request go wrong: what was logged of it is kept with its stack.
func TestEventsOfAPanic(t *testing.T) {
	n := newNoting(t)
	rt := route.New(route.Config{Errors: plainErrors{}, Log: n.App.log, Now: time.Now})
	rt.Plain(http.MethodGet, "/", func(http.ResponseWriter, *http.Request) error { panic("no such thing") })
	rt.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	for _, e := range n.kept(t) {
		if e.Message == "panic" && e.Level == store.Failure && e.Attributes["cause"] == "no such thing" && strings.Contains(e.Attributes["stack"], "goroutine") {
			return
		}
	}
	t.Errorf("kept is %+v", n.kept(t))
}

type plainErrors struct{}

func (plainErrors) Error(w http.ResponseWriter, _ *http.Request, v route.ErrorView) {
	w.WriteHeader(v.Status)
}

// TestFloodOfEvents logs much more than there is room for, while nobody keeps it: nobody waits, and what was lost is told.
func TestFloodOfEvents(t *testing.T) {
	const each, loud = 500, 16
	for _, row := range []struct {
		name string
		say  func(log *slog.Logger, i int)
		rows int // at most
	}{
		{"one message", func(log *slog.Logger, i int) { log.Warn("again") }, 2},
		{"one message of many causes", func(log *slog.Logger, i int) { log.Error("away", "error", fmt.Errorf("cause %d", i)) }, maxCauses + 2},
		{"many messages", func(log *slog.Logger, i int) { log.Error(fmt.Sprint("message ", i)) }, maxOpen + 1},
		{"many firms", func(log *slog.Logger, i int) { log.Error("x", "tenant", fmt.Sprint("t", i)) }, maxOpen + 1},
		{"many messages of one firm", func(log *slog.Logger, i int) { log.Error(fmt.Sprint("message ", i), "tenant", "one") }, maxOfFirm + 1},
		{"large ones", func(log *slog.Logger, i int) {
			many := []any{"error", strings.Repeat("あ", 2000), "n", i}
			for n := range 10 {
				many = append(many, fmt.Sprint("a", n), strings.Repeat("x", 2000))
			}
			log.Error("x", many...)
		}, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNoting(t)
			var everybody sync.WaitGroup
			for g := range loud {
				everybody.Go(func() {
					for i := range each {
						row.say(n.App.log, g*each+i)
					}
				})
			}
			everybody.Wait() // it would not end, if anybody waited for room
			events := n.kept(t)
			if len(events) > row.rows || told(events) != each*loud {
				t.Errorf("%d rows tell of %d events", len(events), told(events))
			}
			lost := int64(0)
			for _, e := range events {
				if size := len(fmt.Sprint(e.Attributes)); size > maxTexts+1000 {
					t.Errorf("an event has %d bytes of attributes", size)
				}
				for name, value := range e.Attributes {
					if len(name) > maxMessage || len(value) > maxAttribute {
						t.Errorf("an attribute has %d bytes", len(value))
					}
				}
				if e.Message == lostEvents {
					lost = e.Count
				}
			}
			if lost < each*loud-eventQueue {
				t.Errorf("%d are said to be lost", lost)
			}
		})
	}
}

// TestEventsOfTrusts tells apart what is of another trust of the firm, and of whom it is, up to a number.
func TestEventsOfTrusts(t *testing.T) {
	n := newNoting(t)
	for i := range 2 * maxCauses {
		n.App.log.Warn("refused", "tenant", "firm", "trust", "one", "reason", "uniqueness", "resource", fmt.Sprint("u", i))
		n.App.log.Warn("refused", "tenant", "firm", "trust", "two", "reason", "uniqueness", "resource", "u")
	}
	of := map[string]int{}
	for _, e := range n.kept(t) {
		if of[e.Attributes["trust"]]++; e.Attributes["trust"] == "two" && e.Count != 2*maxCauses {
			t.Errorf("of one person it is told as %+v", e)
		}
	}
	if of["one"] != maxCauses+1 || of["two"] != 1 || len(of) != 2 {
		t.Errorf("there are so many by trust: %v", of)
	}
}

// TestEventsFold counts what comes again, until it is another time.
func TestEventsFold(t *testing.T) {
	n := newNoting(t)
	for i := range 20 {
		for range 50 {
			n.App.log.Warn("again", "i", i)
		}
		n.kept(t)
		n.now = n.now.Add(foldTime / 10)
	}
	events := n.kept(t)
	if len(events) != 2 || events[0].Count != 500 || events[1].Count != 500 || events[1].Attributes["i"] != "0" || events[0].Attributes["i"] != "10" {
		t.Errorf("kept are %+v", events)
	}
	if took := events[0].LastAt.Sub(events[0].At); took != foldTime*9/10 {
		t.Errorf("it came for %s", took)
	}
}

// TestEventsWaitForTheRecords demands that what is logged while the records are away is kept when they are back.
func TestEventsWaitForTheRecords(t *testing.T) {
	n := newNoting(t)
	gone, err := OpenStores(t.Context(), n.config.StoreConfig, n.events.now)
	noError(t, err)
	noError(t, gone.Close())
	there := n.events.to
	n.events.to = gone.Records
	for range 30 {
		n.App.log.Error("not ready", "part", "records", "trust", "idp")
		n.events.keep(t.Context(), keepTime)
	}
	if said := strings.Count(n.log.String(), "whether events of the service are kept"); said != 1 {
		t.Errorf("it was said %d times that they are not kept", said)
	}
	n.events.to = there
	events := n.kept(t)
	if len(events) != 1 || events[0].Count != 30 {
		t.Errorf("kept are %+v", events)
	}
	if !strings.Contains(n.log.String(), "kept=true") {
		t.Error("it was not said that they are kept again")
	}
}

// TestEventsAtTheEnd stops a service right after it logged something.
func TestEventsAtTheEnd(t *testing.T) {
	c := testConfig(t)
	a, err := New(t.Context(), c, time.Now, slog.New(slog.DiscardHandler))
	noError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	a.Background(ctx)
	a.log.Error("the last words")
	stop()
	noError(t, a.Close())
	stores, err := OpenStores(t.Context(), c.StoreConfig, time.Now)
	noError(t, err)
	defer stores.Close()
	list, err := stores.Records.SystemEvents().List(t.Context(), store.SystemEventFilter{Text: "last words"}, store.Page{})
	noError(t, err)
	if len(list.Items) != 1 {
		t.Errorf("kept are %+v", list.Items)
	}
}

// TestOldEventsAreRemoved puts the clock forward to the last moment of an event, and past it.
func TestOldEventsAreRemoved(t *testing.T) {
	n := newNoting(t)
	n.App.log.Error("old")
	n.kept(t)
	n.now = n.now.Add(EventsKept - time.Hour)
	n.events.prune(t.Context())
	if left := n.kept(t); len(left) != 1 {
		t.Errorf("too early, left are %+v", left)
	}
	n.now = n.now.Add(2 * time.Hour)
	n.events.prune(t.Context())
	if left := n.kept(t); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
}

func TestEventsHaveNoSecrets(t *testing.T) {
	const secret = "s3cr3tW0rd"
	jwt := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ" + secret + "."
	n := newNoting(t)
	for name, say := range map[string]func(log *slog.Logger){
		"a password":          func(log *slog.Logger) { log.Warn("x", "password", secret) },
		"a cookie of a group": func(log *slog.Logger) { log.Warn("x", slog.Group("h", "Set-Cookie", "a="+secret)) },
		"a header":            func(log *slog.Logger) { log.Warn("x", "error", "Authorization: Bearer "+secret) },
		"a database's URL": func(log *slog.Logger) {
			log.Warn("x", "error", "dial postgres://cloud:"+secret+"@db.example/x: refused")
		},
		"a code in a URL": func(log *slog.Logger) {
			log.Warn("x", "error", `Get "https://idp.example/cb?code=`+secret+`&x=1": EOF`)
		},
		"a SAML message":    func(log *slog.Logger) { log.Warn("x", "url", "https://idp.example/?SAMLRequest="+secret) },
		"a client's secret": func(log *slog.Logger) { log.Warn("x", "body", "grant_type=code&client_secret="+secret) },
		"a token":           func(log *slog.Logger) { log.Warn("x", "error", "token "+jwt+" is wrong") },
		"a key": func(log *slog.Logger) {
			log.Warn("x", "error", "-----BEGIN RSA PRIVATE KEY-----\n"+secret+"\n-----END RSA PRIVATE KEY-----")
		},
		"half a key":             func(log *slog.Logger) { log.Warn("x", "error", "-----BEGIN PRIVATE KEY-----\n"+secret) },
		"in the message":         func(log *slog.Logger) { log.Warn("at redis://:" + secret + "@h") },
		"of who logs altogether": func(log *slog.Logger) { log.With("client_secret", secret).Warn("x") },
	} {
		say(n.App.log)
		for _, e := range n.kept(t) {
			if said := fmt.Sprint(e); strings.Contains(said, secret) || !strings.Contains(said, masked) {
				t.Errorf("%s: kept is %s", name, said)
			}
		}
		n.forget(t)
	}
	for _, plain := range []string{"the trust key-a has no keys", "status=502", "2026-11-22T03:00:00Z", "https://idp.example/metadata", "a@b.example", "eyJ"} {
		if got := maskText(plain); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	}
}

// TestFirmsSeeTheirEvents has a service that listens warn of a firm's trust, and asks for the page of the events as that
// firm's administrator, and as another's.
func TestFirmsSeeTheirEvents(t *testing.T) {
	l := listening(t, testConfig(t), time.Now)
	sato, setup, ctx := l.staff(t), portal.Setup{Portal: l.Portal, By: "test"}, t.Context()
	noError(t, setup.AddTenant(ctx, store.Tenant{ID: "minato", Name: "Minato"}))
	noError(t, setup.AddTrust(ctx, "minato", store.Trust{ID: "their", Name: "x", Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &store.OIDCTrust{Issuer: "https://op.example", ClientID: "y"}}))
	noError(t, setup.AddAccount(ctx, "minato", store.Account{ID: "sato", Name: "Sato", TrustID: "their", Subject: "s", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}))
	another := l.cookieOf(t, session.Start{TenantID: "minato", AccountID: "sato", TrustID: "their", Subject: "s"})
	l.App.log.Warn("discovery document not fetched", "trust", store.ID("op"), "error", errors.New("no such host"))
	page := func(cookie string) string { return l.page(t, "/admin/log/events", cookie) }
	tick, late := time.NewTicker(100*time.Millisecond), time.After(30*time.Second)
	defer tick.Stop()
	for !strings.Contains(page(sato), "discovery document not fetched") {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the event does not come: %s", page(sato))
		}
	}
	if said := page(sato); strings.Contains(said, "no such host") || !strings.Contains(said, "<code>trust</code>") {
		t.Errorf("the firm is shown %s", said)
	}
	if said := page(another); strings.Contains(said, "discovery document") || !strings.Contains(said, "There are no warnings or errors") {
		t.Errorf("another firm is shown %s", said)
	}
}
