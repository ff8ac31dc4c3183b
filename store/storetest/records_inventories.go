package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

func recordsInventories(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	month := store.Inventory{ID: "2026-12", MadeAt: day, DueAt: day.Add(14 * 24 * time.Hour), MadeBy: "人\xff", Looked: 4}
	of := func(account store.ID, name string) store.InventoryItem {
		return store.InventoryItem{AccountID: account, Findings: store.FoundUnused | store.FoundShared, Decision: store.DecisionOpen,
			Was: store.AccountSnapshot{Name: name, Email: "x@client.example", CompanyID: "blue", Company: "あお", Trust: "親", Subject: "s", Permissions: store.PermitView,
				Offices: someOffices("blue-1"), OfficeNames: []string{"本社"}, CreatedAt: day, Addresses: 3}}
	}
	items := []store.InventoryItem{of("one", "総務"), of("gone", "いない人")} // an item needs no account
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Inventories().Create(ctx, month, items))
		isKind(t, tx.Inventories().Create(ctx, month, nil), store.ErrConflict)
		_, err := tx.Inventories().Get(ctx, "2026-11")
		isKind(t, err, store.ErrNotFound)
		_, err = tx.Inventories().Item(ctx, "2026-12", "none")
		isKind(t, err, store.ErrNotFound)
		isKind(t, tx.Inventories().Decide(ctx, "2026-12", store.InventoryItem{AccountID: "none"}), store.ErrNotFound)
		isKind(t, tx.Inventories().Decide(ctx, "2026-11", items[0]), store.ErrNotFound)
		isKind(t, tx.Inventories().Sign(ctx, "2026-11", "staff", "名", day), store.ErrNotFound)
		isKind(t, tx.Inventories().Sign(ctx, "2026-12", "staff", "名", day), store.ErrConflict)
	})
	decided := items[0]
	decided.Decision, decided.DecidedBy, decided.Decider, decided.DecidedAt, decided.Note = store.DecisionExplained, "staff", "職員", day.Add(time.Hour), "代表の端末 \x00"
	other := items[1]
	other.Decision, other.DecidedBy, other.DecidedAt = store.DecisionConfirmed, "staff", day
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Inventories().Decide(ctx, "2026-12", decided))
		again := decided
		again.Decision = store.DecisionOpen
		must(t, tx.Inventories().Decide(ctx, "2026-12", again))
		must(t, tx.Inventories().Decide(ctx, "2026-12", decided))
		must(t, tx.Inventories().Decide(ctx, "2026-12", decided))
	})
	month.Items, month.Open, month.MadeBy, decided.Note = 2, 1, "人\uFFFD", "代表の端末 \uFFFD"
	f.update(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Inventories().Get(ctx, "2026-12")
		must(t, err)
		same(t, "with one open", got, month)
		item, err := tx.Inventories().Item(ctx, "2026-12", "one")
		must(t, err)
		same(t, "the item", item, decided)
		must(t, tx.Inventories().Decide(ctx, "2026-12", other))
		must(t, tx.Inventories().Sign(ctx, "2026-12", "staff", "名", day.Add(2*time.Hour)))
		isKind(t, tx.Inventories().Sign(ctx, "2026-12", "staff", "名", day), store.ErrConflict)
		isKind(t, tx.Inventories().Decide(ctx, "2026-12", other), store.ErrConflict)
		month.Open, month.SignedBy, month.SignedName, month.SignedAt = 0, "staff", "名", day.Add(2*time.Hour)
		got, err = tx.Inventories().Get(ctx, "2026-12")
		must(t, err)
		same(t, "signed off", got, month)
		must(t, tx.Inventories().Create(ctx, store.Inventory{ID: "2027-01", MadeAt: day}, nil))
		must(t, tx.Inventories().Sign(ctx, "2027-01", "staff", "名", day)) // nothing was found
	})
}

func inventoriesInPages(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	f.update(func(ctx context.Context, tx store.Tx) {
		var items []store.InventoryItem
		for i := range 7 {
			items = append(items, store.InventoryItem{AccountID: store.ID(fmt.Sprint("a", i)), Was: store.AccountSnapshot{Name: fmt.Sprint("n", 6-i/2)}})
		}
		for _, id := range []store.ID{"2026-09", "2026-11", "2026-10", "2027-01"} {
			must(t, tx.Inventories().Create(ctx, store.Inventory{ID: id, MadeAt: day}, items))
		}
		for _, account := range []store.ID{"a1", "a4"} {
			must(t, tx.Inventories().Decide(ctx, "2026-10", store.InventoryItem{AccountID: account, Decision: store.DecisionConfirmed}))
		}
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for size := 1; size < 5; size++ {
			got := ""
			for _, n := range walk(t, size, func(p store.Page) (store.List[store.Inventory], error) { return tx.Inventories().List(ctx, p) }) {
				got += string(n.ID) + " "
			}
			same(t, "inventories", got, "2027-01 2026-11 2026-10 2026-09 ")
			for decision, want := range map[store.Decision]string{"": "a6 a4 a5 a2 a3 a0 a1 ", store.DecisionOpen: "a6 a5 a2 a3 a0 ", store.DecisionConfirmed: "a4 a1 ", store.DecisionDisabled: ""} {
				got := ""
				for _, i := range walk(t, size, func(p store.Page) (store.List[store.InventoryItem], error) {
					return tx.Inventories().Items(ctx, "2026-10", decision, p)
				}) {
					got += string(i.AccountID) + " "
				}
				same(t, "items "+string(decision), got, want)
			}
		}
		list, err := tx.Inventories().Items(ctx, "2020-01", "", store.Page{})
		must(t, err)
		same(t, "items of none", len(list.Items), 0)
	})
}
