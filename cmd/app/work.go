package app

import (
	"context"
	"errors"
	"maps"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/job"
	"cloudpocket/store"
)

// runner carries out what is owed, beside the server. A new kind of work is a row here.
func (a *App) runner() (*job.Runner, error) {
	r := &job.Runner{
		Queue: a.Stores.Records.Queue(), Now: a.now, Log: a.log, Lease: a.config.TaskLease, Drain: a.config.Drain,
		// Sorting waits for the disk more than it computes, and those at it together share commits. Webhooks wait for others.
		Hands: map[store.TaskKind]int{store.TaskSort: 8, store.TaskNumbers: 1, store.TaskWebhook: 8},
		// Ten attempts are a quarter of an hour. A process that dies takes along what else it was at: three times is no chance.
		GiveUps: map[store.TaskKind]job.GiveUp{store.TaskSort: {Attempts: 10, Lost: 3, Do: a.Portal.GiveUpSort}, store.TaskNumbers: {Attempts: 10, Lost: 3, Do: a.Portal.GiveUpNumbers}},
		Handlers: map[store.TaskKind]job.Handler{
			store.TaskSort:    a.Portal.Sort,
			store.TaskNumbers: job.Numbers(a.Portal),

			store.TaskKeys:            a.Portal.WarnKeys,
			store.TaskInventory:       a.Portal.MakeInventory,
			store.TaskRemindInventory: a.Portal.RemindInventory,
		},
	}
	return r, a.outwardWork(r.Handlers)
}

const (
	owedEvery = time.Minute
	owedLate  = 2 * time.Minute // how long work may be due before the log says so
)

// keepWatch tells the log of work that is not done in time. /readyz says nothing about it: an instance that works off
// a queue is the last that should be taken out.
func (a *App) keepWatch(ctx context.Context) {
	tick := time.NewTicker(owedEvery)
	defer tick.Stop()
	var last map[store.TaskKind]int
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		owed, err := a.Stores.Records.Queue().Owed(ctx, a.now().Add(-owedLate))
		if err != nil {
			continue // the lanes say that the queue is away
		}
		a.tellOwed(last, owed)
		last = owed
	}
}

// tellOwed says what is late, when that changed, and when nothing is any more.
func (a *App) tellOwed(last, owed map[store.TaskKind]int) {
	switch {
	case maps.Equal(last, owed):
	case len(owed) == 0:
		a.log.Info("no work is late any more")
	default:
		a.log.Warn("work is late", "owed", owed, "by", owedLate)
	}
}

// oweInventories sees to it that every tenant is owed the next month's inventory and the day's look at its keys, those too
// that were there before there were any. The records may be away at the start, so it is tried until they are there.
func (a *App) oweInventories(ctx context.Context) {
	for {
		ids, err := a.tenantIDs(ctx)
		if err == nil {
			setup := portal.Setup{Portal: a.Portal}
			err = errors.Join(setup.OweInventories(ctx, ids), setup.OweKeyWarnings(ctx, ids))
		}
		if err == nil || ctx.Err() != nil {
			return
		}
		a.log.Warn("owe the month's inventories of accounts", "error", err)
		select {
		case <-time.After(owedEvery):
		case <-ctx.Done():
		}
	}
}
