package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
)

// addTask adds a task whose ID and subject are the same.
func (f firm) addTask(kind store.TaskKind, subject string, due time.Time) {
	f.t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) {
		must(f.t, tx.Tasks().Add(ctx, store.Task{ID: store.ID(subject), Kind: kind, Subject: subject, DueAt: due}))
	})
}

// lease returns what can be leased of all kinds that the suite uses, for ten minutes.
func (f firm) lease(n int, now time.Time) []store.Task {
	f.t.Helper()
	all, err := f.records.Queue().Lease(f.t.Context(), []store.TaskKind{store.TaskMail, store.TaskSort, store.TaskMail}, n, now, now.Add(10*time.Minute))
	must(f.t, err)
	return all
}

func subjects(all []store.Task) (s []string) {
	for _, t := range all {
		s = append(s, t.Subject)
	}
	return s
}

func recordsTasks(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	want := store.Task{ID: "t1", TenantID: "firm", Kind: store.TaskSort, Subject: "p1", DueAt: day}
	find := func(ctx context.Context, tx store.Tx) {
		t.Helper()
		got, err := tx.Tasks().Find(ctx, store.TaskSort, "p1")
		must(t, err)
		same(t, "the task", got, want)
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		added := want
		added.TenantID, added.Attempts, added.Failure = "other", 9, "x"
		must(t, tx.Tasks().Add(ctx, added))
		find(ctx, tx)
		must(t, tx.Tasks().Add(ctx, store.Task{ID: "t2", Kind: store.TaskSort, Subject: "p1", DueAt: day.Add(time.Hour)}))
		find(ctx, tx)
		must(t, tx.Tasks().Add(ctx, store.Task{ID: "t3", Kind: store.TaskSort, Subject: "p1", DueAt: day.Add(-time.Hour)}))
		want.DueAt = day.Add(-time.Hour)
		find(ctx, tx)
		must(t, tx.Tasks().Add(ctx, store.Task{ID: "t1", Kind: store.TaskMail, Subject: "p1", DueAt: day}))
		must(t, tx.Tasks().Done(ctx, store.TaskMail, "p1"))
		must(t, tx.Tasks().Done(ctx, store.TaskMail, "p1"))
		_, err := tx.Tasks().Find(ctx, store.TaskMail, "p1")
		isKind(t, err, store.ErrNotFound)
		find(ctx, tx)
	})
	err := f.records.Update(t.Context(), f.id, func(tx store.Tx) error {
		must(t, tx.Tasks().Done(t.Context(), store.TaskSort, "p1"))
		must(t, tx.Tasks().Add(t.Context(), store.Task{ID: "t4", Kind: store.TaskSort, Subject: "undone", DueAt: day}))
		return errUndo
	})
	same(t, "the error", err, errUndo)
	f.view(func(ctx context.Context, tx store.Tx) {
		find(ctx, tx)
		_, err := tx.Tasks().Find(ctx, store.TaskSort, "undone")
		isKind(t, err, store.ErrNotFound)
	})
	same(t, "what an Update that was undone leaves to do", subjects(f.lease(9, day)), []string{"p1"})
}

