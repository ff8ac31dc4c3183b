package app

import (
	"testing"
	"time"

	"cloudpocket/store"
)

// webhookRoutes are where the firm has events told. A webhook is the whole firm's.
func webhookRoutes() map[string]access {
	firms := access{menu: store.PermitTrusts, whose: staffs, whole: true}
	on := func(form string) access {
		row := firms
		row.record, row.wide, row.form, row.spends = "webhook", true, form, form != ""
		return row
	}
	add := firms
	add.also = store.PermitReceipts // which it is told of
	add.form = "url=https://hr.example/in&event=delivery.viewed"
	change := on("version=0&event=delivery.viewed")
	change.also = store.PermitReceipts
	return map[string]access{
		"GET /admin/webhooks":                               firms,
		"POST /admin/webhooks":                              add,
		"GET /admin/webhooks/{webhook}":                     on(""),
		"POST /admin/webhooks/{webhook}":                    change,
		"POST /admin/webhooks/{webhook}/test":               on("x=1"),
		"POST /admin/webhooks/{webhook}/on":                 on("x=1"),
		"POST /admin/webhooks/{webhook}/off":                on("x=1"),
		"POST /admin/webhooks/{webhook}/remove":             on("x=1"),
		"POST /admin/webhooks/{webhook}/messages/{message}": on("x=1"),
	}
}

// webhook adds one that is told nothing by itself, with a message that was given up. The oldest are removed: there may
// be few.
func (q *square) webhook(t *testing.T, at spot, _ *somebody) names {
	t.Helper()
	ctx, id, message := t.Context(), q.fresh(), q.fresh()
	noError(t, q.Stores.Records.Update(ctx, at.tenant, func(tx store.Tx) error {
		all, err := tx.Webhooks().List(ctx)
		noError(t, err)
		for _, old := range all[:max(len(all)-5, 0)] {
			noError(t, tx.Webhooks().Delete(ctx, old.ID))
		}
		noError(t, tx.Webhooks().Create(ctx, store.Webhook{ID: id, URL: "https://10.0.0.1/in", State: store.HookEnabled, CreatedAt: q.now.Add(time.Hour)}))
		m := store.HookMessage{ID: message, WebhookID: id, Event: store.HookTest, CreatedAt: q.now, Since: q.now}
		noError(t, tx.Webhooks().AddMessage(ctx, m))
		m.State = store.HookGivenUp
		return tx.Webhooks().KeepMessage(ctx, m)
	}))
	return names{"webhook": string(id), "message": string(message), "office": string(at.office)}
}
