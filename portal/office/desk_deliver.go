package office

import (
	"net/http"
	"time"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// deliverDrafts delivers what is still a draft of a document, or plans it for the time that the form says. Refused, the
// document's page comes back with what was typed.
func (o *office) deliverDrafts(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	document, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxField)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	refused, err := o.planDrafts(r, v, document)
	if err != nil {
		return err
	}
	if refused != nil {
		return o.sheet(w, r, v, document, page.Sheet{Problem: refused, Planning: true, Due: r.PostForm.Get("due"), Expires: r.PostForm.Get("expires")})
	}
	made, _, err := o.made(r, v, document)
	if err != nil {
		return err
	}
	if !made {
		return door.SeeOther(w, r, "/desk/documents/"+string(document)+"?done=planned")
	}
	return door.SeeOther(w, r, "/desk/documents/"+string(document)+"?done=delivered")
}

// planDrafts returns what a person can put right, if something was refused for that.
func (o *office) planDrafts(r *http.Request, v door.Visit, document store.ID) (refused *page.Problem, err error) {
	var form upload
	var due, expires time.Time
	if r.PostForm.Get("later") == "1" {
		if due, err = dueOf(r); err == nil {
			expires = form.moment("expires", r.PostForm.Get("expires"))
		}
	}
	if len(form.problems) > 0 {
		return &form.problems[0], nil
	}
	if err == nil {
		_, err = o.Portal.Plan(r.Context(), v.Actor, document, due, expires)
	}
	if problem, ok := problemOf(err); ok {
		return &problem, nil
	}
	return nil, err
}
