package portal

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"cloudpocket/store"
)

// planAhead is how far ahead a delivery can be planned.
const planAhead = 366 * 24 * time.Hour

// dueGrace is how long ago a time may be that is still taken for now: forms know minutes, and are filled in for some. An
// earlier one was mistyped, and what was meant to wait must not go out at once.
const dueGrace = 5 * time.Minute

// plan says when a delivery, a draft or one that waits, is to be made, and makes it at once if nothing is in the way: it
// is due, approved where the rule of its kind asks for that, and the scanner has passed every file. A zero DueAt is now;
// By is the account, and the rule adds the second person and, where the plan has no end, the end. What is not made waits
// with a task for its time, or for Approve or Scanned. It reports whether it was made.
func (p *Portal) plan(ctx context.Context, tx store.Tx, a Actor, account store.Account, d store.Delivery, plan store.DeliveryPlan) (made bool, err error) {
	doc, err := tx.Documents().Get(ctx, d.DocumentID)
	if err != nil {
		return false, fmt.Errorf("read the document to deliver: %w", err)
	}
	rule, err := ruleOf(ctx, tx, doc.Kind)
	if err != nil {
		return false, err
	}
	if !rule.TwoPersons && doc.Replaces != "" {
		if rule.TwoPersons, err = replacesTwoPersons(ctx, tx, doc, d.OfficeID); err != nil {
			return false, err
		}
	}
	if plan, err = p.complete(plan, account, rule); err != nil {
		return false, err
	}
	if err := tx.Deliveries().Schedule(ctx, d.ID, plan); err != nil {
		return false, fmt.Errorf("schedule delivery %s: %w", d.ID, err)
	}
	d.State, d.Plan, d.ApprovedBy, d.ApprovedAt = store.DeliveryScheduled, plan, "", time.Time{}
	if made, err = p.release(ctx, tx, a, account, d); made || err != nil {
		return made, err
	}
	return false, tx.Audit().Append(ctx, p.event(a, account, store.DeedSchedule, "delivery:"+string(d.ID), planned(d)))
}

// complete adds to a plan what the rule and the clock say.
func (p *Portal) complete(plan store.DeliveryPlan, account store.Account, rule store.Rule) (store.DeliveryPlan, error) {
	now := p.Now()
	late := !plan.DueAt.IsZero() && plan.DueAt.Before(now.Add(-dueGrace))
	if plan.By = account.ID; plan.DueAt.Before(now) {
		plan.DueAt = now
	}
	plan.TwoPersons = plan.TwoPersons || rule.TwoPersons
	if plan.ExpiresAt.IsZero() && rule.ExpireDays > 0 {
		plan.ExpiresAt = plan.DueAt.AddDate(0, 0, rule.ExpireDays)
	}
	switch {
	case late:
		return plan, store.Fail(store.Invalid, "error.due_past", "to be delivered before %s", now)
	case plan.DueAt.After(now.Add(planAhead)):
		return plan, store.Fail(store.Invalid, "error.due", "to be delivered at %s", plan.DueAt)
	case !plan.ExpiresAt.IsZero() && !plan.ExpiresAt.After(plan.DueAt):
		return plan, store.Fail(store.Invalid, "error.expiry", "would end at %s, before it begins at %s", plan.ExpiresAt, plan.DueAt)
	}
	return plan, nil
}

// planned is what the audit keeps of a plan.
func planned(d store.Delivery) map[string]string {
	detail := map[string]string{"document": string(d.DocumentID), "office": string(d.OfficeID),
		"due": d.Plan.DueAt.UTC().Format(time.RFC3339), "two persons": strconv.FormatBool(d.Plan.TwoPersons)}
	if !d.Plan.ExpiresAt.IsZero() {
		detail["expires"] = d.Plan.ExpiresAt.UTC().Format(time.RFC3339)
	}
	return detail
}

// owe adds a task.
func (p *Portal) owe(ctx context.Context, tx store.Tx, kind store.TaskKind, subject string, due time.Time) error {
	if err := tx.Tasks().Add(ctx, store.Task{ID: store.NewID(p.Now()), Kind: kind, Subject: subject, DueAt: due}); err != nil {
		return fmt.Errorf("owe a task to %s: %w", kind, err)
	}
	return nil
}
