package operator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// Password takes a name and a password, and begins the session in which the second factor is asked for. What is wrong is
// not told apart: an unknown name, a wrong password and an operator without one are the same error of kind Denied and take
// the same time.
func (c *Console) Password(ctx context.Context, name, password, device string, v portal.Visit) (token string, ends time.Time, err error) {
	name = strings.ToLower(strings.TrimSpace(name))
	o, at, err := c.attempt(ctx, name, device, v)
	if err != nil {
		return "", ends, err
	}
	good, err := c.judge(ctx, password, o, device, at)
	if err != nil {
		return "", ends, err
	}
	if !good {
		return "", ends, c.refused(ctx, o, v, store.DeedOperatorSignIn, store.Fail(store.Denied, "error.operator_wrong", "no operator has that name and password"))
	}
	now := c.Portal.Now()
	err = c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		is, err := tx.Operators().Get(ctx, o.ID)
		if err != nil {
			return err
		}
		if len(is.Passwords) == 0 || is.Passwords[0] != o.Passwords[0] {
			return store.Fail(store.Conflict, "", "the password was changed meanwhile")
		}
		if err := uncount(ctx, tx, now, at...); err != nil {
			return err
		}
		token, ends, err = begin(ctx, tx, is, v, now, secondTime, false)
		return err
	})
	return token, ends, err
}

// attempt counts an attempt to sign in as name, and returns that operator, or one without an ID where there is none, and
// where it was counted.
func (c *Console) attempt(ctx context.Context, name, device string, v portal.Visit) (o store.Operator, at []string, err error) {
	err = c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		if err := admits(ctx, tx, c.Portal.Now(), v); err != nil {
			return err
		}
		o, err = tx.Operators().Named(ctx, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		at = strangers(name, addressOf(v))
		if own := c.known(device, o.ID); own != "" {
			at = []string{own}
		}
		return count(ctx, tx, c.Portal.Now(), at...)
	})
	return o, at, err
}

// judge compares a password, for a browser that is known without waiting for strangers. An attempt that found no place was
// none, and gives its count back.
func (c *Console) judge(ctx context.Context, password string, o store.Operator, device string, at []string) (bool, error) {
	bench := c.bench
	if c.known(device, o.ID) != "" {
		bench = c.own
	}
	good, err := c.compare(ctx, bench, password, o)
	if !errors.Is(err, store.ErrUnavailable) {
		return good, err
	}
	ctx = context.WithoutCancel(ctx)
	return false, errors.Join(err, c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		return uncount(ctx, tx, c.Portal.Now(), at...)
	}))
}

// Code takes a one-time password or a recovery code as the second factor.
func (c *Console) Code(ctx context.Context, w Who, code string) (Proved, error) {
	now := c.Portal.Now()
	if err := c.countSecond(ctx, w); err != nil {
		return Proved{}, err
	}
	by, o := "", w.Operator
	if len(o.Secret) > 0 {
		secret, err := c.Portal.Sealer.Unseal(purpose(o.ID), o.Secret)
		if err != nil {
			return Proved{}, fmt.Errorf("read the second factor: %w", err)
		}
		if _, good := step(secret, code, o.Step, now); good {
			by = "totp"
		}
		return c.second(ctx, w, by, code, secret)
	}
	return c.second(ctx, w, by, code, nil)
}

// second decides on the operator as it is in the transaction: of two who give one code at once, one is let in.
func (c *Console) second(ctx context.Context, w Who, by, code string, secret []byte) (Proved, error) {
	if by == "" {
		by = "recovery"
	}
	p, err := c.prove(ctx, w, map[string]string{"factor": by}, func(o *store.Operator) error {
		if by == "recovery" {
			if !spend(o, code) {
				return wrongCode()
			}
			return nil
		}
		n, good := step(secret, code, o.Step, c.Portal.Now())
		if !good {
			return wrongCode()
		}
		o.Step = n
		return nil
	})
	var wrong *store.Error
	if errors.As(err, &wrong) && wrong.Key == wrongCode().Key {
		return p, c.refused(ctx, w.Operator, w.Visit, store.DeedOperatorSignIn, wrong)
	}
	return p, err
}

