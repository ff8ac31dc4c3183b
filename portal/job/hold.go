package job

import (
	"context"
	"errors"
	"time"

	"cloudpocket/store"
)

// hold renews the lease of a task until stop is called, also when the handler goes on after its time: while somebody is at
// a task nobody else takes it. Where the lease cannot be renewed, cut is called a little before it ends.
func (l *lane) hold(work context.Context, cut func(), t store.Task) (stop func()) {
	ctx, end := context.WithCancel(context.WithoutCancel(work))
	last := time.AfterFunc(l.lease-l.lease/10, cut)
	go func() {
		tick := time.NewTicker(max(l.lease/3, time.Millisecond))
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := l.renew(ctx, t)
			switch {
			case err == nil:
				last.Reset(l.lease - l.lease/10)
			case errors.Is(err, store.ErrNotFound): // it is done, or another has it
				return
			case ctx.Err() == nil:
				l.Log.Warn("a lease could not be renewed", "kind", t.Kind, "task", t.ID, "error", err)
			}
		}
	}()
	return func() { end(); last.Stop() }
}

func (l *lane) renew(ctx context.Context, t store.Task) error {
	ctx, cancel := context.WithTimeout(ctx, min(queueTime, l.lease/3))
	defer cancel()
	return l.Queue.Renew(ctx, t, l.Now().Add(l.lease))
}
