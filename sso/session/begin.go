package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"cloudpocket/store"
)

// Start is who signs in, and what bounds the session that begins.
type Start struct {
	TenantID  store.ID
	AccountID store.ID
	TrustID   store.ID
	Subject   string    // what the trust's logout messages will call the person
	Index     string    // SAML SessionIndex or OIDC sid
	NameID    string    // SAML: the NameID element
	IDToken   string    // OIDC: the ID token
	Context   string    // the authentication context
	Device    string    // User-Agent; what is over 200 bytes is cut off
	Address   string    // network address
	Previous  time.Time // the account's sign-in before this one; zero if none
	Rule      store.SessionRule
	Until     time.Time        // the IdP's own end of the session (SAML core 2.7.2 SessionNotOnOrAfter); zero if it named none
	Replaces  store.SessionKey // a session that ends with this sign-in, beside the one that r brings; zero if none

	// Over is told of each session that ends because the account has too many, and Replaced of each that ends since this
	// one takes its place in the browser, also when the sign-in fails after that; nil: nobody is. One that two would end
	// at once is told to one of them.
	Over, Replaced func(store.Session)

	// Stands is asked once the session has begun and before the browser is given its token: by its error the session is
	// taken back, and is Begin's. nil: nothing is asked.
	Stands func(context.Context) error
}

// maxDevice is how much of a User-Agent is kept, in bytes.
const maxDevice = 200

// Begin ends the session that r brought and the one that s replaces, if any, begins one for s under a new token and gives
// the browser its cookie. Of the account's other sessions those that began first end if there are now more than the
// limit, which is the rule's where it has one. It must be called before anything else is written to w. An IdP's end that has passed is an error of kind
// Expired; when the store is away nothing has begun and no cookie is set. Where s.Stands says no, the browser is told to
// forget the token that it had, and never learns the new one.
func (k *Keeper) Begin(ctx context.Context, w http.ResponseWriter, r *http.Request, s Start) (store.Session, error) {
	token := newToken()
	sess, err := k.session(token, s)
	if err != nil {
		return store.Session{}, err
	}
	replaced := k.cookie.keys(r)
	if s.Replaces != (store.SessionKey{}) {
		replaced = append(replaced, s.Replaces)
	}
	for _, old := range replaced {
		switch ended, err := k.endKey(ctx, old); {
		case err == nil && s.Replaced != nil:
			s.Replaced(ended)
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return store.Session{}, fmt.Errorf("end the session before: %w", err)
		}
	}
	if err := k.store.Begin(ctx, sess); err != nil {
		return store.Session{}, fmt.Errorf("begin a session: %w", err)
	}
	if err := k.keepToLimit(ctx, sess, s.Rule, s.Over); err != nil {
		return store.Session{}, errors.Join(err, k.takeBack(context.WithoutCancel(ctx), sess))
	}
	if s.Stands != nil {
		if err := s.Stands(ctx); err != nil {
			k.cookie.clear(w)
			return store.Session{}, errors.Join(err, k.takeBack(context.WithoutCancel(ctx), sess))
		}
	}
	k.cookie.set(w, token)
	return sess, nil
}

func (k *Keeper) takeBack(ctx context.Context, s store.Session) error {
	if _, err := k.endKey(ctx, s.Key); err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("take a session back: %w", err)
	}
	return nil
}

func (k *Keeper) session(token string, s Start) (store.Session, error) {
	now := k.now().UTC().Truncate(time.Microsecond)
	idle, ends := k.lifetime(now, s)
	if !ends.After(now) {
		return store.Session{}, store.Fail(store.Expired, "signin.stale", "the IdP's session ended at %s", s.Until.UTC().Format(time.RFC3339))
	}
	return store.Session{
		Key: store.KeyOf(token), ID: store.NewID(now), TenantID: s.TenantID, AccountID: s.AccountID, TrustID: s.TrustID,
		Subject: s.Subject, Index: s.Index, NameID: s.NameID, IDToken: s.IDToken, Context: s.Context,
		Device: cut(s.Device, maxDevice), Address: s.Address, Began: now, Seen: now, Previous: s.Previous, Ends: ends, Idle: idle,
	}, nil
}

// lifetime returns the idle time and the absolute end: the trust's where it has a rule, and never after the IdP's own.
func (k *Keeper) lifetime(now time.Time, s Start) (time.Duration, time.Time) {
	idle, absolute := k.idle, k.absolute
	if s.Rule.Idle > 0 {
		idle = s.Rule.Idle
	}
	if s.Rule.Absolute > 0 {
		absolute = s.Rule.Absolute
	}
	ends := now.Add(absolute)
	if !s.Until.IsZero() && s.Until.Before(ends) {
		ends = s.Until.UTC().Truncate(time.Microsecond)
	}
	return min(idle, absolute), ends
}

// cut returns at most n bytes of text, in whole characters and without what is not UTF-8.
func cut(text string, n int) string {
	if len(text) > n {
		text = text[:n]
	}
	return strings.ToValidUTF8(text, "")
}
