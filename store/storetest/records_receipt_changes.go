package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
)

// changesFrom reads the changes after a cursor to their end, in pages of size, and returns them in words with where to go on.
func (f firm) changesFrom(after store.Cursor, scope store.OfficeScope, size int) (seen []string, next store.Cursor) {
	f.t.Helper()
	for p := (store.Page{After: after, Limit: size}); ; {
		l, err := f.changes(scope, p)
		must(f.t, err)
		for _, c := range l.Items {
			seen = append(seen, changeText(c))
		}
		if p.After = l.Next; !l.More {
			return seen, l.Next
		}
	}
}

func (f firm) changes(scope store.OfficeScope, p store.Page) (l store.ReceiptChanges, err error) {
	err = f.records.View(f.t.Context(), f.id, func(tx store.Tx) (err error) {
		l, err = tx.Receipts().Changes(f.t.Context(), scope, p)
		return err
	})
	return l, err
}

// changeText is a change in words: v, d and a are what was recorded, and a minus is before what cannot be read.
func changeText(c store.ReceiptChange) string {
	s := fmt.Sprint(c.DeliveryID, " ", c.AccountID, " ", c.State)
	for _, fact := range []struct {
		name string
		at   time.Time
	}{{" v", c.ViewedAt}, {" d", c.DownloadedAt}, {" a", c.AcknowledgedAt}} {
		if !fact.at.IsZero() {
			s += fact.name
		}
	}
	if !c.Readable {
		s = "-" + s
	}
	return s
}

// receiptChanges goes through all that changes a receipt: each time it is seen again, once, and nothing else is.
func receiptChanges(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	everywhere := everyOffice()
	none, start := f.changesFrom("", everywhere, 2)
	same(t, "before anything", none, nil)
	f.deliver("d1", "tax", day, "blue-1", "red-1")
	first, next := f.changesFrom(start, everywhere, 1)
	same(t, "delivered", first, []string{"d1-blue-1 all delivered", "d1-blue-1 one delivered", "d1-red-1 red delivered"})
	for _, row := range []struct {
		name string
		do   func()
		want []string
	}{
		{"nothing", func() {}, nil},
		{"viewed", func() { f.record("one", "d1-blue-1", store.Viewed, day) }, []string{"d1-blue-1 one delivered v"}},
		{"viewed again", func() { f.record("one", "d1-blue-1", store.Viewed, day.Add(time.Hour)) }, nil},
		{"two things of one, and one of another", func() {
			f.record("one", "d1-blue-1", store.Downloaded, day)
			f.record("all", "d1-blue-1", store.Viewed, day)
			f.record("one", "d1-blue-1", store.Acknowledged, day)
		}, []string{"d1-blue-1 all delivered v", "d1-blue-1 one delivered v d a"}},
		{"out of reach", func() { f.setAccount("one", func(a *store.Account) { a.Offices = store.OfficeScope{} }) }, []string{"-d1-blue-1 one delivered v d a"}},
		{"withdrawn, also from who does not reach it", func() {
			f.update(func(ctx context.Context, tx store.Tx) {
				must(t, tx.Deliveries().Withdraw(ctx, "d1-blue-1", "staff", day, ""))
			})
		}, []string{"-d1-blue-1 all withdrawn v", "-d1-blue-1 one withdrawn v d a"}},
		{"back in reach of what is withdrawn", func() { f.setAccount("one", func(a *store.Account) { a.Offices = everywhere }) }, nil},
		{"expired", func() {
			f.update(func(ctx context.Context, tx store.Tx) {
				_, _, err := tx.Deliveries().Expire(ctx, "d1-red-1")
				must(t, err)
			})
		}, []string{"-d1-red-1 red expired"}},
		{"another document, and a person who comes later", func() {
			f.deliver("d2", "tax", day, "blue-2")
			f.addAccount(newAccount("late", "blue", everyOffice()))
		}, []string{"d2-blue-2 all delivered", "d2-blue-2 one delivered", "d2-blue-2 late delivered"}},
		{"what was undone", func() {
			isKind(t, f.records.Update(t.Context(), "firm", func(tx store.Tx) error {
				_, err := tx.Receipts().Record(t.Context(), "all", "d2-blue-2", store.Viewed, day)
				return errors.Join(err, store.ErrConflict)
			}), store.ErrConflict)
		}, nil},
	} {
		var seen []string
		row.do()
		seen, next = f.changesFrom(next, everywhere, 2)
		same(t, row.name, seen, row.want)
	}
	whole, _ := f.changesFrom("", everywhere, 2)
	same(t, "all from the start", len(whole), 6)
	some, _ := f.changesFrom("", someOffices("red-1"), 2)
	same(t, "one office's", some, []string{"-d1-red-1 red expired"})
}

