package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Search is what was found, and the offices to narrow it to.
type Search[T any] struct {
	store.Found[T]
	Offices     []store.Office // the account's scope, at most officeChoices
	MoreOffices bool           // the scope holds more than those
}

// SearchInbox looks in what is delivered to the actor.
func (p *Portal) SearchInbox(ctx context.Context, a Actor, q store.Query, page store.Page) (s Search[store.InboxItem], err error) {
	err = p.view(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) (err error) {
		if s.Found, err = tx.Search().Inbox(ctx, account.ID, q, page); err != nil {
			return fmt.Errorf("search what is delivered: %w", err)
		}
		s.Offices, s.MoreOffices, err = inScope(ctx, tx, account)
		return err
	})
	return s, err
}

// SearchDesk looks in the firm's documents, within the actor's office scope.
func (p *Portal) SearchDesk(ctx context.Context, a Actor, q store.Query, page store.Page) (s Search[store.DocumentSummary], err error) {
	err = p.view(ctx, a, AtDesk, func(tx store.Tx, account store.Account) (err error) {
		if s.Found, err = tx.Search().Documents(ctx, account.Offices, q, page); err != nil {
			return fmt.Errorf("search the firm's documents: %w", err)
		}
		s.Offices, s.MoreOffices, err = inScope(ctx, tx, account)
		return err
	})
	return s, err
}
