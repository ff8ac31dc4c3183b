package portal_test

import (
	"errors"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestToldAfterwards holds what becomes of the record of who was told when the delivery it belongs to ends: two of three
// were told by then.
func TestToldAfterwards(t *testing.T) {
	type seen struct {
		persons int   // that are named; 0: the record is not found
		tell    error // of telling the third
		left    int   // how many persons PersonsLeft counts
	}
	gone := seen{0, store.ErrNotFound, 0}
	for name, tt := range map[string]struct {
		end          func(t *testing.T, o out, document, delivery store.ID)
		client, firm seen
	}{
		"delivered": {func(*testing.T, out, store.ID, store.ID) {}, seen{3, nil, 3}, seen{3, store.ErrDenied, 3}},
		"expired": {func(t *testing.T, o out, _, _ store.ID) {
			o.world.now = o.now.Add(25 * time.Hour)
			o.work(t)
		}, seen{3, nil, 3}, seen{3, store.ErrDenied, 3}},
		"withdrawn": {func(t *testing.T, o out, _, id store.ID) {
			must(t, o.Withdraw(t.Context(), o.boss, id, "誤配付"))
		}, gone, seen{3, store.ErrDenied, 3}},
		"replaced": {func(t *testing.T, o out, document, _ store.ID) {
			_, err := o.Replace(t.Context(), o.boss, document, portal.Draft{Title: "訂正", Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, "b.txt", "b")}, Offices: []store.ID{"x1"}, Deliver: true})
			must(t, err)
		}, seen{2, store.ErrConflict, 0}, seen{3, store.ErrDenied, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.rule(t, func(r *store.Rule) { r.ExpireDays = 1 })
			document, id := o.hand(t, "a", nil)
			o.persons(t, document)
			must(t, o.Tell(t.Context(), o.client, id, portal.Telling{Persons: []int{0, 2}, How: store.ToldByHand}))
			tt.end(t, o, document, id)
			for who, row := range map[string]struct {
				a    portal.Actor
				want seen
			}{"client": {o.client, tt.client}, "firm": {o.boss, tt.firm}} {
				told, err := o.Told(t.Context(), row.a, id)
				if len(told.Persons) != row.want.persons || (err == nil) != (row.want.persons > 0) {
					t.Errorf("%s reads %+v, %v", who, told, err)
				}
				left, err := o.PersonsLeft(t.Context(), row.a, []store.ID{id})
				if must(t, err); left[id].All != row.want.left {
					t.Errorf("%s counts %v", who, left)
				}
				if err := o.Tell(t.Context(), row.a, id, portal.Telling{Persons: []int{1}, How: store.ToldByHand}); !errors.Is(err, row.want.tell) {
					t.Errorf("%s tells the third: %v", who, err)
				}
			}
		})
	}
}

// TestNothingToldOfWhatIsNotDelivered keeps the persons of a plan, or of one that was replaced before anybody was told,
// from clients who know its ID.
func TestNothingToldOfWhatIsNotDelivered(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, o out) (document, delivery store.ID){
		"draft": func(t *testing.T, o out) (store.ID, store.ID) {
			return o.hand(t, "a", func(d *portal.Draft) { d.Deliver = false })
		},
		"scheduled": func(t *testing.T, o out) (store.ID, store.ID) {
			return o.hand(t, "a", func(d *portal.Draft) { d.DueAt = o.now.Add(time.Hour) })
		},
		"replaced": func(t *testing.T, o out) (store.ID, store.ID) {
			document, id := o.hand(t, "a", nil)
			_, err := o.Replace(t.Context(), o.boss, document, portal.Draft{Title: "訂正", Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, "b.txt", "b")}, Offices: []store.ID{"x1"}, Deliver: true})
			must(t, err)
			return document, id
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			document, id := prepare(t, o)
			o.persons(t, document)
			if left, err := o.PersonsLeft(t.Context(), o.client, []store.ID{id}); err != nil || len(left) != 0 {
				t.Errorf("counted: %v, %v", left, err)
			}
			if _, err := o.Told(t.Context(), o.client, id); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("read: %v", err)
			}
		})
	}
}
