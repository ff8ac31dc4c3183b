package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// AcceptKeys takes over what an identity provider offers with other keys: metadata over SAML, the keys themselves over
// OpenID Connect. shown are the fingerprints that the actor compared: when others are offered by now it is ErrConflict.
func (p *Portal) AcceptKeys(ctx context.Context, a Actor, id store.ID, shown []string) error {
	return p.decideKeys(ctx, a, id, shown, "keys accepted", true)
}

// RefuseKeys forgets what an identity provider offers. It is offered again when it is fetched again.
func (p *Portal) RefuseKeys(ctx context.Context, a Actor, id store.ID, shown []string) error {
	return p.decideKeys(ctx, a, id, shown, "keys refused", false)
}

func (p *Portal) decideKeys(ctx context.Context, a Actor, id store.ID, shown []string, by string, accept bool) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, id)
		if err != nil {
			return err
		}
		offered := fingerprints(p.keysOf(live), "offered")
		if len(offered) == 0 || !slices.Equal(offered, slices.Sorted(slices.Values(shown))) {
			return store.Fail(store.Conflict, "error.trust_offer", "trust %s is offered %q, shown was %q", id, offered, shown)
		}
		if accept {
			if err := errors.Join(notBeyond(ctx, tx, account, live), p.staysWay(ctx, tx, a.Visit.Address, live)); err != nil {
				return err
			}
		}
		next := decided(live, accept, p.Now())
		if err := tx.Trusts().Update(ctx, next); err != nil {
			return fmt.Errorf("decide about the keys of trust %s: %w", id, err)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": by, "keys": strings.Join(shown, " "), "changed": changedFields(live, next)})
	})
}

// staysWay refuses to take over keys none of which is believed by now, when nobody but by them could come in to mend it: such
// are taken into the draft, and tested.
func (p *Portal) staysWay(ctx context.Context, tx store.Tx, address string, live store.Trust) error {
	ends := p.keysOf(live)
	theirs := fingerprints(ends, "theirs")
	if slices.ContainsFunc(fingerprints(ends, "offered"), func(print string) bool { return slices.Contains(theirs, print) }) {
		return nil
	}
	last, err := lastWay(ctx, tx, address, live)
	if err == nil && last {
		err = store.Fail(store.Denied, "error.last_way_keys", "trust %s is the last way in, and is offered no key that is believed", live.ID)
	}
	return err
}

// MayFetch permits the actor to have a trust's metadata fetched now, and records that they did. A trust that keeps to its
// keys fetches nothing.
func (p *Portal) MayFetch(ctx context.Context, a Actor, id store.ID) (live store.Trust, err error) {
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) (err error) {
		if live, err = mayChange(ctx, tx, id); err != nil {
			return err
		}
		if live.SAML == nil || live.SAML.MetadataURL == "" || live.SAML.Refresh == store.RefreshPin {
			return store.Fail(store.Invalid, "error.trust_fetch", "trust %s is not fetched", id)
		}
		if err := notBeyond(ctx, tx, account, live); err != nil {
			return err
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": "fetch asked"})
	})
	return live, err
}

// decided returns a trust whose offer was taken over or forgotten.
func decided(t store.Trust, accept bool, now time.Time) store.Trust {
	if t.SAML != nil {
		s := *t.SAML
		if accept {
			s.Metadata, s.FetchedAt = s.Offered, now
		}
		s.Offered, s.OfferedAt, t.SAML = nil, time.Time{}, &s
	}
	if t.OIDC != nil {
		o := *t.OIDC
		if accept {
			o.Keys = o.Offered
		}
		o.Offered, o.OfferedAt, t.OIDC = nil, time.Time{}, &o
	}
	return t
}

// keysOf returns the keys of a trust. Those of OpenID Connect have no end, and what the trust knows them by is all that is
// known of them.
func (p *Portal) keysOf(t store.Trust) (all []KeyEnd) {
	if p.KeyEnds != nil {
		all = p.KeyEnds(t)
	}
	if t.OIDC == nil {
		return all
	}
	for _, print := range t.OIDC.Keys {
		all = append(all, KeyEnd{What: "theirs", Fingerprint: print})
	}
	for _, print := range t.OIDC.Offered {
		all = append(all, KeyEnd{What: "offered", Fingerprint: print})
	}
	return all
}

// fingerprints returns those of one sort, sorted.
func fingerprints(ends []KeyEnd, what string) (all []string) {
	for _, e := range ends {
		if e.What == what {
			all = append(all, e.Fingerprint)
		}
	}
	slices.Sort(all)
	return all
}
