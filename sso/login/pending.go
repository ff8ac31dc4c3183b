package login

import (
	"bytes"
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
	// arrivalLife is how long the person may think about it: less than [departed.Life], with what comes before and after.
	arrivalLife = 5 * time.Minute

	// An arrival is kept in pieces of pieceBytes; people with offices by the thousand fit into maxPieces.
	pieceBytes = store.MaxMarkValue - 1
	maxPieces  = 16

	// traceRoom is how much of an arrival's trace is kept: what most sign-ins go through fits, and into one piece with the rest.
	traceRoom = 12 << 10
)

// Each piece begins with what comes after it.
const (
	pieceMore byte = '+'
	pieceLast byte = '.'
)

// pieceName is where a piece of an arrival is kept: only who has the browser's cookie can name it.
func pieceName(id, browser string, i int) string {
	return sso.MarkName("arrival", id, browser, strconv.Itoa(i))
}

// needed returns what admitting identity takes: of its attributes those that the trust maps, and no ID token that is too
// long to be kept.
func needed(identity sso.Identity, m store.Mapping) sso.Identity {
	all := identity.Attributes
	identity.Attributes = map[string][]string{}
	for _, source := range m.Sources() {
		for _, name := range source.Claims {
			if values, ok := all[name]; ok {
				identity.Attributes[name] = values
			}
		}
	}
	if len(identity.IDToken) > hintBytes {
		identity.IDToken = ""
	}
	return identity
}

// keepArrival stores one for the browser until it is taken.
func (l *Login) keepArrival(ctx context.Context, one arrival, id, browser string) error {
	value, err := encodeArrival(one)
	if len(value) > maxPieces*pieceBytes {
		one.Trace = nil // nobody is turned away for the sake of it
		value, err = encodeArrival(one)
	}
	if err != nil {
		return fmt.Errorf("encode an arrival: %w", err)
	}
	if len(value) > maxPieces*pieceBytes {
		return sso.Refuse("login.arrival_size", sso.KeyMessage, "what is to be kept of the message has %d bytes", len(value))
	}
	for i, piece := range pieces(value) {
		if err := l.Marks.Put(ctx, pieceName(id, browser, i), piece, arrivalLife); err != nil {
			return fmt.Errorf("keep an arrival: %w", err)
		}
	}
	return nil
}

// encodeArrival puts the trace behind the rest, as it is.
func encodeArrival(one arrival) ([]byte, error) {
	value, err := json.Marshal(one)
	return append(append(value, '\n'), one.Trace...), err
}

func decodeArrival(value []byte) (one arrival, err error) {
	value, trace, _ := bytes.Cut(value, []byte("\n"))
	err = json.Unmarshal(value, &one)
	one.Trace = trace
	return one, err
}

// pieces returns value in pieces that fit into a mark each.
func pieces(value []byte) (all [][]byte) {
	for len(value) > pieceBytes {
		all = append(all, append([]byte{pieceMore}, value[:pieceBytes]...))
		value = value[pieceBytes:]
	}
	return append(all, append([]byte{pieceLast}, value...))
}

// waiting returns the arrival that r names and its trust, enabled or not, and leaves the arrival where it is. One that is
// not there, is too old, or is not this browser's is a refusal.
func (l *Login) waiting(r *http.Request) (arrival, found, error) {
	one, err := l.pending(r)
	if errors.Is(err, store.ErrNotFound) {
		err = sso.Refuse(noArrival, sso.KeyStale, "no sign-in is waiting under this name for this browser: %w", err)
	}
	if err != nil {
		return one, found{}, err
	}
	f, err := l.findAny(r, "", one.TrustID)
	if err != nil {
		return one, f, err
	}
	if *f.trace, err = sso.DecodeTrace(one.Trace); err != nil {
		return one, f, fmt.Errorf("decode an arrival's trace: %w", err)
	}
	return one, f, nil
}

// pending puts the pieces of r's arrival together.
func (l *Login) pending(r *http.Request) (one arrival, err error) {
	id, browser := l.variable(r, "id"), boundTo(r)
	if !store.ID(id).Valid() || browser == "" {
		return one, store.ErrNotFound
	}
	var value []byte
	for i := range maxPieces {
		piece, err := l.Marks.Peek(r.Context(), pieceName(id, browser, i))
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
	if one, err = decodeArrival(value); err != nil {
		return one, fmt.Errorf("decode an arrival: %w", err)
	}
	return one, nil
}

// claim takes the arrival that r names: of many who claim it one does, and for the others there is none. It returns the
// first piece, which decides that; what follows is worth nothing without it and expires.
func (l *Login) claim(r *http.Request) (first []byte, err error) {
	first, err = l.Marks.Take(r.Context(), pieceName(l.variable(r, "id"), boundTo(r), 0))
	if errors.Is(err, store.ErrNotFound) {
		return nil, sso.Refuse(noArrival, sso.KeyStale, "the sign-in was let in or refused meanwhile: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("claim an arrival: %w", err)
	}
	return first, nil
}

// again puts the first piece of an arrival back that was claimed and came to nothing, since a store was away or the person
// did not wait, until it would have expired: nobody was let in by it, and they can try once more. It returns why it came
// to nothing.
func (l *Login) again(r *http.Request, first []byte, until time.Time, why error) error {
	left := until.Sub(l.Now())
	if left <= 0 || store.KindOf(why) != store.Unavailable && !errors.Is(why, context.Canceled) {
		return why
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), recordTime)
	defer cancel()
	if err := l.Marks.Put(ctx, pieceName(l.variable(r, "id"), boundTo(r), 0), first, left); err != nil {
		return errors.Join(why, fmt.Errorf("put an arrival back: %w", err))
	}
	return why
}
