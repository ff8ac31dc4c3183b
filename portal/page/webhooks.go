package page

import (
	"net/http"
	"slices"

	"cloudpocket/store"
)

// Webhooks are the firm's, with the form for another.
type Webhooks struct {
	Items    []store.Webhook
	Typed    string // the address of one that was refused
	Chosen   []string
	Problems []Problem
}

// Webhooks shows the list; with problems in it the status is 422.
func (p *Pages) Webhooks(w http.ResponseWriter, r *http.Request, s Shell, v Webhooks) error {
	s.Current = PlaceWebhooks
	return p.show(w, r, statusOf(v.Problems), "webhooks", s, v)
}

// Events are what can be chosen, and Full reports whether there is room for no other webhook.
func (v Webhooks) Events() []store.HookEvent { return store.EveryHookEvent() }
func (v Webhooks) Full() bool                { return len(v.Items) >= store.MaxWebhooks }

// Picked reports whether an event is chosen, as at first all are.
func (v Webhooks) Picked(e store.HookEvent) bool {
	return len(v.Problems) == 0 || slices.Contains(v.Chosen, string(e))
}

// Wrong reports whether a part of the form was refused.
func (v Webhooks) Wrong(field string) bool { return wrong(v.Problems, field) }

// At is the address of a webhook's page.
func (v Webhooks) At(id store.ID) string { return "/admin/webhooks/" + string(id) }

// Webhook is one of them, and what it was told lately.
type Webhook struct {
	store.Webhook
	Secret   string   // only in the one answer that makes it
	Chosen   []string // the events of a change that was refused
	Messages []store.HookMessage
	Next     store.Cursor
	Later    bool
	Problems []Problem
}

// Webhook shows one; with problems in it the status is 422.
func (p *Pages) Webhook(w http.ResponseWriter, r *http.Request, s Shell, v Webhook) error {
	s.Current = PlaceWebhooks
	return p.show(w, r, statusOf(v.Problems), "webhook", s, v)
}

// Every are the events that can be chosen, Picked reports whether one is, and Wrong whether the choice was refused.
func (v Webhook) Every() []store.HookEvent { return store.EveryHookEvent() }
func (v Webhook) Wrong() bool              { return wrong(v.Problems, "events") }
func (v Webhook) Picked(e store.HookEvent) bool {
	if v.Wrong() {
		return slices.Contains(v.Chosen, string(e))
	}
	return v.Events.Has(e)
}

// On reports whether it is told anything, and Told the events that it is told of.
func (v Webhook) On() bool { return v.State == store.HookEnabled }
func (v Webhook) Told() []store.HookEvent {
	return slices.DeleteFunc(store.EveryHookEvent(), func(e store.HookEvent) bool { return !v.Events.Has(e) })
}

// Self is its address, Deed that of what is done with it, and Resend that which sends a message again.
func (v Webhook) Self() string              { return "/admin/webhooks/" + string(v.ID) }
func (v Webhook) Deed(name string) string   { return v.Self() + "/" + name }
func (v Webhook) Resend(id store.ID) string { return v.Self() + "/messages/" + string(id) }

// Over reports whether a message is tried no more, so that it can be sent again.
func (v Webhook) Over(m store.HookMessage) bool { return m.State != store.HookWaiting }

func (v Webhook) NextLink() string  { return link(v.Self(), "after", string(v.Next)) }
func (v Webhook) FirstLink() string { return v.Self() }

// hookBadge says whether a webhook is told anything.
func hookBadge(s store.HookState) Badge {
	if s == store.HookEnabled {
		return Badge{"webhooks.state.enabled", "check", "done"}
	}
	return Badge{"webhooks.state.disabled", "lock", "quiet"}
}

// hookMessageBadge says what became of a message.
func hookMessageBadge(s store.HookMessageState) Badge {
	switch s {
	case store.HookSent:
		return Badge{"webhooks.message.sent", "check", "done"}
	case store.HookGivenUp:
		return Badge{"webhooks.message.given_up", "warn", "bad"}
	case store.HookDropped:
		return Badge{"webhooks.message.dropped", "lock", "quiet"}
	}
	return Badge{"webhooks.message.waiting", "clock", "wait"}
}
