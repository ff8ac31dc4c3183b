package portal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

const (
	hookLife   = 3 * 24 * time.Hour  // how long a message is tried before it is given up
	hookMemory = 30 * 24 * time.Hour // how long one is shown and can be sent again
)

// OwedHook is a message that is to be sent to a webhook now.
type OwedHook struct {
	ID       store.ID
	Webhook  store.ID
	URL      string
	Secret   []byte
	Body     []byte // JSON, alike each time
	Attempts int    // so far
	Asked    bool   // somebody waits to see it go: it is a test, or is sent again
	Last     bool   // it has been tried for as long as one is: not taken now, it is given up
}

// hookBody is what a webhook reads (Standard Webhooks, "payload structure").
type hookBody struct {
	Type      store.HookEvent   `json:"type"`
	Timestamp time.Time         `json:"timestamp"` // when it happened
	Data      map[string]string `json:"data"`
}

// WebhookDue returns the message that a task is about. One that is not owed any more is dropped with its task, and it is
// ErrNotFound; so is one that another instance sent.
func (p *Portal) WebhookDue(ctx context.Context, t store.Task) (o OwedHook, err error) {
	var w store.Webhook
	var m store.HookMessage
	err = p.Records.View(ctx, t.TenantID, func(tx store.Tx) error {
		if _, err := tx.Tasks().Find(ctx, t.Kind, t.Subject); err != nil {
			return err
		}
		w, m, err = hookOf(ctx, tx, store.ID(t.Subject))
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound) || err == nil && m.State != store.HookWaiting:
		return o, errors.Join(p.endHook(ctx, t, nil), fmt.Errorf("webhook message %s is not owed: %w", t.Subject, store.ErrNotFound))
	case err != nil:
		return o, fmt.Errorf("read a webhook message that is owed: %w", err)
	case w.State != store.HookEnabled:
		drop := func(m *store.HookMessage) { m.State = store.HookDropped }
		return o, errors.Join(p.endHook(ctx, t, drop), fmt.Errorf("webhook %s is %s: %w", w.ID, w.State, store.ErrNotFound))
	}
	return p.hookCall(w, m)
}

// hookOf returns a message and its webhook, unless the tenant is suspended: then both wait.
func hookOf(ctx context.Context, tx store.Tx, id store.ID) (w store.Webhook, m store.HookMessage, err error) {
	if m, err = tx.Webhooks().Message(ctx, id); err != nil {
		return w, m, err
	}
	if w, err = tx.Webhooks().Get(ctx, m.WebhookID); err != nil {
		return w, m, err
	}
	state, err := tx.APIClients().Tenant(ctx)
	if err == nil && state != store.TenantActive {
		err = store.Fail(store.Unavailable, "", "the tenant is %q: its webhooks wait", state)
	}
	return w, m, err
}

// hookCall returns what is sent.
func (p *Portal) hookCall(w store.Webhook, m store.HookMessage) (o OwedHook, err error) {
	o = OwedHook{ID: m.ID, Webhook: w.ID, URL: w.URL, Attempts: m.Attempts, Asked: m.Attempts == 0 && (m.Event == store.HookTest || !m.Since.Equal(m.CreatedAt)), Last: p.Now().Sub(m.Since) > hookLife}
	if o.Body, err = json.Marshal(hookBody{m.Event, m.CreatedAt.UTC(), m.Data}); err != nil {
		return o, fmt.Errorf("write webhook message %s: %w", m.ID, err)
	}
	if p.Sealer == nil {
		return o, store.Fail(store.Unavailable, "error.no_seal", "there is no key to unseal secrets with")
	}
	if o.Secret, err = p.Sealer.Unseal(hookPurpose(w.ID), w.Secret); err != nil {
		return o, fmt.Errorf("unseal the secret of webhook %s: %w", w.ID, err)
	}
	return o, nil
}

// WebhookTaken records that a webhook has taken the message of a task.
func (p *Portal) WebhookTaken(ctx context.Context, t store.Task, status int) error {
	return p.endHook(ctx, t, func(m *store.HookMessage) {
		m.State, m.TriedAt, m.Status, m.Failure = store.HookSent, p.Now(), status, ""
		m.Attempts++
	})
}

// WebhookFailed records that a webhook did not take the message of a task, and reports whether it is tried no more.
func (p *Portal) WebhookFailed(ctx context.Context, t store.Task, status int, why store.HookFailure) (over bool, err error) {
	err = p.Records.Update(ctx, t.TenantID, func(tx store.Tx) error {
		over = false
		_, err := tx.Tasks().Find(ctx, t.Kind, t.Subject)
		if err != nil {
			return unlessGone(err)
		}
		m, err := tx.Webhooks().Message(ctx, store.ID(t.Subject))
		if err != nil {
			return unlessGone(err)
		}
		m.TriedAt, m.Status, m.Failure = p.Now(), status, why
		m.Attempts++
		if over = p.Now().Sub(m.Since) > hookLife; over {
			m.State = store.HookGivenUp
			if err := tx.Tasks().Done(ctx, t.Kind, t.Subject); err != nil {
				return err
			}
		}
		return tx.Webhooks().KeepMessage(ctx, m)
	})
	if err != nil {
		return false, fmt.Errorf("keep that webhook message %s failed: %w", t.Subject, err)
	}
	return over, nil
}

// endHook ends a task, and changes its message when that is still there and waits.
func (p *Portal) endHook(ctx context.Context, t store.Task, change func(*store.HookMessage)) error {
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		m, err := tx.Webhooks().Message(ctx, store.ID(t.Subject))
		if err != nil || change == nil || m.State != store.HookWaiting {
			return unlessGone(err)
		}
		change(&m)
		return tx.Webhooks().KeepMessage(ctx, m)
	})
}

// unlessGone is nil for what is not there any more: somebody else saw to it.
func unlessGone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
