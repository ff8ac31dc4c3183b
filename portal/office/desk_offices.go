package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// officeMails lists how the offices are told by mail.
func (o *office) officeMails(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	list, err := o.Portal.OfficeMails(r.Context(), v.Actor, from)
	if err != nil {
		return err
	}
	view := page.OfficeMails{Next: list.Next, Later: from.After != ""}
	for _, one := range list.Items {
		view.Items = append(view.Items, o.mailing(one))
	}
	return o.Pages.OfficeMails(w, r, s, view)
}

func (o *office) mailing(m portal.OfficeMailing) page.OfficeMail {
	return page.OfficeMail{OfficeMail: m.OfficeMail, Office: m.Office, Company: m.Company, People: m.People, Hour: o.Portal.DigestHour}
}

// officeMail shows the form for how an office is told.
func (o *office) officeMail(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	office, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return o.officeMailPage(w, r, v, office, nil, nil)
}

// officeMailPage shows the form, which may hold what was typed and why it was refused.
func (o *office) officeMailPage(w http.ResponseWriter, r *http.Request, v door.Visit, office store.ID, typed *store.OfficeMail, problem *page.Problem) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	m, err := o.Portal.OfficeMail(r.Context(), v.Actor, office)
	if err != nil {
		return err
	}
	if typed != nil {
		m.OfficeMail = *typed
	}
	view := o.mailing(m)
	view.Problem = problem
	return o.Pages.OfficeMail(w, r, s, view)
}

// saveOfficeMail keeps how an office is told. Refused, the form comes back with what was typed.
func (o *office) saveOfficeMail(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	office, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxChoice)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	f := r.PostForm
	typed := store.OfficeMail{OfficeID: office, To: store.Recipients(f.Get("to")), Digest: f.Get("digest") == "1"}
	for _, one := range f["named"] {
		typed.Named = append(typed.Named, store.ID(one))
	}
	err = o.Portal.SaveOfficeMail(r.Context(), v.Actor, typed)
	if refused, ok := problemOf(err); ok {
		return o.officeMailPage(w, r, v, office, &typed, &refused)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/offices?done=mails")
}
