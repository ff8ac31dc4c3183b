package sso

import (
	"fmt"
	"testing"
	"time"
)

func TestAllowance(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	a := NewAllowance(3, time.Second, func() time.Time { return now })
	count := func(key string, tries int) (n int) {
		for range tries {
			if a.Take(key) {
				n++
			}
		}
		return n
	}
	if n := count("a", 10); n != 3 {
		t.Errorf("%d at once, want 3", n)
	}
	if n := count("b", 10); n != 3 {
		t.Errorf("%d for another key, want 3", n)
	}
	now = now.Add(2 * time.Second)
	if n := count("a", 10); n != 2 {
		t.Errorf("%d after two seconds, want 2", n)
	}
	now = now.Add(time.Hour)
	if n := count("a", 10); n != 3 {
		t.Errorf("%d after an hour, want 3", n)
	}
}

// TestAllowanceTellsWhatIsLeft demands that whoever is told to come again at a time may then.
func TestAllowanceTellsWhatIsLeft(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	a := NewAllowance(2, 10*time.Second, func() time.Time { return now })
	for i, want := range []struct {
		left int
		next time.Duration
		may  bool
	}{{1, 0, true}, {0, 10 * time.Second, true}, {0, 10 * time.Second, false}} {
		if left, next, may := a.TakeOne("a"); left != want.left || next != want.next || may != want.may {
			t.Errorf("%d: %d left, next in %s, %t", i, left, next, may)
		}
	}
	now = now.Add(10 * time.Second)
	if !a.Take("a") {
		t.Error("may not when it was told that it may")
	}
}

func TestAllowanceIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	a := NewAllowance(2, time.Second, func() time.Time { return now })
	for i := range 2 * maxBuckets {
		a.Take(fmt.Sprint(i))
	}
	if len(a.buckets) > maxBuckets+1 {
		t.Errorf("%d buckets", len(a.buckets))
	}
	if a.Take("newcomer") {
		t.Error("a flood from many addresses is not bounded")
	}
	now = now.Add(time.Minute)
	if !a.Take("newcomer") || len(a.buckets) > 2 {
		t.Errorf("after the flood %d buckets are kept", len(a.buckets))
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "::ffff:192.0.2.1", "2001:db8::1": "2001:db8::/64", "2001:db8::ffff:1": "2001:db8::/64",
		"2001:db8:0:1::1": "2001:db8:0:1::/64", "fe80::1%eth0": "fe80::/64", "nonsense": "nonsense",
	} {
		if got := Network(address); got != want {
			t.Errorf("Network(%q) = %q, want %q", address, got, want)
		}
	}
}
