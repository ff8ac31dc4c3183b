package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// mailRest is how long a mail about a delivery waits for others to the same person: a month's papers come within a
// minute, and are one mail.
const mailRest = time.Minute

// notify owes a mail to everybody who got d and has not opened it, unless there is no server to send mails by.
func (p *Portal) notify(ctx context.Context, tx store.Tx, d store.Delivery, kind store.MailKind) error {
	if !p.Mailing {
		return nil
	}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Receipts().ByDelivery(ctx, d.ID, page)
		if err != nil {
			return fmt.Errorf("list who got delivery %s: %w", d.ID, err)
		}
		for _, r := range list.Items {
			if !unopened(r.Receipt) {
				continue
			}
			if err := p.notifyOne(ctx, tx, r.Receipt, kind); err != nil {
				return err
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

func unopened(r store.Receipt) bool { return r.ViewedAt.IsZero() && r.DownloadedAt.IsZero() }

// notifyOne owes one person a mail about what they got, or a place in the day's mail, as they want it.
func (p *Portal) notifyOne(ctx context.Context, tx store.Tx, r store.Receipt, kind store.MailKind) error {
	account, err := tx.Accounts().Get(ctx, r.AccountID)
	if err != nil {
		return fmt.Errorf("read whom to mail: %w", err)
	}
	if account.State != store.AccountActive || account.Email == "" || !account.Offices.Contains(r.OfficeID) {
		return nil
	}
	setting, err := tx.Mails().Setting(ctx, account.ID)
	switch {
	case err != nil:
		return fmt.Errorf("read the mail setting of account %s: %w", account.ID, err)
	case setting.Off:
		return nil
	case setting.Digest:
		at := p.nextDigest(p.Now())
		return p.oweMail(ctx, tx, store.Mail{ID: mailID(account.ID, store.MailDigest, at), Kind: store.MailDigest, AccountID: account.ID}, at)
	}
	at := p.Now().Truncate(mailRest).Add(mailRest)
	return p.oweMail(ctx, tx, store.Mail{ID: mailID(account.ID, kind, at), Kind: kind, AccountID: account.ID, DeliveryID: r.DeliveryID}, at)
}

// tellFirm owes one of the firm's people a mail, if they have an address and want mails. The day's mail is for clients.
func (p *Portal) tellFirm(ctx context.Context, tx store.Tx, to store.ID, kind store.MailKind, delivery store.ID) error {
	if !p.Mailing || to == "" {
		return nil
	}
	account, err := tx.Accounts().Get(ctx, to)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read whom to mail: %w", err)
	}
	setting, err := tx.Mails().Setting(ctx, to)
	if err != nil {
		return fmt.Errorf("read the mail setting of account %s: %w", to, err)
	}
	if setting.Off || account.State != store.AccountActive || account.Email == "" {
		return nil
	}
	at := p.Now().Truncate(mailRest).Add(mailRest)
	return p.oweMail(ctx, tx, store.Mail{ID: mailID(to, kind, at), Kind: kind, AccountID: to, DeliveryID: delivery}, at)
}

// mailID is the same for the mails that are one: those of a kind, to one person, at one time.
func mailID(to store.ID, kind store.MailKind, at time.Time) store.ID {
	sum := sha256.Sum256([]byte(string(to) + "\x00" + string(kind) + "\x00" + at.UTC().Format(time.RFC3339)))
	return store.ID(hex.EncodeToString(sum[:13]))
}

// oweMail owes m at that time, unless it is owed already.
func (p *Portal) oweMail(ctx context.Context, tx store.Tx, m store.Mail, at time.Time) error {
	_, err := tx.Mails().Get(ctx, m.ID)
	if err == nil {
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("look for a mail: %w", err)
	}
	m.State, m.CreatedAt = store.MailWaiting, p.Now()
	if err := tx.Mails().Create(ctx, m); err != nil {
		return fmt.Errorf("create a mail: %w", err)
	}
	return p.owe(ctx, tx, store.TaskMail, string(m.ID), at)
}

// nextDigest returns when the day's mails go out next after now, by the clock of Japan.
func (p *Portal) nextDigest(now time.Time) time.Time {
	day := now.In(tokyo())
	at := time.Date(day.Year(), day.Month(), day.Day(), p.DigestHour, 0, 0, 0, tokyo())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at.UTC()
}
