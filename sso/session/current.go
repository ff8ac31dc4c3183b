package session

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloudpocket/store"
)

// noteEvery is how long a use goes unnoted in the store.
const noteEvery = time.Minute

// Current returns the session that r belongs to. Without a cookie, with one that is no token, with several, or with one
// whose session has ended, is damaged or is an embed's, which proves a key as well, that is ErrNotFound; a store that is away is an error of kind Unavailable. It
// asks the store once, and once a minute a second time to note the use.
func (k *Keeper) Current(r *http.Request) (store.Session, error) {
	key, ok := k.cookie.key(r)
	if !ok {
		return store.Session{}, store.ErrNotFound
	}
	s, err := k.store.Find(r.Context(), key)
	if errors.Is(err, store.ErrDamaged) {
		return store.Session{}, &store.Error{Kind: store.NotFound, Err: err}
	}
	if err != nil {
		return store.Session{}, fmt.Errorf("find the session of a request: %w", err)
	}
	if s.Embedded() {
		return store.Session{}, fmt.Errorf("session %s is an embed's: %w", s.ID, store.ErrNotFound)
	}
	return k.note(r, s)
}

// note tells the store that s is in use, unless it knows from less than a minute ago. If the session has ended since it
// was found, that is ErrNotFound.
func (k *Keeper) note(r *http.Request, s store.Session) (store.Session, error) {
	now := k.now().UTC().Truncate(time.Microsecond)
	if now.Sub(s.Seen) < noteEvery {
		return s, nil
	}
	switch err := k.store.Touch(r.Context(), s, now); {
	case err == nil:
		s.Seen = now
	case errors.Is(err, store.ErrUnavailable): // see the package's Why
		k.log.Warn("note the use of a session", "session", s.ID, "error", err)
	default:
		return store.Session{}, fmt.Errorf("note the use of a session: %w", err)
	}
	return s, nil
}
