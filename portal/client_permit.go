package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// permitClient is permit for an API client: it stands for an account of the firm's own that has what its token was given,
// and its registration still grants, and whoever gave it its keys has still; permit has it come from where it may. What is an account's own, such as sessions,
// it has not.
func permitClient(ctx context.Context, tx store.Tx, a Actor, need store.Permission) (store.Standing, error) {
	c, err := tx.APIClients().Get(ctx, a.Client)
	if errors.Is(err, store.ErrNotFound) {
		return store.Standing{}, store.Fail(store.Denied, "error.client_disabled", "API client %s is gone: %w", a.Client, err)
	}
	if err != nil {
		return store.Standing{}, fmt.Errorf("read the API client that acts: %w", err)
	}
	tenant, err := tx.APIClients().Tenant(ctx)
	if err != nil {
		return store.Standing{}, fmt.Errorf("read the tenant of the API client that acts: %w", err)
	}
	keyers, err := keyersMenus(ctx, tx, c)
	if err != nil {
		return store.Standing{}, err
	}
	menus := clientMenus(a.Scopes & c.Scopes)
	switch {
	case c.State != store.ClientEnabled || tenant != store.TenantActive:
		err = store.Fail(store.Denied, "error.client_disabled", "API client %s is %q, its tenant %q", c.ID, c.State, tenant)
	case need == Self || !menus.Any(need):
		err = store.Fail(store.Denied, "error.client_scope", "API client %s has %q, needs one for %q", c.ID, a.Scopes&c.Scopes, need)
	case !(menus & keyers).Any(need):
		err = store.Fail(store.Denied, "error.client_keyer", "API client %s has its keys from %s, who has %q of %q", c.ID, c.KeyedBy, keyers, menus)
	}
	if err != nil {
		return store.Standing{}, err
	}
	return store.Standing{Account: c.Account(menus & keyers), Tenant: tenant, Allowed: c.Allowed}, nil
}

// clientMenus returns the menus that scopes amount to. Asking for embed codes is none: what is shown then is a person's.
func clientMenus(s store.Scope) (menus store.Permission) {
	if s.Has(store.ScopePlaces) {
		menus |= store.PermitOffices
	}
	if s.Has(store.ScopeDocuments) {
		menus |= store.PermitDeliver
	}
	if s.Has(store.ScopeReceipts) {
		menus |= store.PermitReceipts
	}
	return menus
}

// whoever returns the account of that ID, or the API client that stands for one: who brought or made something. One that
// is gone is ErrNotFound.
func whoever(ctx context.Context, tx store.Tx, id store.ID) (store.Account, error) {
	account, err := tx.Accounts().Get(ctx, id)
	if !errors.Is(err, store.ErrNotFound) {
		return account, err
	}
	c, err := tx.APIClients().Get(ctx, id)
	if err != nil {
		return store.Account{}, err
	}
	return c.Account(clientMenus(c.Scopes)), nil
}

// receiverOf is whoever for who brought something in. An API client that was removed since reaches nothing any more.
func receiverOf(ctx context.Context, tx store.Tx, id store.ID) (store.Account, error) {
	account, err := whoever(ctx, tx, id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Account{ID: id}, nil
	}
	if err != nil {
		return account, fmt.Errorf("read who received it: %w", err)
	}
	return account, nil
}

// plannerOf returns who acts when what id planned is made: an account with the powers that it has now, or an API client with
// all that it is registered for. Whoever is gone acts no more, which is ErrDenied.
func plannerOf(ctx context.Context, tx store.Tx, id store.ID) (Actor, error) {
	s, err := tx.Accounts().Standing(ctx, id)
	if err == nil {
		if s.Tenant != store.TenantActive || s.Trust != store.TrustEnabled {
			err = store.Fail(store.Unavailable, "", "tenant is %q and trust %q: what %s planned waits", s.Tenant, s.Trust, id)
		}
		return Actor{TenantID: tx.Tenant(), AccountID: id, TrustID: s.TrustID}, err
	}
	if !errors.Is(err, store.ErrNotFound) {
		return Actor{}, fmt.Errorf("read who planned: %w", err)
	}
	return planningClient(ctx, tx, id)
}

func planningClient(ctx context.Context, tx store.Tx, id store.ID) (Actor, error) {
	c, err := tx.APIClients().Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return Actor{}, store.Fail(store.Denied, "error.client_disabled", "who planned, %s, is gone: %w", id, err)
	}
	if err != nil {
		return Actor{}, fmt.Errorf("read the API client that planned: %w", err)
	}
	tenant, err := tx.APIClients().Tenant(ctx)
	if err != nil {
		return Actor{}, fmt.Errorf("read the tenant of the API client that planned: %w", err)
	}
	if tenant != store.TenantActive {
		return Actor{}, store.Fail(store.Unavailable, "", "tenant is %q: what API client %s planned waits", tenant, id)
	}
	return Actor{TenantID: tx.Tenant(), Client: id, Scopes: c.Scopes}, nil
}
