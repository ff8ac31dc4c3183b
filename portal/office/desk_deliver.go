package office

import "net/http"

// deliverDrafts delivers what is still a draft of a document.
func (o *office) deliverDrafts(w http.ResponseWriter, r *http.Request, v visit) error {
	document, err := id(r, "id")
	if err != nil {
		return err
	}
	if _, err := o.Portal.Deliver(r.Context(), v.actor, document); err != nil {
		return err
	}
	made, _, err := o.made(r, v, document)
	if err != nil {
		return err
	}
	if !made {
		return seeOther(w, r, "/desk/documents/"+string(document)+"?done=planned")
	}
	return seeOther(w, r, "/desk/documents/"+string(document)+"?done=delivered")
}
