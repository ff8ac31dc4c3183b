package storetest

import (
	"context"
	"slices"
	"testing"

	"cloudpocket/store"
)

func recordsTenants(t *testing.T, open OpenRecords) {
	r := open(t)
	ctx := t.Context()
	want := []store.Tenant{
		{ID: "a", Name: "あおば事務所", State: store.TenantActive, CreatedAt: day}, {ID: "b", Name: "b", State: store.TenantSuspended, CreatedAt: day},
		{ID: "c", Name: "c", State: store.TenantActive, CreatedAt: day},
	}
	for _, n := range want {
		must(t, r.Tenants().Create(ctx, n))
	}
	isKind(t, r.Tenants().Create(ctx, want[1]), store.ErrConflict)
	got, err := r.Tenants().Get(ctx, "b")
	must(t, err)
	same(t, "a tenant", got, want[1])
	_, err = r.Tenants().Get(ctx, "d")
	isKind(t, err, store.ErrNotFound)
	same(t, "all", walk(t, 2, func(p store.Page) (store.List[store.Tenant], error) { return r.Tenants().List(ctx, p) }), want)
	isKind(t, r.Tenants().Create(ctx, store.Tenant{ID: "a"}, store.AuditEvent{At: day}), store.ErrConflict)
	firm{t, r, "a"}.hasEvents()
	first := store.AuditEvent{At: day, Deed: store.DeedTenant, Outcome: store.Allowed, Name: "operator@host", Record: "tenant:e"}
	must(t, r.Tenants().Create(ctx, store.Tenant{ID: "e", State: store.TenantActive}, first, store.AuditEvent{At: day, Deed: store.DeedTrust}))
	firm{t, r, "e"}.hasEvents(store.DeedTenant, store.DeedTrust)
	isKind(t, r.View(ctx, "d", func(store.Tx) error { return nil }), store.ErrNotFound)
	isKind(t, r.Update(ctx, "d", func(store.Tx) error { return nil }), store.ErrNotFound)
	must(t, r.Ping(ctx))
}

// hasEvents demands that the chain is whole and holds these deeds, in order.
func (f firm) hasEvents(want ...store.Deed) {
	f.t.Helper()
	var got []store.Deed
	f.view(func(ctx context.Context, tx store.Tx) {
		for e, err := range tx.Audit().All(ctx) {
			must(f.t, err)
			got = append(got, e.Deed)
		}
	})
	same(f.t, "the deeds of "+string(f.id), got, want)
	same(f.t, "the chain's length", f.verify(), int64(len(want)))
}

func recordsCompanies(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	blue := store.Company{ID: "blue", Name: "青", ExternalID: "B-1", CreatedAt: day}
	f.update(func(ctx context.Context, tx store.Tx) {
		c := tx.Companies()
		must(t, c.Create(ctx, blue))
		must(t, c.Create(ctx, store.Company{ID: "red", Name: "赤", CreatedAt: day}))
		must(t, c.Create(ctx, store.Company{ID: "white", Name: "白", CreatedAt: day}))
		isKind(t, c.Create(ctx, store.Company{ID: "blue", Name: "again"}), store.ErrConflict)
		isKind(t, c.Create(ctx, store.Company{ID: "green", Name: "緑", ExternalID: "B-1"}), store.ErrConflict)
		isKind(t, c.Update(ctx, store.Company{ID: "red", Name: "赤", ExternalID: "B-1"}), store.ErrConflict)
		isKind(t, c.Update(ctx, store.Company{ID: "none", Name: "赤"}), store.ErrNotFound)
		blue.Name, blue.ExternalID = "空", "B-2"
		must(t, c.Update(ctx, store.Company{ID: "blue", Name: "空", ExternalID: "B-2", CreatedAt: day.AddDate(1, 0, 0)}))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Companies().Get(ctx, "blue")
		must(t, err)
		same(t, "the company", got, blue)
		_, err = tx.Companies().Get(ctx, "green")
		isKind(t, err, store.ErrNotFound)
	})
}

func recordsOffices(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	o := newOffice("blue", "blue-1")
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Offices().Create(ctx, o), store.ErrConflict)
		isKind(t, tx.Offices().Create(ctx, newOffice("none", "none-1")), store.ErrNotFound)
		o.Name, o.ExternalID, o.Codes.CorporateNumber = "本社", "", ""
		changed := o
		changed.CompanyID, changed.CreatedAt = "red", day.AddDate(1, 0, 0)
		must(t, tx.Offices().Update(ctx, changed))
		changed.ExternalID = "ext-red-1"
		isKind(t, tx.Offices().Update(ctx, changed), store.ErrConflict)
		isKind(t, tx.Offices().Update(ctx, newOffice("blue", "none")), store.ErrNotFound)
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Offices().Get(ctx, "blue-1")
		must(t, err)
		same(t, "the office", got, o)
		got, err = tx.Offices().ByExternalID(ctx, "ext-blue-2")
		must(t, err)
		same(t, "the office of the external ID", got, newOffice("blue", "blue-2"))
		for _, external := range []string{"", "ext-blue-1", "none"} {
			_, err = tx.Offices().ByExternalID(ctx, external)
			isKind(t, err, store.ErrNotFound)
		}
		same(t, "blue's", officeIDs(walk(t, 1, func(p store.Page) (store.List[store.Office], error) { return tx.Offices().List(ctx, "blue", p) })), []store.ID{"blue-2", "blue-1"})
		same(t, "all", officeIDs(walk(t, 2, func(p store.Page) (store.List[store.Office], error) { return tx.Offices().List(ctx, "", p) })), []store.ID{"blue-2", "blue-1", "red-1"})
	})
}

