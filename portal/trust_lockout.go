package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/store"
)

// The rule that nobody locks a firm out, in one place: while a firm can administer its trusts, it stays able to. An
// administrator here is an active account of its staff, with all offices and the menu of trusts, whose trust is switched on,
// may admit into the firm, and is not known to be untried. While there is one who came in by their trust since, only such
// ones count: whoever never did may be registered under a name that their identity provider does not use. Whoever would take
// the last one away is refused, by whichever deed; the operator is not.

// entrances are how many administrators come in by each trust: from anywhere, and from where somebody is.
type entrances struct {
	anywhere, here map[store.ID]int
}

func (r entrances) add(t store.Trust, address string) {
	r.anywhere[t.ID]++
	if t.AllowsFrom(address) {
		r.here[t.ID]++
	}
}

// ways are how administrators come in: those who did so, and all that may.
type ways struct {
	known, all entrances
}

func noWays() ways {
	none := func() entrances { return entrances{map[store.ID]int{}, map[store.ID]int{}} }
	return ways{none(), none()}
}

// way is a trust, and since when nobody knows that it works: zero for one that was tested as it is, or whose newest version is
// the operator's word.
type way struct {
	store.Trust
	untested time.Time
}

// known reports whether an administrator who came in by t at last then shows that it works: the zero time for never.
func (t way) known(last time.Time) bool { return last.After(t.untested) }

// hoped reports whether t may work for them.
func (t way) hoped(last time.Time) bool { return t.untested.IsZero() || t.known(last) }

func wayBy(ctx context.Context, tx store.Tx, id store.ID) (t way, err error) {
	if t.Trust, err = tx.Trusts().Get(ctx, id); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return t, nil
		}
		return t, fmt.Errorf("read the trust of an administrator: %w", err)
	}
	newest, err := tx.TrustDrafts().Versions(ctx, id, store.Page{Limit: 1})
	if err != nil {
		return t, fmt.Errorf("read the newest version of trust %s: %w", id, err)
	}
	if all := newest.Items; len(all) > 0 && all[0].Untested && all[0].By != "" {
		t.untested = all[0].At
	}
	return t, nil
}

// waysIn returns the ways in, those from address among them, with one account left out: "" none.
func waysIn(ctx context.Context, tx store.Tx, address string, but store.ID) (ways, error) {
	w := noWays()
	holders, err := tx.Accounts().Holders(ctx, store.PermitTrusts)
	if err != nil {
		return w, fmt.Errorf("look for who administers trusts: %w", err)
	}
	trusts := map[store.ID]way{}
	for _, one := range holders {
		if !one.Offices.All || one.ID == but {
			continue
		}
		t, asked := trusts[one.TrustID]
		if !asked {
			if t, err = wayBy(ctx, tx, one.TrustID); err != nil {
				return w, err
			}
			trusts[one.TrustID] = t
		}
		if t.State != store.TrustEnabled || !t.hoped(one.LastSignInAt) {
			continue
		}
		w.all.add(t.Trust, address)
		if t.known(one.LastSignInAt) {
			w.known.add(t.Trust, address)
		}
	}
	return w, nil
}

// administersTrusts reports whether a is an administrator, by whatever trust.
func administersTrusts(a store.Account) bool {
	return a.Staff() && a.State == store.AccountActive && a.Permissions.Has(store.PermitTrusts) && a.Offices.All
}

// lastWay reports whether t is the only trust by which an administrator comes in from address.
func lastWay(ctx context.Context, tx store.Tx, address string, t store.Trust) (bool, error) {
	w, err := waysIn(ctx, tx, address, "")
	last := func(r entrances) bool {
		delete(r.here, t.ID)
		return r.anywhere[t.ID] > 0 && len(r.here) == 0
	}
	return last(w.known) || last(w.all), err
}

// keepsWay refuses what takes the last way in from a firm: do, carried out in the transaction for somebody at address, must
// leave an administrator where there was one, and one who comes in from there if one did.
func keepsWay(ctx context.Context, tx store.Tx, address string, do func() error) error {
	before, err := waysIn(ctx, tx, address, "")
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	after, err := waysIn(ctx, tx, address, "")
	if err != nil {
		return err
	}
	return cmp.Or(before.known.keptBy(after.known, address), before.all.keptBy(after.all, address))
}

// keptBy refuses to come from r to after when nobody would be left, or nobody who comes in from address.
func (r entrances) keptBy(after entrances, address string) error {
	switch {
	case len(r.anywhere) > 0 && len(after.anywhere) == 0:
		return store.Fail(store.Denied, "error.last_way", "no administrator of the trusts would be left")
	case len(r.here) > 0 && len(after.here) == 0:
		return store.Fail(store.Denied, "error.last_way_address", "no administrator of the trusts could come in from %q", address)
	}
	return nil
}

// provesWay refuses to replace the only trust by which an administrator comes in with one by which none may: its draft has
// to have been tested as it is, by somebody whom it would let in as an administrator, and to let people in from where it is
// switched on.
func provesWay(ctx context.Context, tx store.Tx, address string, live store.Trust, d store.TrustDraft) error {
	last, err := lastWay(ctx, tx, address, live)
	if err != nil || !last {
		return err
	}
	t := d.Test
	if !d.Tested() {
		return store.Fail(store.Denied, "error.last_way_untested", "trust %s is the last way in, and its draft was not tested", d.ID)
	}
	if t.TenantID != tx.Tenant() || !t.Permissions.Has(store.PermitTrusts) || !t.AllOffices {
		return store.Fail(store.Denied, "error.last_way_tested", "trust %s is the last way in, and its draft would let nobody in as an administrator", d.ID)
	}
	if !slices.Equal(d.Allowed, live.Allowed) && !d.AllowsFrom(address) {
		return store.Fail(store.Denied, "error.last_way_address", "trust %s is the last way in, and would admit nobody from %q", d.ID, address)
	}
	one, err := tx.Accounts().Get(ctx, t.AccountID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read who tested: %w", err)
	}
	if err != nil || !administersTrusts(one) {
		return store.Fail(store.Denied, "error.last_way_tested", "account %s, which tested trust %s, is no administrator", t.AccountID, d.ID)
	}
	return nil
}
