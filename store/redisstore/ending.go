package redisstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
)

// Of reads the account's index and then its sessions.
func (s *Store) Of(ctx context.Context, tenant, account store.ID) ([]store.Session, error) {
	var all []store.Session
	seen := map[store.SessionKey]bool{}
	err := s.each(ctx, s.accountIndex(tenant, account), func(batch []store.Session) error {
		for _, sess := range batch {
			if sess.TenantID == tenant && sess.AccountID == account && !seen[sess.Key] && sess.Expires().After(s.now()) {
				seen[sess.Key] = true
				all = append(all, sess)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fault(ctx, "list sessions", err)
	}
	store.SortSessions(all)
	return all, nil
}

// End walks the smallest index that has every selected session, and deletes those that match. It is not one step:
// a session that begins meanwhile may stand afterwards, and the next End finds it.
func (s *Store) End(ctx context.Context, sel store.SessionSelector) (int, error) {
	if err := sel.Check(); err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	ended := 0
	err := s.each(ctx, s.indexFor(sel), func(batch []store.Session) error {
		n, err := s.delete(ctx, sel, batch)
		ended += n
		return err
	})
	return ended, fault(ctx, "end sessions", err)
}

// delete ends those of batch that sel selects and returns how many were standing until now.
func (s *Store) delete(ctx context.Context, sel store.SessionSelector, batch []store.Session) (int, error) {
	now, ended := s.now(), 0
	var standing []*redis.IntCmd
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, sess := range batch {
			if !sel.Selects(sess) {
				continue
			}
			if gone := p.Del(ctx, s.sessionKey(sess.Key)); sess.Expires().After(now) {
				standing = append(standing, gone)
			}
		}
		return nil
	})
	for _, gone := range standing {
		ended += int(gone.Val())
	}
	return ended, err
}

// each calls fn with the sessions of an index, some at a time, expired ones included. A session may come twice.
func (s *Store) each(ctx context.Context, index string, fn func([]store.Session) error) error {
	for cursor := uint64(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		pairs, next, err := s.client.ZScan(ctx, index, cursor, "", 500).Result()
		if err != nil {
			return err
		}
		batch, err := s.load(ctx, index, pairs)
		if err == nil && len(batch) > 0 {
			err = fn(batch)
		}
		if err != nil || next == 0 {
			return err
		}
		cursor = next
	}
}

// load reads the sessions that pairs, members and scores by turns, stand for. Entries that lead nowhere are removed
// unless their session may be about to be written; a damaged session is nobody's.
func (s *Store) load(ctx context.Context, index string, pairs []string) ([]store.Session, error) {
	var entries []entry
	for i := 0; i < len(pairs); i += 2 {
		if e, ok := parseEntry(pairs[i]); ok {
			entries = append(entries, e)
		}
	}
	values, err := s.values(ctx, entries)
	if err != nil {
		return nil, err
	}
	var batch []store.Session
	var stale []any
	for i, v := range values {
		sess, err := decodeSession(entries[i].key, v)
		switch {
		case err == nil:
			batch = append(batch, sess)
		case v == "" && s.now().Sub(entries[i].began) > underWay:
			stale = append(stale, entries[i].String())
		}
	}
	if len(stale) > 0 {
		err = s.client.ZRem(ctx, index, stale...).Err()
	}
	return batch, err
}

// values returns what is kept for each of entries, "" where there is nothing.
func (s *Store) values(ctx context.Context, entries []entry) ([]string, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	gets := make([]*redis.StringCmd, len(entries))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, e := range entries {
			gets[i] = p.Get(ctx, s.sessionKey(e.key))
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	values := make([]string, len(gets))
	for i, get := range gets {
		if err := get.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
		values[i] = get.Val()
	}
	return values, nil
}
