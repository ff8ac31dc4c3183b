package operator

import (
	"context"
	"sync/atomic"
	"time"

	"cloudpocket/store"
)

const (
	benchRoom     = 2 // passwords compared at once: 64 MiB each
	ownRoom       = 1 // the same for those who are known, who never wait for strangers
	benchLine     = 8 // that may wait for it
	benchPatience = 3 * time.Second
)

// bench bounds the work that strangers can make us do: comparing a password is expensive by design.
type bench struct {
	seats    chan struct{}
	waiting  *atomic.Int64
	line     int64
	patience time.Duration
}

func newBench(room, line int, patience time.Duration) bench {
	return bench{make(chan struct{}, room), &atomic.Int64{}, int64(line), patience}
}

// sit waits for a place and returns what gives it back. When too many wait already, or it takes too long, that is an
// error of kind Unavailable.
func (b bench) sit(ctx context.Context) (leave func(), err error) {
	leave = func() { <-b.seats }
	select {
	case b.seats <- struct{}{}:
		return leave, nil
	default:
	}
	if b.waiting.Add(1) > b.line {
		b.waiting.Add(-1)
		return nil, busy("%d wait already", b.line)
	}
	defer b.waiting.Add(-1)
	slow := time.NewTimer(b.patience)
	defer slow.Stop()
	select {
	case b.seats <- struct{}{}:
		return leave, nil
	case <-slow.C:
		return nil, busy("no turn within %s", b.patience)
	case <-ctx.Done():
		return nil, busy("wait for a turn: %w", context.Cause(ctx))
	}
}

func busy(format string, args ...any) error {
	return store.Fail(store.Unavailable, "error.operator_busy", format, args...)
}
