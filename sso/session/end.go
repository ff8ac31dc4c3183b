package session

import (
	"context"
	"fmt"
	"net/http"

	"cloudpocket/store"
)

// End ends the session that r brought, if any, and takes its cookie away. When the store is away the cookie stays, so
// that the person can try again.
func (k *Keeper) End(w http.ResponseWriter, r *http.Request) error {
	for _, key := range k.cookie.keys(r) {
		if err := k.store.EndKey(r.Context(), key); err != nil {
			return fmt.Errorf("end a session: %w", err)
		}
	}
	k.cookie.clear(w)
	return nil
}

// Own returns the sessions of the account that s belongs to, the latest begun first; s is among them.
func (k *Keeper) Own(ctx context.Context, s store.Session) ([]store.Session, error) {
	all, err := k.store.Of(ctx, s.TenantID, s.AccountID)
	if err != nil {
		return nil, fmt.Errorf("list the sessions of account %s: %w", s.AccountID, err)
	}
	return all, nil
}

// Revoke ends one session of an account, or returns ErrNotFound when the account has none of that ID.
func (k *Keeper) Revoke(ctx context.Context, tenant, account, id store.ID) error {
	if id == "" { // which would select them all
		return store.ErrNotFound
	}
	n, err := k.EndSelected(ctx, store.SessionSelector{TenantID: tenant, AccountID: account, ID: id})
	if err == nil && n == 0 {
		return store.ErrNotFound
	}
	return err
}

// EndAccount ends every session of an account and returns how many there were: "sign out everywhere", and what follows
// when an account is disabled.
func (k *Keeper) EndAccount(ctx context.Context, tenant, account store.ID) (int, error) {
	if account == "" {
		return 0, store.Fail(store.Invalid, "", "end the sessions of no account")
	}
	return k.EndSelected(ctx, store.SessionSelector{TenantID: tenant, AccountID: account})
}

// EndSelected ends the sessions that sel selects and returns how many there were: what an IdP's logout message names by
// subject and index, or all of a trust that is disabled. A selector that names neither account nor trust is an error of
// kind Invalid.
func (k *Keeper) EndSelected(ctx context.Context, sel store.SessionSelector) (int, error) {
	n, err := k.store.End(ctx, sel)
	if err != nil {
		return n, fmt.Errorf("end sessions: %w", err)
	}
	return n, nil
}
