package admin

import (
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (a *admin) mountCompanies(m mounts) {
	m.get("/admin/companies", a.companies)
	m.get("/admin/companies/new", a.newCompany)
	m.post("/admin/companies/new", a.createCompany)
	m.get("/admin/companies/{id}", a.company)
	m.post("/admin/companies/{id}", a.changeCompany)
	m.post("/admin/companies/{id}/delete", a.deleteCompany)
	m.get("/admin/companies/{id}/offices/new", a.newOffice)
	m.post("/admin/companies/{id}/offices/new", a.createOffice)
	m.get("/admin/offices/{id}", a.office)
	m.post("/admin/offices/{id}", a.changeOffice)
	m.post("/admin/offices/{id}/delete", a.deleteOffice)
}

// companies lists the client companies, and finds offices by their codes.
func (a *admin) companies(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, me, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	if !me.Permissions.Has(store.PermitOffices) {
		return store.Fail(store.Denied, "error.no_permission", "account %s has not the offices menu", me.Account.ID)
	}
	from, text := door.From(r), short(r.URL.Query().Get("q"))
	found, err := a.Portal.Companies(r.Context(), v.Actor, text, from)
	if err != nil {
		return err
	}
	view := page.Companies{Query: text, Items: found.Companies, Next: found.Next, Later: from.After != "", More: found.More, MayAdd: me.Account.Offices.All}
	for _, o := range found.Offices {
		view.Offices = append(view.Offices, page.CompanyOffices{Company: store.Company{ID: o.CompanyID, Name: o.Company}, Offices: []store.Office{o.Office}})
	}
	return a.Pages.Companies(w, r, s, view)
}

// newCompany shows the form for one.
func (a *admin) newCompany(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.companyForm(w, r, v, page.Company{Whole: true})
}

func (a *admin) companyForm(w http.ResponseWriter, r *http.Request, v door.Visit, view page.Company) error {
	s, me, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	if !me.Permissions.Has(store.PermitOffices) || !me.Account.Offices.All {
		return store.Fail(store.Denied, "error.all_offices_needed", "account %s may not add companies", me.Account.ID)
	}
	return a.Pages.Company(w, r, s, view)
}

func (a *admin) createCompany(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	c, err := typedCompany(w, r)
	if err != nil {
		return err
	}
	id, err := a.Portal.CreateCompany(r.Context(), v.Actor, c)
	if refused := refusedIn(placeField(err), err); refused != nil {
		return a.companyForm(w, r, v, page.Company{Company: c, Whole: true, Problems: refused})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/companies/"+string(id)+"?done=company_saved")
}

func typedCompany(w http.ResponseWriter, r *http.Request) (c store.Company, err error) {
	if err := door.ShortForm(w, r); err != nil {
		return c, err
	}
	return store.Company{Name: r.PostForm.Get("name"), ExternalID: r.PostForm.Get("external")}, nil
}

// placeField is the part of the form that a refusal is about.
func placeField(err error) string {
	switch keyOf(err) {
	case "error.person_name":
		return "name"
	case "error.external", "error.external_taken":
		return "external"
	case "error.office_code", "error.office_code_taken":
		return "code"
	}
	return ""
}

// company shows one with its offices.
func (a *admin) company(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return a.companyPage(w, r, v, id, nil, nil)
}

// companyPage shows it with what was typed and why it was refused.
func (a *admin) companyPage(w http.ResponseWriter, r *http.Request, v door.Visit, id store.ID, typed *store.Company, problems []page.Problem) error {
	s, me, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	c, err := a.Portal.CompanyOf(r.Context(), v.Actor, id, from)
	if err != nil {
		return err
	}
	if typed != nil {
		c.Name, c.ExternalID = typed.Name, typed.ExternalID
	}
	return a.Pages.Company(w, r, s, page.Company{Company: c.Company, Offices: c.Offices, Next: c.Next, Later: from.After != "", Uses: c.Uses, Whole: c.Whole,
		People: me.Permissions.Has(store.PermitAccounts), Problems: problems})
}

func (a *admin) changeCompany(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	c, err := typedCompany(w, r)
	if err != nil {
		return err
	}
	c.ID = id
	err = a.Portal.ChangeCompany(r.Context(), v.Actor, c)
	if refused := refusedIn(placeField(err), err); refused != nil {
		return a.companyPage(w, r, v, id, &c, refused)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/companies/"+string(id)+"?done=company_saved")
}

func (a *admin) deleteCompany(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	err = a.Portal.DeleteCompany(r.Context(), v.Actor, id)
	if refused := refusedIn("", err); refused != nil {
		return a.companyPage(w, r, v, id, nil, refused)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/companies?done=company_deleted")
}
