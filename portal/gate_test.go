package portal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cloudpocket/store"
)

var errCrowded = &store.Error{Kind: store.Unavailable, Key: "error.crowded"}

// TestGate lets tenants "a" and "b" queue for a room of 8, of which each may have 4; before it 4 may wait, 2 of a tenant.
func TestGate(t *testing.T) {
	type step struct {
		tenant store.ID
		weight int64
		want   string // in, waits, refused
	}
	tests := []struct {
		name  string
		steps []step
		after string // who is in once the first has left, by number from 0
	}{
		{"alone", []step{{"a", 4, "in"}}, ""},
		{"heavier than half counts as half", []step{{"a", 100, "in"}, {"b", 100, "in"}}, "1"},
		{"half is for others", []step{{"a", 3, "in"}, {"a", 3, "waits"}, {"b", 4, "in"}}, "1 2"},
		{"nobody waits behind another tenant's half", []step{{"a", 4, "in"}, {"a", 1, "waits"}, {"b", 1, "in"}, {"b", 3, "in"}}, "1 2 3"},
		{"nobody of a tenant overtakes its heavy one", []step{{"a", 3, "in"}, {"a", 2, "waits"}, {"a", 1, "waits"}}, "1 2"},
		{"nobody overtakes who waits for room", []step{{"a", 3, "in"}, {"b", 3, "in"}, {"c", 4, "waits"}, {"d", 1, "waits"}}, "1 2 3"},
		{"a tenant's half of the line", []step{{"a", 4, "in"}, {"a", 1, "waits"}, {"a", 1, "waits"}, {"a", 1, "refused"}, {"b", 4, "in"}, {"b", 1, "waits"}}, "1 2 4"},
		{"the whole line", []step{{"a", 4, "in"}, {"b", 4, "in"}, {"c", 4, "waits"}, {"d", 1, "waits"}, {"e", 1, "waits"}, {"f", 1, "waits"}, {"g", 1, "refused"}}, "1 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := NewGate(8, 4, time.Hour)
				ctx, cancel := context.WithCancel(t.Context())
				leaves, errs := make([]func(), len(tt.steps)), make([]error, len(tt.steps))
				var mu sync.Mutex
				for i, s := range tt.steps {
					go func() {
						leave, err := g.enter(ctx, s.tenant, s.weight)
						mu.Lock()
						defer mu.Unlock()
						leaves[i], errs[i] = leave, err
					}()
					synctest.Wait()
					mu.Lock()
					got := "waits"
					if errors.Is(errs[i], errCrowded) {
						got = "refused"
					} else if leaves[i] != nil {
						got = "in"
					}
					mu.Unlock()
					if got != s.want {
						t.Errorf("%d: %s %s, want %s", i, s.tenant, got, s.want)
					}
				}
				leaves[0]()
				leaves[0]() // which changes nothing any more
				synctest.Wait()
				mu.Lock()
				in := ""
				for i, leave := range leaves[1:] {
					if leave != nil {
						in += fmt.Sprint(" ", i+1)
					}
				}
				mu.Unlock()
				if in != "" && in[1:] != tt.after || in == "" && tt.after != "" {
					t.Errorf("then%s are in, want %s", in, tt.after)
				}
				cancel()
				synctest.Wait()
				for _, leave := range leaves[1:] {
					if leave != nil {
						leave()
					}
				}
				if g.inside != 0 || len(g.of) != 0 || len(g.waiting) != 0 {
					t.Errorf("in the end %d are inside, %v, and %d wait", g.inside, g.of, len(g.waiting))
				}
			})
		})
	}
}

// TestGateIsNotWaitedForLong lets patience end before a turn comes.
func TestGateIsNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(2, 1, time.Minute)
		leave, err := g.enter(t.Context(), "a", 1)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := g.enter(t.Context(), "a", 1); !errors.Is(err, errCrowded) || time.Since(began) != time.Minute {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := g.enterLate(ctx, "a", 1); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute+time.Hour {
			t.Errorf("work that nobody watches, after %s: %v", time.Since(began), err)
		}
		leave()
		if leave, err = g.enter(t.Context(), "a", 1); err != nil {
			t.Fatal(err)
		}
		leave()
	})
}

// TestLooksAreFair has one tenant whose pages do not come to an end: others' are made meanwhile, its own readers are told,
// and a making that breaks down does not take the service with it.
func TestLooksAreFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLooks(nil, 1<<20)
		end := make(chan struct{})
		endless := func(context.Context) (look, error) { <-end; return look{}, nil }
		for i := range 200 {
			go l.get(t.Context(), lookKey{tenant: "a", path: fmt.Sprint(i)}, endless)
		}
		synctest.Wait()
		began := time.Now()
		made, err := l.get(t.Context(), lookKey{tenant: "b", path: "1"}, func(context.Context) (look, error) { return look{persons: 7}, nil })
		if err != nil || made.persons != 7 || time.Since(began) != 0 {
			t.Errorf("another tenant's page after %s: %v", time.Since(began), err)
		}
		if _, err := l.get(t.Context(), lookKey{tenant: "a", path: "new"}, endless); !errors.Is(err, errCrowded) || time.Since(began) != 0 {
			t.Errorf("one more of its own after %s: %v", time.Since(began), err)
		}
		if _, err := l.get(t.Context(), lookKey{tenant: "a", path: "0"}, endless); !errors.Is(err, errCrowded) {
			t.Errorf("one that does not come: %v", err)
		}
		close(end)
	})
}

func TestLooksHaveADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLooks(nil, 1<<20)
		_, err := l.get(t.Context(), lookKey{tenant: "a"}, func(ctx context.Context) (look, error) {
			<-ctx.Done()
			return look{}, ctx.Err()
		})
		if err == nil {
			t.Error("a page that would never be made was")
		}
		synctest.Wait()
		if len(l.making) != 0 || l.places.inside != 0 {
			t.Errorf("%d are still being made", len(l.making))
		}
	})
}

func TestLookThatPanics(t *testing.T) {
	l := NewLooks(nil, 1<<20)
	_, err := l.get(t.Context(), lookKey{tenant: "a"}, func(context.Context) (look, error) { panic("個人の名前") })
	if store.KindOf(err) != store.Internal || fmt.Sprint(err) == "" {
		t.Errorf("%v", err)
	}
	if made, err := l.get(t.Context(), lookKey{tenant: "a"}, func(context.Context) (look, error) { return look{persons: 1}, nil }); err != nil || made.persons != 1 {
		t.Errorf("afterwards: %v", err)
	}
	if l.places.inside != 0 {
		t.Error("its place is not free again")
	}
}
