package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// ToTell is a delivery that names insured persons, and how many of them were told.
type ToTell struct {
	Delivery store.Delivery
	Title    string
	Office   string
	Persons  store.PersonCount
}

// ToTell returns the records of who was told that a client may read, newest first, also of what has ended since. A page
// may hold fewer than there are.
func (p *Portal) ToTell(ctx context.Context, a Actor, page store.Page) (list store.List[ToTell], err error) {
	err = p.view(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) error {
		ids, err := tx.Persons().Received(ctx, account.ID, page)
		if err != nil {
			return fmt.Errorf("list what names persons: %w", err)
		}
		counts, err := tx.Persons().Left(ctx, ids.Items)
		if err != nil {
			return fmt.Errorf("count who was told: %w", err)
		}
		list = store.List[ToTell]{Next: ids.Next}
		for _, id := range ids.Items {
			one, err := toTell(ctx, tx, account, id, counts[id])
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			list.Items = append(list.Items, one)
		}
		return nil
	})
	return list, err
}

func toTell(ctx context.Context, tx store.Tx, account store.Account, id store.ID, n store.PersonCount) (one ToTell, err error) {
	d, office, err := recorded(ctx, tx, account, id)
	if err != nil {
		return one, err
	}
	if !tellable(d) {
		n.All = n.Told // nobody else is named any more
	}
	if n.All == 0 {
		return one, fmt.Errorf("delivery %s has no record: %w", id, store.ErrNotFound)
	}
	doc, err := tx.Documents().Get(ctx, d.DocumentID)
	if err != nil {
		return one, fmt.Errorf("read delivered document: %w", err)
	}
	return ToTell{Delivery: d, Title: doc.Title, Office: office.Name, Persons: n}, nil
}
