package portal_test

import (
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// lastAudit returns the latest event of a record.
func (w *world) lastAudit(t *testing.T, record string) (last store.AuditEvent) {
	t.Helper()
	for _, e := range w.audit(t, "a") {
		if e.Record == record && e.Seq > last.Seq {
			last = e
		}
	}
	return last
}

// TestMisdelivered has a package go to the wrong client, be withdrawn there, and come again.
func TestMisdelivered(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss, g := theBoss(), egovtest.New(3)
	right := w.add(t, "right", who{tenant: "a", company: "x", permissions: store.PermitView})
	o := g.Office()
	p := g.Package(egovtest.Pension, egovtest.Options{Office: &o, Persons: g.Persons(2)})
	first := w.drop(t, boss, "a.zip", p.Data)
	must(t, w.Place(t.Context(), boss, first.ID, "y1", true))
	h, err := w.HandOver(t.Context(), boss, []store.ID{first.ID}, portal.HandOver{})
	must(t, err)
	must(t, w.Withdraw(t.Context(), boss, w.deliveries(t, boss, h.Documents[0])["y1"], "誤配付"))
	again := w.receive(t, boss, "drop2", "a.zip", p.Data)
	w.sortAll(t)
	must(t, w.Place(t.Context(), boss, again.ID, "x1", true))
	if done, err := w.HandOver(t.Context(), boss, []store.ID{again.ID}, portal.HandOver{}); err != nil || len(done.Documents) != 1 {
		t.Fatalf("handed over %+v, %v", done, err)
	}
	inbox, err := w.Inbox(t.Context(), right, store.InboxFilter{}, store.Page{})
	must(t, err)
	if len(inbox.Items.Items) != 1 || inbox.Items.Items[0].OfficeID != "x1" {
		t.Errorf("the right client has %+v", inbox.Items.Items)
	}
	got, err := w.PackageOf(t.Context(), boss, again.ID)
	must(t, err)
	if got.Reason.Key != "package.not_duplicate" || len(got.Persons) != 2 || got.Origin.ArrivalNumber != p.Arrival {
		t.Errorf("it is %s by %+v, with %d persons and %q", got.State, got.Reason, len(got.Persons), got.Origin.ArrivalNumber)
	}
	if e := w.lastAudit(t, "office:x1"); e.Detail["was"] != "duplicate" || e.Detail["package"] != string(again.ID) || !strings.Contains(e.Detail["taught"], "pension ") {
		t.Errorf("the audit has %+v", e)
	}
	if third := w.drop(t, boss, "b.zip", p.Data); third.State != store.PackageDuplicate {
		t.Errorf("a third time it is %s", third.State)
	}
	isKey(t, "what was handed over", w.Place(t.Context(), boss, again.ID, "y1", false), store.Conflict, "error.package_changed")
}

// TestTaughtWrongly has a person correct what another taught.
func TestTaughtWrongly(t *testing.T) {
	for _, row := range []struct {
		name    string
		correct func(t *testing.T, w *world, wrong, next portal.TrayItem, code store.OfficeCode)
		next    store.ID // where the package is that was ready at the wrong office
		later   store.ID // and one that comes after
	}{
		{"a ready one is moved, and teaches", func(t *testing.T, w *world, wrong, next portal.TrayItem, _ store.OfficeCode) {
			must(t, w.Place(t.Context(), theBoss(), wrong.ID, "x1", true))
		}, "x1", "x1"},
		{"a ready one is moved, and teaches nothing", func(t *testing.T, w *world, wrong, next portal.TrayItem, _ store.OfficeCode) {
			must(t, w.Place(t.Context(), theBoss(), wrong.ID, "x1", false))
		}, "y1", "y1"},
		{"the code is removed", func(t *testing.T, w *world, wrong, next portal.TrayItem, code store.OfficeCode) {
			must(t, w.Unteach(t.Context(), theBoss(), "y1", code))
		}, "", ""},
		{"another's code is removed", func(t *testing.T, w *world, wrong, next portal.TrayItem, code store.OfficeCode) {
			isKey(t, "removing it", w.Unteach(t.Context(), theBoss(), "x1", code), store.NotFound, "")
		}, "y1", "y1"},
		{"by one who does not reach the office that knows it", func(t *testing.T, w *world, wrong, next portal.TrayItem, code store.OfficeCode) {
			junior := w.add(t, "junior", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitDeliver})
			other := w.drop(t, junior, "c.pdf", egovtest.PDF("a"))
			must(t, w.Place(t.Context(), junior, other.ID, "x1", true))
			isKey(t, "removing it", w.Unteach(t.Context(), junior, "y1", code), store.NotFound, "")
			if list, err := w.TaughtCodes(t.Context(), junior, store.Page{}); err != nil || len(list.Items) > 0 {
				t.Errorf("is shown %+v, %v", list.Items, err)
			}
		}, "y1", "y1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			boss, g := theBoss(), egovtest.New(5)
			o := g.Office()
			pack := func(name string) portal.TrayItem {
				return w.drop(t, boss, name, g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
			}
			wrong := pack("a.zip")
			must(t, w.Place(t.Context(), boss, wrong.ID, "y1", true))
			next := pack("b.zip")
			list, err := w.TaughtCodes(t.Context(), boss, store.Page{})
			must(t, err)
			if next.Office != "y1" || len(list.Items) != 1 || list.Items[0].Office.ID != "y1" || list.Items[0].Company == "" {
				t.Fatalf("taught, the next is at %q, known are %+v", next.Office, list.Items)
			}
			row.correct(t, w, wrong, next, list.Items[0].Code)
			w.sortAll(t)
			if got, err := w.PackageOf(t.Context(), boss, next.ID); err != nil || got.Office != row.next {
				t.Errorf("what was ready is at %q by %+v, %v", got.Office, got.Reason, err)
			}
			if got := pack("d.zip"); got.Office != row.later {
				t.Errorf("what comes is at %q by %+v", got.Office, got.Reason)
			}
			if e := w.lastAudit(t, "office:y1"); (e.Detail["by"] == "unteach") != (row.later != "y1") || e.Detail["by"] == "unteach" && e.Detail["codes"] != "pension "+list.Items[0].Code.Code {
				t.Errorf("the audit of the office has %+v", e)
			}
		})
	}
}

// TestRegisteredIsNotUntaught leaves the codes that an office is registered with.
func TestRegisteredIsNotUntaught(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss, g := theBoss(), egovtest.New(5)
	o := g.Office()
	w.registered(t, "o", pension(o))
	got := w.drop(t, boss, "a.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
	must(t, w.Place(t.Context(), boss, got.ID, "x1", true))
	isKey(t, "removing it", w.Unteach(t.Context(), boss, "o", got.Codes[0]), store.NotFound, "")
	if next := w.drop(t, boss, "b.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data); next.Office != "o" {
		t.Errorf("the next is at %q", next.Office)
	}
	if list, err := w.TaughtCodes(t.Context(), boss, store.Page{}); err != nil || len(list.Items) > 0 {
		t.Errorf("known are %+v, %v", list.Items, err)
	}
}

// TestRegisteredLater looks again into what waited for an office that is registered then.
func TestRegisteredLater(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss, g := theBoss(), egovtest.New(5)
	o := g.Office()
	waits := w.drop(t, boss, "a.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)
	w.registered(t, "o", pension(o))
	w.sortAll(t)
	if got, err := w.PackageOf(t.Context(), boss, waits.ID); err != nil || got.Office != "o" {
		t.Errorf("it is at %q by %+v, %v", got.Office, got.Reason, err)
	}
}
