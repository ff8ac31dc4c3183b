package storetest

import (
	"context"
	"testing"
	"time"

	"cloudpocket/store"
)

func recordsTrustDrafts(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	addFirm(t, f.records, "bound")
	other := addFirm(t, f.records, "other")
	live := newTrust("t1")
	live.Tenants = map[string]store.ID{"1": "firm", "2": "bound"}
	draft := store.TrustDraft{Trust: live, By: "a", ByName: "人", At: day}
	draft.Name, draft.Domains, draft.Logo = "改名", []string{"example.jp"}, &store.Picture{MediaType: "image/png", Data: []byte{0, 255}}
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, live))
		_, err := tx.TrustDrafts().Get(ctx, "t1")
		isKind(t, err, store.ErrNotFound)
		missing := draft
		missing.ID = "none"
		_, err = tx.TrustDrafts().Save(ctx, missing)
		isKind(t, err, store.ErrNotFound)
		draft.Revision, err = tx.TrustDrafts().Save(ctx, draft)
		must(t, err)
		fresh := draft
		fresh.Revision = 0
		_, err = tx.TrustDrafts().Save(ctx, fresh)
		isKind(t, err, store.ErrConflict)
	})
	wantDraft(t, f, draft)
	other.update(func(ctx context.Context, tx store.Tx) {
		_, err := tx.TrustDrafts().Save(ctx, draft)
		isKind(t, err, store.ErrNotFound)
		isKind(t, tx.TrustDrafts().Tested(ctx, "t1", store.TrustTest{Revision: draft.Revision}), store.ErrNotFound)
		must(t, tx.TrustDrafts().Drop(ctx, "t1"))
	})
	test := store.TrustTest{At: day, By: "a", Revision: draft.Revision, Passed: true, SignIn: "s", TenantID: "firm", AccountID: "a", Permissions: store.PermitTrusts, AllOffices: true}
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.TrustDrafts().Tested(ctx, "t1", store.TrustTest{Revision: draft.Revision + 1}), store.ErrConflict)
		must(t, tx.TrustDrafts().Tested(ctx, "t1", test))
	})
	draft.Test = test
	wantDraft(t, f, draft)
	f.update(func(ctx context.Context, tx store.Tx) {
		draft.By, draft.ByName, draft.At, draft.SAML.IdPInitiated = "", "setup link", day.Add(time.Hour), true
		revision, err := tx.TrustDrafts().Save(ctx, draft)
		must(t, err)
		_, err = tx.TrustDrafts().Save(ctx, draft)
		isKind(t, err, store.ErrConflict)
		draft.Revision = revision
	})
	wantDraft(t, f, draft)
	same(t, "what was saved after its test is tested", draft.Tested(), false)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.TrustDrafts().Drop(ctx, "t1"))
		must(t, tx.TrustDrafts().Drop(ctx, "t1"))
		_, err := tx.TrustDrafts().Get(ctx, "t1")
		isKind(t, err, store.ErrNotFound)
		fresh := draft
		fresh.Revision = 0
		revision, err := tx.TrustDrafts().Save(ctx, fresh)
		must(t, err)
		if revision <= draft.Revision {
			t.Errorf("a new draft has revision %d, the one that was dropped had %d", revision, draft.Revision)
		}
	})
}

// wantDraft checks what the tenant and the directory say of a draft.
func wantDraft(t *testing.T, f firm, want store.TrustDraft) {
	t.Helper()
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.TrustDrafts().Get(ctx, want.ID)
		must(t, err)
		sameTrust(t, "the draft", got, want)
	})
	found, err := f.records.Draft(t.Context(), want.ID)
	must(t, err)
	sameTrust(t, "the draft that is found", found, store.OwnedDraft{Owner: f.id, TrustDraft: want})
	_, err = f.records.Draft(t.Context(), "none")
	isKind(t, err, store.ErrNotFound)
}

