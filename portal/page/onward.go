package page

import (
	"net/http"
	"time"

	"cloudpocket/store"
)

// Onward is the insured persons of a delivered document, and which of them the employer told.
type Onward struct {
	Delivery store.ID
	Document store.ID            // for the firm, which comes from there
	State    store.DeliveryState // only what is delivered can be gone back to by a client
	Title    string
	Office   string
	Persons  []store.PersonTold
	Tellers  map[store.ID]string
	Left     int
	MayTell  bool
	Ways     []store.TellingWay
	Today    time.Time
	Typed    OnwardTyped
	Problem  *Problem
}

// OnwardTyped is what was typed into the form.
type OnwardTyped struct {
	Persons []int
	On      string
	How     store.TellingWay
	Note    string
}

// Onward shows who was told; with a problem in it the status is 422.
func (p *Pages) Onward(w http.ResponseWriter, r *http.Request, s Shell, v Onward) error {
	if s.Current = PlaceInbox; s.Staff() {
		s.Current = PlaceDesk
	}
	status := http.StatusOK
	if v.Problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "onward", s, v)
}

// Self is the address of the page.
func (v Onward) Self() string { return "/deliveries/" + string(v.Delivery) + "/onward" }

// Back is the page of the document: the firm's, or the client's, who has none once the delivery has ended.
func (v Onward) Back() string {
	switch {
	case v.Document != "":
		return "/desk/documents/" + string(v.Document)
	case v.State == store.DeliveryDelivered:
		return "/deliveries/" + string(v.Delivery)
	}
	return ""
}

// Chosen reports whether a person was chosen in the form that came back.
func (v Onward) Chosen(position int) bool {
	for _, p := range v.Typed.Persons {
		if p == position {
			return true
		}
	}
	return false
}

// Day is today, as a field for dates takes it.
func (v Onward) Day() string { return v.Today.In(tokyo()).Format(time.DateOnly) }
