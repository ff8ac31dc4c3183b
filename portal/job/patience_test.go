package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/hook"
	"cloudpocket/portal/job"
	"cloudpocket/store"
)

// mailbox is webhooks whose messages are called "dead-1" and "well-1", and the way to them. Of the dead ones no request is answered.
type mailbox struct {
	mu    sync.Mutex
	now   time.Time
	calls []string
	given []string // what was given up
	last  bool
	asked bool
	dead  bool
}

func (m *mailbox) clock() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *mailbox) WebhookDue(_ context.Context, t store.Task) (portal.OwedHook, error) {
	name, _, _ := strings.Cut(t.Subject, "-")
	return portal.OwedHook{ID: store.ID(t.Subject), Webhook: store.ID(name), Last: m.last, Asked: m.asked}, nil
}

func (m *mailbox) WebhookTaken(context.Context, store.Task, int) error { return nil }

func (m *mailbox) WebhookFailed(_ context.Context, t store.Task, _ int, _ store.HookFailure) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last {
		m.given = append(m.given, t.Subject)
	}
	return m.last, nil
}

func (m *mailbox) Send(_ context.Context, c hook.Call) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, c.ID)
	if m.dead && strings.HasPrefix(c.ID, "dead") {
		m.now = m.now.Add(10 * time.Second)
		return 0, &hook.Failure{Why: store.HookTimeout, Err: errors.New("nobody answers")}
	}
	return 204, nil
}

// TestDeadWebhookIsLeftAlone has one firm's address not answer: others' messages wait for one request of it, and not for all.
func TestDeadWebhookIsLeftAlone(t *testing.T) {
	m := &mailbox{now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), dead: true}
	tell := job.Webhook(m, m, m.clock)
	try := func(subject string) error {
		return tell(t.Context(), store.Task{Kind: store.TaskWebhook, Subject: subject})
	}
	for i := range 100 {
		if try(fmt.Sprint("dead-", i)) == nil {
			t.Fatal("a message was taken by nobody")
		}
	}
	if err := try("well-1"); err != nil || strings.Join(m.calls, " ") != "dead-0 well-1" {
		t.Errorf("asked were %q: %v", m.calls, err)
	}
	m.now = m.now.Add(time.Minute)
	for i := range 100 {
		_ = try(fmt.Sprint("dead-", i)) // each is put off, or tried and fails
	}
	if len(m.calls) != 3 {
		t.Errorf("a minute later, asked were %q", m.calls)
	}
	m.last = true
	if err := try("dead-8"); err != nil || len(m.calls) != 3 || fmt.Sprint(m.given) != "[dead-8]" {
		t.Errorf("after three days, given up are %q: %v", m.given, err)
	}
	m.last, m.asked = false, true
	if _ = try("dead-7"); len(m.calls) != 4 {
		t.Error("what somebody waits for was put off")
	}
	m.asked, m.dead, m.now = false, false, m.now.Add(time.Hour)
	for i := range 3 {
		if err := try(fmt.Sprint("dead-", i)); err != nil {
			t.Errorf("it answers again: %v", err)
		}
	}
}

// TestPutOffIsNoFailure has the runner give a task back for when its handler says.
func TestPutOffIsNoFailure(t *testing.T) {
	m := &mailbox{now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), dead: true}
	q := &given{owed: []string{"dead-1", "dead-2"}, done: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	r := &job.Runner{Queue: q, Handlers: map[store.TaskKind]job.Handler{store.TaskWebhook: job.Webhook(m, m, m.clock)}, Now: m.clock,
		Hands: map[store.TaskKind]int{store.TaskWebhook: 1}, Log: slog.New(slog.DiscardHandler)}
	ran := make(chan struct{})
	go func() { r.Run(ctx); close(ran) }()
	<-q.done
	stop()
	<-ran
	for i, due := range q.due {
		if wait := due.Sub(m.now); wait < time.Second/2 || wait > 15*time.Second {
			t.Errorf("task %d is due again in %s", i, wait)
		}
	}
}

// given is a queue that hands out tasks one by one, begun often before, and keeps when they are due again.
type given struct {
	store.TaskQueue
	owed []string
	due  []time.Time
	done chan struct{}
}

func (g *given) Lease(context.Context, []store.TaskKind, int, time.Time, time.Time) ([]store.Task, error) {
	if len(g.owed) == 0 {
		return nil, nil
	}
	t := store.Task{Kind: store.TaskWebhook, Subject: g.owed[0], Attempts: 12}
	g.owed = g.owed[1:]
	return []store.Task{t}, nil
}

func (g *given) Fail(_ context.Context, _ store.Task, due time.Time, _ string) error {
	if g.due = append(g.due, due); len(g.due) == 2 {
		close(g.done)
	}
	return nil
}
