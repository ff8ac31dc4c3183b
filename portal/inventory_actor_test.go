package portal_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// inventoryTries are the deeds of the accounts' inventory.
func inventoryTries(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"Inventories": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.Inventories(t.Context(), a, store.Page{})
			return err
		},
		"Inventory": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Inventory(t.Context(), a, "2026-11", "", store.Page{})
			return err
		},
		"InventoryReport": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.InventoryReport(t.Context(), a, "2026-11", "csv", 0)
			return err
		},
		"MakeInventoryNow": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.MakeInventoryNow(t.Context(), a)
			return err
		},
		"DecideInventory": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.DecideInventory(t.Context(), a, "2026-11", portal.InventoryDecision{Account: "boss", Decision: store.DecisionConfirmed})
			return err
		},
		"ConfirmInventory": func(t *testing.T, w *world, a portal.Actor) error {
			return w.ConfirmInventory(t.Context(), a, "2026-11", []store.ID{"boss"})
		},
		"SignInventory": func(t *testing.T, w *world, a portal.Actor) error {
			return w.SignInventory(t.Context(), a, "2026-11")
		},
	}
}

// TestInventoryPermission tries every deed of the inventory as everybody: menu × office scope × company × tenant. The one
// item is of an account of office x1; what concerns the whole firm takes somebody who is not limited to some offices.
func TestInventoryPermission(t *testing.T) {
	all := inventoryTries(trove{}, nil)
	all["DecideInventory"] = func(t *testing.T, w *world, a portal.Actor) error {
		_, err := w.DecideInventory(t.Context(), a, "2026-11", portal.InventoryDecision{Account: "cx1", Decision: store.DecisionExplained, Note: "確認済み"})
		return err
	}
	all["ConfirmInventory"] = func(t *testing.T, w *world, a portal.Actor) error {
		return w.ConfirmInventory(t.Context(), a, "2026-11", []store.ID{"cx1"})
	}
	rows := []struct {
		name    string
		kind    string // what it is about: the list, the inventory, the item or the whole of it
		audited bool
	}{
		{"Inventories", "list", false}, {"Inventory", "inventory", false}, {"InventoryReport", "inventory", true},
		{"DecideInventory", "item", true}, {"ConfirmInventory", "item", true}, {"SignInventory", "whole", true}, {"MakeInventoryNow", "own", true},
	}
	for scope, p := range scopes() {
		for _, p.permissions = range append(menus(), store.PermitAccounts, store.PermitAll&^store.PermitAccounts) {
			t.Run(fmt.Sprintf("%s/%s", scope, p.permissions), func(t *testing.T) {
				w := newWorld(t)
				w.boss(t)
				w.register(t, store.Account{ID: "cx1", CompanyID: "x", Name: "青木", Offices: store.OfficeScope{Offices: []store.ID{"x1"}}}, 40*aDay, -1)
				w.inventory(t)
				a := w.add(t, "tries", p)
				for _, row := range rows {
					if row.kind == "own" {
						w.now = w.now.AddDate(0, 1, 0) // this month's is there
					}
					want := p.inventoryAnswer(row.kind)
					before := w.head(t, p.tenant)
					err := all[row.name](t, w, a)
					if want == nil && err != nil || want != nil && !errors.Is(err, want) {
						t.Errorf("%s answers %v, want %v", row.name, err, want)
					}
					if recorded := w.head(t, p.tenant).Seq - before.Seq; (recorded > 0) != (want == nil && row.audited) {
						t.Errorf("%s: %d events were recorded", row.name, recorded)
					}
				}
			})
		}
	}
}

// inventoryAnswer is what p is to be answered that tries something about the inventory of tenant "a", or one's own.
func (p who) inventoryAnswer(kind string) error {
	switch {
	case p.company != "" || !p.permissions.Has(store.PermitAccounts):
		return store.ErrDenied
	case kind == "list":
		return nil
	case kind == "own" && p.offices == nil:
		return nil
	case kind == "own":
		return store.ErrDenied
	case p.tenant != "a":
		return store.ErrNotFound
	case kind == "item" && p.offices != nil && !slices.Contains(p.offices, "x1"):
		return store.ErrNotFound
	case kind == "whole" && p.offices != nil:
		return store.ErrDenied
	}
	return nil
}
