package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/job"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

// databases opens one database of each kind as many times as there are to be instances.
func databases(t *testing.T) map[string]func(t *testing.T, n int) []store.Records {
	open := func(t *testing.T, url string, n int) (all []store.Records) {
		c := sqlstore.Config{URL: url}
		must(t, sqlstore.Migrate(t.Context(), c))
		for range n {
			r, err := sqlstore.Open(t.Context(), c)
			must(t, err)
			t.Cleanup(func() { r.Close() })
			all = append(all, r)
		}
		must(t, all[0].Tenants().Create(t.Context(), store.Tenant{ID: "a", Name: "事務所", State: store.TenantActive}, store.AuditEvent{At: time.Now()}))
		return all
	}
	return map[string]func(t *testing.T, n int) []store.Records{
		"SQLite":     func(t *testing.T, n int) []store.Records { return open(t, filepath.Join(t.TempDir(), "records.db"), n) },
		"PostgreSQL": func(t *testing.T, n int) []store.Records { return open(t, interop.Postgres(t), n) },
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, r store.Records, kind store.TaskKind, subjects ...string) {
	t.Helper()
	must(t, r.Update(t.Context(), "a", func(tx store.Tx) error {
		for _, s := range subjects {
			if err := tx.Tasks().Add(t.Context(), store.Task{ID: store.NewID(time.Now()), Kind: kind, Subject: s, DueAt: time.Now().Add(-time.Second)}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// found makes a company for a task, once: a second time it would be a conflict.
func found(r store.Records) job.Handler {
	return func(ctx context.Context, t store.Task) error {
		return r.Update(ctx, t.TenantID, func(tx store.Tx) error {
			if _, err := tx.Tasks().Find(ctx, t.Kind, t.Subject); errors.Is(err, store.ErrNotFound) {
				return nil
			}
			if err := tx.Companies().Create(ctx, store.Company{ID: store.ID(t.Subject), Name: t.Subject}); err != nil {
				return err
			}
			return tx.Tasks().Done(ctx, t.Kind, t.Subject)
		})
	}
}

func left(t *testing.T, r store.Records) int {
	t.Helper()
	owed, err := r.Queue().Owed(t.Context(), time.Now().Add(24*time.Hour))
	must(t, err)
	n := 0
	for _, each := range owed {
		n += each
	}
	return n
}

func companies(t *testing.T, r store.Records) int {
	t.Helper()
	n := 0
	must(t, r.View(t.Context(), "a", func(tx store.Tx) error {
		for page := (store.Page{Limit: store.MaxPage}); ; {
			list, err := tx.Companies().List(t.Context(), page)
			n += len(list.Items)
			if page.After = list.Next; err != nil || page.After == "" {
				return err
			}
		}
	}))
	return n
}

// start runs r until the returned function is called, which waits for its end.
func start(t *testing.T, r *job.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { r.Run(ctx); close(done) }()
	end := sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(end)
	return end
}

func runner(q store.TaskQueue, kind store.TaskKind, h job.Handler) *job.Runner {
	return &job.Runner{Queue: q, Handlers: map[store.TaskKind]job.Handler{kind: h}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Poll: 20 * time.Millisecond}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// TestSeveralShareTheWork has three instances on one database carry out what a fourth left when it was killed, and more.
func TestSeveralShareTheWork(t *testing.T) {
	for name, open := range databases(t) {
		t.Run(name, func(t *testing.T) {
			all := open(t, 3)
			var subjects []string
			for i := range 120 {
				subjects = append(subjects, fmt.Sprintf("c%03d", i))
			}
			add(t, all[0], store.TaskSort, subjects...)
			const lease = time.Second
			now := time.Now()
			dead, err := all[0].Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort}, 7, now, now.Add(lease))
			must(t, err)
			if len(dead) != 7 {
				t.Fatalf("the one that is killed holds %d", len(dead))
			}
			var failures atomic.Int32
			for _, r := range all {
				handle := found(r)
				run := runner(r.Queue(), store.TaskSort, func(ctx context.Context, task store.Task) error {
					err := handle(ctx, task)
					if errors.Is(err, store.ErrConflict) {
						failures.Add(1)
					}
					return err
				})
				run.Lease = 5 * time.Second
				start(t, run)
			}
			eventually(t, "everything but what the killed one holds", func() bool { return left(t, all[0]) <= len(dead) })
			eventually(t, "that too", func() bool { return left(t, all[0]) == 0 })
			if took := time.Since(now); took < lease {
				t.Errorf("it was taken after %s, from a lease of %s", took, lease)
			}
			if n := companies(t, all[0]); n != len(subjects) || failures.Load() > 0 {
				t.Errorf("%d of %d were done, %d of them again", n, len(subjects), failures.Load())
			}
		})
	}
}

func TestFailureAndPanicAreTriedAgain(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("the scanner is away") },
		"panic": func() error { panic("no such map") },
	} {
		t.Run(name, func(t *testing.T) {
			r := databases(t)["SQLite"](t, 1)[0]
			add(t, r, store.TaskSort, "one")
			var times []time.Time
			handle := found(r)
			stop := start(t, runner(r.Queue(), store.TaskSort, func(ctx context.Context, task store.Task) error {
				if times = append(times, time.Now()); len(times) == 1 {
					return fail()
				}
				if task.Attempts != 2 || task.Failure == "" {
					t.Errorf("the second attempt gets %+v", task)
				}
				return handle(ctx, task)
			}))
			eventually(t, "done", func() bool { return companies(t, r) == 1 })
			stop()
			if wait := times[1].Sub(times[0]); len(times) != 2 || wait < time.Second {
				t.Errorf("%d attempts, the second after %s", len(times), wait)
			}
		})
	}
}

// TestAtMostSoManyAtOnce also holds that a lane which is full does not hold up another.
func TestAtMostSoManyAtOnce(t *testing.T) {
	r := databases(t)["SQLite"](t, 1)[0]
	add(t, r, store.TaskSort, "a", "b", "c", "d", "e")
	add(t, r, store.TaskMail, "f")
	var now, most atomic.Int32
	goOn := make(chan struct{})
	handle := found(r)
	run := runner(r.Queue(), store.TaskSort, func(ctx context.Context, task store.Task) error {
		n := now.Add(1)
		defer now.Add(-1)
		most.Store(max(most.Load(), n))
		<-goOn
		return handle(ctx, task)
	})
	run.Handlers[store.TaskMail] = handle
	run.Hands = map[store.TaskKind]int{store.TaskSort: 3}
	start(t, run)
	eventually(t, "three at work and the mail sent", func() bool { return now.Load() == 3 && companies(t, r) == 1 })
	close(goOn)
	eventually(t, "all done", func() bool { return left(t, r) == 0 })
	if most.Load() != 3 {
		t.Errorf("%d at once, want 3", most.Load())
	}
}

func TestKickIsHeededAtOnce(t *testing.T) {
	r := databases(t)["SQLite"](t, 1)[0]
	run := runner(r.Queue(), store.TaskSort, found(r))
	run.Poll = time.Hour
	run.Kick() // before it runs, and for nothing
	start(t, run)
	add(t, r, store.TaskSort, "one")
	run.Kick()
	run.Kick()
	eventually(t, "done without waiting for the next look", func() bool { return companies(t, r) == 1 })
}

// TestStopping lets what runs end, and gives back what it cuts off.
func TestStopping(t *testing.T) {
	for _, row := range []struct {
		name    string
		patient bool // the handler heeds its context
		done    int
	}{{"running work ends", false, 1}, {"work that takes too long is cut off and given back", true, 0}} {
		t.Run(row.name, func(t *testing.T) {
			r := databases(t)["SQLite"](t, 1)[0]
			add(t, r, store.TaskSort, "one")
			begun, handle := make(chan struct{}), found(r)
			run := runner(r.Queue(), store.TaskSort, func(ctx context.Context, task store.Task) error {
				close(begun)
				if row.patient {
					<-ctx.Done()
					return ctx.Err()
				}
				time.Sleep(100 * time.Millisecond)
				return handle(ctx, task)
			})
			run.Drain = 300 * time.Millisecond
			stop := start(t, run)
			<-begun
			stop()
			if n := companies(t, r); n != row.done {
				t.Errorf("%d done, want %d", n, row.done)
			}
			now := time.Now()
			free, err := r.Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort}, 9, now, now)
			must(t, err)
			if len(free) != 1-row.done {
				t.Errorf("%d are free for others at once, want %d", len(free), 1-row.done)
			}
		})
	}
}

// gone is a queue whose database is away.
type gone struct {
	store.TaskQueue
	asked atomic.Int32
}

func (g *gone) Lease(context.Context, []store.TaskKind, int, time.Time, time.Time) ([]store.Task, error) {
	g.asked.Add(1)
	return nil, &store.Error{Kind: store.Unavailable, Err: errors.New("connection refused")}
}

// TestQueueAway demands that a database which is away is asked less and less, however often it is said that there is work.
func TestQueueAway(t *testing.T) {
	q := &gone{}
	run := runner(q, store.TaskSort, func(context.Context, store.Task) error { return nil })
	stop := start(t, run)
	for range 100 {
		run.Kick()
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	if n := q.asked.Load(); n < 2 || n > 8 {
		t.Errorf("asked %d times in half a second", n)
	}
}

// stiff is a queue that renews nothing.
type stiff struct{ store.TaskQueue }

func (stiff) Renew(context.Context, store.Task, time.Time) error {
	return &store.Error{Kind: store.Unavailable, Err: errors.New("connection refused")}
}

// TestHandlerEndsInTime demands a context that ends with a handler's time, and before a lease that cannot be renewed.
func TestHandlerEndsInTime(t *testing.T) {
	for _, row := range []struct {
		name        string
		lease, time time.Duration
		queue       func(store.TaskQueue) store.TaskQueue
		least, most time.Duration
	}{
		{"renewed beyond one lease", 2 * time.Second, 5 * time.Second, func(q store.TaskQueue) store.TaskQueue { return q }, 4900 * time.Millisecond, 15 * time.Second},
		{"not renewed", time.Second, time.Minute, func(q store.TaskQueue) store.TaskQueue { return stiff{q} }, 500 * time.Millisecond, 999 * time.Millisecond},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := databases(t)["SQLite"](t, 1)[0]
			add(t, r, store.TaskSort, "one")
			took := make(chan time.Duration, 9)
			run := runner(row.queue(r.Queue()), store.TaskSort, func(ctx context.Context, _ store.Task) error {
				began := time.Now()
				<-ctx.Done()
				took <- time.Since(began)
				return ctx.Err()
			})
			run.Lease, run.Time = row.lease, row.time
			start(t, run)
			if got := <-took; got < row.least || got > row.most {
				t.Errorf("a handler had %s", got)
			}
		})
	}
}

// TestLongWorkIsNotTakenTwice has two instances, and work that takes several leases and heeds nothing.
func TestLongWorkIsNotTakenTwice(t *testing.T) {
	for name, open := range databases(t) {
		t.Run(name, func(t *testing.T) {
			all := open(t, 2)
			add(t, all[0], store.TaskSort, "one")
			var begun atomic.Int32
			for _, r := range all {
				handle := found(r)
				run := runner(r.Queue(), store.TaskSort, func(ctx context.Context, task store.Task) error {
					begun.Add(1)
					time.Sleep(4 * time.Second)
					return handle(context.WithoutCancel(ctx), task)
				})
				run.Lease, run.Time = time.Second, 500*time.Millisecond
				start(t, run)
			}
			eventually(t, "done", func() bool { return companies(t, all[0]) == 1 })
			if n := begun.Load(); n != 1 {
				t.Errorf("begun %d times", n)
			}
		})
	}
}

// TestGivingUp holds what ends a task that never succeeds.
func TestGivingUp(t *testing.T) {
	away := &store.Error{Kind: store.Unavailable, Err: errors.New("connection refused")}
	for _, row := range []struct {
		name    string
		lost    int // how often a process died with it before
		fail    func() error
		begun   int32
		failure string
	}{
		{"it fails", 0, func() error { return errors.New("no such form") }, 2, "no such form"},
		{"it panics", 0, func() error { panic("no such map") }, 2, "panic: a string"},
		{"it kills", 3, func() error { return nil }, 0, "begun 3 times, of which 3 were not heard of again"},
		{"it killed twice", 2, func() error { return errors.New("no such form") }, 1, "no such form"},
		{"the store is away at first", 0, nil, 3, "no such form"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := databases(t)["SQLite"](t, 1)[0]
			add(t, r, store.TaskSort, "one")
			for range row.lost {
				now := time.Now()
				lost, err := r.Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort}, 1, now, now)
				must(t, err)
				if len(lost) != 1 {
					t.Fatal("there is nothing to lose")
				}
			}
			if row.lost > 0 {
				time.Sleep(time.Millisecond)
			}
			var begun atomic.Int32
			failures, ended := make(chan string, 9), found(r)
			run := runner(r.Queue(), store.TaskSort, func(context.Context, store.Task) error {
				if n := begun.Add(1); row.fail == nil && n <= 2 {
					return fmt.Errorf("look: %w", away)
				} else if row.fail == nil {
					return errors.New("no such form")
				}
				return row.fail()
			})
			run.GiveUps = map[store.TaskKind]job.GiveUp{store.TaskSort: {Attempts: 2, Lost: 3, Do: func(ctx context.Context, task store.Task) error {
				failures <- task.Failure
				return ended(ctx, task)
			}}}
			start(t, run)
			eventually(t, "ended", func() bool { return left(t, r) == 0 })
			if got := <-failures; got != row.failure || begun.Load() != row.begun {
				t.Errorf("begun %d times, given up for %q; want %d for %q", begun.Load(), got, row.begun, row.failure)
			}
		})
	}
}
