package sqlstore

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type webhooks struct{ *tx }

func (t webhooks) Create(ctx context.Context, w store.Webhook) error {
	return fault("create webhook "+string(w.ID), t.attempt(ctx, func() error {
		n, err := t.q.CountWebhooks(ctx, t.id())
		if err == nil && n >= store.MaxWebhooks {
			err = conflict("there are %d", n)
		}
		if err != nil {
			return err
		}
		return t.q.CreateWebhook(ctx, records.CreateWebhookParams{TenantID: t.id(), ID: string(w.ID), Url: w.URL, Secret: base64.StdEncoding.EncodeToString(w.Secret),
			Events: int64(w.Events), State: string(w.State), ByID: string(w.By), ByName: w.ByName, CreatedAt: micros(w.CreatedAt), Version: w.Version})
	}))
}

func (t webhooks) Get(ctx context.Context, id store.ID) (store.Webhook, error) {
	row, err := t.q.GetWebhook(ctx, records.GetWebhookParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Webhook{}, fault("get webhook "+string(id), err)
	}
	return webhookOf(row)
}

func (t webhooks) Update(ctx context.Context, w store.Webhook) error {
	old, err := t.Get(ctx, w.ID)
	if err != nil {
		return err
	}
	n, err := t.q.UpdateWebhook(ctx, records.UpdateWebhookParams{Url: w.URL, Events: int64(w.Events), State: string(w.State),
		TenantID: t.id(), ID: string(w.ID), Version: w.Version})
	if err == nil && n == 0 {
		err = conflict("it has version %d, not %d", old.Version, w.Version)
	}
	return fault("update webhook "+string(w.ID), err)
}

func (t webhooks) Delete(ctx context.Context, id store.ID) error {
	err := t.q.RemoveHookMessages(ctx, records.RemoveHookMessagesParams{TenantID: t.id(), WebhookID: string(id)})
	var n int64
	if err == nil {
		n, err = t.q.RemoveWebhook(ctx, records.RemoveWebhookParams{TenantID: t.id(), ID: string(id)})
	}
	if err == nil && n == 0 {
		err = missing("no such webhook")
	}
	return fault("delete webhook "+string(id), err)
}

func (t webhooks) List(ctx context.Context) (all []store.Webhook, err error) {
	rows, err := t.q.ListWebhooks(ctx, t.id())
	if err != nil {
		return nil, fault("list webhooks", err)
	}
	for _, row := range rows {
		w, err := webhookOf(row)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

func webhookOf(r records.Webhook) (store.Webhook, error) {
	secret, err := base64.StdEncoding.DecodeString(r.Secret)
	if err != nil {
		return store.Webhook{}, store.Fail(store.Damaged, "", "decode the secret of webhook %s: %w", r.ID, err)
	}
	return store.Webhook{ID: store.ID(r.ID), URL: r.Url, Secret: secret, Events: store.HookEvents(r.Events), State: store.HookState(r.State),
		By: store.ID(r.ByID), ByName: r.ByName, CreatedAt: moment(r.CreatedAt), Version: r.Version}, nil
}

func (t webhooks) AddMessage(ctx context.Context, m store.HookMessage) error {
	data, err := json.Marshal(m.Data)
	if err != nil {
		return fault("encode webhook message "+string(m.ID), err)
	}
	return fault("add webhook message "+string(m.ID), t.single(ctx, func() error {
		return t.q.AddHookMessage(ctx, records.AddHookMessageParams{TenantID: t.id(), ID: string(m.ID), WebhookID: string(m.WebhookID), Event: string(m.Event),
			Data: string(data), State: string(store.HookWaiting), CreatedAt: micros(m.CreatedAt), Since: micros(m.Since)})
	}))
}

func (t webhooks) Message(ctx context.Context, id store.ID) (store.HookMessage, error) {
	row, err := t.q.GetHookMessage(ctx, records.GetHookMessageParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.HookMessage{}, fault("get webhook message "+string(id), err)
	}
	return hookMessageOf(row)
}

func (t webhooks) KeepMessage(ctx context.Context, m store.HookMessage) error {
	n, err := t.q.KeepHookMessage(ctx, records.KeepHookMessageParams{State: string(m.State), Since: micros(m.Since), TriedAt: micros(m.TriedAt),
		Attempts: int64(m.Attempts), Status: int64(m.Status), Failure: string(m.Failure), TenantID: t.id(), ID: string(m.ID)})
	if err == nil && n == 0 {
		err = missing("no such message")
	}
	return fault("keep webhook message "+string(m.ID), err)
}

func (t webhooks) Messages(ctx context.Context, webhook store.ID, p store.Page) (list store.List[store.HookMessage], err error) {
	arg := records.ListHookMessagesParams{TenantID: t.id(), WebhookID: string(webhook), BeforeAt: latest, Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listHookMessages, &arg.BeforeAt, &arg.BeforeID); err != nil {
		return list, err
	}
	rows, err := t.q.ListHookMessages(ctx, arg)
	if err != nil {
		return list, fault("list the messages of webhook "+string(webhook), err)
	}
	page := cut(rows, p.Size(), func(r records.WebhookMessage) store.Cursor { return cursorOf(listHookMessages, r.CreatedAt, r.ID) })
	list.Next = page.Next
	for _, row := range page.Items {
		m, err := hookMessageOf(row)
		if err != nil {
			return list, err
		}
		list.Items = append(list.Items, m)
	}
	return list, nil
}

func (t webhooks) ForgetMessages(ctx context.Context, before time.Time, n int) (int, error) {
	old, err := t.q.FindOldHookMessages(ctx, records.FindOldHookMessagesParams{TenantID: t.id(), BeforeAt: micros(before), Size: int64(n)})
	for _, id := range old {
		if err == nil {
			err = t.q.ForgetHookMessage(ctx, records.ForgetHookMessageParams{TenantID: t.id(), ID: id})
		}
	}
	return len(old), fault("forget webhook messages", err)
}

func hookMessageOf(r records.WebhookMessage) (m store.HookMessage, err error) {
	m = store.HookMessage{ID: store.ID(r.ID), WebhookID: store.ID(r.WebhookID), Event: store.HookEvent(r.Event), State: store.HookMessageState(r.State),
		CreatedAt: moment(r.CreatedAt), Since: moment(r.Since), TriedAt: moment(r.TriedAt), Attempts: int(r.Attempts), Status: int(r.Status), Failure: store.HookFailure(r.Failure)}
	if err = json.Unmarshal([]byte(r.Data), &m.Data); err != nil {
		return m, store.Fail(store.Damaged, "", "decode webhook message %s: %w", r.ID, err)
	}
	return m, nil
}
