package operator

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

const (
	idleTime   = 15 * time.Minute
	wholeTime  = 2 * time.Hour
	secondTime = 10 * time.Minute // for the second factor after the password
	seenEvery  = time.Minute
	maxDevice  = 200 // bytes of a User-Agent
)

// Who is an operator's request: who, in which session, from where.
type Who struct {
	Operator store.Operator
	Session  store.OperatorSession
	Window   store.Window
	Visit    portal.Visit
	device   string // where attempts of this browser are counted; "" for one that never signed in
}

// mayEnrol reports whether a second factor may be set up: by somebody who proved one, or has none yet.
func (w Who) mayEnrol() bool { return w.Session.Proved || !w.Operator.SecondFactor() }

func unproved() *store.Error {
	return store.Fail(store.Denied, "error.operator_unproved", "the second factor was not given")
}

// Proved is a session in which both factors were given, as the browser keeps it.
type Proved struct {
	Token  string
	Ends   time.Time
	Device string // the sealed cookie by which the browser is known again
}

// newToken returns a session's token: 256 random bits.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// Who returns whose request it is that carries token and the device cookie. A session that has ended, by its own times or
// with the window, is ErrNotFound, and so is every session from outside of the window's ranges.
func (c *Console) Who(ctx context.Context, token, device string, v portal.Visit) (w Who, err error) {
	if token == "" {
		return w, fmt.Errorf("no session: %w", store.ErrNotFound)
	}
	now := c.Portal.Now()
	w.Visit = v
	err = c.Portal.Records.View(ctx, store.Deployment, func(tx store.Tx) error {
		if w.Session, err = tx.Operators().Session(ctx, store.KeyOf(token)); err != nil {
			return err
		}
		if w.Operator, err = tx.Operators().Get(ctx, w.Session.OperatorID); err != nil {
			return err
		}
		w.Window, err = tx.Operators().Window(ctx)
		return err
	})
	if err != nil {
		return Who{}, err
	}
	if !stands(w.Session, now) || !w.Window.Open(now) || !w.Window.Contains(addressOf(v)) {
		return Who{}, fmt.Errorf("the session has ended: %w", store.ErrNotFound)
	}
	w.device = c.known(device, w.Operator.ID)
	if now.Sub(w.Session.Seen) < seenEvery {
		return w, nil
	}
	w.Session.Seen = now
	err = c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error { return tx.Operators().Touch(ctx, w.Session) })
	return w, err
}

func stands(s store.OperatorSession, now time.Time) bool {
	return now.Before(s.Ends) && now.Before(s.Seen.Add(idleTime)) && !now.Before(s.Began)
}

// begin keeps a session that lasts that long and returns its token. It ends with the window at the latest.
func begin(ctx context.Context, tx store.Tx, o store.Operator, v portal.Visit, now time.Time, long time.Duration, proved bool) (token string, ends time.Time, err error) {
	w, err := tx.Operators().Window(ctx)
	if err != nil {
		return "", ends, err
	}
	if !w.Open(now) || !w.Contains(addressOf(v)) {
		return "", ends, closed()
	}
	ends = now.Add(long)
	if w.Until.Before(ends) {
		ends = w.Until
	}
	token = newToken()
	return token, ends, tx.Operators().Begin(ctx, store.OperatorSession{
		Key: store.KeyOf(token), ID: store.NewID(now), OperatorID: o.ID, Proved: proved, Began: now, Seen: now, Ends: ends,
		Address: v.Address, Device: v.Device[:min(len(v.Device), maxDevice)],
	})
}

// SignOut ends the session.
func (c *Console) SignOut(ctx context.Context, w Who) error {
	return c.endSession(ctx, w, w.Session.ID, "sign out")
}

// EndSession ends another session of the operator.
func (c *Console) EndSession(ctx context.Context, w Who, id store.ID) error {
	if !w.Session.Proved {
		return unproved()
	}
	return c.endSession(ctx, w, id, "revoke")
}

func (c *Console) endSession(ctx context.Context, w Who, id store.ID, by string) error {
	now := c.Portal.Now()
	return c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		if err := tx.Operators().End(ctx, w.Operator.ID, id); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, event(now, w.Operator, w.Visit, store.DeedOperatorSignOut, store.Allowed, map[string]string{"by": by, "session": string(id)}))
	})
}

// endOthers ends every session of the operator but s.
func endOthers(ctx context.Context, tx store.Tx, s store.OperatorSession) error {
	all, err := tx.Operators().Sessions(ctx, s.OperatorID)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.ID == s.ID {
			continue
		}
		if err := tx.Operators().End(ctx, s.OperatorID, one.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// Own is what an operator sees of the own account.
type Own struct {
	Operator store.Operator
	Sessions []store.OperatorSession // those that stand, the latest first
}

// Own returns the operator's account with its sessions.
func (c *Console) Own(ctx context.Context, w Who) (own Own, err error) {
	if !w.Session.Proved {
		return own, unproved()
	}
	now := c.Portal.Now()
	err = c.Portal.Records.View(ctx, store.Deployment, func(tx store.Tx) error {
		if own.Operator, err = tx.Operators().Get(ctx, w.Operator.ID); err != nil {
			return err
		}
		all, err := tx.Operators().Sessions(ctx, w.Operator.ID)
		for _, s := range all {
			if stands(s, now) {
				own.Sessions = append(own.Sessions, s)
			}
		}
		return err
	})
	return own, err
}

// changeOwn changes the operator's own account by fn.
func (c *Console) changeOwn(ctx context.Context, w Who, detail map[string]string, fn func(*store.Operator) error) error {
	if !w.Session.Proved {
		return unproved()
	}
	return c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		o, err := tx.Operators().Get(ctx, w.Operator.ID)
		if err != nil {
			return err
		}
		if err := fn(&o); err != nil {
			return err
		}
		if err := tx.Operators().Update(ctx, o); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, event(c.Portal.Now(), o, w.Visit, store.DeedOperatorFactor, store.Allowed, detail))
	})
}
