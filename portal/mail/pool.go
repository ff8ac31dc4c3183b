package mail

import (
	"context"
	"sync"
	"time"
)

// maxMails is how many mails go over one connection; some servers count.
const maxMails = 100

// pool holds the connections that wait for another mail.
type pool struct {
	mutex  sync.Mutex
	idle   []*conversation
	closed bool
}

// take returns a connection on which the server answers and nothing is under way: one that waited, or a new one.
func (s *SMTP) take(ctx context.Context) (*conversation, error) {
	for c := s.pool.pop(); c != nil; c = s.pool.pop() {
		c.wire.left = maxAnswers
		free := c.wire.bind(ctx)
		err := c.client.Reset()
		if free() && err == nil {
			return c, nil
		}
		c.wire.Close()
	}
	return s.begin(ctx)
}

func (p *pool) pop() *conversation {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if c.expire.Stop() {
			return c
		}
	}
	return nil
}

// give keeps c for the next mail, for a while.
func (p *pool) give(c *conversation, idle time.Duration) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.closed || c.mails >= maxMails {
		go c.end(context.Background())
		return
	}
	c.expire = time.AfterFunc(idle, func() {
		p.drop(c)
		c.end(context.Background())
	})
	p.idle = append(p.idle, c)
}

func (p *pool) drop(c *conversation) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for i, other := range p.idle {
		if other == c {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			return
		}
	}
}

// Close ends the connections that wait for a mail, within a second. Mails that are under way are not disturbed.
func (s *SMTP) Close() {
	s.pool.mutex.Lock()
	s.pool.closed = true
	s.pool.mutex.Unlock()
	var all sync.WaitGroup
	for c := s.pool.pop(); c != nil; c = s.pool.pop() {
		all.Go(func() { c.end(context.Background()) })
	}
	all.Wait()
}
