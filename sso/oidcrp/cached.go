package oidcrp

import (
	"context"
	"sync"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// cached keeps something that is fetched from the OP. Concurrent callers share one fetch, which goes on when they
// leave. What was fetched once stays in use when a later fetch fails.
type cached[T any] struct {
	fetch func(context.Context) (T, error)
	now   func() time.Time
	fresh time.Duration // how long a value is used before it is fetched again
	retry time.Duration // how long a failure is believed

	mu     sync.Mutex
	value  T
	serial uint64 // counts values; 0: there is none yet
	at     time.Time
	err    error // of the latest fetch
	failed time.Time
	flight chan struct{} // closed when the fetch under way is over; nil: none is
}

// get returns the value and its serial, fetching it when there is none or it is no longer fresh.
func (c *cached[T]) get(ctx context.Context) (T, uint64, error) {
	c.mu.Lock()
	now := c.now()
	fresh := c.serial > 0 && now.Sub(c.at) < c.fresh
	resting := c.err != nil && now.Sub(c.failed) < c.retry
	serial := c.serial
	c.mu.Unlock()
	var err error
	if !fresh && !resting {
		err = c.refresh(ctx, serial)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.serial > 0:
		return c.value, c.serial, nil
	case err != nil:
		return c.value, 0, err
	}
	return c.value, 0, c.err
}

// newer tells whether a value after serial is there or on its way.
func (c *cached[T]) newer(serial uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flight != nil || c.serial > serial
}

// refresh fetches a value newer than serial, or waits for the fetch that is under way. A ctx that ends ends the
// waiting alone.
func (c *cached[T]) refresh(ctx context.Context, serial uint64) error {
	c.mu.Lock()
	if c.serial > serial {
		c.mu.Unlock()
		return nil
	}
	if c.flight == nil {
		c.flight = make(chan struct{})
		go c.run(context.WithoutCancel(ctx), c.flight)
	}
	flight := c.flight
	c.mu.Unlock()
	select {
	case <-ctx.Done():
		return store.Fail(store.Unavailable, sso.KeyAway, "wait for the identity provider: %w", ctx.Err())
	case <-flight:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *cached[T]) run(ctx context.Context, done chan struct{}) {
	value, err := c.safely(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err = err; err == nil {
		c.value, c.at = value, c.now()
		c.serial++
	} else {
		c.failed = c.now()
	}
	c.flight = nil
	close(done)
}

// safely turns a panic over a foreign document into an error: this goroutine has nobody above it to recover.
func (c *cached[T]) safely(ctx context.Context) (value T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked("fetch", p)
		}
	}()
	return c.fetch(ctx)
}
