package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Seen is who did what with one delivery, also after it was withdrawn or ended.
type Seen struct {
	Delivery DeskDelivery
	Title    string
	People   []store.PersonReceipt
}

// Seen returns who had seen a delivery, person by person.
func (p *Portal) Seen(ctx context.Context, a Actor, delivery store.ID) (s Seen, err error) {
	err = p.view(ctx, a, store.PermitReceipts, func(tx store.Tx, account store.Account) error {
		s = Seen{}
		d, err := atHand(ctx, tx, account, delivery)
		if err != nil {
			return err
		}
		doc, err := tx.Documents().Get(ctx, d.DocumentID)
		if err != nil {
			return fmt.Errorf("read the document that was seen: %w", err)
		}
		office, err := reach(ctx, tx, account, d.OfficeID)
		if err != nil {
			return err
		}
		one := []DeskDelivery{{Delivery: d, Office: office}}
		if err := countTold(ctx, tx, one); err != nil {
			return err
		}
		s.Delivery, s.Title = one[0], doc.Title
		for page := (store.Page{Limit: store.MaxPage}); ; {
			list, err := tx.Receipts().ByDelivery(ctx, d.ID, page)
			if err != nil {
				return fmt.Errorf("list who got delivery %s: %w", d.ID, err)
			}
			s.People = append(s.People, list.Items...)
			if page.After = list.Next; page.After == "" {
				return nil
			}
		}
	})
	return s, err
}
