package portal_test

import (
	"errors"
	"testing"
	"time"

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
			w.refreshed(t, id, func(one *store.Trust) { one.OIDC.Offered = []string{"new"} })
			d := store.TrustDraft{Trust: w.trust(t, id)}
			half := *d.OIDC
			half.UserInfo, d.OIDC = true, &half
			if row.draft != nil {
				row.draft(&d.Trust)
			}
			d, _ = w.save(t, a, d)
			beyond := &store.Error{Kind: store.Denied, Key: "error.trust_beyond"}
			for deed, err := range map[string]error{
				"keys": w.AcceptKeys(t.Context(), a, id, []string{"new"}),
				"on":   w.SwitchTrustOn(t.Context(), a, id, portal.SwitchOn{Revision: d.Revision, Untested: true, Note: "急ぎ"}),
			} {
				if row.may != (err == nil) || !row.may && !errors.Is(err, beyond) {
					t.Errorf("%s: %v, want it allowed: %t", deed, err, row.may)
				}
			}
		})
	}
}

// TestDutiesAreSeparated has somebody who keeps trusts, and nothing else, do what every firm has to now and then, where nobody
// holds the menus of all who come in: keys that change one after the other, metadata fetched from where it is, another name.
func TestDutiesAreSeparated(t *testing.T) {
	beyond := &store.Error{Kind: store.Denied, Key: "error.trust_beyond"}
	keys := func(ends ...portal.KeyEnd) func(*testing.T, *world, portal.Actor, store.ID) error {
		return func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			w.KeyEnds = func(store.Trust) []portal.KeyEnd { return ends }
			var shown []string
			for _, e := range ends {
				if e.What != "theirs" {
					shown = append(shown, e.Fingerprint)
				}
			}
			return w.AcceptKeys(t.Context(), a, id, shown)
		}
	}
	draft := func(change func(*store.Trust)) func(*testing.T, *world, portal.Actor, store.ID) error {
		return func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			must(t, w.DropTrustDraft(t.Context(), a, id))
			d := store.TrustDraft{Trust: w.trust(t, id)}
			change(&d.Trust)
			d, _ = w.save(t, a, d)
			return w.SwitchTrustOn(t.Context(), a, id, portal.SwitchOn{Revision: d.Revision, Untested: true, Note: "急ぎ"})
		}
	}
	theirs, same, fresh, moved := portal.KeyEnd{What: "theirs", Fingerprint: "old"}, portal.KeyEnd{What: "offered", Fingerprint: "old"}, portal.KeyEnd{What: "offered", Fingerprint: "new"}, portal.KeyEnd{What: "moved", Fingerprint: "https://evil.example"}
	for name, row := range map[string]struct {
		do   func(*testing.T, *world, portal.Actor, store.ID) error
		want error
	}{
		"a key more":                  {keys(theirs, same, fresh), nil},
		"a key more, elsewhere":       {keys(theirs, same, fresh, moved), beyond},
		"other keys alone":            {keys(theirs, fresh), beyond},
		"nothing that can be read":    {keys(fresh), beyond},
		"another label":               {draft(func(t *store.Trust) { t.Label = "人事から" }), nil},
		"another label, and no limit": {draft(func(t *store.Trust) { t.Label, t.MFA.MaxAge = "人事から", time.Hour }), beyond},
		"people of another domain":    {draft(func(t *store.Trust) { t.Domains = []string{"firm.example"} }), beyond},
		"a label, when it is off": {func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			_, err := w.setup.SwitchTrust(t.Context(), id, store.TrustDisabled)
			must(t, err)
			return draft(func(t *store.Trust) { t.Label = "人事から" })(t, w, a, id)
		}, beyond},
		"fetched now": {func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			_, err := w.MayFetch(t.Context(), a, id)
			return err
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			c := w.connect(t)
			must(t, w.setup.AddAccount(t.Context(), "a", store.Account{ID: w.fresh(), TrustID: c.id, Subject: "s", Name: "人", Permissions: store.PermitView | store.PermitDeliver, Offices: store.OfficeScope{All: true}}))
			a := w.add(t, w.fresh(), who{tenant: "a", permissions: store.PermitTrusts | store.PermitAccounts})
			err := row.do(t, w, a, c.id)
			var refusal *store.Error
			if !errors.Is(err, row.want) || errors.As(err, &refusal) && refusal.Args["Menus"] != store.PermitView|store.PermitDeliver {
				t.Errorf("%v, want %v; named are %v", err, row.want, refusal)
			}
		})
	}
}
