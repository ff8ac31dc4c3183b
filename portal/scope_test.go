package portal_test

import (
	"context"
	"fmt"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/store"
)

// TestScopeIsReadOnce has an administrator with a list of offices look at many companies and people: each office of the
// list is read once at most, and none while others wait to write.
func TestScopeIsReadOnce(t *testing.T) {
	w, _, clerk := staffRoom(t)
	for i := range 30 {
		company := store.ID(fmt.Sprintf("far-%d", i))
		must(t, w.setup.AddCompany(t.Context(), "a", store.Company{ID: company, Name: "遠い会社"}))
		w.add(t, "of-"+company, who{tenant: "a", company: company, offices: []store.ID{}, permissions: store.PermitView})
	}
	places := w.add(t, "places", who{tenant: "a", offices: []store.ID{"x1", "y1"}, permissions: store.PermitOffices | store.PermitAccounts})
	made, err := w.MakeInventoryNow(t.Context(), theBoss())
	must(t, err)
	counted := &countedRecords{Records: w.Records}
	w.Records = counted
	for name, deed := range map[string]func() error{
		"people":    func() error { _, err := w.People(t.Context(), clerk, store.AccountFilter{}, store.Page{}); return err },
		"companies": func() error { _, err := w.Companies(t.Context(), places, "", store.Page{}); return err },
		"a table of accounts": func() error {
			_, err := w.ExportTable(t.Context(), clerk, portal.TableAccounts, "en", csv.UTF8)
			return err
		},
		"a table of companies": func() error {
			_, err := w.ExportTable(t.Context(), places, portal.TableCompanies, "en", csv.UTF8)
			return err
		},
		"a report": func() error { _, err := w.InventoryReport(t.Context(), clerk, made, "csv", 0); return err },
	} {
		counted.viewing, counted.writing = 0, 0
		must(t, deed())
		if counted.viewing > 2 || counted.writing > 0 {
			t.Errorf("%s: %d offices are read, and %d in a transaction that writes", name, counted.viewing, counted.writing)
		}
	}
}

// countedRecords counts the offices that are read one by one.
type countedRecords struct {
	store.Records
	viewing, writing int
}

func (r *countedRecords) View(ctx context.Context, tenant store.ID, fn func(store.Tx) error) error {
	return r.Records.View(ctx, tenant, func(tx store.Tx) error { return fn(countedTx{tx, &r.viewing}) })
}

func (r *countedRecords) Update(ctx context.Context, tenant store.ID, fn func(store.Tx) error) error {
	return r.Records.Update(ctx, tenant, func(tx store.Tx) error { return fn(countedTx{tx, &r.writing}) })
}

type countedTx struct {
	store.Tx
	n *int
}

func (t countedTx) Offices() store.Offices { return countedOffices{t.Tx.Offices(), t.n} }

type countedOffices struct {
	store.Offices
	n *int
}

func (o countedOffices) Get(ctx context.Context, id store.ID) (store.Office, error) {
	*o.n++
	return o.Offices.Get(ctx, id)
}
