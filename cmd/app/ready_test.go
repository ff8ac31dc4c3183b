package app

import (
	"context"
	"errors"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// probed is a health whose one dependency counts how often it is asked.
type probed struct {
	health
	clock time.Time
	away  atomic.Bool
	asked atomic.Int32
}

func newProbed(takes time.Duration) *probed {
	p := &probed{clock: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	p.now, p.log = func() time.Time { return p.clock }, func(string, error) {}
	p.parts = map[string]func(context.Context) error{"records": func(ctx context.Context) error {
		p.asked.Add(1)
		time.Sleep(takes)
		if p.away.Load() {
			return errors.New("away")
		}
		return ctx.Err()
	}}
	return p
}

func (p *probed) probe(ctx context.Context, t *testing.T) int {
	t.Helper()
	rec := httptest.NewRecorder()
	noError(t, p.ready(rec, httptest.NewRequestWithContext(ctx, "GET", "/readyz", nil)))
	return rec.Code
}

func TestReadyHoldsForAMoment(t *testing.T) {
	p := newProbed(0)
	for _, step := range []struct {
		name   string
		after  time.Duration
		do     func()
		status int
		asked  int32
	}{
		{"at first", 0, func() {}, 200, 1},
		{"at once again", 0, func() {}, 200, 1},
		{"it goes away", readyLife - 1, func() { p.away.Store(true) }, 200, 1},
		{"a second after asking", 1, func() {}, 503, 2},
		{"still away", 0, func() {}, 503, 2},
		{"it is back", readyLife, func() { p.away.Store(false) }, 200, 3},
		{"the clock is set back", -time.Hour, func() {}, 200, 4},
		{"told to stop", 0, func() { p.draining.Store(true) }, 503, 4},
	} {
		p.clock = p.clock.Add(step.after)
		step.do()
		if got := p.probe(t.Context(), t); got != step.status || p.asked.Load() != step.asked {
			t.Errorf("%s: %d after asking %d times, want %d after %d", step.name, got, p.asked.Load(), step.status, step.asked)
		}
	}
}

// TestManyProbesAskOnce has a flood of probes while a dependency takes its time.
func TestManyProbesAskOnce(t *testing.T) {
	p := newProbed(100 * time.Millisecond)
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			if got := p.probe(t.Context(), t); got != 200 {
				t.Errorf("answered %d", got)
			}
		})
	}
	all.Wait()
	if n := p.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// TestProbeThatGivesUp must not make the answer that others get.
func TestProbeThatGivesUp(t *testing.T) {
	p := newProbed(0)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if got := p.probe(gone, t); got != 200 {
		t.Errorf("answered %d", got)
	}
}
