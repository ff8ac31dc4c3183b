package job

import (
	"context"
	"errors"
	"fmt"
	"time"

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
// again under the same ID. An address that does not answer is left alone for a while, for all that is for it, so that nobody
// else's messages wait for its.
func Webhook(h Hooks, c Courier, now func() time.Time) Handler {
	w := &webhooks{Hooks: h, courier: c, now: now, patience: newPatience()}
	return w.tell
}

type webhooks struct {
	Hooks
	courier  Courier
	now      func() time.Time
	patience *patience
}

func (w *webhooks) tell(ctx context.Context, t store.Task) error {
	owed, err := w.WebhookDue(ctx, t)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if errors.Is(err, store.ErrDamaged) {
		return w.refused(ctx, t, owed, 0, &hook.Failure{Why: store.HookNoSecret, Err: err})
	}
	if err != nil {
		return err
	}
	again, may := w.patience.begin(owed.Webhook, w.now())
	if !may && !owed.Asked {
		return w.putOff(ctx, t, owed, again)
	}
	status, err := w.send(ctx, owed)
	if err == nil {
		return w.WebhookTaken(ctx, t, status)
	}
	return w.refused(ctx, t, owed, status, err)
}

// putOff leaves a message for later, and gives up one that has waited for as long as one does.
func (w *webhooks) putOff(ctx context.Context, t store.Task, owed portal.OwedHook, again time.Time) error {
	err := fmt.Errorf("webhook %s does not answer", owed.Webhook)
	if owed.Last {
		return w.refused(ctx, t, owed, 0, &hook.Failure{Why: store.HookUnreachable, Err: err})
	}
	return &postponed{until: again, quiet: true, err: err}
}

// send makes the request, and takes note of how the address is.
func (w *webhooks) send(ctx context.Context, owed portal.OwedHook) (status int, err error) {
	began, answered := w.now(), false
	defer func() { w.patience.end(owed.Webhook, w.now(), answered) }() // also of a panic
	status, err = w.courier.Send(ctx, hook.Call{ID: string(owed.ID), URL: owed.URL, Secret: owed.Secret, Body: owed.Body})
	answered = status != 0 && w.now().Sub(began) < slowly
	return status, err
}

// refused records a failure. Unless it was the last, it is returned: the task is due again, later each time that it was tried.
func (w *webhooks) refused(ctx context.Context, t store.Task, owed portal.OwedHook, status int, failure error) error {
	if ctx.Err() != nil { // the service stops: nobody failed
		return ctx.Err()
	}
	why := store.HookUnreachable
	var known *hook.Failure
	if errors.As(failure, &known) {
		why = known.Why
	}
	over, err := w.WebhookFailed(ctx, t, status, why)
	if err != nil || over {
		return err
	}
	return &postponed{until: w.now().Add(backoff(owed.Attempts + 1)), err: fmt.Errorf("tell a webhook %s: %w", t.Subject, failure)}
}
