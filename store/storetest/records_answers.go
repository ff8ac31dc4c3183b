package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
)

func newAnswer(client store.ID, key byte, at time.Time) store.Answer {
	return store.Answer{Client: client, Key: store.Hash{key}, Content: store.Hash{1, 2, key}, Result: fmt.Sprint("答 ", key), At: at}
}

// recordsAnswers keeps answers by client and key for as long as they are good.
func recordsAnswers(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	f.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Answers().Put(ctx, newAnswer("machine", 1, day))) })
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Answers().Put(ctx, newAnswer("machine", 1, day.Add(store.AnswerKept))), store.ErrConflict)
		must(t, tx.Answers().Put(ctx, newAnswer("other", 1, day)))
	})
	look := func(client store.ID, key byte, now time.Time) (a store.Answer, err error) {
		f.view(func(ctx context.Context, tx store.Tx) { a, err = tx.Answers().Get(ctx, client, store.Hash{key}, now) })
		return a, err
	}
	got, err := look("machine", 1, day.Add(store.AnswerKept))
	must(t, err)
	same(t, "the answer", got, newAnswer("machine", 1, day))
	late := day.Add(store.AnswerKept + time.Microsecond)
	for _, row := range []struct {
		name   string
		client store.ID
		key    byte
		now    time.Time
	}{{"too old", "machine", 1, late}, {"another key", "machine", 2, day}, {"another client", "none", 1, day}} {
		if _, err := look(row.client, row.key, row.now); store.KindOf(err) != store.NotFound {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	f.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Answers().Put(ctx, newAnswer("machine", 1, late))) })
	_, err = look("machine", 1, late)
	must(t, err)
	if _, err := look("other", 1, day); store.KindOf(err) != store.NotFound {
		t.Errorf("the other's old one was not forgotten: %v", err)
	}
}

// answersAtOnce has many do the same under one key at once: what one of them did stands, and nothing of the others.
func answersAtOnce(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	handles := []store.Records{f.records, open(t)}
	var done atomic.Int64
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			err := handles[i%2].Update(t.Context(), "firm", func(tx store.Tx) error {
				if err := tx.Documents().Create(t.Context(), newDocument(store.ID(fmt.Sprint("new", i)), "tax", day)); err != nil {
					return err
				}
				return tx.Answers().Put(t.Context(), newAnswer("machine", 1, day))
			})
			switch {
			case err == nil:
				done.Add(1)
			case store.KindOf(err) != store.Conflict:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	same(t, "how often it was done", done.Load(), 1)
	made := 0
	f.view(func(ctx context.Context, tx store.Tx) {
		for i := range 16 {
			if _, err := tx.Documents().Get(ctx, store.ID(fmt.Sprint("new", i))); err == nil {
				made++
			}
		}
	})
	same(t, "how many documents", made, 1)
}
