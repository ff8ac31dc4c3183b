package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type inventories struct{ *tx }

func (t inventories) Create(ctx context.Context, n store.Inventory, items []store.InventoryItem) error {
	return fault("create inventory "+string(n.ID), t.attempt(ctx, func() error {
		err := t.q.CreateInventory(ctx, records.CreateInventoryParams{
			TenantID: t.id(), ID: string(n.ID), MadeAt: micros(n.MadeAt), DueAt: micros(n.DueAt), MadeBy: plain(n.MadeBy),
			Looked: int64(n.Looked), Items: int64(len(items)),
		})
		if err != nil {
			return err
		}
		for _, i := range items {
			was, err := json.Marshal(i.Was)
			if err != nil {
				return err
			}
			err = t.q.CreateInventoryItem(ctx, records.CreateInventoryItemParams{
				TenantID: t.id(), InventoryID: string(n.ID), AccountID: string(i.AccountID), Name: plain(i.Was.Name),
				Findings: int64(i.Findings), Was: plain(string(was)),
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func (t inventories) Get(ctx context.Context, id store.ID) (store.Inventory, error) {
	row, err := t.q.GetInventory(ctx, records.GetInventoryParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Inventory{}, fault("get inventory "+string(id), err)
	}
	return inventoryOf(row), nil
}

// afterEveryID sorts behind every ID, which begin with a letter or a digit.
const afterEveryID = "~"

func (t inventories) List(ctx context.Context, p store.Page) (store.List[store.Inventory], error) {
	before := afterEveryID
	if err := readCursor(p.After, listInventories, &before); err != nil {
		return store.List[store.Inventory]{}, err
	}
	rows, err := t.q.ListInventories(ctx, records.ListInventoriesParams{TenantID: t.id(), BeforeID: before, Size: int64(p.Size() + 1)})
	if err != nil {
		return store.List[store.Inventory]{}, fault("list inventories", err)
	}
	return listOf(rows, p.Size(), inventoryOf, func(r records.Inventory) store.Cursor { return cursorOf(listInventories, r.ID) }), nil
}

func (t inventories) Items(ctx context.Context, id store.ID, d store.Decision, p store.Page) (store.List[store.InventoryItem], error) {
	list := store.List[store.InventoryItem]{}
	var name, account string
	if err := readCursor(p.After, listInventoryItems, &name, &account); err != nil {
		return list, err
	}
	rows, err := t.itemRows(ctx, id, d, name, account, int64(p.Size()+1))
	if err != nil {
		return list, fault("list the items of inventory "+string(id), err)
	}
	page := cut(rows, p.Size(), func(r records.InventoryItem) store.Cursor { return cursorOf(listInventoryItems, r.Name, r.AccountID) })
	list.Items, list.Next = make([]store.InventoryItem, len(page.Items)), page.Next
	for i, r := range page.Items {
		if list.Items[i], err = inventoryItemOf(r); err != nil {
			return store.List[store.InventoryItem]{}, err
		}
	}
	return list, nil
}

func (t inventories) itemRows(ctx context.Context, id store.ID, d store.Decision, name, account string, size int64) ([]records.InventoryItem, error) {
	if d == "" {
		return t.q.ListInventoryItems(ctx, records.ListInventoryItemsParams{
			TenantID: t.id(), InventoryID: string(id), AfterName: name, AfterID: account, Size: size,
		})
	}
	return t.q.ListInventoryItemsOfDecision(ctx, records.ListInventoryItemsOfDecisionParams{
		TenantID: t.id(), InventoryID: string(id), Decision: string(d), AfterName: name, AfterID: account, Size: size,
	})
}

func (t inventories) Item(ctx context.Context, id, account store.ID) (store.InventoryItem, error) {
	row, err := t.q.GetInventoryItem(ctx, records.GetInventoryItemParams{TenantID: t.id(), InventoryID: string(id), AccountID: string(account)})
	if err != nil {
		return store.InventoryItem{}, fault("get an item of inventory "+string(id), err)
	}
	return inventoryItemOf(row)
}

func (t inventories) Decide(ctx context.Context, id store.ID, i store.InventoryItem) error {
	n, err := t.Get(ctx, id)
	if err != nil {
		return err
	}
	old, err := t.Item(ctx, id, i.AccountID)
	if err != nil {
		return err
	}
	if n.Signed() {
		return fault("decide in inventory "+string(id), conflict("it was signed off"))
	}
	err = t.q.DecideInventoryItem(ctx, records.DecideInventoryItemParams{
		Decision: string(i.Decision), DecidedBy: string(i.DecidedBy), Decider: plain(i.Decider), DecidedAt: micros(i.DecidedAt),
		Note: plain(i.Note), TenantID: t.id(), InventoryID: string(id), AccountID: string(i.AccountID),
	})
	if err != nil {
		return fault("decide in inventory "+string(id), err)
	}
	more := flag(i.Decision == store.DecisionOpen) - flag(old.Decision == store.DecisionOpen)
	return fault("count what is open", t.q.CountInventoryDecision(ctx, records.CountInventoryDecisionParams{More: more, TenantID: t.id(), ID: string(id)}))
}

func (t inventories) Sign(ctx context.Context, id, by store.ID, name string, at time.Time) error {
	n, err := t.q.SignInventory(ctx, records.SignInventoryParams{
		SignedBy: string(by), SignedName: plain(name), SignedAt: micros(at), TenantID: t.id(), ID: string(id),
	})
	if err == nil && n == 0 {
		err = t.unsigned(ctx, id)
	}
	return fault("sign off inventory "+string(id), err)
}

// unsigned says why an inventory was not signed off.
func (t inventories) unsigned(ctx context.Context, id store.ID) error {
	n, err := t.Get(ctx, id)
	switch {
	case err != nil:
		return err
	case n.Signed():
		return conflict("it was before")
	}
	return conflict("%d of its items are open", n.Open)
}

func inventoryOf(r records.Inventory) store.Inventory {
	return store.Inventory{
		ID: store.ID(r.ID), MadeAt: moment(r.MadeAt), DueAt: moment(r.DueAt), MadeBy: r.MadeBy, Looked: int(r.Looked), Items: int(r.Items),
		Open: int(r.OpenItems), SignedBy: store.ID(r.SignedBy), SignedName: r.SignedName, SignedAt: moment(r.SignedAt),
	}
}

func inventoryItemOf(r records.InventoryItem) (store.InventoryItem, error) {
	i := store.InventoryItem{
		AccountID: store.ID(r.AccountID), Findings: store.Finding(r.Findings), Decision: store.Decision(r.Decision),
		DecidedBy: store.ID(r.DecidedBy), Decider: r.Decider, DecidedAt: moment(r.DecidedAt), Note: r.Note,
	}
	return i, fault("read an item of inventory "+r.InventoryID, readText(r.Was, &i.Was))
}
