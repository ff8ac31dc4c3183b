package embed

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
	"cloudpocket/store/redisstore"
	"cloudpocket/store/sqlstore"
	"cloudpocket/store/sqlstore/sqltest"
)

const (
	base    = "https://pocket.example"
	partner = "https://hr.example"
	client  = store.ID("c1")
)

// kept is what sessions and marks are kept in.
type kept interface {
	store.Sessions
	store.Marks
}

// world is two instances of a Keeper on the same stores, with a firm, its trust, its client and the account "taro".
type world struct {
	t       testing.TB
	records *sqlstore.Store
	kept    [2]kept
	keepers [2]*Keeper
	prover  *ssotest.Prover
	door    *door

	mu  sync.Mutex
	now time.Time
}

// door is who decides about accounts, and writes down whose session ended.
type door struct {
	mu     sync.Mutex
	closed bool
	asked  func()
	ended  []string
}

func (d *door) Standing(context.Context, store.ID, sso.Admission) error {
	if d.asked != nil {
		d.asked()
	}
	if d.closed {
		return store.Fail(store.Denied, "error.account_disabled", "disabled")
	}
	return nil
}

func (d *door) SignedOut(_ context.Context, s store.Session, _ sso.Visit, by string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = append(d.ended, fmt.Sprint(by, " ", s.Embed.Origin))
	return nil
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) forward(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// onBoth runs test with sessions and marks in Redis, and in a file.
func onBoth(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("Redis", func(t *testing.T) { test(t, newWorld(t, inRedis(t))) })
	t.Run("SQLite", func(t *testing.T) { test(t, newWorld(t, inFile(t))) })
}

func inFile(t testing.TB) func(now func() time.Time) kept {
	path := filepath.Join(t.TempDir(), "sessions.db")
	return func(now func() time.Time) kept {
		s, err := sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: path, Now: now})
		noError(t, err)
		t.Cleanup(func() { s.Close() })
		return s
	}
}

func inRedis(t testing.TB) func(now func() time.Time) kept {
	prefix := fmt.Sprint("embed-test-", store.NewID(time.Now()), ":")
	return func(now func() time.Time) kept {
		url := os.Getenv("CLOUDPOCKET_TEST_REDIS")
		if url == "" {
			t.Fatal("CLOUDPOCKET_TEST_REDIS is not set: run the tests by .ci/test, which starts a Redis for them")
		}
		c, err := redisstore.ParseURL(url)
		noError(t, err)
		c.Prefix, c.Now = prefix, now
		s, err := redisstore.Open(c)
		noError(t, err)
		t.Cleanup(func() { s.Close() })
		return s
	}
}

func newWorld(t testing.TB, open func(func() time.Time) kept) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), prover: ssotest.NewProver(t), door: &door{}}
	var err error
	w.records, err = sqlstore.Open(t.Context(), sqlstore.Config{URL: sqltest.New(t, filepath.Join(t.TempDir(), "records.db"))})
	noError(t, err)
	t.Cleanup(func() { w.records.Close() })
	noError(t, w.records.Tenants().Create(t.Context(), store.Tenant{ID: "firm", State: store.TenantActive}))
	noError(t, w.records.Update(t.Context(), "firm", func(tx store.Tx) error {
		noError(t, tx.Trusts().Create(t.Context(), store.Trust{ID: "parent", Name: "parent", Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &store.OIDCTrust{}}))
		noError(t, tx.Accounts().Create(t.Context(), store.Account{ID: "taro", Name: "太郎", TrustID: "parent", Subject: "taro", State: store.AccountActive, CreatedAt: w.now, RightsAt: w.now}))
		return tx.APIClients().Create(t.Context(), store.APIClient{ID: client, Name: "HR", State: store.ClientEnabled, Scopes: store.ScopeEmbed, Origins: []string{partner, "https://hr.example:8443"}, CreatedAt: w.now})
	}))
	for i := range w.keepers {
		w.kept[i] = open(w.clock)
		w.keepers[i] = New(Config{BaseURL: base, Records: w.records, Sessions: w.kept[i], Marks: w.kept[i], Admitter: w.door, Now: w.clock, Log: slog.New(slog.DiscardHandler),
			Visit: func(r *http.Request) sso.Visit {
				return sso.Visit{Address: "192.0.2.1", Device: r.UserAgent(), RequestID: "r1"}
			}})
	}
	return w
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// grant is taro's, as a partner's back end gets it.
func (w *world) grant() Grant {
	return Grant{TenantID: "firm", ClientID: client, AccountID: "taro", TrustID: "parent", Origin: partner, Subject: "taro", Index: "_1", Context: "mfa"}
}

