package portal

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"cloudpocket/store"
)

// release makes a scheduled delivery of account's, if nothing is in the way any more, and reports whether it did. One whose
// time has not come gets a task for it; what waits for a second person or the scanner is left to Approve and Scanned.
func (p *Portal) release(ctx context.Context, tx store.Tx, a Actor, account store.Account, d store.Delivery) (made bool, err error) {
	if d.Plan.DueAt.After(p.Now()) {
		return false, p.owe(ctx, tx, store.TaskRelease, string(d.ID), d.Plan.DueAt)
	}
	if d.Plan.TwoPersons && d.ApprovedBy == "" {
		return false, nil
	}
	passed, err := p.passed(ctx, tx, d.DocumentID)
	if err != nil {
		return false, err
	}
	if !passed {
		return false, p.scanRest(ctx, tx, d.DocumentID)
	}
	return true, p.deliver(ctx, tx, a, account, d)
}

// passed reports whether every file of a document may be handed out: the scanner has passed it or, where the operator
// said that nothing is scanned, has not found anything.
func (p *Portal) passed(ctx context.Context, tx store.Tx, document store.ID) (bool, error) {
	state, err := tx.Scans().OfDocument(ctx, document)
	if err != nil {
		return false, fmt.Errorf("read the scans of document %s: %w", document, err)
	}
	return state == store.ScanClean || state == store.ScanWaiting && !p.Scanning, nil
}

// deliver makes a delivery with all that follows from it.
func (p *Portal) deliver(ctx context.Context, tx store.Tx, a Actor, account store.Account, d store.Delivery) error {
	now := p.Now()
	people, err := tx.Deliveries().Deliver(ctx, d.ID, account.ID, now)
	if err != nil {
		return fmt.Errorf("deliver %s: %w", d.ID, err)
	}
	d.State, d.DeliveredAt = store.DeliveryDelivered, now
	detail := map[string]string{"document": string(d.DocumentID), "office": string(d.OfficeID), "people": strconv.Itoa(people)}
	if d.ApprovedBy != "" {
		detail["approved by"] = string(d.ApprovedBy)
	}
	if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedDeliver, "delivery:"+string(d.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	if err := p.tellDelivery(ctx, tx, store.HookDelivered, d); err != nil {
		return err
	}
	return p.follow(ctx, tx, a, account, d)
}

// follow does what a delivery that was just made brings with it: what it stands in for is taken back, its people get
// mails, and its end and its first reminders are owed.
func (p *Portal) follow(ctx context.Context, tx store.Tx, a Actor, account store.Account, d store.Delivery) error {
	doc, err := tx.Documents().Get(ctx, d.DocumentID)
	if err != nil {
		return fmt.Errorf("read the delivered document: %w", err)
	}
	rule, err := ruleOf(ctx, tx, doc.Kind)
	if err != nil {
		return err
	}
	if doc.Replaces != "" {
		if err := p.supersede(ctx, tx, a, account, doc.Replaces, d); err != nil {
			return err
		}
	}
	if err := p.notify(ctx, tx, d, store.MailDelivered, rule); err != nil {
		return err
	}
	if !d.Plan.ExpiresAt.IsZero() {
		if err := p.owe(ctx, tx, store.TaskExpire, string(d.ID), d.Plan.ExpiresAt); err != nil {
			return err
		}
	}
	if err := p.remindNext(ctx, tx, d, rule); err != nil {
		return err
	}
	return p.tellNext(ctx, tx, d, rule)
}

// Release makes the delivery that a task is about, on behalf of whoever planned it. One that cannot be made as it was
// planned any more is a draft again.
func (p *Portal) Release(ctx context.Context, t store.Task) error {
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		d, err := tx.Deliveries().Get(ctx, store.ID(t.Subject))
		if errors.Is(err, store.ErrNotFound) || err == nil && d.State != store.DeliveryScheduled {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the delivery to release: %w", err)
		}
		err = p.releaseFor(ctx, tx, d)
		if lost := lostBy(err); lost != "" {
			return p.unplan(ctx, tx, d, lost)
		}
		return err
	})
}

// releaseFor releases d with the powers that its planner has now. That it cannot be made as it was planned any more is
// ErrConflict, by the key of which lostBy tells why.
func (p *Portal) releaseFor(ctx context.Context, tx store.Tx, d store.Delivery) error {
	a, err := plannerOf(ctx, tx, d.Plan.By)
	var s store.Standing
	if err == nil {
		s, err = permitAnywhere(ctx, tx, a, store.PermitDeliver)
	}
	if err == nil {
		_, err = reach(ctx, tx, s.Account, d.OfficeID)
	}
	switch {
	case errors.Is(err, store.ErrDenied) || errors.Is(err, store.ErrNotFound):
		return store.Fail(store.Conflict, "error.planner_lost", "who planned delivery %s may not deliver there any more: %w", d.ID, err)
	case err != nil:
		return err
	case ended(d, p.Now()):
		return store.Fail(store.Conflict, "error.plan_ended", "delivery %s would have ended at %s", d.ID, d.Plan.ExpiresAt)
	}
	newer, err := newerOf(ctx, tx, d.DocumentID)
	if err == nil {
		err = superseded(d, newer)
	}
	if err != nil {
		return err
	}
	_, err = p.release(ctx, tx, a, s.Account, d)
	return err
}

func ended(d store.Delivery, now time.Time) bool {
	return !d.Plan.ExpiresAt.IsZero() && !d.Plan.ExpiresAt.After(now)
}

// carryOut runs fn in one transaction with the end of t, unless somebody else ended it already. t has ended before fn
// runs, so that fn can owe the next of the same.
func (p *Portal) carryOut(ctx context.Context, t store.Task, fn func(store.Tx) error) error {
	return p.Records.Update(ctx, t.TenantID, func(tx store.Tx) error {
		_, err := tx.Tasks().Find(ctx, t.Kind, t.Subject)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look for the task to %s: %w", t.Kind, err)
		}
		if err := tx.Tasks().Done(ctx, t.Kind, t.Subject); err != nil {
			return fmt.Errorf("end the task to %s: %w", t.Kind, err)
		}
		return fn(tx)
	})
}
