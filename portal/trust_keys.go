package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// AcceptKeys takes over the metadata that an identity provider offers with other keys. shown are the fingerprints that the
// actor compared: when others are offered by now it is ErrConflict.
func (p *Portal) AcceptKeys(ctx context.Context, a Actor, id store.ID, shown []string) error {
	return p.decideKeys(ctx, a, id, shown, "keys accepted", func(s *store.SAMLTrust) {
		s.Metadata, s.FetchedAt = s.Offered, p.Now()
	})
}

// RefuseKeys forgets what an identity provider offers. It is offered again when it is fetched again.
func (p *Portal) RefuseKeys(ctx context.Context, a Actor, id store.ID, shown []string) error {
	return p.decideKeys(ctx, a, id, shown, "keys refused", func(*store.SAMLTrust) {})
}

func (p *Portal) decideKeys(ctx context.Context, a Actor, id store.ID, shown []string, by string, decide func(*store.SAMLTrust)) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, id)
		if err != nil {
			return err
		}
		if live.SAML == nil || len(live.SAML.Offered) == 0 || p.KeyEnds == nil {
			return store.Fail(store.Conflict, "error.trust_offer", "trust %s is offered no keys", id)
		}
		if offered := fingerprints(p.KeyEnds(live), "offered"); !slices.Equal(offered, slices.Sorted(slices.Values(shown))) {
			return store.Fail(store.Conflict, "error.trust_offer", "trust %s is offered %q, shown was %q", id, offered, shown)
		}
		before, half := live, *live.SAML
		decide(&half)
		half.Offered, half.OfferedAt = nil, time.Time{}
		live.SAML = &half
		if err := tx.Trusts().Update(ctx, live); err != nil {
			return fmt.Errorf("decide about the keys of trust %s: %w", id, err)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": by, "keys": strings.Join(shown, " "), "changed": changedFields(before, live)})
	})
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
