package login

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

const (
	// arrivalLife is how long the person may think about it.
	arrivalLife = 5 * time.Minute

	// An arrival is kept in pieces of pieceBytes; people with offices by the thousand fit into maxPieces.
	pieceBytes = store.MaxMarkValue - 1
	maxPieces  = 16
)

// Each piece begins with what comes after it.
const (
	pieceMore byte = '+'
	pieceLast byte = '.'
)

// pieceName is where a piece of an arrival is kept: only who has the browser's cookie can name it.
func pieceName(id, browser string, i int) string {
	return markName("arrival", id, browser, strconv.Itoa(i))
}

// needed returns what admitting identity takes: of its attributes those that the trust maps, and no ID token that is too
// long to be kept.
func needed(identity sso.Identity, m store.Mapping) sso.Identity {
	all := identity.Attributes
	identity.Attributes = map[string][]string{}
	for _, name := range []string{m.Tenant, m.Name, m.Email, m.Offices, m.Role} {
		if values, ok := all[name]; ok && name != "" {
			identity.Attributes[name] = values
		}
	}
	if len(identity.IDToken) > hintBytes {
		identity.IDToken = ""
	}
	return identity
}

// keepArrival stores one for the browser until it is taken.
func (l *Login) keepArrival(ctx context.Context, one arrival, id, browser string) error {
	value, err := json.Marshal(one)
	if err != nil {
		return fmt.Errorf("encode an arrival: %w", err)
	}
	if len(value) > maxPieces*pieceBytes {
		return sso.Refuse("login.arrival_size", sso.KeyMessage, "what is to be kept of the message has %d bytes", len(value))
	}
	for i := 0; ; i++ {
		piece, follows := value, pieceLast
		if len(value) > pieceBytes {
			piece, follows = value[:pieceBytes], pieceMore
		}
		if err := l.Marks.Put(ctx, pieceName(id, browser, i), append([]byte{follows}, piece...), arrivalLife); err != nil {
			return fmt.Errorf("keep an arrival: %w", err)
		}
		if value = value[len(piece):]; follows == pieceLast {
			return nil
		}
	}
}

// arrivalOf returns the arrival that r names and its trust, by get: to look at it or to take it. One that is not there,
// is too old, or is not this browser's is a refusal, and so is one whose trust was switched off or whose person has
// signed out at the IdP meanwhile.
func (l *Login) arrivalOf(r *http.Request, get func(context.Context, string) ([]byte, error)) (arrival, found, error) {
	one, err := l.pending(r, get)
	if errors.Is(err, store.ErrNotFound) {
		return one, found{}, sso.Refuse("login.arrival", sso.KeyStale, "no sign-in is waiting under this name for this browser: %w", err)
	}
	if err != nil {
		return one, found{}, err
	}
	f, err := l.findAny(r, "", one.TrustID)
	if err != nil {
		return one, f, err
	}
	if f.State != store.TrustEnabled {
		return one, f, l.refused(r, f, sso.Refuse("login.trust_disabled", sso.KeyDisabled, "trust %s is %s", f.ID, f.State))
	}
	if err := l.leftSince(r.Context(), one); err != nil {
		return one, f, l.refused(r, f, err)
	}
	return one, f, nil
}

// pending puts the pieces of r's arrival together. The first one decides who takes it.
func (l *Login) pending(r *http.Request, get func(context.Context, string) ([]byte, error)) (one arrival, err error) {
	id, browser := l.variable(r, "id"), boundTo(r)
	if !store.ID(id).Valid() || browser == "" {
		return one, store.ErrNotFound
	}
	var value []byte
	for i := range maxPieces {
		piece, err := get(r.Context(), pieceName(id, browser, i))
		if err != nil {
			return one, fmt.Errorf("find an arrival: %w", err)
		}
		if len(piece) == 0 {
			break
		}
		if value = append(value, piece[1:]...); piece[0] == pieceLast {
			break
		}
	}
	if err := json.Unmarshal(value, &one); err != nil {
		return one, fmt.Errorf("decode an arrival: %w", err)
	}
	return one, nil
}
