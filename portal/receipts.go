package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Receipts returns who did what with a document, by office and person, within the actor's office scope.
func (p *Portal) Receipts(ctx context.Context, a Actor, document store.ID, page store.Page) (list store.List[store.PersonReceipt], err error) {
	err = p.view(ctx, a, store.PermitReceipts, func(tx store.Tx, account store.Account) error {
		if _, _, err := atDesk(ctx, tx, account, document); err != nil {
			return err
		}
		all, err := tx.Receipts().ByDocument(ctx, document, page)
		if err != nil {
			return fmt.Errorf("list receipts of document %s: %w", document, err)
		}
		list.Next = all.Next
		for _, r := range all.Items {
			if account.Offices.Contains(r.OfficeID) {
				list.Items = append(list.Items, r)
			}
		}
		return nil
	})
	return list, err
}