// countSecond counts an attempt at the second factor, for the account and for the browser.
func (c *Console) countSecond(ctx context.Context, w Who) error {
	return c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		return count(ctx, tx, c.Portal.Now(), w.secondPlaces()...)
	})
}

func (w Who) secondPlaces() []string {
	if w.device != "" {
		return []string{w.device}
	}
	return []string{place("code", string(w.Operator.ID)), strangers(w.Operator.Name, addressOf(w.Visit))[0]}
}

// prove replaces the session by one in which both factors were given, after fn changed the operator: a token that was
// known before the second factor is worth nothing after it. A session that was proved before does not last longer by that.
func (c *Console) prove(ctx context.Context, w Who, detail map[string]string, fn func(*store.Operator) error) (p Proved, err error) {
	err = c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		p, err = c.proveIn(ctx, tx, w, detail, fn)
		return err
	})
	if err != nil {
		return Proved{}, fmt.Errorf("take a second factor: %w", err)
	}
	p.Device, err = c.newDevice(w.Operator.ID)
	return p, err
}

func (c *Console) proveIn(ctx context.Context, tx store.Tx, w Who, detail map[string]string, fn func(*store.Operator) error) (p Proved, err error) {
	now, long := c.Portal.Now(), wholeTime
	if w.Session.Proved {
		long = w.Session.Ends.Sub(now)
	}
	o, err := tx.Operators().Get(ctx, w.Operator.ID)
	if err != nil {
		return p, err
	}
	if err := fn(&o); err != nil {
		return p, err
	}
	if !w.Session.Proved {
		o.SeenAt = now
	}
	err = tx.Operators().Update(ctx, o)
	if err == nil {
		err = tx.Operators().End(ctx, o.ID, w.Session.ID)
	}
	if err == nil {
		p.Token, p.Ends, err = begin(ctx, tx, o, w.Visit, now, long, true)
	}
	if err == nil {
		err = absolve(ctx, tx, now, w.secondPlaces()...)
	}
	for _, deed := range proved(w, detail) {
		if err == nil {
			err = tx.Audit().Append(ctx, event(now, o, w.Visit, deed, store.Allowed, detail))
		}
	}
	return p, err
}

// proved are the deeds that taking a second factor is: setting one up, signing in, or both.
func proved(w Who, detail map[string]string) (deeds []store.Deed) {
	if detail["by"] == byEnrol {
		deeds = append(deeds, store.DeedOperatorFactor)
	}
	if !w.Session.Proved {
		deeds = append(deeds, store.DeedOperatorSignIn)
	}
	return deeds
}

// byEnrol says in the audit that a second factor was set up.
const byEnrol = "enrol"

const (
	devicePurpose = "operator device"
	maxCookie     = 1 << 10 // bytes of a device cookie
)

// device is what a browser carries in which an operator signed in. It is worth nothing but a count of its own.
type device struct {
	Operator store.ID
	Name     string // random
}

func (c *Console) newDevice(id store.ID) (string, error) {
	text, err := json.Marshal(device{id, newToken()})
	if err != nil {
		return "", err
	}
	sealed, err := c.Portal.Sealer.Seal(devicePurpose, text)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// known returns where attempts of a browser are counted in which that operator signed in before; "" for any other.
func (c *Console) known(cookie string, id store.ID) string {
	if cookie == "" || len(cookie) > maxCookie || id == "" {
		return ""
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil {
		return ""
	}
	text, err := c.Portal.Sealer.Unseal(devicePurpose, sealed)
	var d device
	if err != nil || json.Unmarshal(text, &d) != nil || d.Operator != id || d.Name == "" {
		return ""
	}
	return place("device", string(d.Operator), d.Name)
}
