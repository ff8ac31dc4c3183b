package page

import (
	"net/http"
	"strings"
	"time"

	"cloudpocket/store"
)

// Inventories is the list of the accounts' inventories.
type Inventories struct {
	Items   []store.Inventory
	Next    store.Cursor
	Later   bool
	Whole   bool // the reader sees each of them whole
	MayMake bool // there is none of this month yet
	Month   store.ID
	Now     time.Time
	Problem *Problem // why none was made
}

// Inventories shows the list.
func (p *Pages) Inventories(w http.ResponseWriter, r *http.Request, s Shell, v Inventories) error {
	s.Current = PlaceInventory
	return p.show(w, r, refusedStatus(v.Problem), "inventories", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Inventories) NextLink() string  { return link(v.FirstLink(), "after", string(v.Next)) }
func (v Inventories) FirstLink() string { return "/admin/inventory" }

// Late reports whether n should have been signed off by now.
func (v Inventories) Late(n store.Inventory) bool { return !n.Signed() && v.Now.After(n.DueAt) }

// Inventory is one inventory with some of its items.
type Inventory struct {
	store.Inventory
	Rows    []InventoryRow
	Next    store.Cursor
	At      store.Cursor   // where the page begins
	Whole   bool           // the reader sees all of it, and may sign it off
	Only    store.Decision // show those alone; empty: all
	Now     time.Time
	Opened  store.ID // whose form is open
	Typed   InventoryTyped
	Problem *Problem
	Cut     bool // of the page to print: there are more
}

// InventoryRow is one item; Own: about the reader's own account.
type InventoryRow struct {
	store.InventoryItem
	Own bool
}

// InventoryTyped is a decision as a person entered it.
type InventoryTyped struct {
	Decision store.Decision
	Note     string
}

// Inventory shows one inventory; with a problem in it the status is 422.
func (p *Pages) Inventory(w http.ResponseWriter, r *http.Request, s Shell, v Inventory) error {
	s.Current = PlaceInventory
	return p.show(w, r, refusedStatus(v.Problem), "inventory", s, v)
}

// InventoryReport shows an inventory to be printed.
func (p *Pages) InventoryReport(w http.ResponseWriter, r *http.Request, s Shell, v Inventory) error {
	s.Current = PlaceInventory
	return p.show(w, r, http.StatusOK, "inventoryreport", s, v)
}

func refusedStatus(problem *Problem) int {
	if problem != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// Self is the address of the inventory.
func (v Inventory) Self() string { return "/admin/inventory/" + string(v.ID) }

// NextLink and FirstLink lead on and back to the beginning.
func (v Inventory) NextLink() string {
	return link(v.Self(), "only", string(v.Only), "after", string(v.Next))
}
func (v Inventory) FirstLink() string { return v.Of(v.Only) }

// Here is the page itself, and Deciding the same with the form about an account open.
func (v Inventory) Here() string {
	return link(v.Self(), "only", string(v.Only), "after", string(v.At))
}
func (v Inventory) Deciding(account store.ID) string {
	return link(v.Self(), "only", string(v.Only), "after", string(v.At), "open", string(account)) + "#a-" + string(account)
}

// Later reports whether there is a page before.
func (v Inventory) Later() bool { return v.At != "" }

// Of leads to the items with a decision.
func (v Inventory) Of(d store.Decision) string { return link(v.Self(), "only", string(d)) }

// Decisions are what items can be narrowed to.
func (v Inventory) Decisions() []store.Decision {
	return []store.Decision{store.DecisionOpen, store.DecisionConfirmed, store.DecisionDisabled, store.DecisionExplained}
}

// Late reports whether it should have been signed off by now.
func (v Inventory) Late() bool { return !v.Signed() && v.Now.After(v.DueAt) }

// Confirmable reports whether one of the rows can be confirmed with others.
func (v Inventory) Confirmable() bool {
	for _, row := range v.Rows {
		if row.Confirmable() && !v.Signed() {
			return true
		}
	}
	return false
}

// Confirmable reports whether i can be confirmed with others.
func (i InventoryRow) Confirmable() bool { return i.Decision == store.DecisionOpen && !i.Own }

// Menus are the names of the account's menus.
func (i InventoryRow) Menus() []string {
	if i.Was.Permissions == 0 {
		return nil
	}
	return strings.Split(i.Was.Permissions.String(), ",")
}

// MoreOffices is how many of the account's offices are not named.
func (i InventoryRow) MoreOffices() int { return len(i.Was.Offices.Offices) - len(i.Was.OfficeNames) }

// Month returns the month that an inventory is of: 2026年12月 or Dec 2026.
func (w Words) Month(id store.ID) string {
	t, err := time.Parse("2006-01", string(id))
	switch {
	case err != nil:
		return string(id)
	case w.Lang == "ja":
		return t.Format("2006年1月")
	}
	return t.Format("Jan 2006")
}
