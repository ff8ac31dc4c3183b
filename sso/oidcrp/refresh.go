package oidcrp

import (
	"context"
	"crypto"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// refreshEvery is how often the keys of an OP are looked at whose trust wants an administrator asked.
const refreshEvery = 6 * time.Hour

// thumbprint returns what a trust knows a key by (RFC 7638).
func thumbprint(k jose.JSONWebKey) string {
	sum, err := k.Thumbprint(crypto.SHA256)
	if err != nil {
		return "" // of no kind that verifies anything either
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// mayKey is a refusal when the trust names the keys that it believes and this is none of them.
func (c *connector) mayKey(k jose.JSONWebKey) error {
	mode, print := c.oidc.Refresh, thumbprint(k)
	switch {
	case mode == store.RefreshAuto, mode == store.RefreshAsk && len(c.oidc.Keys) == 0, print != "" && slices.Contains(c.oidc.Keys, print):
		return nil
	case mode == store.RefreshAsk:
		return sso.Refuse(reasonKeyOffered, sso.KeyMessage, "the key with thumbprint %s was not accepted yet", print)
	}
	return sso.Refuse(reasonKeyPinned, sso.KeyMessage, "the key with thumbprint %s is none of the %d that are believed", print, len(c.oidc.Keys))
}

// unbelieved reports whether err refuses a key that verified the token: fetching again would find it once more.
func unbelieved(err error) bool {
	reason := sso.ReasonOf(err)
	return reason == reasonKeyOffered || reason == reasonKeyPinned
}

// Thumbprints fetches the keys that a trust's OP publishes for signing, and returns what they are known by, sorted.
func Thumbprints(ctx context.Context, t store.OwnedTrust, cfg Config) ([]string, error) {
	c, err := looking(t, cfg)
	if err != nil {
		return nil, err
	}
	p, _, err := c.provider.get(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at the keys of trust %s: %w", t.ID, err)
	}
	keys, _, err := p.keys.keys.get(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at the keys of trust %s: %w", t.ID, err)
	}
	var prints []string
	for _, k := range keys {
		if print := thumbprint(k); print != "" {
			prints = append(prints, print)
		}
	}
	slices.Sort(prints)
	return slices.Compact(prints), nil
}

// looking returns a connector that reads what trust's OP publishes, for which nobody has to prove who we are.
func looking(trust store.OwnedTrust, cfg Config) (*connector, error) {
	if trust.Protocol != store.OIDC || trust.OIDC == nil {
		return nil, store.Fail(store.Invalid, "", "trust %s does not speak OpenID Connect", trust.ID)
	}
	if err := checkURL(trust.OIDC.Issuer, trust.OIDC.AllowPrivate); err != nil {
		return nil, store.Fail(store.Invalid, "", "look at trust %s: the issuer %w", trust.ID, err)
	}
	c := &connector{Config: cfg, trust: trust, oidc: *trust.OIDC}
	c.reach()
	return c, nil
}

// Refresher looks at the keys of OPs whose trusts want an administrator asked when they change. A failure leaves
// everything as it is: sign-ins go on with the keys that were accepted. It is for one caller at a time.
type Refresher struct {
	Config
	// Save keeps t, whose Keys are those found first, or whose Offered are gone.
	Save func(ctx context.Context, t store.OwnedTrust, detail map[string]string) error
	// Offer keeps t, whose Offered are keys that wait for an administrator's word.
	Offer func(ctx context.Context, t store.OwnedTrust, detail map[string]string) error
	// NewKeys believes what is published, whatever was believed before. Somebody has to have compared the keys.
	NewKeys bool

	next map[store.ID]time.Time
}

// RefreshDue looks at those of ts that are due, and returns how many were.
func (r *Refresher) RefreshDue(ctx context.Context, ts []store.OwnedTrust) (n int) {
	if r.next == nil {
		r.next = map[store.ID]time.Time{}
	}
	for _, t := range ts {
		if t.OIDC == nil || t.OIDC.Refresh != store.RefreshAsk || r.Now().Before(r.next[t.ID]) || ctx.Err() != nil {
			continue
		}
		n++
		r.next[t.ID] = r.Now().Add(refreshEvery)
		if err := r.Refresh(ctx, t); err != nil && ctx.Err() == nil {
			r.Log.Warn("keys could not be looked at", "trust", t.ID, "error", err)
		}
	}
	return n
}

// Refresh looks at the keys of one trust.
func (r *Refresher) Refresh(ctx context.Context, t store.OwnedTrust) error {
	prints, err := Thumbprints(ctx, t, r.Config)
	if err != nil {
		return err
	}
	o := *t.OIDC
	t.OIDC = &o
	fresh := slices.DeleteFunc(slices.Clone(prints), func(p string) bool { return slices.Contains(o.Keys, p) })
	switch {
	case len(prints) == 0:
		return nil
	case len(o.Keys) == 0, r.NewKeys && (!slices.Equal(o.Keys, prints) || len(o.Offered) > 0):
		o.Keys, o.Offered, o.OfferedAt, o.RefusedAt = prints, nil, time.Time{}, time.Time{}
		return r.Save(ctx, t, map[string]string{"by": "key refresh", "keys found": fmt.Sprint(prints)})
	case len(fresh) == 0 && len(o.Offered) > 0:
		o.Offered, o.OfferedAt, o.RefusedAt = nil, time.Time{}, time.Time{}
		return r.Save(ctx, t, map[string]string{"by": "key refresh", "keys offered": "none any more"})
	case len(fresh) > 0 && !slices.Equal(o.Offered, prints):
		o.Offered, o.OfferedAt, o.RefusedAt = prints, r.Now(), time.Time{}
		return r.Offer(ctx, t, map[string]string{"by": "key refresh", "keys offered": fmt.Sprint(fresh)})
	}
	return nil
}
