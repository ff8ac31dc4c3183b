package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cloudpocket/store"
)

func recordsSorting(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	want := []string{"", "A", "a", "a b", "a-b", "ab", "Ö", "ア", "カイシャ", "会社", "青空", "ｱ", "𠮷野"}
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := range want {
			name := want[len(want)-1-i]
			must(t, tx.Companies().Create(ctx, store.Company{ID: store.ID(fmt.Sprint("c", i)), Name: name}))
		}
		must(t, tx.Companies().Create(ctx, store.Company{ID: "c00", Name: "A"}))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		var names, ids []string
		for _, c := range walk(t, 1, func(p store.Page) (store.List[store.Company], error) { return tx.Companies().List(ctx, p) }) {
			names, ids = append(names, c.Name), append(ids, string(c.ID))
		}
		same(t, "the names", strings.Join(names, "|"), strings.Join(append([]string{"", "A"}, want[1:]...), "|"))
		same(t, "those of one name", ids[1:3], []string{"c00", "c11"})
	})
}

// recordsPaging reads a list to its end while others are added, before and behind the place that was reached: what was
// there from the start comes exactly once.
func recordsPaging(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	add := func(name string) {
		f.update(func(ctx context.Context, tx store.Tx) {
			must(t, tx.Companies().Create(ctx, store.Company{ID: store.ID(name), Name: name}))
		})
	}
	for i := range 25 {
		add(fmt.Sprintf("old-%02d", i))
	}
	seen, n := map[store.ID]int{}, 0
	walk(t, 4, func(p store.Page) (l store.List[store.Company], err error) {
		f.view(func(ctx context.Context, tx store.Tx) { l, err = tx.Companies().List(ctx, p) })
		for _, c := range l.Items {
			seen[c.ID]++
		}
		if n++; n < 20 {
			add(fmt.Sprintf("aaa-%02d", n))
			add(fmt.Sprintf("old-%02d-new", n))
		}
		return l, err
	})
	for i := range 25 {
		if id := store.ID(fmt.Sprintf("old-%02d", i)); seen[id] != 1 {
			t.Errorf("%s came %d times", id, seen[id])
		}
	}
}

func recordsCursors(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	for i := range 3 {
		f.deliver(store.ID(fmt.Sprint("d", i)), "tax", day, "blue-1", "blue-2")
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		for range 2 {
			must(t, tx.Audit().Append(ctx, store.AuditEvent{At: day}))
		}
		for i := range 3 {
			must(t, tx.Persons().Create(ctx, store.ID(fmt.Sprint("d", i)), newPersons()))
		}
		for _, id := range []store.ID{"x", "y"} {
			must(t, tx.Packages().Create(ctx, newPackage(id, day)))
			must(t, tx.Mails().Create(ctx, store.Mail{ID: id, AccountID: "one", CreatedAt: day}))
			must(t, tx.Documents().Create(ctx, newDocument(id, "tax", day)))
			must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: id, DocumentID: id, OfficeID: "blue-1", CreatedAt: day}))
			must(t, tx.Deliveries().Schedule(ctx, id, store.DeliveryPlan{By: "staff", DueAt: day}))
		}
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		lists := map[string]func(store.Page) (store.Cursor, error){
			"companies": func(p store.Page) (store.Cursor, error) { l, err := tx.Companies().List(ctx, p); return l.Next, err },
			"offices":   func(p store.Page) (store.Cursor, error) { l, err := tx.Offices().List(ctx, "", p); return l.Next, err },
			"accounts":  func(p store.Page) (store.Cursor, error) { l, err := tx.Accounts().List(ctx, "", p); return l.Next, err },
			"roles":     func(p store.Page) (store.Cursor, error) { l, err := tx.Roles().List(ctx, p); return l.Next, err },
			"trusts":    func(p store.Page) (store.Cursor, error) { l, err := tx.Trusts().List(ctx, p); return l.Next, err },
			"documents": func(p store.Page) (store.Cursor, error) {
				l, err := tx.Documents().List(ctx, everyOffice(), store.DocumentFilter{}, p)
				return l.Next, err
			},
			"inbox": func(p store.Page) (store.Cursor, error) {
				l, err := tx.Receipts().Inbox(ctx, "all", store.InboxFilter{}, p)
				return l.Next, err
			},
			"receipts": func(p store.Page) (store.Cursor, error) {
				l, err := tx.Receipts().ByDocument(ctx, "d1", p)
				return l.Next, err
			},
			"packages": func(p store.Page) (store.Cursor, error) {
				l, err := tx.Packages().List(ctx, store.PackageFilter{}, p)
				return l.Next, err
			},
			"mails": func(p store.Page) (store.Cursor, error) {
				l, err := tx.Mails().List(ctx, nil, p)
				return l.Next, err
			},
			"received": func(p store.Page) (store.Cursor, error) {
				l, err := tx.Persons().Received(ctx, "all", p)
				return l.Next, err
			},
			"scheduled": func(p store.Page) (store.Cursor, error) {
				l, err := tx.Deliveries().Scheduled(ctx, everyOffice(), p)
				return l.Next, err
			},
			"audit": func(p store.Page) (store.Cursor, error) {
				l, err := tx.Audit().List(ctx, store.AuditFilter{}, p)
				return l.Next, err
			},
		}
		for name, list := range lists {
			for _, c := range []store.Cursor{"x", "%", "!!!!", "AAAA", store.Cursor(strings.Repeat("A", 100_000))} {
				_, err := list(store.Page{After: c})
				isKind(t, err, store.ErrInvalid)
			}
			next, err := list(store.Page{Limit: 1})
			must(t, err)
			for other, list := range lists {
				if other != name && next != "" {
					_, err := list(store.Page{After: next})
					isKind(t, err, store.ErrInvalid)
				}
			}
		}
	})
}
