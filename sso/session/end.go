package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"cloudpocket/store"
)

// End ends the session that r brought and takes its cookie away. It returns the session that ended, for the audit and
// for the IdP, or ErrNotFound when there was none, and then the cookie is gone too. When the store is away the cookie
// stays, so that the person can try again.
func (k *Keeper) End(w http.ResponseWriter, r *http.Request) (store.Session, error) {
	ended, result := store.Session{}, error(store.ErrNotFound)
	for _, key := range k.cookie.keys(r) {
		s, err := k.store.Find(r.Context(), key)
		if err == nil {
			ended, result = s, nil
		} else if !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrDamaged) {
			return store.Session{}, fmt.Errorf("find the session to end: %w", err)
		}
		if err := k.store.EndKey(r.Context(), key); err != nil {
			return store.Session{}, fmt.Errorf("end a session: %w", err)
		}
	}
	k.cookie.clear(w)
	return ended, result
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
	n, err := k.end(ctx, store.SessionSelector{TenantID: tenant, AccountID: account, ID: id})
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
	return k.end(ctx, store.SessionSelector{TenantID: tenant, AccountID: account})
}

// EndTrust ends every session that began at a trust and returns how many there were: what follows when a trust is
// disabled.
func (k *Keeper) EndTrust(ctx context.Context, trust store.ID) (int, error) {
	return k.end(ctx, store.SessionSelector{TrustID: trust})
}

// EndBy ends the sessions that a trust's logout message names and returns how many there were: those of subject, or
// if there are indexes, those of subject and one of the indexes. An empty subject stands for any, with indexes only (OIDC
// back-channel logout 2.4). A message that names neither, or an empty index, is an error of kind Invalid and ends nothing.
func (k *Keeper) EndBy(ctx context.Context, trust store.ID, subject string, indexes []string) (int, error) {
	if slices.Contains(indexes, "") || subject == "" && len(indexes) == 0 {
		return 0, store.Fail(store.Invalid, "", "a logout by subject %q and indexes %q", subject, indexes)
	}
	if len(indexes) == 0 {
		return k.end(ctx, store.SessionSelector{TrustID: trust, Subject: subject})
	}
	total := 0
	for _, index := range indexes {
		n, err := k.end(ctx, store.SessionSelector{TrustID: trust, Subject: subject, Index: index})
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (k *Keeper) end(ctx context.Context, sel store.SessionSelector) (int, error) {
	n, err := k.store.End(ctx, sel)
	if err != nil {
		return n, fmt.Errorf("end sessions: %w", err)
	}
	return n, nil
}
