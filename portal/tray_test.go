package portal_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// receive drops bytes and demands that they are in the tray.
func (w *world) receive(t *testing.T, a portal.Actor, drop store.ID, name string, data []byte) store.Package {
	t.Helper()
	pkg, err := w.Receive(t.Context(), a, drop, name, bytes.NewReader(data))
	must(t, err)
	return pkg
}

// sortAll carries out what is owed in looking into packages, once each.
func (w *world) sortAll(t *testing.T) {
	t.Helper()
	for {
		tasks, err := w.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort}, 500, w.now, w.now.Add(time.Minute))
		must(t, err)
		if len(tasks) == 0 {
			return
		}
		for _, task := range tasks {
			must(t, w.Sort(t.Context(), task))
		}
	}
}

// tray returns every package that a sees, by ID.
func (w *world) tray(t *testing.T, a portal.Actor, drop store.ID) map[store.ID]portal.TrayItem {
	t.Helper()
	all := map[store.ID]portal.TrayItem{}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := w.Tray(t.Context(), a, store.PackageFilter{Drop: drop}, page)
		must(t, err)
		for _, item := range list.Items {
			all[item.ID] = item
		}
		if page.After = list.Next; page.After == "" {
			return all
		}
	}
}

// generated adds n offices of company x to tenant "a", with codes as a person types them, and returns what the
// generator knows of them. No two have the same name.
func (w *world) generated(t *testing.T, g *egovtest.Generator, n int) []egovtest.Office {
	t.Helper()
	var all []egovtest.Office
	for len(all) < n {
		o := g.Office()
		if slices.ContainsFunc(all, func(other egovtest.Office) bool { return other.Name == o.Name }) {
			continue
		}
		must(t, w.setup.AddOffice(t.Context(), "a", store.Office{ID: store.ID(fmt.Sprintf("g%d", len(all))), CompanyID: "x", Name: o.Name, Codes: typed(o)}))
		all = append(all, o)
	}
	return all
}

// typed are an office's codes with hyphens, blanks and full-width digits.
func typed(o egovtest.Office) store.OfficeCodes {
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３")
	return store.OfficeCodes{
		ReferenceCode: wide.Replace(o.District) + "－" + o.Sign, OfficeNumber: " " + o.Number, LaborInsuranceNumber: o.Labor[:2] + "-" + o.Labor[2:11] + "-" + o.Labor[11:],
		EmploymentInsuranceNumber: o.Employment[:4] + "-" + o.Employment[4:10] + "-" + o.Employment[10:], CorporateNumber: wide.Replace(o.Corporate),
	}
}

// wants says for each shape why its package is where it is. What tells neither codes nor a name waits for a person.
func wants(shape egovtest.Shape) (store.PackageState, string) {
	switch shape {
	case egovtest.Labour:
		return store.PackageReady, "package.by_labor"
	case egovtest.PensionPDF, egovtest.Encoded, egovtest.Comment, egovtest.Data, egovtest.Mismatched:
		return store.PackageReady, "package.by_name"
	case egovtest.BarePDF, egovtest.Employment:
		return store.PackageUnplaced, "package.nameless"
	case egovtest.BareDTA:
		return store.PackageRefused, "error.file_extension"
	}
	return store.PackageReady, "package.by_pension"
}

// TestEveryShapeFindsItsOffice drops two hundred packages of all shapes, some of them signed.
func TestEveryShapeFindsItsOffice(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	g := egovtest.New(1)
	authority := egovtest.NewAuthority(1)
	g.SignWith(authority)
	w.Roots = authority.Pool()
	offices := w.generated(t, g, 20)
	shapes, made := egovtest.Shapes(), map[store.ID]egovtest.Package{}
	for i := range 200 {
		o := offices[i%len(offices)]
		p := g.Package(shapes[i%len(shapes)], egovtest.Options{Office: &o, Signed: i%2 == 0})
		made[w.receive(t, boss, "drop", fmt.Sprintf("%03d-%s", i, p.Name), p.Data).ID] = p
	}
	w.sortAll(t)
	tray := w.tray(t, boss, "drop")
	for id, p := range made {
		w.checkSorted(t, tray[id], p)
	}
	if len(tray) != len(made) {
		t.Errorf("%d packages in the tray, want %d", len(tray), len(made))
	}
}

