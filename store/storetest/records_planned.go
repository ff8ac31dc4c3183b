package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

// draft makes a document and a draft delivery of it, both of that ID.
func (f firm) draft(id, office store.ID) {
	f.t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) {
		must(f.t, tx.Documents().Create(ctx, newDocument(id, "tax", day)))
		must(f.t, tx.Deliveries().Create(ctx, store.Delivery{ID: id, DocumentID: id, OfficeID: office, CreatedAt: day}))
	})
}

func deliveriesPlanned(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.draft("v", "blue-1")
	plan := store.DeliveryPlan{By: "staff", DueAt: day.Add(time.Hour), ExpiresAt: day.AddDate(0, 1, 0), TwoPersons: true}
	want := store.Delivery{ID: "v", DocumentID: "v", OfficeID: "blue-1", State: store.DeliveryDraft, CreatedAt: day}
	get := func(ctx context.Context, tx store.Tx, what string) {
		t.Helper()
		got, err := tx.Deliveries().Get(ctx, "v")
		must(t, err)
		same(t, what, got, want)
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		v := tx.Deliveries()
		isKind(t, v.Unschedule(ctx, "v"), store.ErrConflict)
		isKind(t, v.Approve(ctx, "v", "boss", day), store.ErrConflict)
		for _, err := range []error{v.Schedule(ctx, "none", plan), v.Unschedule(ctx, "none"), v.Approve(ctx, "none", "boss", day)} {
			isKind(t, err, store.ErrNotFound)
		}
		must(t, v.Schedule(ctx, "v", plan))
		want.State, want.Plan = store.DeliveryScheduled, plan
		get(ctx, tx, "scheduled")
		_, err := v.Deliver(ctx, "v", "staff", day)
		isKind(t, err, store.ErrConflict)
		isKind(t, v.Approve(ctx, "v", "staff", day), store.ErrDenied)
		must(t, v.Approve(ctx, "v", "boss", day.Add(time.Minute)))
		isKind(t, v.Approve(ctx, "v", "boss", day), store.ErrConflict)
		isKind(t, v.Approve(ctx, "v", "other", day), store.ErrConflict)
		want.ApprovedBy, want.ApprovedAt = "boss", day.Add(time.Minute)
		get(ctx, tx, "approved")
		plan.DueAt = day.Add(2 * time.Hour)
		must(t, v.Schedule(ctx, "v", plan))
		want.Plan, want.ApprovedBy, want.ApprovedAt = plan, "", time.Time{}
		get(ctx, tx, "scheduled anew")
		must(t, v.Approve(ctx, "v", "boss", day))
		must(t, v.Unschedule(ctx, "v"))
		want.State, want.Plan = store.DeliveryDraft, store.DeliveryPlan{}
		get(ctx, tx, "unscheduled")
		must(t, v.Schedule(ctx, "v", plan))
		must(t, v.Approve(ctx, "v", "boss", day))
		n, err := v.Deliver(ctx, "v", "boss", day.Add(3*time.Hour))
		must(t, err)
		same(t, "receipts opened", n, 2)
		want.State, want.Plan, want.ApprovedBy, want.ApprovedAt = store.DeliveryDelivered, plan, "boss", day
		want.DeliveredBy, want.DeliveredAt = "boss", day.Add(3*time.Hour)
		get(ctx, tx, "delivered")
		for _, err := range []error{v.Schedule(ctx, "v", plan), v.Unschedule(ctx, "v"), v.Approve(ctx, "v", "else", day)} {
			isKind(t, err, store.ErrConflict)
		}
	})
}

func deliveriesScheduled(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	offices := []store.ID{"blue-1", "blue-2", "red-1"}
	for i := range 11 {
		f.draft(store.ID(fmt.Sprintf("v%02d", i)), offices[i%3])
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := range 9 { // the last two stay drafts
			due := day.Add(-time.Duration(i/3) * time.Hour)
			must(t, tx.Deliveries().Schedule(ctx, store.ID(fmt.Sprintf("v%02d", i)), store.DeliveryPlan{By: "staff", DueAt: due}))
		}
		_, err := tx.Deliveries().Deliver(ctx, "v04", "staff", day)
		must(t, err)
	})
	for _, row := range []struct {
		name  string
		scope store.OfficeScope
		want  []store.ID
	}{
		{"all", everyOffice(), []store.ID{"v06", "v07", "v08", "v03", "v05", "v00", "v01", "v02"}},
		{"one office", someOffices("blue-1"), []store.ID{"v06", "v03", "v00"}},
		{"two offices", someOffices("blue-2", "red-1"), []store.ID{"v07", "v08", "v05", "v01", "v02"}},
		{"no offices", store.OfficeScope{}, nil},
		{"an office that is not there", someOffices("none"), nil},
	} {
		f.view(func(ctx context.Context, tx store.Tx) {
			for size := 1; size < 10; size++ {
				var got []store.ID
				for _, d := range walk(t, size, func(p store.Page) (store.List[store.Delivery], error) {
					return tx.Deliveries().Scheduled(ctx, row.scope, p)
				}) {
					got = append(got, d.ID)
				}
				same(t, row.name, got, row.want)
			}
		})
	}
}