func tasksLease(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	g := addFirm(t, f.records, "other")
	same(t, "of nothing", f.lease(9, day), nil)
	for i := range 3 {
		f.addTask(store.TaskSort, fmt.Sprint("s", i), day.Add(time.Duration(2*i)*time.Second))
		g.addTask(store.TaskMail, fmt.Sprint("m", i), day.Add(time.Duration(2*i+1)*time.Second))
	}
	f.addTask(store.TaskScan, "not asked for", day.Add(-time.Hour))
	same(t, "before they are due", subjects(f.lease(9, day.Add(-1000))), nil)
	same(t, "none asked for", subjects(f.lease(0, day)), nil)
	same(t, "on the moment", subjects(f.lease(9, day)), []string{"s0"})
	now := day.Add(4 * time.Second)
	same(t, "the oldest of two kinds and tenants", subjects(f.lease(2, now)), []string{"m0", "s1"})
	rest := f.lease(9, now)
	same(t, "the rest", subjects(rest), []string{"m1", "s2"})
	same(t, "whole", rest[0], store.Task{ID: "m1", TenantID: "other", Kind: store.TaskMail, Subject: "m1", DueAt: day.Add(3 * time.Second), Attempts: 1})
	same(t, "nothing left", subjects(f.lease(9, now)), nil)
	owed, err := f.records.Queue().Owed(t.Context(), now)
	must(t, err)
	same(t, "owed", owed, map[store.TaskKind]int{store.TaskSort: 2, store.TaskMail: 2, store.TaskScan: 1})
	same(t, "while the first lease stands, and the last task is due", subjects(f.lease(9, day.Add(10*time.Minute-1000))), []string{"m2"})
	again := f.lease(9, day.Add(10*time.Minute))
	same(t, "when the first lease ends", subjects(again), []string{"s0"})
	same(t, "begun twice, and lost once", []int{again[0].Attempts, again[0].Lost}, []int{2, 1})
	same(t, "no kinds", func() int {
		all, err := f.records.Queue().Lease(t.Context(), nil, 9, now.Add(time.Hour), now.Add(2*time.Hour))
		must(t, err)
		return len(all)
	}(), 0)
}

func tasksFail(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	q, ctx := f.records.Queue(), t.Context()
	check := func(what string, want store.Task) {
		t.Helper()
		f.view(func(ctx context.Context, tx store.Tx) {
			got, err := tx.Tasks().Find(ctx, store.TaskSort, "p")
			must(t, err)
			same(t, what, got, want)
		})
	}
	f.addTask(store.TaskSort, "p", day)
	first := f.lease(1, day)[0]
	must(t, q.Fail(ctx, first, day.Add(time.Hour), "the scanner is away\x00"))
	failed := first
	failed.DueAt, failed.Failure = day.Add(time.Hour), "the scanner is away\uFFFD"
	check("given back", failed)
	must(t, q.Fail(ctx, first, day, "again"))
	check("given back twice", failed)
	same(t, "before it is due again", subjects(f.lease(1, day.Add(59*time.Minute))), nil)
	second := f.lease(1, day.Add(time.Hour))[0]
	same(t, "begun twice, and never lost", []any{second.Attempts, second.Lost, second.Failure}, []any{2, 0, failed.Failure})
	must(t, q.Fail(ctx, first, day, "from a lease that ended"))
	check("given back by who had it before", second)
	f.addTask(store.TaskSort, "p", day.Add(time.Minute))
	second.DueAt = day.Add(time.Minute)
	check("brought forward while leased", second)
	same(t, "still leased", subjects(f.lease(1, day.Add(time.Hour))), nil)
	must(t, q.Fail(ctx, second, day.Add(3*time.Hour), "x"))
	f.addTask(store.TaskSort, "p", day.Add(2*time.Hour))
	same(t, "brought forward while waiting", subjects(f.lease(1, day.Add(2*time.Hour))), []string{"p"})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Tasks().Done(ctx, store.TaskSort, "p"))
		must(t, tx.Tasks().Add(ctx, store.Task{ID: "anew", Kind: store.TaskSort, Subject: "p", DueAt: day}))
	})
	anew := f.lease(1, day)[0]
	must(t, q.Fail(ctx, first, day, "of a task that is gone"))
	check("another one of that subject", anew)
	must(t, q.Fail(ctx, store.Task{ID: "none", TenantID: "firm", Kind: store.TaskSort, Subject: "none"}, day, "x"))
}

