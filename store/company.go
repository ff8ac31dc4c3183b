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

// MaxUses is how far what hangs on a record is counted.
const MaxUses = 1000

// CompanyUses is what hangs on a company.
type CompanyUses struct{ Offices, Accounts int } // Accounts counts deleted ones too

// None reports whether nothing does.
func (u CompanyUses) None() bool { return u == CompanyUses{} }

// Companies reaches the companies of the transaction's tenant.
type Companies interface {
	// Create adds c; ErrConflict if its ID or ExternalID is taken.
	Create(ctx context.Context, c Company) error
	// Get returns one company or ErrNotFound.
	Get(ctx context.Context, id ID) (Company, error)
	// ByExternalID returns the company that the parent product calls so, or ErrNotFound.
	ByExternalID(ctx context.Context, external string) (Company, error)
	// Update replaces the company's name and ExternalID; ErrNotFound, or ErrConflict if the ExternalID is taken.
	Update(ctx context.Context, c Company) error
	// Delete removes a company without offices and accounts; ErrNotFound, or ErrConflict while it has some, deleted
	// accounts among them.
	Delete(ctx context.Context, id ID) error
	// Uses counts what hangs on a company, each as far as MaxUses.
	Uses(ctx context.Context, id ID) (CompanyUses, error)
	// Find returns the companies in whose name, ID or ExternalID each word of text is, in any width and case, as
	// [Accounts.Find] does.
	Find(ctx context.Context, text string, p Page) (List[Company], error)
	// List returns companies by name, then ID.
	List(ctx context.Context, p Page) (List[Company], error)
}
