package admin

import (
	"net/http"
	"strconv"
	"strings"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// newPerson asks of which company somebody new is, and then for the rest.
func (a *admin) newPerson(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	q := r.URL.Query()
	company, staff := store.ID(q.Get("company")), q.Get("staff") == "1"
	if company == "" && !staff {
		return a.whose(w, r, v)
	}
	if company != "" && !company.Valid() {
		return store.ErrNotFound
	}
	form := page.PersonForm{Company: store.Company{ID: company}, Staff: staff && company == "", Menus: store.PermitView}
	if form.Staff {
		form.Menus = 0
	}
	return a.personForm(w, r, v, form)
}

// whose lists the companies that somebody new can be of.
func (a *admin) whose(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, me, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	if !me.Permissions.Has(store.PermitAccounts) { // companies are shown to whoever manages offices, too
		return store.Fail(store.Denied, "error.no_permission", "account %s has not the accounts menu", me.Account.ID)
	}
	from, text := door.From(r), short(r.URL.Query().Get("q"))
	found, err := a.Portal.Companies(r.Context(), v.Actor, text, from)
	if err != nil {
		return err
	}
	return a.Pages.Whose(w, r, s, page.Whose{Query: text, Companies: found.Companies, Next: found.Next, Later: from.After != ""})
}

// personForm shows the form, with what the reader can grant.
func (a *admin) personForm(w http.ResponseWriter, r *http.Request, v door.Visit, form page.PersonForm) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	c, err := a.Portal.ChoicesFor(r.Context(), v.Actor, form.Company.ID)
	if err != nil {
		return err
	}
	form.Company, form.Choices = c.Company, page.PersonChoices{Trusts: c.Trusts, Roles: c.Roles, Menus: c.Menus, Many: c.Many, All: c.All}
	form.Choices.Offices = byCompany(c.Offices)
	return a.Pages.PersonForm(w, r, s, form)
}

// addPerson registers somebody. Refused, the form comes back with what was typed.
func (a *admin) addPerson(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	form, d, err := a.typedPerson(w, r, v)
	if err != nil {
		return err
	}
	id := store.ID("")
	if form.Problems == nil {
		id, err = a.Portal.AddPerson(r.Context(), v.Actor, d)
		form.Problems = refusedPerson(personField(err), err)
	}
	if form.Problems != nil {
		return a.personForm(w, r, v, form)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/people/"+string(id)+"?done=person_added")
}

// editPerson shows the form about somebody who is there.
func (a *admin) editPerson(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	p, err := a.Portal.PersonOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	if p.Barred != nil {
		return p.Barred
	}
	return a.personForm(w, r, v, page.PersonForm{ID: id, Company: store.Company{ID: p.CompanyID}, Staff: p.Staff(), Name: p.Name, Email: p.Email,
		Role: p.RoleID, Menus: p.Permissions, Scope: p.Account.Offices, Version: p.Version})
}

// changePerson saves it. Refused, the form comes back with what was typed.
func (a *admin) changePerson(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	form, d, err := a.typedPerson(w, r, v)
	if err != nil {
		return err
	}
	p, err := a.Portal.PersonOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	form.ID, form.Company.ID, form.Staff = id, p.CompanyID, p.Staff()
	if form.Problems == nil {
		err = a.Portal.ChangePerson(r.Context(), v.Actor, id, d)
		form.Problems = refusedPerson(personField(err), err)
	}
	if form.Problems != nil {
		return a.personForm(w, r, v, form)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/people/"+string(id)+"?done=person_saved")
}

// typedPerson reads the form.
func (a *admin) typedPerson(w http.ResponseWriter, r *http.Request, v door.Visit) (form page.PersonForm, d portal.PersonDraft, err error) {
	if err := door.ShortForm(w, r); err != nil {
		return form, d, err
	}
	f := r.PostForm
	form = page.PersonForm{Company: store.Company{ID: store.ID(f.Get("company"))}, Staff: f.Get("company") == "", Name: f.Get("name"), Email: f.Get("email"),
		Trust: store.ID(f.Get("trust")), Subject: f.Get("subject"), Role: store.ID(f.Get("role")), Typed: f.Get("offices"), Scope: store.OfficeScope{All: f.Get("scope") == "all"}}
	form.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64) // none is version 0, which is refused where it is another
	if form.Menus, err = store.ParsePermission(strings.Join(f["menu"], ",")); err != nil {
		form.Problems = refusedIn("menu", err)
	}
	if !form.Scope.All {
		for _, id := range f["office"] {
			form.Scope.Offices = append(form.Scope.Offices, store.ID(id))
		}
		named, err := a.Portal.OfficesNamed(r.Context(), v.Actor, strings.Fields(form.Typed))
		if refused := refusedIn("office", err); refused != nil {
			form.Problems = append(form.Problems, refused...)
		} else if err != nil {
			return form, d, err
		}
		form.Scope.Offices = append(form.Scope.Offices, named...)
	}
	return form, portal.PersonDraft{CompanyID: form.Company.ID, TrustID: form.Trust, Subject: form.Subject, Name: form.Name, Email: form.Email,
		RoleID: form.Role, Menus: form.Menus, Offices: form.Scope, Version: form.Version}, nil
}

// personField is the part of the form that a refusal is about.
func personField(err error) string {
	switch keyOf(err) {
	case "error.person_name":
		return "name"
	case "error.person_email":
		return "email"
	case "error.person_trust":
		return "trust"
	case "error.account_identity", "error.person_known":
		return "subject"
	case "error.role_unknown":
		return "role"
	case "error.person_office", "error.person_no_office", "error.too_many_offices":
		return "office"
	}
	return ""
}
