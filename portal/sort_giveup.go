package portal

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"cloudpocket/store"
)

// GiveUpSort refuses a package that could not be looked into, however often it was tried: whoever dropped it sees that, and
// what to do, instead of a package that is being looked into for ever. One that was looked into before, and was to be
// again, stays as it is.
func (p *Portal) GiveUpSort(ctx context.Context, t store.Task) error {
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		pkg, err := tx.Packages().Get(ctx, store.ID(t.Subject))
		if errors.Is(err, store.ErrNotFound) || err == nil && pkg.State != store.PackageReceived {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the package: %w", err)
		}
		pkg.State, pkg.SortedAt = store.PackageRefused, p.Now()
		pkg.Reason = store.Reason{Key: "package.given_up", Args: map[string]string{"Count": strconv.Itoa(t.Attempts)}}
		if err := tx.Packages().Update(ctx, pkg); err != nil {
			return fmt.Errorf("refuse package %s: %w", pkg.ID, err)
		}
		return p.tellSorted(ctx, tx, pkg, "")
	})
}

// tellSorted tells the audit and the webhooks what became of a package that was looked into; out of which archive, if it is
// out of one. Its PDFs are looked at later.
func (p *Portal) tellSorted(ctx context.Context, tx store.Tx, pkg store.Package, outer store.ID) error {
	if err := p.lookLater(ctx, tx, pkg); err != nil {
		return err
	}
	detail := map[string]string{"state": string(pkg.State), "reason": pkg.Reason.Key}
	if pkg.Office != "" {
		detail["office"] = string(pkg.Office)
	}
	if outer != "" {
		detail["out of"], detail["sha256"] = string(outer), string(pkg.Digest)
	}
	e := p.ownEvent(store.DeedSort, "package:"+string(pkg.ID), detail)
	if pkg.State == store.PackageRefused {
		e.Outcome = store.Refused
	}
	if err := tx.Audit().Append(ctx, e); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return p.tellPackage(ctx, tx, pkg, outer)
}
