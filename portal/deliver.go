package portal

import (
	"context"
	"fmt"
	"strconv"

	"cloudpocket/store"
)

// Deliver makes every draft delivery of a document that is in the actor's scope, and returns how many it made; with
// none left to make it is ErrConflict.
func (p *Portal) Deliver(ctx context.Context, a Actor, document store.ID) (n int, err error) {
	err = p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		n = 0
		_, deliveries, err := atDesk(ctx, tx, account, document)
		if err != nil {
			return err
		}
		for _, d := range deliveries {
			if d.State != store.DeliveryDraft {
				continue
			}
			if err := p.deliver(ctx, tx, a, account, d.Delivery); err != nil {
				return err
			}
			n++
		}
		if n == 0 {
			return store.Fail(store.Conflict, "error.nothing_to_deliver", "document %s has no draft delivery", document)
		}
		return nil
	})
	return n, err
}

func (p *Portal) deliver(ctx context.Context, tx store.Tx, a Actor, account store.Account, d store.Delivery) error {
	people, err := tx.Deliveries().Deliver(ctx, d.ID, account.ID, p.Now())
	if err != nil {
		return fmt.Errorf("deliver %s: %w", d.ID, err)
	}
	detail := map[string]string{"document": string(d.DocumentID), "office": string(d.OfficeID), "people": strconv.Itoa(people)}
	if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedDeliver, "delivery:"+string(d.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}
