package portal_test

import (
	"fmt"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// clerks maps everybody's menus by a claim that knows clerks alone.
func clerks() store.Mapping {
	return store.Mapping{Role: store.Claim("role"), Roles: map[string]string{"clerk": "view"}, Name: store.Claim("name")}
}

// claimed signs somebody in with claims, and returns what was made of them.
func (w *world) claimed(t *testing.T, id store.ID, m store.Mapping, claims map[string][]string) *sso.Mapped {
	t.Helper()
	trace := &sso.Trace{}
	_, err := w.Admit(t.Context(), idp(func(t *store.OwnedTrust) { t.Mapping = m }), says("s-"+string(id), claims), sso.Visit{Address: "192.0.2.1"}, trace)
	must(t, err)
	return trace.Mapped
}

// TestClaimsLeaveAnAdministrator signs administrators in with claims that take their rights: of the trusts, of the accounts, or
// of both. Whom the firm cannot do without keeps them.
func TestClaimsLeaveAnAdministrator(t *testing.T) {
	const trusts, accounts = store.PermitTrusts | store.PermitView, store.PermitAccounts | store.PermitView
	type rights = map[store.ID]who
	staff := func(p store.Permission, offices ...store.ID) who {
		return who{tenant: "a", permissions: p, offices: offices}
	}
	for name, row := range map[string]struct {
		boss   who
		beside rights
		absent bool // those beside never came in
		keeps  bool
	}{
		"of both, alone":                                {boss: staff(store.PermitAll), keeps: true},
		"of both, beside another":                       {boss: staff(store.PermitAll), beside: rights{"other": staff(store.PermitAll)}},
		"of both, beside another who never came in":     {boss: staff(store.PermitAll), beside: rights{"other": staff(store.PermitAll)}, absent: true, keeps: true},
		"of both, beside one of each":                   {boss: staff(store.PermitAll), beside: rights{"t": staff(trusts), "a": staff(accounts)}},
		"of both, beside one of trusts":                 {boss: staff(store.PermitAll), beside: rights{"t": staff(trusts)}, keeps: true},
		"of both, beside one of accounts":               {boss: staff(store.PermitAll), beside: rights{"a": staff(accounts)}, keeps: true},
		"of both, beside accounts of some offices":      {boss: staff(store.PermitAll), beside: rights{"t": staff(trusts), "a": staff(accounts, "x1")}, keeps: true},
		"of both, beside trusts of some offices":        {boss: staff(store.PermitAll), beside: rights{"t": staff(trusts, "x1"), "a": staff(accounts)}, keeps: true},
		"of accounts, beside one of trusts":             {boss: staff(accounts), beside: rights{"t": staff(trusts)}, keeps: true},
		"of accounts, beside a client's":                {boss: staff(accounts), beside: rights{"c": {tenant: "a", company: "x", permissions: store.PermitAll}}, keeps: true},
		"of neither":                                    {boss: staff(store.PermitView | store.PermitDeliver)},
		"of neither, beside both":                       {boss: staff(store.PermitView | store.PermitDeliver), beside: rights{"other": staff(store.PermitAll)}},
		"of a client, where nobody of the firm is left": {boss: who{tenant: "a", company: "x", permissions: store.PermitAll}},
	} {
		for taken, claims := range map[string]struct {
			mapping store.Mapping
			said    map[string][]string
		}{
			"offices": {store.Mapping{Offices: store.Claim("offices"), Name: store.Claim("name")}, map[string][]string{"offices": {"ext-x1"}, "name": {"改名"}}},
			"menus":   {clerks(), map[string][]string{"role": {"clerk"}, "name": {"改名"}}},
		} {
			t.Run(fmt.Sprintf("%s of one %s", taken, name), func(t *testing.T) {
				w := newWorld(t)
				w.add(t, "boss", row.boss)
				for id, other := range row.beside {
					w.add(t, id, other)
					if !row.absent {
						w.comesIn(t, id)
					}
				}
				w.now = w.now.Add(time.Hour)
				seen := w.claimed(t, "boss", claims.mapping, claims.said)
				got := w.account(t, "boss")
				if all := got.Offices.All && got.Permissions == row.boss.permissions; all != row.keeps || got.Name != "改名" || seen.Held != row.keeps {
					t.Errorf("%s may %s everywhere: %t, held: %t", got.Name, got.Permissions, got.Offices.All, seen.Held)
				}
				if moved := got.RightsAt.Equal(w.now); moved == row.keeps {
					t.Errorf("the rights are of %s", got.RightsAt)
				}
			})
		}
	}
}

// comesIn notes that somebody signed in.
func (w *world) comesIn(t *testing.T, id store.ID) {
	t.Helper()
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error { return tx.Accounts().SignedIn(t.Context(), id, w.now) }))
}

// TestClaimsLeaveAsMuchAsThereWas takes all but one office from the only manager of accounts of some, who stays one.
func TestClaimsLeaveAsMuchAsThereWas(t *testing.T) {
	w := newWorld(t)
	w.add(t, "boss", who{tenant: "a", permissions: store.PermitAccounts, offices: []store.ID{"x1", "y1"}})
	seen := w.claimed(t, "boss", store.Mapping{Offices: store.Claim("offices")}, map[string][]string{"offices": {"ext-x1"}})
	if got := w.account(t, "boss").Offices.Offices; seen.Held || len(got) != 1 {
		t.Errorf("offices %q, held: %t", got, seen.Held)
	}
}

// TestHeldRightsAreNoChange signs an administrator in again and again whose rights are held: each sign-in says so, and nothing
// is recorded as given by claims but what they gave.
func TestHeldRightsAreNoChange(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	version := w.account(t, "boss").Version
	for _, name := range []string{"人 boss", "人 boss", "改名", "改名"} {
		w.claimed(t, "boss", clerks(), map[string][]string{"role": {"clerk"}, "name": {name}})
	}
	if got := w.account(t, "boss").Version; got != version+1 {
		t.Errorf("the account was written %d times, want 1", got-version)
	}
	held := map[store.Deed]int{}
	for _, e := range w.audit(t, "a") {
		if e.Detail["held"] != "" {
			held[e.Deed]++
		} else if e.Detail["by"] == "claims" || e.Deed == store.DeedSignIn {
			t.Errorf("recorded without a word: %+v", e)
		}
	}
	if held[store.DeedSignIn] != 4 || held[store.DeedAccount] != 1 {
		t.Errorf("held in %v", held)
	}
}

// TestHeldRightsMend has the administrator whose rights were held put the mapping right, beside people who may do more than
// administer.
func TestHeldRightsMend(t *testing.T) {
	w := newTrustWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	w.add(t, "clerk", who{tenant: "a", permissions: store.PermitView | store.PermitDeliver})
	w.claimed(t, "boss", clerks(), map[string][]string{"role": {"clerk"}})
	d, _ := w.save(t, boss, whole(store.TrustDraft{Trust: w.trust(t, "saml-a")}))
	w.passed(t, d, w.account(t, "boss"))
	must(t, w.SwitchTrustOn(t.Context(), boss, "saml-a", portal.SwitchOn{Revision: d.Revision}))
}
