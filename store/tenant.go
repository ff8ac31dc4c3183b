package store

import (
	"context"
	"time"
)

// Tenant is one subscribing firm (契約): everything else belongs to exactly one.
type Tenant struct {
	ID        ID
	Name      string
	State     TenantState
	CreatedAt time.Time

	ContractFrom, ContractUntil Date // the first and the last day of the contract (契約期間); empty: not agreed
}

// TenantState tells whether a tenant's people may enter and do anything.
type TenantState string

const (
	TenantActive    TenantState = "active"
	TenantSuspended TenantState = "suspended"
)

// Tenants reaches the tenants of the deployment. It is the operator's and the wiring's, never a visitor's.
type Tenants interface {
	// Create adds a tenant and its audit chain, which begins with events, all or nothing; ErrConflict if the ID is taken.
	Create(ctx context.Context, t Tenant, events ...AuditEvent) error
	// Get returns one tenant or ErrNotFound.
	Get(ctx context.Context, id ID) (Tenant, error)
	// List returns tenants by ID.
	List(ctx context.Context, p Page) (List[Tenant], error)
}
