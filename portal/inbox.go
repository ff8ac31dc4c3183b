package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// countLimit is how far the numbers above a list are counted; past it they read "99+".
const countLimit = 100

// Inbox is a client's list.
type Inbox struct {
	Items       store.List[store.InboxItem]
	Count       store.InboxCount
	Offices     []store.Office // those to filter by: the account's scope, at most officeChoices
	MoreOffices bool           // the scope holds more than those
}

// officeChoices is how many offices are offered to choose from at once.
const officeChoices = store.MaxPage

// Inbox returns what is delivered to the actor: unread first, then newest.
func (p *Portal) Inbox(ctx context.Context, a Actor, f store.InboxFilter, page store.Page) (Inbox, error) {
	var in Inbox
	err := p.view(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) (err error) {
		if in.Items, err = tx.Receipts().Inbox(ctx, account.ID, f, page); err != nil {
			return fmt.Errorf("list what is delivered: %w", err)
		}
		if in.Count, err = tx.Receipts().Count(ctx, account.ID, countLimit); err != nil {
			return fmt.Errorf("count what is delivered: %w", err)
		}
		in.Offices, in.MoreOffices, err = inScope(ctx, tx, account)
		return err
	})
	return in, err
}

// inScope returns the offices that account reaches, up to officeChoices of them, and whether there are more. Those of
// a whole company are in order of name.
func inScope(ctx context.Context, tx store.Tx, account store.Account) (offices []store.Office, more bool, err error) {
	if account.Offices.All {
		all, err := tx.Offices().List(ctx, account.CompanyID, store.Page{Limit: officeChoices})
		if err != nil {
			return nil, false, fmt.Errorf("list offices: %w", err)
		}
		return all.Items, all.Next != "", nil
	}
	for _, id := range account.Offices.Offices[:min(len(account.Offices.Offices), officeChoices)] {
		o, err := tx.Offices().Get(ctx, id)
		if err != nil {
			return nil, false, fmt.Errorf("read office in scope: %w", err)
		}
		if account.Reaches(o) {
			offices = append(offices, o)
		}
	}
	return offices, len(account.Offices.Offices) > officeChoices, nil
}
