package store

import (
	"context"
	"time"
)

// Company is a client company of the firm (顧問先).
type Company struct {
	ID         ID
	Name       string
	ExternalID string // the parent product's own id for it; empty if unknown, else unique in the tenant
	CreatedAt  time.Time
}

// Companies reaches the companies of the transaction's tenant.
type Companies interface {
	// Create adds c; ErrConflict if its ID or ExternalID is taken.
	Create(ctx context.Context, c Company) error
	// Get returns one company or ErrNotFound.
	Get(ctx context.Context, id ID) (Company, error)
	// Update replaces the company's name and ExternalID; ErrNotFound, or ErrConflict if the ExternalID is taken.
	Update(ctx context.Context, c Company) error
	// List returns companies by name, then ID.
	List(ctx context.Context, p Page) (List[Company], error)
}
