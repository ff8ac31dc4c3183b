package departed

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Life is how long it is noted that somebody was signed out: whoever was judged before must be let in, or turned away, within it.
const Life = 15 * time.Minute

// Notes are kept among the marks, for all instances.
type Notes struct {
	Marks store.Marks
}

// Person is who may have departed, as logout messages name them.
type Person struct {
	TrustID store.ID
	Subject string // the NameID's value or the ID token's sub
	Index   string // SAML SessionIndex or OIDC sid; empty if there is none
}

// PersonOf returns whom trust vouched for.
func PersonOf(trust store.ID, identity sso.Identity) Person {
	return Person{trust, identity.NameSubject, identity.Index}
}

// name is where it is noted that an IdP signed out subject's session index; either may be empty, for any.
func name(trust store.ID, subject, index string) string {
	return sso.MarkName("left", string(trust), sso.MarkName("", subject), sso.MarkName("", index))
}

// lastName is where it is noted that an IdP signed out anybody: which order was the last.
func lastName(trust store.ID) string { return sso.MarkName("left-last", string(trust)) }

// Last returns the note of the IdP's last order, "" when there was none of late. Whose a message is, and so whose notes
// count, is known only once it is judged; an order that came meanwhile shows by this one.
func (n Notes) Last(ctx context.Context, trust store.ID) (string, error) {
	note, err := n.Marks.Peek(ctx, lastName(trust))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", fmt.Errorf("look for the last logout: %w", err)
	}
	return string(note), nil
}

// Before returns what was noted of p's departures when the last order's note was last, which was before the message was
// judged. If another order came since, whosever, no note is known to be older.
func (n Notes) Before(ctx context.Context, p Person, last string) ([]string, error) {
	notes, err := n.of(ctx, p)
	if err != nil {
		return nil, err
	}
	now, err := n.Last(ctx, p.TrustID)
	if err != nil || now != last {
		return nil, err
	}
	return notes, nil
}

// Leave notes whom an order signs out: a sign-in of theirs that is under way is no session yet that could be ended, and
// must not become one afterwards. It must be done before the sessions are ended.
func (n Notes) Leave(ctx context.Context, trust store.ID, order sso.LogoutOrder) error {
	indexes := order.Indexes
	if len(indexes) == 0 {
		indexes = []string{""}
	}
	if err := n.Marks.Set(ctx, lastName(trust), mark(), Life); err != nil {
		return fmt.Errorf("note that somebody left: %w", err)
	}
	for _, index := range indexes {
		// Each order leaves a note of its own, and the one before stands until then: whoever looks sees one of the two.
		if err := n.Marks.Set(ctx, name(trust, order.Subject, index), mark(), Life); err != nil {
			return fmt.Errorf("note who left: %w", err)
		}
	}
	return nil
}

// mark is a note that no other is like.
func mark() []byte {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return []byte(base64.RawURLEncoding.EncodeToString(b[:]))
}

// of returns what is noted of the orders that would end p's session, "" for each that there is none of.
func (n Notes) of(ctx context.Context, p Person) ([]string, error) {
	names := []string{name(p.TrustID, p.Subject, "")}
	if p.Index != "" {
		names = append(names, name(p.TrustID, p.Subject, p.Index), name(p.TrustID, "", p.Index))
	}
	notes := make([]string, len(names))
	for i, one := range names {
		note, err := n.Marks.Peek(ctx, one)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("look whether somebody left: %w", err)
		}
		notes[i] = string(note)
	}
	return notes, nil
}

// Since is a refusal with the reason "login.left" when the IdP signed p out after their message came: when a note is there
// that is not among before. No clock is asked, since instances have one each and the notes have one order.
func (n Notes) Since(ctx context.Context, p Person, before []string) error {
	now, err := n.of(ctx, p)
	if err != nil {
		return err
	}
	for _, note := range now {
		if note != "" && !slices.Contains(before, note) {
			return sso.Refuse("login.left", sso.KeyStale, "the IdP signed the person out after its message came")
		}
	}
	return nil
}
