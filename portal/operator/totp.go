package operator

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"cloudpocket/store"
)

const (
	totpPeriod = 30 // seconds, what every authenticator has
	totpSkew   = 1  // steps that its clock may be off
	totpBytes  = 20 // of the secret (RFC 4226, section 4)
	enrolTime  = 10 * time.Minute
)

var totpText = base32.StdEncoding.WithPadding(base32.NoPadding)

// purpose is what an operator's secret is sealed for.
func purpose(id store.ID) string { return "operator totp " + string(id) }

// step returns the time step that code is of, when it is right at now and later than last: each is taken once.
func step(secret []byte, code string, last int64, now time.Time) (int64, bool) {
	code = digits(code)
	at, found := int64(0), false
	for offset := int64(-totpSkew); offset <= totpSkew; offset++ {
		n := now.Unix()/totpPeriod + offset
		want, err := hotp.GenerateCode(totpText.EncodeToString(secret), uint64(n))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && n > last {
			at, found = n, true
		}
	}
	return at, found
}

// digits is a code without the spaces that people put into it, its digits as they are on every keyboard.
func digits(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '　':
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return r
	}, code)
}

// Enrolment is the secret that an authenticator is given, before it has shown that it has it.
type Enrolment struct {
	Secret string // as it is typed
	URI    string // as it is scanned
}

// Enrol returns the secret for the operator's authenticator. Until a code of it is given it is kept for this session
// alone, for ten minutes, and the same is returned again.
func (c *Console) Enrol(ctx context.Context, w Who) (Enrolment, error) {
	if !w.mayEnrol() {
		return Enrolment{}, unproved()
	}
	mark := enrolMark(w)
	secret, err := c.pending(ctx, w)
	if errors.Is(err, store.ErrNotFound) {
		secret = make([]byte, totpBytes)
		rand.Read(secret) // never fails: crypto/rand ends the process instead
		var sealed []byte
		if sealed, err = c.Portal.Sealer.Seal(mark, secret); err == nil {
			err = c.Marks.Set(ctx, mark, sealed, enrolTime)
		}
	}
	if err != nil {
		return Enrolment{}, fmt.Errorf("keep a secret for %s: %w", mark, err)
	}
	text := totpText.EncodeToString(secret)
	q := url.Values{"secret": {text}, "issuer": {"Cloud Pocket"}, "period": {fmt.Sprint(totpPeriod)}, "digits": {"6"}, "algorithm": {"SHA1"}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Cloud Pocket:" + w.Operator.Name, RawQuery: strings.ReplaceAll(q.Encode(), "+", "%20")}
	return Enrolment{text, u.String()}, nil
}

func enrolMark(w Who) string { return "operator enrol " + string(w.Session.ID) }

func (c *Console) pending(ctx context.Context, w Who) ([]byte, error) {
	sealed, err := c.Marks.Peek(ctx, enrolMark(w))
	if err != nil {
		return nil, err
	}
	return c.Portal.Sealer.Unseal(enrolMark(w), sealed)
}

// Enrolled makes the authenticator that gives code the operator's, in place of one before, and returns the session that
// is then proved and new recovery codes, which are shown this once.
func (c *Console) Enrolled(ctx context.Context, w Who, code string) (p Proved, codes []string, err error) {
	if !w.mayEnrol() {
		return p, nil, unproved()
	}
	secret, err := c.pending(ctx, w)
	if errors.Is(err, store.ErrNotFound) {
		return p, nil, store.Fail(store.Expired, "error.operator_enrol_late", "no secret waits for a code")
	}
	if err != nil {
		return p, nil, err
	}
	n, good := step(secret, code, 0, c.Portal.Now())
	if !good {
		return p, nil, wrongCode()
	}
	sealed, err := c.Portal.Sealer.Seal(purpose(w.Operator.ID), secret)
	if err != nil {
		return p, nil, err
	}
	codes, hashes := newRecovery()
	p, err = c.prove(ctx, w, map[string]string{"factor": "totp", "by": byEnrol}, func(o *store.Operator) error {
		if !w.Session.Proved && o.SecondFactor() {
			return unproved()
		}
		o.Secret, o.Step, o.Recovery = sealed, n, hashes
		return nil
	})
	if err != nil {
		return p, nil, err
	}
	_, err = c.Marks.Take(ctx, enrolMark(w))
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return p, codes, err
}

func wrongCode() *store.Error {
	return store.Fail(store.Invalid, "error.operator_code", "no such code is good now")
}
