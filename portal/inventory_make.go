package portal

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"cloudpocket/store"
)

const (
	monthly       = "monthly" // the subject of the task: there is one for each tenant
	inventoryTime = 14 * 24 * time.Hour
)

// inventoryReminders are the days after which those who decide are reminded of an inventory that is not signed off.
func inventoryReminders() []int { return []int{7, 14} }

// InventoryMonth names the inventory of the month in Japan.
func InventoryMonth(at time.Time) store.ID { return store.ID(at.In(tokyo()).Format("2006-01")) }

// nextInventory returns when the next month's inventory is made: ten past midnight on the first, in Japan.
func nextInventory(now time.Time) time.Time {
	day := now.In(tokyo())
	at := time.Date(day.Year(), day.Month(), 1, 0, 10, 0, 0, tokyo())
	if !at.After(now) {
		at = at.AddDate(0, 1, 0)
	}
	return at.UTC()
}

// OweInventories has the next month's inventory made in each of these tenants, where nobody has seen to it yet.
func (s Setup) OweInventories(ctx context.Context, tenants []store.ID) error {
	for _, tenant := range tenants {
		err := s.Records.Update(ctx, tenant, func(tx store.Tx) error {
			return s.owe(ctx, tx, store.TaskInventory, monthly, nextInventory(s.Now()))
		})
		if err != nil {
			return fmt.Errorf("owe tenant %s an inventory: %w", tenant, err)
		}
	}
	return nil
}

// MakeInventory makes the month's inventory of a tenant, unless there is one, and owes the next month's. However late it
// comes, it makes one. A tenant that is suspended gets none: nobody there can do anything, and nobody could decide.
func (p *Portal) MakeInventory(ctx context.Context, t store.Task) error {
	tenant, err := p.Records.Tenants().Get(ctx, t.TenantID)
	if err != nil {
		return fmt.Errorf("read the tenant: %w", err)
	}
	var found looked
	if tenant.State == store.TenantActive {
		if found, err = p.lookThrough(ctx, t.TenantID); err != nil {
			return err
		}
	}
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		if err := p.owe(ctx, tx, store.TaskInventory, monthly, nextInventory(p.Now())); err != nil || tenant.State != store.TenantActive {
			return err
		}
		_, err := tx.Inventories().Get(ctx, InventoryMonth(p.Now()))
		if there, err := unlessThere(err); there || err != nil {
			return err
		}
		n, err := p.keepInventory(ctx, tx, found, "")
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, p.ownEvent(store.DeedInventory, inventoryRecord(n.ID), madeOf(n)))
	})
}

// MakeInventoryNow makes the inventory of this month before its time; ErrConflict when there is one. It looks through the
// whole firm, so whoever is limited to some offices cannot ask for it.
func (p *Portal) MakeInventoryNow(ctx context.Context, a Actor) (id store.ID, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		return mayMake(ctx, tx, account, InventoryMonth(p.Now()))
	})
	if err != nil {
		return "", err
	}
	found, err := p.lookThrough(ctx, a.TenantID)
	if err != nil {
		return "", err
	}
	err = p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		if err := mayMake(ctx, tx, account, InventoryMonth(p.Now())); err != nil {
			return err
		}
		n, err := p.keepInventory(ctx, tx, found, account.Name)
		if err != nil {
			return err
		}
		id = n.ID
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedInventory, inventoryRecord(n.ID), madeOf(n)))
	})
	return id, err
}

func mayMake(ctx context.Context, tx store.Tx, account store.Account, id store.ID) error {
	if !account.Offices.All {
		return store.Fail(store.Denied, "error.inventory_scope", "account %s sees some offices only", account.ID)
	}
	_, err := tx.Inventories().Get(ctx, id)
	there, err := unlessThere(err)
	if there {
		return store.Fail(store.Conflict, "error.inventory_made", "inventory %s is there", id)
	}
	return err
}

// madeOf is what the audit keeps of an inventory that was made.
func madeOf(n store.Inventory) map[string]string {
	return map[string]string{"accounts": strconv.Itoa(n.Looked), "items": strconv.Itoa(n.Items)}
}

// keepInventory creates the month's inventory, tells those who decide, and owes the first reminder. One in which nothing
// was found waits to be signed off as well: that somebody looked is what it is for.
func (p *Portal) keepInventory(ctx context.Context, tx store.Tx, found looked, by string) (store.Inventory, error) {
	now := p.Now()
	n := store.Inventory{ID: InventoryMonth(now), MadeAt: now, DueAt: now.Add(inventoryTime), MadeBy: by, Looked: found.accounts, Items: len(found.items)}
	if err := tx.Inventories().Create(ctx, n, found.items); err != nil {
		return n, fmt.Errorf("create an inventory: %w", err)
	}
	for _, to := range found.keepers {
		if err := p.tellFirm(ctx, tx, to, store.MailInventory, ""); err != nil {
			return n, err
		}
	}
	return n, p.oweInventoryReminder(ctx, tx, n)
}

// oweInventoryReminder owes the first reminder of n that is still to come.
func (p *Portal) oweInventoryReminder(ctx context.Context, tx store.Tx, n store.Inventory) error {
	for _, days := range inventoryReminders() {
		if at := n.MadeAt.Add(time.Duration(days) * 24 * time.Hour); at.After(p.Now()) {
			return p.owe(ctx, tx, store.TaskRemindInventory, string(n.ID), at)
		}
	}
	return nil
}

// RemindInventory mails those who decide while the inventory that a task is about is not signed off.
func (p *Portal) RemindInventory(ctx context.Context, t store.Task) error {
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		n, err := tx.Inventories().Get(ctx, store.ID(t.Subject))
		if there, err := unlessThere(err); !there || n.Signed() {
			return err
		}
		err = eachAccount(ctx, tx, func(a store.Account) error {
			if !mayKeep(a) {
				return nil
			}
			return p.tellFirm(ctx, tx, a.ID, store.MailInventoryOpen, "")
		})
		if err != nil {
			return err
		}
		return p.oweInventoryReminder(ctx, tx, n)
	})
}
