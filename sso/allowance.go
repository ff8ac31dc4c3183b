package sso

import (
	"net/netip"
	"sync"
	"time"
)

// Allowance bounds how often something may be done on behalf of one key, such as an address, by somebody who has not
// proved anything yet: a bucket of burst tokens that one token drips into every interval.
type Allowance struct {
	burst float64
	every time.Duration
	now   func() time.Time

	mu      sync.Mutex
	buckets map[string]bucket
	forgot  time.Time
}

type bucket struct {
	tokens float64
	at     time.Time
}

// maxBuckets bounds the memory. When it is reached, buckets that are full again are forgotten, and if all are in use,
// newcomers share one.
const maxBuckets = 10_000

// NewAllowance returns one that allows burst at once, and one more in every interval.
func NewAllowance(burst int, every time.Duration, now func() time.Time) *Allowance {
	return &Allowance{burst: float64(burst), every: every, now: now, buckets: map[string]bucket{}}
}

// Network returns what an address is counted as: itself for IPv4, its /64 for IPv6, all of which one host may own.
func Network(address string) string {
	addr, err := netip.ParseAddr(address)
	if err != nil || addr.Unmap().Is4() {
		return address
	}
	prefix, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

// Take reports whether key may do it once more now.
func (a *Allowance) Take(key string) bool {
	_, _, may := a.TakeOne(key)
	return may
}

// TakeOne is Take that tells also how often key may do it still, and when it may once more.
func (a *Allowance) TakeOne(key string) (left int, next time.Duration, may bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	b, ok := a.buckets[key]
	if !ok && len(a.buckets) >= maxBuckets {
		if now.Sub(a.forgot) >= time.Second {
			a.forget(now)
		}
		if len(a.buckets) >= maxBuckets {
			key = ""
			b, ok = a.buckets[key]
		}
	}
	if !ok {
		b = bucket{a.burst, now}
	}
	b.tokens = min(a.burst, b.tokens+float64(now.Sub(b.at))/float64(a.every))
	b.at = now
	if may = b.tokens >= 1; may {
		b.tokens--
	}
	a.buckets[key] = b
	if b.tokens < 1 {
		next = time.Duration((1 - b.tokens) * float64(a.every))
	}
	return int(b.tokens), next, may
}

func (a *Allowance) forget(now time.Time) {
	a.forgot = now
	for key, b := range a.buckets {
		if b.tokens+float64(now.Sub(b.at))/float64(a.every) >= a.burst {
			delete(a.buckets, key)
		}
	}
}
