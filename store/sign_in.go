package store

import (
	"context"
	"time"
)

// SignIn is one sign-in at a trust, let in or refused, with what it went through, for an administrator who wants to know
// why. The audit is the record of who came in; this is not, and only the newest MaxSignIns of each trust are kept.
type SignIn struct {
	ID        ID
	TrustID   ID
	At        time.Time
	Test      bool // a test: nobody was let in by it
	Outcome   Outcome
	Reason    string // the rule that it broke, such as "saml.audience"; empty when it was let in
	AccountID ID     // whom it let in, or would have; empty when refused
	TenantID  ID     // whose account that is
	Reference string // the request's ID, which a refused person's page shows
	Address   string
	Trace     []byte // JSON of what it went through; at most MaxTrace bytes
	Proof     Proof  // List leaves it out
}

// Proof says what a sign-in's message is worth to whoever looks for why.
type Proof string

const (
	Believed Proof = "believed" // it was verified, whether its person was let in or not
	Answered Proof = ""         // it was not, and a browser that left from here brought it
	Unasked  Proof = "unasked"  // it was not, and anybody can send such
)

const (
	MaxSignIns  = 200      // kept of each trust
	MaxUnasked  = 50       // of these at most that nobody asked for: whoever sends them pushes nothing else out
	MaxAnswered = 100      // and at most that were not verified, though somebody left from here first, as anybody can: what was believed stays
	MaxTrace    = 64 << 10 // bytes
)

// SignIns reaches the sign-ins at the trusts that the transaction's tenant owns.
type SignIns interface {
	// Add keeps s and forgets the trust's oldest beyond MaxSignIns, beyond MaxUnasked of the unasked ones and beyond
	// MaxAnswered of the answered ones; ErrNotFound when the tenant owns no such trust, an error of kind Invalid when the
	// trace is too long.
	Add(ctx context.Context, s SignIn) error
	// Get returns one, or ErrNotFound.
	Get(ctx context.Context, id ID) (SignIn, error)
	// ByReference returns the newest with that reference, or ErrNotFound.
	ByReference(ctx context.Context, reference string) (SignIn, error)
	// LastBelieved returns the newest at a trust whose message was believed, or ErrNotFound.
	LastBelieved(ctx context.Context, trust ID) (SignIn, error)
	// List returns those at a trust without their traces, newest first, all or the refused ones.
	List(ctx context.Context, trust ID, refused bool, p Page) (List[SignIn], error)
}
