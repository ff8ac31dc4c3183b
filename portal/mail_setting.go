package portal

import (
	"context"
	"fmt"
	"strconv"

	"cloudpocket/store"
)

// MyMail is what the actor's mails go by.
type MyMail struct {
	store.MailSetting
	Email      string // where they go; empty: nobody said
	DigestHour int    // when the day's mail goes out, in Japan
}

// MyMail returns which mails the actor wants.
func (p *Portal) MyMail(ctx context.Context, a Actor) (mine MyMail, err error) {
	err = p.view(ctx, a, Self, func(tx store.Tx, account store.Account) (err error) {
		mine.Email, mine.DigestHour = account.Email, p.DigestHour
		if mine.MailSetting, err = tx.Mails().Setting(ctx, account.ID); err != nil {
			return fmt.Errorf("read a mail setting: %w", err)
		}
		return nil
	})
	return mine, err
}

// SaveMyMail keeps which mails the actor wants.
func (p *Portal) SaveMyMail(ctx context.Context, a Actor, off, digest bool) error {
	return p.update(ctx, a, Self, func(tx store.Tx, account store.Account) error {
		if err := tx.Mails().SaveSetting(ctx, store.MailSetting{AccountID: account.ID, Off: off, Digest: digest}); err != nil {
			return fmt.Errorf("save a mail setting: %w", err)
		}
		detail := map[string]string{"by": "mail setting", "off": strconv.FormatBool(off), "digest": strconv.FormatBool(digest)}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedAccount, "account:"+string(account.ID), detail))
	})
}