func deliveriesExpire(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.addAccount(newAccount("two", "blue", someOffices("blue-1")))
	f.addAccount(newAccount("gone", "blue", someOffices("blue-1")))
	f.deliver("d1", "tax", day, "blue-1", "blue-2")
	f.draft("scheduled", "blue-1")
	f.draft("draft", "blue-1")
	f.record("one", "d1-blue-1", store.Viewed, day)
	f.record("two", "d1-blue-1", store.Downloaded, day)
	f.setAccount("gone", func(a *store.Account) { a.Offices = store.OfficeScope{} })
	f.update(func(ctx context.Context, tx store.Tx) {
		v := tx.Deliveries()
		must(t, v.Schedule(ctx, "scheduled", store.DeliveryPlan{By: "staff", DueAt: day}))
		for id, want := range map[store.ID]*store.Error{"draft": store.ErrConflict, "scheduled": store.ErrConflict, "none": store.ErrNotFound} {
			_, _, err := v.Expire(ctx, id)
			isKind(t, err, want)
		}
		unopened, all, err := v.Expire(ctx, "d1-blue-1")
		must(t, err)
		same(t, "never opened, and all", []int{unopened, all}, []int{1, 3})
		_, _, err = v.Expire(ctx, "d1-blue-1")
		isKind(t, err, store.ErrConflict)
		isKind(t, v.Withdraw(ctx, "d1-blue-1", "staff", day, ""), store.ErrConflict)
		_, err = v.Deliver(ctx, "d1-blue-1", "staff", day)
		isKind(t, err, store.ErrConflict)
		got, err := v.Get(ctx, "d1-blue-1")
		must(t, err)
		same(t, "the state", got.State, store.DeliveryExpired)
		_, err = tx.Receipts().Get(ctx, "one", "d1-blue-1")
		isKind(t, err, store.ErrNotFound)
	})
	same(t, "one's inbox", f.inbox("one", store.InboxFilter{}), nil)
	same(t, "all's inbox", f.inbox("all", store.InboxFilter{}), []store.ID{"d1-blue-2"})
	f.setAccount("one", func(a *store.Account) { a.Offices = everyOffice() })
	f.setAccount("gone", func(a *store.Account) { a.Offices = everyOffice() })
	f.addAccount(newAccount("late", "blue", everyOffice()))
	for _, who := range []store.ID{"one", "gone", "late"} {
		same(t, "the inbox of "+string(who)+" whose scope has grown", f.inbox(who, store.InboxFilter{}), []store.ID{"d1-blue-2"})
	}
	f.expiredSummary()
}

// expiredSummary looks at what deliveriesExpire leaves.
func (f firm) expiredSummary() {
	f.view(func(ctx context.Context, tx store.Tx) {
		l, err := tx.Documents().List(ctx, everyOffice(), store.DocumentFilter{}, store.Page{})
		must(f.t, err)
		got := map[store.ID][]int{}
		for _, s := range l.Items {
			got[s.ID] = []int{s.Drafts, s.Scheduled, s.Delivered, s.Withdrawn, s.Expired, s.Recipients, s.Viewed}
		}
		same(f.t, "the summaries", got, map[store.ID][]int{
			"d1": {0, 0, 1, 0, 1, 4, 0}, "draft": {1, 0, 0, 0, 0, 0, 0}, "scheduled": {0, 1, 0, 0, 0, 0, 0},
		})
		all, err := tx.Receipts().ByDocument(ctx, "d1", store.Page{})
		must(f.t, err)
		same(f.t, "receipts, hidden ones too", len(all.Items), 8)
	})
}
