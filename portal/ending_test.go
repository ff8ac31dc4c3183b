package portal_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// rival is a session store in which something happens around the end.
type rival struct {
	store.Sessions
	before func()
	after  error
}

func (r rival) End(ctx context.Context, sel store.SessionSelector) ([]store.Session, error) {
	if r.before != nil {
		r.before()
	}
	ended, err := r.Sessions.End(ctx, sel)
	return ended, errors.Join(err, r.after)
}

// deaf are records that take no more writing once they are away.
type deaf struct {
	store.Records
	away *bool
}

func (d deaf) Update(ctx context.Context, tenant store.ID, fn func(store.Tx) error) error {
	if *d.away {
		return store.ErrUnavailable
	}
	return d.Records.Update(ctx, tenant, fn)
}

// revoked returns what tenant's chain says of ended sessions: which one, who did it and, by the operator, whose and why.
func revoked(t *testing.T, w *world, tenant store.ID) (said []string) {
	t.Helper()
	for _, e := range w.audit(t, tenant) {
		if e.Deed == store.DeedRevoke {
			said = append(said, fmt.Sprint(e.Record, " ", e.Name, " ", e.Detail["account"], " ", e.Detail["by"]))
		}
	}
	slices.Sort(said)
	return said
}

// sessionsOf returns the sessions of tenant's client as revoked has them.
func sessionsOf(t *testing.T, w *world, tenant store.ID, rest string) (want []string) {
	t.Helper()
	all, err := w.sessions.Of(t.Context(), tenant, "client")
	must(t, err)
	for _, s := range all {
		want = append(want, "session:"+string(s.ID)+rest)
	}
	slices.Sort(want)
	return want
}

