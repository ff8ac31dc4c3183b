package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Receipts returns who did what with a document, by office and person, within the actor's office scope. A page may hold
// up to twice what was asked for; only the last one holds fewer.
func (p *Portal) Receipts(ctx context.Context, a Actor, document store.ID, page store.Page) (list store.List[store.PersonReceipt], err error) {
	err = p.view(ctx, a, store.PermitReceipts, func(tx store.Tx, account store.Account) error {
		if _, _, err := atDesk(ctx, tx, account, document); err != nil {
			return err
		}
		for {
			some, err := tx.Receipts().ByDocument(ctx, document, page)
			if err != nil {
				return fmt.Errorf("list receipts of document %s: %w", document, err)
			}
			for _, r := range some.Items {
				if account.Offices.Contains(r.OfficeID) {
					list.Items = append(list.Items, r)
				}
			}
			list.Next, page.After = some.Next, some.Next
			if list.Next == "" || len(list.Items) >= page.Size() {
				return nil
			}
		}
	})
	return list, err
}

// ReceiptChanges returns the receipts at the offices in the actor's scope in the order in which they last changed, after those
// that the actor knows: see [store.Receipts]. Who is given more offices finds there what changes from then on.
func (p *Portal) ReceiptChanges(ctx context.Context, a Actor, page store.Page) (list store.ReceiptChanges, err error) {
	err = p.view(ctx, a, store.PermitReceipts, func(tx store.Tx, account store.Account) error {
		list, err = tx.Receipts().Changes(ctx, account.Offices, page)
		return err
	})
	return list, err
}
