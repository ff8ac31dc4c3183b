package store

import (
	"context"
	"time"
)

// TrustDraft is what a trust is to become, tested before it counts. Each trust has at most one.
type TrustDraft struct {
	Trust              // as it would be; Version is the one that it was begun from
	Revision int64     // raised by every save, and had by no other draft of the trust; a save of another revision is ErrConflict
	By       ID        // the account that saved it last; empty for the operator or somebody with a setup link
	ByName   string    // as they were called then
	At       time.Time // of the last save
	Test     TrustTest // the last test; the zero value before the first
}

// TrustTest is what came of a test sign-in.
type TrustTest struct {
	At       time.Time
	By       ID
	Revision int64 // of the draft that was tested
	Passed   bool
	SignIn   ID // the attempt that has its trace

	TenantID    ID         // whom it would have let in; empty unless it passed
	AccountID   ID         // of TenantID
	Permissions Permission // that they would have had then
	AllOffices  bool       // they would have had all offices then
}

// Tested reports whether d is as it was when it was tested, and passed.
func (d TrustDraft) Tested() bool { return d.Test.Passed && d.Test.Revision == d.Revision }

// OwnedDraft is a draft and the tenant that owns its trust.
type OwnedDraft struct {
	Owner ID
	TrustDraft
}

// TrustVersion is a trust as it was from At on.
type TrustVersion struct {
	Trust
	By       ID
	ByName   string
	At       time.Time
	Note     string // why, in the words of who did it
	Untested bool   // it was switched on without a passed test
}

// TrustDrafts reaches the drafts and the earlier versions of the trusts that the transaction's tenant owns. A trust that
// is not there yet is a disabled one without its protocol's half, and a draft.
type TrustDrafts interface {
	// Get returns a trust's draft, or ErrNotFound.
	Get(ctx context.Context, trust ID) (TrustDraft, error)
	// Save keeps d in place of the draft with its Revision, 0 where there is none, and returns the new one; ErrNotFound
	// when the tenant owns no such trust, ErrConflict when the draft has another Revision.
	Save(ctx context.Context, d TrustDraft) (revision int64, err error)
	// Tested notes what came of a test; one of another revision than the draft's is ErrConflict.
	Tested(ctx context.Context, trust ID, t TrustTest) error
	// Drop forgets the draft; without one, nothing.
	Drop(ctx context.Context, trust ID) error
	// Keep notes v as the version of a trust that the tenant owns.
	Keep(ctx context.Context, v TrustVersion) error
	// Version returns a trust as it was in that version, or ErrNotFound.
	Version(ctx context.Context, trust ID, version int64) (TrustVersion, error)
	// Versions returns the versions that were kept, the newest first.
	Versions(ctx context.Context, trust ID, p Page) (List[TrustVersion], error)
}
