package portal_test

import (
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/store"
)

// peopleTries are the methods about accounts, companies, offices and roles.
func peopleTries(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"MayImport": func(t *testing.T, w *world, a portal.Actor) error {
			return w.MayImport(t.Context(), a, portal.TableAccounts)
		},
		"KeepTable": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.KeepTable(t.Context(), a, portal.TableAccounts, strings.NewReader("name\n"))
			return err
		},
		"PlanImport": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.PlanImport(t.Context(), a, portal.TableAccounts, "none")
			return err
		},
		"Import": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Import(t.Context(), a, portal.TableAccounts, "none", "")
			return err
		},
		"MayExport": func(t *testing.T, w *world, a portal.Actor) error {
			return w.MayExport(t.Context(), a, portal.TableAccounts)
		},
		"ExportTable": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ExportTable(t.Context(), a, portal.TableAccounts, "en", csv.UTF8)
			return err
		},
		"People": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.People(t.Context(), a, store.AccountFilter{}, store.Page{})
			return err
		},
		"PersonOf": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.PersonOf(t.Context(), a, "boss")
			return err
		},
		"ChoicesFor": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ChoicesFor(t.Context(), a, "x")
			return err
		},
		"OfficesNamed": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.OfficesNamed(t.Context(), a, nil)
			return err
		},
		"AddPerson": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.AddPerson(t.Context(), a, portal.PersonDraft{})
			return err
		},
		"ChangePerson": func(t *testing.T, w *world, a portal.Actor) error {
			return w.ChangePerson(t.Context(), a, "boss", portal.PersonDraft{})
		},
		"SwitchPerson": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.SwitchPerson(t.Context(), a, "boss", false)
			return err
		},
		"DeletePerson": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.DeletePerson(t.Context(), a, "boss")
			return err
		},
		"CopyPreview": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.CopyPreview(t.Context(), a, "boss", "other")
			return err
		},
		"CopyRights": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.CopyRights(t.Context(), a, "boss", "other", [2]int64{}, true)
			return err
		},
		"Roles": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Roles(t.Context(), a, store.Page{})
			return err
		},
		"RoleOf": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.RoleOf(t.Context(), a, "clerk")
			return err
		},
		"CreateRole": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.CreateRole(t.Context(), a, store.Role{Name: "担当", Permissions: store.PermitView})
			return err
		},
		"ChangeRole": func(t *testing.T, w *world, a portal.Actor) error {
			return w.ChangeRole(t.Context(), a, store.Role{ID: "clerk", Name: "担当", Permissions: store.PermitView})
		},
		"DeleteRole": func(t *testing.T, w *world, a portal.Actor) error { return w.DeleteRole(t.Context(), a, "clerk") },
		"Companies": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Companies(t.Context(), a, "", store.Page{})
			return err
		},
		"CompanyOf": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.CompanyOf(t.Context(), a, "x", store.Page{})
			return err
		},
		"CreateCompany": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.CreateCompany(t.Context(), a, store.Company{Name: "会社"})
			return err
		},
		"ChangeCompany": func(t *testing.T, w *world, a portal.Actor) error {
			return w.ChangeCompany(t.Context(), a, store.Company{ID: "x", Name: "会社"})
		},
		"DeleteCompany": func(t *testing.T, w *world, a portal.Actor) error { return w.DeleteCompany(t.Context(), a, "x") },
		"OfficeOf": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.OfficeOf(t.Context(), a, "x1")
			return err
		},
		"CreateOffice": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.CreateOffice(t.Context(), a, store.Office{CompanyID: "x", Name: "支店"})
			return err
		},
		"ChangeOffice": func(t *testing.T, w *world, a portal.Actor) error {
			return w.ChangeOffice(t.Context(), a, store.Office{ID: "x1", Name: "支店"})
		},
		"DeleteOffice": func(t *testing.T, w *world, a portal.Actor) error { return w.DeleteOffice(t.Context(), a, "x1") },
	}
}
