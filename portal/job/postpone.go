package job

import "time"

// postponed is what a handler returns that has a time of its own for when to try again.
type postponed struct {
	until time.Time
	err   error
	quiet bool // nothing failed: it was not tried
}

func (p *postponed) Error() string { return p.err.Error() }
func (p *postponed) Unwrap() error { return p.err }
