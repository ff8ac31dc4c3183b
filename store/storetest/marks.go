package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
)

func markRoundTrip(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	rows := []struct {
		name  string
		value []byte
	}{
		{"attempt:one", []byte("value")},
		{"attempt:ONE", []byte("another by case")},
		{"attempt:one ", []byte("another by a space")},
		{"no value", nil},
		{"zero bytes", []byte{0, 0, 255, 0}},
		{"名前 {a}:b*?\r\n'\"", []byte("unusual name")},
		{strings.Repeat("n", store.MaxMarkName), bytes.Repeat([]byte{7}, store.MaxMarkValue)},
	}
	for _, row := range rows {
		must(t, s.Put(t.Context(), row.name, row.value, time.Minute))
		isKind(t, s.Put(t.Context(), row.name, []byte("replay"), time.Minute), store.ErrConflict)
	}
	for _, row := range rows {
		for _, read := range []func(context.Context, string) ([]byte, error){s.Peek, s.Peek, s.Take} {
			got, err := read(t.Context(), row.name)
			must(t, err)
			if !bytes.Equal(got, row.value) {
				t.Errorf("mark %q holds %q, want %q", row.name, got, row.value)
			}
		}
		noMark(t, s, row.name)
		must(t, s.Put(t.Context(), row.name, []byte("again"), time.Minute))
	}
	noMark(t, s, "never put")
}

func markSet(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	must(t, s.Set(t.Context(), "new", []byte("one"), time.Minute))
	must(t, s.Put(t.Context(), "old", []byte("one"), time.Minute))
	must(t, s.Put(t.Context(), "other", []byte("another"), 2*time.Hour))
	c.forward(30 * time.Second)
	for _, name := range []string{"new", "old"} {
		for _, value := range []string{"two", "three"} {
			must(t, s.Set(t.Context(), name, []byte(value), time.Hour))
			isKind(t, s.Put(t.Context(), name, nil, time.Minute), store.ErrConflict)
		}
		c.forward(time.Minute)
		got, err := s.Peek(t.Context(), name)
		must(t, err)
		if string(got) != "three" {
			t.Errorf("mark %q holds %q, want what was set last", name, got)
		}
	}
	c.forward(time.Hour)
	noMark(t, s, "new")
	noMark(t, s, "old")
	must(t, s.Set(t.Context(), "old", []byte("after the end"), time.Hour))
	for name, want := range map[string]string{"old": "after the end", "other": "another"} {
		got, err := s.Take(t.Context(), name)
		must(t, err)
		if string(got) != want {
			t.Errorf("mark %q holds %q, want %q", name, got, want)
		}
	}
}

// markSetWhilePeeked demands that there is no moment without a value while one takes another's place.
func markSetWhilePeeked(t *testing.T, open opener) {
	s := open(t, newClock().Now)
	must(t, s.Put(t.Context(), "mark", []byte("first"), time.Hour))
	var stop atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		defer stop.Store(true)
		for i := range 100 {
			must(t, s.Set(t.Context(), "mark", fmt.Append(nil, i), time.Hour))
		}
	})
	for !stop.Load() {
		if _, err := s.Peek(t.Context(), "mark"); err != nil {
			t.Errorf("look at a mark while it is set: %v", err)
			break
		}
	}
	wg.Wait()
}

func noMark(t *testing.T, s store.Marks, name string) {
	t.Helper()
	_, err := s.Peek(t.Context(), name)
	isKind(t, err, store.ErrNotFound)
	_, err = s.Take(t.Context(), name)
	isKind(t, err, store.ErrNotFound)
}

func markExpiry(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	must(t, s.Put(t.Context(), "a", []byte("old"), time.Minute))
	must(t, s.Put(t.Context(), "b", []byte("old"), time.Minute))
	c.forward(time.Minute - time.Microsecond)
	_, err := s.Peek(t.Context(), "a")
	must(t, err)
	isKind(t, s.Put(t.Context(), "a", []byte("early"), time.Minute), store.ErrConflict)
	c.forward(time.Microsecond)
	must(t, s.Put(t.Context(), "a", []byte("new"), time.Hour))
	c.forward(30 * time.Minute)
	got, err := s.Take(t.Context(), "a")
	must(t, err)
	if string(got) != "new" {
		t.Errorf("mark holds %q, want what was put after the expiry", got)
	}
	noMark(t, s, "b")
}

