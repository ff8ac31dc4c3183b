package embed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// noteEvery is how long a use goes unnoted in the store.
const noteEvery = time.Minute

// Current returns the embed's session that r comes with (RFC 9449 7.1). Without a token, with one that is none of ours or whose
// session has ended, or without a proof of its key for this very request, that is ErrNotFound, of which [Challenge] says what would
// help; a store that is away is an error of kind Unavailable. A proof is good once: Current is asked once for a request.
func (k *Keeper) Current(r *http.Request) (store.Session, error) {
	s, err := k.find(r)
	if err != nil {
		return store.Session{}, err
	}
	return k.note(r.Context(), s)
}

// find is Current that notes no use.
func (k *Keeper) find(r *http.Request) (store.Session, error) {
	token, err := tokenOf(r)
	if err != nil {
		return store.Session{}, nobodys(err)
	}
	s, err := k.Sessions.Find(r.Context(), store.KeyOf(token))
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrDamaged) {
		return store.Session{}, nobodys(refuse(reasonToken, "no such token: %w", err))
	}
	if err != nil {
		return store.Session{}, fmt.Errorf("find the embed of a request: %w", err)
	}
	if !s.Embedded() || s.Embed.Thumbprint == "" {
		return store.Session{}, nobodys(refuse(reasonToken, "session %s is no embed's", s.ID))
	}
	if _, err := k.proved(r, token, s.Embed.Thumbprint); err != nil {
		if store.KindOf(err) == store.Denied {
			err = nobodys(err)
		}
		return store.Session{}, err
	}
	return s, nil
}

// nobodys makes of a refusal that a request is nobody's.
func nobodys(err error) error { return &store.Error{Kind: store.NotFound, Err: &nobody{err}} }

// nobody is why a request is nobody's.
type nobody struct{ err error }

func (n *nobody) Error() string { return n.err.Error() }
func (n *nobody) Unwrap() error { return n.err }

// Challenge is [Challenge] of n, for who does not know this package.
func (n *nobody) Challenge() string { return Challenge(n.err) }

// tokenOf returns the one token that r brings.
func tokenOf(r *http.Request) (string, error) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", refuse(reasonTokenForm, "there are %d tokens", len(values))
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "DPoP") || !shaped(token, tokenPrefix) {
		return "", refuse(reasonTokenForm, "what came is no token of an embed")
	}
	return token, nil
}

// note tells the store that s is in use, unless it knows from less than a minute ago, and so that the browser's session is that it
// was opened from. Where that one has ended, s ends. A store that is away just then changes nothing: s stood a moment ago.
func (k *Keeper) note(ctx context.Context, s store.Session) (store.Session, error) {
	now := k.Now().UTC().Truncate(time.Microsecond)
	if now.Sub(s.Seen) < noteEvery {
		return s, nil
	}
	err := k.noteParent(ctx, s, now)
	if err == nil {
		err = k.Sessions.Touch(ctx, s, now)
	}
	switch {
	case err == nil:
		s.Seen = now
	case sso.ReasonOf(err) == reasonParent:
		return store.Session{}, nobodys(errors.Join(err, k.takeBack(ctx, s)))
	case errors.Is(err, store.ErrUnavailable):
		k.Log.Warn("note the use of an embed", "session", s.ID, "error", err)
	default:
		return store.Session{}, fmt.Errorf("note the use of an embed: %w", err)
	}
	return s, nil
}

// noteParent notes a use of s as one of the session that it was opened from.
func (k *Keeper) noteParent(ctx context.Context, s store.Session, now time.Time) error {
	parent, err := k.parent(ctx, s)
	if err != nil || s.Embed.Parent == "" || now.Sub(parent.Seen) < noteEvery {
		return err
	}
	err = k.Sessions.Touch(ctx, parent, now)
	if errors.Is(err, store.ErrNotFound) {
		return refuse(reasonParent, "session %s, from which it was opened, has just ended", parent.ID)
	}
	return err
}
