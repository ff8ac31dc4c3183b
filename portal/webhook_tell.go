package portal

import (
	"context"
	"fmt"
	"maps"

	"cloudpocket/store"
)

// hooksForgotten is how many messages that are over are forgotten with each that is added: more than come.
const hooksForgotten = 5

// tellDelivery owes the webhooks word of what became of a delivery.
func (p *Portal) tellDelivery(ctx context.Context, tx store.Tx, event store.HookEvent, d store.Delivery) error {
	return p.tellHooks(ctx, tx, event, map[string]string{"delivery": string(d.ID), "document": string(d.DocumentID), "office": string(d.OfficeID)})
}

// tellFact owes the webhooks word of the first time that an account viewed or acknowledged a delivery.
func (p *Portal) tellFact(ctx context.Context, tx store.Tx, account store.Account, d store.Delivery, fact store.Fact) error {
	event, told := map[store.Fact]store.HookEvent{store.Viewed: store.HookViewed, store.Acknowledged: store.HookAcknowledged}[fact]
	if !told {
		return nil
	}
	return p.tellHooks(ctx, tx, event, map[string]string{
		"delivery": string(d.ID), "document": string(d.DocumentID), "office": string(d.OfficeID), "account": string(account.ID)})
}

// tellPackage owes the webhooks word of what became of a package that was looked into; out of which archive, if it is.
func (p *Portal) tellPackage(ctx context.Context, tx store.Tx, pkg store.Package, outer store.ID) error {
	event := store.HookSorted
	if pkg.State == store.PackageRefused {
		event = store.HookRefused
	}
	data := map[string]string{"package": string(pkg.ID), "state": string(pkg.State), "office": string(pkg.Office), "archive": string(outer)}
	maps.DeleteFunc(data, func(_, value string) bool { return value == "" })
	return p.tellHooks(ctx, tx, event, data)
}

// tellHooks owes word of an event, in the transaction of the fact, to each webhook that is told of it.
func (p *Portal) tellHooks(ctx context.Context, tx store.Tx, event store.HookEvent, data map[string]string) error {
	all, err := tx.Webhooks().List(ctx)
	if err != nil {
		return fmt.Errorf("look who is told: %w", err)
	}
	for _, w := range all {
		if w.State != store.HookEnabled || !w.Events.Has(event) {
			continue
		}
		if err := p.tellHook(ctx, tx, w, event, data); err != nil {
			return err
		}
	}
	return nil
}

// tellHook owes word of an event to one webhook. What is long over is forgotten meanwhile.
func (p *Portal) tellHook(ctx context.Context, tx store.Tx, w store.Webhook, event store.HookEvent, data map[string]string) error {
	now := p.Now()
	m := store.HookMessage{ID: store.NewID(now), WebhookID: w.ID, Event: event, Data: data, CreatedAt: now, Since: now}
	if err := tx.Webhooks().AddMessage(ctx, m); err != nil {
		return fmt.Errorf("owe webhook %s word of %s: %w", w.ID, event, err)
	}
	if _, err := tx.Webhooks().ForgetMessages(ctx, now.Add(-hookMemory), hooksForgotten); err != nil {
		return err
	}
	return p.owe(ctx, tx, store.TaskWebhook, string(m.ID), now)
}
