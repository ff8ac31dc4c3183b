package portal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/store"
)

// keepBase keeps a trust as it counts among its versions, unless the newest one says the same. What a draft begins from
// can then be compared with and gone back to, whoever made it so: the command line, a refresh, or an administrator.
func (p *Portal) keepBase(ctx context.Context, tx store.Tx, live store.Trust, by string) error {
	if live.SAML == nil && live.OIDC == nil {
		return nil // it was never anything
	}
	newest, err := tx.TrustDrafts().Versions(ctx, live.ID, store.Page{Limit: 1})
	if err != nil {
		return fmt.Errorf("list the versions of trust %s: %w", live.ID, err)
	}
	if len(newest.Items) > 0 && (newest.Items[0].Version == live.Version || len(diffTrusts(newest.Items[0].Trust, live)) == 0) {
		return nil
	}
	v := store.TrustVersion{Trust: live, ByName: by, At: p.Now()}
	if len(newest.Items) > 0 && newest.Items[0].Untested && !changedByHand(newest.Items[0].Trust, live) { // a refresh proves nothing
		v.By, v.At, v.Untested = newest.Items[0].By, newest.Items[0].At, true
	}
	if err := tx.TrustDrafts().Keep(ctx, v); err != nil {
		return fmt.Errorf("keep version %d of trust %s: %w", live.Version, live.ID, err)
	}
	return nil
}

// keepUntried keeps next, which live became by account's word alone, as a version that nobody tested: by keys none of which
// was believed before, nobody has come in yet.
func (p *Portal) keepUntried(ctx context.Context, tx store.Tx, account store.Account, live, next store.Trust) error {
	if err := p.keepBase(ctx, tx, live, ""); err != nil {
		return err
	}
	next.Version++ // as it was stored
	v := store.TrustVersion{Trust: next, By: account.ID, ByName: account.Name, At: p.Now(), Untested: true}
	if err := tx.TrustDrafts().Keep(ctx, v); err != nil {
		return fmt.Errorf("keep version %d of trust %s: %w", next.Version, live.ID, err)
	}
	return nil
}

// baseOf returns a trust as it was when its draft began: the newest version kept by then.
func baseOf(ctx context.Context, tx store.Tx, live store.Trust, version int64) (store.Trust, error) {
	if version == live.Version {
		return live, nil
	}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.TrustDrafts().Versions(ctx, live.ID, page)
		if err != nil {
			return live, fmt.Errorf("list the versions of trust %s: %w", live.ID, err)
		}
		if i := slices.IndexFunc(list.Items, func(v store.TrustVersion) bool { return v.Version <= version }); i >= 0 {
			return list.Items[i].Trust, nil
		}
		if page.After = list.Next; page.After == "" {
			return live, fmt.Errorf("trust %s was not kept before version %d: %w", live.ID, version, store.ErrNotFound)
		}
	}
}

// upToDate returns what a draft makes of the trust as it is by now. A refresh, and an administrator's word about keys, move
// on what the draft does not change, and that somebody switched the trust on or off is what the draft is about; anything
// else that became of it meanwhile is ErrConflict.
func upToDate(ctx context.Context, tx store.Tx, live store.Trust, d store.TrustDraft) (store.Trust, error) {
	base, err := baseOf(ctx, tx, live, d.Version)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return d.Trust, err
	}
	if err != nil || changedByHand(base, live) {
		return d.Trust, store.Fail(store.Conflict, "error.trust_changed", "trust %s has version %d, its draft is of %d", d.ID, live.Version, d.Version)
	}
	return carried(base, live, d.Trust), nil
}

// changedByHand reports whether a trust differs from what it was in more than what is fetched and being switched on.
func changedByHand(from, to store.Trust) bool {
	return slices.ContainsFunc(diffTrusts(from, to), func(c TrustChange) bool { return c.Field != "state" && !slices.Contains(fetchedFields(), c.Field) })
}

// fetchedFields are what is taken from identity providers without a draft.
func fetchedFields() []string { return []string{"metadata", "keys", "offered"} }

// carried returns next with what was fetched since base, where next has it as base had.
func carried(base, live, next store.Trust) store.Trust {
	if b, l, n := base.SAML, live.SAML, next.SAML; b != nil && l != nil && n != nil && bytes.Equal(b.Metadata, n.Metadata) && b.EntityID == n.EntityID {
		s := *n
		s.Metadata, s.FetchedAt, s.Offered, s.OfferedAt, s.RefusedAt = l.Metadata, l.FetchedAt, l.Offered, l.OfferedAt, l.RefusedAt
		s.Vouched, s.VouchedUntil = l.Vouched, l.VouchedUntil
		next.SAML = &s
	}
	if b, l, n := base.OIDC, live.OIDC, next.OIDC; b != nil && l != nil && n != nil && slices.Equal(b.Keys, n.Keys) && b.Issuer == n.Issuer && (b.Refresh == n.Refresh || n.Refresh != store.RefreshAuto) {
		o := *n
		o.Keys, o.Offered, o.OfferedAt, o.RefusedAt = l.Keys, l.Offered, l.OfferedAt, l.RefusedAt
		next.OIDC = &o
	}
	return next
}

// forgetSecret returns next without a client secret that known gave for another OP, or that it does not authenticate with any
// more: whoever names an OP would be sent it there.
func forgetSecret(next store.Trust, known ...store.Trust) store.Trust {
	for _, k := range known {
		n := next.OIDC
		if n == nil || n.SecretRef == "" || n.SecretRef != secretRef(k) || n.Issuer == k.OIDC.Issuer && n.AuthMethod != "private_key_jwt" {
			continue
		}
		o := *n
		o.SecretRef = ""
		next.OIDC = &o
	}
	return next
}

// forgetKeys returns next without the keys of an OP that it is no longer about, or whose keys are all believed from then on:
// when it asks again one day, they may be over.
func forgetKeys(before, next store.Trust) store.Trust {
	b, n := before.OIDC, next.OIDC
	if b == nil || n == nil || !slices.Equal(b.Keys, n.Keys) {
		return next
	}
	if b.Issuer != n.Issuer || b.Refresh != store.RefreshAuto && n.Refresh == store.RefreshAuto {
		o := *n
		o.Keys, o.Offered, o.OfferedAt, o.RefusedAt = nil, nil, time.Time{}, time.Time{}
		next.OIDC = &o
	}
	return next
}
