package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/store"
)

// mailRest is how long a mail about a delivery waits for others to the same person: a month's papers come within a
// minute, and are one mail.
const mailRest = time.Minute

// notify owes a mail about d to those who got it and are told of its kind at its office, unless there is no server to send
// mails by. Whoever opened it needs no mail, except that persons are left to tell.
func (p *Portal) notify(ctx context.Context, tx store.Tx, d store.Delivery, kind store.MailKind, rule store.Rule) error {
	if !p.Mailing {
		return nil
	}
	office, err := tx.Mails().Office(ctx, d.OfficeID)
	if err != nil {
		return fmt.Errorf("read how office %s is told: %w", d.OfficeID, err)
	}
	people, err := mailedOf(ctx, tx, d, office, rule.Notify)
	if err != nil {
		return err
	}
	for _, one := range people {
		if kind != store.MailOnward && !unopened(one.receipt) {
			continue
		}
		if err := p.notifyOne(ctx, tx, one, kind, office.Digest); err != nil {
			return err
		}
	}
	return nil
}

// mailed is somebody who can be mailed about what they got.
type mailed struct {
	account store.Account
	receipt store.Receipt
}

// mailedOf returns who is mailed about d, as the rule of its kind and its office have it: whichever names fewer. Where
// nobody who is named can be mailed, all are: a delivery that nobody hears of helps nobody.
func mailedOf(ctx context.Context, tx store.Tx, d store.Delivery, office store.OfficeMail, to store.Recipients) (all []mailed, err error) {
	if to == store.ToAll {
		to = office.To
	}
	if to == store.ToNobody || office.To == store.ToNobody {
		return nil, nil
	}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Receipts().ByDelivery(ctx, d.ID, page)
		if err != nil {
			return nil, fmt.Errorf("list who got delivery %s: %w", d.ID, err)
		}
		for _, r := range list.Items {
			account, err := tx.Accounts().Get(ctx, r.AccountID)
			if err != nil {
				return nil, fmt.Errorf("read whom to mail: %w", err)
			}
			if account.State == store.AccountActive && account.Email != "" && account.Offices.Contains(r.OfficeID) {
				all = append(all, mailed{account, r.Receipt})
			}
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	unnamed := func(one mailed) bool { return !slices.Contains(office.Named, one.account.ID) }
	if to == store.ToNamed && slices.ContainsFunc(all, func(one mailed) bool { return !unnamed(one) }) {
		all = slices.DeleteFunc(all, unnamed)
	}
	return all, nil
}

func unopened(r store.Receipt) bool { return r.ViewedAt.IsZero() && r.DownloadedAt.IsZero() }

// notifyOne owes one person a mail about what they got, or a place in the day's mail, as they or their office want it.
func (p *Portal) notifyOne(ctx context.Context, tx store.Tx, to mailed, kind store.MailKind, digest bool) error {
	setting, err := tx.Mails().Setting(ctx, to.account.ID)
	switch {
	case err != nil:
		return fmt.Errorf("read the mail setting of account %s: %w", to.account.ID, err)
	case setting.Off:
		return nil
	case setting.Digest || digest:
		at := p.nextDigest(p.Now())
		return p.oweMail(ctx, tx, store.Mail{ID: mailID(to.account.ID, store.MailDigest, at), Kind: store.MailDigest, AccountID: to.account.ID}, at)
	}
	at := p.Now().Truncate(mailRest).Add(mailRest)
	return p.oweMail(ctx, tx, store.Mail{ID: mailID(to.account.ID, kind, at), Kind: kind, AccountID: to.account.ID, DeliveryID: to.receipt.DeliveryID}, at)
}

// tellFirm owes one of the firm's people a mail, if they have an address and want mails. The day's mail is for clients.
func (p *Portal) tellFirm(ctx context.Context, tx store.Tx, to store.ID, kind store.MailKind, delivery store.ID) error {
	takes, err := p.takesMails(ctx, tx, to)
	if err != nil || !takes {
		return err
	}
	at := p.Now().Truncate(mailRest).Add(mailRest)
	return p.oweMail(ctx, tx, store.Mail{ID: mailID(to, kind, at), Kind: kind, AccountID: to, DeliveryID: delivery}, at)
}

// takesMails reports whether an account has an address and wants mails, and there is a server to send them by.
func (p *Portal) takesMails(ctx context.Context, tx store.Tx, to store.ID) (bool, error) {
	if !p.Mailing || to == "" {
		return false, nil
	}
	account, err := tx.Accounts().Get(ctx, to)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read whom to mail: %w", err)
	}
	setting, err := tx.Mails().Setting(ctx, to)
	if err != nil {
		return false, fmt.Errorf("read the mail setting of account %s: %w", to, err)
	}
	return !setting.Off && account.State == store.AccountActive && account.Email != "", nil
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
