package portal

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"cloudpocket/store"
)

// reasonRunes is how long the reason of a withdrawal may be.
const reasonRunes = 500

// Withdraw takes a delivery back at once: from the moment it returns, no client finds it. The reason is kept.
func (p *Portal) Withdraw(ctx context.Context, a Actor, delivery store.ID, reason string) error {
	reason = guarded(strings.TrimSpace(reason)) // the audit keeps it
	if n := utf8.RuneCountInString(reason); n == 0 || n > reasonRunes || !utf8.ValidString(reason) {
		return store.Fail(store.Invalid, "error.reason", "reason of %d characters", n).With("Max", reasonRunes)
	}
	return p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		d, err := atHand(ctx, tx, account, delivery)
		if err != nil {
			return err
		}
		if err := p.withdraw(ctx, tx, a, account, d, reason); err != nil {
			return err
		}
		return p.answer(ctx, tx, a, "")
	})
}

func (p *Portal) withdraw(ctx context.Context, tx store.Tx, a Actor, account store.Account, d store.Delivery, reason string) error {
	if err := tx.Deliveries().Withdraw(ctx, d.ID, account.ID, p.Now(), reason); err != nil {
		return fmt.Errorf("withdraw delivery %s: %w", d.ID, err)
	}
	for _, kind := range []store.TaskKind{store.TaskExpire, store.TaskRemind, store.TaskTell} {
		if err := tx.Tasks().Done(ctx, kind, string(d.ID)); err != nil {
			return fmt.Errorf("forget to %s delivery %s: %w", kind, d.ID, err)
		}
	}
	if err := p.tellDelivery(ctx, tx, store.HookWithdrawn, d); err != nil {
		return err
	}
	detail := map[string]string{"reason": reason, "document": string(d.DocumentID), "office": string(d.OfficeID)}
	return tx.Audit().Append(ctx, p.event(a, account, store.DeedWithdraw, "delivery:"+string(d.ID), detail))
}

// atHand returns a delivery, of any state, to an office in the scope of account.
func atHand(ctx context.Context, tx store.Tx, account store.Account, id store.ID) (store.Delivery, error) {
	d, err := tx.Deliveries().Get(ctx, id)
	if err != nil {
		return d, fmt.Errorf("read delivery: %w", err)
	}
	_, err = reach(ctx, tx, account, d.OfficeID)
	return d, err
}
