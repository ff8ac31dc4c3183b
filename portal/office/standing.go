package office

import (
	"net/http"
	"sync"
	"time"

	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// standingLife is how long an answer holds.
const standingLife = time.Second

// maxStanding bounds how many answers are kept; past it they are all forgotten, which costs each one question.
const maxStanding = 10_000

// standing remembers for a moment which accounts stand. Only good answers are kept.
type standing struct {
	mu    sync.Mutex
	asked map[person]time.Time // when each was answered well
}

// person is an account, who vouched for it and where it is.
type person struct {
	tenant, account, trust store.ID
	address                string
}

// ask returns what question answers about s, or nil when it was answered so within standingLife.
func (c *standing) ask(r *http.Request, s store.Session, now time.Time, question func(*http.Request, store.Session) error) error {
	p := person{s.TenantID, s.AccountID, s.TrustID, route.Address(r.Context())}
	if c.holds(p, now) {
		return nil
	}
	if err := question(r, s); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked == nil || len(c.asked) >= maxStanding {
		c.asked = map[person]time.Time{}
	}
	c.asked[p] = now
	return nil
}

// holds reports whether the answer about p is good still. One from a time to come is not: the clock was set back since,
// and it would hold for as long as that.
func (c *standing) holds(p person, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked, ok := c.asked[p]
	age := now.Sub(asked)
	return ok && age >= 0 && age < standingLife
}
