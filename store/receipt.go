package store

import (
	"context"
	"time"
)

// Receipt is what one account did with one delivered document (受領). Viewed, downloaded and acknowledged are three
// facts, each with the time it first happened; zero means it has not.
type Receipt struct {
	DeliveryID     ID
	AccountID      ID
	OfficeID       ID
	DeliveredAt    time.Time
	ViewedAt       time.Time
	DownloadedAt   time.Time
	AcknowledgedAt time.Time
}

// Fact is one of the three things a receipt records.
type Fact string

const (
	Viewed       Fact = "viewed"
	Downloaded   Fact = "downloaded"
	Acknowledged Fact = "acknowledged"
)

// InboxFilter narrows an account's list. Zero fields do not narrow.
type InboxFilter struct {
	Office ID
	Kind   string
	Unread bool // only what this account has not viewed
}

// InboxItem is one row of an account's list.
type InboxItem struct {
	Receipt
	DocumentID  ID
	Title       string
	Kind        string
	Acknowledge bool
	OfficeName  string
	FileCount   int
}

// InboxCount is the line above an account's list.
type InboxCount struct {
	Unread  int // delivered and not viewed
	Pending int // delivered, acknowledgement asked for and not given, whether viewed or not
}

// PersonReceipt is one row of the firm's receipts: the receipt and whose it is.
type PersonReceipt struct {
	Receipt
	AccountName string
	OfficeName  string
}

// ReceiptChange is a receipt as it is now, in the order of changes.
type ReceiptChange struct {
	Receipt
	DocumentID ID
	State      DeliveryState // of the delivery
	Readable   bool          // the delivery stands, and the account reaches it
}

// ReceiptChanges is one page of changes. Next is where the one after it begins, also when there is nothing More yet.
type ReceiptChanges struct {
	Items []ReceiptChange
	Next  Cursor
	More  bool
}

// Receipts reaches the receipts of the transaction's tenant.
type Receipts interface {
	// Inbox returns what is delivered to account, unread first, then newest first. What was withdrawn, or is outside
	// the account's scope by now, is not there.
	Inbox(ctx context.Context, account ID, f InboxFilter, p Page) (List[InboxItem], error)
	// Count returns account's unread and pending numbers, each counted up to limit and no further.
	Count(ctx context.Context, account ID, limit int) (InboxCount, error)
	// Visible counts the deliveries in an account's list, as far as limit.
	Visible(ctx context.Context, account ID, limit int) (int, error)
	// Get returns account's receipt of a delivery, or ErrNotFound.
	Get(ctx context.Context, account, delivery ID) (Receipt, error)
	// Record notes that fact happened at that time, unless it had before; it reports whether this was the first
	// time. ErrNotFound when there is no such receipt, or it is hidden.
	Record(ctx context.Context, account, delivery ID, fact Fact, at time.Time) (first bool, err error)
	// ByDocument returns the receipts of a document's deliveries, hidden ones included, by office name, person's
	// name and IDs.
	ByDocument(ctx context.Context, document ID, p Page) (List[PersonReceipt], error)
	// ByDelivery returns the receipts of one delivery, hidden ones included, by account.
	ByDelivery(ctx context.Context, delivery ID, p Page) (List[PersonReceipt], error)
	// Cells returns how each of these documents stands at each of these offices, in no order; a pair without a delivery
	// is not there. More than MaxPage of either is ErrInvalid.
	Cells(ctx context.Context, documents, offices []ID) ([]ReceiptCell, error)
	// Changes returns the receipts at the offices of scope in the order in which they last changed: one that was opened or
	// hidden, whose delivery was withdrawn or expired, or that a fact was recorded in. Each is there once, where it
	// changed last, so that whoever goes on from Next sees again what changes again. That order is the one of commits: what
	// is committed after a page was read comes after it. A page may hold fewer than asked for and have More after it. A
	// cursor of changes that have not been made here, as before a restore, is ErrInvalid.
	Changes(ctx context.Context, scope OfficeScope, p Page) (ReceiptChanges, error)
}