func markLimits(t *testing.T, open opener) {
	s := open(t, newClock().Now)
	long := strings.Repeat("n", store.MaxMarkName+1)
	isKind(t, s.Put(t.Context(), "", nil, time.Minute), store.ErrInvalid)
	isKind(t, s.Put(t.Context(), long, nil, time.Minute), store.ErrInvalid)
	isKind(t, s.Put(t.Context(), "n", nil, 0), store.ErrInvalid)
	isKind(t, s.Put(t.Context(), "n", nil, -time.Second), store.ErrInvalid)
	isKind(t, s.Put(t.Context(), "n", make([]byte, store.MaxMarkValue+1), time.Minute), store.ErrTooLarge)
	isKind(t, s.Set(t.Context(), long, nil, time.Minute), store.ErrInvalid)
	isKind(t, s.Set(t.Context(), "n", nil, 0), store.ErrInvalid)
	isKind(t, s.Set(t.Context(), "n", make([]byte, store.MaxMarkValue+1), time.Minute), store.ErrTooLarge)
	for _, name := range []string{"", long, "n"} { // no such mark can be there
		noMark(t, s, name)
	}
}

func marksCancelled(t *testing.T, open opener) {
	s := open(t, newClock().Now)
	must(t, s.Put(t.Context(), "kept", []byte("value"), time.Minute))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, takeErr := s.Take(ctx, "kept")
	_, peekErr := s.Peek(ctx, "kept")
	isCancelled(t, "Take", takeErr)
	isCancelled(t, "Peek", peekErr)
	isCancelled(t, "Put", s.Put(ctx, "refused", nil, time.Minute))
	isCancelled(t, "Set", s.Set(ctx, "kept", []byte("other"), time.Minute))
	noMark(t, s, "refused")
	got, err := s.Take(t.Context(), "kept")
	must(t, err)
	if string(got) != "value" {
		t.Errorf("mark holds %q", got)
	}
}

const takers = 64

// markOneTaker lets 64 take one mark at once through two handles.
func markOneTaker(t *testing.T, open opener) {
	c := newClock()
	handles := [2]store.Marks{open(t, c.Now), open(t, c.Now)}
	for round := range 5 {
		name := fmt.Sprint("contested ", round)
		must(t, handles[0].Put(t.Context(), name, []byte("value"), time.Minute))
		oneOfMany(t, func(i int) error {
			got, err := handles[i%2].Take(t.Context(), name)
			if err == nil && string(got) != "value" {
				t.Errorf("taker %d got %q", i, got)
			}
			return err
		}, store.ErrNotFound)
	}
}

func markOnePutter(t *testing.T, open opener) {
	c := newClock()
	handles := [2]store.Marks{open(t, c.Now), open(t, c.Now)}
	oneOfMany(t, func(i int) error {
		return handles[i%2].Put(t.Context(), "contested", nil, time.Minute)
	}, store.ErrConflict)
}

func markOnePutterAfterExpiry(t *testing.T, open opener) {
	c := newClock()
	handles := [2]store.Marks{open(t, c.Now), open(t, c.Now)}
	must(t, handles[0].Put(t.Context(), "contested", []byte("old"), time.Minute))
	c.forward(time.Minute)
	oneOfMany(t, func(i int) error {
		return handles[i%2].Put(t.Context(), "contested", []byte("new"), time.Minute)
	}, store.ErrConflict)
	got, err := handles[1].Take(t.Context(), "contested")
	must(t, err)
	if string(got) != "new" {
		t.Errorf("mark holds %q", got)
	}
}

// oneOfMany runs try 64 times at once and expects one to succeed and every other to fail with lost.
func oneOfMany(t *testing.T, try func(i int) error, lost *store.Error) {
	t.Helper()
	var wg sync.WaitGroup
	var won atomic.Int64
	start := make(chan struct{})
	for i := range takers {
		wg.Go(func() {
			<-start
			switch err := try(i); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, lost):
				t.Errorf("contender %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of %d won", won.Load(), takers)
	}
}
