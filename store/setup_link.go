package store

import (
	"context"
	"crypto/sha256"
	"time"
)

// SetupLink lets whoever has its secret fill in the identity provider's half of a trust's draft, without an account. The
// secret is opened once, for another that one browser holds; only their digests are kept.
type SetupLink struct {
	ID      ID
	TrustID ID
	Key     SetupKey  // of the link's secret
	By      ID        // the account that made it; empty for the operator
	ByName  string    // as they were called then
	At      time.Time // when it was made
	Expires time.Time // it cannot be opened from then on

	Opened  time.Time // zero: not yet
	Grant   SetupKey  // of the secret that it was opened for
	Ends    time.Time // when that one is worth nothing any more
	Revoked time.Time // zero: it was not
}

// SetupKey is the SHA-256 of a secret.
type SetupKey [sha256.Size]byte

// SetupKeyOf returns the key of secret.
func SetupKeyOf(secret string) SetupKey { return sha256.Sum256([]byte(secret)) }

// OwnedSetupLink is a setup link and the tenant that owns its trust.
type OwnedSetupLink struct {
	Owner ID
	SetupLink
}

// SetupLinks reaches the setup links of the trusts that the transaction's tenant owns.
type SetupLinks interface {
	// Create adds l; ErrNotFound when the tenant owns no such trust.
	Create(ctx context.Context, l SetupLink) error
	// Get returns one link, or ErrNotFound.
	Get(ctx context.Context, id ID) (SetupLink, error)
	// Open notes that a link was opened at that time, for grant until ends; ErrNotFound unless it was neither opened nor
	// revoked before.
	Open(ctx context.Context, id ID, at time.Time, grant SetupKey, ends time.Time) error
	// Revoke makes all links of a trust worth nothing, opened ones too, and returns how many that changed.
	Revoke(ctx context.Context, trust ID, at time.Time) (int, error)
	// List returns the links of a trust, the newest first, MaxPage at most.
	List(ctx context.Context, trust ID) ([]SetupLink, error)
}
