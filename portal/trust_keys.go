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
// OpenID Connect. shown are the fingerprints that the actor compared, and the addresses that move: when others are offered by
// now it is ErrConflict.
func (p *Portal) AcceptKeys(ctx context.Context, a Actor, id store.ID, shown []string) error {
	return p.decideKeys(ctx, a, id, shown, "keys accepted", true)
}

// RefuseKeys has what an identity provider offers ask for nothing any more. It can still be accepted, and something else that
// is offered takes its place and asks again.
func (p *Portal) RefuseKeys(ctx context.Context, a Actor, id store.ID, shown []string) error {
	return p.decideKeys(ctx, a, id, shown, "keys refused", false)
}

func (p *Portal) decideKeys(ctx context.Context, a Actor, id store.ID, shown []string, by string, accept bool) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := p.wasShown(live, shown); err != nil {
			return err
		}
		if !accept && !refusedAt(live).IsZero() {
			return store.Fail(store.Conflict, "error.trust_offer", "what trust %s is offered was refused already", id)
		}
		if accept {
			if err := errors.Join(p.stillValid(live), p.mayAccept(ctx, tx, account, live), p.staysWay(ctx, tx, a.Visit.Address, live)); err != nil {
				return err
			}
		}
		next := decided(live, accept, p.Now())
		if err := tx.Trusts().Update(ctx, next); err != nil {
			return fmt.Errorf("decide about the keys of trust %s: %w", id, err)
		}
		if accept && !overlaps(p.keysOf(live)) {
			if err := p.keepUntried(ctx, tx, account, live, next); err != nil {
				return err
			}
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": by, "keys": strings.Join(shown, " "), "changed": changedFields(live, next)})
	})
}

// wasShown demands that what a trust is offered is what somebody looked at.
func (p *Portal) wasShown(live store.Trust, shown []string) error {
	if offered := offerOf(p.keysOf(live)); len(offered) == 0 || !slices.Equal(offered, slices.Sorted(slices.Values(shown))) {
		return store.Fail(store.Conflict, "error.trust_offer", "trust %s is offered %q, shown was %q", live.ID, offered, shown)
	}
	return nil
}

// stillValid refuses metadata that has run out while it waited: nobody could come in by it.
func (p *Portal) stillValid(live store.Trust) error {
	for _, e := range p.keysOf(live) {
		if e.What == "offer" && !p.Now().Before(e.Ends) {
			return store.Fail(store.Denied, "error.trust_offer_over", "what trust %s is offered was valid until %s", live.ID, e.Ends.Format(time.RFC3339))
		}
	}
	return nil
}

// mayAccept permits account to take over what is offered to a trust. Where a key that is believed is among it and no address
// moves, that is the same identity provider with other keys, and whoever keeps trusts may say so; anything else could be
// somebody else, who vouches for what account may not do.
func (p *Portal) mayAccept(ctx context.Context, tx store.Tx, account store.Account, live store.Trust) error {
	if ends := p.keysOf(live); overlaps(ends) && len(fingerprints(ends, "moved")) == 0 {
		return nil
	}
	return notBeyond(ctx, tx, account, live)
}

// overlaps reports whether a key that is believed is among those offered.
func overlaps(ends []KeyEnd) bool {
	theirs := fingerprints(ends, "theirs")
	return slices.ContainsFunc(fingerprints(ends, "offered"), func(print string) bool { return slices.Contains(theirs, print) })
}

// staysWay refuses to take over keys none of which is believed by now, when nobody but by them could come in to mend it: such
// are taken into the draft, and tested.
func (p *Portal) staysWay(ctx context.Context, tx store.Tx, address string, live store.Trust) error {
	if overlaps(p.keysOf(live)) {
		return nil
	}
	last, err := lastWay(ctx, tx, address, live)
	if err == nil && last {
		err = store.Fail(store.Denied, "error.last_way_keys", "trust %s is the last way in, and is offered no key that is believed", live.ID)
	}
	return err
}

// MayFetch permits the actor to have a trust's metadata fetched now, and records that they did: from where it is fetched
// anyway, whatever its people may do. A trust that keeps to its keys fetches nothing.
func (p *Portal) MayFetch(ctx context.Context, a Actor, id store.ID) (live store.Trust, err error) {
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) (err error) {
		if live, err = mayChange(ctx, tx, id); err != nil {
			return err
		}
		if live.SAML == nil || live.SAML.MetadataURL == "" || live.SAML.Refresh == store.RefreshPin {
			return store.Fail(store.Invalid, "error.trust_fetch", "trust %s is not fetched", id)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": "fetch asked"})
	})
	return live, err
}

// decided returns a trust whose offer was taken over or refused. Metadata that waited was fetched when it was first offered,
// and is due for another look.
func decided(t store.Trust, accept bool, now time.Time) store.Trust {
	if t.SAML != nil {
		s := *t.SAML
		s.RefusedAt, t.SAML = now, &s
		if accept {
			s.Take(s.Offered, s.OfferedAt)
		}
	}
	if t.OIDC != nil {
		o := *t.OIDC
		o.RefusedAt, t.OIDC = now, &o
		if accept {
			o.Keys, o.Offered, o.OfferedAt, o.RefusedAt = o.Offered, nil, time.Time{}, time.Time{}
		}
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

// offerOf names what is offered: its keys, and the addresses that move, whatever else changes around them.
func offerOf(ends []KeyEnd) []string {
	return slices.Sorted(slices.Values(slices.Concat(fingerprints(ends, "offered"), fingerprints(ends, "moved"))))
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
