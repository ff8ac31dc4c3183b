package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// looked records that a client saw some of a delivery, unless their receipt says so already. Whoever sees a part, a page
// or a print has seen the document, by whichever address they came. What the firm's own people look at is no fact.
func (p *Portal) looked(ctx context.Context, a Actor, s Source) error {
	if s.Delivery == "" {
		return nil
	}
	known := false
	err := p.view(ctx, a, s.need(), func(tx store.Tx, account store.Account) error {
		if known = account.Staff(); known {
			return nil
		}
		r, err := tx.Receipts().Get(ctx, account.ID, s.Delivery)
		if err != nil {
			return fmt.Errorf("read receipt: %w", err)
		}
		known = !r.ViewedAt.IsZero()
		return nil
	})
	if err != nil || known {
		return err
	}
	return p.record(ctx, a, s, store.Viewed, map[string]string{})
}

// Ways in which persons' data leaves its document, as the audit names them.
const (
	asPrint   = "print"
	asPDF     = "pdf"
	asPersons = "persons"
	asCSV     = "persons.csv"
)

// record notes fact about a source in the receipt, if the actor has one, and in the audit, in the transaction that finds
// it still to be read.
func (p *Portal) record(ctx context.Context, a Actor, s Source, fact store.Fact, detail map[string]string) error {
	deed := store.DeedView
	if fact == store.Downloaded {
		deed = store.DeedDownload
	}
	return p.update(ctx, a, s.need(), func(tx store.Tx, account store.Account) error {
		if _, err := p.readable(ctx, tx, account, s); err != nil {
			return err
		}
		if s.Delivery != "" {
			_, _, err := p.note(ctx, tx, a, account, s.Delivery, fact, deed, detail)
			return err
		}
		detail["by"] = "firm"
		if err := tx.Audit().Append(ctx, p.event(a, account, deed, s.String(), detail)); err != nil {
			return fmt.Errorf("append to the audit: %w", err)
		}
		return nil
	})
}
