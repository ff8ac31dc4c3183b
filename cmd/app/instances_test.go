package app

import (
	"net/http"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/sso/session"
	"cloudpocket/store"
)

// TestSwitchingOffReachesOtherInstances switches off on one instance what signed somebody in, and asks another, which has
// just answered them.
func TestSwitchingOffReachesOtherInstances(t *testing.T) {
	for name, servers := range map[string]bool{"SQLite": false, "PostgreSQL and Redis": true} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t)
			if servers {
				c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
			}
			p := &twins{here: listening(t, c, time.Now), there: listening(t, c, time.Now)}
			p.people(t)
			for _, row := range p.switches() {
				t.Run(row.name, func(t *testing.T) { p.switchOff(t, row) })
			}
		})
	}
}

// twins are two instances on the same stores, with "sato" by the trust "op" and "ito" by another, whom nothing befalls.
type twins struct {
	here, there *live
	setup       portal.Setup // of here
	pages       []string
}

func (p *twins) people(t *testing.T) {
	t.Helper()
	p.here.staff(t)
	p.setup = portal.Setup{Portal: p.here.Portal, By: "test"}
	noError(t, p.setup.AddTrust(t.Context(), "aoba", store.Trust{ID: "other", Name: "other", Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &store.OIDCTrust{Issuer: "https://other.example", ClientID: "x"}}))
	noError(t, p.setup.AddAccount(t.Context(), "aoba", store.Account{ID: "ito", Name: "Ito", TrustID: "other", Subject: "i", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}))
	p.pages = []string{"/desk", "/me/sessions", p.here.handOut(t, paper(1000))}
}

// turning is one way of switching off, and of undoing it.
type turning struct {
	name     string
	off, on  func(*testing.T)
	page     int           // what sato's pages answer from then on
	check    time.Duration // how long after it the session check may still say yes
	everyone bool          // it befalls ito too
}

func (p *twins) switches() []turning {
	account := func(s store.AccountState) func(*testing.T) {
		return func(t *testing.T) { _, err := p.setup.SwitchAccount(t.Context(), "aoba", "sato", s); noError(t, err) }
	}
	trust := func(s store.TrustState) func(*testing.T) {
		return func(t *testing.T) { _, err := p.setup.SwitchTrust(t.Context(), "op", s); noError(t, err) }
	}
	tenant := func(s store.TenantState) func(*testing.T) {
		return func(t *testing.T) { _, err := p.setup.SwitchTenant(t.Context(), "aoba", s); noError(t, err) }
	}
	return []turning{
		{"account", account(store.AccountDisabled), account(store.AccountActive), http.StatusSeeOther, 0, false},
		{"trust", trust(store.TrustDisabled), trust(store.TrustEnabled), http.StatusSeeOther, 0, false},
		{"tenant", tenant(store.TenantSuspended), tenant(store.TenantActive), http.StatusSeeOther, 0, true},
		{"account, sessions not told", p.untold(accountDisabled), account(store.AccountActive), http.StatusForbidden, time.Second, false},
		{"trust, sessions not told", p.untold(trustDisabled), trust(store.TrustEnabled), http.StatusForbidden, time.Second, false},
	}
}

// untold changes the records alone, as when the session store is away at that moment.
func (p *twins) untold(change func(*testing.T, store.Tx) error) func(*testing.T) {
	return func(t *testing.T) {
		noError(t, p.here.Stores.Records.Update(t.Context(), "aoba", func(tx store.Tx) error { return change(t, tx) }))
	}
}

func accountDisabled(t *testing.T, tx store.Tx) error {
	a, err := tx.Accounts().Get(t.Context(), "sato")
	noError(t, err)
	a.State = store.AccountDisabled
	return tx.Accounts().Update(t.Context(), a)
}

func trustDisabled(t *testing.T, tx store.Tx) error {
	one, err := tx.Trusts().Get(t.Context(), "op")
	noError(t, err)
	one.State = store.TrustDisabled
	return tx.Trusts().Update(t.Context(), one)
}

func (p *twins) switchOff(t *testing.T, row turning) {
	t.Helper()
	sato := p.here.cookie(t)
	ito := p.here.cookieOf(t, session.Start{TenantID: "aoba", AccountID: "ito", TrustID: "other", Subject: "i"})
	p.admits(t, sato)
	p.admits(t, ito)
	row.off(t)
	switched := time.Now()
	for _, path := range p.pages {
		if got := p.there.as(t, sato, path); got != row.page {
			t.Errorf("%s answers %d, want %d at once", path, got, row.page)
		}
	}
	for asked := switched; p.there.as(t, sato, "/me/session") != http.StatusUnauthorized; asked = time.Now() {
		if asked.Sub(switched) > row.check {
			t.Fatalf("the session check says yes %s later, %s at most are allowed", asked.Sub(switched), row.check)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !row.everyone {
		p.admits(t, ito)
	}
	row.on(t)
}

// admits demands that the other instance answers everything.
func (p *twins) admits(t *testing.T, cookie string) {
	t.Helper()
	for _, path := range p.pages {
		if got := p.there.as(t, cookie, path); got != http.StatusOK {
			t.Fatalf("%s answers %d", path, got)
		}
	}
	if got := p.there.as(t, cookie, "/me/session"); got != http.StatusNoContent {
		t.Fatalf("the session check answers %d", got)
	}
}

// as asks for a page with a session's cookie and follows no redirect.
func (l *live) as(t *testing.T, cookie, path string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.addr+path, nil)
	noError(t, err)
	r.Header.Set("Cookie", cookie)
	res, err := interop.Client().Transport.RoundTrip(r)
	noError(t, err)
	noError(t, res.Body.Close())
	return res.StatusCode
}
