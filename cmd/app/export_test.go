package app

import (
	"testing"
	"time"
)

// What the tests of the whole service share with those of its parts.

// Postbox is a mail server that keeps what it gets.
type Postbox = postbox

// NewPostbox starts one.
func NewPostbox(t *testing.T) *Postbox { return newPostbox(t) }

// Mail is a mail as it arrived: its text is that of all its parts, decoded.
type Mail struct{ To, Subject, Text string }

// Mails returns what has arrived.
func (p *postbox) Mails() (all []Mail) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.letters {
		all = append(all, Mail{l.to, l.subject, l.text})
	}
	return all
}

// Clock is a clock that can be put forward.
type Clock = hasty

// Now and Forward tell the time and change it.
func (c *hasty) Now() time.Time          { return c.now() }
func (c *hasty) Forward(d time.Duration) { c.forward(d) }

// Outward returns a configuration with a real clamd, that mail server, and a data folder of its own.
func (c *hasty) Outward(t *testing.T, p *Postbox) Config { return c.config(t, p) }