func recordsTrustVersions(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	addFirm(t, f.records, "bound")
	other := addFirm(t, f.records, "other")
	var kept []store.TrustVersion
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		must(t, tx.Trusts().Create(ctx, newTrust("t2")))
		for n := range int64(3) {
			v := store.TrustVersion{Trust: newTrust("t1"), By: "a", ByName: "人", At: day, Note: "理由", Untested: n == 1}
			v.Trust.Version = n + 1
			must(t, tx.TrustDrafts().Keep(ctx, v))
			isKind(t, tx.TrustDrafts().Keep(ctx, v), store.ErrConflict)
			kept = append([]store.TrustVersion{v}, kept...)
		}
		isKind(t, tx.TrustDrafts().Keep(ctx, store.TrustVersion{Trust: newTrust("none")}), store.ErrNotFound)
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.TrustDrafts().Version(ctx, "t1", 2)
		must(t, err)
		sameTrust(t, "a version", got, kept[1])
		_, err = tx.TrustDrafts().Version(ctx, "t1", 9)
		isKind(t, err, store.ErrNotFound)
		all := walk(t, 1, func(p store.Page) (store.List[store.TrustVersion], error) {
			return tx.TrustDrafts().Versions(ctx, "t1", p)
		})
		sameTrust(t, "the versions", all, kept)
		none, err := tx.TrustDrafts().Versions(ctx, "t2", store.Page{})
		must(t, err)
		same(t, "versions of another", len(none.Items), 0)
	})
	other.update(func(ctx context.Context, tx store.Tx) {
		_, err := tx.TrustDrafts().Version(ctx, "t1", 2)
		isKind(t, err, store.ErrNotFound)
		isKind(t, tx.TrustDrafts().Keep(ctx, kept[0]), store.ErrNotFound)
		none, err := tx.TrustDrafts().Versions(ctx, "t1", store.Page{})
		must(t, err)
		same(t, "versions of another tenant's", len(none.Items), 0)
	})
}

func recordsTrustRemoved(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	bound, other := addFirm(t, f.records, "bound"), addFirm(t, f.records, "other")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		_, err := tx.TrustDrafts().Save(ctx, store.TrustDraft{Trust: newTrust("t1")})
		must(t, err)
		must(t, tx.TrustDrafts().Keep(ctx, store.TrustVersion{Trust: newTrust("t1")}))
		must(t, tx.SetupLinks().Create(ctx, newSetupLink("l", "t1")))
	})
	account := newAccount("guest", "", everyOffice())
	account.TrustID = "t1"
	bound.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Accounts().Create(ctx, account))
		isKind(t, tx.Trusts().Remove(ctx, "t1"), store.ErrNotFound)
		wantUsers(t, ctx, tx, 0)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		wantUsers(t, ctx, tx, 1)
		isKind(t, tx.Trusts().Remove(ctx, "t1"), store.ErrConflict)
		isKind(t, tx.Trusts().Remove(ctx, "none"), store.ErrNotFound)
	})
	other.update(func(ctx context.Context, tx store.Tx) { isKind(t, tx.Trusts().Remove(ctx, "t1"), store.ErrNotFound) })
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t3")))
		_, err := tx.TrustDrafts().Save(ctx, store.TrustDraft{Trust: newTrust("t3")})
		must(t, err)
		must(t, tx.TrustDrafts().Keep(ctx, store.TrustVersion{Trust: newTrust("t3")}))
		must(t, tx.SetupLinks().Create(ctx, newSetupLink("m", "t3")))
		must(t, tx.ScimTokens().Create(ctx, newScimToken("n", "t3")))
		provisioned := newUser("u")
		provisioned.TrustID = "t3"
		must(t, tx.Provisioning().Create(ctx, provisioned))
		must(t, tx.Provisioning().Join(ctx, "t3", store.Membership{Group: "g", User: "u"}))
		must(t, tx.Trusts().Remove(ctx, "t3"))
		trustState(t, ctx, tx, "t3", "")
		must(t, tx.Trusts().Create(ctx, newTrust("t3")))
		_, err = tx.TrustDrafts().Get(ctx, "t3")
		isKind(t, err, store.ErrNotFound)
	})
}

func wantUsers(t *testing.T, ctx context.Context, tx store.Tx, want int) {
	t.Helper()
	n, err := tx.Trusts().Users(ctx, "t1")
	must(t, err)
	same(t, "accounts by the trust", n, want)
}

func newSetupLink(id, trust store.ID) store.SetupLink {
	return store.SetupLink{ID: id, TrustID: trust, Key: store.SetupKeyOf("link " + string(id)), By: "a", ByName: "人", At: day, Expires: day.Add(time.Hour)}
}

