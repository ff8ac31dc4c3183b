package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"cloudpocket/store"
)

func (f firm) companies() int {
	f.t.Helper()
	var n int
	f.view(func(ctx context.Context, tx store.Tx) {
		l, err := tx.Companies().List(ctx, store.Page{Limit: store.MaxPage})
		must(f.t, err)
		n = len(l.Items)
	})
	return n
}

func transactionsUndo(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	ctx := t.Context()
	err := f.records.Update(ctx, f.id, func(tx store.Tx) error {
		must(t, tx.Companies().Create(ctx, store.Company{ID: "green"}))
		_, err := tx.Receipts().Record(ctx, "one", "d1-blue-1", store.Viewed, day)
		must(t, err)
		must(t, tx.Audit().Append(ctx, store.AuditEvent{At: day, Deed: store.DeedView}))
		got, err := tx.Companies().Get(ctx, "green")
		must(t, err)
		same(t, "what was written is read back inside", got.ID, "green")
		return errUndo
	})
	if err != errUndo {
		t.Errorf("the function's error came back as %v", err)
	}
	f.view(func(ctx context.Context, tx store.Tx) {
		_, err := tx.Companies().Get(ctx, "green")
		isKind(t, err, store.ErrNotFound)
		r, err := tx.Receipts().Get(ctx, "one", "d1-blue-1")
		must(t, err)
		same(t, "viewed", r.ViewedAt.IsZero(), true)
		head, err := tx.Audit().Head(ctx)
		must(t, err)
		same(t, "events", head.Seq, 0)
	})
	err = f.records.View(ctx, f.id, func(store.Tx) error { return errUndo })
	if err != errUndo {
		t.Errorf("the error of a view's function came back as %v", err)
	}
}

func transactionsGoOn(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Companies().Create(ctx, store.Company{ID: "blue"}), store.ErrConflict)
		isKind(t, tx.Companies().Update(ctx, store.Company{ID: "blue", ExternalID: "ext-red"}), store.ErrConflict)
		isKind(t, tx.Offices().Create(ctx, newOffice("none", "x")), store.ErrNotFound)
		isKind(t, tx.Accounts().Create(ctx, newAccount("x", "blue", someOffices("blue-1", "none"))), store.ErrNotFound)
		must(t, tx.Companies().Create(ctx, store.Company{ID: "green"}))
	})
	same(t, "companies", f.companies(), 3)
	f.view(func(ctx context.Context, tx store.Tx) {
		_, err := tx.Accounts().Get(ctx, "x")
		isKind(t, err, store.ErrNotFound)
	})
}

