package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

// tenantCode is a code that only that tenant's office was taught.
func tenantCode(id store.ID) store.OfficeCode {
	return store.OfficeCode{System: store.CodeLabor, Code: "taught by " + string(id)}
}

// fillTray adds to a tenant what comes with packages.
func (f firm) fillTray(id store.ID) {
	t := f.t
	f.update(func(ctx context.Context, tx store.Tx) {
		p := newPackage(id+"-pa", day)
		p.State, p.DropID, p.Digest, p.Origin, p.Office = store.PackageReady, id+"-drop", digestOf(string(id)+"-pa"), newOrigin("arrival "+string(id), "N"), id+"-of"
		must(t, tx.Packages().Create(ctx, p))
		must(t, tx.Offices().Teach(ctx, id+"-of", tenantCode(id)))
		must(t, tx.Persons().Create(ctx, id+"-do", newPersons()))
		must(t, tx.Persons().Tell(ctx, store.Telling{DeliveryID: id + "-do-" + id + "-of", By: id + "-ac", At: day, How: store.ToldByHand}))
		heir := newDocument(id+"-sc", "tax", day)
		heir.Replaces = id + "-do"
		must(t, tx.Documents().Create(ctx, heir))
		must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: id + "-sc", DocumentID: id + "-sc", OfficeID: id + "-of", CreatedAt: day}))
		must(t, tx.Deliveries().Schedule(ctx, id+"-sc", store.DeliveryPlan{By: id + "-ac", DueAt: day}))
		must(t, tx.Rules().Save(ctx, store.Rule{Kind: "of-" + string(id), RetainYears: 5}))
		must(t, tx.Scans().Save(ctx, store.Scan{Digest: digestOf(string(id) + "-sc-1"), State: store.ScanFound, Finding: string(id), At: day}))
		must(t, tx.Mails().Create(ctx, store.Mail{ID: id + "-ma", Kind: store.MailDigest, AccountID: id + "-ac", CreatedAt: day}))
		must(t, tx.Mails().SaveSetting(ctx, store.MailSetting{AccountID: id + "-ac", Off: true}))
		must(t, tx.Mails().SaveOffice(ctx, store.OfficeMail{OfficeID: id + "-of", To: store.ToNobody, Named: []store.ID{id + "-ac"}}))
		must(t, tx.Tasks().Add(ctx, store.Task{ID: id + "-ta", Kind: store.TaskSort, Subject: "shared", DueAt: day}))
		must(t, tx.Tasks().Add(ctx, store.Task{ID: id + "-tb", Kind: store.TaskMail, Subject: string(id) + "-ma", DueAt: day.AddDate(1, 0, 0)}))
	})
}

// tray returns what fillTray filled.
func (f firm) tray(id store.ID) (s string) {
	add := func(v any, err error) { must(f.t, err); s += fmt.Sprintf("%+v\n", v) }
	f.view(func(ctx context.Context, tx store.Tx) {
		p := store.Page{}
		packages, err := tx.Packages().List(ctx, store.PackageFilter{}, p)
		add(packages, err)
		codes, err := tx.Offices().Taught(ctx, id+"-of")
		add(codes, err)
		teachings, err := tx.Offices().Teachings(ctx, p)
		add(teachings, err)
		persons, err := tx.Persons().ByDocument(ctx, id+"-do")
		add(persons, err)
		told, err := tx.Persons().ByDelivery(ctx, id+"-do-"+id+"-of")
		add(told, err)
		scheduled, err := tx.Deliveries().Scheduled(ctx, everyOffice(), p)
		add(scheduled, err)
		rules, err := tx.Rules().All(ctx)
		add(rules, err)
		scan, err := tx.Scans().Get(ctx, digestOf(string(id)+"-sc-1"))
		add(scan, err)
		mails, err := tx.Mails().List(ctx, nil, p)
		add(mails, err)
		setting, err := tx.Mails().Setting(ctx, id+"-ac")
		add(setting, err)
		office, err := tx.Mails().Office(ctx, id+"-of")
		add(office, err)
		task, err := tx.Tasks().Find(ctx, store.TaskMail, string(id)+"-ma")
		add(task, err)
	})
	return s
}

// trayReads asks for each of tenant a's records.
func trayReads(ctx context.Context, tx store.Tx, errs map[string]error) {
	twin := newPackage("b-new", day)
	twin.Digest, twin.Origin = digestOf("a-pa"), newOrigin("arrival a", "N")
	_, errs["Packages.Get"] = tx.Packages().Get(ctx, "a-pa")
	_, errs["Packages.Same"] = tx.Packages().Same(ctx, twin)
	_, errs["Rules.Get"] = tx.Rules().Get(ctx, "of-a")
	_, errs["Scans.Get"] = tx.Scans().Get(ctx, digestOf("a-sc-1"))
	_, errs["Scans.OfDocument"] = tx.Scans().OfDocument(ctx, "a-sc")
	_, errs["Mails.Get"] = tx.Mails().Get(ctx, "a-ma")
	_, errs["Tasks.Find"] = tx.Tasks().Find(ctx, store.TaskMail, "a-ma")
}

