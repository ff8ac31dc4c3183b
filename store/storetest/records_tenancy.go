package storetest

import (
	"context"
	"fmt"
	"testing"

	"cloudpocket/store"
)

// tenancy fills two tenants alike, but for the IDs, and calls everything in one with the IDs of the other: nothing is
// found and nothing changes.
func tenancy(t *testing.T, open OpenRecords) {
	r := open(t)
	a, b := fillTenant(t, r, "a"), fillTenant(t, r, "b")
	before := a.everything("a")
	ctx := t.Context()
	err := r.Update(ctx, b.id, func(tx store.Tx) error {
		for name, err := range strangerReads(ctx, tx) {
			if err == nil {
				t.Errorf("%s found something", name)
			}
			isKind(t, err, store.ErrNotFound)
		}
		for name, err := range strangerWrites(ctx, tx) {
			if err == nil {
				t.Errorf("%s did something", name)
			}
			isKind(t, err, store.ErrNotFound)
		}
		for name, n := range strangerLists(t, ctx, tx) {
			if n != 0 {
				t.Errorf("%s found %d", name, n)
			}
		}
		return nil
	})
	must(t, err)
	strangerTasks(t, a, b)
	same(t, "a's records", a.everything("a"), before)
	same(t, "a's events", a.verify(), 1)
	same(t, "b's events", b.verify(), 1)
}

// fillTenant fills a tenant; every ID in it begins with the tenant's.
func fillTenant(t *testing.T, r store.Records, id store.ID) firm {
	f := addFirm(t, r, id)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Companies().Create(ctx, store.Company{ID: id + "-co", Name: "会社", ExternalID: string(id), CreatedAt: day}))
		must(t, tx.Offices().Create(ctx, newOffice(id+"-co", id+"-of")))
		must(t, tx.Accounts().Create(ctx, newAccount(id+"-ac", id+"-co", everyOffice())))
		must(t, tx.Roles().Create(ctx, store.Role{ID: id + "-ro", Name: "担当"}))
		trust := newTrust(id + "-tr")
		trust.Tenants = nil
		must(t, tx.Trusts().Create(ctx, trust))
		signIn := newSignIn(id+"-si", id+"-tr", day)
		signIn.Proof = store.Believed
		must(t, tx.SignIns().Add(ctx, signIn))
		deliverIn(t, ctx, tx, id+"-do", "tax", day, id+"-of")
		must(t, tx.Documents().Create(ctx, newDocument(id+"-dr", "tax", day)))
		must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: id + "-dr", DocumentID: id + "-dr", OfficeID: id + "-of", CreatedAt: day}))
		must(t, tx.Audit().Append(ctx, store.AuditEvent{At: day, AccountID: id + "-ac", Record: "document:" + string(id)}))
		must(t, tx.Answers().Put(ctx, store.Answer{Client: id + "-cl", Key: store.Hash{1}, At: day}))
		must(t, tx.Inventories().Create(ctx, store.Inventory{ID: id + "-month", MadeAt: day}, []store.InventoryItem{{AccountID: id + "-ac"}}))
	})
	f.fillTray(id)
	return f
}

// everything returns all that a tenant's transaction shows.
func (f firm) everything(id store.ID) string {
	f.t.Helper()
	var s string
	add := func(v any, err error) { must(f.t, err); s += fmt.Sprintf("%+v\n", v) }
	f.view(func(ctx context.Context, tx store.Tx) {
		p := store.Page{}
		v, err := tx.Companies().List(ctx, p)
		add(v, err)
		o, err := tx.Offices().List(ctx, "", p)
		add(o, err)
		a, err := tx.Accounts().List(ctx, "", p)
		add(a, err)
		ro, err := tx.Roles().List(ctx, p)
		add(ro, err)
		t, err := tx.Trusts().Get(ctx, id+"-tr")
		add([]any{t.Name, t.State, t.Version}, err)
		d, err := tx.Documents().List(ctx, everyOffice(), store.DocumentFilter{}, p)
		add(d, err)
		for _, doc := range []store.ID{id + "-do", id + "-dr"} {
			d, err := tx.Deliveries().ByDocument(ctx, doc)
			add(d, err)
			r, err := tx.Receipts().ByDocument(ctx, doc, p)
			add(r, err)
		}
		i, err := tx.Receipts().Inbox(ctx, id+"-ac", store.InboxFilter{}, p)
		add(i, err)
		n, err := tx.Inventories().List(ctx, p)
		add(n, err)
		in, err := tx.Inventories().Items(ctx, id+"-month", "", p)
		add(in, err)
		h, err := tx.Audit().Head(ctx)
		add(h, err)
	})
	return s + f.tray(id)
}

