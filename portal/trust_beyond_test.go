package portal_test

import (
	"errors"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestNobodyBeyondOneself has administrators decide about trusts by which people come in who may do more than they.
func TestNobodyBeyondOneself(t *testing.T) {
	const viewer = store.PermitTrusts | store.PermitView
	roles := func(menus string) func(*store.Trust) {
		return func(t *store.Trust) {
			t.Mapping.Role, t.Mapping.Roles = store.Claim("role"), map[string]string{"clerk": menus}
		}
	}
	justInTime := func(t *store.Trust) { t.JustInTime, t.Mapping.Offices = true, store.Claim("offices") }
	staff := func(menus store.Permission) *store.Account { return &store.Account{Permissions: menus} }
	client := &store.Account{CompanyID: "x", Permissions: store.PermitAll}
	for name, row := range map[string]struct {
		actor   store.Permission
		comesIn *store.Account // nil: nobody
		state   store.AccountState
		trust   func(*store.Trust)
		draft   func(*store.Trust)
		may     bool
	}{
		"nobody":                            {actor: store.PermitTrusts, may: true},
		"staff who may do less":             {actor: viewer, comesIn: staff(store.PermitView), may: true},
		"staff who may do more":             {actor: viewer, comesIn: staff(store.PermitAnnounce)},
		"staff who may do more, disabled":   {actor: viewer, comesIn: staff(store.PermitAnnounce), state: store.AccountDisabled},
		"staff who may do all":              {actor: store.PermitAll, comesIn: staff(store.PermitAll), may: true},
		"clients given what is staff's":     {actor: viewer, comesIn: client, may: true},
		"clients who view":                  {actor: store.PermitTrusts, comesIn: client},
		"a table of roles":                  {actor: viewer, trust: roles("view,deliver")},
		"a table of roles to be taken away": {actor: viewer, trust: roles("view,deliver"), draft: func(t *store.Trust) { t.Mapping.Role, t.Mapping.Roles = store.Source{}, nil }},
		"a table of lesser roles":           {actor: viewer, trust: roles("view"), may: true},
		"a role that is gone":               {actor: viewer, trust: roles("@gone"), draft: roles("view"), may: true},
		"just in time":                      {actor: store.PermitTrusts, trust: justInTime},
		"just in time, who views":           {actor: viewer, trust: justInTime, may: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a, id := w.add(t, w.fresh(), who{tenant: "a", permissions: row.actor}), w.offering(t)
			if row.comesIn != nil {
				one := *row.comesIn
				one.ID, one.TrustID, one.Subject, one.Name, one.Offices.All = w.fresh(), id, "s", "人", true
				must(t, w.setup.AddAccount(t.Context(), "a", one))
				if row.state != "" {
					_, err := w.setup.SwitchAccount(t.Context(), "a", one.ID, row.state)
					must(t, err)
				}
			}
			if row.trust != nil {
				w.refreshed(t, id, row.trust)
			}
			d := store.TrustDraft{Trust: w.trust(t, id)}
			d.Label = "人事から"
			if row.draft != nil {
				row.draft(&d.Trust)
			}
			d, _ = w.save(t, a, d)
			beyond := &store.Error{Kind: store.Denied, Key: "error.trust_beyond"}
			for deed, err := range map[string]error{
				"keys": w.AcceptKeys(t.Context(), a, id, []string{"new", "old"}),
				"on":   w.SwitchTrustOn(t.Context(), a, id, portal.SwitchOn{Revision: d.Revision, Untested: true, Note: "急ぎ"}),
			} {
				if row.may != (err == nil) || !row.may && !errors.Is(err, beyond) {
					t.Errorf("%s: %v, want it allowed: %t", deed, err, row.may)
				}
			}
		})
	}
}