// receiptChangesCursor hands in cursors that are of nothing here.
func receiptChangesCursor(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	_, next := f.changesFrom("", everyOffice(), 9)
	other := addFirm(t, f.records, "other")
	_, err := other.changes(everyOffice(), store.Page{After: next})
	isKind(t, err, store.ErrInvalid) // nothing changed there as often
	_, err = f.changes(everyOffice(), store.Page{After: "x"})
	isKind(t, err, store.ErrInvalid)
}

// receiptChangesAtOnce has many write, slowly and in each other's way, while one follows: what it saw last of each receipt
// is how each is in the end.
func receiptChangesAtOnce(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	const writers, each = 8, 12
	for i := range writers {
		f.deliver(store.ID(fmt.Sprint("d", i)), "tax", day, "blue-1")
	}
	handles := []store.Records{f.records, open(t)}
	var ended atomic.Bool
	seen := map[string]string{}
	var follower, wg sync.WaitGroup
	follower.Go(func() {
		for after, last := store.Cursor(""), false; !last; {
			last = ended.Load() // what was committed before is there now
			var texts []string
			texts, after = f.changesFrom(after, everyOffice(), 3)
			note(seen, texts)
		}
	})
	for i := range writers {
		wg.Go(func() { writeChanges(t, handles[i%2], i, each) })
	}
	wg.Wait()
	ended.Store(true)
	follower.Wait()
	all, _ := f.changesFrom("", everyOffice(), 100)
	want := map[string]string{}
	note(want, all)
	same(t, "what was seen last of each", seen, want)
}

// note keeps what was said last of each receipt.
func note(seen map[string]string, texts []string) {
	for _, s := range texts {
		var delivery, account string
		fmt.Sscan(s, &delivery, &account)
		seen[trimMinus(delivery)+" "+account] = s
	}
}

func trimMinus(s string) string {
	if s != "" && s[0] == '-' {
		return s[1:]
	}
	return s
}

// writeChanges changes receipts of everybody's documents: some at once, some after a while within the transaction, some
// undone; each reach of "one" comes and goes.
func writeChanges(t *testing.T, r store.Records, writer, times int) {
	facts := []store.Fact{store.Viewed, store.Downloaded, store.Acknowledged}
	for n := range times {
		delivery := store.ID(fmt.Sprintf("d%d-blue-1", (writer+n)%8))
		undone := (writer+n)%5 == 0
		err := r.Update(t.Context(), "firm", func(tx store.Tx) error {
			_, err := tx.Receipts().Record(t.Context(), "all", delivery, facts[(writer*times+n)%3], day)
			if err != nil {
				return err
			}
			time.Sleep(time.Duration(writer%3) * time.Millisecond)
			if n%4 == 3 {
				err = reachAnew(t.Context(), tx, writer+n)
			}
			if undone {
				return errors.Join(err, errUndo)
			}
			return err
		})
		if err != nil && !(undone && errors.Is(err, errUndo)) {
			t.Error(err)
		}
	}
}

func reachAnew(ctx context.Context, tx store.Tx, n int) error {
	a, err := tx.Accounts().Get(ctx, "one")
	if err != nil {
		return err
	}
	a.Offices = slices.Clone([]store.OfficeScope{everyOffice(), someOffices("blue-2")})[n%2]
	return tx.Accounts().Update(ctx, a)
}
