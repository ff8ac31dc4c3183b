package store

import (
	"context"
	"time"
)

// Delivery hands one document to one office (配付).
type Delivery struct {
	ID          ID
	DocumentID  ID
	OfficeID    ID
	State       DeliveryState
	CreatedAt   time.Time
	Plan        DeliveryPlan // zero while a draft
	ApprovedBy  ID           // the second person; empty while nobody approved
	ApprovedAt  time.Time
	DeliveredBy ID        // account; empty until it is delivered
	DeliveredAt time.Time // zero until it is delivered
	WithdrawnBy ID
	WithdrawnAt time.Time
	Reason      string // why it was withdrawn
}

// DeliveryPlan says when a delivery is to be made, and what it needs before.
type DeliveryPlan struct {
	By         ID        // the account that asked for it
	DueAt      time.Time // not before
	ExpiresAt  time.Time // when it ends by itself; zero: never
	TwoPersons bool      // somebody other than By must approve before it is made
}

// DeliveryState is where a delivery stands. Clients see delivered ones alone.
type DeliveryState string

const (
	DeliveryDraft     DeliveryState = "draft"
	DeliveryScheduled DeliveryState = "scheduled" // waits for its time, the scanner or a second person
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryWithdrawn DeliveryState = "withdrawn"
	DeliveryExpired   DeliveryState = "expired"
)

// Deliveries reaches the deliveries of the transaction's tenant.
type Deliveries interface {
	// Create adds a draft; ErrNotFound if document or office is not there, ErrConflict if the ID, or the pair of
	// document and office, is taken.
	Create(ctx context.Context, d Delivery) error
	// Get returns one delivery or ErrNotFound.
	Get(ctx context.Context, id ID) (Delivery, error)
	// At returns the delivery of a document to an office or ErrNotFound.
	At(ctx context.Context, document, office ID) (Delivery, error)
	// ByDocument returns a document's deliveries in order of office name, then ID. A document has at most
	// MaxDeliveries of them.
	ByDocument(ctx context.Context, document ID) ([]Delivery, error)
	// Schedule turns a draft into a scheduled one; on one that is scheduled it changes the plan and takes back the
	// approval. ErrNotFound, or ErrConflict in another state.
	Schedule(ctx context.Context, id ID, plan DeliveryPlan) error
	// Unschedule turns a scheduled one into a draft again. ErrNotFound, or ErrConflict when it is not scheduled.
	Unschedule(ctx context.Context, id ID) error
	// Approve records the second person of a scheduled one. ErrNotFound, ErrConflict when it is not scheduled or was
	// approved before, or ErrDenied when by is who asked for it.
	Approve(ctx context.Context, id, by ID, at time.Time) error
	// Scheduled returns the scheduled deliveries to offices in scope, in order of their time, then ID.
	Scheduled(ctx context.Context, scope OfficeScope, p Page) (List[Delivery], error)
	// Expire turns a delivered one into an expired one and hides its receipts from their accounts; it returns how
	// many it hid, and how many of those were neither viewed nor downloaded. ErrNotFound, or ErrConflict when it is
	// not delivered.
	Expire(ctx context.Context, id ID) (unopened, all int, err error)
	// Deliver turns a draft or a scheduled one into a delivered one and opens a receipt for every active client account
	// that reaches the office; it returns how many. ErrNotFound, or ErrConflict in another state, or while a second
	// person has yet to approve.
	Deliver(ctx context.Context, id, by ID, at time.Time) (int, error)
	// Withdraw turns a delivered one into a withdrawn one and hides its receipts from their accounts. ErrNotFound,
	// or ErrConflict when it is not delivered.
	Withdraw(ctx context.Context, id, by ID, at time.Time, reason string) error
}

// MaxDeliveries is how many offices one document can be handed to.
const MaxDeliveries = 1000
