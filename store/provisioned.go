package store

import (
	"context"
	"time"
)

// Provisioned is a user or a group as a trust's provisioning client (SCIM, RFC 7643) describes it. A user becomes an
// account when it is known where the person belongs, and the two are kept apart: what the client said is its own, what the
// account may do is the firm's.
type Provisioned struct {
	TrustID    ID
	Kind       ProvisionedKind
	ID         ID
	Name       string // as it is compared: no two of a kind have the same
	ExternalID string // the client's own name for it
	Attributes string // what the client said, as JSON; a group's members are apart
	CreatedAt  time.Time
	ModifiedAt time.Time
	Version    int64 // raised by every Update; Update with another version is ErrConflict

	// Of users alone:
	AccountID ID     // which account it became, one that was deleted since too; empty: none
	Subject   string // as whom the trust vouches for the person: no two users have the same; empty: not said
	Granted   bool   // the account's menus are those of the user's groups
}

// ProvisionedKind tells users from groups.
type ProvisionedKind string

const (
	ProvisionedUser  ProvisionedKind = "user"
	ProvisionedGroup ProvisionedKind = "group"
)

// Membership is a user in a group.
type Membership struct{ Group, User ID }

// Provisioning reaches what is provisioned at the trusts that the transaction's tenant owns.
type Provisioning interface {
	// Create adds p; ErrConflict when its ID, its name or its subject is taken, ErrNotFound when the tenant owns no such
	// trust.
	Create(ctx context.Context, p Provisioned) error
	// Get returns one, or ErrNotFound.
	Get(ctx context.Context, trust ID, kind ProvisionedKind, id ID) (Provisioned, error)
	// ByName returns the one of a name, or ErrNotFound.
	ByName(ctx context.Context, trust ID, kind ProvisionedKind, name string) (Provisioned, error)
	// BySubject returns the user of a subject, or ErrNotFound.
	BySubject(ctx context.Context, trust ID, subject string) (Provisioned, error)
	// Update replaces everything but TrustID, Kind, ID and CreatedAt; ErrNotFound, or ErrConflict when the name or the
	// subject is taken or Version is not the stored one.
	Update(ctx context.Context, p Provisioned) error
	// Remove removes one and what it is a member or has members of, or is ErrNotFound.
	Remove(ctx context.Context, trust ID, kind ProvisionedKind, id ID) error
	// List returns those of a kind after an ID, in order of ID, MaxPage at most; skip of them are passed over.
	List(ctx context.Context, trust ID, kind ProvisionedKind, after ID, skip int) ([]Provisioned, error)
	// ByExternalID returns those that the client calls so, in order of ID, MaxPage at most.
	ByExternalID(ctx context.Context, trust ID, kind ProvisionedKind, external string) ([]Provisioned, error)
	// Waiting returns the users that are no account, in order of ID, MaxPage at most. Here and below, whoever has an active
	// account by their subject is one.
	Waiting(ctx context.Context, trust ID) ([]Provisioned, error)
	// Barred returns the users whose account the firm disabled or deleted, in order of ID, MaxPage at most.
	Barred(ctx context.Context, trust ID) ([]Provisioned, error)
	// Off returns those of users who have an account that may not enter, or had one, in order of ID by 256 of users.
	Off(ctx context.Context, trust ID, users []ID) ([]ID, error)
	// Count returns how many there are of a kind.
	Count(ctx context.Context, trust ID, kind ProvisionedKind) (int, error)
	// Join puts a user into a group that they are not in; ErrConflict when they are. That both are there is the caller's to
	// see to.
	Join(ctx context.Context, trust ID, m Membership) error
	// Leave takes a user out of a group, or is ErrNotFound.
	Leave(ctx context.Context, trust ID, m Membership) error
	// Members returns who is in these groups, by group and user.
	Members(ctx context.Context, trust ID, groups []ID) ([]Membership, error)
	// GroupsOf returns the groups that these users are in, by user and group.
	GroupsOf(ctx context.Context, trust ID, users []ID) ([]Membership, error)
}
