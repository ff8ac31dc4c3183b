package login

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// leftLife is how long it is noted that somebody was signed out: longer than a sign-in that was judged before may wait,
// be put back and take to be let in.
const leftLife = 3 * arrivalLife

// leftName is where it is noted that an IdP signed out subject's session index; either may be empty, for any.
func leftName(trust store.ID, subject, index string) string {
	return markName("left", string(trust), markName("", subject), markName("", index))
}

// lastName is where it is noted that an IdP signed out anybody: which order was the last.
func lastName(trust store.ID) string { return markName("left-last", string(trust)) }

// lastLeft returns the note of the IdP's last order, "" when there was none of late. Whose a message is, and so whose
// notes count, is known only once it is judged; an order that came meanwhile shows by this one.
func (l *Login) lastLeft(ctx context.Context, trust store.ID) (string, error) {
	note, err := l.Marks.Peek(ctx, lastName(trust))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", fmt.Errorf("look for the last logout: %w", err)
	}
	return string(note), nil
}

// leftBefore returns what was noted of identity's departures when the last order's note was last, which was before the
// message was judged. If another order came since, whosever, no note is known to be older.
func (l *Login) leftBefore(ctx context.Context, trust store.ID, identity sso.Identity, last string) ([]string, error) {
	notes, err := l.left(ctx, trust, identity)
	if err != nil {
		return nil, err
	}
	now, err := l.lastLeft(ctx, trust)
	if err != nil || now != last {
		return nil, err
	}
	return notes, nil
}

// noteLeft notes whom an order signs out: a sign-in of theirs that is under way is no session yet that could be ended,
// and must not become one afterwards. It must be done before the sessions are ended.
func (l *Login) noteLeft(ctx context.Context, trust store.ID, order sso.LogoutOrder) error {
	indexes := order.Indexes
	if len(indexes) == 0 {
		indexes = []string{""}
	}
	if err := l.Marks.Set(ctx, lastName(trust), []byte(secret()), leftLife); err != nil {
		return fmt.Errorf("note that somebody left: %w", err)
	}
	for _, index := range indexes {
		// Each order leaves a note of its own, and the one before stands until then: whoever looks sees one of the two.
		if err := l.Marks.Set(ctx, leftName(trust, order.Subject, index), []byte(secret()), leftLife); err != nil {
			return fmt.Errorf("note who left: %w", err)
		}
	}
	return nil
}

// left returns what is noted of the orders that would end identity's session, "" for each that there is none of.
func (l *Login) left(ctx context.Context, trust store.ID, identity sso.Identity) ([]string, error) {
	names := []string{leftName(trust, identity.NameSubject, "")}
	if index := identity.Index; index != "" {
		names = append(names, leftName(trust, identity.NameSubject, index), leftName(trust, "", index))
	}
	notes := make([]string, len(names))
	for i, name := range names {
		note, err := l.Marks.Peek(ctx, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("look whether somebody left: %w", err)
		}
		notes[i] = string(note)
	}
	return notes, nil
}

// leftSince is a refusal when the IdP signed one's person out after its message came: when a note is there that was not
// there then. No clock is asked, since instances have one each and the notes have one order.
func (l *Login) leftSince(ctx context.Context, one arrival) error {
	now, err := l.left(ctx, one.TrustID, one.Identity)
	if err != nil {
		return err
	}
	for _, note := range now {
		if note != "" && !slices.Contains(one.Left, note) {
			return sso.Refuse("login.left", sso.KeyStale, "the IdP signed the person out after its message came")
		}
	}
	return nil
}
