package store

import (
	"context"
	"time"
)

// Account is a person who may enter (利用者アカウント), registered before the first sign-in.
// Whom it stands for is the triple (tenant, Trust, Subject), never an e-mail address.
type Account struct {
	ID           ID
	CompanyID    ID // the client company it belongs to; empty for the firm's own staff
	TrustID      ID
	Subject      string // as the IdP states it, compared byte for byte
	Name         string
	Email        string
	Permissions  Permission
	Offices      OfficeScope
	State        AccountState
	CreatedAt    time.Time
	LastSignInAt time.Time // zero before the first sign-in
	Version      int64     // raised by every Update; Update with another version is ErrConflict
}

// AccountState tells whether an account may enter.
type AccountState string

const (
	AccountActive   AccountState = "active"
	AccountDisabled AccountState = "disabled"
)

// Staff reports whether a belongs to the firm itself rather than to a client company.
func (a Account) Staff() bool { return a.CompanyID == "" }

// Reaches reports whether a's office scope covers o. An account of a company never reaches another company's
// office, whatever its scope lists.
func (a Account) Reaches(o Office) bool {
	return (a.Staff() || a.CompanyID == o.CompanyID) && a.Offices.Contains(o.ID)
}

// Standing is an account with what it stands on: whoever it is, an account of a trust or a tenant that was switched off
// may do nothing.
type Standing struct {
	Account
	Trust  TrustState // of the account's trust; empty when that one may no longer admit into the tenant
	Tenant TenantState
	Firm   string // the tenant's name
}

// Accounts reaches the accounts of the transaction's tenant.
type Accounts interface {
	// Create adds a, and opens receipts for what is already delivered to its offices when it is a client's;
	// ErrConflict if its ID or its (Trust, Subject) is taken.
	Create(ctx context.Context, a Account) error
	// Get returns one account or ErrNotFound.
	Get(ctx context.Context, id ID) (Account, error)
	// Standing returns one account and what it stands on as they are at one moment, or ErrNotFound.
	Standing(ctx context.Context, id ID) (Standing, error)
	// BySubject returns the account that trust calls subject, or ErrNotFound.
	BySubject(ctx context.Context, trust ID, subject string) (Account, error)
	// Update replaces everything but ID, CompanyID, TrustID, Subject, CreatedAt and LastSignInAt, and opens or hides
	// receipts to fit the new office scope; ErrNotFound, or ErrConflict when Version is not the stored one.
	Update(ctx context.Context, a Account) error
	// SignedIn records a sign-in at that time; ErrNotFound.
	SignedIn(ctx context.Context, id ID, at time.Time) error
	// List returns accounts by name, then ID; company "" means all, staff included.
	List(ctx context.Context, company ID, p Page) (List[Account], error)
}
