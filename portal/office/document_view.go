package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// viewDocument shows one delivered document; that is what makes it viewed.
func (o *office) viewDocument(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	if r.Method == http.MethodHead {
		return o.Portal.MayView(r.Context(), v.Actor, delivery) // who asks for no page has not seen it
	}
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	opened, err := o.Portal.View(r.Context(), v.Actor, delivery)
	if err != nil {
		return err
	}
	look, err := o.look(r, v, portal.Source{Delivery: delivery}, opened.Parts, true)
	if err != nil {
		return err
	}
	left, err := o.Portal.PersonsLeft(r.Context(), v.Actor, []store.ID{delivery})
	if err != nil {
		return err
	}
	return o.Pages.Paper(w, r, s, page.Paper{Document: opened.Document, Delivery: opened.Delivery, Office: opened.Office, Sender: opened.Sender,
		Firm: opened.Firm, Receipt: opened.Receipt, Staff: opened.Staff, Look: look, Told: left[delivery]})
}