func (w *world) checkSorted(t *testing.T, item portal.TrayItem, p egovtest.Package) {
	t.Helper()
	state, reason := wants(p.Shape)
	if item.State != state || item.Reason.Key != reason || state == store.PackageReady && item.OfficeName != p.Office.Name {
		t.Errorf("%s of %s is %s at %q by %+v, want %s by %s", p.Shape, p.Office.Name, item.State, item.OfficeName, item.Reason, state, reason)
	}
	verdict := store.VerdictUnsigned
	if p.Signed {
		verdict = store.VerdictTrusted
	}
	if o := item.Origin; state != store.PackageRefused && (o.ArrivalNumber != p.Arrival || o.Signature.Verdict != verdict || o.Signature.CheckedAt != w.now || len(o.Parts) == 0 || item.Title == "") {
		t.Errorf("%s %s is %+v, called %q, want signature %s", p.Shape, p.Arrival, o, item.Title, verdict)
	}
	for _, person := range item.Persons {
		if !strings.Contains(person.Name+person.Kana, " ") {
			t.Errorf("%s names %+v", p.Shape, person)
		}
	}
}

// drop receives one package and has it sorted.
func (w *world) drop(t *testing.T, a portal.Actor, name string, data []byte) portal.TrayItem {
	t.Helper()
	pkg := w.receive(t, a, "drop", name, data)
	w.sortAll(t)
	w.now = w.now.Add(time.Second)
	item, err := w.PackageOf(t.Context(), a, pkg.ID)
	must(t, err)
	return item
}

func isKey(t *testing.T, what string, err error, kind store.Kind, key string) {
	t.Helper()
	if !errors.Is(err, &store.Error{Kind: kind, Key: key}) {
		t.Errorf("%s: %v, want %s %q", what, err, kind, key)
	}
}

// registered adds an office with those codes.
func (w *world) registered(t *testing.T, id store.ID, codes store.OfficeCodes) {
	t.Helper()
	must(t, w.setup.AddOffice(t.Context(), "a", store.Office{ID: id, CompanyID: "x", Name: "事業所 " + string(id), Codes: codes}))
}

func pension(o egovtest.Office) store.OfficeCodes {
	return store.OfficeCodes{ReferenceCode: o.District + "-" + o.Sign, OfficeNumber: o.Number}
}

func TestSameTwice(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	g := egovtest.New(3)
	o := g.Office()
	w.registered(t, "o", pension(o))
	p := g.Package(egovtest.Pension, egovtest.Options{Office: &o})
	first := w.drop(t, boss, "一.zip", p.Data)
	again := w.receive(t, boss, "drop", "一.zip", p.Data)
	if again.ID != first.ID {
		t.Errorf("sent again to the same drop it is %s, want %s", again.ID, first.ID)
	}
	for _, row := range []struct {
		name string
		data []byte
	}{
		{"同じ.zip", p.Data},
		{"まとめ直し.zip", egovtest.Upload(p)},
	} {
		got := w.drop(t, boss, row.name, row.data)
		if got.State != store.PackageDuplicate || got.Reason.Args["Name"] != "一.zip" || got.Office != "o" {
			t.Errorf("%s is %s by %+v", row.name, got.State, got.Reason)
		}
	}
	if n, err := w.Discard(t.Context(), boss, []store.ID{first.ID, first.ID}); n != 1 || err != nil {
		t.Errorf("discarded %d, %v", n, err)
	}
	if got := w.drop(t, boss, "もう一度.zip", p.Data); got.State != store.PackageReady {
		t.Errorf("after the first was thrown away, the same is %s by %+v", got.State, got.Reason)
	}
}

