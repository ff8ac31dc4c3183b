package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// Inventory is one month's look through the accounts, as far as the actor may see it.
type Inventory struct {
	store.Inventory
	Items []InventoryEntry
	Next  store.Cursor
	Whole bool // the actor sees all of it, and so can sign it off; else Looked, Items and Open say nothing
}

// InventoryEntry is one item, and whether it is about the actor's own account.
type InventoryEntry struct {
	store.InventoryItem
	Own bool
}

// Inventories returns the inventories, the latest month first, and whether the actor sees them whole.
func (p *Portal) Inventories(ctx context.Context, a Actor, page store.Page) (list store.List[store.Inventory], whole bool, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) (err error) {
		if list, err = tx.Inventories().List(ctx, page); err != nil {
			return fmt.Errorf("list inventories: %w", err)
		}
		for i := range list.Items {
			list.Items[i] = countsFor(account, list.Items[i])
		}
		whole = account.Offices.All
		return nil
	})
	return list, whole, err
}

// Inventory returns one inventory with a page of its items: those with that decision, or all when it is empty. A page may
// hold fewer than there are.
func (p *Portal) Inventory(ctx context.Context, a Actor, id store.ID, d store.Decision, page store.Page) (v Inventory, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		v = Inventory{Whole: account.Offices.All}
		n, err := tx.Inventories().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read an inventory: %w", err)
		}
		v.Inventory = countsFor(account, n)
		v.Items, v.Next, err = entries(ctx, scopeOf(tx, account), id, d, page)
		return err
	})
	return v, err
}

// countsFor leaves out what tells of accounts that account does not see.
func countsFor(account store.Account, n store.Inventory) store.Inventory {
	if !account.Offices.All {
		n.Looked, n.Items, n.Open = 0, 0, 0
	}
	return n
}

func entries(ctx context.Context, by *scope, id store.ID, d store.Decision, page store.Page) (all []InventoryEntry, next store.Cursor, err error) {
	list, err := by.tx.Inventories().Items(ctx, id, d, page)
	if err != nil {
		return nil, "", fmt.Errorf("list the items of an inventory: %w", err)
	}
	for _, i := range list.Items {
		seen, err := by.sees(ctx, i)
		if err != nil {
			return nil, "", err
		}
		if seen {
			all = append(all, InventoryEntry{i, i.AccountID == by.actor.ID})
		}
	}
	return all, list.Next, nil
}

// sees reports whether the actor manages the account of an item, as it was then.
func (s *scope) sees(ctx context.Context, i store.InventoryItem) (bool, error) {
	return s.manages(ctx, store.Account{ID: i.AccountID, CompanyID: i.Was.CompanyID, Offices: i.Was.Offices, State: store.AccountActive})
}

// InventoryReport is an inventory to be kept: every item that the actor may see.
type InventoryReport struct {
	store.Inventory
	Items []InventoryEntry
	Whole bool
	Cut   bool // there are more items than were asked for
}

// InventoryReport returns at most n items of an inventory, 0: all of them, and records that it was handed out, in which
// way.
func (p *Portal) InventoryReport(ctx context.Context, a Actor, id store.ID, way string, n int) (r InventoryReport, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		r = InventoryReport{Whole: account.Offices.All}
		by := scopeOf(tx, account)
		found, err := tx.Inventories().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read an inventory: %w", err)
		}
		r.Inventory = countsFor(account, found)
		for page := (store.Page{Limit: store.MaxPage}); ; {
			some, next, err := entries(ctx, by, id, "", page)
			if err != nil {
				return err
			}
			if r.Items = append(r.Items, some...); n > 0 && len(r.Items) > n {
				r.Items, r.Cut = r.Items[:n], true
				return nil
			}
			if page.After = next; next == "" {
				return nil
			}
		}
	})
	if err != nil {
		return r, err
	}
	err = p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		detail := map[string]string{"as": way, "items": fmt.Sprint(len(r.Items))}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedInventoryExport, inventoryRecord(id), detail))
	})
	if err != nil {
		return InventoryReport{}, err
	}
	return r, nil
}

func inventoryRecord(id store.ID) string { return "inventory:" + string(id) }

// unlessThere turns what is not there into false.
func unlessThere(err error) (there bool, _ error) {
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
