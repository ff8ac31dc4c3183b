package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// Approve is the second person's consent to a delivery that asks for one. It is made at once if nothing else is in the
// way. Whoever planned it cannot approve it; a new plan takes the approval back. What cannot be made as it was planned any
// more cannot be approved: it is ErrConflict, which says what to do.
func (p *Portal) Approve(ctx context.Context, a Actor, delivery store.ID) error {
	err := p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		d, err := atHand(ctx, tx, account, delivery)
		if err != nil {
			return err
		}
		if d.State == store.DeliveryScheduled && !d.Plan.TwoPersons {
			return store.Fail(store.Conflict, "error.approved_before", "delivery %s needs no second person", d.ID)
		}
		now := p.Now()
		err = tx.Deliveries().Approve(ctx, d.ID, account.ID, now)
		switch {
		case errors.Is(err, store.ErrDenied):
			return store.Fail(store.Denied, "error.approve_own", "approve delivery %s: %w", d.ID, err)
		case err != nil:
			return fmt.Errorf("approve delivery %s: %w", d.ID, err)
		}
		detail := map[string]string{"document": string(d.DocumentID), "office": string(d.OfficeID), "planned by": string(d.Plan.By)}
		if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedApprove, "delivery:"+string(d.ID), detail)); err != nil {
			return fmt.Errorf("append to the audit: %w", err)
		}
		d.ApprovedBy, d.ApprovedAt = account.ID, now
		err = p.releaseFor(ctx, tx, d)
		if errors.Is(err, store.ErrUnavailable) { // its planner's way in is switched off for now
			return p.owe(ctx, tx, store.TaskRelease, string(d.ID), now)
		}
		return err
	})
	if err == nil {
		p.kick()
	}
	return err
}