// TestResentDuplicate sends a file to a drop twice that was here before: it is there once, whatever became of it.
func TestResentDuplicate(t *testing.T) {
	for _, row := range []struct {
		name   string
		become func(t *testing.T, w *world, first, second store.ID)
	}{
		{"a duplicate", func(*testing.T, *world, store.ID, store.ID) {}},
		{"placed all the same", func(t *testing.T, w *world, _, second store.ID) {
			must(t, w.Place(t.Context(), theBoss(), second, "x1", false))
		}},
		{"of one that was thrown away", func(t *testing.T, w *world, first, _ store.ID) {
			_, err := w.Discard(t.Context(), theBoss(), []store.ID{first})
			must(t, err)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			p := egovtest.New(3).Package(egovtest.Pension, egovtest.Options{})
			first := w.drop(t, theBoss(), "a.zip", p.Data)
			second := w.receive(t, theBoss(), "drop2", "a.zip", p.Data)
			w.sortAll(t)
			row.become(t, w, first.ID, second.ID)
			if again := w.receive(t, theBoss(), "drop2", "a.zip", p.Data); again.ID != second.ID {
				t.Errorf("sent again it is %s, want %s", again.ID, second.ID)
			}
		})
	}
}

// TestArchivesFillADrop refuses the archive with which a drop would hold too much, and nothing else.
func TestArchivesFillADrop(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	p := egovtest.New(3).Package(egovtest.Pension, egovtest.Options{})
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		for i := range 4997 {
			full := store.Package{ID: store.ID(fmt.Sprintf("full%04d", i)), DropID: "drop", Name: "x", State: store.PackageRefused, ReceivedBy: "boss", ReceivedAt: w.now}
			if err := tx.Packages().Create(t.Context(), full); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, row := range []struct {
		name string
		data []byte
		want string
	}{
		{"three.zip", egovtest.Upload(p, p, p), "error.drop_full"},
		{"two.zip", egovtest.Upload(p, egovtest.New(4).Package(egovtest.Pension, egovtest.Options{})), "error.drop_full"},
	} {
		if got := w.drop(t, theBoss(), row.name, row.data); got.State != store.PackageRefused || got.Reason.Key != row.want || got.Reason.Args["Max"] != "5000" {
			t.Errorf("%s is %s by %+v", row.name, got.State, got.Reason)
		}
	}
	counts, err := w.TrayCounts(t.Context(), theBoss(), "drop")
	must(t, err)
	if counts[store.PackageRefused] != 4999 || len(counts) != 1 {
		t.Errorf("the drop counts %v", counts)
	}
}

// TestTaughtMeanwhile teaches a code after a package was read and before what was found is kept.
func TestTaughtMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss, g := theBoss(), egovtest.New(5)
	o := g.Office()
	teacher := w.drop(t, boss, "a.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
	late := w.receive(t, boss, "drop", "b.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
	tasks, err := w.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort}, 9, w.now, w.now.Add(time.Minute))
	must(t, err)
	var once sync.Once
	kept := w.Records
	w.Records = before{kept, func() {
		once.Do(func() { w.Records = kept; must(t, w.Place(t.Context(), boss, teacher.ID, "x1", true)) })
	}}
	must(t, w.Sort(t.Context(), tasks[0]))
	w.Records = kept
	if got, err := w.PackageOf(t.Context(), boss, late.ID); err != nil || got.Office != "x1" {
		t.Errorf("it is %s at %q by %+v, %v", got.State, got.Office, got.Reason, err)
	}
}

// before calls a function before each Update.
type before struct {
	store.Records
	call func()
}

func (b before) Update(ctx context.Context, tenant store.ID, fn func(store.Tx) error) error {
	b.call()
	return b.Records.Update(ctx, tenant, fn)
}

