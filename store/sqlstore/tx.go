package sqlstore

import (
	"context"
	"fmt"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// tx is a store.Tx.
type tx struct {
	tenant store.ID
	q      *records.Queries
	on     *dbtx
	// spoils says that a failed statement makes the rest of the transaction fail, as on PostgreSQL.
	spoils bool
}

func newTx(tenant store.ID, on *dbtx, spoils bool) *tx {
	return &tx{tenant: tenant, q: records.New(on), on: on, spoils: spoils}
}

func (t *tx) Tenant() store.ID               { return t.tenant }
func (t *tx) Companies() store.Companies     { return companies{t} }
func (t *tx) Offices() store.Offices         { return offices{t} }
func (t *tx) Accounts() store.Accounts       { return accounts{t} }
func (t *tx) Roles() store.Roles             { return roles{t} }
func (t *tx) Trusts() store.Trusts           { return trusts{t} }
func (t *tx) TrustDrafts() store.TrustDrafts { return trustDrafts{t} }
func (t *tx) SetupLinks() store.SetupLinks   { return setupLinks{t} }
func (t *tx) Documents() store.Documents     { return documents{t} }
func (t *tx) Deliveries() store.Deliveries   { return deliveries{t} }
func (t *tx) Receipts() store.Receipts       { return receipts{t} }
func (t *tx) Packages() store.Packages       { return packages{t} }
func (t *tx) Persons() store.Persons         { return persons{t} }
func (t *tx) Rules() store.Rules             { return rules{t} }
func (t *tx) Scans() store.Scans             { return scans{t} }
func (t *tx) Mails() store.Mails             { return mails{t} }
func (t *tx) Tasks() store.Tasks             { return tasks{t} }
func (t *tx) Search() store.Search           { return search{t} }
func (t *tx) SignIns() store.SignIns         { return signIns{t} }
func (t *tx) Operators() store.Operators     { return operators{t} }
func (t *tx) Audit() store.AuditLog          { return auditLog{t} }

// ScimTokens reaches the tenant's tokens for provisioning.
func (t *tx) ScimTokens() store.ScimTokens { return scimTokens{t} }

// APIClients reaches the tenant's API clients.
func (t *tx) APIClients() store.APIClients { return apiClients{t} }

// Answers reaches what came of requests with an Idempotency-Key.
func (t *tx) Answers() store.Answers { return answers{t} }

// Webhooks reaches the tenant's webhooks.
func (t *tx) Webhooks() store.Webhooks { return webhooks{t} }

func (t *tx) Inventories() store.Inventories { return inventories{t} }

// Addresses reaches the tenant's address rule.
func (t *tx) Addresses() store.Addresses { return addresses{t} }

// Provisioning reaches what the tenant's trusts provision.
func (t *tx) Provisioning() store.Provisioning { return provisioning{t} }

// id is the tenant as a query parameter.
func (t *tx) id() string { return string(t.tenant) }

// attempt runs fn, whose statements may meet a constraint. When it fails, what it did is undone and the transaction can
// go on.
func (t *tx) attempt(ctx context.Context, fn func() error) error {
	if _, err := t.on.ExecContext(ctx, "SAVEPOINT attempt"); err != nil {
		return fault("set a savepoint", err)
	}
	if err := fn(); err != nil {
		if _, undo := t.on.ExecContext(ctx, "ROLLBACK TO SAVEPOINT attempt"); undo != nil {
			return fmt.Errorf("%w; then roll back: %w", err, undo)
		}
		t.on.ExecContext(ctx, "RELEASE SAVEPOINT attempt") // the rollback has already undone all that it covers
		return err
	}
	_, err := t.on.ExecContext(ctx, "RELEASE SAVEPOINT attempt")
	return fault("release a savepoint", err)
}

// single runs fn, one statement that may meet a constraint: a savepoint is needed only where failure spoils the rest.
func (t *tx) single(ctx context.Context, fn func() error) error {
	if !t.spoils {
		return fn()
	}
	return t.attempt(ctx, fn)
}

func missing(format string, args ...any) error {
	return store.Fail(store.NotFound, "", format, args...)
}

func conflict(format string, args ...any) error {
	return store.Fail(store.Conflict, "", format, args...)
}