// tasksRenew has a lease go on for as long as it is renewed.
func tasksRenew(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	q, ctx := f.records.Queue(), t.Context()
	f.addTask(store.TaskSort, "p", day)
	first := f.lease(1, day)[0]
	must(t, q.Renew(ctx, first, day.Add(30*time.Minute)))
	same(t, "when the first lease would have ended", subjects(f.lease(1, day.Add(29*time.Minute))), nil)
	second := f.lease(1, day.Add(30*time.Minute))[0]
	same(t, "when the renewed one ends", []int{second.Attempts, second.Lost}, []int{2, 1})
	isKind(t, q.Renew(ctx, first, day.Add(time.Hour)), store.ErrNotFound)
	must(t, q.Fail(ctx, second, day, "x"))
	isKind(t, q.Renew(ctx, second, day.Add(time.Hour)), store.ErrNotFound)
	same(t, "given back", subjects(f.lease(1, day)), []string{"p"})
	f.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Tasks().Done(ctx, store.TaskSort, "p")) })
	isKind(t, q.Renew(ctx, second, day.Add(time.Hour)), store.ErrNotFound)
}

// tasksTwoHandles has two handles lease what there is at once, many at a time: each task comes once.
func tasksTwoHandles(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	g := addFirm(t, f.records, "other")
	const each = 60
	for i := range each {
		f.addTask(store.TaskSort, fmt.Sprint("s", i), day)
		g.addTask(store.TaskMail, fmt.Sprint("m", i), day)
	}
	var lock sync.Mutex
	taken := map[string]int{}
	count := func(all []store.Task) int {
		lock.Lock()
		defer lock.Unlock()
		for _, n := range all {
			taken[n.Subject]++
		}
		return len(taken)
	}
	handles := []firm{f, {t, open(t), "firm"}}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
				all, err := handles[i%2].records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort, store.TaskMail}, 3, day, day.Add(time.Hour))
				if err != nil {
					t.Error(err)
					return
				}
				if count(all) == 2*each {
					return
				}
			}
		})
	}
	wg.Wait()
	same(t, "tasks that were leased", len(taken), 2*each)
	for subject, n := range taken {
		if n != 1 {
			t.Errorf("%s was leased %d times", subject, n)
		}
	}
}

// tasksDoneOnce has several carry out the same task, whose leases end at once: what it does is done once.
func tasksDoneOnce(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	handles := []store.Records{f.records, open(t)}
	f.addTask(store.TaskSort, "p", day)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := carryOut(t.Context(), handles[i%2], i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	same(t, "companies that were made", f.companies(), 1)
	same(t, "events", f.verify(), 1)
	same(t, "what is left to do", subjects(f.lease(9, day.AddDate(1, 0, 0))), nil)
}

func carryOut(ctx context.Context, r store.Records, i int) error {
	now := day.Add(time.Duration(i) * time.Hour)
	leased, err := r.Queue().Lease(ctx, []store.TaskKind{store.TaskSort}, 1, now, now)
	if err != nil || len(leased) == 0 {
		return err
	}
	return r.Update(ctx, "firm", func(tx store.Tx) error {
		if _, err := tx.Tasks().Find(ctx, store.TaskSort, "p"); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		err := tx.Companies().Create(ctx, store.Company{ID: store.ID(fmt.Sprint("c", i))})
		if err == nil {
			err = tx.Audit().Append(ctx, store.AuditEvent{At: day})
		}
		if err == nil {
			err = tx.Tasks().Done(ctx, store.TaskSort, "p")
		}
		return err
	})
}

// tasksBesideUpdates leases while an Update of the same tenant is under way, and after it was undone.
func tasksBesideUpdates(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	f.addTask(store.TaskSort, "p", day)
	leased := make(chan []string, 1)
	err := f.records.Update(t.Context(), f.id, func(tx store.Tx) error {
		must(t, tx.Tasks().Done(t.Context(), store.TaskSort, "p"))
		must(t, tx.Tasks().Add(t.Context(), store.Task{ID: "late", Kind: store.TaskSort, Subject: "late", DueAt: day}))
		go func() { leased <- subjects(f.lease(9, day)) }()
		select {
		case got := <-leased: // it did not wait for the Update, and takes nothing that is being changed
			same(t, "beside an Update", got, nil)
			leased <- nil
		case <-time.After(200 * time.Millisecond): // it waits for the Update to end
		}
		return errUndo
	})
	same(t, "the error", err, errUndo)
	got := append(<-leased, subjects(f.lease(9, day))...)
	same(t, "after it was undone", got, []string{"p"})
}
