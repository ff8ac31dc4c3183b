package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

func newUser(id store.ID) store.Provisioned {
	return store.Provisioned{
		TrustID: "t1", Kind: store.ProvisionedUser, ID: id, Name: "name of " + string(id), ExternalID: "ext", Attributes: `{"userName":"あ"}`,
		CreatedAt: day, ModifiedAt: day, Version: 1, Subject: "subject of " + string(id),
	}
}

func newGroup(id store.ID) store.Provisioned {
	p := newUser(id)
	p.Kind, p.Subject = store.ProvisionedGroup, ""
	return p
}

// provisionedIDs are the IDs of all.
func provisionedIDs(t *testing.T) func(all []store.Provisioned, err error) string {
	return func(all []store.Provisioned, err error) (ids string) {
		t.Helper()
		must(t, err)
		for _, p := range all {
			ids += string(p.ID) + " "
		}
		return ids
	}
}

func recordsProvisioned(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	addFirm(t, f.records, "bound")
	other := addFirm(t, f.records, "other")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		s := tx.Provisioning()
		for _, id := range []store.ID{"b", "a", "c"} {
			must(t, s.Create(ctx, newUser(id)))
		}
		must(t, s.Create(ctx, newGroup("a")))
		for what, change := range map[string]func(*store.Provisioned){
			"id": func(p *store.Provisioned) { p.ID = "a" }, "name": func(p *store.Provisioned) { p.Name = "name of a" },
			"subject": func(p *store.Provisioned) { p.Subject = "subject of a" },
		} {
			p := newUser("d")
			change(&p)
			if isKind(t, s.Create(ctx, p), store.ErrConflict); t.Failed() {
				t.Fatalf("two of the same %s", what)
			}
		}
		stray := newUser("d")
		stray.TrustID = "none"
		isKind(t, s.Create(ctx, stray), store.ErrNotFound)
	})
	for _, tenant := range []firm{other, {t, f.records, "bound"}} {
		tenant.update(func(ctx context.Context, tx store.Tx) { strangerProvisions(t, ctx, tx) })
	}
	changed := newUser("b")
	changed.Name, changed.ExternalID, changed.Attributes, changed.ModifiedAt = "new", "", "{}", day.Add(time.Hour)
	changed.AccountID, changed.Subject, changed.Granted = "acc", "", true
	f.update(func(ctx context.Context, tx store.Tx) {
		s := tx.Provisioning()
		must(t, s.Update(ctx, changed))
		isKind(t, s.Update(ctx, changed), store.ErrConflict)
		taken := newUser("c")
		taken.Name = "new"
		isKind(t, s.Update(ctx, taken), store.ErrConflict)
		isKind(t, s.Update(ctx, newUser("none")), store.ErrNotFound)
	})
	changed.Version++
	f.view(func(ctx context.Context, tx store.Tx) {
		s, ids := tx.Provisioning(), provisionedIDs(t)
		got, err := s.Get(ctx, "t1", store.ProvisionedUser, "b")
		must(t, err)
		same(t, "the changed user", got, changed)
		got, err = s.ByName(ctx, "t1", store.ProvisionedUser, "new")
		must(t, err)
		same(t, "by its name", got, changed)
		got, err = s.BySubject(ctx, "t1", "subject of c")
		must(t, err)
		same(t, "by its subject", got, newUser("c"))
		_, err = s.BySubject(ctx, "t1", "")
		isKind(t, err, store.ErrNotFound)
		_, err = s.ByName(ctx, "t1", store.ProvisionedGroup, "new")
		isKind(t, err, store.ErrNotFound)
		same(t, "the list", ids(s.List(ctx, "t1", store.ProvisionedUser, "", 0)), "a b c ")
		same(t, "after one", ids(s.List(ctx, "t1", store.ProvisionedUser, "a", 1)), "c ")
		same(t, "by the client's name", ids(s.ByExternalID(ctx, "t1", store.ProvisionedUser, "ext")), "a c ")
		same(t, "who waits", ids(s.Waiting(ctx, "t1")), "a c ")
		n, err := s.Count(ctx, "t1", store.ProvisionedUser)
		must(t, err)
		same(t, "how many", n, 3)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Provisioning().Remove(ctx, "t1", store.ProvisionedUser, "a"))
		isKind(t, tx.Provisioning().Remove(ctx, "t1", store.ProvisionedUser, "a"), store.ErrNotFound)
		_, err := tx.Provisioning().Get(ctx, "t1", store.ProvisionedGroup, "a")
		must(t, err)
		must(t, tx.Trusts().Remove(ctx, "t1"))
	})
}

