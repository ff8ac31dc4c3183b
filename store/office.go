package store

import (
	"context"
	"time"
)

// Office is one workplace of a company (事業所): what documents are delivered to and permission is granted on.
type Office struct {
	ID         ID
	CompanyID  ID
	Name       string
	ExternalID string // the parent product's own id for it; empty if unknown, else unique in the tenant
	Codes      OfficeCodes
	CreatedAt  time.Time
	ClosedAt   time.Time // when it ended (廃止); zero while it is open
}

// Closed reports whether the office has ended. What was delivered to it is read as before.
func (o Office) Closed() bool { return !o.ClosedAt.IsZero() }

// OfficeUses is what hangs on an office.
type OfficeUses struct {
	Deliveries int
	Packages   int // of the tray
	Accounts   int // whose scope lists it
}

// None reports whether nothing does.
func (u OfficeUses) None() bool { return u == OfficeUses{} }

// OfficeCodes are the numbers by which 公文書 name an office. Each may be empty.
type OfficeCodes struct {
	ReferenceCode             string // 事業所整理記号
	OfficeNumber              string // 事業所番号
	LaborInsuranceNumber      string // 労働保険番号
	EmploymentInsuranceNumber string // 雇用保険適用事業所番号
	CorporateNumber           string // 法人番号
}

// Teaching is a code that an office was taught.
type Teaching struct {
	Office Office
	Code   OfficeCode
}

// Offices reaches the offices of the transaction's tenant.
type Offices interface {
	// Create adds o; ErrNotFound if its company is not there, ErrConflict if its ID or ExternalID is taken.
	Create(ctx context.Context, o Office) error
	// Get returns one office or ErrNotFound.
	Get(ctx context.Context, id ID) (Office, error)
	// ByExternalID returns the office that the parent product calls so, or ErrNotFound.
	ByExternalID(ctx context.Context, external string) (Office, error)
	// ByCode returns the offices that a code names, by ID: those that carry it and those that were taught it.
	ByCode(ctx context.Context, code OfficeCode) ([]Office, error)
	// Teach makes code name the office as well, also when the office carries it and should cease to; ErrNotFound, or
	// ErrInvalid for the zero code. Taught before, it does nothing.
	Teach(ctx context.Context, id ID, code OfficeCode) error
	// Unteach takes a taught code from an office; without it, nothing.
	Unteach(ctx context.Context, id ID, code OfficeCode) error
	// Taught returns the codes that an office was taught, by system and code.
	Taught(ctx context.Context, id ID) ([]OfficeCode, error)
	// Teachings returns the codes that all offices were taught, by office's ID, system and code.
	Teachings(ctx context.Context, p Page) (List[Teaching], error)
	// ByName returns the offices whose name, or whose company's, is exactly that, by ID. An empty name is nobody's.
	ByName(ctx context.Context, name string) ([]Office, error)
	// Update replaces name, ExternalID, codes and ClosedAt; ErrNotFound, or ErrConflict if the ExternalID is taken.
	Update(ctx context.Context, o Office) error
	// Delete removes an office on which nothing hangs, with what it was taught and how it is told by mail; ErrNotFound, or
	// ErrConflict while something does.
	Delete(ctx context.Context, id ID) error
	// Uses counts what hangs on an office, each as far as MaxUses.
	Uses(ctx context.Context, id ID) (OfficeUses, error)
	// Find returns the offices of a company, or of all, in whose name, ID, ExternalID or codes each word of text is, in
	// any width and case and with or without hyphens, as [Accounts.Find] does.
	Find(ctx context.Context, company ID, text string, p Page) (List[Office], error)
	// List returns offices by company, then name, then ID; company "" means all.
	List(ctx context.Context, company ID, p Page) (List[Office], error)
}
