package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
)

func inboxOrder(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	f.deliver("d2", "labour", day.Add(time.Second), "blue-2", "red-1")
	f.deliver("d3", "tax", day.Add(2*time.Second), "blue-2", "blue-1")
	f.deliver("d4", "labour", day.Add(3*time.Second), "blue-1")
	f.record("all", "d4-blue-1", store.Viewed, day)
	f.record("all", "d1-blue-1", store.Viewed, day)
	f.record("all", "d2-blue-2", store.Downloaded, day)
	for _, row := range []struct {
		name    string
		account store.ID
		filter  store.InboxFilter
		want    []store.ID
	}{
		{"unread first, then newest, then by ID", "all", store.InboxFilter{}, []store.ID{"d3-blue-2", "d3-blue-1", "d2-blue-2", "d4-blue-1", "d1-blue-1"}},
		{"unread", "all", store.InboxFilter{Unread: true}, []store.ID{"d3-blue-2", "d3-blue-1", "d2-blue-2"}},
		{"office", "all", store.InboxFilter{Office: "blue-1"}, []store.ID{"d3-blue-1", "d4-blue-1", "d1-blue-1"}},
		{"office, unread", "all", store.InboxFilter{Office: "blue-1", Unread: true}, []store.ID{"d3-blue-1"}},
		{"kind", "all", store.InboxFilter{Kind: "labour"}, []store.ID{"d2-blue-2", "d4-blue-1"}},
		{"kind, unread", "all", store.InboxFilter{Kind: "labour", Unread: true}, []store.ID{"d2-blue-2"}},
		{"office and kind", "all", store.InboxFilter{Office: "blue-1", Kind: "tax"}, []store.ID{"d3-blue-1", "d1-blue-1"}},
		{"office and kind, unread", "all", store.InboxFilter{Office: "blue-1", Kind: "tax", Unread: true}, []store.ID{"d3-blue-1"}},
		{"an office of another company", "all", store.InboxFilter{Office: "red-1"}, nil},
		{"one office's account", "one", store.InboxFilter{}, []store.ID{"d4-blue-1", "d3-blue-1", "d1-blue-1"}},
		{"another company", "red", store.InboxFilter{}, []store.ID{"d2-red-1"}},
		{"the firm's own", "staff", store.InboxFilter{}, nil},
		{"nobody", "none", store.InboxFilter{}, nil},
	} {
		same(t, row.name, f.inbox(row.account, row.filter), row.want)
	}
	f.view(func(ctx context.Context, tx store.Tx) {
		l, err := tx.Receipts().Inbox(ctx, "all", store.InboxFilter{Office: "blue-2", Kind: "labour"}, store.Page{})
		must(t, err)
		same(t, "an item", l.Items, []store.InboxItem{{
			Receipt:    store.Receipt{DeliveryID: "d2-blue-2", AccountID: "all", OfficeID: "blue-2", DeliveredAt: day.Add(time.Second), DownloadedAt: day},
			DocumentID: "d2", Title: "標準報酬決定通知書 d2", Kind: "labour", Acknowledge: true, OfficeName: "office blue-2", FileCount: 2,
		}})
	})
}

// inboxPaging reads a list to its end and opens what it sees on the way: what stays unread comes once, and the list ends.
func inboxPaging(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	for i := range 20 {
		f.deliver(store.ID(fmt.Sprintf("d%02d", i)), "tax", day.Add(time.Duration(i)*time.Second), "blue-1")
	}
	seen := map[store.ID]int{}
	p := store.Page{Limit: 3}
	for n := 0; n < 50; n++ {
		var l store.List[store.InboxItem]
		f.view(func(ctx context.Context, tx store.Tx) {
			var err error
			l, err = tx.Receipts().Inbox(ctx, "one", store.InboxFilter{}, p)
			must(t, err)
		})
		for i, item := range l.Items {
			if item.ViewedAt.IsZero() {
				seen[item.DeliveryID]++
				if i == 0 {
					f.record("one", item.DeliveryID, store.Viewed, day)
				}
			}
		}
		if p.After = l.Next; l.Next == "" {
			break
		}
	}
	if p.After != "" {
		t.Error("the list did not end")
	}
	for i := range 20 {
		if id := store.ID(fmt.Sprintf("d%02d-blue-1", i)); seen[id] != 1 {
			t.Errorf("%s came unread %d times", id, seen[id])
		}
	}
}

