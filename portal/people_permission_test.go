package portal_test

import (
	"fmt"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/store"
)

// troop is whom and what administrators of tenant "a" try deeds on: clients of x who see x1 alone, a role that nobody has,
// and an office x3 of x that nothing hangs on.
type troop struct{ target, spare, role, office, company store.ID }

func (w *world) troop(t *testing.T) (tr troop) {
	t.Helper()
	tr = troop{w.fresh(), w.fresh(), w.fresh(), w.fresh(), w.fresh()}
	for _, id := range []store.ID{tr.target, tr.spare} {
		w.add(t, id, who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	}
	must(t, w.setup.AddCompany(t.Context(), "a", store.Company{ID: tr.company, Name: "空の会社"}))
	must(t, w.setup.AddOffice(t.Context(), "a", store.Office{ID: tr.office, CompanyID: "y", Name: "空の事業所"}))
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Roles().Create(t.Context(), store.Role{ID: tr.role, Name: "担当 " + string(tr.role), Permissions: store.PermitView})
	}))
	return tr
}

// task is one thing that an administrator does, and what others get who have the menu: those with a list of offices that
// holds x1, with one that does not, and those of another firm. The zero kind says that they may as well.
type task struct {
	name                 string
	needs                store.Permission
	audited, spends      bool
	near, far, elsewhere store.Kind
	try                  func(t *testing.T, w *world, a portal.Actor, tr troop) error
}

const may store.Kind = 0

func peopleTasks() []task {
	accounts, offices := store.PermitAccounts, store.PermitOffices
	return []task{
		{"plan an import", accounts, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			file, err := w.KeepTable(t.Context(), a, portal.TableAccounts, strings.NewReader(accountsHead))
			if err == nil {
				_, err = w.PlanImport(t.Context(), a, portal.TableAccounts, file)
			}
			return err
		}},
		{"ask to import people", accounts, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.MayImport(t.Context(), a, portal.TableAccounts)
		}},
		{"ask to import offices", offices, false, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.MayImport(t.Context(), a, portal.TableOffices)
		}},
		{"import people", accounts, true, false, may, store.Invalid, store.Invalid, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return importing(t, w, a, portal.TableAccounts, accountsHead+"x,新しい人,,saml-a,"+string(w.fresh())+",,view,x1\n")
		}},
		{"import companies", offices, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return importing(t, w, a, portal.TableCompanies, "name\n新しい会社\n")
		}},
		{"import offices", offices, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return importing(t, w, a, portal.TableOffices, "company,name\nx,新しい事業所\n")
		}},
		{"ask to export people", accounts, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.MayExport(t.Context(), a, portal.TableAccounts)
		}},
		{"export people", accounts, true, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.ExportTable(t.Context(), a, portal.TableAccounts, "ja", csv.UTF8)
			return err
		}},
		{"export offices", offices, true, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.ExportTable(t.Context(), a, portal.TableOffices, "ja", csv.UTF8)
			return err
		}},
		{"list people", accounts, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.People(t.Context(), a, store.AccountFilter{}, store.Page{})
			return err
		}},
		{"see a person", accounts, false, false, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.PersonOf(t.Context(), a, tr.target)
			return err
		}},
		{"choices", accounts, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.ChoicesFor(t.Context(), a, "x")
			return err
		}},
		{"choices of a company", accounts, false, false, store.NotFound, store.NotFound, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.ChoicesFor(t.Context(), a, "y")
			return err
		}},
		{"add a person", accounts, true, false, may, store.Invalid, store.Invalid, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			d := draft("x", "x1")
			d.Subject = string(w.fresh())
			_, err := w.AddPerson(t.Context(), a, d)
			return err
		}},
		{"change a person", accounts, true, true, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.ChangePerson(t.Context(), a, tr.target, draft("x", "x1"))
		}},
		{"disable a person", accounts, true, true, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.SwitchPerson(t.Context(), a, tr.target, false)
			return err
		}},
		{"delete a person", accounts, true, true, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.DeletePerson(t.Context(), a, tr.target)
			return err
		}},
		{"preview a copy", accounts, false, false, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.CopyPreview(t.Context(), a, tr.target, tr.spare)
			return err
		}},
		{"copy rights", accounts, true, true, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.CopyRights(t.Context(), a, tr.target, tr.spare, [2]int64{}, true)
			return err
		}},
		{"list roles", accounts, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.Roles(t.Context(), a, store.Page{})
			return err
		}},
		{"see a role", accounts, false, false, may, may, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, _, err := w.RoleOf(t.Context(), a, tr.role)
			return err
		}},
		{"create a role", accounts, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.CreateRole(t.Context(), a, store.Role{Name: string(w.fresh()), Permissions: store.PermitView})
			return err
		}},
		{"change a role", accounts, true, true, store.Denied, store.Denied, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.ChangeRole(t.Context(), a, store.Role{ID: tr.role, Name: string(w.fresh()), Permissions: store.PermitAll})
		}},
		{"delete a role", accounts, true, true, store.Denied, store.Denied, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.DeleteRole(t.Context(), a, tr.role)
		}},
		{"name an office", accounts, false, false, may, store.Invalid, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.OfficesNamed(t.Context(), a, []string{"ext-x1", "x1"})
			return err
		}},
		{"list companies", offices | accounts, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.Companies(t.Context(), a, "x", store.Page{})
			return err
		}},
		{"see a company", offices, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.CompanyOf(t.Context(), a, "x", store.Page{})
			return err
		}},
		{"see another company", offices, false, false, store.NotFound, store.NotFound, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.CompanyOf(t.Context(), a, "y", store.Page{})
			return err
		}},
		{"create a company", offices, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.CreateCompany(t.Context(), a, store.Company{Name: "新しい会社"})
			return err
		}},
		{"change a company", offices, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.ChangeCompany(t.Context(), a, store.Company{ID: "x", Name: "会社 x", ExternalID: "ext-x"})
		}},
		{"delete a company", offices, true, true, store.NotFound, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.DeleteCompany(t.Context(), a, tr.company)
		}},
		{"see an office", offices, false, false, may, store.NotFound, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.OfficeOf(t.Context(), a, "x1")
			return err
		}},
		{"create an office", offices, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.CreateOffice(t.Context(), a, store.Office{CompanyID: "x", Name: "新しい事業所"})
			return err
		}},
		{"change an office", offices, true, false, may, store.NotFound, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.ChangeOffice(t.Context(), a, store.Office{ID: "x1", Name: "事業所 x1", ExternalID: "ext-x1"})
		}},
		{"rename an office", offices, true, false, store.Denied, store.NotFound, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.ChangeOffice(t.Context(), a, store.Office{ID: "x1", Name: string(w.fresh()), ExternalID: "ext-x1"})
		}},
		{"put a company", offices, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, _, err := w.PutCompany(t.Context(), a, store.Company{ExternalID: string(w.fresh()), Name: "会社"}, always)
			return err
		}},
		{"put an office", offices, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, _, err := w.PutOffice(t.Context(), a, "ext-x", store.Office{ExternalID: string(w.fresh()), Name: "支店"}, false, portal.Unsaid{}, always)
			return err
		}},
		{"list the offices of a company", offices, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.OfficesOfCompany(t.Context(), a, "ext-x", store.Page{})
			return err
		}},
		{"delete an office", offices, true, true, store.NotFound, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.DeleteOffice(t.Context(), a, tr.office)
		}},
	}
}

