package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
)

// Put is SET NX. What is in the way may have expired by our clock and not yet by Redis': then it is replaced, if it is
// still the same.
func (s *Store) Put(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	if err := store.CheckMark(name, value, ttl); err != nil {
		return fmt.Errorf("put a mark: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return fault(ctx, "put a mark", err)
	}
	v := encodeMark(name, value, s.now().Add(ttl))
	set, err := s.client.SetNX(ctx, s.markKey(name), v, ttl+slack).Result()
	if err == nil && !set {
		set, err = s.replaceExpired(ctx, name, v, ttl)
	}
	switch {
	case err != nil:
		return fault(ctx, "put a mark", err)
	case !set:
		return store.ErrConflict
	}
	return nil
}

// Set is SET.
func (s *Store) Set(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	if err := store.CheckMark(name, value, ttl); err != nil {
		return fmt.Errorf("set a mark: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return fault(ctx, "set a mark", err)
	}
	v := encodeMark(name, value, s.now().Add(ttl))
	return fault(ctx, "set a mark", s.client.Set(ctx, s.markKey(name), v, ttl+slack).Err())
}

// replaceExpired reports whether v took the place of a mark that had expired. A mark that cannot be read stays: it may
// be one that must not come twice.
func (s *Store) replaceExpired(ctx context.Context, name string, v []byte, ttl time.Duration) (bool, error) {
	old, err := s.client.Get(ctx, s.markKey(name)).Result()
	if errors.Is(err, redis.Nil) {
		return false, nil // taken a moment ago, so it was there when we came
	}
	if err != nil {
		return false, err
	}
	if _, expires, err := decodeMark(name, old); err != nil || expires.After(s.now()) {
		return false, nil
	}
	const swap = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`
	n, err := s.client.Eval(ctx, swap, []string{s.markKey(name)}, old, v, (ttl + slack).Milliseconds()).Int()
	return n == 1, err
}

// Take is GETDEL, which gives the value to one of many, sent once: when its answer is lost, that is an error of kind
// Unavailable, though the mark may be gone.
func (s *Store) Take(ctx context.Context, name string) ([]byte, error) {
	return s.read(ctx, "take a mark", name, s.getDel)
}

// Peek is GET.
func (s *Store) Peek(ctx context.Context, name string) ([]byte, error) {
	return s.read(ctx, "peek at a mark", name, s.client.Get)
}

func (s *Store) read(ctx context.Context, doing, name string, get func(context.Context, string) *redis.StringCmd) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault(ctx, doing, err)
	}
	v, err := get(ctx, s.markKey(name)).Result()
	if errors.Is(err, redis.Nil) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, fault(ctx, doing, err)
	}
	value, expires, err := decodeMark(name, v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	if !expires.After(s.now()) {
		return nil, store.ErrNotFound
	}
	return []byte(value), nil
}

func (s *Store) markKey(name string) string { return s.prefix + "m:" + name }
