package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// ReasonReplaced is the reason of a withdrawal that no person typed: another document came in its place. Pages say it in
// the reader's language.
const ReasonReplaced = "replaced"

// Replace publishes d in place of a document. Both stay, and know of one another; at each office the old one is withdrawn
// in the moment in which the new one is delivered there. Only the newest of a line can be replaced: otherwise it is
// ErrConflict.
func (p *Portal) Replace(ctx context.Context, a Actor, document store.ID, d Draft) (store.ID, error) {
	return p.publish(ctx, a, d, document)
}

// replaceable demands that document is account's to replace, and the newest of its line.
func replaceable(ctx context.Context, tx store.Tx, account store.Account, document store.ID) error {
	if _, _, err := atDesk(ctx, tx, account, document); err != nil {
		return err
	}
	newer, err := tx.Documents().ReplacedBy(ctx, document)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for what replaced document %s: %w", document, err)
	}
	return store.Fail(store.Conflict, "error.replaced_before", "document %s was replaced by %s", document, newer)
}

// supersede takes back what an old document has at the office at which a new one was just delivered: what is delivered is
// withdrawn, and what waits is a draft again.
func (p *Portal) supersede(ctx context.Context, tx store.Tx, a Actor, account store.Account, old store.ID, by store.Delivery) error {
	all, err := tx.Deliveries().ByDocument(ctx, old)
	if err != nil {
		return fmt.Errorf("read the deliveries of document %s: %w", old, err)
	}
	for _, d := range all {
		switch {
		case d.OfficeID != by.OfficeID:
		case d.State == store.DeliveryDelivered:
			if err := p.withdraw(ctx, tx, a, account, d, ReasonReplaced); err != nil {
				return err
			}
		case d.State == store.DeliveryScheduled:
			if err := p.unschedule(ctx, tx, a, account, d, ReasonReplaced); err != nil {
				return err
			}
		}
	}
	return nil
}