// TestArchiveOfPackages drops a month at once, with one that must be refused in it.
func TestArchiveOfPackages(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	g := egovtest.New(4)
	o := g.Office()
	w.registered(t, "o", pension(o))
	var made []egovtest.Package
	for _, shape := range []egovtest.Shape{egovtest.Pension, egovtest.Foldered, egovtest.Returned, egovtest.BonusNotice} {
		made = append(made, g.Package(shape, egovtest.Options{Office: &o}))
	}
	broken := g.Package(egovtest.Pension, egovtest.Options{})
	broken.Data = broken.Data[:len(broken.Data)/2]
	outer := w.drop(t, boss, "9月分.zip", egovtest.Upload(append(made, broken)...))
	if outer.State != store.PackageDiscarded || outer.Reason.Key != "package.split" || outer.Reason.Args["Count"] != "5" || outer.Reason.Args["Refused"] != "1" {
		t.Errorf("the archive is %s by %+v", outer.State, outer.Reason)
	}
	counts, err := w.TrayCounts(t.Context(), boss, "drop")
	must(t, err)
	if counts[store.PackageReady] != 4 || counts[store.PackageRefused] != 1 || counts[store.PackageDiscarded] != 1 {
		t.Errorf("the drop counts %v", counts)
	}
	for _, item := range w.tray(t, boss, "drop") {
		if item.State != store.PackageReady {
			continue
		}
		if !slices.ContainsFunc(made, func(p egovtest.Package) bool {
			return int64(len(p.Data)) == item.Size && p.Arrival == item.Origin.ArrivalNumber
		}) {
			t.Errorf("%s has other bytes than went in", item.Name)
		}
		if _, err := w.Blobs.Stat(t.Context(), "a", item.Digest); err != nil {
			t.Errorf("%s: %v", item.Name, err)
		}
	}
	if again := w.receive(t, boss, "drop", "9月分.zip", egovtest.Upload(append(made, broken)...)); again.ID != outer.ID {
		t.Errorf("sent again to the same drop the archive is %s, want %s", again.ID, outer.ID)
	}
	before := len(w.tray(t, boss, "drop"))
	must(t, w.Sort(t.Context(), store.Task{TenantID: "a", Kind: store.TaskSort, Subject: string(outer.ID)}))
	if after := len(w.tray(t, boss, "drop")); after != before {
		t.Errorf("sorted a second time there are %d packages, before %d", after, before)
	}
}

// TestPlacedOnceKnownEverAfter has a person place one of three packages of an unknown office.
func TestPlacedOnceKnownEverAfter(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	g := egovtest.New(5)
	o, stranger := g.Office(), g.Office()
	var waiting []portal.TrayItem
	for i, of := range []*egovtest.Office{&o, &o, &stranger} {
		waiting = append(waiting, w.drop(t, boss, fmt.Sprintf("%d.zip", i), g.Package(egovtest.Pension, egovtest.Options{Office: of}).Data))
		if waiting[i].State != store.PackageUnplaced || waiting[i].Reason.Key != "package.code_unknown" {
			t.Fatalf("%d is %s by %+v", i, waiting[i].State, waiting[i].Reason)
		}
	}
	kicked := 0
	w.Kick = func() { kicked++ }
	isKey(t, "an office of nobody", w.Place(t.Context(), boss, waiting[0].ID, "zz", true), store.Invalid, "error.office_unknown")
	must(t, w.Place(t.Context(), boss, waiting[0].ID, "x2", true))
	if kicked == 0 {
		t.Error("nobody was told that there is work")
	}
	w.sortAll(t)
	tray := w.tray(t, boss, "drop")
	for i, want := range []store.PackageState{store.PackageReady, store.PackageReady, store.PackageUnplaced} {
		if got := tray[waiting[i].ID]; got.State != want || want == store.PackageReady && got.Office != "x2" {
			t.Errorf("%d is %s at %q by %+v, want %s", i, got.State, got.Office, got.Reason, want)
		}
	}
	if got := w.drop(t, boss, "later.zip", g.Package(egovtest.BonusNotice, egovtest.Options{Office: &o}).Data); got.Office != "x2" || got.Reason.Key != "package.by_pension" {
		t.Errorf("the next of that office is at %q by %+v", got.Office, got.Reason)
	}
	must(t, w.Place(t.Context(), boss, waiting[2].ID, "x1", false))
	if got := w.drop(t, boss, "untaught.zip", g.Package(egovtest.BonusNotice, egovtest.Options{Office: &stranger}).Data); got.State != store.PackageUnplaced {
		t.Errorf("placed without teaching, and yet the next is at %q by %+v", got.Office, got.Reason)
	}
}

