package portal_test

import (
	"fmt"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// known returns the offices that a code names.
func (w *world) known(t *testing.T, code store.OfficeCode) (ids []store.ID) {
	t.Helper()
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
		named, err := tx.Offices().ByCode(t.Context(), code)
		for _, o := range named {
			ids = append(ids, o.ID)
		}
		return err
	}))
	return ids
}

// waits puts a package into the tray that waits for its office.
func (w *world) waits(t *testing.T, by portal.Actor, code store.OfficeCode) (id store.ID) {
	t.Helper()
	id = w.fresh()
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Packages().Create(t.Context(), store.Package{ID: id, DropID: "d", State: store.PackageUnplaced, Name: "a.zip", Codes: []store.OfficeCode{code}, ReceivedBy: by.AccountID, ReceivedAt: w.now})
	}))
	return id
}

// TestWhoTeaches has people place a package and have its office learn the code, as far as they can tell whose it is.
func TestWhoTeaches(t *testing.T) {
	code := store.OfficeCode{System: store.CodeLabor, Code: "13101123456000"}
	for _, row := range []struct {
		name    string
		offices []store.ID // of who teaches x1; none: all
		knows   store.ID   // the office that was taught it before
		is      store.ID   // and that knows it then
	}{
		{"all offices, nobody's code", nil, "", "x1"},
		{"all offices, another client's code", nil, "y1", "x1"},
		{"one office, nobody's code", []store.ID{"x1"}, "", ""},
		{"one office, another client's code", []store.ID{"x1"}, "y1", "y1"},
		{"both offices, nobody's code", []store.ID{"x1", "y1"}, "", ""},
		{"both offices, the code of one", []store.ID{"x1", "y1"}, "y1", "x1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, _, _ := staffRoom(t)
			who := w.add(t, "teacher", who{tenant: "a", offices: row.offices, permissions: store.PermitDeliver})
			if row.knows != "" {
				must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error { return tx.Offices().Teach(t.Context(), row.knows, code) }))
			}
			pkg := w.waits(t, who, code)
			item, err := w.PackageOf(t.Context(), who, pkg)
			must(t, err)
			must(t, w.Place(t.Context(), who, pkg, "x1", true))
			var want []store.ID
			if row.is != "" {
				want = append(want, row.is)
			}
			if got := w.known(t, code); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("the code names %v, want %v", got, want)
			}
			if offered := len(item.Lessons) > 0; offered != (row.is == "x1") {
				t.Errorf("offered to be taught are %v", item.Lessons)
			}
		})
	}
}

// TestRegisteredOverTaught registers an office with a code that one of another company was taught, whichever way.
func TestRegisteredOverTaught(t *testing.T) {
	const number = "13-1-01-123456-000"
	code := store.OfficeCode{System: store.CodeLabor, Code: "13101123456000"}
	codes := store.OfficeCodes{LaborInsuranceNumber: number}
	for name, register := range map[string]func(w *world, boss portal.Actor) error{
		"new": func(w *world, boss portal.Actor) error {
			_, err := w.CreateOffice(t.Context(), boss, store.Office{CompanyID: "x", Name: "新", Codes: codes})
			return err
		},
		"changed": func(w *world, boss portal.Actor) error {
			o, err := w.OfficeOf(t.Context(), boss, "x1")
			must(t, err)
			o.Codes.LaborInsuranceNumber = number
			return w.ChangeOffice(t.Context(), boss, o.Office)
		},
		"a new row": func(w *world, boss portal.Actor) error {
			w.takeIn(t, boss, portal.TableOffices, "company,external,name,labor\nx,n-1,新,"+number+"\n")
			return nil
		},
		"a row": func(w *world, boss portal.Actor) error {
			w.takeIn(t, boss, portal.TableOffices, "company,external,name,labor\nx,ext-x1,事業所 x1,"+number+"\n")
			return nil
		},
		"at the host": func(w *world, _ portal.Actor) error {
			return w.setup.AddOffice(t.Context(), "a", store.Office{ID: "new", CompanyID: "x", Name: "新", Codes: codes})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, boss, _ := staffRoom(t)
			pkg := w.waits(t, boss, code)
			must(t, w.Place(t.Context(), boss, pkg, "y1", true))
			must(t, register(w, boss))
			if got := w.known(t, code); len(got) != 1 || got[0] == "y1" {
				t.Errorf("the code names %v", got)
			}
			if e := w.lastAudit(t, "office:y1"); e.Detail["by"] != "unteach" || e.Detail["codes"] != "labor 13101123456000" {
				t.Errorf("the audit of the office has %+v", e)
			}
		})
	}
}