func officeIDs(all []store.Office) (ids []store.ID) {
	for _, o := range all {
		ids = append(ids, o.ID)
	}
	return ids
}

func recordsAccounts(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	one := newAccount("one", "blue", someOffices("blue-1"))
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Accounts().Create(ctx, one), store.ErrConflict)
		taken := newAccount("other", "blue", everyOffice())
		taken.Subject = one.Subject
		isKind(t, tx.Accounts().Create(ctx, taken), store.ErrConflict)
		isKind(t, tx.Accounts().Create(ctx, newAccount("other", "none", everyOffice())), store.ErrNotFound)
		isKind(t, tx.Accounts().Create(ctx, newAccount("other", "blue", someOffices("none"))), store.ErrNotFound)
		got, err := tx.Accounts().BySubject(ctx, "parent", one.Subject)
		must(t, err)
		one.Name, one.Email, one.Permissions, one.Offices = "改姓", "new@client.example", store.PermitAll, someOffices("blue-1", "blue-2")
		changed := one
		changed.Version, changed.CompanyID, changed.Subject, changed.CreatedAt = got.Version, "red", "else", day.AddDate(1, 0, 0)
		must(t, tx.Accounts().Update(ctx, changed))
		isKind(t, tx.Accounts().Update(ctx, changed), store.ErrConflict)
		isKind(t, tx.Accounts().Update(ctx, newAccount("none", "blue", everyOffice())), store.ErrNotFound)
		must(t, tx.Accounts().SignedIn(ctx, "one", day.Add(1)))
		isKind(t, tx.Accounts().SignedIn(ctx, "none", day), store.ErrNotFound)
		one.LastSignInAt, one.Version = day, got.Version+1
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Accounts().Get(ctx, "one")
		must(t, err)
		same(t, "the account", got, one)
		for _, who := range [][2]string{{"parent", "SUBJECT OF ONE"}, {"parent", "subject of one "}, {"other", "subject of one"}} {
			_, err = tx.Accounts().BySubject(ctx, store.ID(who[0]), who[1])
			isKind(t, err, store.ErrNotFound)
		}
		all := walk(t, 3, func(p store.Page) (store.List[store.Account], error) { return tx.Accounts().List(ctx, "", p) })
		same(t, "all", accountIDs(all), []store.ID{"all", "red", "staff", "one"})
		same(t, "the last one", all[3], one)
		blue := walk(t, 1, func(p store.Page) (store.List[store.Account], error) { return tx.Accounts().List(ctx, "blue", p) })
		same(t, "blue's", accountIDs(blue), []store.ID{"all", "one"})
	})
}

func accountIDs(all []store.Account) (ids []store.ID) {
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	return ids
}

func recordsDocuments(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	d := newDocument("d1", "social-insurance", day)
	f.deliver("d1", "social-insurance", day, "blue-1", "red-1")
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Documents().Create(ctx, d), store.ErrConflict)
		must(t, tx.Documents().Create(ctx, store.Document{ID: "bare", Title: "なし", CreatedAt: day}))
		must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: "draft", DocumentID: "d1", OfficeID: "blue-2", CreatedAt: day}))
	})
	f.record("one", "d1-blue-1", store.Viewed, day)
	f.record("all", "d1-blue-1", store.Viewed, day)
	f.record("all", "d1-blue-1", store.Acknowledged, day)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Deliveries().Withdraw(ctx, "d1-red-1", "staff", day, "誤配付"))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Documents().Get(ctx, "d1")
		must(t, err)
		same(t, "the document", got, d)
		got, err = tx.Documents().Get(ctx, "bare")
		must(t, err)
		same(t, "the files of the bare one", len(got.Files), 0)
		_, err = tx.Documents().Get(ctx, "none")
		isKind(t, err, store.ErrNotFound)
		for digest, want := range map[store.Digest]bool{d.Files[1].Digest: true, digestOf("else"): false, "": false} {
			used, err := tx.Documents().Uses(ctx, digest)
			must(t, err)
			same(t, "uses "+string(digest), used, want)
			holders, err := tx.Documents().Holding(ctx, digest)
			must(t, err)
			same(t, "holds "+string(digest), slices.Equal(holders, []store.ID{"d1"}), want)
		}
		l, err := tx.Documents().List(ctx, everyOffice(), store.DocumentFilter{}, store.Page{})
		must(t, err)
		d.Files = nil
		same(t, "the list", l.Items, []store.DocumentSummary{
			{Document: d, FileCount: 2, Drafts: 1, Delivered: 1, Withdrawn: 1, Recipients: 2, Viewed: 2, Acknowledged: 1},
		})
	})
}

