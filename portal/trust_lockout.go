package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// The rule that nobody locks a firm out, in one place: while a firm can administer its trusts, it stays able to. An
// administrator here is an active account of its staff, with all offices and the menu of trusts, whose trust is switched on
// and may admit into the firm. Whoever would take the last one away is refused, by whichever deed; the operator is not.

// administratorsBy returns how many administrators come in by each trust that is switched on.
func administratorsBy(ctx context.Context, tx store.Tx) (map[store.ID]int, error) {
	holders, err := tx.Accounts().Holders(ctx, store.PermitTrusts)
	if err != nil {
		return nil, fmt.Errorf("look for who administers trusts: %w", err)
	}
	by, states := map[store.ID]int{}, map[store.ID]store.TrustState{}
	for _, one := range holders {
		if !one.Offices.All {
			continue
		}
		if _, asked := states[one.TrustID]; !asked {
			states[one.TrustID], err = tx.Trusts().State(ctx, one.TrustID)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return nil, fmt.Errorf("read the trust of an administrator: %w", err)
			}
		}
		if states[one.TrustID] == store.TrustEnabled {
			by[one.TrustID]++
		}
	}
	return by, nil
}

// lastWay reports whether t is the only trust by which an administrator comes in.
func lastWay(ctx context.Context, tx store.Tx, t store.Trust) (bool, error) {
	by, err := administratorsBy(ctx, tx)
	return by[t.ID] > 0 && len(by) == 1, err
}

// keepsWay refuses what takes the last way in from a firm: do, carried out in the transaction, must leave an administrator
// where there was one.
func keepsWay(ctx context.Context, tx store.Tx, do func() error) error {
	before, err := administratorsBy(ctx, tx)
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	after, err := administratorsBy(ctx, tx)
	if err == nil && len(before) > 0 && len(after) == 0 {
		err = store.Fail(store.Denied, "error.last_way", "no administrator of the trusts would be left")
	}
	return err
}

// provesWay refuses to replace the only trust by which an administrator comes in with one by which none may: its draft has
// to have been tested as it is, by somebody whom it would let in as an administrator.
func provesWay(ctx context.Context, tx store.Tx, d store.TrustDraft) error {
	last, err := lastWay(ctx, tx, d.Trust)
	if err != nil || !last {
		return err
	}
	t := d.Test
	if !d.Tested() || t.TenantID != tx.Tenant() || !t.Permissions.Has(store.PermitTrusts) {
		return store.Fail(store.Denied, "error.last_way_untested", "trust %s is the last way in, and its draft was not tested by an administrator", d.ID)
	}
	one, err := tx.Accounts().Get(ctx, t.AccountID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read who tested: %w", err)
	}
	if err != nil || !one.Offices.All || !one.Staff() || one.State != store.AccountActive || !one.Permissions.Has(store.PermitTrusts) {
		return store.Fail(store.Denied, "error.last_way_untested", "account %s, which tested trust %s, is no administrator", t.AccountID, d.ID)
	}
	return nil
}
