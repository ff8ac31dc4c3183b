package portal_test

import (
	"errors"
	"fmt"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestPlaces takes a company and its office from the cradle to the end.
func TestPlaces(t *testing.T) {
	w, boss, _ := staffRoom(t)
	ctx := t.Context()
	company, err := w.CreateCompany(ctx, boss, store.Company{Name: " 新会社 ", ExternalID: "N-1"})
	must(t, err)
	if _, err := w.CreateCompany(ctx, boss, store.Company{Name: "別", ExternalID: "N-1"}); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.external_taken"}) {
		t.Errorf("of the same external ID: %v", err)
	}
	office, err := w.CreateOffice(ctx, boss, store.Office{CompanyID: company, Name: "本社", ExternalID: "N-1-1", Codes: store.OfficeCodes{ReferenceCode: "０１－ｲﾛﾊ", OfficeNumber: "12345"}})
	must(t, err)
	seen, err := w.OfficeOf(ctx, boss, office)
	if must(t, err); seen.Codes.ReferenceCode != "01-イロハ" || seen.Company != "新会社" || !seen.Uses.None() {
		t.Errorf("the office is %+v", seen)
	}
	found, err := w.Companies(ctx, boss, "01イロハ", store.Page{})
	if must(t, err); len(found.Companies) != 0 || len(found.Offices) != 1 || found.Offices[0].Company != "新会社" {
		t.Errorf("found is %+v", found)
	}
	w.publish(t, boss, office)
	for what, err := range map[string]error{"error.office_used": w.DeleteOffice(ctx, boss, office), "error.company_used": w.DeleteCompany(ctx, boss, company)} {
		var e *store.Error
		if !errors.As(err, &e) || e.Key != what || len(e.Args) == 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
	closed := seen.Office
	closed.ClosedAt = w.now
	must(t, w.ChangeOffice(ctx, boss, closed))
	choices, err := w.Choices(ctx, boss)
	must(t, err)
	for _, c := range choices {
		if c.ID == office {
			t.Error("an office that has ended is offered")
		}
	}
	person := w.add(t, "person", who{tenant: "a", company: company, permissions: store.PermitView})
	inbox, err := w.Inbox(ctx, person, store.InboxFilter{}, store.Page{})
	if must(t, err); len(inbox.Items.Items) != 1 {
		t.Errorf("of an office that has ended they see %d", len(inbox.Items.Items))
	}
	spare, err := w.CreateOffice(ctx, boss, store.Office{CompanyID: company, Name: "支店"})
	must(t, err)
	must(t, w.DeleteOffice(ctx, boss, spare))
	if _, err := w.OfficeOf(ctx, boss, spare); store.KindOf(err) != store.NotFound {
		t.Errorf("deleted, there is still %v", err)
	}
}

// TestOfficeSortsAgain has packages that waited for an office looked into again when its codes are corrected.
func TestOfficeSortsAgain(t *testing.T) {
	w, boss, _ := staffRoom(t)
	code := store.OfficeCode{System: store.CodeLabor, Code: "13101123456000"}
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Packages().Create(t.Context(), store.Package{ID: "p", DropID: "d", State: store.PackageUnplaced, Name: "a.zip", Codes: []store.OfficeCode{code}, ReceivedAt: w.now})
	}))
	kicked := 0
	w.Kick = func() { kicked++ }
	o, err := w.OfficeOf(t.Context(), boss, "x1")
	must(t, err)
	o.Codes.LaborInsuranceNumber = "13-1-01-123456-000"
	must(t, w.ChangeOffice(t.Context(), boss, o.Office))
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
		task, err := tx.Tasks().Find(t.Context(), store.TaskSort, "p")
		if err == nil && task.Subject != "p" {
			err = fmt.Errorf("the task is %+v", task)
		}
		return err
	}))
	if kicked != 1 {
		t.Errorf("work was asked for %d times", kicked)
	}
}

