package sqlstore

import (
	"context"
	"math"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/sessions"
)

// Put keeps value under name for ttl, and forgets some marks that have expired; ErrConflict when the name is taken.
func (s *Sessions) Put(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	if err := store.CheckMark(name, value, ttl); err != nil {
		return err
	}
	return s.write(ctx, "put a mark", func(q *sessions.Queries) error {
		now := s.now()
		return putMark(ctx, q, name, value, now, now, ttl)
	})
}

// Set keeps value under name for ttl, in place of what is kept there, and forgets some marks that have expired.
func (s *Sessions) Set(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	if err := store.CheckMark(name, value, ttl); err != nil {
		return err
	}
	return s.write(ctx, "set a mark", func(q *sessions.Queries) error {
		return putMark(ctx, q, name, value, s.now(), time.UnixMicro(math.MaxInt64), ttl) // none lasts longer
	})
}

// putMark keeps a mark from now on in place of one that expires by then, and sweeps; ErrConflict when one is there that
// does not.
func putMark(ctx context.Context, q *sessions.Queries, name string, value []byte, now, then time.Time, ttl time.Duration) error {
	if err := q.ForgetMark(ctx, sessions.ForgetMarkParams{Name: name, Now: micros(then)}); err != nil {
		return err
	}
	if _, err := q.SweepMarks(ctx, sessions.SweepMarksParams{Now: micros(now), Size: sweepSize}); err != nil {
		return err
	}
	n, err := q.PutMark(ctx, sessions.PutMarkParams{Name: name, Value: append([]byte{}, value...), Expires: micros(now.Add(ttl))})
	if err == nil && n == 0 {
		err = conflict("the name is taken")
	}
	return err
}

// Take returns the value kept under name and removes it: of many takers one gets it and the others ErrNotFound.
func (s *Sessions) Take(ctx context.Context, name string) (value []byte, err error) {
	err = s.write(ctx, "take a mark", func(q *sessions.Queries) (err error) {
		value, err = q.TakeMark(ctx, sessions.TakeMarkParams{Name: name, Now: micros(s.now())})
		return err
	})
	if err != nil {
		return nil, err
	}
	return value, nil
}

// Peek returns the value without removing it, or ErrNotFound.
func (s *Sessions) Peek(ctx context.Context, name string) ([]byte, error) {
	value, err := s.read().PeekMark(ctx, sessions.PeekMarkParams{Name: name, Now: micros(s.now())})
	return value, fault("peek at a mark", err)
}
