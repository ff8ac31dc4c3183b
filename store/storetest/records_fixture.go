package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

// day is when everything in the suite happens; the records have no clock of their own.
var day = time.Date(2026, 11, 22, 0, 30, 0, 123456000, time.UTC)

// firm is a tenant and a handle on its records.
type firm struct {
	t       *testing.T
	records store.Records
	id      store.ID
}

// newFirm opens t's records and creates the tenant "firm".
func newFirm(t *testing.T, open OpenRecords) firm {
	t.Helper()
	return addFirm(t, open(t), "firm")
}

func addFirm(t *testing.T, r store.Records, id store.ID) firm {
	t.Helper()
	must(t, r.Tenants().Create(t.Context(), store.Tenant{ID: id, Name: "みなと事務所", State: store.TenantActive, CreatedAt: day}))
	return firm{t, r, id}
}

func (f firm) update(fn func(context.Context, store.Tx)) {
	f.t.Helper()
	must(f.t, f.records.Update(f.t.Context(), f.id, func(tx store.Tx) error { fn(f.t.Context(), tx); return nil }))
}

func (f firm) view(fn func(context.Context, store.Tx)) {
	f.t.Helper()
	must(f.t, f.records.View(f.t.Context(), f.id, func(tx store.Tx) error { fn(f.t.Context(), tx); return nil }))
}

// fill creates companies "blue" and "red" with offices blue-1, blue-2 and red-1, and the client accounts "all" (all of
// blue), "one" (blue-1 alone) and "red", and "staff" of the firm.
func (f firm) fill() firm {
	f.t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) {
		for _, c := range []store.ID{"blue", "red"} {
			must(f.t, tx.Companies().Create(ctx, store.Company{ID: c, Name: string(c), ExternalID: "ext-" + string(c), CreatedAt: day}))
		}
		for _, o := range []store.ID{"blue-1", "blue-2"} {
			must(f.t, tx.Offices().Create(ctx, newOffice("blue", o)))
		}
		must(f.t, tx.Offices().Create(ctx, newOffice("red", "red-1")))
		for _, a := range []store.Account{
			newAccount("all", "blue", everyOffice()), newAccount("one", "blue", someOffices("blue-1")),
			newAccount("red", "red", everyOffice()), newAccount("staff", "", everyOffice()),
		} {
			must(f.t, tx.Accounts().Create(ctx, a))
		}
	})
	return f
}

func everyOffice() store.OfficeScope { return store.OfficeScope{All: true} }

func someOffices(ids ...store.ID) store.OfficeScope { return store.OfficeScope{Offices: ids} }

func newOffice(company, id store.ID) store.Office {
	return store.Office{
		ID: id, CompanyID: company, Name: "office " + string(id), ExternalID: "ext-" + string(id), CreatedAt: day,
		Codes: store.OfficeCodes{
			ReferenceCode: "01-イロハ", OfficeNumber: "12345", LaborInsuranceNumber: "13-1-01-123456-000",
			EmploymentInsuranceNumber: "1301-123456-7", CorporateNumber: "1234567890123",
		},
	}
}

func newAccount(id, company store.ID, scope store.OfficeScope) store.Account {
	return store.Account{
		ID: id, CompanyID: company, TrustID: "parent", Subject: "subject of " + string(id), Name: "name of " + string(id),
		Email: string(id) + "@client.example", Permissions: store.PermitView, Offices: scope, State: store.AccountActive, CreatedAt: day,
	}
}

func newDocument(id store.ID, kind string, at time.Time) store.Document {
	return store.Document{
		ID: id, Title: "標準報酬決定通知書 " + string(id), Kind: kind, Note: "ご確認ください", Acknowledge: true, CreatedBy: "staff", CreatedAt: at,
		Files: []store.File{
			{ID: id + "-1", Name: "通知書.pdf", MediaType: "application/pdf", Size: 1 << 20, Digest: digestOf(string(id) + "-1")},
			{ID: id + "-2", Name: "鑑.xml", MediaType: "application/xml", Size: 512, Digest: digestOf(string(id) + "-2")},
		},
	}
}

// deliver makes a document and hands it to offices; the delivery to the office o has the ID document-o.
func (f firm) deliver(document store.ID, kind string, at time.Time, offices ...store.ID) {
	f.t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) { deliverIn(f.t, ctx, tx, document, kind, at, offices...) })
}

func deliverIn(t *testing.T, ctx context.Context, tx store.Tx, document store.ID, kind string, at time.Time, offices ...store.ID) {
	t.Helper()
	must(t, tx.Documents().Create(ctx, newDocument(document, kind, at)))
	for _, o := range offices {
		id := document + "-" + o
		must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: id, DocumentID: document, OfficeID: o, CreatedAt: at}))
		_, err := tx.Deliveries().Deliver(ctx, id, "staff", at)
		must(t, err)
	}
}

// inbox returns the deliveries in account's list, in order, through pages of two.
func (f firm) inbox(account store.ID, filter store.InboxFilter) []store.ID {
	f.t.Helper()
	var ids []store.ID
	for p := (store.Page{Limit: 2}); ; {
		var l store.List[store.InboxItem]
		f.view(func(ctx context.Context, tx store.Tx) {
			var err error
			l, err = tx.Receipts().Inbox(ctx, account, filter, p)
			must(f.t, err)
		})
		for _, i := range l.Items {
			ids = append(ids, i.DeliveryID)
		}
		if l.Next == "" {
			return ids
		}
		p.After = l.Next
	}
}

func (f firm) record(account, delivery store.ID, fact store.Fact, at time.Time) (first bool) {
	f.t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) {
		var err error
		first, err = tx.Receipts().Record(ctx, account, delivery, fact, at)
		must(f.t, err)
	})
	return first
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("%s: got\n%s, want\n%s", what, g, w)
	}
}

// errUndo is what a function returns to have its work undone.
var errUndo = errors.New("undo")

// walk reads a list to its end in pages of size.
func walk[T any](t *testing.T, size int, list func(store.Page) (store.List[T], error)) []T {
	t.Helper()
	var all []T
	for p := (store.Page{Limit: size}); ; {
		l, err := list(p)
		must(t, err)
		if len(l.Items) > size {
			t.Fatalf("a page of %d has %d items", size, len(l.Items))
		}
		all = append(all, l.Items...)
		if l.Next == "" {
			return all
		}
		if p.After = l.Next; len(all) > 10_000 {
			t.Fatal("the list does not end")
		}
	}
}

func digestOf(content string) store.Digest { return store.DigestOf(sha256.Sum256([]byte(content))) }
