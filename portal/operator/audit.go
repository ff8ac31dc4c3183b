package operator

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Audit returns a page of the deployment's chain, the latest first. That it was looked at is recorded with its first page.
func (c *Console) Audit(ctx context.Context, w Who, p store.Page) (list store.List[store.AuditEvent], err error) {
	if !w.Session.Proved {
		return list, unproved()
	}
	err = c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		if list, err = tx.Audit().List(ctx, store.AuditFilter{}, p); err != nil || p.After != "" {
			return err
		}
		return c.looked(ctx, tx, w, "", "log")
	})
	return list, err
}

// looked records that the operator looked at something.
func (c *Console) looked(ctx context.Context, tx store.Tx, w Who, record, at string) error {
	e := event(c.Portal.Now(), w.Operator, w.Visit, store.DeedOperatorLook, store.Allowed, map[string]string{"at": at})
	if record != "" {
		e.Record = record
	}
	return tx.Audit().Append(ctx, e)
}

// look records a look in a transaction of its own.
func (c *Console) look(ctx context.Context, w Who, record, at string) error {
	return c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error { return c.looked(ctx, tx, w, record, at) })
}

// Verify walks the deployment's chain to its end, and records that.
func (c *Console) Verify(ctx context.Context, w Who) (head store.AuditHead, err error) {
	if !w.Session.Proved {
		return head, unproved()
	}
	if err := c.look(ctx, w, "", "chain"); err != nil {
		return head, err
	}
	err = c.Portal.Records.View(ctx, store.Deployment, func(tx store.Tx) error {
		want, err := tx.Audit().Head(ctx)
		if err != nil {
			return fmt.Errorf("read the head of the deployment's chain: %w", err)
		}
		head, err = store.VerifyAudit(store.Deployment, tx.Audit().All(ctx), want)
		return err
	})
	return head, err
}
