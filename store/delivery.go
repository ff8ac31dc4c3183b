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
	DeliveredBy ID        // account; empty while a draft
	DeliveredAt time.Time // zero while a draft
	WithdrawnBy ID
	WithdrawnAt time.Time
	Reason      string // why it was withdrawn
}

// DeliveryState is where a delivery stands. Clients see delivered ones alone.
type DeliveryState string

const (
	DeliveryDraft     DeliveryState = "draft"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryWithdrawn DeliveryState = "withdrawn"
)

// Deliveries reaches the deliveries of the transaction's tenant.
type Deliveries interface {
	// Create adds a draft; ErrNotFound if document or office is not there, ErrConflict if the ID, or the pair of
	// document and office, is taken.
	Create(ctx context.Context, d Delivery) error
	// Get returns one delivery or ErrNotFound.
	Get(ctx context.Context, id ID) (Delivery, error)
	// ByDocument returns a document's deliveries in order of office name, then ID. A document has at most
	// MaxDeliveries of them.
	ByDocument(ctx context.Context, document ID) ([]Delivery, error)
	// Deliver turns a draft into a delivered one and opens a receipt for every active client account that reaches
	// the office; it returns how many. ErrNotFound, or ErrConflict when it is not a draft.
	Deliver(ctx context.Context, id, by ID, at time.Time) (int, error)
	// Withdraw turns a delivered one into a withdrawn one and hides its receipts from their accounts. ErrNotFound,
	// or ErrConflict when it is not delivered.
	Withdraw(ctx context.Context, id, by ID, at time.Time, reason string) error
}

// MaxDeliveries is how many offices one document can be handed to.
const MaxDeliveries = 1000
