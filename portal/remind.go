package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// Remind mails those who have not opened the delivery that a task is about, and owes the next reminder of its rule.
func (p *Portal) Remind(ctx context.Context, t store.Task) error {
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		d, err := tx.Deliveries().Get(ctx, store.ID(t.Subject))
		if errors.Is(err, store.ErrNotFound) || err == nil && d.State != store.DeliveryDelivered {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the delivery to remind of: %w", err)
		}
		doc, err := tx.Documents().Get(ctx, d.DocumentID)
		if err != nil {
			return fmt.Errorf("read the document to remind of: %w", err)
		}
		rule, err := ruleOf(ctx, tx, doc.Kind)
		if err != nil {
			return err
		}
		if err := p.notify(ctx, tx, d, store.MailReminder, rule); err != nil {
			return err
		}
		return p.remindNext(ctx, tx, d, rule)
	})
}

// remindNext owes the first reminder of d that is still to come.
func (p *Portal) remindNext(ctx context.Context, tx store.Tx, d store.Delivery, rule store.Rule) error {
	return p.oweNext(ctx, tx, store.TaskRemind, d, rule.RemindDays)
}

// oweNext owes a task about d on the first of these days after the delivery that is still to come.
func (p *Portal) oweNext(ctx context.Context, tx store.Tx, kind store.TaskKind, d store.Delivery, days []int) error {
	if !p.Mailing {
		return nil
	}
	for _, day := range days {
		at := d.DeliveredAt.Add(time.Duration(day) * 24 * time.Hour)
		if at.After(p.Now()) {
			return p.owe(ctx, tx, kind, string(d.ID), at)
		}
	}
	return nil
}
