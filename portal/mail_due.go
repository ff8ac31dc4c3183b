package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// OwedMail is a mail that is to be sent now: to whom, from which firm, and how many things wait. It holds nothing else
// that a mail could say.
type OwedMail struct {
	ID             store.ID
	Kind           store.MailKind
	To             string // address
	Firm           string // the firm's name
	Path           string // of the page that it leads to
	Unopened       int
	Unacknowledged int
}

// mailLife is how long a mail is tried before it is given up (RFC 5321 4.5.4.1 has four to five days).
const mailLife = 5 * 24 * time.Hour

// mailCount is how far a mail counts what waits.
const mailCount = 1000

// MailDue returns the mail that a task is about. One with nothing to say any more, or nobody to say it to, is dropped with
// its task, and it is ErrNotFound; so is one that another instance sent.
func (p *Portal) MailDue(ctx context.Context, t store.Task) (OwedMail, error) {
	var owed OwedMail
	var why string
	err := p.Records.View(ctx, t.TenantID, func(tx store.Tx) (err error) {
		found, err := tx.Tasks().Find(ctx, t.Kind, t.Subject)
		if err != nil {
			return err
		}
		owed, why, err = p.mailDue(ctx, tx, found)
		return err
	})
	if err != nil {
		return OwedMail{}, fmt.Errorf("read a mail that is owed: %w", err)
	}
	if why == "" {
		return owed, nil
	}
	if err := p.finishMail(ctx, t, store.MailDropped, why); err != nil {
		return OwedMail{}, err
	}
	return OwedMail{}, fmt.Errorf("mail %s: %s: %w", t.Subject, why, store.ErrNotFound)
}

// mailDue returns a mail, or why there is nothing to send.
func (p *Portal) mailDue(ctx context.Context, tx store.Tx, t store.Task) (o OwedMail, why string, err error) {
	m, err := tx.Mails().Get(ctx, store.ID(t.Subject))
	if errors.Is(err, store.ErrNotFound) || err == nil && m.State != store.MailWaiting {
		return o, "it is not owed", nil
	}
	if err != nil {
		return o, "", err
	}
	s, err := tx.Accounts().Standing(ctx, m.AccountID)
	if err != nil {
		return o, "", err
	}
	if s.Tenant != store.TenantActive {
		return o, "", store.Fail(store.Unavailable, "", "the tenant is %q: its mails wait", s.Tenant)
	}
	setting, err := tx.Mails().Setting(ctx, m.AccountID)
	if err != nil {
		return o, "", err
	}
	count, err := tx.Receipts().Count(ctx, m.AccountID, mailCount)
	if err != nil {
		return o, "", err
	}
	o = OwedMail{ID: m.ID, Kind: m.Kind, To: s.Email, Firm: s.Firm, Path: "/desk"}
	if !s.Staff() {
		o.Path, o.Unopened = "/deliveries", count.Unread
		if m.Kind == store.MailDigest {
			o.Unacknowledged = count.Pending
		}
	}
	switch {
	case s.State != store.AccountActive || s.Email == "" || setting.Off:
		return o, "its reader takes no mails", nil
	case p.Now().Sub(m.CreatedAt) > mailLife:
		return o, "it could not be sent in time: " + t.Failure, nil
	case !s.Staff() && m.Kind != store.MailOnward && o.Unopened+o.Unacknowledged == 0:
		return o, "nothing waits", nil
	}
	return o, "", nil
}

// MailSent records that the mail server has taken the mail of a task.
func (p *Portal) MailSent(ctx context.Context, t store.Task) error {
	return p.finishMail(ctx, t, store.MailSent, "")
}

// MailBounced records that the mail of a task cannot be sent, in the mail server's words.
func (p *Portal) MailBounced(ctx context.Context, t store.Task, failure string) error {
	return p.finishMail(ctx, t, store.MailBounced, failure)
}

func (p *Portal) finishMail(ctx context.Context, t store.Task, state store.MailState, failure string) error {
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		err := tx.Mails().Finish(ctx, store.ID(t.Subject), state, p.Now(), failure)
		if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
			return nil // it was finished before: what is left is the task
		}
		if err != nil {
			return fmt.Errorf("finish mail %s: %w", t.Subject, err)
		}
		return nil
	})
}
