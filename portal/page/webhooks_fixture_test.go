package page

import (
	"fmt"
	"strings"

	"cloudpocket/store"
)

// hookMessages are n messages, of every kind and with every result.
func hookMessages(n int) (all []store.HookMessage) {
	events := append(store.EveryHookEvent(), store.HookTest)
	failures := []store.HookFailure{store.HookBadStatus, store.HookRedirects, store.HookPrivate, store.HookTimeout, store.HookCertificate, store.HookUnreachable, store.HookNoSecret}
	for i := range n {
		m := store.HookMessage{ID: store.ID(fmt.Sprint("m", i)), Event: events[i%len(events)], State: store.HookSent, CreatedAt: clock(), TriedAt: clock(), Attempts: 1, Status: 204}
		switch i % 4 {
		case 1:
			m.State, m.Failure, m.Status, m.Attempts = store.HookGivenUp, failures[i/4%len(failures)], 0, 1234
		case 2:
			m.State, m.Status = store.HookWaiting, 0
			m.TriedAt = store.HookMessage{}.TriedAt
		case 3:
			m.State, m.Status, m.Failure = store.HookDropped, 503, store.HookBadStatus
		}
		all = append(all, m)
	}
	return all
}

// webhookExhibits are the pages about webhooks.
func webhookExhibits() []exhibit {
	list := func(name string, v Webhooks) exhibit { return shown(name, "/admin/webhooks", (*Pages).Webhooks, v) }
	one := func(name string, v Webhook) exhibit {
		v.ID, v.CreatedAt, v.ByName = "w1", clock(), "総務 担当者"
		if v.URL == "" {
			v.URL, v.State, v.Events = "https://hr.example.jp/hooks/pocket", store.HookEnabled, 5
		}
		return shown(name, "/admin/webhooks/w1", (*Pages).Webhook, v)
	}
	hook := store.Webhook{ID: "w1", URL: "https://hr.example.jp/hooks/pocket", State: store.HookEnabled, CreatedAt: clock(), ByName: "総務 担当者"}
	long := hook
	long.URL, long.State = "https://hr.example.jp/"+strings.Repeat("long", 240), store.HookDisabled
	var many []store.Webhook
	for range store.MaxWebhooks / 2 {
		many = append(many, hook, long)
	}
	return []exhibit{
		list("webhooks-none", Webhooks{}),
		list("webhooks-little", Webhooks{Items: many[:1]}),
		list("webhooks-much", Webhooks{Items: many}),
		list("webhooks-refused", Webhooks{Items: many[:1], Typed: "http://10.0.0.1/", Chosen: []string{"delivery.viewed"},
			Problems: []Problem{{"url", "error.webhook_url", nil}, {"events", "error.webhook_events", nil}}}),
		one("webhook-none", Webhook{}),
		one("webhook-made", Webhook{Secret: "whsec_" + strings.Repeat("x", 43) + "="}),
		one("webhook-little", Webhook{Messages: hookMessages(3), Problems: []Problem{{"", "error.webhook_waiting", nil}}}),
		one("webhook-much", Webhook{Webhook: store.Webhook{URL: long.URL, State: store.HookDisabled, Events: 63}, Messages: hookMessages(50), Next: "next", Later: true}),
		one("webhook-refused", Webhook{Problems: []Problem{{"events", "error.webhook_events", nil}}}),
		one("webhook-end", Webhook{Later: true}),
	}
}
