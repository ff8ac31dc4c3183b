package app

import (
	"context"
	"errors"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
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

// TestProbeThatGivesUp must not make the answer that others get, nor wait any longer.
func TestProbeThatGivesUp(t *testing.T) {
	p := newProbed(200 * time.Millisecond)
	gone, leave := context.WithCancel(t.Context())
	leave()
	begun := time.Now()
	if got := p.probe(gone, t); got != 503 || time.Since(begun) > 150*time.Millisecond {
		t.Errorf("answered %d after %s", got, time.Since(begun))
	}
	if got := p.probe(t.Context(), t); got != 200 || p.asked.Load() != 1 {
		t.Errorf("another is answered %d after asking %d times", got, p.asked.Load())
	}
}

// TestReadyWhileAPartHangs has a part that knows no context, such as a folder on a disk that does not answer: all are
// told so in time, nobody is left waiting, it is asked once, and it heals.
func TestReadyWhileAPartHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked, logged atomic.Int32
		hang := make(chan struct{})
		h := &health{now: time.Now, log: func(string, error) { logged.Add(1) }, parts: map[string]func(context.Context) error{
			"records": func(context.Context) error { return nil },
			"blobs":   func(context.Context) error { asked.Add(1); <-hang; return nil },
		}}
		for range 3 {
			var waiting sync.WaitGroup
			begun := time.Now()
			for range 200 {
				waiting.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					if got := h.ask(ctx); got["blobs"] != "away" || got["records"] != "ok" {
						t.Errorf("they say %v", got)
					}
				})
			}
			waiting.Wait()
			if took := time.Since(begun); took > hangTime {
				t.Errorf("they waited for %s", took)
			}
		}
		if asked.Load() != 1 || logged.Load() != 1 {
			t.Errorf("asked %d times, logged %d times, want once", asked.Load(), logged.Load())
		}
		close(hang)
		synctest.Wait()
		if got := h.ask(t.Context()); got["blobs"] != "ok" {
			t.Errorf("once it answers: %v", got)
		}
	})
}
