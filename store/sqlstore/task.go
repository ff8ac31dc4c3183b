package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type tasks struct{ *tx }

func (t tasks) Add(ctx context.Context, n store.Task) error {
	return fault("add a task to "+string(n.Kind), t.q.AddTask(ctx, records.AddTaskParams{
		TenantID: t.id(), Kind: string(n.Kind), Subject: n.Subject, ID: string(n.ID), DueAt: micros(n.DueAt),
	}))
}

func (t tasks) Done(ctx context.Context, kind store.TaskKind, subject string) error {
	return fault("end a task to "+string(kind), t.q.DoneTask(ctx, records.DoneTaskParams{
		TenantID: t.id(), Kind: string(kind), Subject: subject,
	}))
}

func (t tasks) Find(ctx context.Context, kind store.TaskKind, subject string) (store.Task, error) {
	row, err := t.q.GetTask(ctx, records.GetTaskParams{TenantID: t.id(), Kind: string(kind), Subject: subject})
	if err != nil {
		return store.Task{}, fault("find a task to "+string(kind), err)
	}
	return taskOf(row), nil
}

func taskOf(r records.Task) store.Task {
	return store.Task{
		ID: store.ID(r.ID), TenantID: store.ID(r.TenantID), Kind: store.TaskKind(r.Kind), Subject: r.Subject,
		DueAt: moment(r.DueAt), Attempts: int(r.Attempts), Lost: int(r.Lost), Failure: r.Failure,
	}
}
