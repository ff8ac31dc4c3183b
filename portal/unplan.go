package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// Why a delivery that was planned is a draft again without anybody having said so. Pages say it in the reader's language,
// by the messages "unplanned." + reason.
const (
	LostPlanner = "planner" // who planned it may not deliver there any more
	LostEnd     = "ended"   // its end came before it could be made
)

// lostBy returns why a delivery cannot be made as it was planned, if that is what err is about; otherwise "".
func lostBy(err error) string {
	var e *store.Error
	if !errors.As(err, &e) {
		return ""
	}
	return map[string]string{"error.planner_lost": LostPlanner, "error.plan_ended": LostEnd, "error.superseded": ReasonReplaced}[e.Key]
}

// unplan makes a delivery a draft again that cannot be made as it was planned. Unless something newer came in its place,
// whoever planned it gets a mail, and the firm's list says so: they rely on its being made.
func (p *Portal) unplan(ctx context.Context, tx store.Tx, d store.Delivery, why string) error {
	if err := undo(ctx, tx, d); err != nil {
		return err
	}
	detail := unplanned(d)
	detail["reason"] = why
	if err := tx.Audit().Append(ctx, p.ownEvent(store.DeedUnplan, "delivery:"+string(d.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	if why == ReasonReplaced {
		return nil
	}
	return p.tellFirm(ctx, tx, d.Plan.By, store.MailUnplanned, d.ID)
}
