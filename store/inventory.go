package store

import (
	"context"
	"strings"
	"time"
)

// Inventory is one month's look through a tenant's accounts (アカウントの棚卸): which of them somebody has to say something
// about, what was said, and who signed it off. From then on nothing in it changes.
type Inventory struct {
	ID         ID // the month in Japan, such as "2026-12"
	MadeAt     time.Time
	DueAt      time.Time
	MadeBy     string // who asked for it, as they were called then; empty: it was the month's
	Looked     int    // accounts that were looked at
	Items      int    // accounts that something was found about
	Open       int    // of those, how many nobody has decided about
	SignedBy   ID     // who signed it off; empty: nobody yet
	SignedName string // as they were called then
	SignedAt   time.Time
}

// Signed reports whether n was signed off.
func (n Inventory) Signed() bool { return n.SignedBy != "" }

// InventoryItem is one account that something was found about, as it was then, and what was decided.
type InventoryItem struct {
	AccountID ID
	Findings  Finding
	Was       AccountSnapshot
	Decision  Decision
	DecidedBy ID
	Decider   string // as they were called then
	DecidedAt time.Time
	Note      string
}

// AccountSnapshot is what a report keeps of an account, to stay true when the account changes.
type AccountSnapshot struct {
	Name         string
	Email        string
	CompanyID    ID
	Company      string // its name; empty for the firm's own staff
	Trust        string // its name
	Subject      string
	Permissions  Permission
	Offices      OfficeScope
	OfficeNames  []string // of those that the scope lists, the first of them
	CreatedAt    time.Time
	LastSignInAt time.Time
	Addresses    int // from how many addresses within one hour it was used, when that is why it looks shared; else 0
}

// Finding is a set of what can be found about an account.
type Finding uint16

const (
	FoundUnused  Finding = 1 << iota // registered a while ago, and never signed in
	FoundDormant                     // signed in last long ago
	FoundChanged                     // its rights changed since the last inventory
	FoundUnknown                     // the parent product does not know it any more
	FoundShared                      // it looks as if several people use it

	foundEnd
)

var findingNames = []string{"unused", "dormant", "changed", "unknown", "shared"}

// Findings are all that there are, one by one, in order.
func Findings() (all []Finding) {
	for f := Finding(1); f < foundEnd; f <<= 1 {
		all = append(all, f)
	}
	return all
}

// Has reports whether f contains one of want.
func (f Finding) Has(want Finding) bool { return f&want != 0 }

// Each returns what is in f, one by one, in order.
func (f Finding) Each() (in []Finding) {
	for _, one := range Findings() {
		if f.Has(one) {
			in = append(in, one)
		}
	}
	return in
}

// String returns the names in f, in order, separated by commas.
func (f Finding) String() string {
	var names []string
	for i, name := range findingNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// Decision is what was decided about an account.
type Decision string

const (
	DecisionOpen      Decision = "open"
	DecisionConfirmed Decision = "confirmed" // it is right as it is
	DecisionDisabled  Decision = "disabled"  // it was switched off for this
	DecisionExplained Decision = "explained" // the note says why it stays
)

// Inventories reaches the inventories of the transaction's tenant.
type Inventories interface {
	// Create adds n with its items, all of which are open: Items and Open are counted. ErrConflict if there is one of
	// that ID.
	Create(ctx context.Context, n Inventory, items []InventoryItem) error
	// Get returns one inventory or ErrNotFound.
	Get(ctx context.Context, id ID) (Inventory, error)
	// List returns inventories, the latest month first.
	List(ctx context.Context, p Page) (List[Inventory], error)
	// Items returns the items of an inventory by name as it was, then account; decision "" means all.
	Items(ctx context.Context, id ID, d Decision, p Page) (List[InventoryItem], error)
	// Item returns one item or ErrNotFound.
	Item(ctx context.Context, id, account ID) (InventoryItem, error)
	// Decide keeps Decision, DecidedBy, Decider, DecidedAt and Note of an item, in place of what was decided before;
	// ErrNotFound, or ErrConflict when the inventory was signed off.
	Decide(ctx context.Context, id ID, i InventoryItem) error
	// Sign keeps that an inventory was signed off; ErrNotFound, or ErrConflict when it was before or an item is open.
	Sign(ctx context.Context, id, by ID, name string, at time.Time) error
}
