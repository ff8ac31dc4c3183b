package job

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"cloudpocket/store"
)

// Handler carries out one task. nil means that the task was removed in the transaction of what was done; any other
// return, or a panic, means that it is to be tried again. ctx ends before the lease does where that cannot be renewed.
type Handler = func(ctx context.Context, t store.Task) error

// Runner carries out tasks of all tenants. Several of them, in one process or many, share the work.
type Runner struct {
	Queue    store.TaskQueue
	Handlers map[store.TaskKind]Handler // tasks of other kinds are left to others
	Now      func() time.Time
	Log      *slog.Logger

	GiveUps map[store.TaskKind]GiveUp // when tasks of a kind are not tried any more; unsaid: never

	Hands map[store.TaskKind]int // how many of a kind are carried out at once; unsaid: DefaultHands
	Lease time.Duration          // how long others keep from a task after its process was last heard of; zero: DefaultLease
	Time  time.Duration          // how long a handler may take; zero: DefaultTime
	Poll  time.Duration          // how often to look for work that others added; zero: DefaultPoll
	Drain time.Duration          // how long handlers may go on when Run is told to stop; zero: DefaultDrain

	once  sync.Once
	kicks map[store.TaskKind]chan struct{}
}

// What a Runner does unless told otherwise.
const (
	DefaultHands = 2
	DefaultLease = time.Minute
	DefaultTime  = 10 * time.Minute
	DefaultPoll  = time.Second
	DefaultDrain = 20 * time.Second
)

// Kick has the runner look for work at once. It never waits, and may come before Run.
func (r *Runner) Kick() {
	r.prepare()
	for _, kick := range r.kicks {
		select {
		case kick <- struct{}{}:
		default: // one that was not heeded yet is enough
		}
	}
}

func (r *Runner) prepare() {
	r.once.Do(func() {
		r.kicks = map[store.TaskKind]chan struct{}{}
		for kind := range r.Handlers {
			r.kicks[kind] = make(chan struct{}, 1)
		}
	})
}

// Run carries out what is due, now and as it comes, until ctx ends. Then it begins nothing more, and returns when the
// handlers that were at work have ended or were cut off after Drain; what was not done is free for others by then.
func (r *Runner) Run(ctx context.Context) {
	r.prepare()
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	defer context.AfterFunc(ctx, func() { r.cutLater(work, cut) })()
	var lanes sync.WaitGroup
	for kind, handle := range r.Handlers {
		l := r.lane(kind, handle)
		lanes.Go(func() { l.run(ctx, work) })
	}
	lanes.Wait()
}

// cutLater ends the handlers' context after Drain, unless they are done by then.
func (r *Runner) cutLater(work context.Context, cut context.CancelFunc) {
	late := time.NewTimer(cmp.Or(r.Drain, DefaultDrain))
	defer late.Stop()
	select {
	case <-late.C:
		cut()
	case <-work.Done():
	}
}

func (r *Runner) lane(kind store.TaskKind, handle Handler) *lane {
	return &lane{
		Runner: r, kind: kind, handle: handle, end: r.GiveUps[kind], longest: cmp.Or(r.Time, DefaultTime), kick: r.kicks[kind],
		lease: cmp.Or(r.Lease, DefaultLease), poll: cmp.Or(r.Poll, DefaultPoll),
		hands: make(chan struct{}, cmp.Or(r.Hands[kind], DefaultHands)),
	}
}
