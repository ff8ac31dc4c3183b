package portal

import (
	"context"

	"cloudpocket/store"
)

// Acknowledge records that the actor confirms having received a delivery. The firm's own people cannot: it is the
// client's word. Doing it again changes nothing and is audited again.
func (p *Portal) Acknowledge(ctx context.Context, a Actor, delivery store.ID) error {
	return p.update(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) error {
		if account.Staff() {
			return store.Fail(store.Denied, "error.acknowledge_staff", "account %s is the firm's own", account.ID)
		}
		_, _, err := p.note(ctx, tx, a, account, delivery, store.Acknowledged, store.DeedAcknowledge, nil)
		return err
	})
}