func receiptFacts(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	want := store.Receipt{DeliveryID: "d1-blue-1", AccountID: "one", OfficeID: "blue-1", DeliveredAt: day}
	check := func() {
		t.Helper()
		f.view(func(ctx context.Context, tx store.Tx) {
			got, err := tx.Receipts().Get(ctx, "one", "d1-blue-1")
			must(t, err)
			same(t, "the receipt", got, want)
		})
	}
	check()
	for i, fact := range []store.Fact{store.Downloaded, store.Viewed, store.Acknowledged} {
		at := day.Add(time.Duration(i+1) * time.Minute)
		same(t, "first "+string(fact), f.record("one", "d1-blue-1", fact, at), true)
		same(t, "again "+string(fact), f.record("one", "d1-blue-1", fact, at.Add(time.Hour)), false)
		*map[store.Fact]*time.Time{store.Viewed: &want.ViewedAt, store.Downloaded: &want.DownloadedAt, store.Acknowledged: &want.AcknowledgedAt}[fact] = at
		check()
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		for _, who := range []store.ID{"red", "staff", "none"} {
			_, err := tx.Receipts().Record(ctx, who, "d1-blue-1", store.Viewed, day)
			isKind(t, err, store.ErrNotFound)
			_, err = tx.Receipts().Get(ctx, who, "d1-blue-1")
			isKind(t, err, store.ErrNotFound)
		}
		_, err := tx.Receipts().Record(ctx, "one", "none", store.Viewed, day)
		isKind(t, err, store.ErrNotFound)
		_, err = tx.Receipts().Record(ctx, "one", "d1-blue-1", "read", day)
		isKind(t, err, store.ErrInvalid)
	})
}

func receiptsWithdrawn(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1", "blue-2")
	f.record("one", "d1-blue-1", store.Viewed, day)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Deliveries().Withdraw(ctx, "d1-blue-1", "staff", day, "誤配付"))
		_, err := tx.Receipts().Get(ctx, "one", "d1-blue-1")
		isKind(t, err, store.ErrNotFound)
		_, err = tx.Receipts().Record(ctx, "one", "d1-blue-1", store.Downloaded, day)
		isKind(t, err, store.ErrNotFound)
		count, err := tx.Receipts().Count(ctx, "one", 9)
		must(t, err)
		same(t, "the count", count, store.InboxCount{})
	})
	same(t, "one's", f.inbox("one", store.InboxFilter{}), nil)
	same(t, "all's", f.inbox("all", store.InboxFilter{}), []store.ID{"d1-blue-2"})
	f.setAccount("one", func(a *store.Account) { a.Offices = everyOffice() })
	f.setAccount("one", func(a *store.Account) { a.Offices = someOffices("blue-1") })
	f.addAccount(newAccount("late", "blue", everyOffice()))
	same(t, "one's after its scope went forth and back", f.inbox("one", store.InboxFilter{}), nil)
	same(t, "a later account's", f.inbox("late", store.InboxFilter{}), []store.ID{"d1-blue-2"})
}

// setAccount changes an account as it stands.
func (f firm) setAccount(id store.ID, change func(*store.Account)) {
	f.t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) {
		a, err := tx.Accounts().Get(ctx, id)
		must(f.t, err)
		change(&a)
		must(f.t, tx.Accounts().Update(ctx, a))
	})
}

func (f firm) addAccount(a store.Account) {
	f.t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) { must(f.t, tx.Accounts().Create(ctx, a)) })
}

func receiptsScope(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1", "blue-2", "red-1")
	f.record("one", "d1-blue-1", store.Viewed, day)
	for _, row := range []struct {
		name  string
		scope store.OfficeScope
		want  []store.ID
	}{
		{"moved to the other office", someOffices("blue-2"), []store.ID{"d1-blue-2"}},
		{"both", someOffices("blue-2", "blue-1"), []store.ID{"d1-blue-2", "d1-blue-1"}},
		{"none", store.OfficeScope{}, nil},
		{"all", everyOffice(), []store.ID{"d1-blue-2", "d1-blue-1"}},
		{"another company's office does not count", someOffices("red-1"), nil},
		{"back to the first", someOffices("blue-1"), []store.ID{"d1-blue-1"}},
	} {
		f.setAccount("one", func(a *store.Account) { a.Offices = row.scope })
		same(t, row.name, f.inbox("one", store.InboxFilter{}), row.want)
		f.update(func(ctx context.Context, tx store.Tx) {
			for _, id := range []store.ID{"d1-blue-1", "d1-blue-2", "d1-red-1"} {
				_, err := tx.Receipts().Record(ctx, "one", id, store.Downloaded, day)
				if slices.Contains(row.want, id) {
					must(t, err)
				} else {
					isKind(t, err, store.ErrNotFound)
				}
			}
		})
	}
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Receipts().Get(ctx, "one", "d1-blue-1")
		must(t, err)
		same(t, "what was viewed before all that", got.ViewedAt, day)
	})
}

func receiptsState(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	f.setAccount("one", func(a *store.Account) { a.State = store.AccountDisabled })
	f.deliver("d2", "tax", day.Add(time.Second), "blue-1")
	f.view(func(ctx context.Context, tx store.Tx) {
		_, err := tx.Receipts().Get(ctx, "one", "d2-blue-1")
		isKind(t, err, store.ErrNotFound)
	})
	f.setAccount("one", func(a *store.Account) { a.State = store.AccountActive })
	same(t, "after it was enabled again", f.inbox("one", store.InboxFilter{}), []store.ID{"d2-blue-1", "d1-blue-1"})
}

