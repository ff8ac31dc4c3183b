package app

import (
	"context"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"cloudpocket/store"
)

// eventQueue is how many warnings may wait to be kept; past it they are lost to the event log, and counted.
const eventQueue = 1000

// How much of an event is kept.
const (
	maxMessage    = 500 // bytes
	maxAttributes = 30
	maxAttribute  = 4000  // bytes, enough for most of a panic's stack
	maxTexts      = 16000 // bytes of all attributes together
)

// eventTaker takes what is logged as a warning or an error besides, so that people can look at it who have no way to the
// host. It never makes anybody who logs wait, and never fails them: what finds the queue full is counted.
type eventTaker struct {
	queue    chan store.SystemEvent
	dropped  atomic.Int64
	instance string
	now      func() time.Time
}

func newEventTaker(now func() time.Time) *eventTaker {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return &eventTaker{queue: make(chan store.SystemEvent, eventQueue), instance: host, now: now}
}

// take queues e where there is room.
func (t *eventTaker) take(e store.SystemEvent) {
	select {
	case t.queue <- e:
	default:
		t.dropped.Add(1)
	}
}

// eventHandler is a slog.Handler in front of another, which is given everything that it wants.
type eventHandler struct {
	next   slog.Handler
	events *eventTaker
	prefix string // of the open groups, each with a dot
	with   []slog.Attr
}

// beside returns a handler that gives everything to next, and warnings and errors to t as well.
func (t *eventTaker) beside(next slog.Handler) slog.Handler {
	return eventHandler{next: next, events: t}
}

func (h eventHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn || h.next.Enabled(ctx, l)
}

func (h eventHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.next = h.next.WithAttrs(attrs)
	with := append([]slog.Attr{}, h.with...) // its own: two loggers may come of h
	for _, a := range attrs {
		with = append(with, slog.Attr{Key: h.prefix + a.Key, Value: a.Value})
	}
	h.with = with
	return h
}

func (h eventHandler) WithGroup(name string) slog.Handler {
	h.next = h.next.WithGroup(name)
	if name != "" {
		h.prefix += name + "."
	}
	return h
}

func (h eventHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		h.events.take(h.event(r))
	}
	if !h.next.Enabled(ctx, r.Level) {
		return nil
	}
	return h.next.Handle(ctx, r)
}

func (h eventHandler) event(r slog.Record) store.SystemEvent {
	now := h.events.now() // not the record's: rows are folded, and removed, by the service's clock
	e := store.SystemEvent{At: now, LastAt: now, Count: 1, Level: store.Warning, Message: clipped(r.Message, maxMessage), Attributes: map[string]string{}, Instance: h.events.instance}
	if r.Level >= slog.LevelError {
		e.Level = store.Failure
	}
	for _, a := range h.with {
		takeAttribute(&e, "", a)
	}
	r.Attrs(func(a slog.Attr) bool {
		takeAttribute(&e, h.prefix, a)
		return len(e.Attributes) < maxAttributes
	})
	return e
}

// takeAttribute adds an attribute, or those of a group. What it says is read now: it may be another thing later.
func takeAttribute(e *store.SystemEvent, prefix string, a slog.Attr) {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, inner := range value.Group() {
			takeAttribute(e, prefix, inner)
		}
		return
	}
	left := maxTexts
	for name, text := range e.Attributes {
		left -= len(name) + len(text)
	}
	if a.Key != "" && len(e.Attributes) < maxAttributes && left > maxMessage {
		e.Attributes[clipped(prefix+a.Key, maxMessage)] = clipped(value.String(), min(maxAttribute, left-maxMessage))
	}
}

// clipped is at most n bytes of text, in whole characters.
func clipped(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
