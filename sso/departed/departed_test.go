package departed

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

// between does something else before each thing that is done to marks.
type between struct {
	store.Marks
	do func()
}

func (b between) Put(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	b.do()
	return b.Marks.Put(ctx, name, value, ttl)
}

func (b between) Set(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	b.do()
	return b.Marks.Set(ctx, name, value, ttl)
}

// TestNoteTakesTheOthersPlace has orders of the same person's come one after the other, and two at once: a note stands at
// every moment, and each order's is its own.
func TestNoteTakesTheOthersPlace(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }
	marks, err := sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: filepath.Join(t.TempDir(), "sessions.db"), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { marks.Close() })
	order := sso.LogoutOrder{Subject: "taro"}
	n := Notes{marks}
	note := func() string {
		t.Helper()
		value, err := marks.Peek(t.Context(), name("two", "taro", ""))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		return string(value)
	}
	if err := n.Leave(t.Context(), "two", order); err != nil {
		t.Fatal(err)
	}
	first, other, busy := note(), "", false
	n.Marks = between{marks, func() {
		if busy {
			return
		}
		busy = true
		if got := note(); got != first {
			t.Errorf("while the note changes it is %q, not the first", got)
		}
		if err := n.Leave(t.Context(), "two", order); err != nil {
			t.Error(err)
		}
		other = note()
	}}
	if err := n.Leave(t.Context(), "two", order); err != nil {
		t.Fatal(err)
	}
	if last := note(); first == "" || other == first || last == other || last == first {
		t.Errorf("the notes are %q, %q and %q", first, other, last)
	}
}
