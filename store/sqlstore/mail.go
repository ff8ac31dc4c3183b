package sqlstore

import (
	"context"
	"errors"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type mails struct{ *tx }

func (t mails) Create(ctx context.Context, m store.Mail) error {
	return fault("create mail "+string(m.ID), t.single(ctx, func() error {
		return t.q.CreateMail(ctx, records.CreateMailParams{
			TenantID: t.id(), ID: string(m.ID), Kind: string(m.Kind), AccountID: string(m.AccountID),
			DeliveryID: string(m.DeliveryID), State: string(store.MailWaiting), CreatedAt: micros(m.CreatedAt),
		})
	}))
}

func (t mails) Get(ctx context.Context, id store.ID) (store.Mail, error) {
	row, err := t.q.GetMail(ctx, records.GetMailParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Mail{}, fault("get mail "+string(id), err)
	}
	return mailOf(row), nil
}

func (t mails) Finish(ctx context.Context, id store.ID, state store.MailState, at time.Time, failure string) error {
	n, err := t.q.FinishMail(ctx, records.FinishMailParams{
		State: string(state), SentAt: micros(at), Failure: plain(failure), TenantID: t.id(), ID: string(id),
	})
	if err == nil && n == 0 {
		var m store.Mail
		if m, err = t.Get(ctx, id); err == nil {
			err = conflict("it is %s, not %s", m.State, store.MailWaiting)
		}
	}
	return fault("finish mail "+string(id), err)
}

func (t mails) List(ctx context.Context, states []store.MailState, p store.Page) (store.List[store.Mail], error) {
	arg := records.ListMailsParams{TenantID: t.id(), BeforeAt: latest, Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listMails, &arg.BeforeAt, &arg.BeforeID); err != nil {
		return store.List[store.Mail]{}, err
	}
	if len(states) == 0 {
		states = []store.MailState{store.MailWaiting, store.MailSent, store.MailBounced, store.MailDropped, store.MailGivenUp}
	}
	read := func(state store.MailState, from place) ([]records.Mail, error) {
		arg.State, arg.FromAt, arg.FromID = string(state), from.at, from.id
		return t.q.ListMails(ctx, arg)
	}
	rows, err := merge(distinct(states), arg.Size, read, func(r records.Mail) place { return place{r.CreatedAt, r.ID} })
	if err != nil {
		return store.List[store.Mail]{}, fault("list mails", err)
	}
	return listOf(rows, p.Size(), mailOf, func(r records.Mail) store.Cursor { return cursorOf(listMails, r.CreatedAt, r.ID) }), nil
}

func (t mails) Setting(ctx context.Context, account store.ID) (store.MailSetting, error) {
	row, err := t.q.GetMailSetting(ctx, records.GetMailSettingParams{TenantID: t.id(), AccountID: string(account)})
	err = fault("get the mail setting of account "+string(account), err)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.MailSetting{}, err
	}
	return store.MailSetting{AccountID: account, Off: row.Muted == 1, Digest: row.Digest == 1}, nil
}

func (t mails) SaveSetting(ctx context.Context, s store.MailSetting) error {
	return fault("save the mail setting of account "+string(s.AccountID), t.single(ctx, func() error {
		return t.q.SaveMailSetting(ctx, records.SaveMailSettingParams{
			TenantID: t.id(), AccountID: string(s.AccountID), Muted: flag(s.Off), Digest: flag(s.Digest),
		})
	}))
}

func (t mails) Office(ctx context.Context, office store.ID) (store.OfficeMail, error) {
	m := store.OfficeMail{OfficeID: office, To: store.ToAll}
	row, err := t.q.GetOfficeMail(ctx, records.GetOfficeMailParams{TenantID: t.id(), OfficeID: string(office)})
	err = fault("get the mail setting of office "+string(office), err)
	if errors.Is(err, store.ErrNotFound) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	m.To, m.Digest = store.Recipients(row.Recipients), row.Digest == 1
	return m, fault("read the mail setting of office "+string(office), readText(row.Named, &m.Named))
}

func (t mails) SaveOffice(ctx context.Context, m store.OfficeMail) error {
	named, err := listText(m.Named)
	if err != nil {
		return fault("encode the mail setting of office "+string(m.OfficeID), err)
	}
	return fault("save the mail setting of office "+string(m.OfficeID), t.single(ctx, func() error {
		return t.q.SaveOfficeMail(ctx, records.SaveOfficeMailParams{
			TenantID: t.id(), OfficeID: string(m.OfficeID), Recipients: string(m.To), Digest: flag(m.Digest), Named: named,
		})
	}))
}

func mailOf(r records.Mail) store.Mail {
	return store.Mail{
		ID: store.ID(r.ID), Kind: store.MailKind(r.Kind), AccountID: store.ID(r.AccountID), DeliveryID: store.ID(r.DeliveryID),
		State: store.MailState(r.State), CreatedAt: moment(r.CreatedAt), SentAt: moment(r.SentAt), Failure: r.Failure,
	}
}
