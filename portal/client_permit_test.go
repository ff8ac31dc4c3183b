package portal_test

import (
	"errors"
	"net/netip"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// client registers an API client of tenant "a", and returns it as it acts with these scopes.
func (w *world) client(t *testing.T, c store.APIClient, scopes store.Scope) portal.Actor {
	t.Helper()
	if c.ID == "" {
		c.ID = w.fresh()
	}
	if c.State == "" {
		c.State = store.ClientEnabled
	}
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error { return tx.APIClients().Create(t.Context(), c) }))
	return portal.Actor{TenantID: "a", Client: c.ID, Scopes: scopes, Visit: sso.Visit{Address: "192.0.2.1"}}
}

// TestClientsAct has machines look at the firm's list: they need what their token was given and their registration grants,
// at the moment that they ask.
func TestClientsAct(t *testing.T) {
	all := store.OfficeScope{All: true}
	for name, row := range map[string]struct {
		client store.APIClient
		scopes store.Scope
		change func(t *testing.T, w *world, a *portal.Actor)
		want   error
	}{
		"documents":                   {client: store.APIClient{Scopes: store.ScopeAll, Offices: all}, scopes: store.ScopeDocuments},
		"receipts":                    {client: store.APIClient{Scopes: store.ScopeReceipts, Offices: all}, scopes: store.ScopeAll},
		"places alone":                {client: store.APIClient{Scopes: store.ScopeAll, Offices: all}, scopes: store.ScopePlaces, want: store.ErrDenied},
		"embed alone":                 {client: store.APIClient{Scopes: store.ScopeAll, Offices: all}, scopes: store.ScopeEmbed, want: store.ErrDenied},
		"no scope":                    {client: store.APIClient{Scopes: store.ScopeAll, Offices: all}, want: store.ErrDenied},
		"a scope that is not granted": {client: store.APIClient{Scopes: store.ScopePlaces, Offices: all}, scopes: store.ScopeDocuments, want: store.ErrDenied},
		"disabled":                    {client: store.APIClient{Scopes: store.ScopeAll, Offices: all, State: store.ClientDisabled}, scopes: store.ScopeAll, want: store.ErrDenied},
		"in its range":                {client: store.APIClient{Scopes: store.ScopeAll, Offices: all, Allowed: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}, scopes: store.ScopeAll},
		"out of its range":            {client: store.APIClient{Scopes: store.ScopeAll, Offices: all, Allowed: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}, scopes: store.ScopeAll, want: store.ErrDenied},
		"gone": {client: store.APIClient{Scopes: store.ScopeAll, Offices: all}, scopes: store.ScopeAll, want: store.ErrDenied, change: func(t *testing.T, w *world, a *portal.Actor) {
			must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error { return tx.APIClients().Delete(t.Context(), a.Client) }))
		}},
		"keyed by who may do all": {client: store.APIClient{Scopes: store.ScopeAll, Offices: all, KeyedBy: "keyer"}, scopes: store.ScopeAll, change: keyed(store.PermitAll, nil)},
		"keyed by who delivers no more": {client: store.APIClient{Scopes: store.ScopeDocuments, Offices: all, KeyedBy: "keyer"}, scopes: store.ScopeAll, want: store.ErrDenied,
			change: keyed(store.PermitAll&^store.PermitDeliver, nil)},
		"keyed by who keeps trusts no more": {client: store.APIClient{Scopes: store.ScopeAll, Offices: all, KeyedBy: "keyer"}, scopes: store.ScopeAll, want: store.ErrDenied,
			change: keyed(store.PermitAll&^store.PermitTrusts, nil)},
		"keyed by who sees some offices": {client: store.APIClient{Scopes: store.ScopeAll, Offices: all, KeyedBy: "keyer"}, scopes: store.ScopeAll, want: store.ErrDenied,
			change: keyed(store.PermitAll, func(k *store.Account) { k.Offices = store.OfficeScope{Offices: []store.ID{"x1"}} })},
		"keyed by who left": {client: store.APIClient{Scopes: store.ScopeAll, Offices: all, KeyedBy: "keyer"}, scopes: store.ScopeAll, want: store.ErrDenied,
			change: keyed(store.PermitAll, func(k *store.Account) { k.State = store.AccountDisabled })},
		"keyed by who is gone": {client: store.APIClient{Scopes: store.ScopeAll, Offices: all, KeyedBy: "nobody"}, scopes: store.ScopeAll, want: store.ErrDenied},
		"another tenant's":     {client: store.APIClient{Scopes: store.ScopeAll, Offices: all}, scopes: store.ScopeAll, want: store.ErrDenied, change: func(_ *testing.T, _ *world, a *portal.Actor) { a.TenantID = "b" }},
		"of a suspended tenant": {client: store.APIClient{Scopes: store.ScopeAll, Offices: all}, scopes: store.ScopeAll, want: store.ErrDenied, change: func(t *testing.T, w *world, _ *portal.Actor) {
			_, err := w.setup.SwitchTenant(t.Context(), "a", store.TenantSuspended)
			must(t, err)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.client(t, row.client, row.scopes)
			if row.change != nil {
				row.change(t, w, &a)
			}
			if _, err := w.Desk(t.Context(), a, store.DocumentFilter{}, store.Page{}); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if _, err := w.MySessions(t.Context(), a); !errors.Is(err, store.ErrDenied) {
				t.Errorf("its own sessions: %v", err)
			}
		})
	}
}

// keyed makes the account "keyer", with these menus, and changes it as somebody does later.
func keyed(menus store.Permission, change func(*store.Account)) func(*testing.T, *world, *portal.Actor) {
	return func(t *testing.T, w *world, _ *portal.Actor) {
		t.Helper()
		w.add(t, "keyer", who{tenant: "a", permissions: menus})
		if change == nil {
			return
		}
		must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
			k, err := tx.Accounts().Get(t.Context(), "keyer")
			must(t, err)
			change(&k)
			return tx.Accounts().Update(t.Context(), k)
		}))
	}
}
