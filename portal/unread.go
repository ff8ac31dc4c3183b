package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Unread returns how much of what is delivered to the actor waits to be read or acknowledged, counted as far as the numbers above
// their list are.
func (p *Portal) Unread(ctx context.Context, a Actor) (n store.InboxCount, err error) {
	err = p.view(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) (err error) {
		if n, err = tx.Receipts().Count(ctx, account.ID, countLimit); err != nil {
			return fmt.Errorf("count what is delivered: %w", err)
		}
		return nil
	})
	return n, err
}

// LogEnd returns the number of the last event in a firm's log. While it stays the same, nothing was done there.
func (p *Portal) LogEnd(ctx context.Context, tenant store.ID) (seq int64, err error) {
	err = p.Records.View(ctx, tenant, func(tx store.Tx) error {
		head, err := tx.Audit().Head(ctx)
		seq = head.Seq
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read the end of the log of %s: %w", tenant, err)
	}
	return seq, nil
}
