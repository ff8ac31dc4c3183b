package admin_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
	"cloudpocket/store/seal"
)

// webhookWorld is a world that can seal secrets, and who may have webhooks.
func webhookWorld(t *testing.T) (*world, *person) {
	t.Helper()
	w := newWorld(t)
	keys, err := seal.Open(seal.NewKey())
	must(t, err)
	w.portal.Sealer = keys
	return w, w.add(t, "boss", "", store.PermitTrusts|store.PermitReceipts|store.PermitDeliver)
}

// actorOf is who somebody acts as.
func actorOf(p *person) portal.Actor {
	return portal.ActorOf(p.session, sso.Visit{Address: "192.0.2.1", RequestID: "r"})
}

// TestWebhookPages takes a webhook from being added to being removed.
func TestWebhookPages(t *testing.T) {
	w, boss := webhookWorld(t)
	answers(t, boss.get("/admin/webhooks"), http.StatusOK, "no webhooks yet", `value="delivery.viewed" checked`, `href="/admin/webhooks" aria-current="page"`)
	added := boss.post("/admin/webhooks", "url", "https://hr.example/in?key=<1>", "event", "delivery.viewed")
	answers(t, added, http.StatusOK, "never shown again", "https://hr.example/in?key=&lt;1&gt;")
	secret := regexp.MustCompile(`whsec_[^<]+`).FindString(added.Body.String())
	all, err := w.portal.Webhooks(t.Context(), actorOf(boss))
	must(t, err)
	at := "/admin/webhooks/" + string(all[0].ID)
	if rec := boss.get(at); secret == "" || strings.Contains(rec.Body.String(), "whsec_") && strings.Contains(rec.Body.String(), secret) {
		t.Errorf("the secret %q is shown again", secret)
	}
	leads := func(path, to string) {
		t.Helper()
		rec := boss.post(path)
		answers(t, rec, http.StatusSeeOther)
		if got := rec.Header().Get("Location"); got != to {
			t.Errorf("%s leads to %q", path, got)
		}
	}
	leads(at+"/test", at+"?done=webhook_test")
	answers(t, boss.get(at+"?done=webhook_test"), http.StatusOK, "Being sent", "A test is being sent", `role="status"`)
	_, list, err := w.portal.Webhook(t.Context(), actorOf(boss), all[0].ID, store.Page{})
	must(t, err)
	message := at + "/messages/" + string(list.Items[0].ID)
	answers(t, boss.post(message), http.StatusUnprocessableEntity, "still being sent")
	must(t, w.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		m := list.Items[0]
		m.State, m.Failure, m.TriedAt, m.Attempts = store.HookGivenUp, store.HookTimeout, w.now, 70
		return tx.Webhooks().KeepMessage(t.Context(), m)
	}))
	answers(t, boss.get(at), http.StatusOK, "Given up", "no answer in time", "attempt 70", message)
	leads(message, at+"?done=webhook_resent")
	answers(t, boss.get(at), http.StatusOK, `value="delivery.viewed" checked`, `name="version" value="0"`)
	answers(t, boss.post(at, "version", "0"), http.StatusUnprocessableEntity, "at least one event")
	answers(t, boss.post(at, "version", "7", "event", "delivery.acknowledged"), http.StatusUnprocessableEntity, "changed this webhook meanwhile", `value="delivery.viewed" checked`)
	changed := boss.post(at, "version", "0", "event", "delivery.acknowledged")
	answers(t, changed, http.StatusSeeOther)
	answers(t, boss.get(at+"?done=webhook_changed"), http.StatusOK, `value="delivery.acknowledged" checked`, "told of is changed")
	leads(at+"/off", at+"?done=webhook_off")
	answers(t, boss.post(at+"/test"), http.StatusUnprocessableEntity, "switched off. Switch it on")
	leads(at+"/on", at+"?done=webhook_on")
	leads(at+"/remove", "/admin/webhooks?done=webhook_removed")
	answers(t, boss.get(at), http.StatusNotFound)
	if e := w.lastDeed(t, "firm", store.DeedWebhook); e.Detail["by"] != "removed" || e.Detail["host"] != "hr.example" {
		t.Errorf("the log has %+v", e)
	}
}

// TestWebhookRefused demands that what was typed comes back with the reason, and nothing is added.
func TestWebhookRefused(t *testing.T) {
	w, boss := webhookWorld(t)
	for name, row := range map[string]struct{ url, event, says string }{
		"plain http":  {"http://hr.example/in", "delivery.viewed", "begins with https://"},
		"private":     {"https://10.0.0.1/in", "delivery.viewed", "inside a private network"},
		"no event":    {"https://hr.example/in", "", "at least one event"},
		"other event": {"https://hr.example/in", "webhook.test", "at least one event"},
	} {
		t.Run(name, func(t *testing.T) {
			answers(t, boss.post("/admin/webhooks", "url", row.url, "event", row.event), http.StatusUnprocessableEntity, row.says, `value="`+row.url+`"`, `role="alert"`)
			if e := w.lastDeed(t, "firm", store.DeedWebhook); e.Seq != 0 {
				t.Errorf("the log has %+v", e)
			}
		})
	}
}