// strangerReads asks for each of tenant a's records.
func strangerReads(ctx context.Context, tx store.Tx) map[string]error {
	errs := map[string]error{}
	_, errs["Companies.Get"] = tx.Companies().Get(ctx, "a-co")
	_, errs["Offices.Get"] = tx.Offices().Get(ctx, "a-of")
	_, errs["Offices.ByExternalID"] = tx.Offices().ByExternalID(ctx, "ext-a-of")
	_, errs["Accounts.Get"] = tx.Accounts().Get(ctx, "a-ac")
	_, errs["Accounts.Standing"] = tx.Accounts().Standing(ctx, "a-ac")
	_, errs["Accounts.BySubject"] = tx.Accounts().BySubject(ctx, "parent", "subject of a-ac")
	_, errs["Roles.Get"] = tx.Roles().Get(ctx, "a-ro")
	_, errs["Trusts.Get"] = tx.Trusts().Get(ctx, "a-tr")
	_, errs["Trusts.State"] = tx.Trusts().State(ctx, "a-tr")
	_, errs["SignIns.Get"] = tx.SignIns().Get(ctx, "a-si")
	_, errs["SignIns.LastBelieved"] = tx.SignIns().LastBelieved(ctx, "a-tr")
	_, errs["SignIns.ByReference"] = tx.SignIns().ByReference(ctx, "request of a-si")
	_, errs["Documents.Get"] = tx.Documents().Get(ctx, "a-do")
	_, errs["Deliveries.Get"] = tx.Deliveries().Get(ctx, "a-do-a-of")
	_, errs["Deliveries.At"] = tx.Deliveries().At(ctx, "a-do", "a-of")
	_, errs["Receipts.Get"] = tx.Receipts().Get(ctx, "a-ac", "a-do-a-of")
	_, errs["Answers.Get"] = tx.Answers().Get(ctx, "a-cl", store.Hash{1}, day)
	_, errs["Inventories.Get"] = tx.Inventories().Get(ctx, "a-month")
	_, errs["Inventories.Item"] = tx.Inventories().Item(ctx, "a-month", "a-ac")
	trayReads(ctx, tx, errs)
	_, errs["Receipts.Get, own account"] = tx.Receipts().Get(ctx, "b-ac", "a-do-a-of")
	return errs
}

// strangerWrites tries to change each of tenant a's records, or to tie something to one.
func strangerWrites(ctx context.Context, tx store.Tx) map[string]error {
	errs := map[string]error{
		"Companies.Delete":              tx.Companies().Delete(ctx, "a-co"),
		"Offices.Delete":                tx.Offices().Delete(ctx, "a-of"),
		"Roles.Update":                  tx.Roles().Update(ctx, store.Role{ID: "a-ro", Name: "x"}, day),
		"Roles.Delete":                  tx.Roles().Delete(ctx, "a-ro"),
		"Accounts.Create, its role":     tx.Accounts().Create(ctx, roled(newAccount("b-new", "b-co", everyOffice()), "a-ro")),
		"Accounts.Update, its role":     tx.Accounts().Update(ctx, roled(newAccount("b-ac", "b-co", everyOffice()), "a-ro")),
		"Companies.Update":              tx.Companies().Update(ctx, store.Company{ID: "a-co", Name: "x"}),
		"Offices.Create, its company":   tx.Offices().Create(ctx, newOffice("a-co", "b-new")),
		"Offices.Update":                tx.Offices().Update(ctx, newOffice("a-co", "a-of")),
		"Accounts.Create, its company":  tx.Accounts().Create(ctx, newAccount("b-new", "a-co", everyOffice())),
		"Accounts.Create, its office":   tx.Accounts().Create(ctx, newAccount("b-new", "b-co", someOffices("a-of"))),
		"Accounts.Update":               tx.Accounts().Update(ctx, newAccount("a-ac", "a-co", everyOffice())),
		"Accounts.Update, its office":   tx.Accounts().Update(ctx, newAccount("b-ac", "b-co", someOffices("a-of"))),
		"Accounts.SignedIn":             tx.Accounts().SignedIn(ctx, "a-ac", day),
		"Trusts.Update":                 tx.Trusts().Update(ctx, newTrust("a-tr")),
		"SignIns.Add":                   tx.SignIns().Add(ctx, newSignIn("b-new", "a-tr", day)),
		"Deliveries.Create, document":   tx.Deliveries().Create(ctx, store.Delivery{ID: "b-new", DocumentID: "a-do", OfficeID: "b-of"}),
		"Deliveries.Create, its office": tx.Deliveries().Create(ctx, store.Delivery{ID: "b-new", DocumentID: "b-do", OfficeID: "a-of"}),
		"Deliveries.Withdraw":           tx.Deliveries().Withdraw(ctx, "a-do-a-of", "b-ac", day, ""),
	}
	errs["Inventories.Decide"] = tx.Inventories().Decide(ctx, "a-month", store.InventoryItem{AccountID: "a-ac", Decision: store.DecisionConfirmed})
	errs["Inventories.Sign"] = tx.Inventories().Sign(ctx, "a-month", "b-ac", "x", day)
	trayWrites(ctx, tx, errs)
	_, errs["Accounts.Delete"] = tx.Accounts().Delete(ctx, "a-ac", day)
	_, errs["Deliveries.Deliver"] = tx.Deliveries().Deliver(ctx, "a-dr", "b-ac", day)
	for _, fact := range []store.Fact{store.Viewed, store.Downloaded, store.Acknowledged} {
		_, errs["Receipts.Record "+string(fact)] = tx.Receipts().Record(ctx, "a-ac", "a-do-a-of", fact, day)
		_, errs["Receipts.Record, own account, "+string(fact)] = tx.Receipts().Record(ctx, "b-ac", "a-do-a-of", fact, day)
	}
	return errs
}