func recordsSetupLinks(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	addFirm(t, f.records, "bound")
	other := addFirm(t, f.records, "other")
	first, second := newSetupLink("l1", "t1"), newSetupLink("l2", "t1")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		must(t, tx.SetupLinks().Create(ctx, first))
		must(t, tx.SetupLinks().Create(ctx, second))
		isKind(t, tx.SetupLinks().Create(ctx, first), store.ErrConflict)
		isKind(t, tx.SetupLinks().Create(ctx, newSetupLink("l3", "none")), store.ErrNotFound)
	})
	grant := store.SetupKeyOf("grant")
	other.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.SetupLinks().Create(ctx, newSetupLink("l3", "t1")), store.ErrNotFound)
		isKind(t, tx.SetupLinks().Open(ctx, "l1", day, grant, day.Add(time.Hour)), store.ErrNotFound)
		_, err := tx.SetupLinks().Get(ctx, "l1")
		isKind(t, err, store.ErrNotFound)
		n, err := tx.SetupLinks().Revoke(ctx, "t1", day)
		must(t, err)
		all, err := tx.SetupLinks().List(ctx, "t1")
		must(t, err)
		same(t, "another tenant's", n+len(all), 0)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.SetupLinks().Open(ctx, "l1", day, grant, day.Add(time.Hour)))
		isKind(t, tx.SetupLinks().Open(ctx, "l1", day, grant, day.Add(time.Hour)), store.ErrNotFound)
	})
	first.Opened, first.Grant, first.Ends = day, grant, day.Add(time.Hour)
	for _, key := range []store.SetupKey{first.Key, grant} {
		got, err := f.records.SetupLink(t.Context(), key)
		must(t, err)
		same(t, "the link", got, store.OwnedSetupLink{Owner: "firm", SetupLink: first})
	}
	for _, key := range []store.SetupKey{{}, store.SetupKeyOf("none")} {
		_, err := f.records.SetupLink(t.Context(), key)
		isKind(t, err, store.ErrNotFound)
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		n, err := tx.SetupLinks().Revoke(ctx, "t1", day)
		must(t, err)
		again, err := tx.SetupLinks().Revoke(ctx, "t1", day)
		must(t, err)
		same(t, "revoked", []int{n, again}, []int{2, 0})
		isKind(t, tx.SetupLinks().Open(ctx, "l2", day, store.SetupKeyOf("other"), day), store.ErrNotFound)
		first.Revoked, second.Revoked = day, day
		all, err := tx.SetupLinks().List(ctx, "t1")
		must(t, err)
		same(t, "the links", all, []store.SetupLink{second, first})
		one, err := tx.SetupLinks().Get(ctx, "l2")
		must(t, err)
		same(t, "one link", one, second)
	})
}

// recordsHolders demands who holds a menu: active staff, whatever else they hold. By a trust come those who are disabled, too,
// and nobody who was deleted.
func recordsHolders(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	disabled, some := newAccount("gone", "", everyOffice()), newAccount("some", "", someOffices("blue-1"))
	f.update(func(ctx context.Context, tx store.Tx) {
		for id, a := range map[store.ID]store.Account{"gone": disabled, "some": some} {
			a.ID, a.Subject, a.Permissions, a.State = id, string(id), store.PermitTrusts|store.PermitView, store.AccountActive
			if id == "gone" {
				a.Permissions = store.PermitTrusts | store.PermitAnnounce
			}
			must(t, tx.Accounts().Create(ctx, a))
			if id == "gone" {
				a.State = store.AccountDisabled
				must(t, tx.Accounts().Update(ctx, a))
			}
		}
		deleted := newAccount("deleted", "", everyOffice())
		deleted.Permissions = store.PermitAll
		must(t, tx.Accounts().Create(ctx, deleted))
		must(t, tx.Accounts().SignedIn(ctx, "deleted", day))
		_, err := tx.Accounts().Delete(ctx, "deleted", day)
		must(t, err)
		client := newAccount("client", "blue", everyOffice())
		client.Permissions = store.PermitAll
		must(t, tx.Accounts().Create(ctx, client))
		holders, err := tx.Accounts().Holders(ctx, store.PermitTrusts|store.PermitLog)
		must(t, err)
		same(t, "holders", len(holders), 1)
		same(t, "the holder", []any{holders[0].ID, holders[0].Offices}, []any{store.ID("some"), someOffices("blue-1")})
		staff, clients, err := tx.Accounts().MenusBy(ctx, some.TrustID)
		must(t, err)
		same(t, "the menus by a trust", []store.Permission{staff, clients}, []store.Permission{store.PermitTrusts | store.PermitView | store.PermitAnnounce, store.PermitAll})
		staff, clients, err = tx.Accounts().MenusBy(ctx, "none")
		must(t, err)
		same(t, "the menus by no trust", staff|clients, 0)
	})
}
