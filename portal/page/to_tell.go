package page

import (
	"net/http"
	"time"

	"cloudpocket/store"
)

// ToTell are the records of which insured persons an employer told.
type ToTell struct {
	Items []ToTellItem
	Next  store.Cursor
	Later bool
}

// ToTellItem is the record of one delivery.
type ToTellItem struct {
	Delivery    store.ID
	State       store.DeliveryState
	DeliveredAt time.Time
	Title       string
	Office      string
	Persons     store.PersonCount
}

// ToTell shows the records.
func (p *Pages) ToTell(w http.ResponseWriter, r *http.Request, s Shell, v ToTell) error {
	s.Current = PlaceInbox
	return p.show(w, r, http.StatusOK, "totell", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v ToTell) NextLink() string  { return link("/onward", "after", string(v.Next)) }
func (v ToTell) FirstLink() string { return "/onward" }
