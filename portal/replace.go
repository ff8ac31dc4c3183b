package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// ReasonReplaced is the reason of a withdrawal that no person typed: another document came in its place. Pages say it in
// the reader's language.
const ReasonReplaced = "replaced"

// Replace publishes d in place of a document. Both stay, and know of one another; at each office everything that the new
// one stands in for, the document and whatever that replaced, is withdrawn in the moment in which the new one is delivered
// there. Only what is the newest of its line at every office of d can be replaced: otherwise it is ErrConflict. Where one
// of them needed a second person, the new one does too, whatever kind it is.
func (p *Portal) Replace(ctx context.Context, a Actor, document store.ID, d Draft) (store.ID, error) {
	return p.publish(ctx, a, d, document)
}

// replaceable demands that document is account's to replace, and the newest of its line at those offices. Offices out of
// reach are left to whoever refuses them.
func replaceable(ctx context.Context, tx store.Tx, account store.Account, document store.ID, offices []store.ID) error {
	if _, _, err := atDesk(ctx, tx, account, document); err != nil {
		return err
	}
	reached := slices.DeleteFunc(slices.Clone(offices), func(id store.ID) bool { return !account.Offices.Contains(id) })
	return newestAt(ctx, tx, document, reached)
}

// supersede takes back what the documents from old on have at the office at which a new one was just delivered: what is
// delivered is withdrawn, and what waits is a draft again.
func (p *Portal) supersede(ctx context.Context, tx store.Tx, a Actor, account store.Account, old store.ID, by store.Delivery) error {
	line, err := olderOf(ctx, tx, old)
	if err != nil {
		return err
	}
	for _, doc := range line {
		d, err := tx.Deliveries().At(ctx, doc.ID, by.OfficeID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read the delivery of document %s to office %s: %w", doc.ID, by.OfficeID, err)
		}
		switch d.State {
		case store.DeliveryDelivered:
			err = p.withdraw(ctx, tx, a, account, d, ReasonReplaced)
		case store.DeliveryScheduled:
			err = p.unschedule(ctx, tx, a, account, d, ReasonReplaced)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// replacesTwoPersons reports whether one of the documents that doc stands in for needs a second person at an office, by
// the rule of its kind or by its plan: nobody gets around that by replacing it with something of another kind.
func replacesTwoPersons(ctx context.Context, tx store.Tx, doc store.Document, office store.ID) (bool, error) {
	line, err := olderOf(ctx, tx, doc.Replaces)
	if err != nil {
		return false, err
	}
	for _, old := range line {
		rule, err := ruleOf(ctx, tx, old.Kind)
		if err != nil || rule.TwoPersons {
			return rule.TwoPersons, err
		}
		d, err := tx.Deliveries().At(ctx, old.ID, office)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, fmt.Errorf("read the delivery of document %s to office %s: %w", old.ID, office, err)
		}
		if err == nil && d.Plan.TwoPersons {
			return true, nil
		}
	}
	return false, nil
}
