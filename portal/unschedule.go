package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Unschedule makes a delivery that waits a draft again.
func (p *Portal) Unschedule(ctx context.Context, a Actor, delivery store.ID) error {
	return p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		d, err := atHand(ctx, tx, account, delivery)
		if err != nil {
			return err
		}
		return p.unschedule(ctx, tx, a, account, d, "")
	})
}

func (p *Portal) unschedule(ctx context.Context, tx store.Tx, a Actor, account store.Account, d store.Delivery, why string) error {
	if err := undo(ctx, tx, d); err != nil {
		return err
	}
	detail := unplanned(d)
	if why != "" {
		detail["reason"] = why
	}
	return tx.Audit().Append(ctx, p.event(a, account, store.DeedSchedule, "delivery:"+string(d.ID), detail))
}

// undo makes a delivery that waits a draft, of which nothing is owed.
func undo(ctx context.Context, tx store.Tx, d store.Delivery) error {
	if err := tx.Deliveries().Unschedule(ctx, d.ID); err != nil {
		return fmt.Errorf("unschedule delivery %s: %w", d.ID, err)
	}
	if err := tx.Tasks().Done(ctx, store.TaskRelease, string(d.ID)); err != nil {
		return fmt.Errorf("forget to release delivery %s: %w", d.ID, err)
	}
	return nil
}

// unplanned is what the audit keeps of a delivery that is a draft again.
func unplanned(d store.Delivery) map[string]string {
	return map[string]string{"document": string(d.DocumentID), "office": string(d.OfficeID), "state": string(store.DeliveryDraft)}
}
