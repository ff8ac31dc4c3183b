package job

import (
	"math/rand/v2"
	"sync"
	"time"

	"cloudpocket/store"
)

// How long an address that does not answer is left alone after its first failure, and at most; and from when on an answer is slow.
const (
	firstRest = 5 * time.Second
	lastRest  = 30 * time.Minute
	slowly    = 3 * time.Second
)

// patience keeps hands from waiting for an address that does not answer: while it is left alone, what is for it is put off, and
// then one tries for all. It is safe for concurrent use, and each instance has its own.
type patience struct {
	mu sync.Mutex
	of map[store.ID]*rested
}

// rested is an address that did not answer.
type rested struct {
	times int // in a row
	until time.Time
	tried bool // somebody is at it
}

func newPatience() *patience { return &patience{of: map[store.ID]*rested{}} }

// begin reports whether something may go to id now; otherwise it returns when it may be asked again, spread so that not all that
// was put off comes back at once.
func (p *patience) begin(id store.ID, now time.Time) (again time.Time, may bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ill := p.of[id]
	if !ill {
		return now, true
	}
	if !r.tried && !now.Before(r.until) {
		r.tried = true
		return now, true
	}
	from := now
	if from.Before(r.until) {
		from = r.until
	}
	return from.Add(time.Second + rand.N(rest(r.times))), false
}

// end says how it went: an address that answers in time is well. Those that began before it was known to be ill change nothing.
func (p *patience) end(id store.ID, now time.Time, answered bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ill := p.of[id]
	switch {
	case answered:
		delete(p.of, id)
	case !ill:
		p.of[id] = &rested{times: 1, until: now.Add(rest(1))}
	case r.tried:
		r.times++
		r.until, r.tried = now.Add(rest(r.times)), false
	}
}

// rest is how long an address is left alone that did not answer so often.
func rest(times int) time.Duration {
	if times > 10 {
		return lastRest
	}
	return min(firstRest<<(times-1), lastRest)
}
