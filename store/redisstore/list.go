package redisstore

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
)

// listSize is how many entries of an index are read at a time.
const listSize = 500

// List walks an index from the entries that end last until it has enough.
func (s *Store) List(ctx context.Context, sel store.SessionSelector, limit int) ([]store.Session, bool, error) {
	if err := sel.CheckList(); err != nil {
		return nil, false, fmt.Errorf("list sessions: %w", err)
	}
	if limit < 1 {
		return nil, false, store.Fail(store.Invalid, "", "a list of %d sessions", limit)
	}
	listed, err := s.walk(ctx, sel, limit+1)
	if err != nil {
		return nil, false, fault(ctx, "list sessions", err)
	}
	more := len(listed) > limit
	listed = listed[:min(limit, len(listed))]
	store.SortSessions(listed)
	return listed, more, nil
}

// walk returns up to limit of the sessions that sel selects, those that end last. One that begins meanwhile moves the
// entries after it, and one of these then comes twice.
func (s *Store) walk(ctx context.Context, sel store.SessionSelector, limit int) (listed []store.Session, err error) {
	index, seen := s.indexFor(sel), map[store.SessionKey]bool{}
	for at := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		members, err := s.client.ZRangeArgs(ctx, redis.ZRangeArgs{Key: index, Start: at, Stop: at + listSize - 1, Rev: true}).Result()
		if err != nil {
			return nil, err
		}
		batch, removed, err := s.load(ctx, index, members)
		if err != nil {
			return nil, err
		}
		for _, sess := range batch {
			if sel.Selects(sess) && !seen[sess.Key] && sess.Expires().After(s.now()) {
				seen[sess.Key] = true
				listed = append(listed, sess)
			}
			if len(listed) == limit {
				return listed, nil
			}
		}
		if at += int64(len(members) - removed); len(members) < listSize {
			return listed, nil
		}
	}
}
