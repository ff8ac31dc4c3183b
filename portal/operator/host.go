package operator

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

const (
	linkTime  = 24 * time.Hour
	mostOpen  = 12 * time.Hour
	leastOpen = time.Minute
)

// Host carries out what is done from the command line of the host: whoever is there has the records in hand.
type Host struct {
	*portal.Portal
	By string // who, for the audit, such as "root@host"
}

// Init makes an operator, and returns the secret of the link by which the first password is set, once, within a day.
func (h Host) Init(ctx context.Context, name string) (secret string, ends time.Time, err error) {
	if !store.ID(name).Valid() || len(name) < 3 || len(name) > 40 {
		return "", ends, store.Fail(store.Invalid, "error.operator_name", "name %q", name).With("Name", name)
	}
	o := store.Operator{ID: store.NewID(h.Now()), Name: name, CreatedAt: h.Now()}
	secret = newLink(&o, h.Now())
	err = h.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		if err := tx.Operators().Create(ctx, o); err != nil {
			return fmt.Errorf("make operator %s: %w", name, err)
		}
		return tx.Audit().Append(ctx, h.event(store.DeedOperator, o, map[string]string{"by": "init", "operator": name}))
	})
	return secret, o.LinkEnds, err
}

// Reset gives an operator a new link for a password, takes the second factors away and ends the sessions. The password
// that there was is good no more; it and those before may still not come back.
func (h Host) Reset(ctx context.Context, name string) (secret string, ends time.Time, err error) {
	err = h.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		o, err := tx.Operators().Named(ctx, name)
		if err != nil {
			return err
		}
		secret, ends = newLink(&o, h.Now()), o.LinkEnds
		if len(o.Passwords) > 0 && o.Passwords[0] != noPassword {
			o.Passwords = append([]string{noPassword}, o.Passwords...)
		}
		o.Secret, o.Step, o.Passkeys, o.Recovery = nil, 0, nil, nil
		if err := tx.Operators().Update(ctx, o); err != nil {
			return err
		}
		n, err := tx.Operators().EndAll(ctx, o.ID)
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, h.event(store.DeedOperator, o, map[string]string{"by": "reset", "operator": name, "sessions": number(n)}))
	})
	return secret, ends, err
}

// Open opens the console for that long to those addresses, in place of how it was open before.
func (h Host) Open(ctx context.Context, long time.Duration, ranges []netip.Prefix) (store.Window, error) {
	if long < leastOpen || long > mostOpen || len(ranges) == 0 {
		return store.Window{}, store.Fail(store.Invalid, "error.operator_open", "open for %s to %d ranges", long, len(ranges))
	}
	w := store.Window{Until: h.Now().Add(long), Ranges: ranges, By: h.By, OpenedAt: h.Now()}
	var texts []string
	for i, r := range ranges {
		ranges[i] = r.Masked()
		texts = append(texts, ranges[i].String())
	}
	err := h.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		if err := tx.Operators().SaveWindow(ctx, w); err != nil {
			return err
		}
		detail := map[string]string{"until": w.Until.UTC().Format(time.RFC3339), "from": strings.Join(texts, " ")}
		return tx.Audit().Append(ctx, h.event(store.DeedOperatorOpen, store.Operator{}, detail))
	})
	return w, err
}

// Close closes the console at once, ends every session in it and reports whether it was open.
func (h Host) Close(ctx context.Context) (was bool, err error) {
	err = h.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		w, err := tx.Operators().Window(ctx)
		if err != nil {
			return err
		}
		if was = w.Open(h.Now()); !was {
			return nil
		}
		_, err = shut(ctx, tx, w, store.AuditEvent{At: h.Now(), Name: h.By}, "host")
		return err
	})
	return was, err
}

// List returns every operator, and the window.
func (h Host) List(ctx context.Context) (all []store.Operator, w store.Window, err error) {
	err = h.Records.View(ctx, store.Deployment, func(tx store.Tx) error {
		if all, err = tx.Operators().All(ctx); err != nil {
			return err
		}
		w, err = tx.Operators().Window(ctx)
		return err
	})
	return all, w, err
}

func (h Host) event(deed store.Deed, o store.Operator, detail map[string]string) store.AuditEvent {
	e := store.AuditEvent{At: h.Now(), Deed: deed, Outcome: store.Allowed, Name: h.By, Detail: detail}
	if o.ID != "" {
		e.Record = "operator:" + string(o.ID)
	}
	return e
}

// noPassword stands before the passwords of an operator who has none any more.
const noPassword = ""

func number(n int) string { return strconv.Itoa(n) }

// newLink gives o a link in place of one before and returns its secret.
func newLink(o *store.Operator, now time.Time) string {
	secret := newToken()
	o.Link, o.LinkEnds = linkHash(secret), now.Add(linkTime)
	return secret
}

func linkHash(secret string) store.Hash {
	return sha256.Sum256([]byte("cloudpocket operator link 1 " + secret))
}

// Linked returns whose password the link of that secret sets; ErrNotFound for one that is used up, over or none.
func (c *Console) Linked(ctx context.Context, secret string, v portal.Visit) (o store.Operator, err error) {
	err = c.Portal.Records.View(ctx, store.Deployment, func(tx store.Tx) error {
		if err := admits(ctx, tx, c.Portal.Now(), v); err != nil {
			return err
		}
		o, err = tx.Operators().Linked(ctx, linkHash(secret))
		return err
	})
	if err == nil && !c.Portal.Now().Before(o.LinkEnds) {
		err = store.ErrNotFound
	}
	if errors.Is(err, store.ErrNotFound) {
		return store.Operator{}, store.Fail(store.Expired, "error.operator_link", "no such link: %w", err)
	}
	return o, err
}

// SetByLink sets a password by a link, which is used up by that, and returns the cookie by which the browser is known from
// then on: nobody's failures keep the operator out of it.
func (c *Console) SetByLink(ctx context.Context, secret, next, again string, v portal.Visit) (device string, err error) {
	o, err := c.Linked(ctx, secret, v)
	if err != nil {
		return "", err
	}
	next = normal(next)
	if err := c.check(o.Name, next); err != nil {
		return "", err
	}
	if next != normal(again) {
		return "", weak(KeyTwice, "it was typed differently")
	}
	if len(o.Passwords) > 0 && o.Passwords[0] == noPassword {
		o.Passwords = o.Passwords[1:]
	}
	hash, err := c.hash(ctx, o, next)
	if err != nil {
		return "", err
	}
	if err := c.linked(ctx, secret, o, hash, v); err != nil {
		return "", err
	}
	return c.newDevice(o.ID)
}

// linked uses a link up and keeps the password's hash.
func (c *Console) linked(ctx context.Context, secret string, o store.Operator, hash string, v portal.Visit) error {
	now := c.Portal.Now()
	return c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		is, err := tx.Operators().Linked(ctx, linkHash(secret))
		if err != nil {
			return store.Fail(store.Expired, "error.operator_link", "the link was used meanwhile: %w", err)
		}
		is.Passwords, is.Link, is.LinkEnds = o.Passwords, store.Hash{}, time.Time{}
		if err := tx.Operators().Update(ctx, renewed(is, hash, now)); err != nil {
			return err
		}
		if _, err := tx.Operators().EndAll(ctx, is.ID); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, event(now, is, v, store.DeedOperatorPassword, store.Allowed, map[string]string{"by": "link"}))
	})
}
