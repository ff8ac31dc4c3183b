package storetest

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
)

// clock is the time that a suite tells its back end. It moves when the suite says so.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.micros.Store(time.Date(2026, 11, 22, 0, 30, 0, 123456000, time.UTC).UnixMicro())
	return c
}

func (c *clock) Now() time.Time { return time.UnixMicro(c.micros.Load()).UTC() }

func (c *clock) forward(d time.Duration) { c.micros.Add(d.Microseconds()) }

// newSession returns a session of 30 minutes' idle and 8 hours' absolute time that begins now. Sessions of different
// tokens differ in ID, device and index; tenant, account, trust and subject are the same.
func newSession(c *clock, token string) store.Session {
	now := c.Now()
	return store.Session{
		Key: store.KeyOf(token), ID: store.NewID(now), TenantID: "firm", AccountID: "taro", TrustID: "parent",
		Subject: "taro@parent.example", Index: "index of " + token, NameID: "<NameID>taro</NameID>", IDToken: "a.b.c",
		Context: "urn:example:mfa", Device: "browser of " + token, Address: "192.0.2.1",
		Began: now, Seen: now, Previous: now.Add(-24 * time.Hour), Ends: now.Add(8 * time.Hour), Idle: 30 * time.Minute,
	}
}

func sameSession(t *testing.T, got, want store.Session) {
	t.Helper()
	for _, at := range []*time.Time{&got.Began, &got.Seen, &got.Previous, &got.Ends, &want.Began, &want.Seen, &want.Previous, &want.Ends} {
		*at = at.UTC()
	}
	if got != want {
		t.Errorf("got the session\n%+v, want\n%+v", got, want)
	}
}

func standing(t *testing.T, s store.Sessions, key store.SessionKey, want bool) {
	t.Helper()
	_, err := s.Find(t.Context(), key)
	if want {
		must(t, err)
	} else {
		isKind(t, err, store.ErrNotFound)
	}
}

func ended(t *testing.T, s store.Sessions, sel store.SessionSelector, want int) {
	t.Helper()
	got, err := s.End(t.Context(), sel)
	must(t, err)
	if len(got) != want {
		t.Errorf("%+v ended %d sessions, want %d", sel, len(got), want)
	}
}

// endedAre ends what sel selects and compares it with want, in any order.
func endedAre(t *testing.T, s store.Sessions, sel store.SessionSelector, want []store.Session) {
	t.Helper()
	got, err := s.End(t.Context(), sel)
	must(t, err)
	want = slices.Clone(want)
	store.SortSessions(want)
	if len(got) != len(want) {
		t.Fatalf("%+v ended %d sessions, want %d", sel, len(got), len(want))
	}
	for i := range got {
		sameSession(t, got[i], want[i])
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func isKind(t *testing.T, err error, want *store.Error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got the error %v, want one of kind %s", err, want.Kind)
	}
}

func isCancelled(t *testing.T, name string, err error) {
	t.Helper()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%s with a cancelled context: %v", name, err)
	}
}
