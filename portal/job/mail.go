package job

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/portal"
	"cloudpocket/portal/mail"
	"cloudpocket/store"
)

// Outbox hands out the mails that are owed, and takes what became of them.
type Outbox interface {
	MailDue(ctx context.Context, t store.Task) (portal.OwedMail, error)
	MailSent(ctx context.Context, t store.Task) error
	MailBounced(ctx context.Context, t store.Task, failure string) error
}

// Post takes mails to their server.
type Post interface {
	Send(ctx context.Context, m mail.Message) error
}

// Mailer sends the mails of an outbox.
type Mailer struct {
	Outbox  Outbox
	Post    Post
	Words   *mail.Words
	BaseURL string // where people reach the service
}

// Mail carries out store.TaskMail. The mail is sent first and recorded afterwards: killed in between, it is sent again as
// the same mail, by its Message-ID.
func Mail(m Mailer) Handler { return m.carryOut }

func (m Mailer) carryOut(ctx context.Context, t store.Task) error {
	owed, err := m.Outbox.MailDue(ctx, t)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	message, err := m.write(owed)
	if err != nil {
		return err
	}
	err = m.Post.Send(ctx, message)
	var failure *mail.Failure
	switch {
	case err == nil:
		return m.Outbox.MailSent(ctx, t)
	case errors.As(err, &failure) && failure.Permanent:
		return m.Outbox.MailBounced(ctx, t, said(failure))
	}
	return fmt.Errorf("send mail %s: %w", owed.ID, err)
}

// write returns a mail in every language: nobody knows which its reader reads.
func (m Mailer) write(owed portal.OwedMail) (mail.Message, error) {
	message, err := m.Words.WriteAll(mail.Note{
		Kind: mail.Kind(owed.Kind), Firm: owed.Firm, Link: m.BaseURL + owed.Path,
		Unopened: owed.Unopened, Unacknowledged: owed.Unacknowledged, Untold: owed.Untold,
	})
	message.ID, message.To = owed.ID, owed.To
	return message, err
}

// said is what the firm reads of a failure.
func said(f *mail.Failure) string {
	if f.Code == 0 {
		return f.Error()
	}
	return fmt.Sprintf("%d %s", f.Code, f.Words)
}
