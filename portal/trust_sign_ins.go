package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// SignInLine is a sign-in as a list shows it.
type SignInLine struct {
	store.SignIn
	Name string // whom it let in, or would have; empty when refused, and of another firm's people
}

// SignIns returns the newest sign-ins at a trust of the actor's firm, all or the refused ones, without their traces.
func (p *Portal) SignIns(ctx context.Context, a Actor, trust store.ID, refused bool, page store.Page) (list store.List[SignInLine], err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		if _, err := ownTrust(ctx, tx, trust); err != nil {
			return err
		}
		some, err := tx.SignIns().List(ctx, trust, refused, page)
		if err != nil {
			return fmt.Errorf("list the sign-ins of trust %s: %w", trust, err)
		}
		list = store.List[SignInLine]{Next: some.Next}
		for _, s := range some.Items {
			line := SignInLine{SignIn: s}
			if s.TenantID == tx.Tenant() && s.AccountID != "" {
				if line.Name, err = nameOf(ctx, tx, s.AccountID); err != nil {
					return err
				}
			}
			list.Items = append(list.Items, line)
		}
		return nil
	})
	return list, err
}

// SignIn returns one sign-in at a trust of the actor's firm, with its trace. Another trust's does not exist.
func (p *Portal) SignIn(ctx context.Context, a Actor, trust, id store.ID) (s store.SignIn, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		s, err = tx.SignIns().Get(ctx, id)
		if err == nil && s.TrustID != trust {
			err = fmt.Errorf("it is at trust %s: %w", s.TrustID, store.ErrNotFound)
		}
		if err != nil {
			return fmt.Errorf("read sign-in %s: %w", id, err)
		}
		return nil
	})
	return s, err
}

// SignInByReference returns the sign-in whose refusal showed that reference to somebody, if it was at a trust of the
// actor's firm and is kept still.
func (p *Portal) SignInByReference(ctx context.Context, a Actor, reference string) (s store.SignIn, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		if s, err = tx.SignIns().ByReference(ctx, reference); err != nil {
			return fmt.Errorf("find a sign-in by its reference: %w", err)
		}
		return nil
	})
	return s, err
}