func roled(a store.Account, role store.ID) store.Account {
	a.RoleID = role
	return a
}

// strangerLists lists by tenant a's IDs and returns how many came.
func strangerLists(t *testing.T, ctx context.Context, tx store.Tx) map[string]int {
	p, n := store.Page{}, map[string]int{}
	offices, err := tx.Offices().List(ctx, "a-co", p)
	must(t, err)
	n["Offices.List"] = len(offices.Items)
	signIns, err := tx.SignIns().List(ctx, "a-tr", false, p)
	must(t, err)
	n["SignIns.List"] = len(signIns.Items)
	accounts, err := tx.Accounts().List(ctx, "a-co", p)
	must(t, err)
	n["Accounts.List"] = len(accounts.Items)
	people, err := tx.Accounts().Find(ctx, store.AccountFilter{Text: "a-ac"}, p)
	must(t, err)
	ofCompany, err := tx.Accounts().Find(ctx, store.AccountFilter{CompanyID: "a-co"}, p)
	must(t, err)
	n["Accounts.Find"] = len(people.Items) + len(ofCompany.Items)
	companies, err := tx.Companies().Find(ctx, "a-co", p)
	must(t, err)
	n["Companies.Find"] = len(companies.Items)
	places, err := tx.Offices().Find(ctx, "", "a-of", p)
	must(t, err)
	n["Offices.Find"] = len(places.Items)
	officeUses, err := tx.Offices().Uses(ctx, "a-of")
	must(t, err)
	companyUses, err := tx.Companies().Uses(ctx, "a-co")
	must(t, err)
	n["Uses"] = officeUses.Deliveries + officeUses.Packages + officeUses.Accounts + companyUses.Offices + companyUses.Accounts
	documents, err := tx.Documents().List(ctx, someOffices("a-of"), store.DocumentFilter{}, p)
	must(t, err)
	n["Documents.List"] = len(documents.Items)
	used, err := tx.Documents().Uses(ctx, digestOf("a-do-1"))
	must(t, err)
	if used {
		n["Documents.Uses"] = 1
	}
	deliveries, err := tx.Deliveries().ByDocument(ctx, "a-do")
	must(t, err)
	n["Deliveries.ByDocument"] = len(deliveries)
	for name, f := range map[string]store.InboxFilter{"": {}, "office": {Office: "a-of"}, "kind": {Kind: "tax"}, "both": {Office: "a-of", Kind: "tax"}} {
		inbox, err := tx.Receipts().Inbox(ctx, "a-ac", f, p)
		must(t, err)
		n["Receipts.Inbox "+name] = len(inbox.Items)
	}
	found, err := tx.Inventories().Items(ctx, "a-month", "", p)
	must(t, err)
	n["Inventories.Items"] = len(found.Items)
	trayLists(t, ctx, tx, n)
	count, err := tx.Receipts().Count(ctx, "a-ac", 9)
	must(t, err)
	n["Receipts.Count"] = count.Unread + count.Pending
	n["Receipts.Visible"], err = tx.Receipts().Visible(ctx, "a-ac", 9)
	must(t, err)
	receipts, err := tx.Receipts().ByDocument(ctx, "a-do", p)
	must(t, err)
	n["Receipts.ByDocument"] = len(receipts.Items)
	receipts, err = tx.Receipts().ByDelivery(ctx, "a-do-a-of", p)
	must(t, err)
	n["Receipts.ByDelivery"] = len(receipts.Items)
	changes, err := tx.Receipts().Changes(ctx, someOffices("a-of"), p)
	must(t, err)
	n["Receipts.Changes"] = len(changes.Items)
	cells, err := tx.Receipts().Cells(ctx, []store.ID{"a-do"}, []store.ID{"a-of"})
	must(t, err)
	n["Receipts.Cells"] = len(cells)
	searched, err := tx.Search().Documents(ctx, someOffices("a-of"), store.Query{}, p)
	must(t, err)
	n["Search.Documents, office"] = len(searched.Items)
	searched, err = tx.Search().Documents(ctx, everyOffice(), store.Query{Text: "a-do"}, p)
	must(t, err)
	n["Search.Documents"] = len(searched.Items)
	delivered, err := tx.Search().Inbox(ctx, "a-ac", store.Query{}, p)
	must(t, err)
	n["Search.Inbox"] = len(delivered.Items)
	holders, err := tx.Documents().Holding(ctx, digestOf("a-do-1"))
	must(t, err)
	n["Documents.Holding"] = len(holders)
	for name, f := range map[string]store.AuditFilter{"account": {AccountID: "a-ac"}, "record": {Record: "document:a"}} {
		events, err := tx.Audit().List(ctx, f, p)
		must(t, err)
		n["Audit.List "+name] = len(events.Items)
	}
	return n
}