// TestAmbiguousWaits has offices that share codes: they are told apart by the systems after, or a person is asked.
func TestAmbiguousWaits(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	g := egovtest.New(6)
	o := g.Office()
	w.registered(t, "one", pension(o))
	w.registered(t, "two", pension(o))
	got := w.drop(t, boss, "a.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
	if got.State != store.PackageUnplaced || got.Reason.Key != "package.several" || got.Reason.Args["Count"] != "2" || !strings.Contains(got.Reason.Args["Offices"], "事業所 two") {
		t.Errorf("of two offices it is %s by %+v", got.State, got.Reason)
	}
	must(t, w.Place(t.Context(), boss, got.ID, "two", true))
	if next := w.drop(t, boss, "b.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data); next.State != store.PackageUnplaced {
		t.Errorf("a code of two offices was learnt for one: %s at %q", next.State, next.Office)
	}
}

func TestHandOver(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	g := egovtest.New(7)
	o := g.Office()
	w.registered(t, "o", pension(o))
	made := g.Package(egovtest.Pension, egovtest.Options{Office: &o, Persons: g.Persons(4)})
	ready := w.drop(t, boss, made.Name, made.Data)
	if want := "標準報酬決定通知書 4名分 — 令和8年6月"; ready.Title != want {
		t.Errorf("it is called %q, want %q", ready.Title, want)
	}
	waits := w.drop(t, boss, "b.pdf", egovtest.PDF("雇用保険"))
	isKey(t, "nothing", func() error { _, err := w.HandOver(t.Context(), boss, nil, portal.HandOver{}); return err }(), store.Invalid, "error.no_package")
	done, err := w.HandOver(t.Context(), boss, []store.ID{ready.ID, waits.ID, ready.ID}, portal.HandOver{Note: " ご確認ください。 "})
	must(t, err)
	if len(done.Documents) != 1 || !slices.Equal(done.Left, []store.ID{waits.ID}) {
		t.Fatalf("handed over %+v", done)
	}
	if again, err := w.HandOver(t.Context(), boss, []store.ID{ready.ID}, portal.HandOver{}); err != nil || len(again.Documents) != 0 || len(again.Left) != 1 {
		t.Errorf("handed over again: %+v, %v", again, err)
	}
	inbox, err := w.Inbox(t.Context(), client, store.InboxFilter{}, store.Page{})
	must(t, err)
	if len(inbox.Items.Items) != 1 || inbox.Items.Items[0].Title != ready.Title || inbox.Items.Items[0].OfficeID != "o" {
		t.Fatalf("the client sees %+v", inbox.Items.Items)
	}
	d, err := w.DeskDocument(t.Context(), boss, done.Documents[0])
	must(t, err)
	doc := d.Document
	if doc.Origin.ArrivalNumber != made.Arrival || len(doc.Origin.Parts) == 0 || doc.Note != "ご確認ください。" || doc.Kind != "social-insurance" || doc.RetainUntil == "" ||
		len(doc.Files) != 1 || doc.Files[0].Name != made.Name || doc.Files[0].Size != int64(len(made.Data)) {
		t.Errorf("the document is %+v", doc)
	}
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
		people, err := tx.Persons().ByDocument(t.Context(), doc.ID)
		if len(people) != 4 || people[0].Notice != "7130001" || people[0].Number == "" {
			t.Errorf("it names %+v", people)
		}
		return err
	}))
	handed, err := w.PackageOf(t.Context(), boss, ready.ID)
	must(t, err)
	if handed.State != store.PackageHanded || handed.DocumentID != doc.ID {
		t.Errorf("the package is %+v", handed.Package)
	}
	_, err = w.Discard(t.Context(), boss, []store.ID{ready.ID})
	isKey(t, "throwing away what was handed over", err, store.Conflict, "error.package_changed")
	isKey(t, "placing it", w.Place(t.Context(), boss, ready.ID, "x1", false), store.Conflict, "error.package_changed")
	if n, err := w.setup.Sweep(t.Context(), []store.ID{"a"}, func(store.BlobInfo) bool { return true }); n != 0 || err != nil {
		t.Errorf("%d files of the tray and of documents were swept, %v", n, err)
	}
}