// transactionsPanic has functions that panic among others that do not: the panic reaches its caller, only its own work
// is undone, and the records go on.
func transactionsPanic(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			defer func() {
				if got, want := recover() != nil, i%4 == 0; got != want {
					t.Errorf("%d: panicked is %t", i, got)
				}
			}()
			err := f.records.Update(ctx, f.id, func(tx store.Tx) error {
				if err := tx.Companies().Create(ctx, store.Company{ID: store.ID(fmt.Sprint("c", i))}); err != nil {
					return err
				}
				switch i % 4 {
				case 0:
					panic("a mistake")
				case 1:
					return errUndo
				}
				return nil
			})
			if want := i%4 == 1; errors.Is(err, errUndo) != want || err != nil && !want {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	same(t, "companies", f.companies(), 20)
}

func transactionsEnd(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	var kept []store.Tx
	f.update(func(_ context.Context, tx store.Tx) { kept = append(kept, tx) })
	f.view(func(_ context.Context, tx store.Tx) { kept = append(kept, tx) })
	for _, tx := range kept {
		same(t, "the tenant", tx.Tenant(), "firm")
		if err := tx.Companies().Create(t.Context(), store.Company{ID: "late"}); err == nil {
			t.Error("a transaction that is over wrote")
		}
		if _, err := tx.Companies().Get(t.Context(), "blue"); err == nil {
			t.Error("a transaction that is over read")
		}
	}
	same(t, "companies", f.companies(), 2)
}

func transactionsCancelled(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	ctx, cancel := context.WithCancel(t.Context())
	err := f.records.Update(ctx, f.id, func(tx store.Tx) error {
		must(t, tx.Companies().Create(ctx, store.Company{ID: "a"}))
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled inside: %v", err)
	}
	ran := func(store.Tx) error { t.Error("the function ran"); return nil }
	if err := f.records.Update(ctx, f.id, ran); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	if err := f.records.View(ctx, f.id, ran); !errors.Is(err, context.Canceled) {
		t.Errorf("view cancelled before: %v", err)
	}
	cancelledWaiting(t, f)
	same(t, "companies", f.companies(), 1)
}

// cancelledWaiting cancels an Update that waits for another.
func cancelledWaiting(t *testing.T, f firm) {
	started, release, done := make(chan bool), make(chan bool), make(chan error, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		err := f.records.Update(t.Context(), f.id, func(tx store.Tx) error {
			started <- true
			<-release
			return tx.Companies().Create(t.Context(), store.Company{ID: "b"})
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-started
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		done <- f.records.Update(ctx, f.id, func(tx store.Tx) error { return tx.Companies().Create(ctx, store.Company{ID: "c"}) })
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while waiting: %v", err)
	}
	release <- true
	wg.Wait()
}

func viewsAreSnapshots(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.view(func(ctx context.Context, tx store.Tx) {
		before, err := tx.Companies().List(ctx, store.Page{})
		must(t, err)
		must(t, f.records.Update(ctx, f.id, func(w store.Tx) error { return w.Companies().Create(ctx, store.Company{ID: "green"}) }))
		after, err := tx.Companies().List(ctx, store.Page{})
		must(t, err)
		same(t, "the same view later", after, before)
		if err := tx.Companies().Create(ctx, store.Company{ID: "white"}); err == nil {
			t.Error("a view wrote")
		}
	})
	same(t, "companies", f.companies(), 3)
}

// writersAndReaders lets two handles move two companies' names together while readers look: no reader sees one moved and
// the other not, and no move is lost.
func writersAndReaders(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	f.update(func(ctx context.Context, tx store.Tx) {
		for _, id := range []store.ID{"a", "b"} {
			must(t, tx.Companies().Create(ctx, store.Company{ID: id}))
		}
	})
	const moves = 25
	handles := []store.Records{f.records, open(t)}
	ctx, stop := context.WithCancel(t.Context())
	var readers, writers sync.WaitGroup
	for i := range 6 {
		readers.Go(func() {
			for ctx.Err() == nil {
				readPair(t, handles[i%2], f.id)
			}
		})
	}
	for _, r := range handles {
		writers.Go(func() {
			for range moves {
				movePair(t, r, f.id)
			}
		})
	}
	writers.Wait()
	stop()
	readers.Wait()
	same(t, "the name's length in the end", len(readPair(t, f.records, f.id)), 2*moves)
}

func readPair(t *testing.T, r store.Records, id store.ID) (name string) {
	err := r.View(t.Context(), id, func(tx store.Tx) error {
		a, err := tx.Companies().Get(t.Context(), "a")
		if err != nil {
			return err
		}
		b, err := tx.Companies().Get(t.Context(), "b")
		if a.Name != b.Name {
			t.Errorf("a is %q, b is %q", a.Name, b.Name)
		}
		name = a.Name
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return name
}

func movePair(t *testing.T, r store.Records, id store.ID) {
	err := r.Update(t.Context(), id, func(tx store.Tx) error {
		for _, company := range []store.ID{"a", "b"} {
			c, err := tx.Companies().Get(t.Context(), company)
			if err != nil {
				return err
			}
			c.Name += "x"
			if err := tx.Companies().Update(t.Context(), c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
