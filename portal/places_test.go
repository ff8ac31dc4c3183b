package portal_test

import (
	"errors"
	"fmt"
	"testing"

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
