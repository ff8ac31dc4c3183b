package office

import (
	"net/http"
	"sync"
	"time"

	"cloudpocket/store"
)

// standingLife is how long an answer holds.
const standingLife = time.Second

// maxStanding bounds how many answers are kept; past it they are all forgotten, which costs each one question.
const maxStanding = 10_000

// standing remembers for a moment which accounts stand. Only good answers are kept.
type standing struct {
	mu    sync.Mutex
	until map[person]time.Time
}

// person is an account and who vouched for it.
type person struct{ tenant, account, trust store.ID }

// ask returns what question answers about s, or nil when it was answered so within standingLife.
func (c *standing) ask(r *http.Request, s store.Session, now time.Time, question func(*http.Request, store.Session) error) error {
	p := person{s.TenantID, s.AccountID, s.TrustID}
	if c.holds(p, now) {
		return nil
	}
	if err := question(r, s); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.until == nil || len(c.until) >= maxStanding {
		c.until = map[person]time.Time{}
	}
	c.until[p] = now.Add(standingLife)
	return nil
}

func (c *standing) holds(p person, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Before(c.until[p])
}
