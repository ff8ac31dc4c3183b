package page

import (
	"net/http"
	"slices"
	"time"

	"cloudpocket/store"
)

// Sheet is one document as the firm sees it: where it went, and who did what with it.
type Sheet struct {
	Document    store.Document
	Author      string
	Deliveries  []SheetDelivery
	Look        *Look                 // nil: the reader may not look inside
	MayDeliver  bool                  // whether the reader may download, deliver and withdraw
	MayReceipts bool                  // whether the reader may see receipts at all
	Receipts    []store.PersonReceipt // one page of them, by office and person
	Next        store.Cursor
	Later       bool
	Withdraw    store.ID // the delivery whose form for withdrawing is open; empty: none
	Problem     *Problem // why withdrawing it was refused
	Reason      string   // what was typed there
	Planning    bool     // the form that plans what is a draft is open
	Due         string   // what was typed there, as browsers write it
	Expires     string
	Withheld    []store.Digest // files in which the scanner found something
	ReplacedBy  []store.ID     // the documents that came in place of it, at these offices
	Now         time.Time
}

// SheetDelivery is a delivery and the office it is for.
type SheetDelivery struct {
	store.Delivery
	Office store.Office
	For    []string          // what it waits for, messages "hold." + one of these, while it is scheduled
	Mine   bool              // the reader planned it, and so cannot approve it
	Newer  bool              // another document came in place of it at this office
	Over   bool              // and was delivered there: this one cannot be any more
	Told   store.PersonCount // of the insured persons that it names
}

// Sheet shows one document to the firm; with a problem in it the status is 422.
func (p *Pages) Sheet(w http.ResponseWriter, r *http.Request, s Shell, v Sheet) error {
	s.Current = PlaceDesk
	status := http.StatusOK
	if v.Problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "sheet", s, v)
}

// Replaceable reports whether there is an office at which it is still the newest.
func (v Sheet) Replaceable() bool {
	return slices.ContainsFunc(v.Deliveries, func(d SheetDelivery) bool { return !d.Newer })
}

// Drafts is how many deliveries are not made yet, and can be.
func (v Sheet) Drafts() (n int) {
	for _, d := range v.Deliveries {
		if d.State == store.DeliveryDraft && !d.Over {
			n++
		}
	}
	return n
}

// Earliest is the first time that can be chosen, as the field wants it.
func (v Sheet) Earliest() string { return DueField(v.Now) }

// OfficeReceipts are the receipts of one office.
type OfficeReceipts struct {
	Name   string
	People []store.PersonReceipt
}

// ByOffice returns the receipts of this page, office by office in the order they came in.
func (v Sheet) ByOffice() []OfficeReceipts {
	var all []OfficeReceipts
	var last store.ID
	for _, r := range v.Receipts {
		if len(all) == 0 || r.OfficeID != last {
			all, last = append(all, OfficeReceipts{Name: r.OfficeName}), r.OfficeID
		}
		all[len(all)-1].People = append(all[len(all)-1].People, r)
	}
	return all
}

// Self is the address of the document, and WithdrawLink that of the same page with one delivery's form open.
func (v Sheet) Self() string { return "/desk/documents/" + string(v.Document.ID) }
func (v Sheet) WithdrawLink(delivery store.ID) string {
	return link(v.Self(), "withdraw", string(delivery)) + "#withdraw"
}

// NextLink and FirstLink lead through the receipts.
func (v Sheet) NextLink() string {
	return link(v.Self(), "after", string(v.Next)) + "#receipts"
}
func (v Sheet) FirstLink() string { return v.Self() + "#receipts" }
