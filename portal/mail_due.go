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
	Untold         int // persons
}

// mailLife is how long a mail is tried before it is given up (RFC 5321 4.5.4.1 has four to five days).
const mailLife = 5 * 24 * time.Hour

// mailCount is how far a mail counts what waits.
const mailCount = 1000

// MailDue returns the mail that a task is about. One with nothing to say any more, or nobody to say it to, is dropped with
// its task, and it is ErrNotFound; so is one that another instance sent.
func (p *Portal) MailDue(ctx context.Context, t store.Task) (OwedMail, error) {
	var owed OwedMail
	var end mailEnd
	err := p.Records.View(ctx, t.TenantID, func(tx store.Tx) (err error) {
		found, err := tx.Tasks().Find(ctx, t.Kind, t.Subject)
		if err != nil {
			return err
		}
		owed, end, err = p.mailDue(ctx, tx, found)
		return err
	})
	if err != nil {
		return OwedMail{}, fmt.Errorf("read a mail that is owed: %w", err)
	}
	if end.state == "" {
		return owed, nil
	}
	if err := p.finishMail(ctx, t, end.state, end.why); err != nil {
		return OwedMail{}, err
	}
	return OwedMail{}, fmt.Errorf("mail %s: %s: %w", t.Subject, end.why, store.ErrNotFound)
}

// mailEnd is what becomes of a mail that is not to be sent, and why; zero: it is.
type mailEnd struct {
	state store.MailState
	why   string
}

// mailDue returns a mail, or why there is nothing to send.
func (p *Portal) mailDue(ctx context.Context, tx store.Tx, t store.Task) (o OwedMail, end mailEnd, err error) {
	m, err := tx.Mails().Get(ctx, store.ID(t.Subject))
	if errors.Is(err, store.ErrNotFound) || err == nil && m.State != store.MailWaiting {
		return o, mailEnd{store.MailDropped, "it is not owed"}, nil
	}
	if err != nil {
		return o, end, err
	}
	s, err := tx.Accounts().Standing(ctx, m.AccountID)
	if err != nil {
		return o, end, err
	}
	if s.Tenant != store.TenantActive {
		return o, end, store.Fail(store.Unavailable, "", "the tenant is %q: its mails wait", s.Tenant)
	}
	setting, err := tx.Mails().Setting(ctx, m.AccountID)
	if err != nil {
		return o, end, err
	}
	o = OwedMail{ID: m.ID, Kind: m.Kind, To: s.Email, Firm: s.Firm, Path: firmPath(m.Kind)}
	if !s.Staff() {
		if err := o.count(ctx, tx, s.Account); err != nil {
			return o, end, err
		}
	}
	switch {
	case s.State != store.AccountActive || s.Email == "" || setting.Off:
		end = mailEnd{store.MailDropped, "its reader takes no mails"}
	case !s.Staff() && o.Unopened+o.Unacknowledged+o.Untold == 0:
		end = mailEnd{store.MailDropped, "nothing waits"}
	case p.Now().Sub(m.CreatedAt) > mailLife:
		end = mailEnd{store.MailGivenUp, t.Failure}
	}
	return o, end, nil
}

// firmPath is the page that a mail to the firm's own people leads to.
func firmPath(kind store.MailKind) string {
	if kind == store.MailKeysEnding || kind == store.MailKeysOffered {
		return "/admin/trusts"
	}
	if kind == store.MailInventory || kind == store.MailInventoryOpen {
		return "/admin/inventory"
	}
	return "/desk"
}

// count fills in what a mail to a client says: what waits for them of that which it is about.
func (o *OwedMail) count(ctx context.Context, tx store.Tx, account store.Account) (err error) {
	if o.Path = "/deliveries"; o.Kind == store.MailOnward {
		o.Path = "/onward"
	}
	if o.Kind == store.MailOnward || o.Kind == store.MailDigest {
		if o.Untold, err = untold(ctx, tx, account, mailCount); err != nil || o.Kind == store.MailOnward {
			return err
		}
	}
	count, err := tx.Receipts().Count(ctx, account.ID, mailCount)
	if err != nil {
		return fmt.Errorf("count what waits for account %s: %w", account.ID, err)
	}
	if o.Unopened = count.Unread; o.Kind == store.MailDigest {
		o.Unacknowledged = count.Pending
	}
	return nil
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
