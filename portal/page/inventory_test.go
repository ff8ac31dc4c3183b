package page

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// inventoryExhibits are the pages of the accounts' inventory.
func inventoryExhibits() []exhibit {
	list := func(name string, v Inventories) exhibit {
		v.Now = clock()
		return exhibit{name, "/admin/inventory", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Inventories(w, r, staff(), v) }}
	}
	one := func(name string, v Inventory) exhibit {
		v.Now = clock()
		return exhibit{name, "/admin/inventory/2026-11", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Inventory(w, r, staff(), v) }}
	}
	report := func(name string, v Inventory) exhibit {
		return exhibit{name, "/admin/inventory/2026-11/report", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.InventoryReport(w, r, staff(), v)
		}}
	}
	part := inventoryOf(7)
	part.Whole, part.Only = false, store.DecisionOpen
	refused := inventoryOf(7)
	refused.Opened, refused.Typed, refused.Problem = refused.Rows[0].AccountID, InventoryTyped{Decision: store.DecisionExplained}, &Problem{Field: "note", Key: "error.inventory_note"}
	own := inventoryOf(7)
	own.Opened = own.Rows[1].AccountID
	signed := inventoryOf(7)
	signed.SignedBy, signed.SignedName, signed.SignedAt, signed.Open = "a", "事務所 担当者", clock(), 0
	ready := inventoryOf(0)
	ready.DueAt = clock().Add(-time.Hour)
	much := inventoryOf(50)
	much.Next, much.At = "n", "c"
	cut := inventoryOf(60)
	cut.Cut = true
	return []exhibit{
		list("inventories-none", Inventories{Whole: true, MayMake: true, Month: "2026-11"}),
		list("inventories-little", Inventories{Whole: true, Items: months(3)}),
		list("inventories-much", Inventories{Items: months(50), Next: "n", Later: true}),
		list("inventories-refused", Inventories{Whole: true, Items: months(1), Problem: &Problem{Key: "error.inventory_made"}}),
		one("inventory-none", ready),
		one("inventory-little", inventoryOf(7)),
		one("inventory-part", part),
		one("inventory-refused", refused),
		one("inventory-own", own),
		one("inventory-signed", signed),
		one("inventory-much", much),
		one("inventory-no-such", Inventory{Inventory: inventoryOf(7).Inventory, Whole: true, Only: store.DecisionDisabled}),
		report("inventoryreport-none", Inventory{Inventory: store.Inventory{ID: "2026-11", MadeAt: clock()}, Whole: true}),
		report("inventoryreport-little", signed),
		report("inventoryreport-much", cut),
		report("inventoryreport-part", part),
	}
}

func months(n int) (all []store.Inventory) {
	for i := range n {
		at := clock().AddDate(0, -i, 0)
		one := store.Inventory{ID: store.ID(at.Format("2006-01")), MadeAt: at, DueAt: at.AddDate(0, 0, 14), Looked: 1200, Items: 31, Open: 4}
		if i > 1 {
			one.Open, one.SignedBy, one.SignedName, one.SignedAt = 0, "a", "事務所 担当者", at.AddDate(0, 0, 3)
		}
		if i == 0 {
			one.MadeBy = "事務所 担当者"
		}
		all = append(all, one)
	}
	return all
}

func inventoryOf(n int) Inventory {
	v := Inventory{Whole: true, Inventory: store.Inventory{ID: "2026-11", MadeAt: clock().AddDate(0, 0, -3), DueAt: clock().AddDate(0, 0, 11), Looked: 48, Items: n, Open: n / 2}}
	names := []string{"青木 一郎", "総務 共用", "情報システム企画推進室 代表担当者（本社・横浜・北関東）", "Ms Long-Name Administrator-in-Chief"}
	decisions := []store.Decision{store.DecisionOpen, store.DecisionOpen, store.DecisionConfirmed, store.DecisionDisabled, store.DecisionExplained}
	for i := range n {
		row := InventoryRow{Own: i == 1, InventoryItem: store.InventoryItem{AccountID: store.ID(fmt.Sprint("a", i)), Findings: store.Findings()[i%5] | store.Findings()[i*i%5], Decision: decisions[i%5],
			Was: store.AccountSnapshot{Name: names[i%4], Email: "person@client.example", Company: "株式会社あおば製作所", Trust: "人事プラットフォーム", Subject: "u-00123", CreatedAt: clock().AddDate(0, -4, 0)}}}
		if row.Decision != store.DecisionOpen {
			row.Decider, row.DecidedAt, row.Note = "事務所 担当者", clock(), "電話で本人に確かめました。産休中のため、来年4月に見直します。"
		}
		switch i % 3 {
		case 0:
			row.Was.Company, row.Was.Permissions, row.Was.Offices.All = "", store.PermitAll, true
		case 1:
			row.Was.Permissions, row.Was.Offices = store.PermitView, store.OfficeScope{Offices: make([]store.ID, 31)}
			row.Was.OfficeNames, row.Was.LastSignInAt, row.Was.Addresses = []string{"本社", "横浜工場"}, clock().AddDate(0, -3, -9), 4
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func TestMonth(t *testing.T) {
	p := newPages(t)
	for id, want := range map[store.ID]string{"2026-12": "2026年12月 Dec 2026", "2027-01": "2027年1月 Jan 2027", "none": "none none"} {
		if got := p.Words("ja").Month(id) + " " + p.Words("en").Month(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

// TestInventoryOffers holds what each reader is offered: nobody confirms their own account, nothing changes once it was
// signed off, and who sees a part cannot sign.
func TestInventoryOffers(t *testing.T) {
	p := newPages(t)
	for name, want := range map[string]struct{ sign, pick, own, decide bool }{
		"inventory-none":    {sign: true},
		"inventory-little":  {pick: true},
		"inventory-part":    {pick: true},
		"inventory-refused": {pick: true, decide: true},
		"inventory-own":     {pick: true, own: true},
		"inventory-signed":  {},
	} {
		for _, e := range inventoryExhibits() {
			if e.name != name {
				continue
			}
			body := e.render(t, p, "ja").Body.String()
			if got := strings.Contains(body, `/sign">`); got != want.sign {
				t.Errorf("%s: can be signed off is %t", name, got)
			}
			if got := strings.Contains(body, `name="account" value="a0"`); got != want.pick {
				t.Errorf("%s: can be picked is %t", name, got)
			}
			if strings.Contains(body, `name="account" value="a1"`) {
				t.Errorf("%s: one's own account can be picked", name)
			}
			if got := strings.Contains(body, "理由を記録することだけができます"); got != want.own {
				t.Errorf("%s: says of one's own account is %t", name, got)
			}
			if got := strings.Contains(body, `value="disabled"`); got != want.decide {
				t.Errorf("%s: can be decided is %t", name, got)
			}
		}
	}
}
