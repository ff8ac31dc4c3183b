package page

import (
	"net/http"

	"cloudpocket/store"
)

// Paper is one delivered document as a client reads it.
type Paper struct {
	Document store.Document
	Delivery store.Delivery
	Office   store.Office
	Sender   string        // the person of the firm who delivered it; may be empty
	Firm     string        // the firm's name
	Receipt  store.Receipt // zero for the firm's own people
	Staff    bool
	Look     *Look             // nil: there is nothing to look at
	Told     store.PersonCount // whom it names, and how many of them were told
}

// Paper shows one delivered document.
func (p *Pages) Paper(w http.ResponseWriter, r *http.Request, s Shell, v Paper) error {
	s.Current = PlaceInbox
	return p.show(w, r, http.StatusOK, "paper", s, v)
}

// Asks reports whether the reader still has to acknowledge it.
func (v Paper) Asks() bool {
	return v.Document.Acknowledge && !v.Staff && v.Receipt.AcknowledgedAt.IsZero()
}
