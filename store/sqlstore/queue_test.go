package sqlstore

import (
	"context"
	"testing"
	"time"

	"cloudpocket/store"
)

// On PostgreSQL a lease neither waits for an Update of the tenant whose tasks it takes, nor takes what that Update is
// about to change.
func TestLeaseDoesNotWait(t *testing.T) {
	s, ctx := openTest(t, postgresConfig(t)), t.Context()
	smallFirm(t, s, 0)
	add := func(tx store.Tx, subject string) error {
		return tx.Tasks().Add(ctx, store.Task{ID: store.ID(subject), Kind: store.TaskSort, Subject: subject, DueAt: benchTime})
	}
	must(t, s.Update(ctx, "firm", func(tx store.Tx) error { must(t, add(tx, "a")); return add(tx, "b") }))
	must(t, s.Update(ctx, "firm", func(tx store.Tx) error {
		must(t, tx.Tasks().Done(ctx, store.TaskSort, "a"))
		must(t, addCompany(ctx, tx, "new"))
		soon, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		all, err := s.Queue().Lease(soon, []store.TaskKind{store.TaskSort}, 5, benchTime, benchTime.Add(time.Hour))
		must(t, err)
		if len(all) != 1 || all[0].Subject != "b" {
			t.Errorf("leased %v", all)
		}
		return nil
	}))
}

// Asking for work when there is none writes nothing.
func TestIdleLeaseWritesNothing(t *testing.T) {
	s, ctx := openTest(t, sqliteConfig(t)), t.Context()
	smallFirm(t, s, 0)
	must(t, s.back.write(ctx, func(*dbtx) error { // holds the only turn there is to write
		all, err := s.Queue().Lease(ctx, []store.TaskKind{store.TaskSort, store.TaskMail}, 5, benchTime, benchTime.Add(time.Hour))
		if len(all) != 0 {
			t.Errorf("leased %v", all)
		}
		return err
	}))
}
