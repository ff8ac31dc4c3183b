package interop

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

// console gathers what a page complains about.
type console struct {
	mu     sync.Mutex
	errors []string
	marks  map[string]chan struct{}
}

func listen(ctx context.Context) *console {
	c := &console{marks: map[string]chan struct{}{}}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return // the tab was closed
			}
			c.take(m)
		}
	}()
	return c
}

func (c *console) take(m chromedp.ConsoleMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seen := c.marks[m.Text]; seen != nil {
		close(seen)
		delete(c.marks, m.Text)
	}
	if m.Type == chromedp.ConsoleError || m.IsException() {
		c.errors = append(c.errors, strings.TrimSpace(fmt.Sprintf("%s %s", m, m.URL)))
	}
}

// mark returns a text, and a channel that is closed when the console shows it.
func (c *console) mark() (string, chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text, seen := rand.Text(), make(chan struct{})
	c.marks[text] = seen
	return text, seen
}

// Errors returns the errors on the page's console since it was opened or last asked: exceptions, refusals by a content
// security policy, resources that could not be loaded.
func (p *Page) Errors() []string {
	p.t.Helper()
	text, seen := p.console.mark()
	p.Eval(fmt.Sprintf("console.debug(%q)", text))
	<-seen // messages come in order, so all earlier ones have been taken
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	errors := p.console.errors
	p.console.errors = nil
	return errors
}
