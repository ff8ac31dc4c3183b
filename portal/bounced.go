package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// BouncedMail is a mail that did not arrive, and whose it was.
type BouncedMail struct {
	store.Mail
	Name    string // of whom it was for
	Email   string // their address as it is now
	Company string // empty for the firm's own people
}

// Bounced returns the mails whose address is wrong, and those that no mail server took for days, newest first: those about offices in the actor's scope, and whoever
// has all offices sees those about none in particular too. A page may hold fewer than there are.
func (p *Portal) Bounced(ctx context.Context, a Actor, page store.Page) (list store.List[BouncedMail], err error) {
	err = p.view(ctx, a, AtDesk|store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		mails, err := tx.Mails().List(ctx, []store.MailState{store.MailBounced, store.MailGivenUp}, page)
		if err != nil {
			return fmt.Errorf("list what bounced: %w", err)
		}
		list = store.List[BouncedMail]{Next: mails.Next}
		for _, m := range mails.Items {
			theirs, err := concerns(ctx, tx, account, m)
			if err != nil {
				return err
			}
			if !theirs {
				continue
			}
			one, err := addressee(ctx, tx, m)
			if err != nil {
				return err
			}
			list.Items = append(list.Items, one)
		}
		return nil
	})
	return list, err
}

// concerns reports whether a mail is about an office that account reaches.
func concerns(ctx context.Context, tx store.Tx, account store.Account, m store.Mail) (bool, error) {
	if account.Offices.All || m.DeliveryID == "" {
		return account.Offices.All, nil
	}
	_, err := atHand(ctx, tx, account, m.DeliveryID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func addressee(ctx context.Context, tx store.Tx, m store.Mail) (BouncedMail, error) {
	to, err := tx.Accounts().Get(ctx, m.AccountID)
	if err != nil {
		return BouncedMail{}, fmt.Errorf("read whom a mail was for: %w", err)
	}
	who, err := called(ctx, tx, to)
	return BouncedMail{Mail: m, Name: to.Name, Email: to.Email, Company: who.Company}, err
}
