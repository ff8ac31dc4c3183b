package admin

import (
	"net/http"
	"time"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// newOffice shows the form for one of a company.
func (a *admin) newOffice(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.newOfficePage(w, r, v, store.Office{}, nil)
}

func (a *admin) newOfficePage(w http.ResponseWriter, r *http.Request, v door.Visit, typed store.Office, problems []page.Problem) error {
	company, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	c, err := a.Portal.CompanyOf(r.Context(), v.Actor, company, store.Page{})
	if err != nil {
		return err
	}
	if !c.Whole {
		return store.Fail(store.Denied, "error.all_offices_needed", "account %s may not add offices", v.Actor.AccountID)
	}
	typed.CompanyID = company
	return a.Pages.Office(w, r, s, page.Office{Office: typed, Company: c.Name, Whole: true, Problems: problems})
}

func (a *admin) createOffice(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	company, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	o, err := typedOffice(w, r)
	if err != nil {
		return err
	}
	o.CompanyID = company
	id, err := a.Portal.CreateOffice(r.Context(), v.Actor, o)
	if refused := refusedIn(placeField(err), err); refused != nil {
		return a.newOfficePage(w, r, v, o, refused)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/offices/"+string(id)+"?done=office_saved")
}

func typedOffice(w http.ResponseWriter, r *http.Request) (o store.Office, err error) {
	if err := door.ShortForm(w, r); err != nil {
		return o, err
	}
	f := r.PostForm
	return store.Office{Name: f.Get("name"), ExternalID: f.Get("external"), Codes: store.OfficeCodes{
		ReferenceCode: f.Get("reference"), OfficeNumber: f.Get("number"), LaborInsuranceNumber: f.Get("labor"),
		EmploymentInsuranceNumber: f.Get("employment"), CorporateNumber: f.Get("corporate"),
	}}, nil
}

// office shows one with its form.
func (a *admin) office(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return a.officePage(w, r, v, id, nil, nil)
}

// officePage shows the form, which may hold what was typed and why it was refused.
func (a *admin) officePage(w http.ResponseWriter, r *http.Request, v door.Visit, id store.ID, typed *store.Office, problems []page.Problem) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	o, err := a.Portal.OfficeOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	if typed != nil {
		o.Name, o.ExternalID, o.Codes = typed.Name, typed.ExternalID, typed.Codes
	}
	return a.Pages.Office(w, r, s, page.Office{Office: o.Office, Company: o.Company, Whole: o.Whole, Uses: o.Uses, Taught: o.Taught, Problems: problems})
}

func (a *admin) changeOffice(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	o, err := typedOffice(w, r)
	if err != nil {
		return err
	}
	old, err := a.Portal.OfficeOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	o.ID, o.ClosedAt = id, old.ClosedAt
	switch closed := r.PostForm.Get("closed") == "1"; {
	case !closed:
		o.ClosedAt = time.Time{}
	case !old.Closed():
		o.ClosedAt = a.Portal.Now()
	}
	err = a.Portal.ChangeOffice(r.Context(), v.Actor, o)
	if refused := refusedIn(placeField(err), err); refused != nil {
		return a.officePage(w, r, v, id, &o, refused)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/offices/"+string(id)+"?done=office_saved")
}

func (a *admin) deleteOffice(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	o, err := a.Portal.OfficeOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	err = a.Portal.DeleteOffice(r.Context(), v.Actor, id)
	if refused := refusedIn("", err); refused != nil {
		return a.officePage(w, r, v, id, nil, refused)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/companies/"+string(o.CompanyID)+"?done=office_deleted")
}
