package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// RemindToTell mails the employer that persons of the delivery that a task is about are left to tell, and owes the next
// reminder of its rule. It goes on after the delivery has ended, as the duty does, and ends when everybody was told.
func (p *Portal) RemindToTell(ctx context.Context, t store.Task) error {
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		d, err := tx.Deliveries().Get(ctx, store.ID(t.Subject))
		if errors.Is(err, store.ErrNotFound) || err == nil && !tellable(d) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the delivery whose persons are to be told: %w", err)
		}
		left, err := leftOf(ctx, tx, d.ID)
		if err != nil || left == 0 {
			return err
		}
		rule, err := ruleOfDelivery(ctx, tx, d)
		if err != nil {
			return err
		}
		if err := p.notify(ctx, tx, d, store.MailOnward, rule); err != nil {
			return err
		}
		return p.tellNext(ctx, tx, d, rule)
	})
}

// tellNext owes the first reminder of persons left to tell that is still to come, if there are any.
func (p *Portal) tellNext(ctx context.Context, tx store.Tx, d store.Delivery, rule store.Rule) error {
	left, err := leftOf(ctx, tx, d.ID)
	if err != nil || left == 0 {
		return err
	}
	return p.oweNext(ctx, tx, store.TaskTell, d, rule.TellDays)
}

// ruleOfDelivery returns the rule for the kind of what was delivered.
func ruleOfDelivery(ctx context.Context, tx store.Tx, d store.Delivery) (store.Rule, error) {
	doc, err := tx.Documents().Get(ctx, d.DocumentID)
	if err != nil {
		return store.Rule{}, fmt.Errorf("read the delivered document: %w", err)
	}
	return ruleOf(ctx, tx, doc.Kind)
}

// leftOf returns how many persons of a delivery were not told.
func leftOf(ctx context.Context, tx store.Tx, delivery store.ID) (int, error) {
	left, err := tx.Persons().Left(ctx, []store.ID{delivery})
	if err != nil {
		return 0, fmt.Errorf("count who was told: %w", err)
	}
	return left[delivery].All - left[delivery].Told, nil
}

// untold counts the persons that account has yet to tell, in everything it ever got, up to limit and a page further.
func untold(ctx context.Context, tx store.Tx, account store.Account, limit int) (n int, err error) {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Persons().Received(ctx, account.ID, page)
		if err != nil {
			return 0, fmt.Errorf("list what names persons: %w", err)
		}
		left, err := tx.Persons().Left(ctx, list.Items)
		if err != nil {
			return 0, fmt.Errorf("count who was told: %w", err)
		}
		for _, id := range list.Items {
			count := left[id]
			if count.Told == count.All {
				continue
			}
			d, err := tx.Deliveries().Get(ctx, id)
			if err != nil {
				return 0, fmt.Errorf("read what names persons: %w", err)
			}
			if tellable(d) && account.Offices.Contains(d.OfficeID) {
				n += count.All - count.Told
			}
		}
		if page.After = list.Next; page.After == "" || n >= limit {
			return n, nil
		}
	}
}
