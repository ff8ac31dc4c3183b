package ssotest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// OIDCEnv is the world that an OIDC connector under test is opened in.
type OIDCEnv struct {
	BaseURL string
	Keys    []crypto.Signer // the client's, for private_key_jwt
	Marks   store.Marks
	Secret  func(ctx context.Context, ref string) (string, error)
	Now     func() time.Time
	Log     *slog.Logger

	// How the OP is reached: its name has a public address, which leads to a server of the test.
	Roots   *x509.CertPool
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	Connect func(ctx context.Context, to netip.AddrPort) (net.Conn, error)
}

// OIDCOpener opens the connector under test for trust.
type OIDCOpener func(trust store.OwnedTrust, env OIDCEnv) (sso.Connector, error)

// OIDC holds an OIDC connector to the corpus: every hostile vector is refused with its own reason, a sentence for the
// person and without a secret in error, log or trace; every valid variant is accepted.
func OIDC(t *testing.T, open OIDCOpener) {
	keys := newOIDCKeys(t)
	groups := map[string][]oidcVector{
		"discovery": oidcDiscoveryVectors(), "callback": oidcCallbackVectors(), "token endpoint": oidcTokenVectors(),
		"signature": oidcSignatureVectors(), "claims": oidcClaimVectors(), "time": oidcTimeVectors(),
		"json": oidcJSONVectors(), "userinfo": oidcUserInfoVectors(), "accepted": oidcAccepted(),
	}
	for group, vectors := range groups {
		t.Run(group, func(t *testing.T) {
			for _, v := range vectors {
				t.Run(v.name, func(t *testing.T) { v.run(t, keys, open) })
			}
		})
	}
	t.Run("logout token", func(t *testing.T) { oidcLogoutTokens(t, keys, open) })
	t.Run("scenes", func(t *testing.T) { oidcScenes(t, keys, open) })
}

// oidcVector is one sign-in with something changed, and the reason it is refused for; "" if it is accepted.
type oidcVector struct {
	name    string
	want    sso.Reason
	key     string                 // the sentence; "": sso.KeyMessage
	trust   func(*store.OIDCTrust) // changes the trust before it is opened
	mapping store.Mapping
	op      func(*OP)                       // changes the OP before Start
	message func(*sso.Message)              // changes the answer on its way
	attempt func(*sso.Attempt) *sso.Attempt // changes what was kept of the attempt
	force   bool
	check   func(*testing.T, *oidcRun, sso.Identity) // looks at an accepted sign-in
}

// oidcRun is one connector, its OP, and what they said.
type oidcRun struct {
	*OP
	trust store.OwnedTrust
	env   OIDCEnv
	conn  sso.Connector
	clock *oidcClock
	log   *bytes.Buffer
	trace *sso.Trace
	sent  *sso.Attempt // as Start left it
}