// TestHandOverLater leaves the delivery to its time.
func TestHandOverLater(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	g := egovtest.New(8)
	o := g.Office()
	w.registered(t, "o", pension(o))
	ready := w.drop(t, boss, "a.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
	due := w.now.Add(48 * time.Hour)
	done, err := w.HandOver(t.Context(), boss, []store.ID{ready.ID}, portal.HandOver{DueAt: due})
	must(t, err)
	d, err := w.DeskDocument(t.Context(), boss, done.Documents[0])
	must(t, err)
	if got := d.Deliveries[0]; got.State != store.DeliveryScheduled || !got.Plan.DueAt.Equal(due) {
		t.Errorf("the delivery is %+v", got.Delivery)
	}
}

// TestTrayOfEachScope tries the tray as everybody: what has an office is for those who reach it, what waits for one is for
// all who deliver, and nothing is for anybody else.
func TestTrayOfEachScope(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	g := egovtest.New(9)
	o := g.Office()
	w.registered(t, "x9", pension(o))
	ready := w.drop(t, boss, "a.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
	waits := w.drop(t, boss, "b.pdf", egovtest.PDF("雇用保険"))
	for scope, p := range scopes() {
		for _, p.permissions = range menus() {
			t.Run(fmt.Sprintf("%s/%s", scope, p.permissions), func(t *testing.T) {
				a := w.add(t, w.fresh(), p)
				menu := p.permissions.Has(store.PermitDeliver) && p.company == ""
				w.triesTray(t, a, ready.ID, menu, menu && scope == "staff, all")
				w.triesTray(t, a, waits.ID, menu, menu && p.tenant == "a")
				if !menu {
					return
				}
				counts, err := w.TrayCounts(t.Context(), a, "")
				must(t, err)
				if counts[store.PackageReady] > 0 != (scope == "staff, all") || counts[store.PackageUnplaced] > 0 != (p.tenant == "a") {
					t.Errorf("counts %v", counts)
				}
			})
		}
	}
}

// triesTray demands that the deeds on a package answer as they should to one who has the menu, and sees the package.
func (w *world) triesTray(t *testing.T, a portal.Actor, id store.ID, menu, sees bool) {
	t.Helper()
	list, err := w.Tray(t.Context(), a, store.PackageFilter{Drop: "drop"}, store.Page{})
	listed := slices.ContainsFunc(list.Items, func(i portal.TrayItem) bool { return i.ID == id })
	if (err == nil) != menu || listed != sees {
		t.Errorf("lists it: %t, %v", listed, err)
	}
	tries := map[string]error{}
	_, tries["read"] = w.PackageOf(t.Context(), a, id)
	tries["place"] = w.Place(t.Context(), a, id, "none", false)
	if !sees {
		_, tries["discard"] = w.Discard(t.Context(), a, []store.ID{id})
		_, tries["hand over"] = w.HandOver(t.Context(), a, []store.ID{id}, portal.HandOver{})
	}
	for name, err := range tries {
		want := store.NotFound
		switch {
		case !menu:
			want = store.Denied
		case sees && name == "place":
			want = store.Invalid // there is no such office
		case sees:
			want = store.Internal
		}
		if (want == store.Internal) != (err == nil) || err != nil && store.KindOf(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// TestReceiverOutOfScope has one of the firm's people drop a package of an office that is not theirs.
func TestReceiverOutOfScope(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	g := egovtest.New(10)
	o := g.Office()
	w.registered(t, "x9", pension(o))
	junior := w.add(t, "junior", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitDeliver})
	got := w.drop(t, junior, "a.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
	if got.State != store.PackageUnplaced || strings.Contains(fmt.Sprint(got.Reason), "x9") {
		t.Errorf("it is %s at %q by %+v", got.State, got.Office, got.Reason)
	}
	isKey(t, "placing it there", w.Place(t.Context(), junior, got.ID, "x9", true), store.Invalid, "error.office_unknown")
}

// TestMyNumbers are noted and kept out of what is listed.
func TestMyNumbers(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	const number = "123456789018"
	got := w.drop(t, boss, "一覧.csv", []byte("氏名,番号\n見本 一郎,"+number+"\n"))
	if !slices.Equal(got.MyNumbers, []string{"一覧.csv"}) {
		t.Errorf("noted %q", got.MyNumbers)
	}
	named := w.drop(t, boss, number+".pdf", egovtest.PDF("a"))
	if strings.Contains(named.Title, number) {
		t.Errorf("it is called %q", named.Title)
	}
	if clean := w.drop(t, boss, "ない.csv", []byte("氏名,番号\n見本 一郎,123456789012\n")); len(clean.MyNumbers) > 0 {
		t.Errorf("noted %q", clean.MyNumbers)
	}
}

func TestReceiveRefuses(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	hostile := egovtest.HostileArchives()
	for _, row := range []struct {
		name, key string
		data      []byte
	}{
		{"a.exe", "error.file_extension", []byte("MZ")},
		{"空.zip", "error.file_empty", nil},
		{"偽.pdf", "error.file_content", []byte("<html>")},
		{"大.txt", "error.file_too_large", bytes.Repeat([]byte("a"), portal.MaxFileSize+1)},
	} {
		if got := w.drop(t, boss, row.name, row.data); got.State != store.PackageRefused || got.Reason.Key != row.key || got.Name != row.name {
			t.Errorf("%s is %s by %+v", row.name, got.State, got.Reason)
		}
	}
	for _, h := range hostile {
		got := w.drop(t, boss, h.Name+".zip", h.Data)
		if got.State != store.PackageRefused && got.State != store.PackageDiscarded {
			t.Errorf("%s is %s by %+v", h.Name, got.State, got.Reason)
		}
	}
	if _, err := w.Receive(t.Context(), boss, "a/b", "a.txt", strings.NewReader("a")); store.KindOf(err) != store.NotFound {
		t.Errorf("a drop that is none: %v", err)
	}
}

// TestLargeArchive takes a month's files in one archive that is larger than a file may be, and holds each to that.
func TestLargeArchive(t *testing.T) {
	noise := func(n int) []byte {
		b := append([]byte("%PDF-1.4\n"), make([]byte, n)...)
		rand.NewChaCha8([32]byte{byte(n)}).Read(b[9:])
		return b
	}
	archive := func(files map[string][]byte) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, data := range files {
			e, err := z.Create(name)
			must(t, err)
			_, err = e.Write(data)
			must(t, err)
		}
		must(t, z.Close())
		return b.Bytes()
	}
	one := func(n int) []byte { return archive(map[string][]byte{"a.pdf": noise(n)}) }
	for _, row := range []struct {
		name   string
		file   string
		data   []byte
		states map[store.PackageState]int
		reason string // of what was refused
	}{
		{"many", "9月分.ZIP", archive(map[string][]byte{"a.zip": one(6 << 20), "b.zip": one(7 << 20)}), map[store.PackageState]int{store.PackageDiscarded: 1, store.PackageUnplaced: 2}, ""},
		{"one of them too large", "9月分.zip", archive(map[string][]byte{"a.zip": one(1 << 20), "b.zip": one(11 << 20)}), map[store.PackageState]int{store.PackageDiscarded: 1, store.PackageUnplaced: 1, store.PackageRefused: 1}, "error.file_too_large"},
		{"one package", "a.zip", one(11 << 20), map[store.PackageState]int{store.PackageRefused: 1}, "error.file_too_large"},
		{"no archive", "a.pdf", noise(11 << 20), map[store.PackageState]int{store.PackageRefused: 1}, "error.file_too_large"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			w.Scanning = true
			w.drop(t, theBoss(), row.file, row.data)
			counts, err := w.TrayCounts(t.Context(), theBoss(), "drop")
			must(t, err)
			if !maps.Equal(counts, row.states) {
				t.Errorf("the drop counts %v, want %v", counts, row.states)
			}
			for _, item := range w.tray(t, theBoss(), "drop") {
				if item.State == store.PackageRefused && (item.Reason.Key != row.reason || item.Reason.Args["Max"] != "10") {
					t.Errorf("%s is refused by %+v", item.Name, item.Reason)
				}
				if item.State != store.PackageUnplaced {
					continue
				}
				must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
					_, err := tx.Scans().Get(t.Context(), item.Digest)
					return err
				}))
			}
		})
	}
}
