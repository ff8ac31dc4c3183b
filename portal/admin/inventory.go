package admin

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (a *admin) mountInventory(m mounts) {
	m.get("/admin/inventory", a.inventories)
	m.post("/admin/inventory", a.makeInventory)
	m.get("/admin/inventory/{id}", a.inventory)
	m.post("/admin/inventory/{id}/confirm", a.confirmInventory)
	m.post("/admin/inventory/{id}/accounts/{account}", a.decideInventory)
	m.post("/admin/inventory/{id}/sign", a.signInventory)
	m.get("/admin/inventory/{id}/report", a.inventoryReport)
	m.get("/admin/inventory/{id}/report.csv", a.inventoryTable)
}

// inventories lists the inventories.
func (a *admin) inventories(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.inventoriesPage(w, r, v, nil)
}

func (a *admin) inventoriesPage(w http.ResponseWriter, r *http.Request, v door.Visit, problem *page.Problem) error {
	from := door.From(r)
	list, whole, err := a.Portal.Inventories(r.Context(), v.Actor, from)
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	now := a.Portal.Now()
	view := page.Inventories{Items: list.Items, Next: list.Next, Later: from.After != "", Whole: whole, Month: portal.InventoryMonth(now), Now: now, Problem: problem}
	made := slices.ContainsFunc(list.Items, func(n store.Inventory) bool { return n.ID == view.Month })
	view.MayMake = whole && !made && !view.Later
	return a.Pages.Inventories(w, r, s, view)
}

// makeInventory makes this month's inventory before its time.
func (a *admin) makeInventory(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := a.Portal.MakeInventoryNow(r.Context(), v.Actor)
	if problem := inventoryProblem(err); problem != nil {
		return a.inventoriesPage(w, r, v, problem)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/inventory/"+string(id)+"?done=inventory_made")
}

// inventoryProblem returns what a person is told on the page of what they entered, or of what came in between; nil for
// any other error.
func inventoryProblem(err error) *page.Problem {
	var e *store.Error
	if !errors.As(err, &e) || e.Kind != store.Invalid && e.Kind != store.Conflict || !strings.HasPrefix(e.Key, "error.inventory_") {
		return nil
	}
	return &page.Problem{Key: e.Key, Args: e.Args}
}

// inventoryAt is which part of an inventory a request is about.
type inventoryAt struct {
	id    store.ID
	only  store.Decision
	after store.Cursor
}

// readInventory reads it from the path and from a form or query.
func readInventory(r *http.Request, form url.Values) (at inventoryAt, err error) {
	at.id, err = door.ID(r, "id")
	only := store.Decision(form.Get("only"))
	if slices.Contains(page.Inventory{}.Decisions(), only) {
		at.only = only
	}
	at.after = store.Cursor(form.Get("after"))
	return at, err
}

// inventory shows one inventory.
func (a *admin) inventory(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	at, err := readInventory(r, r.URL.Query())
	if err != nil {
		return err
	}
	return a.inventoryPage(w, r, v, at, page.Inventory{Opened: store.ID(r.URL.Query().Get("open"))})
}

// inventoryPage completes a view, in which a decision may be as it was typed.
func (a *admin) inventoryPage(w http.ResponseWriter, r *http.Request, v door.Visit, at inventoryAt, view page.Inventory) error {
	n, err := a.Portal.Inventory(r.Context(), v.Actor, at.id, at.only, store.Page{After: at.after})
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view.Inventory, view.Rows, view.Next, view.Whole = n.Inventory, inventoryRows(n.Items), n.Next, n.Whole
	view.At, view.Only, view.Now = at.after, at.only, a.Portal.Now()
	if view.Problem == nil {
		for _, row := range view.Rows {
			if row.AccountID == view.Opened && row.Decision != store.DecisionOpen {
				view.Typed = page.InventoryTyped{Decision: row.Decision, Note: row.Note}
			}
		}
	}
	return a.Pages.Inventory(w, r, s, view)
}

func inventoryRows(items []portal.InventoryEntry) (rows []page.InventoryRow) {
	for _, i := range items {
		rows = append(rows, page.InventoryRow{InventoryItem: i.InventoryItem, Own: i.Own})
	}
	return rows
}

// decideInventory keeps a decision about one account. Refused, the form comes back with what was typed.
func (a *admin) decideInventory(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	at, err := readInventory(r, r.PostForm)
	if err != nil {
		return err
	}
	account, err := door.ID(r, "account")
	if err != nil {
		return err
	}
	typed := page.InventoryTyped{Decision: store.Decision(r.PostForm.Get("decision")), Note: r.PostForm.Get("note")}
	_, err = a.Portal.DecideInventory(r.Context(), v.Actor, at.id, portal.InventoryDecision{Account: account, Decision: typed.Decision, Note: typed.Note})
	if problem := inventoryProblem(err); problem != nil {
		return a.inventoryPage(w, r, v, at, page.Inventory{Opened: account, Typed: typed, Problem: problem})
	}
	if err != nil {
		return err
	}
	done := "inventory_decided"
	if typed.Decision == store.DecisionDisabled {
		done = "inventory_disabled"
	}
	return door.SeeOther(w, r, at.link(done))
}

// confirmInventory confirms the accounts that were picked.
func (a *admin) confirmInventory(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	at, err := readInventory(r, r.PostForm)
	if err != nil {
		return err
	}
	var accounts []store.ID
	for _, id := range r.PostForm["account"] {
		accounts = append(accounts, store.ID(id))
	}
	return a.decided(w, r, v, at, "inventory_confirmed", a.Portal.ConfirmInventory(r.Context(), v.Actor, at.id, accounts))
}

// signInventory signs an inventory off.
func (a *admin) signInventory(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	at, err := readInventory(r, nil)
	if err != nil {
		return err
	}
	return a.decided(w, r, v, at, "inventory_signed", a.Portal.SignInventory(r.Context(), v.Actor, at.id))
}

// decided leads back to the inventory after something was done with it, or shows it with why it was not.
func (a *admin) decided(w http.ResponseWriter, r *http.Request, v door.Visit, at inventoryAt, done string, err error) error {
	if problem := inventoryProblem(err); problem != nil {
		return a.inventoryPage(w, r, v, at, page.Inventory{Problem: problem})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, at.link(done))
}

// link leads to that part, where something was just done.
func (at inventoryAt) link(done string) string {
	q := url.Values{"done": {done}}
	if at.only != "" {
		q.Set("only", string(at.only))
	}
	if at.after != "" {
		q.Set("after", string(at.after))
	}
	return "/admin/inventory/" + string(at.id) + "?" + q.Encode()
}

// printedItems is how many items the page to print has; the file has all of them.
const printedItems = 1000

// inventoryReport shows an inventory to be printed.
func (a *admin) inventoryReport(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	n, err := a.Portal.InventoryReport(r.Context(), v.Actor, id, "page", printedItems)
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	return a.Pages.InventoryReport(w, r, s, page.Inventory{Inventory: n.Inventory, Rows: inventoryRows(n.Items), Whole: n.Whole, Cut: n.Cut})
}

// stamp is a time as tables have it: in Japan, to the second, and sortable.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(time.FixedZone("Asia/Tokyo", 9*60*60)).Format("2006-01-02 15:04:05")
}
