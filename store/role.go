package store

import (
	"context"
	"time"
)

// Role is a named set of menus (権限). Accounts that have one carry its menus themselves: what somebody may do is read
// from the account alone.
type Role struct {
	ID          ID
	Name        string
	Permissions Permission
	Accounts    int   // how many have it; Get and List count, nothing else reads it
	Version     int64 // raised by every Update; Update with another version is ErrConflict
}

// Roles reaches the roles of the transaction's tenant.
type Roles interface {
	// Create adds r; ErrConflict if its ID or its name is taken.
	Create(ctx context.Context, r Role) error
	// Get returns one role or ErrNotFound.
	Get(ctx context.Context, id ID) (Role, error)
	// Update replaces name and menus, and gives the menus to every account that has the role, whose rights changed at that
	// time; ErrNotFound, or ErrConflict when the name is taken or Version is not the stored one.
	Update(ctx context.Context, r Role, at time.Time) error
	// Delete removes a role that no account has; ErrNotFound, or ErrConflict while one has it.
	Delete(ctx context.Context, id ID) error
	// List returns the roles by name.
	List(ctx context.Context, p Page) (List[Role], error)
}