func receiptsNewAccount(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1", "red-1")
	f.deliver("d2", "tax", day.Add(time.Second), "blue-2")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Documents().Create(ctx, newDocument("draft", "tax", day)))
		must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: "draft", DocumentID: "draft", OfficeID: "blue-1", CreatedAt: day}))
	})
	f.addAccount(newAccount("late", "blue", everyOffice()))
	f.addAccount(newAccount("late-one", "blue", someOffices("blue-2")))
	off := newAccount("off", "blue", everyOffice())
	off.State = store.AccountDisabled
	f.addAccount(off)
	f.addAccount(newAccount("boss", "", everyOffice()))
	same(t, "all of the company's", f.inbox("late", store.InboxFilter{}), []store.ID{"d2-blue-2", "d1-blue-1"})
	same(t, "one office's", f.inbox("late-one", store.InboxFilter{}), []store.ID{"d2-blue-2"})
	same(t, "a disabled one's", f.inbox("off", store.InboxFilter{}), nil)
	same(t, "the firm's own", f.inbox("boss", store.InboxFilter{}), nil)
}

func receiptsCount(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	for i := range 6 {
		f.deliver(store.ID(fmt.Sprint("d", i)), "tax", day, "blue-1")
	}
	for i := range 3 {
		f.record("one", store.ID(fmt.Sprintf("d%d-blue-1", i)), store.Viewed, day)
	}
	f.record("one", "d0-blue-1", store.Acknowledged, day)
	f.deliver("back", "tax", day, "blue-1")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Deliveries().Withdraw(ctx, "back-blue-1", "staff", day, ""))
		silent := newDocument("silent", "tax", day)
		silent.Acknowledge = false
		must(t, tx.Documents().Create(ctx, silent))
		must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: "silent", DocumentID: "silent", OfficeID: "blue-1", CreatedAt: day}))
		_, err := tx.Deliveries().Deliver(ctx, "silent", "staff", day)
		must(t, err)
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for limit, want := range map[int]store.InboxCount{99: {Unread: 4, Pending: 5}, 4: {Unread: 4, Pending: 4}, 1: {Unread: 1, Pending: 1}, 0: {}} {
			got, err := tx.Receipts().Count(ctx, "one", limit)
			must(t, err)
			same(t, fmt.Sprint("up to ", limit), got, want)
		}
		for limit, want := range map[int]int{99: 7, 3: 3, 0: 0} {
			got, err := tx.Receipts().Visible(ctx, "one", limit)
			must(t, err)
			same(t, fmt.Sprint("visible, up to ", limit), got, want)
		}
	})
}

func receiptsByDocument(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "red-1", "blue-2", "blue-1")
	f.deliver("d2", "tax", day, "blue-1")
	f.record("one", "d1-blue-1", store.Viewed, day)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Deliveries().Withdraw(ctx, "d1-red-1", "staff", day, ""))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for size := 1; size < 6; size++ {
			var got []string
			for _, r := range walk(t, size, func(p store.Page) (store.List[store.PersonReceipt], error) {
				return tx.Receipts().ByDocument(ctx, "d1", p)
			}) {
				got = append(got, fmt.Sprint(r.OfficeName, "/", r.AccountName, "/", r.DeliveryID, "/", r.AccountID, "/", !r.ViewedAt.IsZero()))
			}
			same(t, "the receipts", got, []string{
				"office blue-1/name of all/d1-blue-1/all/false", "office blue-1/name of one/d1-blue-1/one/true",
				"office blue-2/name of all/d1-blue-2/all/false", "office red-1/name of red/d1-red-1/red/false",
			})
		}
	})
}

func receiptsByDelivery(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-2", "blue-1")
	f.record("one", "d1-blue-1", store.Viewed, day)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Deliveries().Withdraw(ctx, "d1-blue-1", "staff", day, ""))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for size := 1; size < 4; size++ {
			var got []string
			for _, r := range walk(t, size, func(p store.Page) (store.List[store.PersonReceipt], error) {
				return tx.Receipts().ByDelivery(ctx, "d1-blue-1", p)
			}) {
				got = append(got, fmt.Sprint(r.OfficeName, "/", r.AccountName, "/", r.DeliveryID, "/", r.AccountID, "/", !r.ViewedAt.IsZero()))
			}
			same(t, "the receipts", got, []string{"office blue-1/name of all/d1-blue-1/all/false", "office blue-1/name of one/d1-blue-1/one/true"})
		}
	})
}

// receiptsFirstOfMany has many record the same fact at once: exactly one of them was the first.
func receiptsFirstOfMany(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	handles := []store.Records{f.records, open(t)}
	for _, fact := range []store.Fact{store.Viewed, store.Downloaded, store.Acknowledged} {
		var firsts atomic.Int64
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				var first bool
				err := handles[i%2].Update(t.Context(), "firm", func(tx store.Tx) (err error) {
					first, err = tx.Receipts().Record(t.Context(), "one", "d1-blue-1", fact, day)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				if first {
					firsts.Add(1)
				}
			})
		}
		wg.Wait()
		same(t, "firsts of "+string(fact), firsts.Load(), 1)
	}
}
