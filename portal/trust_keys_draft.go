package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloudpocket/store"
)

// DraftKeys takes what an identity provider offers into the trust's draft, for keys that can be tested there before they count:
// the way on where none that is believed is among them. shown is as for AcceptKeys. A draft about another identity provider
// is ErrConflict.
func (p *Portal) DraftKeys(ctx context.Context, a Actor, id store.ID, shown []string) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := errors.Join(p.wasShown(live, shown), p.stillValid(live)); err != nil {
			return err
		}
		d, err := p.draftOrBase(ctx, tx, live)
		if err != nil {
			return err
		}
		before := d.Trust
		if d.Trust, err = withOffer(live, d.Trust); err != nil {
			return err
		}
		d.By, d.ByName, d.At, d.State = account.ID, account.Name, p.Now(), store.TrustEnabled
		if _, err := tx.TrustDrafts().Save(ctx, d); err != nil {
			return fmt.Errorf("save the draft of trust %s: %w", id, err)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": "draft", "keys": strings.Join(shown, " "), "changed": changedFields(before, d.Trust)})
	})
}

// draftOrBase returns a trust's draft, or one that begins from the trust, which is kept for it.
func (p *Portal) draftOrBase(ctx context.Context, tx store.Tx, live store.Trust) (store.TrustDraft, error) {
	kept, err := draftOf(ctx, tx, live.ID)
	if err != nil {
		return store.TrustDraft{}, err
	}
	if kept != nil {
		return *kept, nil
	}
	return store.TrustDraft{Trust: live}, p.keepBase(ctx, tx, live, "")
}

// withOffer returns draft with what live is offered as what it believes.
func withOffer(live, draft store.Trust) (store.Trust, error) {
	if l, d := live.SAML, draft.SAML; l != nil && d != nil && l.EntityID == d.EntityID {
		s := *d
		s.Take(l.Offered, l.OfferedAt)
		draft.SAML = &s
		return draft, nil
	}
	if l, d := live.OIDC, draft.OIDC; l != nil && d != nil && l.Issuer == d.Issuer {
		o := *d
		o.Keys, o.Offered, o.OfferedAt, o.RefusedAt = l.Offered, nil, time.Time{}, time.Time{}
		draft.OIDC = &o
		return draft, nil
	}
	return draft, store.Fail(store.Conflict, "error.trust_offer_draft", "the draft of trust %s is about another identity provider", live.ID)
}
