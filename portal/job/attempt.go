package job

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"cloudpocket/store"
)

// attempt carries out a leased task, and gives it back when that fails. Told to stop before it began, it gives the task
// back untouched.
func (l *lane) attempt(ctx, work context.Context, t store.Task) {
	if ctx.Err() != nil {
		l.giveBack(work, t, l.Now(), "not begun: the service stopped")
		return
	}
	began := l.Now()
	var err error
	if l.end.hopeless(t) {
		err = l.giveUp(work, t, fmt.Errorf("begun %d times, of which %d were not heard of again", t.Attempts-1, t.Lost))
	} else if err = l.carryOut(work, t, l.handle); err != nil && work.Err() == nil && l.end.spent(t, err) {
		err = l.giveUp(work, t, err)
	}
	var own *postponed
	switch {
	case err == nil:
		l.Log.Debug("work done", "kind", t.Kind, "task", t.ID, "attempt", t.Attempts, "took", l.Now().Sub(began))
	case work.Err() != nil:
		l.giveBack(work, t, l.Now(), "cut off: the service stopped")
	case errors.As(err, &own) && own.quiet:
		l.Log.Debug("work put off", "kind", t.Kind, "task", t.ID, "tenant", t.TenantID, "again", own.until, "error", err)
		l.giveBack(work, t, own.until, err.Error())
	default:
		due := l.Now().Add(backoff(t.Attempts))
		if own != nil {
			due = own.until
		}
		l.Log.Warn("work failed", "kind", t.Kind, "task", t.ID, "tenant", t.TenantID, "attempt", t.Attempts, "again", due, "error", err)
		l.giveBack(work, t, due, err.Error())
	}
}

// carryOut calls a handler, and keeps the lease meanwhile. The handler's context ends when its time is up, or a little
// before a lease that cannot be renewed. A panic is an error that tells where.
func (l *lane) carryOut(work context.Context, t store.Task, handle Handler) (err error) {
	ctx, cancel := context.WithTimeout(work, l.longest)
	defer cancel()
	defer l.hold(work, cancel, t)()
	defer func() {
		if fault := recover(); fault != nil {
			l.Log.Error("work panicked", "kind", t.Kind, "task", t.ID, "fault", faultOf(fault), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %s", faultOf(fault))
		}
	}()
	return handle(ctx, t)
}

// giveBack frees a task, also when everything stops. Where that fails the lease ends by itself.
func (l *lane) giveBack(ctx context.Context, t store.Task, due time.Time, failure string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), queueTime)
	defer cancel()
	if err := l.Queue.Fail(ctx, t, due, shortened(failure)); err != nil {
		l.Log.Warn("a task could not be given back", "kind", t.Kind, "task", t.ID, "error", err)
	}
}

// failureBytes is how much of a failure the queue keeps.
const failureBytes = 500

func shortened(failure string) string {
	return strings.ToValidUTF8(failure[:min(len(failure), failureBytes)], "")
}

// faultOf tells what a panic was about. Only the runtime's own words are told: others may hold what was being read.
func faultOf(fault any) string {
	if err, ok := fault.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a %T", fault)
}
