package office

import (
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// withdrawDelivery takes a delivery back. Without a good reason the document's page comes back and says so.
func (o *office) withdrawDelivery(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxField)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	document, reason := store.ID(r.PostForm.Get("document")), r.PostForm.Get("reason")
	if !document.Valid() {
		return store.Fail(store.Invalid, "error.form", "a form without its document")
	}
	err = o.Portal.Withdraw(r.Context(), v.Actor, delivery, reason)
	if refused, ok := problemOf(err); ok {
		return o.sheet(w, r, v, document, page.Sheet{Problem: &refused, Withdraw: delivery, Reason: reason})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/documents/"+string(document)+"?done=withdrawn")
}