// revokeWorld has a client in each firm, with two sessions.
func revokeWorld(t *testing.T) (*world, portal.Actor) {
	t.Helper()
	w := newWorld(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	w.add(t, "client", who{tenant: "b", company: "x", permissions: store.PermitView})
	for range 2 {
		begin(t, w, "a", "client")
		begin(t, w, "b", "client")
	}
	return w, client
}

func TestEndedSessionsAreAudited(t *testing.T) {
	for _, row := range []struct {
		name string
		rest string // what is said of each session of tenant "a"
		end  func(*testing.T, *world, portal.Actor) (int, error)
	}{
		{"one's own", " 人 client  ", func(t *testing.T, w *world, a portal.Actor) (int, error) { return w.Revoke(t.Context(), a, "") }},
		{"account", " test client account disabled", func(t *testing.T, w *world, _ portal.Actor) (int, error) {
			return w.setup.SwitchAccount(t.Context(), "a", "client", store.AccountDisabled)
		}},
		{"trust", " test client trust disabled", func(t *testing.T, w *world, _ portal.Actor) (int, error) {
			return w.setup.SwitchTrust(t.Context(), "saml-a", store.TrustDisabled)
		}},
		{"tenant", " test client tenant suspended", func(t *testing.T, w *world, _ portal.Actor) (int, error) {
			return w.setup.SwitchTenant(t.Context(), "a", store.TenantSuspended)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, client := revokeWorld(t)
			want := sessionsOf(t, w, "a", row.rest)
			if n, err := row.end(t, w, client); n != 2 || err != nil {
				t.Errorf("%d ended, %v", n, err)
			}
			if got := revoked(t, w, "a"); !slices.Equal(got, want) || len(want) != 2 {
				t.Errorf("recorded %q, want %q", got, want)
			}
			if got := revoked(t, w, "b"); len(got) != 0 {
				t.Errorf("of the other firm %q is recorded", got)
			}
			if _, err := w.setup.VerifyAudit(t.Context(), "a"); err != nil {
				t.Errorf("the chain: %v", err)
			}
		})
	}
}

// TestTrustOfTwoFirms demands that each firm's sessions are in its own chain.
func TestTrustOfTwoFirms(t *testing.T) {
	w, _ := revokeWorld(t)
	for _, tenant := range []store.ID{"a", "b"} {
		s := store.Session{Key: store.KeyOf("shared " + string(tenant)), ID: "shared-" + tenant, TenantID: tenant, AccountID: "client", TrustID: "saml-a",
			Began: w.now, Seen: w.now, Ends: w.now.Add(3600e9), Idle: 1800e9}
		must(t, w.sessions.Begin(t.Context(), s))
	}
	if n, err := w.setup.SwitchTrust(t.Context(), "saml-a", store.TrustDisabled); n != 4 || err != nil {
		t.Errorf("%d ended, %v", n, err)
	}
	if got, want := revoked(t, w, "b"), []string{"session:shared-b test client trust disabled"}; !slices.Equal(got, want) || len(revoked(t, w, "a")) != 3 {
		t.Errorf("recorded %q and %q, want %q in the second", revoked(t, w, "a"), got, want)
	}
}

// TestAuditSaysWhatEnded holds the audit against what happened where ending does not go as asked.
func TestAuditSaysWhatEnded(t *testing.T) {
	away, cut := errors.New("Redis went away"), false
	for _, row := range []struct {
		name  string
		spoil func(*world, context.CancelFunc)
		err   error
		ended int
		said  int
		left  int
	}{
		{"somebody else ended them in between", func(w *world, _ context.CancelFunc) {
			w.Sessions = rival{w.sessions, func() {
				_, _ = w.sessions.End(context.Background(), store.SessionSelector{TenantID: "a", AccountID: "client"})
			}, nil}
		}, nil, 0, 0, 0},
		{"the sessions go away after some", func(w *world, _ context.CancelFunc) { w.Sessions = rival{w.sessions, nil, away} }, away, 2, 2, 0},
		{"who asked is gone", func(w *world, gone context.CancelFunc) { w.Sessions = rival{cancelling{w.sessions, gone}, nil, nil} }, nil, 2, 2, 0},
		{"the records are away", func(w *world, _ context.CancelFunc) {
			w.Records = deaf{w.Records, &cut}
			w.Sessions = rival{w.sessions, func() { cut = true }, nil}
		}, store.ErrUnavailable, 2, 0, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, client := revokeWorld(t)
			ctx, gone := context.WithCancel(t.Context())
			defer gone()
			row.spoil(w, gone)
			n, err := w.Revoke(ctx, client, "")
			if n != row.ended || (err == nil) != (row.err == nil) || row.err != nil && !errors.Is(err, row.err) {
				t.Errorf("%d ended, %v; want %d, %v", n, err, row.ended, row.err)
			}
			if got := revoked(t, w, "a"); len(got) != row.said {
				t.Errorf("recorded %q, want %d", got, row.said)
			}
			if left := sessionsOf(t, w, "a", ""); len(left) != row.left {
				t.Errorf("left are %q", left)
			}
		})
	}
}

// cancelling ends sessions while whoever asked goes away.
type cancelling struct {
	store.Sessions
	gone context.CancelFunc
}

func (c cancelling) End(ctx context.Context, sel store.SessionSelector) ([]store.Session, error) {
	defer c.gone()
	return c.Sessions.End(ctx, sel)
}

// TestSuspendingGoesOn demands that sessions by one trust end although those by another could not all be ended.
func TestSuspendingGoesOn(t *testing.T) {
	w, _ := revokeWorld(t)
	must(t, w.setup.AddTrust(t.Context(), "a", store.Trust{ID: "second", Name: "IdP", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://second.example"}}))
	must(t, w.setup.AddAccount(t.Context(), "a", store.Account{ID: "colleague", TrustID: "second", Subject: "s", Name: "人"}))
	must(t, w.sessions.Begin(t.Context(), store.Session{Key: store.KeyOf("second"), ID: "second", TenantID: "a", AccountID: "colleague", TrustID: "second",
		Began: w.now, Seen: w.now, Ends: w.now.Add(3600e9), Idle: 1800e9}))
	away := errors.New("Redis went away")
	w.Sessions = rival{w.sessions, nil, away}
	if n, err := w.setup.SwitchTenant(t.Context(), "a", store.TenantSuspended); n != 3 || !errors.Is(err, away) {
		t.Errorf("%d ended, %v", n, err)
	}
	if got := revoked(t, w, "a"); len(got) != 3 {
		t.Errorf("recorded %q", got)
	}
}
