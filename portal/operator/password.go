package operator

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"cloudpocket/portal"
	"cloudpocket/store"
)

const (
	minPassword = 12 // characters
	maxPassword = 128
	history     = 24 // passwords that may not come back, the current one among them
)

// Why a password is refused, as message keys.
const (
	KeyControl = "error.operator_password_control"
	KeyShort   = "error.operator_password_short"
	KeyLong    = "error.operator_password_long"
	KeyName    = "error.operator_password_name"
	KeyCommon  = "error.operator_password_common"
	KeyUsed    = "error.operator_password_used"
	KeyToday   = "error.operator_password_today"
	KeyWrong   = "error.operator_password_wrong"
	KeyTwice   = "error.operator_password_twice"
)

// normal is a password as it is hashed: in the form NFC, so that it is the same however a keyboard composes it.
func normal(password string) string { return norm.NFC.String(password) }

// check returns why password cannot be the operator's of that name; an error of kind Invalid. It must be normal.
func (c *Console) check(name, password string) error {
	folded := fold(password)
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return weak(KeyControl, "characters that cannot be typed")
	case n < minPassword:
		return weak(KeyShort, "%d characters", n).With("Least", minPassword)
	case n > maxPassword:
		return weak(KeyLong, "%d characters", n).With("Most", maxPassword)
	case strings.Contains(folded, fold(name)):
		return weak(KeyName, "the name is in it")
	case c.common()[folded]:
		return weak(KeyCommon, "it is on the list of common ones")
	}
	return nil
}

func weak(key, format string, args ...any) *store.Error {
	return store.Fail(store.Invalid, key, "a password is refused: "+format, args...)
}

// fold makes passwords alike that differ by case or width alone.
func fold(s string) string { return cases.Fold().String(norm.NFKC.String(s)) }

// japan is where the day is counted by which a password is changed.
func japan() *time.Location { return time.FixedZone("JST", 9*60*60) }

// sameDay reports whether two moments are on one day in Japan.
func sameDay(a, b time.Time) bool {
	y, m, d := a.In(japan()).Date()
	y2, m2, d2 := b.In(japan()).Date()
	return y == y2 && m == m2 && d == d2
}

// hash returns the hash of a new password of o that none of its last ones is. It sits for all of that among
// those who are known: who came so far has a session, or a link.
func (c *Console) hash(ctx context.Context, o store.Operator, next string) (string, error) {
	leave, err := c.own.sit(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	for _, before := range o.Passwords {
		if before == noPassword {
			continue
		}
		same, err := argon2id.ComparePasswordAndHash(next, before)
		if err != nil {
			return "", fmt.Errorf("compare with a password before: %w", err)
		}
		if same {
			return "", weak(KeyUsed, "it was used before")
		}
	}
	return argon2id.CreateHash(next, c.Hashing)
}

// renewed returns o with a new password's hash before those of its last ones.
func renewed(o store.Operator, hash string, now time.Time) store.Operator {
	o.Passwords = append([]string{hash}, o.Passwords...)
	o.Passwords = o.Passwords[:min(len(o.Passwords), history)]
	o.ChangedAt = now
	return o
}

// Change is a new password, typed twice, and the one before.
type Change struct{ Current, Next, Again string }

// ChangePassword gives the operator a new password, and ends the operator's other sessions. It is refused on the day, in
// Japan, of the last change.
func (c *Console) ChangePassword(ctx context.Context, w Who, n Change) error {
	now := c.Portal.Now()
	if !w.Session.Proved {
		return unproved()
	}
	if sameDay(now, w.Operator.ChangedAt) {
		return weak(KeyToday, "it was changed at %s", w.Operator.ChangedAt)
	}
	next := normal(n.Next)
	if err := c.check(w.Operator.Name, next); err != nil {
		return err
	}
	if next != normal(n.Again) {
		return weak(KeyTwice, "it was typed differently")
	}
	if err := c.confirm(ctx, w, n.Current); err != nil {
		return err
	}
	hash, err := c.hash(ctx, w.Operator, next)
	if err != nil {
		return err
	}
	return c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		o, err := tx.Operators().Get(ctx, w.Operator.ID)
		if err != nil {
			return err
		}
		if !o.ChangedAt.Equal(w.Operator.ChangedAt) {
			return store.Fail(store.Conflict, "", "the password was changed meanwhile")
		}
		if err := tx.Operators().Update(ctx, renewed(o, hash, now)); err != nil {
			return err
		}
		if err := endOthers(ctx, tx, w.Session); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, event(now, o, w.Visit, store.DeedOperatorPassword, store.Allowed, map[string]string{"by": "change"}))
	})
}

// confirm demands the current password of somebody who is signed in, counted as an attempt of their browser.
func (c *Console) confirm(ctx context.Context, w Who, current string) error {
	at := place("session", string(w.Session.ID))
	err := c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error { return count(ctx, tx, c.Portal.Now(), at) })
	if err != nil {
		return err
	}
	good, err := c.compare(ctx, c.own, current, w.Operator)
	if err != nil {
		return err
	}
	if !good {
		return c.refused(ctx, w.Operator, w.Visit, store.DeedOperatorPassword, weak(KeyWrong, "the current one is not that"))
	}
	return c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error { return absolve(ctx, tx, c.Portal.Now(), at) })
}

// compare compares a password with the operator's; for one who has none it takes as long and is false.
func (c *Console) compare(ctx context.Context, at bench, password string, o store.Operator) (bool, error) {
	leave, err := at.sit(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	hash, err := c.nobody()
	if err != nil {
		return false, fmt.Errorf("hash a password of nobody's: %w", err)
	}
	known := len(o.Passwords) > 0 && o.Passwords[0] != noPassword
	if known {
		hash = o.Passwords[0]
	}
	if len(password) > 4*maxPassword {
		password, known = "", false
	}
	same, err := argon2id.ComparePasswordAndHash(normal(password), hash)
	if err != nil {
		return false, fmt.Errorf("compare a password: %w", err)
	}
	return same && known, nil
}

// refused records that o was refused a deed, and returns why. Whoever hangs up before the answer is recorded as well.
func (c *Console) refused(ctx context.Context, o store.Operator, v portal.Visit, deed store.Deed, why *store.Error) error {
	ctx = context.WithoutCancel(ctx)
	err := c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		return tx.Audit().Append(ctx, event(c.Portal.Now(), o, v, deed, store.Refused, map[string]string{"reason": why.Key}))
	})
	if err != nil {
		return fmt.Errorf("record a refusal: %w", err)
	}
	return why
}
