package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"cloudpocket/store"
)

// InventoryDecision is what somebody says about one account of an inventory.
type InventoryDecision struct {
	Account  store.ID
	Decision store.Decision // confirmed, disabled or explained
	Note     string
}

// MaxInventoryNote is how long a note may be, in characters.
const MaxInventoryNote = 500

// confirmCount is how many accounts can be confirmed at once: as many as a page shows.
const confirmCount = store.MaxPage

// DecideInventory keeps a decision about an account of an inventory that nobody has signed off. To disable switches the
// account off in the same transaction, and its sessions have ended before this returns, which is how many they were.
func (p *Portal) DecideInventory(ctx context.Context, a Actor, id store.ID, d InventoryDecision) (ended int, err error) {
	d.Note = guarded(strings.TrimSpace(d.Note))
	if err := checkDecision(d); err != nil {
		return 0, err
	}
	var by store.Account
	off := false
	err = p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) (err error) {
		by, off = account, false
		found, err := p.decide(ctx, scopeOf(tx, account), a, id, d)
		if err != nil || d.Decision != store.DecisionDisabled || found.State != store.AccountActive && !found.Dismissed {
			return err
		}
		off = true
		return p.switchOff(ctx, tx, a, account, found, id)
	})
	if err != nil || !off {
		return 0, err
	}
	return p.endOf(ctx, a, by, d.Account, "inventory")
}

func checkDecision(d InventoryDecision) error {
	switch {
	case !slices.Contains([]store.Decision{store.DecisionConfirmed, store.DecisionDisabled, store.DecisionExplained}, d.Decision):
		return store.Fail(store.Invalid, "error.inventory_decision", "an unknown decision")
	case utf8.RuneCountInString(d.Note) > MaxInventoryNote || !utf8.ValidString(d.Note):
		return store.Fail(store.Invalid, "error.inventory_note_long", "a note of %d bytes", len(d.Note)).With("Max", MaxInventoryNote)
	case d.Decision == store.DecisionExplained && d.Note == "":
		return store.Fail(store.Invalid, "error.inventory_note", "explained without words")
	}
	return nil
}

// ConfirmInventory confirms several accounts of an inventory, all or none.
func (p *Portal) ConfirmInventory(ctx context.Context, a Actor, id store.ID, accounts []store.ID) error {
	accounts = slices.Compact(slices.Sorted(slices.Values(accounts)))
	switch {
	case len(accounts) == 0:
		return store.Fail(store.Invalid, "error.inventory_nobody", "nobody is chosen")
	case len(accounts) > confirmCount:
		return store.Fail(store.Invalid, "error.inventory_many", "%d are chosen", len(accounts)).With("Max", confirmCount)
	}
	return p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		by := scopeOf(tx, account)
		for _, one := range accounts {
			if _, err := p.decide(ctx, by, a, id, InventoryDecision{Account: one, Decision: store.DecisionConfirmed}); err != nil {
				return err
			}
		}
		return nil
	})
}

// decide keeps a decision of who has the scope, and returns whom it is about as they are now.
func (p *Portal) decide(ctx context.Context, by *scope, a Actor, id store.ID, d InventoryDecision) (store.Account, error) {
	tx, account := by.tx, by.actor
	item, found, err := decidable(ctx, by, id, d)
	if err != nil {
		return found, err
	}
	item.Decision, item.Note = d.Decision, d.Note
	item.DecidedBy, item.Decider, item.DecidedAt = account.ID, account.Name, p.Now()
	if err := tx.Inventories().Decide(ctx, id, item); err != nil {
		return found, fmt.Errorf("decide about account %s: %w", d.Account, err)
	}
	detail := map[string]string{"account": string(d.Account), "decision": string(d.Decision), "findings": item.Findings.String(), "note": d.Note}
	return found, tx.Audit().Append(ctx, p.event(a, account, store.DeedInventoryDecide, inventoryRecord(id), detail))
}

// decidable returns an item that who has the scope may decide so about, and whom it is about as they are now; one that is gone is
// an account without a state.
func decidable(ctx context.Context, by *scope, id store.ID, d InventoryDecision) (item store.InventoryItem, found store.Account, err error) {
	tx, account := by.tx, by.actor
	n, err := tx.Inventories().Get(ctx, id)
	if err != nil {
		return item, found, fmt.Errorf("read an inventory: %w", err)
	}
	if item, err = tx.Inventories().Item(ctx, id, d.Account); err != nil {
		return item, found, fmt.Errorf("read an item of an inventory: %w", err)
	}
	seen, err := by.sees(ctx, item)
	if err != nil {
		return item, found, err
	}
	if !seen {
		return item, found, fmt.Errorf("account %s was out of the scope of account %s: %w", d.Account, account.ID, store.ErrNotFound)
	}
	if n.Signed() {
		return item, found, store.Fail(store.Conflict, "error.inventory_signed", "inventory %s was signed off", id)
	}
	if d.Account == account.ID && d.Decision != store.DecisionExplained {
		return item, found, store.Fail(store.Denied, "error.inventory_own", "account %s decides about itself", account.ID)
	}
	found, err = tx.Accounts().Get(ctx, d.Account)
	there, err := unlessThere(err)
	if err != nil {
		return item, found, fmt.Errorf("read account %s: %w", d.Account, err)
	}
	if d.Decision == store.DecisionConfirmed && (!there || found.State != store.AccountActive) {
		return item, found, store.Fail(store.Conflict, "error.inventory_off", "account %s is switched off", d.Account)
	}
	return item, found, nil
}

// switchOff disables found for an inventory, as [Portal.SwitchPerson] would: since it was listed it may have come to hold more
// than whoever decides.
func (p *Portal) switchOff(ctx context.Context, tx store.Tx, a Actor, account, found store.Account, id store.ID) error {
	target, err := managed(ctx, tx, account, found.ID)
	if errors.Is(err, store.ErrNotFound) {
		return store.Fail(store.Denied, "error.inventory_more", "account %s is not within the offices of account %s any more", found.ID, account.ID)
	}
	if err != nil {
		return err
	}
	next := target
	next.State, next.Dismissed = store.AccountDisabled, false
	return p.changePerson(ctx, tx, a, account, target, next, map[string]string{"inventory": string(id)})
}

// SignInventory signs an inventory off, of which nothing is open. Whoever is limited to some offices does not see all that
// a signature vouches for, and cannot.
func (p *Portal) SignInventory(ctx context.Context, a Actor, id store.ID) error {
	return p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		n, err := tx.Inventories().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read an inventory: %w", err)
		}
		switch {
		case !account.Offices.All:
			return store.Fail(store.Denied, "error.inventory_scope", "account %s sees some offices only", account.ID)
		case n.Signed():
			return store.Fail(store.Conflict, "error.inventory_signed", "inventory %s was signed off", id)
		case n.Open > 0:
			return store.Fail(store.Conflict, "error.inventory_open", "%d items of inventory %s are open", n.Open, id).With("Count", n.Open)
		}
		if err := tx.Inventories().Sign(ctx, id, account.ID, account.Name, p.Now()); err != nil {
			return fmt.Errorf("sign an inventory off: %w", err)
		}
		if err := tx.Tasks().Done(ctx, store.TaskRemindInventory, string(id)); err != nil {
			return fmt.Errorf("forget to remind of an inventory: %w", err)
		}
		detail := madeOf(n)
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedInventorySign, inventoryRecord(id), detail))
	})
}