// opened is taro's from a popup, of a browser's session that begins now.
func (w *world) opened(verifier string) (Grant, store.Session) {
	w.t.Helper()
	now := w.clock()
	s := store.Session{Key: store.KeyOf(rand43("s")), ID: store.NewID(now), TenantID: "firm", AccountID: "taro", TrustID: "parent", Subject: "taro", Index: "_1",
		Began: now, Seen: now, Ends: now.Add(time.Hour), Idle: 30 * time.Minute}
	noError(w.t, w.kept[0].Begin(context.Background(), s))
	g := w.grant()
	g.Challenge, g.Parent, g.Ends = challengeOf(verifier), s.ID, s.Ends
	return g, s
}

func rand43(prefix string) string { return secret(prefix) }

func (w *world) code(g Grant) string {
	w.t.Helper()
	code, err := w.keepers[0].codes.Give(context.Background(), g)
	noError(w.t, err)
	return code
}

// answer is what a request came to.
type answer struct {
	status    int
	body      map[string]any
	token     string
	challenge string
	header    http.Header
}

// post sends what a frame sends to one of the instances; a proof of "-" is none, "" a good one.
func (w *world) post(instance int, path, token, proof string, body any, change ...func(*http.Request)) answer {
	w.t.Helper()
	text, err := json.Marshal(body)
	noError(w.t, err)
	r := httptest.NewRequest(http.MethodPost, "http://whatever.example"+path, strings.NewReader(string(text)))
	r.Header.Set("Content-Type", "application/json")
	if proof == "" {
		proof = w.prover.Proof(w.t, http.MethodPost, base+path, token, w.clock())
	}
	if proof != "-" {
		r.Header.Set("DPoP", proof)
	}
	if token != "" {
		r.Header.Set("Authorization", "DPoP "+token)
	}
	for _, one := range change {
		one(r)
	}
	return w.send(instance, r)
}

func (w *world) send(instance int, r *http.Request) answer {
	w.t.Helper()
	rec := httptest.NewRecorder()
	for _, route := range w.keepers[instance].Routes() {
		if route.Method == r.Method && route.Pattern == r.URL.Path {
			if err := route.Handle(rec, r); err != nil {
				w.t.Errorf("%s: %v", r.URL.Path, err)
				return answer{status: 500}
			}
		}
	}
	a := answer{status: rec.Code, challenge: rec.Header().Get("WWW-Authenticate"), header: rec.Header()}
	if rec.Body.Len() > 0 {
		noError(w.t, json.Unmarshal(rec.Body.Bytes(), &a.body))
	}
	a.token, _ = a.body["access_token"].(string)
	return a
}

// asks is the body that goes with a code.
func asks(code, verifier string) map[string]any {
	all := map[string]any{"client": client, "origin": partner, "code": code}
	if verifier != "" {
		all["verifier"] = verifier
	}
	return all
}

// begin redeems g's code and returns the token.
func (w *world) begin(g Grant, verifier string) string {
	w.t.Helper()
	a := w.post(0, "/embed/token", "", "", asks(w.code(g), verifier))
	if a.status != 200 || !shaped(a.token, tokenPrefix) {
		w.t.Fatalf("redeemed: %d %v", a.status, a.body)
	}
	return a.token
}

// current asks whose a request is that comes with token and a good proof.
func (w *world) current(token string) (store.Session, error) {
	r := httptest.NewRequest("GET", "http://whatever.example/embed/at/deliveries?after=x", nil)
	r.Header.Set("Authorization", "DPoP "+token)
	r.Header.Set("DPoP", w.prover.Proof(w.t, "GET", base+"/embed/at/deliveries", token, w.clock()))
	return w.keepers[1].Current(r)
}

func (w *world) stands(token string, want bool) {
	w.t.Helper()
	switch _, err := w.current(token); {
	case want && err != nil:
		w.t.Fatalf("it ended: %v", err)
	case !want && store.KindOf(err) != store.NotFound:
		w.t.Fatalf("it stands, or: %v", err)
	}
}

// change changes the client.
func (w *world) change(change func(*store.APIClient)) {
	w.t.Helper()
	ctx := context.Background()
	noError(w.t, w.records.Update(ctx, "firm", func(tx store.Tx) error {
		c, err := tx.APIClients().Get(ctx, client)
		noError(w.t, err)
		change(&c)
		return tx.APIClients().Update(ctx, c)
	}))
}

// events returns what the firm's audit has of embeds, the latest first.
func (w *world) events() []store.AuditEvent {
	w.t.Helper()
	var found []store.AuditEvent
	noError(w.t, w.records.View(context.Background(), "firm", func(tx store.Tx) error {
		all, err := tx.Audit().List(context.Background(), store.AuditFilter{Deed: store.DeedEmbed}, store.Page{})
		found = all.Items
		return err
	}))
	return found
}
