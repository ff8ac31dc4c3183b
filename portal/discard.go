package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// Discard throws packages of the tray away, all or none, and returns how many. What was handed over stays: ErrConflict.
// What was thrown away before is not counted.
func (p *Portal) Discard(ctx context.Context, a Actor, ids []store.ID) (n int, err error) {
	if len(ids) > MaxHandOver {
		return 0, store.Fail(store.Invalid, "error.too_many_packages", "%d packages", len(ids)).With("Max", MaxHandOver)
	}
	ids = distinctIDs(ids)
	err = p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		n = 0
		for _, id := range ids {
			gone, err := p.throwAway(ctx, tx, a, account, id)
			if err != nil {
				return err
			}
			if gone {
				n++
			}
		}
		return nil
	})
	return n, err
}

func (p *Portal) throwAway(ctx context.Context, tx store.Tx, a Actor, account store.Account, id store.ID) (gone bool, err error) {
	pkg, err := packageInSight(ctx, tx, account, id)
	switch {
	case err != nil:
		return false, err
	case pkg.State == store.PackageDiscarded:
		return false, nil
	case pkg.State == store.PackageHanded:
		return false, store.Fail(store.Conflict, "error.package_changed", "package %s was handed over", id)
	}
	pkg.State, pkg.Reason = store.PackageDiscarded, store.Reason{Key: "package.by_person", Args: map[string]string{"Name": account.Name}}
	if err := tx.Packages().Update(ctx, pkg); err != nil {
		return false, hurried(fmt.Errorf("discard package %s: %w", id, err))
	}
	if err := tx.Tasks().Done(ctx, store.TaskSort, string(id)); err != nil {
		return false, fmt.Errorf("forget to sort package %s: %w", id, err)
	}
	detail := map[string]string{"sha256": string(pkg.Digest)}
	return true, tx.Audit().Append(ctx, p.event(a, account, store.DeedDiscard, "package:"+string(id), detail))
}

func distinctIDs(ids []store.ID) []store.ID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
