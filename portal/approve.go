package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// Approve is the second person's consent to a delivery that asks for one. It is made at once if nothing else is in the
// way. Whoever planned it cannot approve it, and what an API client planned not who registered it or said what its keys are:
// they may be the client. A new plan takes the approval back. What cannot be made as it was planned any more cannot be
// approved: it is ErrConflict, which says what to do.
func (p *Portal) Approve(ctx context.Context, a Actor, delivery store.ID) error {
	err := p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		d, err := atHand(ctx, tx, account, delivery)
		if err != nil {
			return err
		}
		if d.State == store.DeliveryScheduled && !d.Plan.TwoPersons {
			return store.Fail(store.Conflict, "error.approved_before", "delivery %s needs no second person", d.ID)
		}
		if err := anotherMind(ctx, tx, account, d.Plan.By); err != nil {
			return err
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

// anotherMind demands that an API client that planned is none that account may hold the keys of.
func anotherMind(ctx context.Context, tx store.Tx, account store.Account, planner store.ID) error {
	c, err := tx.APIClients().Get(ctx, planner)
	if errors.Is(err, store.ErrNotFound) {
		return nil // a person, or one that is gone, whose plans come to nothing
	}
	if err != nil {
		return fmt.Errorf("read the API client that may have planned: %w", err)
	}
	if account.ID == c.By || account.ID == c.KeyedBy {
		return store.Fail(store.Denied, "error.approve_own_client", "account %s may hold the keys of API client %s", account.ID, c.ID)
	}
	return nil
}