// strangerProvisions demands that another tenant, though the trust be lent to it, reaches nothing that is provisioned there.
func strangerProvisions(t *testing.T, ctx context.Context, tx store.Tx) {
	t.Helper()
	s, ids := tx.Provisioning(), provisionedIDs(t)
	isKind(t, s.Create(ctx, newUser("d")), store.ErrNotFound)
	isKind(t, s.Update(ctx, newUser("a")), store.ErrNotFound)
	isKind(t, s.Remove(ctx, "t1", store.ProvisionedUser, "a"), store.ErrNotFound)
	isKind(t, s.Leave(ctx, "t1", store.Membership{Group: "a", User: "a"}), store.ErrNotFound)
	_, err := s.Get(ctx, "t1", store.ProvisionedUser, "a")
	isKind(t, err, store.ErrNotFound)
	_, err = s.ByName(ctx, "t1", store.ProvisionedUser, "name of a")
	isKind(t, err, store.ErrNotFound)
	_, err = s.BySubject(ctx, "t1", "subject of a")
	isKind(t, err, store.ErrNotFound)
	n, err := s.Count(ctx, "t1", store.ProvisionedUser)
	must(t, err)
	same(t, "another tenant's", fmt.Sprint(n, ids(s.List(ctx, "t1", store.ProvisionedUser, "", 0)),
		ids(s.ByExternalID(ctx, "t1", store.ProvisionedUser, "ext")), ids(s.Waiting(ctx, "t1"))), "0")
}

func provisionedGroups(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	addFirm(t, f.records, "bound")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		s := tx.Provisioning()
		for _, id := range []store.ID{"a", "b"} {
			must(t, s.Create(ctx, newUser(id)))
			must(t, s.Create(ctx, newGroup("g"+id)))
		}
		for _, m := range []store.Membership{{Group: "ga", User: "a"}, {Group: "gb", User: "b"}, {Group: "ga", User: "b"}} {
			must(t, s.Join(ctx, "t1", m))
			isKind(t, s.Join(ctx, "t1", m), store.ErrConflict)
		}
		wantMembers(t, ctx, s, []store.Membership{{Group: "ga", User: "a"}, {Group: "ga", User: "b"}, {Group: "gb", User: "b"}})
		must(t, s.Leave(ctx, "t1", store.Membership{Group: "ga", User: "a"}))
		isKind(t, s.Leave(ctx, "t1", store.Membership{Group: "ga", User: "a"}), store.ErrNotFound)
		all, err := s.GroupsOf(ctx, "t1", []store.ID{"b", "none"})
		must(t, err)
		same(t, "the groups of a user", all, []store.Membership{{Group: "ga", User: "b"}, {Group: "gb", User: "b"}})
		must(t, s.Remove(ctx, "t1", store.ProvisionedGroup, "ga"))
		wantMembers(t, ctx, s, []store.Membership{{Group: "gb", User: "b"}})
		must(t, s.Remove(ctx, "t1", store.ProvisionedUser, "b"))
		wantMembers(t, ctx, s, nil)
	})
}

func wantMembers(t *testing.T, ctx context.Context, s store.Provisioning, want []store.Membership) {
	t.Helper()
	all, err := s.Members(ctx, "t1", []store.ID{"ga", "gb"})
	must(t, err)
	same(t, "the members", all, want)
}

// companiesByExternalID demands that a company is found by what the parent product calls it, in its own tenant alone.
func companiesByExternalID(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	other := addFirm(t, f.records, "other")
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Companies().ByExternalID(ctx, "ext-blue")
		must(t, err)
		same(t, "the company", got.ID, "blue")
		for _, external := range []string{"", "blue", "EXT-BLUE"} {
			_, err = tx.Companies().ByExternalID(ctx, external)
			isKind(t, err, store.ErrNotFound)
		}
	})
	other.view(func(ctx context.Context, tx store.Tx) {
		_, err := tx.Companies().ByExternalID(ctx, "ext-blue")
		isKind(t, err, store.ErrNotFound)
	})
}

// accountsIdentified demands that an account stands for another subject, and its first one is free.
func accountsIdentified(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	other := addFirm(t, f.records, "other")
	other.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Accounts().Identify(ctx, "one", "x"), store.ErrNotFound)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Accounts().Identify(ctx, "one", "another"))
		isKind(t, tx.Accounts().Identify(ctx, "one", "subject of all"), store.ErrConflict)
		isKind(t, tx.Accounts().Identify(ctx, "none", "x"), store.ErrNotFound)
		a, err := tx.Accounts().BySubject(ctx, "parent", "another")
		must(t, err)
		same(t, "who it is", []any{a.ID, a.Version}, []any{store.ID("one"), int64(1)})
		_, err = tx.Accounts().BySubject(ctx, "parent", "subject of one")
		isKind(t, err, store.ErrNotFound)
		_, err = tx.Accounts().Delete(ctx, "all", day)
		must(t, err)
		isKind(t, tx.Accounts().Identify(ctx, "all", "x"), store.ErrNotFound)
	})
}
