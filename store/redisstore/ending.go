package redisstore

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
// a session that begins meanwhile may stand afterwards, and the next End finds it. Of one session it walks twice: an embed that
// began before the session ended is found the second time at the latest, and one that began after that sees that it has.
func (s *Store) End(ctx context.Context, sel store.SessionSelector) ([]store.Session, error) {
	ended, err := s.endOnce(ctx, sel)
	if sel.ID != "" && err == nil {
		var late []store.Session
		late, err = s.endOnce(ctx, sel)
		ended = append(ended, late...)
		store.SortSessions(ended)
	}
	return ended, err
}

func (s *Store) endOnce(ctx context.Context, sel store.SessionSelector) ([]store.Session, error) {
	if err := sel.Check(); err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	var ended []store.Session
	err := s.each(ctx, s.indexFor(sel), func(batch []store.Session) error {
		some, err := s.take(ctx, sel, batch)
		ended = append(ended, some...)
		return err
	})
	store.SortSessions(ended)
	return ended, fault(ctx, "end sessions", err)
}

// take ends those of batch that sel selects and returns what was standing until now. GETDEL gives a session to one of
// many; on a cluster some nodes may have done their part when another's fails.
func (s *Store) take(ctx context.Context, sel store.SessionSelector, batch []store.Session) ([]store.Session, error) {
	batch = slices.DeleteFunc(batch, func(sess store.Session) bool { return !sel.Selects(sess) })
	keys := make([]store.SessionKey, len(batch))
	for i, sess := range batch {
		keys[i] = sess.Key
	}
	values, err := s.values(ctx, keys, pipedGetDel)
	now := s.now()
	var ended []store.Session
	for i, v := range values {
		if v == "" {
			continue // somebody else ended it
		}
		sess, damage := decodeSession(batch[i].Key, v)
		if damage != nil {
			sess = batch[i] // as it was read a moment ago
		}
		if sess.Expires().After(now) {
			ended = append(ended, sess)
		}
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
		batch, _, err := s.load(ctx, index, membersOf(pairs))
		if err == nil && len(batch) > 0 {
			err = fn(batch)
		}
		if err != nil || next == 0 {
			return err
		}
		cursor = next
	}
}

// membersOf returns the members of pairs, members and scores by turns.
func membersOf(pairs []string) []string {
	members := make([]string, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		members = append(members, pairs[i])
	}
	return members
}

// load reads the sessions that members of an index stand for. Entries that lead nowhere are removed, and counted, unless
// their session may be about to be written; a damaged session is nobody's.
func (s *Store) load(ctx context.Context, index string, members []string) (_ []store.Session, removed int, _ error) {
	var entries []entry
	for _, m := range members {
		if e, ok := parseEntry(m); ok {
			entries = append(entries, e)
		}
	}
	keys := make([]store.SessionKey, len(entries))
	for i, e := range entries {
		keys[i] = e.key
	}
	values, err := s.values(ctx, keys, redis.Pipeliner.Get)
	if err != nil {
		return nil, 0, err
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
	return batch, len(stale), err
}

// values sends get, GET or GETDEL, for each of keys and returns what it brought, "" where there is nothing. With an error
// come the values that were brought all the same.
func (s *Store) values(ctx context.Context, keys []store.SessionKey, get reading) ([]string, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	gets := make([]*redis.StringCmd, len(keys))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, key := range keys {
			gets[i] = get(p, ctx, s.sessionKey(key))
		}
		return nil
	})
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	values := make([]string, len(gets))
	for i, get := range gets {
		values[i] = get.Val()
		if failed := get.Err(); err == nil && failed != nil && !errors.Is(failed, redis.Nil) {
			err = failed
		}
	}
	return values, err
}

// reading is a command that returns one value.
type reading func(redis.Pipeliner, context.Context, string) *redis.StringCmd