const (
	oidcBase  = "https://pocket.example.com"
	oidcTrust = "hr-suite"
	oidcState = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

func newOIDCRun(t *testing.T, keys *oidcKeys, v oidcVector, open OIDCOpener) *oidcRun {
	t.Helper()
	clock := &oidcClock{now: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
	op := newOP(t, keys, clock.Now)
	r := &oidcRun{OP: op, clock: clock, log: new(bytes.Buffer), trace: new(sso.Trace)}
	settings := store.OIDCTrust{Issuer: op.Issuer, ClientID: op.ClientID, AuthMethod: "client_secret_basic", SecretRef: "env:SECRET"}
	if v.trust != nil {
		v.trust(&settings)
	}
	r.trust = store.OwnedTrust{Owner: "firm", Trust: store.Trust{ID: oidcTrust, Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &settings, Mapping: v.mapping}}
	r.env = OIDCEnv{
		BaseURL: oidcBase, Keys: keys.client(), Marks: &oidcMarks{now: clock.Now, kept: map[string]time.Time{}}, Now: clock.Now,
		Secret: func(context.Context, string) (string, error) { return op.Secret, nil },
		Log:    slog.New(slog.NewTextHandler(r.log, nil)),
		Roots:  op.Roots(), Resolve: op.Resolve, Connect: op.Connect,
	}
	conn, err := open(r.trust, r.env)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	r.conn = conn
	if op.ClientSet, _, err = conn.Metadata(t.Context()); err != nil {
		t.Fatalf("metadata: %v", err)
	}
	if v.op != nil {
		v.op(op)
	}
	return r
}

func (v oidcVector) run(t *testing.T, keys *oidcKeys, open OIDCOpener) {
	r := newOIDCRun(t, keys, v, open)
	id, err := r.signIn(t, v)
	if v.want != "" {
		key := v.key
		if key == "" {
			key = sso.KeyMessage
		}
		r.refused(t, err, v.want, key)
		if r.sent != nil {
			WantTrace(t, r.trace, append(r.secrets(), r.sent.Nonce, r.sent.Handle, r.sent.Verifier), v.want)
		}
		return
	}
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	r.silent(t, "")
	WantTrace(t, r.trace, append(r.secrets(), r.sent.Nonce, r.sent.Handle, r.sent.Verifier))
	if len(r.trace.Claims) == 0 || !strings.Contains(r.trace.Message, `"id_token_claims"`) {
		t.Fatalf("the trace of an accepted sign-in lacks what came: %+v", r.trace)
	}
	if v.check != nil {
		v.check(t, r, id)
	}
}

// signIn goes from Start over the OP to Finish.
func (r *oidcRun) signIn(t *testing.T, v oidcVector) (sso.Identity, error) {
	t.Helper()
	a := &sso.Attempt{Handle: oidcState, TrustID: r.trust.ID, ReturnTo: "/", Force: v.force, At: r.clock.Now()}
	d, err := r.conn.Start(t.Context(), a)
	if err != nil {
		return sso.Identity{}, err
	}
	r.sent = a
	m := sso.Message{Endpoint: oidcBase + "/sso/oidc/" + oidcTrust + "/callback", Query: r.Authorize(t, d.URL)}
	if v.message != nil {
		v.message(&m)
	}
	m.RawQuery = m.Query.Encode()
	if v.attempt != nil {
		a = v.attempt(a)
	}
	return r.conn.Finish(t.Context(), m, a, r.trace)
}

func (r *oidcRun) refused(t *testing.T, err error, want sso.Reason, key string) {
	t.Helper()
	if err == nil {
		t.Fatalf("accepted, want %s", want)
	}
	if got := sso.ReasonOf(err); got != want {
		t.Fatalf("refused with %q, want %q: %v", got, want, err)
	}
	var refusal *store.Error
	if !errors.As(err, &refusal) || refusal.Kind != store.Denied || refusal.Key != key {
		t.Fatalf("the person reads %q of kind %v, want %q: %v", refusal.Key, refusal.Kind, key, err)
	}
	r.silent(t, err.Error())
}

// silent fails if a secret can be read in text, in the log or in the trace, or if anything but a public address was
// connected to.
func (r *oidcRun) silent(t *testing.T, text string) {
	t.Helper()
	for _, to := range r.connections() {
		if to != oidcPublicAddress {
			t.Fatalf("a connection to %s was tried", to)
		}
	}
	text += r.log.String()
	text += "\n" + string(r.trace.Encode(store.MaxTrace))
	for _, secret := range r.secrets() {
		if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) {
			t.Fatalf("%q can be read in:\n%s", secret, text)
		}
	}
	if r.sent != nil && strings.Contains(text, r.sent.Verifier) {
		t.Fatalf("the PKCE verifier can be read in:\n%s", text)
	}
}

// oidcClock is a clock that a test moves.
type oidcClock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns where the clock stands.
func (c *oidcClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *oidcClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// oidcMarks keeps marks in memory, or fails with err.
type oidcMarks struct {
	now  func() time.Time
	mu   sync.Mutex
	kept map[string]time.Time
	err  error
}

// Put implements [store.Marks].
func (m *oidcMarks) Put(_ context.Context, name string, value []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := store.CheckMark(name, value, ttl); err != nil || m.err != nil {
		return errors.Join(m.err, err)
	}
	if until, taken := m.kept[name]; taken && m.now().Before(until) {
		return store.ErrConflict
	}
	m.kept[name] = m.now().Add(ttl)
	return nil
}

// Set implements [store.Marks]; connectors put each mark once.
func (m *oidcMarks) Set(context.Context, string, []byte, time.Duration) error {
	return store.ErrUnavailable
}

// Take implements [store.Marks]; connectors take nothing.
func (m *oidcMarks) Take(context.Context, string) ([]byte, error) { return nil, store.ErrNotFound }

// Peek implements [store.Marks]; connectors peek at nothing.
func (m *oidcMarks) Peek(context.Context, string) ([]byte, error) { return nil, store.ErrNotFound }