func importing(t *testing.T, w *world, a portal.Actor, table portal.Table, file string) error {
	kept, err := w.KeepTable(t.Context(), a, table, strings.NewReader(file))
	if err != nil {
		return err
	}
	plan, err := w.PlanImport(t.Context(), a, table, kept)
	if err != nil {
		return err
	}
	_, err = w.Import(t.Context(), a, table, kept, plan.Digest)
	return err
}

// draft is a client of a company with a list of offices.
func draft(company store.ID, offices ...store.ID) portal.PersonDraft {
	return portal.PersonDraft{CompanyID: company, TrustID: "saml-a", Subject: "s", Name: "新しい人", Email: "new@client.example", Menus: store.PermitView, Offices: store.OfficeScope{Offices: offices}}
}

// TestPeoplePermission tries every task as everybody: menu × office scope × company × tenant. Nobody of another firm leaves
// anything in this one.
func TestPeoplePermission(t *testing.T) {
	w := newWorld(t)
	people, tr := map[string]portal.Actor{}, w.troop(t)
	for _, d := range peopleTasks() {
		for scope, p := range scopes() {
			for _, permissions := range append(menus(), store.PermitAll&^d.needs) {
				p.permissions = permissions
				want := d.answer(scope, permissions)
				t.Run(fmt.Sprintf("%s/%s/%s", d.name, scope, permissions), func(t *testing.T) {
					who := fmt.Sprint(scope, permissions)
					if _, ok := people[who]; !ok {
						people[who] = w.add(t, w.fresh(), p)
					}
					before := w.head(t, "a")
					err := d.try(t, w, people[who], tr)
					if err == nil && want != may || err != nil && (want == may || store.KindOf(err) != want) {
						t.Errorf("answers %v, want %v", err, want)
					}
					ours := w.head(t, "a").Seq - before.Seq
					if should := want == may && d.audited && p.tenant == "a"; (ours > 0) != should {
						t.Errorf("%d events were recorded", ours)
					}
					if err == nil && d.spends || t.Failed() {
						tr = w.troop(t)
					}
				})
			}
		}
	}
}

func (d task) answer(scope string, permissions store.Permission) store.Kind {
	switch menu := permissions.Has(d.needs); {
	case !menu || scope != "staff, all" && scope != "staff, x1" && scope != "staff, x2" && scope != "other firm, staff":
		return store.Denied
	case scope == "staff, x1":
		return d.near
	case scope == "staff, x2":
		return d.far
	case scope == "other firm, staff":
		return d.elsewhere
	}
	return may
}
