package scan

import (
	"context"
	"io"
	"net"
	"time"
)

// wire is one connection to clamd. Every wait on it ends with the context, or with the limit for that step.
type wire struct {
	net.Conn
	ctx    context.Context
	unbind func() bool
}

func (c *Clamd) dial(ctx context.Context) (*wire, error) {
	conn, err := (&net.Dialer{Timeout: c.config.Dial}).DialContext(ctx, c.network, c.where)
	if err != nil {
		return nil, fail(KeyAway, "connect to clamd: %w", cause(ctx, err))
	}
	return &wire{Conn: conn, ctx: ctx, unbind: context.AfterFunc(ctx, func() { interrupt(conn) })}, nil
}

func (w *wire) Close() error {
	w.unbind()
	return w.Conn.Close()
}

// within does one step and interrupts it after limit.
func (w *wire) within(limit time.Duration, step func() error) error {
	watch := time.AfterFunc(limit, func() { interrupt(w.Conn) })
	defer watch.Stop()
	return cause(w.ctx, step())
}

// write sends b to its end.
func (w *wire) write(limit time.Duration, b []byte) error {
	err := w.within(limit, func() error {
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		return fail(KeyAway, "send to clamd: %w", err)
	}
	return nil
}

// interrupt ends every wait on conn for good. A deadline in the past needs no clock.
func interrupt(conn net.Conn) { conn.SetDeadline(time.Unix(1, 0)) }

// cause returns why err came to be: the context's end, if that is what interrupted.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// reply returns everything that clamd says until it closes the connection, as it does after each command.
func (w *wire) reply(limit time.Duration) ([]byte, error) {
	var b []byte
	err := w.within(limit, func() (err error) {
		b, err = io.ReadAll(io.LimitReader(w, maxReply+1))
		return err
	})
	if err != nil {
		return nil, fail(KeyAway, "wait for clamd's answer: %w", err)
	}
	if len(b) > maxReply {
		return nil, fail(KeyAnswer, "clamd's answer is longer than %d bytes", maxReply)
	}
	return b, nil
}
