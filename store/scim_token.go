package store

import (
	"context"
	"crypto/sha256"
	"time"
)

// ScimToken is a bearer token by which a machine of the parent product provisions the accounts of one trust (RFC 7644 2).
// Several stand at once, so that one can take another's place without an interruption. Only its digest is kept.
type ScimToken struct {
	ID      ID
	TrustID ID
	Key     Hash // of the secret; see [ScimKeyOf]
	Name    string
	By      ID        // the account that made it; empty for the operator
	ByName  string    // as they were called then
	At      time.Time // when it was made
	Expires time.Time // it is worth nothing from then on
	Used    time.Time // when it was used last, to the hour; zero: never
	Revoked time.Time // zero: it was not
}

// MaxScimTokens is how many tokens of a trust are remembered, those that are over among them.
const MaxScimTokens = 100

// ScimKeyOf returns the key of a token's secret: its SHA-256. The secret is random, so no salt and no slow hash are needed,
// and how long a look for the digest takes tells nothing of it.
func ScimKeyOf(secret string) Hash { return sha256.Sum256([]byte(secret)) }

// Stands reports whether t is good at that time.
func (t ScimToken) Stands(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Expires) }

// OwnedScimToken is a token and the tenant that owns its trust.
type OwnedScimToken struct {
	Owner ID
	ScimToken
}

// ScimTokens reaches the provisioning tokens of the trusts that the transaction's tenant owns.
type ScimTokens interface {
	// Create adds t and forgets the trust's oldest that are over at t.At, beyond MaxScimTokens in all; ErrNotFound when the
	// tenant owns no such trust, ErrConflict when the ID or the key is taken.
	Create(ctx context.Context, t ScimToken) error
	// Get returns one token, or ErrNotFound.
	Get(ctx context.Context, id ID) (ScimToken, error)
	// Use notes that a token was used at that time, unless it was later already; ErrNotFound when there is none.
	Use(ctx context.Context, id ID, at time.Time) error
	// Revoke makes a token worth nothing from that time on; ErrNotFound unless it was not revoked before.
	Revoke(ctx context.Context, id ID, at time.Time) error
	// List returns all tokens of a trust, the newest first.
	List(ctx context.Context, trust ID) ([]ScimToken, error)
}
