package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

func recordsPersons(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	f.update(func(ctx context.Context, tx store.Tx) {
		jumbled := newPersons()
		jumbled[0].Position, jumbled[2].Position = 7, 7
		must(t, tx.Persons().Create(ctx, "d1", jumbled))
		isKind(t, tx.Persons().Create(ctx, "d1", newPersons()[:1]), store.ErrConflict)
		isKind(t, tx.Persons().Create(ctx, "none", newPersons()), store.ErrNotFound)
		must(t, tx.Persons().Create(ctx, "d1", nil))
		got, err := tx.Persons().ByDocument(ctx, "d1")
		must(t, err)
		same(t, "the persons", got, newPersons())
		got, err = tx.Persons().ByDocument(ctx, "none")
		must(t, err)
		same(t, "nobody's", len(got), 0)
	})
}

func recordsTellings(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1", "blue-2")
	f.deliver("d2", "tax", day, "blue-1")
	first := store.Telling{DeliveryID: "d1-blue-1", Position: 1, By: "one", At: day, How: store.ToldByHand, Note: "手渡し"}
	again := store.Telling{DeliveryID: "d1-blue-1", Position: 1, By: "all", At: day.Add(time.Minute), How: store.ToldByMail}
	left := func(want map[store.ID]store.PersonCount) {
		t.Helper()
		f.view(func(ctx context.Context, tx store.Tx) {
			got, err := tx.Persons().Left(ctx, []store.ID{"d1-blue-2", "none", "d1-blue-1", "d2-blue-1", "d1-blue-1"})
			must(t, err)
			same(t, "left", got, want)
		})
	}
	told := func(delivery store.ID, want store.Telling) {
		t.Helper()
		f.view(func(ctx context.Context, tx store.Tx) {
			got, err := tx.Persons().ByDelivery(ctx, delivery)
			must(t, err)
			all := []store.PersonTold{{Person: newPersons()[0]}, {Person: newPersons()[1], Telling: want}, {Person: newPersons()[2]}}
			same(t, "who was told", got, all)
		})
	}
	left(map[store.ID]store.PersonCount{})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Persons().Create(ctx, "d1", newPersons()))
		must(t, tx.Persons().Tell(ctx, first))
	})
	told("d1-blue-1", first)
	told("d1-blue-2", store.Telling{})
	left(map[store.ID]store.PersonCount{"d1-blue-1": {All: 3, Told: 1}, "d1-blue-2": {All: 3}})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Persons().Tell(ctx, again))
		for _, lost := range []store.Telling{{DeliveryID: "d1-blue-1", Position: 3}, {DeliveryID: "d1-blue-1", Position: -1}, {DeliveryID: "d2-blue-1"}, {DeliveryID: "none"}} {
			isKind(t, tx.Persons().Tell(ctx, lost), store.ErrNotFound)
		}
	})
	told("d1-blue-1", again)
	left(map[store.ID]store.PersonCount{"d1-blue-1": {All: 3, Told: 1}, "d1-blue-2": {All: 3}})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Persons().Untell(ctx, "d1-blue-1", 1))
		isKind(t, tx.Persons().Untell(ctx, "d1-blue-1", 1), store.ErrNotFound)
		isKind(t, tx.Persons().Untell(ctx, "d1-blue-2", 1), store.ErrNotFound)
		for i := range newPersons() {
			must(t, tx.Persons().Tell(ctx, store.Telling{DeliveryID: "d1-blue-2", Position: i, By: "all", At: day, How: store.ToldByMouth}))
		}
	})
	told("d1-blue-1", store.Telling{})
	left(map[store.ID]store.PersonCount{"d1-blue-1": {All: 3}, "d1-blue-2": {All: 3, Told: 3}})
}

// tellingsOfMany counts for more deliveries than a statement has parameters for.
func tellingsOfMany(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	ids := []store.ID{"d1-blue-1"}
	for i := range 1500 {
		ids = append(ids, store.ID(fmt.Sprintf("none-%d", i)))
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Persons().Create(ctx, "d1", newPersons()))
		got, err := tx.Persons().Left(ctx, ids)
		must(t, err)
		same(t, "left", got, map[store.ID]store.PersonCount{"d1-blue-1": {All: 3}})
	})
}

// receivedNaming lists what was withdrawn and what expired too, and nothing that names nobody.
func receivedNaming(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	for i, d := range []store.ID{"d1", "d2", "d3", "d4"} {
		f.deliver(d, "tax", day.Add(time.Duration(i/2)*time.Hour), "blue-1", "blue-2")
	}
	f.deliver("d5", "tax", day, "red-1")
	f.update(func(ctx context.Context, tx store.Tx) {
		for _, d := range []store.ID{"d1", "d2", "d4", "d5"} {
			must(t, tx.Persons().Create(ctx, d, newPersons()))
		}
		must(t, tx.Deliveries().Withdraw(ctx, "d1-blue-1", "staff", day, "誤り"))
		_, _, err := tx.Deliveries().Expire(ctx, "d4-blue-1")
		must(t, err)
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for account, want := range map[store.ID][]store.ID{
			"one": {"d4-blue-1", "d2-blue-1", "d1-blue-1"}, "red": {"d5-red-1"}, "staff": nil,
			"all": {"d4-blue-2", "d4-blue-1", "d2-blue-2", "d2-blue-1", "d1-blue-2", "d1-blue-1"},
		} {
			for size := 1; size < 4; size++ {
				got := walk(t, size, func(p store.Page) (store.List[store.ID], error) { return tx.Persons().Received(ctx, account, p) })
				same(t, "received by "+string(account), fmt.Sprint(got), fmt.Sprint(want))
			}
		}
	})
}
