package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
)

// signInsAtOnce has many people sign in at once at a trust whose room is full: every sign-in is kept that is among the
// newest, none fails for the others' sake, and what is too much is gone with the next one.
func signInsAtOnce(t *testing.T, open OpenRecords) {
	const people, each = 8, 12
	f := newFirm(t, open)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		for i := range store.MaxSignIns {
			must(t, tx.SignIns().Add(ctx, newSignIn(store.ID(fmt.Sprintf("old%04d", i)), "t1", day.Add(time.Duration(i)*time.Second))))
		}
	})
	var wg sync.WaitGroup
	for who := range people {
		wg.Go(func() {
			for i := range each {
				s := newSignIn(store.ID(fmt.Sprintf("new%d-%d", who, i)), "t1", day.Add(time.Hour+time.Duration(i)*time.Second))
				if err := f.records.Update(t.Context(), f.id, func(tx store.Tx) error { return tx.SignIns().Add(t.Context(), s) }); err != nil {
					t.Errorf("sign-in %s: %v", s.ID, err)
				}
			}
		})
	}
	wg.Wait()
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.SignIns().Add(ctx, newSignIn("last", "t1", day.AddDate(0, 0, 1))))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		all := walk(t, 50, func(p store.Page) (store.List[store.SignIn], error) { return tx.SignIns().List(ctx, "t1", false, p) })
		same(t, "how many are left", len(all), store.MaxSignIns)
		same(t, "the newest", all[0].ID, "last")
		for i, s := range all[1 : 1+people*each] {
			if s.ID[:3] != "new" {
				t.Errorf("%s is the %d. newest, before others that came later", s.ID, i)
			}
		}
		same(t, "the oldest", all[len(all)-1].ID, store.ID(fmt.Sprintf("old%04d", people*each+1)))
	})
}
