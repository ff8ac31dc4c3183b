package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// notBeyond refuses account to decide whom the identity provider of a trust vouches for, when who comes in by it may do more
// than account: whoever has that IdP at hand is all of them, those included who are switched off for now. It holds what they may by now, what the tables of roles give,
// as the trust is and as it is to be, and the view of those who come just in time.
func notBeyond(ctx context.Context, tx store.Tx, account store.Account, trusts ...store.Trust) error {
	for _, t := range trusts {
		given, err := givenBy(ctx, tx, t)
		if err != nil {
			return err
		}
		if beyond := given &^ Permissions(account); beyond != 0 {
			return store.Fail(store.Denied, "error.trust_beyond", "trust %s gives %q, which account %s does not hold", t.ID, beyond, account.ID).With("Menus", beyond)
		}
	}
	return nil
}

// looksAlike reports whether a trust that is switched on is no other to its people with next in its place, than how it is
// called and shown. Whoever may keep trusts may say that, whatever its people may do.
func looksAlike(live, next store.Trust) bool {
	return live.State == store.TrustEnabled && !slices.ContainsFunc(diffTrusts(live, next), func(c TrustChange) bool {
		return !slices.Contains([]string{"name", "label", "logo"}, c.Field)
	})
}

// givenBy returns the menus that somebody may have who comes in by t.
func givenBy(ctx context.Context, tx store.Tx, t store.Trust) (given store.Permission, err error) {
	staff, clients, err := tx.Accounts().MenusBy(ctx, t.ID)
	if err != nil {
		return 0, fmt.Errorf("see what may be done by trust %s: %w", t.ID, err)
	}
	given = staff | clients&^staffOnly
	if t.JustInTime {
		given |= store.PermitView
	}
	for value, what := range t.Mapping.Roles {
		_, menus, err := mapRole(ctx, tx, what)
		if err != nil && !errors.Is(err, store.ErrInvalid) { // a role that is gone gives nothing
			return 0, fmt.Errorf("read role %q of trust %s: %w", value, t.ID, err)
		}
		given |= menus
	}
	return given, nil
}