// trayWrites tries to change each of tenant a's records, or to tie something to one.
func trayWrites(ctx context.Context, tx store.Tx, errs map[string]error) {
	theirs, ours := newPackage("b-new", day), newPackage("b-new", day)
	theirs.Office, ours.DocumentID = "a-of", "a-do"
	moved := newPackage("b-pa", day)
	moved.Office = "a-of"
	heir := newDocument("b-new", "tax", day)
	heir.Replaces = "a-do"
	plan := store.DeliveryPlan{By: "b-ac", DueAt: day}
	errs["Packages.Create, its office"] = tx.Packages().Create(ctx, theirs)
	errs["Packages.Create, its document"] = tx.Packages().Create(ctx, ours)
	errs["Packages.Update"] = tx.Packages().Update(ctx, newPackage("a-pa", day))
	errs["Packages.Update, its office"] = tx.Packages().Update(ctx, moved)
	errs["Documents.Create, what it replaces"] = tx.Documents().Create(ctx, heir)
	errs["Offices.Teach"] = tx.Offices().Teach(ctx, "a-of", tenantCode("b"))
	errs["Persons.Create"] = tx.Persons().Create(ctx, "a-dr", newPersons())
	errs["Persons.Tell"] = tx.Persons().Tell(ctx, store.Telling{DeliveryID: "a-do-a-of", Position: 1, At: day})
	errs["Persons.Untell"] = tx.Persons().Untell(ctx, "a-do-a-of", 0)
	errs["Deliveries.Schedule"] = tx.Deliveries().Schedule(ctx, "a-dr", plan)
	errs["Deliveries.Schedule, again"] = tx.Deliveries().Schedule(ctx, "a-sc", plan)
	errs["Deliveries.Unschedule"] = tx.Deliveries().Unschedule(ctx, "a-sc")
	errs["Deliveries.Approve"] = tx.Deliveries().Approve(ctx, "a-sc", "b-ac", day)
	_, _, errs["Deliveries.Expire"] = tx.Deliveries().Expire(ctx, "a-do-a-of")
	errs["Mails.Create, its account"] = tx.Mails().Create(ctx, store.Mail{ID: "b-new", AccountID: "a-ac"})
	errs["Mails.Finish"] = tx.Mails().Finish(ctx, "a-ma", store.MailSent, day, "")
	errs["Mails.SaveOffice"] = tx.Mails().SaveOffice(ctx, store.OfficeMail{OfficeID: "a-of", To: store.ToAll})
	errs["Mails.SaveSetting"] = tx.Mails().SaveSetting(ctx, store.MailSetting{AccountID: "a-ac"})
}

// trayLists lists by tenant a's IDs, and ends what it can name.
func trayLists(t *testing.T, ctx context.Context, tx store.Tx, n map[string]int) {
	for name, f := range map[string]store.PackageFilter{"drop": {Drop: "a-drop"}, "drop and state": {Drop: "a-drop", States: []store.PackageState{store.PackageReady}}} {
		l, err := tx.Packages().List(ctx, f, store.Page{})
		must(t, err)
		n["Packages.List "+name] = len(l.Items)
	}
	counts, err := tx.Packages().Count(ctx, "a-drop")
	must(t, err)
	n["Packages.Count"] = len(counts)
	sent, err := tx.Packages().Sent(ctx, store.Package{DropID: "a-drop", Name: newPackage("a-pa", day).Name, Digest: digestOf("a-pa")})
	must(t, err)
	n["Packages.Sent"] = len(sent)
	used, err := tx.Packages().Uses(ctx, digestOf("a-pa"))
	must(t, err)
	if used {
		n["Packages.Uses"] = 1
	}
	offices, err := tx.Offices().ByCode(ctx, tenantCode("a"))
	must(t, err)
	n["Offices.ByCode"] = len(offices)
	offices, err = tx.Offices().ByName(ctx, "office a-of")
	must(t, err)
	n["Offices.ByName"] = len(offices)
	taught, err := tx.Offices().Taught(ctx, "a-of")
	must(t, err)
	n["Offices.Taught"] = len(taught)
	persons, err := tx.Persons().ByDocument(ctx, "a-do")
	must(t, err)
	n["Persons.ByDocument"] = len(persons)
	told, err := tx.Persons().ByDelivery(ctx, "a-do-a-of")
	must(t, err)
	n["Persons.ByDelivery"] = len(told)
	left, err := tx.Persons().Left(ctx, []store.ID{"a-do-a-of"})
	must(t, err)
	n["Persons.Left"] = len(left)
	received, err := tx.Persons().Received(ctx, "a-ac", store.Page{})
	must(t, err)
	n["Persons.Received"] = len(received.Items)
	office, err := tx.Mails().Office(ctx, "a-of")
	must(t, err)
	n["Mails.Office"] = len(office.Named)
	held, err := tx.Scans().Held(ctx, digestOf("a-sc-1"))
	must(t, err)
	n["Scans.Held"] = len(held)
	scheduled, err := tx.Deliveries().Scheduled(ctx, someOffices("a-of"), store.Page{})
	must(t, err)
	n["Deliveries.Scheduled"] = len(scheduled.Items)
	replaced, err := tx.Documents().ReplacedBy(ctx, "a-do")
	must(t, err)
	n["Documents.ReplacedBy"] = len(replaced)
	must(t, tx.Offices().Unteach(ctx, "a-of", tenantCode("a")))
	must(t, tx.Tasks().Done(ctx, store.TaskMail, "a-ma"))
}

// strangerTasks ends b's task of a subject that a has one of too, and gives it back: a's is untouched.
func strangerTasks(t *testing.T, a, b firm) {
	leased := a.lease(9, day)
	same(t, "leased of both tenants", fmt.Sprintln(leased[0].TenantID, leased[1].TenantID, len(leased)), "a b 2\n")
	b.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Tasks().Done(ctx, store.TaskSort, "shared")) })
	must(t, a.records.Queue().Fail(t.Context(), leased[1], day, "b's"))
	a.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Tasks().Find(ctx, store.TaskSort, "shared")
		must(t, err)
		same(t, "a's task", got, leased[0])
	})
	same(t, "a's lease", subjects(a.lease(9, day.Add(time.Minute))), nil)
}
