package page

import (
	"net/http"
	"time"

	"cloudpocket/store"
)

// Desk is the firm's list of what it delivered.
type Desk struct {
	Items      []store.DocumentSummary
	Kind       string   // what it is narrowed to; empty: all
	Kinds      []string // those to filter by
	Next       store.Cursor
	Later      bool
	MayDeliver bool    // whether the reader may deliver more
	MayOffices bool    // whether the reader may say how offices are told by mail
	ScanOff    bool    // files are not scanned
	Unopened   []Alert // ended, and nobody had opened it
	Found      []Alert // the scanner found something in it
	Unscanned  []Alert // the scanner has no verdict on something in it
	Unplanned  []Alert // could not be delivered as it was planned
	MoreAlerts bool    // there are older ones
	Numbers    []Alert // what looks like an individual number was found in it
}

// Alert is a document that something happened to.
type Alert struct {
	Document store.ID
	Package  store.ID // of the tray, instead of a document
	Title    string
	Office   string // empty if it is about no office in particular
	At       time.Time
	Reason   string // why it could not be delivered as planned, a message "unplanned." + this; empty for other alerts
}

// Desk shows the firm's list.
func (p *Pages) Desk(w http.ResponseWriter, r *http.Request, s Shell, v Desk) error {
	s.Current = PlaceDesk
	return p.show(w, r, http.StatusOK, "desk", s, v)
}

// OfKind is the link to the list of one kind, or of all when kind is empty.
func (v Desk) OfKind(kind string) string { return link("/desk", "kind", kind) }

// NextLink and FirstLink lead on and back to the beginning.
func (v Desk) NextLink() string  { return link("/desk", "kind", v.Kind, "after", string(v.Next)) }
func (v Desk) FirstLink() string { return v.OfKind(v.Kind) }
