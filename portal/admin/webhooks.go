package admin

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (a *admin) mountWebhooks(m mounts) {
	m.get("/admin/webhooks", a.webhooks)
	m.post("/admin/webhooks", a.addWebhook)
	m.get("/admin/webhooks/{webhook}", a.webhook)
	m.post("/admin/webhooks/{webhook}", a.changeWebhook)
	m.post("/admin/webhooks/{webhook}/test", a.onWebhook("webhook_test", (*portal.Portal).TestWebhook))
	m.post("/admin/webhooks/{webhook}/on", a.switchWebhook("webhook_on", true))
	m.post("/admin/webhooks/{webhook}/off", a.switchWebhook("webhook_off", false))
	m.post("/admin/webhooks/{webhook}/remove", a.removeWebhook)
	m.post("/admin/webhooks/{webhook}/messages/{message}", a.resendHook)
}

// webhooks lists the firm's.
func (a *admin) webhooks(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.webhooksPage(w, r, v, page.Webhooks{})
}

func (a *admin) webhooksPage(w http.ResponseWriter, r *http.Request, v door.Visit, view page.Webhooks) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	if view.Items, err = a.Portal.Webhooks(r.Context(), v.Actor); err != nil {
		return err
	}
	return a.Pages.Webhooks(w, r, s, view)
}

// addWebhook adds one and shows its secret in the answer: a page that is loaded again has it no more.
func (a *admin) addWebhook(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	view := page.Webhooks{Typed: r.PostForm.Get("url"), Chosen: r.PostForm["event"]}
	secret, made, err := a.Portal.AddWebhook(r.Context(), v.Actor, view.Typed, view.Chosen)
	if err == nil {
		return a.webhookPage(w, r, v, made.ID, page.Webhook{Secret: secret})
	}
	if view.Problems = refusedIn("", err); view.Problems == nil {
		return err
	}
	for i, p := range view.Problems {
		view.Problems[i].Field = map[string]string{"error.webhook_url": "url", "error.webhook_private": "url", "error.webhook_events": "events"}[p.Key]
	}
	return a.webhooksPage(w, r, v, view)
}

// webhook shows one, and what it was told.
func (a *admin) webhook(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "webhook")
	if err != nil {
		return err
	}
	return a.webhookPage(w, r, v, id, page.Webhook{})
}

func (a *admin) webhookPage(w http.ResponseWriter, r *http.Request, v door.Visit, id store.ID, view page.Webhook) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	hook, list, err := a.Portal.Webhook(r.Context(), v.Actor, id, from)
	if err != nil {
		return err
	}
	view.Webhook, view.Messages, view.Next, view.Later = hook, list.Items, list.Next, from.After != ""
	return a.Pages.Webhook(w, r, s, view)
}

// changeWebhook has one told of other events.
func (a *admin) changeWebhook(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "webhook")
	if err != nil {
		return err
	}
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64) // none is version 0, which is refused where it is another
	chosen := r.PostForm["event"]
	err = a.Portal.ChangeWebhook(r.Context(), v.Actor, id, version, chosen)
	if err == nil {
		return door.SeeOther(w, r, "/admin/webhooks/"+string(id)+"?done=webhook_changed")
	}
	problems := refusedIn("events", err)
	if problems == nil {
		return a.afterHook(w, r, v, id, "", err)
	}
	return a.webhookPage(w, r, v, id, page.Webhook{Chosen: chosen, Problems: problems})
}

// onWebhook is a button on a webhook's page. What cannot be done now is said there.
func (a *admin) onWebhook(done string, do func(*portal.Portal, context.Context, portal.Actor, store.ID) error) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		id, err := door.ID(r, "webhook")
		if err != nil {
			return err
		}
		return a.afterHook(w, r, v, id, done, do(a.Portal, r.Context(), v.Actor, id))
	}
}

func (a *admin) switchWebhook(done string, on bool) door.Deed {
	return a.onWebhook(done, func(p *portal.Portal, ctx context.Context, actor portal.Actor, id store.ID) error {
		return p.SwitchWebhook(ctx, actor, id, on)
	})
}

// resendHook sends a message once more.
func (a *admin) resendHook(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	message, err := door.ID(r, "message")
	if err != nil {
		return err
	}
	resend := func(p *portal.Portal, ctx context.Context, actor portal.Actor, id store.ID) error {
		return p.ResendHook(ctx, actor, id, message)
	}
	return a.onWebhook("webhook_resent", resend)(w, r, v)
}

// afterHook leads back to a webhook's page, or shows it with why something was not done.
func (a *admin) afterHook(w http.ResponseWriter, r *http.Request, v door.Visit, id store.ID, done string, err error) error {
	var e *store.Error
	switch {
	case err == nil:
		return door.SeeOther(w, r, "/admin/webhooks/"+string(id)+"?done="+done)
	case errors.As(err, &e) && e.Kind == store.Conflict && e.Key != "":
		return a.webhookPage(w, r, v, id, page.Webhook{Problems: []page.Problem{{Key: e.Key, Args: e.Args}}})
	}
	return err
}

// removeWebhook forgets one.
func (a *admin) removeWebhook(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "webhook")
	if err != nil {
		return err
	}
	if err := a.Portal.RemoveWebhook(r.Context(), v.Actor, id); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/webhooks?done=webhook_removed")
}
