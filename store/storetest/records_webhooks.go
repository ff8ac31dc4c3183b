package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

func newWebhook(id store.ID) store.Webhook {
	return store.Webhook{ID: id, URL: "https://hr.example/hooks/" + string(id), Secret: []byte{0, 1, 0xff}, Events: 5, State: store.HookEnabled,
		By: "a", ByName: "人", CreatedAt: day}
}

func newHookMessage(id, hook store.ID, at time.Time) store.HookMessage {
	return store.HookMessage{ID: id, WebhookID: hook, Event: store.HookDelivered, Data: map[string]string{"delivery": "d1", "office": "o1"},
		State: store.HookWaiting, CreatedAt: at, Since: at}
}

func recordsWebhooks(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	other := addFirm(t, f.records, "other")
	first, second := newWebhook("w2"), newWebhook("w1")
	second.CreatedAt = day.Add(time.Second)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Webhooks().Create(ctx, first))
		must(t, tx.Webhooks().Create(ctx, second))
		isKind(t, tx.Webhooks().Create(ctx, first), store.ErrConflict)
		must(t, tx.Webhooks().AddMessage(ctx, newHookMessage("m", "w2", day)))
	})
	other.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Webhooks().Update(ctx, first), store.ErrNotFound)
		isKind(t, tx.Webhooks().Delete(ctx, "w2"), store.ErrNotFound)
		_, err := tx.Webhooks().Get(ctx, "w2")
		isKind(t, err, store.ErrNotFound)
		_, err = tx.Webhooks().Message(ctx, "m")
		isKind(t, err, store.ErrNotFound)
		isKind(t, tx.Webhooks().AddMessage(ctx, newHookMessage("n", "w2", day)), store.ErrNotFound)
		isKind(t, tx.Webhooks().KeepMessage(ctx, newHookMessage("m", "w2", day)), store.ErrNotFound)
		all, err := tx.Webhooks().List(ctx)
		must(t, err)
		same(t, "another tenant's", len(all), 0)
		n, err := tx.Webhooks().ForgetMessages(ctx, day.Add(time.Hour), 10)
		must(t, err)
		same(t, "what another tenant forgets", n, 0)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		changed := first
		changed.URL, changed.Events, changed.State = "https://hr.example/new", 2, store.HookDisabled
		changed.Secret, changed.By, changed.CreatedAt = nil, "b", day.Add(time.Hour) // these stay
		must(t, tx.Webhooks().Update(ctx, changed))
		isKind(t, tx.Webhooks().Update(ctx, changed), store.ErrConflict)
		isKind(t, tx.Webhooks().Update(ctx, newWebhook("none")), store.ErrNotFound)
	})
	first.URL, first.Events, first.State, first.Version = "https://hr.example/new", 2, store.HookDisabled, 1
	f.view(func(ctx context.Context, tx store.Tx) {
		all, err := tx.Webhooks().List(ctx)
		must(t, err)
		same(t, "the webhooks, the oldest first", all, []store.Webhook{first, second})
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Webhooks().Delete(ctx, "w2"))
		isKind(t, tx.Webhooks().Delete(ctx, "w2"), store.ErrNotFound)
		_, err := tx.Webhooks().Message(ctx, "m")
		isKind(t, err, store.ErrNotFound)
		for i := 1; i < store.MaxWebhooks; i++ {
			must(t, tx.Webhooks().Create(ctx, newWebhook(store.ID(fmt.Sprintf("n%d", i)))))
		}
		isKind(t, tx.Webhooks().Create(ctx, newWebhook("w9")), store.ErrConflict)
	})
}

func recordsHookMessages(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	var all []store.HookMessage
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Webhooks().Create(ctx, newWebhook("w1")))
		must(t, tx.Webhooks().Create(ctx, newWebhook("w2")))
		for i := range 5 {
			m := newHookMessage(store.ID(fmt.Sprintf("m%d", i)), "w1", day.Add(time.Duration(i/2)*time.Minute))
			must(t, tx.Webhooks().AddMessage(ctx, m))
			all = append([]store.HookMessage{m}, all...)
		}
		must(t, tx.Webhooks().AddMessage(ctx, newHookMessage("other", "w2", day)))
		isKind(t, tx.Webhooks().AddMessage(ctx, newHookMessage("m1", "w2", day)), store.ErrConflict)
		isKind(t, tx.Webhooks().AddMessage(ctx, newHookMessage("m9", "none", day)), store.ErrNotFound)
		isKind(t, tx.Webhooks().KeepMessage(ctx, newHookMessage("none", "w1", day)), store.ErrNotFound)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		kept := &all[0]
		kept.State, kept.Since, kept.TriedAt, kept.Attempts, kept.Status, kept.Failure = store.HookGivenUp, day.Add(time.Hour), day.Add(2*time.Hour), 7, 500, store.HookBadStatus
		changed := *kept
		changed.Data, changed.Event, changed.CreatedAt = nil, store.HookTest, day // these stay
		must(t, tx.Webhooks().KeepMessage(ctx, changed))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		var got []store.HookMessage
		var page store.Page
		for page.Limit = 2; ; {
			list, err := tx.Webhooks().Messages(ctx, "w1", page)
			must(t, err)
			if got = append(got, list.Items...); list.Next == "" {
				break
			}
			page.After = list.Next
		}
		same(t, "the messages, the newest first", got, all)
		_, err := tx.Webhooks().Messages(ctx, "w1", store.Page{After: "?"})
		isKind(t, err, store.ErrInvalid)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		for _, want := range []int{2, 1, 0} { // m0, m1 and that of the other webhook
			n, err := tx.Webhooks().ForgetMessages(ctx, day.Add(time.Minute), 2)
			must(t, err)
			same(t, "how many are forgotten", n, want)
		}
		list, err := tx.Webhooks().Messages(ctx, "w1", store.Page{})
		must(t, err)
		same(t, "what is left", list.Items, all[:3])
	})
}
