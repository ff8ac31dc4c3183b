package portal

import (
	"context"

	"cloudpocket/store"
)

// Deliver makes every draft delivery of a document that is in the actor's scope, or plans it where something is still in
// the way, and returns how many there were; with none left it is ErrConflict.
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
			if err := p.plan(ctx, tx, a, account, d.Delivery, store.DeliveryPlan{}); err != nil {
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
