package store

import (
	"context"
	"time"
)

// Package is one 公文書パッケージ in the firm's tray: from the moment its bytes are durable until it is handed over, or is
// found to be nothing that can be.
type Package struct {
	ID         ID
	DropID     ID     // the drop that it came with
	Name       string // as uploaded
	Digest     Digest // of the bytes as they came
	Size       int64  // bytes
	State      PackageState
	Reason     Reason // why it is in that state
	ReceivedBy ID     // account
	ReceivedAt time.Time
	SortedAt   time.Time // zero until it was looked into

	// What was found inside; zero until it was sorted.
	Origin  Origin
	Persons []Person
	Codes   []OfficeCode // the codes by which it names its office
	Title   string
	Kind    string
	Office  ID // where it belongs; empty while nobody knows
	// MyNumbers are the parts, by path, that hold what looks like an individual number (マイナンバー).
	MyNumbers []string

	DocumentID ID    // what it became; empty until it was handed over
	Version    int64 // raised by every Update; Update with another version is ErrConflict
}

// Placeable reports whether a person may say which office the package is for: it is in the tray, and was neither refused
// nor thrown away. One that is the same as another can be placed too, when the first went to the wrong office or the
// issuer sent it anew.
func (p Package) Placeable() bool {
	return p.State == PackageUnplaced || p.State == PackageReady || p.State == PackageDuplicate
}

// PackageState is where a package stands.
type PackageState string

const (
	PackageReceived  PackageState = "received"  // its bytes are here, nobody has looked into it yet
	PackageReady     PackageState = "ready"     // its office is known
	PackageUnplaced  PackageState = "unplaced"  // a person must say which office
	PackageDuplicate PackageState = "duplicate" // the same was here before
	PackageRefused   PackageState = "refused"   // it cannot be read, or must not be
	PackageHanded    PackageState = "handed"    // it became a document
	PackageDiscarded PackageState = "discarded" // a person threw it away
)

// Reason is a message's key and what is put into it: why something is as it is, in any language.
type Reason struct {
	Key  string
	Args map[string]string
}

// PackageFilter narrows the tray. Zero fields do not narrow.
type PackageFilter struct {
	Drop   ID
	States []PackageState
}

// Packages reaches the packages of the transaction's tenant.
type Packages interface {
	// Create adds p; ErrConflict if its ID is taken, ErrNotFound if its Office or DocumentID is not there.
	Create(ctx context.Context, p Package) error
	// Get returns one package or ErrNotFound.
	Get(ctx context.Context, id ID) (Package, error)
	// Update replaces everything but ID, DropID, Name, Digest, Size, ReceivedBy and ReceivedAt; ErrNotFound, or
	// ErrConflict when Version is not the stored one. An Office or DocumentID that is not there is ErrNotFound.
	Update(ctx context.Context, p Package) error
	// Same returns the oldest other package with that digest, or with that arrival number and the same notices in
	// the same order, that was neither refused nor discarded nor is itself a duplicate; ErrNotFound if there is none.
	// An empty arrival number matches none.
	Same(ctx context.Context, p Package) (Package, error)
	// Sent returns the packages of p's drop with its name and digest, in whatever state, newest first.
	Sent(ctx context.Context, p Package) ([]Package, error)
	// List returns packages newest first, by ReceivedAt, then ID.
	List(ctx context.Context, f PackageFilter, p Page) (List[Package], error)
	// Count returns how many packages there are in each state, of one drop, or of all when drop is empty: of those
	// each state is counted up to MaxPackageCount and no further. A state without packages is not there.
	Count(ctx context.Context, drop ID) (map[PackageState]int, error)
	// Uses reports whether a package that was neither refused nor discarded holds that digest.
	Uses(ctx context.Context, d Digest) (bool, error)
	// Holding returns the packages with that digest that were neither refused nor discarded nor handed over, by ID.
	Holding(ctx context.Context, d Digest) ([]ID, error)
}

// MaxPackageCount is how far the packages of all drops are counted.
const MaxPackageCount = 10_000
