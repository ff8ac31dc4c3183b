package portal

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"cloudpocket/store"
)

const (
	hookURLBytes    = 1000
	hookSecretBytes = 32
	hookPrefix      = "whsec_" // begins every secret, as the standard has it
)

// hookPurpose binds a sealed secret to its webhook: in another one it opens nothing.
func hookPurpose(id store.ID) string { return "secret of webhook " + string(id) }

// Webhooks returns the firm's webhooks, the oldest first. Like its trusts, they are the whole firm's.
func (p *Portal) Webhooks(ctx context.Context, a Actor) (all []store.Webhook, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) (err error) {
		all, err = tx.Webhooks().List(ctx)
		return err
	})
	return all, err
}

// Webhook returns one webhook and what it was told lately, the newest first.
func (p *Portal) Webhook(ctx context.Context, a Actor, id store.ID, page store.Page) (w store.Webhook, list store.List[store.HookMessage], err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		if w, err = tx.Webhooks().Get(ctx, id); err != nil {
			return fmt.Errorf("read a webhook: %w", err)
		}
		list, err = tx.Webhooks().Messages(ctx, id, page)
		return err
	})
	return w, list, err
}

// AddWebhook has an address told of events from the commit on, and returns the secret that its requests are signed with.
// Nothing returns it again.
func (p *Portal) AddWebhook(ctx context.Context, a Actor, address string, events []string) (secret string, w store.Webhook, err error) {
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		w = store.Webhook{ID: store.NewID(p.Now()), URL: strings.TrimSpace(address), State: store.HookEnabled, By: account.ID, ByName: account.Name, CreatedAt: p.Now()}
		if w.Events, err = p.hookEntry(w.URL, events); err != nil {
			return err
		}
		if err := overHook(account, w.Events); err != nil {
			return err
		}
		all, err := tx.Webhooks().List(ctx)
		if err != nil {
			return err
		}
		if len(all) >= store.MaxWebhooks {
			return store.Fail(store.Invalid, "error.webhook_many", "there are %d webhooks", len(all)).With("Count", store.MaxWebhooks)
		}
		if secret, w.Secret, err = p.hookSecret(w.ID); err != nil {
			return err
		}
		if err := tx.Webhooks().Create(ctx, w); err != nil {
			return fmt.Errorf("add a webhook: %w", err)
		}
		return p.auditHook(ctx, tx, a, account, w, map[string]string{"by": "added", "events": strings.Join(events, " ")})
	})
	if err != nil {
		return "", store.Webhook{}, err
	}
	return secret, w, nil
}

// ChangeWebhook has a webhook told of these events instead, from the commit on. Whoever does it holds the menus of what it was told as
// of what it will be. A version that is not the stored one is ErrConflict.
func (p *Portal) ChangeWebhook(ctx context.Context, a Actor, id store.ID, version int64, events []string) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		w, err := tx.Webhooks().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read a webhook: %w", err)
		}
		set, err := hookEvents(events)
		if err != nil {
			return err
		}
		if err := overHook(account, w.Events|set); err != nil {
			return err
		}
		if w.Version != version {
			return store.Fail(store.Conflict, "error.webhook_changed", "webhook %s has version %d, not %d", id, w.Version, version)
		}
		if w.Events == set {
			return nil
		}
		was := w.Events
		w.Events = set
		if err := tx.Webhooks().Update(ctx, w); err != nil {
			return fmt.Errorf("change a webhook: %w", err)
		}
		return p.auditHook(ctx, tx, a, account, w, map[string]string{"by": "changed", "events": eventText(set), "before": eventText(was)})
	})
}

// hookEvents reads which events were chosen.
func hookEvents(names []string) (store.HookEvents, error) {
	set, known := store.HookEventsOf(names...)
	if !known || set == 0 {
		return 0, store.Fail(store.Invalid, "error.webhook_events", "%d events, all known: %t", len(names), known)
	}
	return set, nil
}

// eventText writes events with blanks between them.
func eventText(set store.HookEvents) string {
	var names []string
	for _, e := range store.EveryHookEvent() {
		if set.Has(e) {
			names = append(names, string(e))
		}
	}
	return strings.Join(names, " ")
}

// hookEntry demands an address that may be asked, and events that there are.
func (p *Portal) hookEntry(address string, events []string) (store.HookEvents, error) {
	if len(address) > hookURLBytes || !plainText(address) || !webAddress(address, p.PrivateIdPs) {
		return 0, store.Fail(store.Invalid, "error.webhook_url", "an address of %d bytes", len(address))
	}
	if !p.PrivateIdPs && privateHost(address) {
		return 0, store.Fail(store.Invalid, "error.webhook_private", "the address of a webhook is a private one")
	}
	return hookEvents(events)
}

// hookMenus returns the menus by which somebody may know themselves what these events tell.
func hookMenus(events store.HookEvents) (menus store.Permission) {
	for _, e := range store.EveryHookEvent() {
		switch {
		case !events.Has(e):
		case e == store.HookViewed || e == store.HookAcknowledged:
			menus |= store.PermitReceipts
		default:
			menus |= store.PermitDeliver
		}
	}
	return menus
}

