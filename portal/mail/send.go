package mail

import (
	"context"
	"crypto/tls"
	"errors"
	netmail "net/mail"
)

// SMTP sends mails over one mail server. It is safe for concurrent use.
type SMTP struct {
	config  Config
	from    netmail.Address
	address string
	tls     *tls.Config
	turns   chan struct{}
	pool    pool
}

// Send hands m to the mail server. Nil means that the server has taken it; every error is a *Failure.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	l, err := compose(m, s.from, s.config.Now())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return newFailure(Failure{}, "wait for a turn: %w", context.Cause(ctx))
	}
	c, err := s.take(ctx)
	if err != nil {
		return ended(ctx, err)
	}
	c.mails++
	free := c.wire.bind(ctx)
	err = c.deliver(l)
	if whole := free(); whole && orderly(err) {
		s.pool.give(c, s.config.Idle)
	} else {
		c.wire.Close()
	}
	return ended(ctx, err)
}

// orderly reports whether the conversation can go on after err: the server refused this mail and nothing else.
func orderly(err error) bool {
	var f *Failure
	return err == nil || errors.As(err, &f) && f.Code != 0 && f.Code != 421
}

// ended returns err, with the context's own reason in place of the time limit that it set.
func ended(ctx context.Context, err error) error {
	var f *Failure
	if ctx.Err() != nil && errors.As(err, &f) && f.Code == 0 {
		return newFailure(Failure{}, "%w (%v)", context.Cause(ctx), f.cause.Err)
	}
	return err
}
