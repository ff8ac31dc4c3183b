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
// for the IdP, or ErrNotFound when there was none or somebody else ended it, and then the cookie is gone too. When the
// store is away the cookie stays, so that the person can try again.
func (k *Keeper) End(w http.ResponseWriter, r *http.Request) (store.Session, error) {
	ended, result := store.Session{}, error(store.ErrNotFound)
	for _, key := range k.cookie.keys(r) {
		switch s, err := k.endKey(r.Context(), key); {
		case err == nil:
			ended, result = s, nil
		case !errors.Is(err, store.ErrNotFound):
			return store.Session{}, fmt.Errorf("end a session: %w", err)
		}
	}
	k.cookie.clear(w)
	return ended, result
}

// endKey returns the session that it ended, to one of several; ErrNotFound when there is none. One that is damaged was
// nobody's session. Embeds that were opened from it end with it; where they cannot be reached just then, they find out by themselves.
func (k *Keeper) endKey(ctx context.Context, key store.SessionKey) (store.Session, error) {
	s, err := k.store.EndKey(ctx, key)
	if errors.Is(err, store.ErrDamaged) {
		return store.Session{}, &store.Error{Kind: store.NotFound, Err: err}
	}
	if err != nil {
		return s, err
	}
	if _, err := k.store.End(ctx, store.SessionSelector{TenantID: s.TenantID, AccountID: s.AccountID, ID: s.ID}); err != nil {
		k.log.Warn("end the embeds of a session that has ended", "session", s.ID, "error", err)
	}
	return s, nil
}

// EndBy ends the sessions that a trust's logout message names and returns them: those of subject, or if there are
// indexes, those of subject and one of the indexes. An empty subject stands for any, with indexes only (OIDC
// back-channel logout 2.4). A message that names neither, or an empty index, is an error of kind Invalid and ends nothing.
// With another error come the sessions that had ended before it.
func (k *Keeper) EndBy(ctx context.Context, trust store.ID, subject string, indexes []string) ([]store.Session, error) {
	if slices.Contains(indexes, "") || subject == "" && len(indexes) == 0 {
		return nil, store.Fail(store.Invalid, "", "a logout by subject %q and indexes %q", subject, indexes)
	}
	if len(indexes) == 0 {
		indexes = []string{""} // any
	}
	var ended []store.Session
	for _, index := range indexes {
		some, err := k.store.End(ctx, store.SessionSelector{TrustID: trust, Subject: subject, Index: index})
		ended = append(ended, some...)
		if err != nil {
			return ended, fmt.Errorf("end sessions: %w", err)
		}
	}
	late, err := k.endLate(ctx, ended)
	return append(ended, late...), err
}

// endLate ends the embeds that were opened from sessions while these ended, and were missed by what ended them.
func (k *Keeper) endLate(ctx context.Context, ended []store.Session) (late []store.Session, err error) {
	for _, s := range ended {
		if s.Embedded() {
			continue
		}
		some, err := k.store.End(ctx, store.SessionSelector{TenantID: s.TenantID, AccountID: s.AccountID, ID: s.ID})
		late = append(late, some...)
		if err != nil {
			return late, fmt.Errorf("end the embeds of session %s: %w", s.ID, err)
		}
	}
	return late, nil
}
