package job

import (
	"context"
	"sync"
	"time"

	"cloudpocket/store"
)

// lane carries out the tasks of one kind.
type lane struct {
	*Runner
	kind   store.TaskKind
	handle Handler
	end    GiveUp
	kick   <-chan struct{}
	lease  time.Duration
	poll   time.Duration
	hands  chan struct{} // holds one for each task that is being carried out
	away   int           // how often in a row the queue could not be asked

	longest time.Duration
}

// run leases and begins until ctx ends, and then waits for what was begun, which works under work.
func (l *lane) run(ctx, work context.Context) {
	var begun sync.WaitGroup
	defer begun.Wait()
	for l.handFree(ctx) {
		tasks, err := l.take(ctx)
		if err != nil {
			l.lost(ctx, err)
			continue
		}
		l.found()
		for _, t := range tasks {
			l.hands <- struct{}{}
			begun.Go(func() {
				defer func() { <-l.hands }()
				l.attempt(ctx, work, t)
			})
		}
		if len(tasks) == 0 {
			l.rest(ctx)
		}
	}
}

// handFree waits for a hand, and reports false when ctx has ended.
func (l *lane) handFree(ctx context.Context) bool {
	select {
	case l.hands <- struct{}{}:
		<-l.hands // nobody else takes one
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// take leases as many tasks as there are free hands. An end of ctx does not cut it off, or a task that was just leased
// would stay so with nobody at it.
func (l *lane) take(ctx context.Context) ([]store.Task, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), queueTime)
	defer cancel()
	now := l.Now()
	return l.Queue.Lease(ctx, []store.TaskKind{l.kind}, cap(l.hands)-len(l.hands), now, now.Add(l.lease))
}

// queueTime bounds what the queue takes to answer.
const queueTime = 10 * time.Second

// rest waits for new work.
func (l *lane) rest(ctx context.Context) {
	next := time.NewTimer(jittered(l.poll))
	defer next.Stop()
	select {
	case <-next.C:
	case <-l.kick:
	case <-ctx.Done():
	}
}

// lost waits when the queue cannot be asked, longer each time; kicks change nothing about that.
func (l *lane) lost(ctx context.Context, err error) {
	if l.away++; l.away == 1 {
		l.Log.Warn("work cannot be looked for", "kind", l.kind, "error", err)
	}
	next := time.NewTimer(jittered(min(l.poll<<min(l.away-1, 10), awayTime)))
	defer next.Stop()
	select {
	case <-next.C:
	case <-ctx.Done():
	}
}

// awayTime is how long a queue that is away is left alone at most.
const awayTime = 15 * time.Second

func (l *lane) found() {
	if l.away > 0 {
		l.Log.Info("work can be looked for again", "kind", l.kind, "failures", l.away)
		l.away = 0
	}
}
