package redisstore

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
)

// slack is how much longer Redis keeps a value than it is good for, so that Redis' clock never decides.
const slack = time.Second

// Begin writes the index entries and then, in a second round trip, the session.
func (s *Store) Begin(ctx context.Context, sess store.Session) error {
	began := s.now()
	ttl := sess.Expires().Sub(began)
	if ttl <= 0 {
		return nil // it has expired, so there is nothing to keep
	}
	value, err := encodeSession(sess)
	if err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	if err := s.enter(ctx, sess, began); err != nil {
		return fault(ctx, "index a session", err)
	}
	if err := s.client.Set(ctx, s.sessionKey(sess.Key), value, ttl+slack).Err(); err != nil {
		return fault(ctx, "begin a session", err)
	}
	if took := s.now().Sub(began); took > underWay/2 {
		_, err := s.EndKey(ctx, sess.Key)
		return errors.Join(err, fault(ctx, "begin a session", fmt.Errorf("it took %s", took)))
	}
	return nil
}

// Find is one GET.
func (s *Store) Find(ctx context.Context, key store.SessionKey) (store.Session, error) {
	return s.one(ctx, "find a session", key, s.client.Get)
}

// Touch writes sess with its new Seen where a session still is. It judges expiry by sess, as Find returned it.
func (s *Store) Touch(ctx context.Context, sess store.Session, seen time.Time) error {
	if err := ctx.Err(); err != nil {
		return fault(ctx, "touch a session", err)
	}
	now := s.now()
	standing := sess.Expires().After(now)
	sess.Seen = seen
	ttl := sess.Expires().Sub(now)
	if !standing || ttl <= 0 {
		return store.ErrNotFound
	}
	value, err := encodeSession(sess)
	if err != nil {
		return fmt.Errorf("touch a session: %w", err)
	}
	set, err := s.client.SetXX(ctx, s.sessionKey(sess.Key), value, ttl+slack).Result()
	if err != nil {
		return fault(ctx, "touch a session", err)
	}
	if !set {
		return store.ErrNotFound
	}
	return nil
}

// EndKey is one GETDEL, sent once: when its answer is lost, that is an error of kind Unavailable, though the session may have
// ended. The index entries stay until somebody reads them.
func (s *Store) EndKey(ctx context.Context, key store.SessionKey) (store.Session, error) {
	return s.one(ctx, "end a session", key, s.getDel)
}

// one is a command that returns the one session kept under key. A value that cannot be read is an error of kind Damaged.
func (s *Store) one(ctx context.Context, doing string, key store.SessionKey, get func(context.Context, string) *redis.StringCmd) (store.Session, error) {
	if err := ctx.Err(); err != nil {
		return store.Session{}, fault(ctx, doing, err)
	}
	v, err := get(ctx, s.sessionKey(key)).Result()
	if errors.Is(err, redis.Nil) {
		return store.Session{}, store.ErrNotFound
	}
	if err != nil {
		return store.Session{}, fault(ctx, doing, err)
	}
	sess, err := decodeSession(key, v)
	if err != nil {
		return store.Session{}, fmt.Errorf("%s: %w", doing, err)
	}
	if !sess.Expires().After(s.now()) {
		return store.Session{}, store.ErrNotFound
	}
	return sess, nil
}

func (s *Store) sessionKey(key store.SessionKey) string {
	var text [keyText]byte
	base64.RawURLEncoding.Encode(text[:], key[:])
	return s.prefix + "s:" + string(text[:])
}

// keyText is the length of a session key as base64url.
const keyText = (len(store.SessionKey{})*8 + 5) / 6
