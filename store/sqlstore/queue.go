package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// queue is the tasks of all tenants. Its transactions hold no tenant: a lease does not wait for the Updates of those
// whose tasks it takes, nor they for it.
type queue struct{ s *Store }

// Queue reaches the tasks of all tenants.
func (s *Store) Queue() store.TaskQueue { return queue{s} }

// Lease looks first without a lock: most of the time there is nothing to take.
func (q queue) Lease(ctx context.Context, kinds []store.TaskKind, n int, now, until time.Time) ([]store.Task, error) {
	arg := records.FindFreeTasksParams{Now: micros(now), Size: int64(n)}
	if n < 1 {
		return nil, nil
	}
	free, err := freeTasks(kinds, arg, func(p records.FindFreeTasksParams) ([]records.Task, error) {
		return q.s.alone().FindFreeTasks(ctx, p)
	})
	if err != nil || len(free) == 0 {
		return nil, fault("look for tasks", err)
	}
	var taken []records.Task
	err = q.s.back.write(ctx, func(on *dbtx) error {
		taken, err = freeTasks(kinds, arg, func(p records.FindFreeTasksParams) ([]records.Task, error) {
			return q.s.back.freeTasks(ctx, on, p)
		})
		if err != nil {
			return err
		}
		return lease(ctx, records.New(on), taken, micros(until))
	})
	if err != nil {
		return nil, fault("lease tasks", err)
	}
	all := make([]store.Task, len(taken))
	for i, r := range taken {
		all[i] = taskOf(r)
		all[i].Attempts++
		all[i].Lost += int(r.Leased)
	}
	return all, nil
}

// freeTasks returns the oldest of what find finds for each kind.
func freeTasks(kinds []store.TaskKind, p records.FindFreeTasksParams, find func(records.FindFreeTasksParams) ([]records.Task, error)) ([]records.Task, error) {
	var all []records.Task
	for _, kind := range distinct(kinds) {
		p.Kind = string(kind)
		rows, err := find(p)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, oldestTask)
	return all[:min(len(all), int(p.Size))], nil
}

func oldestTask(a, b records.Task) int {
	return cmp.Or(cmp.Compare(a.FreeAt, b.FreeAt), cmp.Compare(a.TenantID, b.TenantID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
}

// lease keeps others from tasks, which the transaction has to itself, by one statement for each tenant and kind.
func lease(ctx context.Context, q *records.Queries, all []records.Task, until int64) error {
	type owner struct{ tenant, kind string }
	subjects := map[owner][]string{}
	for _, r := range all {
		o := owner{r.TenantID, r.Kind}
		subjects[o] = append(subjects[o], r.Subject)
	}
	for o, s := range subjects {
		for part := range slices.Chunk(s, leftSize) {
			err := q.LeaseTasks(ctx, records.LeaseTasksParams{Until: until, TenantID: o.tenant, Kind: o.kind, Subjects: texts(part)})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Renew knows a lease as Fail does.
func (q queue) Renew(ctx context.Context, t store.Task, until time.Time) error {
	if err := q.s.open(); err != nil {
		return err
	}
	err := q.s.back.write(ctx, func(on *dbtx) error {
		n, err := records.New(on).RenewTask(ctx, records.RenewTaskParams{
			Until: micros(until), TenantID: string(t.TenantID), Kind: string(t.Kind), Subject: t.Subject, ID: string(t.ID), Attempts: int64(t.Attempts),
		})
		if err == nil && n == 0 {
			return missing("it is not leased any more")
		}
		return err
	})
	return fault("renew the lease of a task to "+string(t.Kind), err)
}

// Fail knows a lease by the task's ID and how often it was begun.
func (q queue) Fail(ctx context.Context, t store.Task, due time.Time, failure string) error {
	if err := q.s.open(); err != nil {
		return err
	}
	err := q.s.back.write(ctx, func(on *dbtx) error {
		return records.New(on).FailTask(ctx, records.FailTaskParams{
			DueAt: micros(due), Failure: plain(failure), TenantID: string(t.TenantID), Kind: string(t.Kind), Subject: t.Subject,
			ID: string(t.ID), Attempts: int64(t.Attempts),
		})
	})
	return fault("give back a task to "+string(t.Kind), err)
}

func (q queue) Owed(ctx context.Context, before time.Time) (map[store.TaskKind]int, error) {
	rows, err := q.s.alone().CountOwedTasks(ctx, micros(before))
	if err != nil {
		return nil, fault("count the tasks that are owed", err)
	}
	owed := map[store.TaskKind]int{}
	for _, r := range rows {
		owed[store.TaskKind(r.Kind)] = int(r.Tasks)
	}
	return owed, nil
}
