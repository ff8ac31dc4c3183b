package store

import (
	"context"
	"net/netip"
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
	RoleID       ID // whose menus Permissions are; empty: the account's own
	Permissions  Permission
	Offices      OfficeScope
	State        AccountState
	Dismissed    bool // disabled because its provisioning client said so, and not the firm; kept of a disabled one alone
	Origin       AccountOrigin
	CreatedAt    time.Time
	RightsAt     time.Time // when role, menus or office scope last changed; zero if not known
	LastSignInAt time.Time // zero before the first sign-in
	Version      int64     // raised by every Update; Update with another version is ErrConflict
}

// AccountState tells whether an account may enter.
type AccountState string

const (
	AccountActive   AccountState = "active"
	AccountDisabled AccountState = "disabled"
	// AccountDeleted is of an account that is no more, but for what names it: receipts and the log. It has no trust, its
	// subject is free for another, and it is in no list.
	AccountDeleted AccountState = "deleted"
)

// AccountOrigin is who registered an account. It is empty for one that is older than this was kept.
type AccountOrigin string

const (
	FromConsole AccountOrigin = "console"
	FromCSV     AccountOrigin = "csv"
	FromSCIM    AccountOrigin = "scim"
	FromClaims  AccountOrigin = "claims" // at the first sign-in (just in time)
	FromHost    AccountOrigin = "host"   // on the operator's command line
)

// AccountFilter narrows the accounts. Zero fields do not narrow.
type AccountFilter struct {
	CompanyID   ID
	Staff       bool // the firm's own alone
	State       AccountState
	RoleID      ID
	NeverSigned bool   // has never signed in
	Text        string // words, each of them in name, address, subject or ID, in any width and case
}

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
	Trust   TrustState // of the account's trust; empty when that one may no longer admit into the tenant
	Tenant  TenantState
	Firm    string // the tenant's name
	Places  AddressRule
	Allowed []netip.Prefix // where people may come from by the account's trust; empty: from anywhere
}

// Admits reports whether whoever it is may be at address: both the tenant and the trust say so.
func (s Standing) Admits(address string) bool {
	return s.Places.Admits(address) && within(s.Allowed, address)
}

// Accounts reaches the accounts of the transaction's tenant.
type Accounts interface {
	// Create adds a, and opens receipts for what is already delivered to its offices when it is a client's;
	// ErrConflict if its ID or its (Trust, Subject) is taken, ErrNotFound without its role, and ErrInvalid when its menus
	// are not the role's.
	Create(ctx context.Context, a Account) error
	// Get returns one account, deleted ones too, or ErrNotFound.
	Get(ctx context.Context, id ID) (Account, error)
	// Standing returns one account and what it stands on as they are at one moment, or ErrNotFound.
	Standing(ctx context.Context, id ID) (Standing, error)
	// BySubject returns the account that trust calls subject, or ErrNotFound.
	BySubject(ctx context.Context, trust ID, subject string) (Account, error)
	// Update replaces everything but ID, CompanyID, TrustID, Subject, Origin, CreatedAt and LastSignInAt, and opens or
	// hides receipts to fit the new office scope. RightsAt is taken when role, menus or scope differ from what is stored,
	// and else left. ErrNotFound for one that is not there or was deleted, and without its role; ErrConflict when Version
	// is not the stored one; ErrInvalid when its menus are not the role's. Deleting is Delete's.
	Update(ctx context.Context, a Account) error
	// Identify says as whom the account's trust vouches for the person from now on, and raises Version; ErrNotFound for one
	// that is not there or was deleted, ErrConflict when another account is that subject.
	Identify(ctx context.Context, id ID, subject string) error
	// Delete removes an account that nothing names and that never signed in, and of any other leaves what receipts and the
	// log need: its ID, name and company, in the state AccountDeleted. It reports whether it was removed. Sessions are not
	// its business. ErrNotFound for one that is not there or was deleted.
	Delete(ctx context.Context, id ID, at time.Time) (removed bool, err error)
	// Holders returns the active accounts of the firm's own staff that were given one of menus, by ID.
	Holders(ctx context.Context, menus Permission) ([]Account, error)
	// MenusBy returns the menus of the accounts that come in by trust, or would once they are switched on again: those of the
	// firm's own staff, and those that were given to clients' people.
	MenusBy(ctx context.Context, trust ID) (staff, clients Permission, err error)
	// SignedIn records a sign-in at that time; ErrNotFound.
	SignedIn(ctx context.Context, id ID, at time.Time) error
	// List returns accounts by name, then ID; company "" means all, staff included. Deleted ones are not there.
	List(ctx context.Context, company ID, p Page) (List[Account], error)
	// Find returns those that f lets through, in the same order. It looks through a bounded number of accounts, so a page
	// may hold fewer than were asked for, none even, and still not be the last.
	Find(ctx context.Context, f AccountFilter, p Page) (List[Account], error)
}