// TestOfficeIsNotSteered has an administrator of one office try to catch what is another company's, by a code or a name.
func TestOfficeIsNotSteered(t *testing.T) {
	w, boss, _ := staffRoom(t)
	near := w.add(t, "near", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitOffices})
	seen, err := w.OfficeOf(t.Context(), near, "x1")
	if must(t, err); seen.Whole {
		t.Error("who has one office has all")
	}
	for name, change := range map[string]func(*store.Office){
		"a name":           func(o *store.Office) { o.Name = "会社 y" },
		"an external ID":   func(o *store.Office) { o.ExternalID = "ext-free" },
		"a code":           func(o *store.Office) { o.Codes.LaborInsuranceNumber = "13-1-01-123456-000" },
		"a code, and ends": func(o *store.Office) { o.Codes.CorporateNumber, o.ClosedAt = "1234567890123", w.now },
	} {
		o := seen.Office
		change(&o)
		if err := w.ChangeOffice(t.Context(), near, o); !errors.Is(err, denied("error.all_offices_needed")) {
			t.Errorf("%s: %v", name, err)
		}
		must(t, w.ChangeOffice(t.Context(), boss, o))
		must(t, w.ChangeOffice(t.Context(), boss, seen.Office))
	}
	closed := seen.Office
	closed.ClosedAt = w.now
	must(t, w.ChangeOffice(t.Context(), near, closed))
	if seen, err = w.OfficeOf(t.Context(), near, "x1"); err != nil || !seen.Closed() {
		t.Errorf("ended by who has it, it is %+v, %v", seen, err)
	}
}

// TestCodeOfAnotherCompany demands that a code names offices of one company, whichever way it comes.
func TestCodeOfAnotherCompany(t *testing.T) {
	w, boss, _ := staffRoom(t)
	codes := store.OfficeCodes{LaborInsuranceNumber: "13-1-01-123456-000"}
	y1, err := w.OfficeOf(t.Context(), boss, "y1")
	must(t, err)
	y1.Codes = codes
	must(t, w.ChangeOffice(t.Context(), boss, y1.Office))
	taken := func(name string, err error) {
		t.Helper()
		var e *store.Error
		if !errors.As(err, &e) || e.Key != "error.office_code_taken" || e.Args["Name"] != "事業所 y1" || e.Args["Code"] != "13101123456000" {
			t.Errorf("%s: %v", name, err)
		}
	}
	x1, err := w.OfficeOf(t.Context(), boss, "x1")
	must(t, err)
	x1.Codes.LaborInsuranceNumber = "１３１０１１２３４５６０００"
	taken("changed", w.ChangeOffice(t.Context(), boss, x1.Office))
	_, err = w.CreateOffice(t.Context(), boss, store.Office{CompanyID: "x", Name: "新", Codes: codes})
	taken("new", err)
	taken("at the host", w.setup.AddOffice(t.Context(), "a", store.Office{ID: "new", CompanyID: "x", Name: "新", Codes: codes}))
	if _, err = w.CreateOffice(t.Context(), boss, store.Office{CompanyID: "y", Name: "新", Codes: codes}); err != nil {
		t.Errorf("of the same company: %v", err)
	}
	for name, rows := range map[string]string{
		"a new one":    "x,n-1,新,13-1-01-123456-000\n",
		"an old one":   "x,ext-x1,事業所 x1,13-1-01-123456-000\n",
		"a row before": "y,n-1,一,99-1-01-123456-000\nx,n-2,二,99-1-01-123456-000\n",
	} {
		_, plan, err := w.plan(t, boss, portal.TableOffices, "company,external,name,labor\n"+rows)
		if must(t, err); plan.Refused != 1 || plan.Problems[0].Key != "error.office_code_taken" {
			t.Errorf("%s: %+v", name, plan)
		}
	}
	if plan := w.takeIn(t, boss, portal.TableOffices, "company,external,name,labor\ny,ext-y1,事業所 y1 改,13-1-01-123456-000\nx,ext-x1,事業所 x1 改,\n"); plan.Changed != 2 {
		t.Errorf("a code that stays: %+v", plan)
	}
}

func TestPlacesRefused(t *testing.T) {
	w, boss, _ := staffRoom(t)
	for name, try := range map[string]func() error{
		"no name": func() error { _, err := w.CreateCompany(t.Context(), boss, store.Company{Name: " "}); return err },
		"a break": func() error { _, err := w.CreateCompany(t.Context(), boss, store.Company{Name: "a\nb"}); return err },
		"external": func() error {
			_, err := w.CreateCompany(t.Context(), boss, store.Company{Name: "a", ExternalID: "\t"})
			return err
		},
		"a code": func() error {
			_, err := w.CreateOffice(t.Context(), boss, store.Office{CompanyID: "x", Name: "a", Codes: store.OfficeCodes{OfficeNumber: fmt.Sprintf("%050d", 1)}})
			return err
		},
		"a turned code": func() error {
			_, err := w.CreateOffice(t.Context(), boss, store.Office{CompanyID: "x", Name: "a", Codes: store.OfficeCodes{OfficeNumber: "1\u202e"}})
			return err
		},
	} {
		if err := try(); err == nil && name != "external" || err != nil && store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.CreateOffice(t.Context(), boss, store.Office{CompanyID: "none", Name: "a"}); store.KindOf(err) != store.NotFound {
		t.Errorf("of no company: %v", err)
	}
}
