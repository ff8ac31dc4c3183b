package page

import (
	"net/http"

	"cloudpocket/store"
)

// Scheduled is the firm's list of deliveries that wait.
type Scheduled struct {
	Items      []Waiting
	Next       store.Cursor
	Later      bool
	MayDeliver bool
}

// Waiting is a delivery that waits, of which document, and who planned it.
type Waiting struct {
	SheetDelivery
	Title   string
	Kind    string
	Planner string
}

// Scheduled shows what waits.
func (p *Pages) Scheduled(w http.ResponseWriter, r *http.Request, s Shell, v Scheduled) error {
	s.Current = PlaceDesk
	return p.show(w, r, http.StatusOK, "scheduled", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Scheduled) NextLink() string  { return link(v.FirstLink(), "after", string(v.Next)) }
func (v Scheduled) FirstLink() string { return "/desk/scheduled" }

// Approvable reports whether the reader may be the second person that d waits for.
func (d SheetDelivery) Approvable() bool {
	return d.State == store.DeliveryScheduled && d.Plan.TwoPersons && d.ApprovedBy == "" && !d.Mine
}

// Bounced is the firm's list of mails whose address is wrong.
type Bounced struct {
	Items []BouncedMail
	Next  store.Cursor
	Later bool
}

// BouncedMail is one of them.
type BouncedMail struct {
	store.Mail
	Name    string
	Email   string
	Company string
}

// Bounced shows what did not arrive.
func (p *Pages) Bounced(w http.ResponseWriter, r *http.Request, s Shell, v Bounced) error {
	s.Current = PlaceDesk
	return p.show(w, r, http.StatusOK, "bounced", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Bounced) NextLink() string  { return link(v.FirstLink(), "after", string(v.Next)) }
func (v Bounced) FirstLink() string { return "/desk/mails" }
