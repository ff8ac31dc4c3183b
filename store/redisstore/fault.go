package redisstore

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// fault says what err from Redis means: ctx's own error when the caller gave up, otherwise that Redis is away, whatever
// it answered. Nil stays nil; redis.Nil is the caller's to handle first.
func fault(ctx context.Context, doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("%s in Redis: %w", doing, ctx.Err())
	}
	return &store.Error{Kind: store.Unavailable, Err: fmt.Errorf("%s in Redis: %w", doing, err)}
}
