package store

import (
	"context"
	"time"
)

// SystemEvent is a warning or an error of the service itself (イベントログ). Ones that are alike and come soon after one
// another are one, with a count.
type SystemEvent struct {
	ID         ID
	At         time.Time // when it came first
	LastAt     time.Time // when it came last
	Count      int64
	Level      EventLevel
	Message    string
	Attributes map[string]string // those of the first one; nothing that the log does not get as well
	TenantID   ID                // whose deed met it; empty: nobody's, or it is not known
	Instance   string            // which of the service's processes met it
}

// EventLevel is how bad a SystemEvent is.
type EventLevel string

const (
	Warning EventLevel = "warning"
	Failure EventLevel = "error"
)

// SystemEventFilter narrows a list of events. Zero fields do not narrow.
type SystemEventFilter struct {
	TenantID ID
	Level    EventLevel
	Text     string    // within the message or the attributes, in any width and case
	From, To time.Time // From inclusive, To exclusive, by when they came first
}

// SystemEvents reaches the events of the deployment. It is the operator's; whoever shows some to a visitor sets TenantID.
type SystemEvents interface {
	// Keep adds events; one whose ID is there replaces its LastAt and Count.
	Keep(ctx context.Context, events []SystemEvent) error
	// Get returns one event or ErrNotFound.
	Get(ctx context.Context, id ID) (SystemEvent, error)
	// List returns events, those that came first latest before the others.
	List(ctx context.Context, f SystemEventFilter, p Page) (List[SystemEvent], error)
	// Prune removes up to most of the events that came last before a time, and returns how many.
	Prune(ctx context.Context, before time.Time, most int) (int, error)
}
