package widget

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/portal/door"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// watching is a watch of which everything may be set.
func watching(t *testing.T, look func(*stream, bool) (*tally, string, error), end func() int64) *watch {
	wa := newWatch()
	wa.log = slog.New(slog.DiscardHandler)
	wa.look = func(_ context.Context, st *stream, recount bool) (*tally, string, error) { return look(st, recount) }
	wa.logEnd = func(context.Context, store.ID) (int64, error) { return end(), nil }
	t.Cleanup(func() { wa.stop(); wa.work.Wait() })
	return wa
}

func of(tenant, account store.ID) *stream {
	return newStream(door.Visit{Session: store.Session{TenantID: tenant, AccountID: account}})
}

func TestWatchCountsWhereSomethingWasDone(t *testing.T) {
	var counted, end atomic.Int64
	wa := watching(t, func(_ *stream, recount bool) (*tally, string, error) {
		if recount {
			counted.Add(1)
			return &tally{Unread: int(end.Load())}, "", nil
		}
		return nil, "", nil
	}, end.Load)
	st := of("firm", "taro")
	if err := wa.add(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		wa.round([]*stream{st})
	}
	if n := counted.Load(); n != 1 {
		t.Errorf("it was counted %d times where nothing was done", n)
	}
	end.Store(7)
	wa.round([]*stream{st})
	if now, _ := st.latest(); counted.Load() != 2 || now.Unread != 7 {
		t.Errorf("after something was done there are %+v", now)
	}
}

// TestWatchCountsSomeAtATime has something done in a firm of which more are looking on than are counted at a time.
func TestWatchCountsSomeAtATime(t *testing.T) {
	var counted, end atomic.Int64
	wa := watching(t, func(_ *stream, recount bool) (*tally, string, error) {
		if !recount {
			return nil, "", nil
		}
		counted.Add(1)
		return &tally{Unread: int(end.Load())}, "", nil
	}, end.Load)
	var streams []*stream
	for i := range 2*recounts + 10 {
		st := of("firm", store.ID(fmt.Sprint(i)))
		st.put(&tally{}, "", 0)
		streams = append(streams, st)
	}
	end.Store(7)
	for _, want := range []int64{recounts, 2 * recounts, 2*recounts + 10, 2*recounts + 10} {
		if wa.round(streams); counted.Load() != want {
			t.Fatalf("%d were counted, want %d", counted.Load(), want)
		}
	}
	for _, st := range streams {
		if now, _ := st.latest(); now.Unread != 7 {
			t.Fatalf("account %s is told %+v", st.visit.Session.AccountID, now)
		}
	}
}

func TestWatchKeepsWhatItCannotSee(t *testing.T) {
	away := errors.New("away")
	var fails atomic.Bool
	wa := watching(t, func(*stream, bool) (*tally, string, error) {
		if fails.Load() {
			return nil, "", away
		}
		return &tally{Unread: 1}, "", nil
	}, func() int64 { return 1 })
	st := of("firm", "taro")
	if err := wa.add(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	fails.Store(true)
	wa.round([]*stream{st})
	if now, reason := st.latest(); now == nil || reason != "" {
		t.Errorf("a store that is away makes it %v %q", now, reason)
	}
	if err := wa.add(t.Context(), of("firm", "ito")); !errors.Is(err, away) || len(wa.streams) != 1 {
		t.Errorf("a stream begins with %v, and there are %d", err, len(wa.streams))
	}
}

func TestWatchIsBounded(t *testing.T) {
	wa := watching(t, func(*stream, bool) (*tally, string, error) { return nil, "", nil }, func() int64 { return 1 })
	var first *stream
	for range maxOfPerson {
		st := of("firm", "taro")
		if first == nil {
			first = st
		}
		if err := wa.add(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
	var refused *route.Answered
	if err := wa.add(t.Context(), of("firm", "taro")); !errors.As(err, &refused) || refused.Status != http.StatusTooManyRequests {
		t.Errorf("one too many is answered %v", err)
	}
	if err := wa.add(t.Context(), of("other", "taro")); err != nil {
		t.Errorf("another firm's pays for it: %v", err)
	}
	wa.remove(first)
	wa.remove(first)
	if err := wa.add(t.Context(), of("firm", "taro")); err != nil {
		t.Errorf("after one has gone: %v", err)
	}
	for i := len(wa.streams); i < maxStreams; i++ {
		if err := wa.take(of("many", store.ID(fmt.Sprint(i)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := wa.take(of("many", "last")); !errors.As(err, &refused) {
		t.Errorf("over all bounds it is answered %v", err)
	}
	wa.stop()
	if err := wa.add(t.Context(), of("firm", "hana")); store.KindOf(err) != store.Unavailable {
		t.Errorf("an instance that stops answers %v", err)
	}
}

// TestSlowReaderHoldsNobodyUp has nobody read what is told.
func TestSlowReaderHoldsNobodyUp(t *testing.T) {
	var end atomic.Int64
	wa := watching(t, func(*stream, bool) (*tally, string, error) { return &tally{Unread: int(end.Load())}, "", nil }, func() int64 { return end.Add(1) })
	st := of("firm", "taro")
	if err := wa.add(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	for range 1000 {
		wa.round([]*stream{st})
	}
	if now, _ := st.latest(); now.Unread < 1000 || time.Since(begun) > 5*time.Second {
		t.Errorf("after %s there are %+v", time.Since(begun), now)
	}
}

// stuck is a connection whose reader has stopped reading.
type stuck struct {
	*httptest.ResponseRecorder
	deadline time.Time
}

func (s *stuck) SetWriteDeadline(at time.Time) error { s.deadline = at; return nil }
func (s *stuck) Write([]byte) (int, error)           { return 0, errors.New("i/o timeout") }

func TestSlowReaderIsDropped(t *testing.T) {
	w := &stuck{ResponseRecorder: httptest.NewRecorder()}
	wi := &Widget{watch: watching(t, nil, nil)}
	st := of("firm", "taro")
	st.put(&tally{}, "", 1)
	begun := time.Now()
	if err := wi.tell(t.Context(), w, st); err == nil || w.deadline.Before(begun) || w.deadline.After(begun.Add(2*writeTime)) {
		t.Errorf("it ends with %v, and had until %s", err, w.deadline)
	}
}
