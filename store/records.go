package store

import "context"

// Records keeps the facts, in transactions.
//
// Both View and Update give fn a [Tx] bound to one tenant, good until fn returns; a tenant that does not exist is
// ErrNotFound. A database that is away is an error of kind Unavailable; a cancelled ctx ends the call with ctx's error
// and changes nothing.
type Records interface {
	// View runs fn on one consistent snapshot. Writing in it fails.
	View(ctx context.Context, tenant ID, fn func(Tx) error) error
	// Update runs fn and commits what it did, all or nothing: nil means that it is on disk. An error from fn undoes
	// everything and comes back unchanged. fn may run more than once, so it must have no effect but on its Tx.
	Update(ctx context.Context, tenant ID, fn func(Tx) error) error
	// Ping tells whether the records can be read and written now.
	Ping(ctx context.Context) error

	Tenants() Tenants
	TrustDirectory
	// APIClient returns the API client of that ID and its tenant, or ErrNotFound: it says who it is before a tenant is known.
	APIClient(ctx context.Context, id ID) (OwnedAPIClient, error)
	Queue() TaskQueue
	SystemEvents() SystemEvents
}

// Tx reaches the records of one tenant within one transaction.
type Tx interface {
	Tenant() ID
	// SetTenantState switches the transaction's own tenant. It is the operator's, never a visitor's.
	SetTenantState(ctx context.Context, s TenantState) error
	// SetTenantContract sets from when and until when the transaction's own tenant has a contract. It is the operator's.
	SetTenantContract(ctx context.Context, from, until Date) error
	Companies() Companies
	Offices() Offices
	Accounts() Accounts
	Roles() Roles
	Trusts() Trusts
	TrustDrafts() TrustDrafts
	SetupLinks() SetupLinks
	ScimTokens() ScimTokens
	APIClients() APIClients
	Answers() Answers
	Webhooks() Webhooks
	Documents() Documents
	Deliveries() Deliveries
	Receipts() Receipts
	Packages() Packages
	Persons() Persons
	Search() Search
	Rules() Rules
	Scans() Scans
	Mails() Mails
	Tasks() Tasks
	Inventories() Inventories
	SignIns() SignIns
	Operators() Operators
	Addresses() Addresses
	Provisioning() Provisioning
	Audit() AuditLog
}
