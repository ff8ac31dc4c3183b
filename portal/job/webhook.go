package job

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/portal"
	"cloudpocket/portal/hook"
	"cloudpocket/store"
)

// Hooks hands out the messages that webhooks are owed, and takes what became of them.
type Hooks interface {
	WebhookDue(ctx context.Context, t store.Task) (portal.OwedHook, error)
	WebhookTaken(ctx context.Context, t store.Task, status int) error
	WebhookFailed(ctx context.Context, t store.Task, status int, why store.HookFailure) (over bool, err error)
}

// Courier takes requests to webhooks.
type Courier interface {
	Send(ctx context.Context, c hook.Call) (status int, err error)
}

// Webhook carries out store.TaskWebhook. The request is made first and recorded afterwards: killed in between, it is made
// again under the same ID.
func Webhook(h Hooks, c Courier) Handler {
	return func(ctx context.Context, t store.Task) error {
		owed, err := h.WebhookDue(ctx, t)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if errors.Is(err, store.ErrDamaged) {
			return refusedHook(ctx, h, t, 0, &hook.Failure{Why: store.HookNoSecret, Err: err})
		}
		if err != nil {
			return err
		}
		status, err := c.Send(ctx, hook.Call{ID: string(owed.ID), URL: owed.URL, Secret: owed.Secret, Body: owed.Body})
		if err == nil {
			return h.WebhookTaken(ctx, t, status)
		}
		return refusedHook(ctx, h, t, status, err)
	}
}

// refusedHook records a failure. Unless it was the last, it is returned: the task is due again.
func refusedHook(ctx context.Context, h Hooks, t store.Task, status int, failure error) error {
	if ctx.Err() != nil { // the service stops: nobody failed
		return ctx.Err()
	}
	why := store.HookUnreachable
	var known *hook.Failure
	if errors.As(failure, &known) {
		why = known.Why
	}
	over, err := h.WebhookFailed(ctx, t, status, why)
	if err != nil || over {
		return err
	}
	return fmt.Errorf("tell a webhook %s: %w", t.Subject, failure)
}
