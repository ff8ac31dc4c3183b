package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// tokenEnding returns the end of the provisioning of an enabled trust: of the token that is good longest, if that is soon or
// was lately. When it has ended, nobody who leaves is disabled any more, and nothing else would tell. Tokens that were
// revoked say nothing, nor does one beside which a newer one stands.
func (p *Portal) tokenEnding(ctx context.Context, tx store.Tx, t store.Trust) ([]KeyWarning, error) {
	if t.State != store.TrustEnabled {
		return nil, nil
	}
	all, err := tx.ScimTokens().List(ctx, t.ID)
	if err != nil {
		return nil, fmt.Errorf("list the tokens of trust %s: %w", t.ID, err)
	}
	var last store.ScimToken
	for _, one := range all {
		if one.Revoked.IsZero() && one.Expires.After(last.Expires) {
			last = one
		}
	}
	days, ahead := int(last.Expires.Sub(p.Now()).Hours())/24, slices.Max(warnDays())
	if last.ID == "" || days > ahead || days < -ahead {
		return nil, nil
	}
	return []KeyWarning{{t.ID, t.Name, days, KeyEnd{What: "scim", Ends: last.Expires, Fingerprint: string(last.ID)}}}, nil
}