func recordsDocumentsByScope(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	f.deliver("d2", "tax", day.Add(2), "red-1", "blue-2")
	f.deliver("d3", "labour", day.Add(1_000_000), "blue-1", "blue-2")
	f.deliver("d4", "tax", day.Add(2_000_000), "red-1")
	for _, row := range []struct {
		name  string
		scope store.OfficeScope
		kind  string
		want  []store.ID
	}{
		{"all", everyOffice(), "", []store.ID{"d4", "d3", "d2", "d1"}},
		{"all of a kind", everyOffice(), "tax", []store.ID{"d4", "d2", "d1"}},
		{"one office", someOffices("blue-1"), "", []store.ID{"d3", "d1"}},
		{"two offices of one document", someOffices("blue-1", "blue-2"), "", []store.ID{"d3", "d2", "d1"}},
		{"two offices and a kind", someOffices("blue-2", "red-1"), "tax", []store.ID{"d4", "d2"}},
		{"no offices", store.OfficeScope{}, "", nil},
		{"an office that is not there", someOffices("none"), "", nil},
	} {
		f.view(func(ctx context.Context, tx store.Tx) {
			for size := 1; size < 5; size++ {
				var ids []store.ID
				for _, d := range walk(t, size, func(p store.Page) (store.List[store.DocumentSummary], error) {
					return tx.Documents().List(ctx, row.scope, store.DocumentFilter{Kind: row.kind}, p)
				}) {
					ids = append(ids, d.ID)
				}
				same(t, row.name, ids, row.want)
			}
		})
	}
}

func recordsDeliveries(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	want := store.Delivery{ID: "v", DocumentID: "d1", OfficeID: "blue-1", State: store.DeliveryDraft, CreatedAt: day}
	get := func(ctx context.Context, tx store.Tx) {
		t.Helper()
		got, err := tx.Deliveries().Get(ctx, "v")
		must(t, err)
		same(t, "the delivery", got, want)
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Documents().Create(ctx, newDocument("d1", "tax", day)))
		v := tx.Deliveries()
		must(t, v.Create(ctx, want))
		get(ctx, tx)
		isKind(t, v.Create(ctx, want), store.ErrConflict)
		isKind(t, v.Create(ctx, store.Delivery{ID: "w", DocumentID: "d1", OfficeID: "blue-1"}), store.ErrConflict)
		isKind(t, v.Create(ctx, store.Delivery{ID: "w", DocumentID: "none", OfficeID: "blue-2"}), store.ErrNotFound)
		isKind(t, v.Create(ctx, store.Delivery{ID: "w", DocumentID: "d1", OfficeID: "none"}), store.ErrNotFound)
		isKind(t, v.Withdraw(ctx, "v", "staff", day, ""), store.ErrConflict)
		n, err := v.Deliver(ctx, "v", "staff", day.Add(1_000_000))
		must(t, err)
		same(t, "receipts opened", n, 2)
		want.State, want.DeliveredBy, want.DeliveredAt = store.DeliveryDelivered, "staff", day.Add(1_000_000)
		get(ctx, tx)
		_, err = v.Deliver(ctx, "v", "staff", day)
		isKind(t, err, store.ErrConflict)
		_, err = v.Deliver(ctx, "none", "staff", day)
		isKind(t, err, store.ErrNotFound)
		isKind(t, v.Withdraw(ctx, "none", "staff", day, ""), store.ErrNotFound)
		must(t, v.Withdraw(ctx, "v", "boss", day.Add(2_000_000), "誤り"))
		want.State, want.WithdrawnBy, want.WithdrawnAt, want.Reason = store.DeliveryWithdrawn, "boss", day.Add(2_000_000), "誤り"
		get(ctx, tx)
		isKind(t, v.Withdraw(ctx, "v", "boss", day, ""), store.ErrConflict)
		must(t, v.Create(ctx, store.Delivery{ID: "a", DocumentID: "d1", OfficeID: "red-1", CreatedAt: day}))
		all, err := v.ByDocument(ctx, "d1")
		must(t, err)
		same(t, "the document's", []store.ID{all[0].ID, all[1].ID}, []store.ID{"v", "a"})
		for office, want := range map[store.ID]store.Delivery{all[0].OfficeID: all[0], all[1].OfficeID: all[1]} {
			got, err := v.At(ctx, "d1", office)
			must(t, err)
			same(t, "the one to office "+string(office), got, want)
		}
		_, err = v.At(ctx, "none", all[0].OfficeID)
		isKind(t, err, store.ErrNotFound)
		_, err = v.At(ctx, "d1", "none")
		isKind(t, err, store.ErrNotFound)
	})
}
