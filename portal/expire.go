package portal

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"cloudpocket/store"
)

// Expire ends the delivery that a task is about. If nobody had opened it, whoever planned it gets a mail, and the firm's
// list says so.
func (p *Portal) Expire(ctx context.Context, t store.Task) error {
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		d, err := tx.Deliveries().Get(ctx, store.ID(t.Subject))
		if errors.Is(err, store.ErrNotFound) || err == nil && d.State != store.DeliveryDelivered {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the delivery to end: %w", err)
		}
		if !ended(d, p.Now()) {
			return p.owe(ctx, tx, store.TaskExpire, string(d.ID), d.Plan.ExpiresAt)
		}
		return p.expire(ctx, tx, d)
	})
}

func (p *Portal) expire(ctx context.Context, tx store.Tx, d store.Delivery) error {
	unopened, all, err := tx.Deliveries().Expire(ctx, d.ID)
	if err != nil {
		return fmt.Errorf("end delivery %s: %w", d.ID, err)
	}
	if err := tx.Tasks().Done(ctx, store.TaskRemind, string(d.ID)); err != nil {
		return fmt.Errorf("forget to remind of delivery %s: %w", d.ID, err)
	}
	detail := map[string]string{"document": string(d.DocumentID), "office": string(d.OfficeID), "people": strconv.Itoa(all), "unopened": strconv.Itoa(unopened)}
	if err := tx.Audit().Append(ctx, p.ownEvent(store.DeedExpire, "delivery:"+string(d.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	if unopened < all {
		return nil
	}
	if err := tx.Audit().Append(ctx, p.ownEvent(store.DeedUnopened, "delivery:"+string(d.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return p.tellFirm(ctx, tx, d.Plan.By, store.MailUnopened, d.ID)
}

// ownEvent is the AuditEvent of what the service does by itself.
func (p *Portal) ownEvent(deed store.Deed, record string, detail map[string]string) store.AuditEvent {
	return store.AuditEvent{At: p.Now(), Deed: deed, Outcome: store.Allowed, Name: "Cloud Pocket", Record: record, Detail: detail}
}
