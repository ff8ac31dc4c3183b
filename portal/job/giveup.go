package job

import (
	"context"
	"errors"

	"cloudpocket/store"
)

// GiveUp says after what a task of a kind is not tried any more, and what is done instead.
type GiveUp struct {
	Attempts int     // of which the last failed by itself, and not because something the service depends on was away
	Lost     int     // as store.Task has it: the process died, and the task may be why
	Do       Handler // ends the task, as a handler does; it is told the failure in the task
}

// hopeless reports whether a task that was just leased is not to be begun.
func (g GiveUp) hopeless(t store.Task) bool { return g.Do != nil && g.Lost > 0 && t.Lost >= g.Lost }

// spent reports whether a task that just failed is not to be tried again.
func (g GiveUp) spent(t store.Task, err error) bool {
	return g.Do != nil && g.Attempts > 0 && t.Attempts >= g.Attempts && !errors.Is(err, store.ErrUnavailable)
}

// giveUp ends a task that there is no hope for.
func (l *lane) giveUp(work context.Context, t store.Task, failure error) error {
	l.Log.Error("work given up", "kind", t.Kind, "task", t.ID, "tenant", t.TenantID, "attempt", t.Attempts, "lost", t.Lost, "error", failure)
	t.Failure = shortened(failure.Error())
	return l.carryOut(work, t, l.end.Do)
}
