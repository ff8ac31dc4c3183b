package storetest

import (
	"context"
	"testing"

	"cloudpocket/store"
)

// provisionedOut demands who of the provisioned waits, is barred and is off, by what became of their account.
func provisionedOut(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	other := addFirm(t, f.records, "other")
	all := []store.ID{"active", "anew", "by-hand", "by-hand-off", "deleted", "disabled", "dismissed", "no-row", "waits"}
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		for _, id := range all {
			p := newUser(id)
			p.AccountID = map[store.ID]store.ID{"active": id, "anew": "first", "deleted": id, "disabled": id, "dismissed": id, "no-row": id}[id]
			must(t, tx.Provisioning().Create(ctx, p))
		}
		for _, id := range []store.ID{"active", "anew", "by-hand", "by-hand-off", "deleted", "disabled", "dismissed"} {
			a := newAccount(id, "", everyOffice())
			a.TrustID, a.Dismissed = "t1", id == "dismissed"
			if id == "by-hand-off" || id == "disabled" || id == "dismissed" {
				a.State = store.AccountDisabled
			}
			must(t, tx.Accounts().Create(ctx, a))
		}
		must(t, tx.Accounts().SignedIn(ctx, "deleted", day)) // so that its row stays
		_, err := tx.Accounts().Delete(ctx, "deleted", day)
		must(t, err)
	})
	other.update(func(ctx context.Context, tx store.Tx) { // another tenant's account lets nobody in here
		for _, id := range []store.ID{"disabled", "no-row", "waits"} {
			a := newAccount(id, "", everyOffice())
			a.TrustID = "t1"
			must(t, tx.Accounts().Create(ctx, a))
		}
	})
	wantOut(f, all, "by-hand-off waits ", "deleted disabled no-row ", "deleted disabled dismissed no-row ")
	wantOut(f, []store.ID{"active", "disabled", "waits", "none"}, "by-hand-off waits ", "deleted disabled no-row ", "disabled ")
	wantOut(f, nil, "by-hand-off waits ", "deleted disabled no-row ", "")
	wantOut(other, all, "", "", "")
}

// wantOut demands who waits and is barred, and who of users is off.
func wantOut(f firm, users []store.ID, waiting, barred, off string) {
	f.t.Helper()
	f.view(func(ctx context.Context, tx store.Tx) {
		s, ids := tx.Provisioning(), provisionedIDs(f.t)
		same(f.t, "who waits", ids(s.Waiting(ctx, "t1")), waiting)
		same(f.t, "who is barred", ids(s.Barred(ctx, "t1")), barred)
		some, err := s.Off(ctx, "t1", users)
		must(f.t, err)
		got := ""
		for _, id := range some {
			got += string(id) + " "
		}
		same(f.t, "who is off", got, off)
	})
}

// accountsDismissed demands that an account keeps who disabled it while it is disabled, and no longer.
func accountsDismissed(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	one := newAccount("one", "", everyOffice())
	one.Dismissed = true
	f.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Accounts().Create(ctx, one)) })
	for _, step := range []struct {
		name string
		to   store.AccountState
		said bool
		want bool
	}{
		{"active", store.AccountActive, true, false},
		{"disabled by the client", store.AccountDisabled, true, true},
		{"disabled by the firm", store.AccountDisabled, false, false},
		{"disabled by the client again", store.AccountDisabled, true, true},
		{"active again", store.AccountActive, true, false},
	} {
		f.update(func(ctx context.Context, tx store.Tx) {
			a, err := tx.Accounts().Get(ctx, "one")
			must(t, err)
			a.State, a.Dismissed = step.to, step.said
			must(t, tx.Accounts().Update(ctx, a))
			a, err = tx.Accounts().Get(ctx, "one")
			must(t, err)
			same(t, step.name, []any{a.State, a.Dismissed}, []any{step.to, step.want})
		})
	}
}