// overHook demands that account holds the menus that events amount to: nobody has told to an address of theirs what they may not
// see.
func overHook(account store.Account, events store.HookEvents) error {
	if beyond := hookMenus(events) &^ Permissions(account); beyond != 0 {
		return store.Fail(store.Denied, "error.webhook_beyond", "the events amount to %q, which account %s has not", beyond, account.ID).With("Menus", beyond)
	}
	return nil
}

// privateHost reports whether an address is not a public one by its words alone; what a name resolves to is judged when
// it is reached.
func privateHost(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.Unmap().IsPrivate() || !ip.Unmap().IsGlobalUnicast())
}

// hookSecret returns a new secret of a webhook, as its receiver needs it and sealed.
func (p *Portal) hookSecret(id store.ID) (text string, sealed []byte, err error) {
	if p.Sealer == nil {
		return "", nil, store.Fail(store.Unavailable, "error.no_seal", "there is no key to seal secrets with")
	}
	var secret [hookSecretBytes]byte
	rand.Read(secret[:]) // never fails: crypto/rand ends the process instead
	if sealed, err = p.Sealer.Seal(hookPurpose(id), secret[:]); err != nil {
		return "", nil, fmt.Errorf("seal the secret of webhook %s: %w", id, err)
	}
	return hookPrefix + base64.StdEncoding.EncodeToString(secret[:]), sealed, nil
}

// SwitchWebhook switches a webhook on or off. Off, it is told nothing, and what was on its way is dropped.
func (p *Portal) SwitchWebhook(ctx context.Context, a Actor, id store.ID, on bool) error {
	return p.onWebhook(ctx, a, id, func(tx store.Tx, w store.Webhook) (string, error) {
		state, by := store.HookDisabled, "switched off"
		if on {
			state, by = store.HookEnabled, "switched on"
		}
		if w.State == state {
			return "", nil
		}
		w.State = state
		return by, tx.Webhooks().Update(ctx, w)
	})
}

// RemoveWebhook forgets a webhook and what it was told.
func (p *Portal) RemoveWebhook(ctx context.Context, a Actor, id store.ID) error {
	return p.onWebhook(ctx, a, id, func(tx store.Tx, _ store.Webhook) (string, error) {
		return "removed", tx.Webhooks().Delete(ctx, id)
	})
}

// TestWebhook has a webhook told that it is tried. One that is switched off is ErrConflict.
func (p *Portal) TestWebhook(ctx context.Context, a Actor, id store.ID) error {
	defer p.kick()
	return p.onWebhook(ctx, a, id, func(tx store.Tx, w store.Webhook) (string, error) {
		if w.State != store.HookEnabled {
			return "", store.Fail(store.Conflict, "error.webhook_off", "webhook %s is %s", id, w.State)
		}
		return "tested", p.tellHook(ctx, tx, w, store.HookTest, map[string]string{"webhook": string(id)})
	})
}

// ResendHook sends a message of a webhook once more, under the same ID, however it ended. One that is still tried, or whose
// webhook is switched off, is ErrConflict.
func (p *Portal) ResendHook(ctx context.Context, a Actor, id, message store.ID) error {
	defer p.kick()
	return p.onWebhook(ctx, a, id, func(tx store.Tx, w store.Webhook) (string, error) {
		m, err := tx.Webhooks().Message(ctx, message)
		switch {
		case err == nil && m.WebhookID != id:
			err = fmt.Errorf("it is of webhook %s: %w", m.WebhookID, store.ErrNotFound)
		case err == nil && w.State != store.HookEnabled:
			err = store.Fail(store.Conflict, "error.webhook_off", "webhook %s is %s", id, w.State)
		case err == nil && m.State == store.HookWaiting:
			err = store.Fail(store.Conflict, "error.webhook_waiting", "message %s is still tried", message)
		}
		if err != nil {
			return "", fmt.Errorf("send message %s again: %w", message, err)
		}
		m.State, m.Since, m.Attempts, m.Status, m.Failure = store.HookWaiting, p.Now(), 0, 0, ""
		if err := tx.Webhooks().KeepMessage(ctx, m); err != nil {
			return "", err
		}
		return "sent again", p.owe(ctx, tx, store.TaskWebhook, string(message), p.Now())
	})
}

// onWebhook runs fn in one transaction with the AuditEvent of what it says; empty: nothing was done.
func (p *Portal) onWebhook(ctx context.Context, a Actor, id store.ID, fn func(store.Tx, store.Webhook) (string, error)) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		w, err := tx.Webhooks().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read a webhook: %w", err)
		}
		by, err := fn(tx, w)
		if err != nil || by == "" {
			return err
		}
		return p.auditHook(ctx, tx, a, account, w, map[string]string{"by": by})
	})
}

// auditHook tells the audit what was done with a webhook: of its address the host alone, what follows may be a secret.
func (p *Portal) auditHook(ctx context.Context, tx store.Tx, a Actor, account store.Account, w store.Webhook, detail map[string]string) error {
	if u, err := url.Parse(w.URL); err == nil {
		detail["host"] = u.Host
	}
	if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedWebhook, "webhook:"+string(w.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}
