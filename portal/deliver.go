package portal

import (
	"context"
	"strconv"
	"time"

	"cloudpocket/store"
)

// Deliver makes every draft delivery of a document that is in the actor's scope, or plans it where something is still in
// the way, and returns how many there were; with none left it is ErrConflict. Where something newer was delivered in place
// of the document the draft stays one. A document that is held for what looks like an individual number in it is delivered
// by people alone: an API client gets ErrConflict.
func (p *Portal) Deliver(ctx context.Context, a Actor, document store.ID) (n int, err error) {
	return p.Plan(ctx, a, document, time.Time{}, time.Time{})
}

// Plan is Deliver at a time, with an end: zero times mean at once, and when the rule of the kind says. A time that has
// passed is Invalid.
func (p *Portal) Plan(ctx context.Context, a Actor, document store.ID, due, expires time.Time) (n int, err error) {
	err = p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		n = 0
		doc, deliveries, err := atDesk(ctx, tx, account, document)
		if err != nil {
			return err
		}
		if err := lookedAtBy(a, doc); err != nil {
			return err
		}
		newer, err := newerOf(ctx, tx, document)
		if err != nil {
			return err
		}
		late := error(nil)
		for _, d := range deliveries {
			if d.State != store.DeliveryDraft {
				continue
			}
			if err := superseded(d.Delivery, newer); err != nil {
				late = err
				continue
			}
			if _, err := p.plan(ctx, tx, a, account, d.Delivery, store.DeliveryPlan{DueAt: due, ExpiresAt: expires}); err != nil {
				return err
			}
			n++
		}
		switch {
		case n == 0 && late != nil:
			return late
		case n == 0:
			return store.Fail(store.Conflict, "error.nothing_to_deliver", "document %s has no draft delivery", document)
		}
		return p.answer(ctx, tx, a, strconv.Itoa(n))
	})
	if err == nil {
		p.kick()
	}
	return n, err
}

// lookedAtBy demands a person where somebody has to look at a document before it is delivered: who delivers has looked.
func lookedAtBy(a Actor, doc store.Document) error {
	if a.Client != "" && len(doc.Origin.MyNumbers) > 0 {
		return store.Fail(store.Conflict, "error.deliver_held", "document %s is held, and API client %s is nobody who looks", doc.ID, a.Client)
	}
	return nil
}
