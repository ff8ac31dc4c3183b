package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"cloudpocket/store"
)

// Store keeps sessions and marks in Redis. It is safe for concurrent use.
type Store struct {
	client redis.UniversalClient
	prefix string
	now    func() time.Time
}

var (
	_ store.Sessions = (*Store)(nil)
	_ store.Marks    = (*Store)(nil)
)

// Open returns a Store that connects when it is first used, so that it can be opened while Redis is away. It fails if
// c contradicts itself.
func Open(c Config) (*Store, error) {
	switch {
	case len(c.Addrs) == 0:
		return nil, errors.New("open Redis: no address")
	case c.Cluster && (c.Master != "" || c.DB != 0):
		return nil, errors.New("open Redis: a cluster has neither sentinels nor numbered databases")
	case !c.Cluster && c.Master == "" && len(c.Addrs) > 1:
		return nil, errors.New("open Redis: several addresses, neither sentinels nor a cluster's")
	}
	s := &Store{client: redis.NewUniversalClient(c.options()), prefix: cmp.Or(c.Prefix, "cloudpocket:"), now: c.Now}
	if s.now == nil {
		s.now = time.Now
	}
	return s, nil
}

// options bounds what a request waits when Redis is away: one dial or one reply, and one more try.
func (c Config) options() *redis.UniversalOptions {
	timeout := cmp.Or(c.Timeout, 750*time.Millisecond)
	return &redis.UniversalOptions{
		Addrs: c.Addrs, IsClusterMode: c.Cluster, MasterName: c.Master, DB: c.DB,
		Username: c.Username, Password: c.Password,
		SentinelUsername: c.SentinelUsername, SentinelPassword: c.SentinelPassword,
		TLSConfig: c.TLS, PoolSize: c.PoolSize,
		Protocol:    2, // no server pushes are wanted, and looking for them costs a system call per command
		DialTimeout: cmp.Or(c.DialTimeout, time.Second), ReadTimeout: timeout, WriteTimeout: timeout, PoolTimeout: timeout,
		DialerRetries: 1, MaxRetries: 1, MinRetryBackoff: 8 * time.Millisecond, MaxRetryBackoff: 64 * time.Millisecond,
		ContextTimeoutEnabled:    true,
		PipelinePoolSize:         -1, // pipelines are rare and share the other connections
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

// Close ends the connections. Calls under way fail.
func (s *Store) Close() error { return s.client.Close() }

// Ping writes a key and so tells a Redis that is full, read-only or without its cluster from one that is well. One that
// evicts keys when its memory runs out is not well either: it forgets which sessions an account has, and what was spent.
// A user who may not do either is an error that says so: what cannot be asked is not taken for well.
func (s *Store) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fault(ctx, "ping", err)
	}
	if err := s.client.Set(ctx, s.prefix+"ping", "1", time.Minute).Err(); err != nil {
		return fault(ctx, "ping", permitted(err))
	}
	info, err := s.client.Info(ctx, "memory").Result()
	if err != nil {
		return fault(ctx, "ask for the memory policy", permitted(err))
	}
	if policy := infoField(info, "maxmemory_policy"); policy != "" && policy != "noeviction" {
		return store.Fail(store.Unavailable, "error.redis_evicts", "Redis evicts keys (maxmemory-policy %s); it must be noeviction", policy)
	}
	return nil
}

// permitted says so where err is that the user may not give a command or touch a key, which Redis then names, and
// returns err otherwise.
func permitted(err error) error {
	if !redis.HasErrorPrefix(err, "NOPERM") {
		return err
	}
	return fmt.Errorf("the ACL of Redis denies the URL's user what the service needs (the documentation of redisstore lists it): %w", err)
}

// infoField returns a field of an INFO answer, "" when it is not there.
func infoField(info, name string) string {
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+":"); ok {
			return value
		}
	}
	return ""
}

func damaged(format string, args ...any) error {
	return &store.Error{Kind: store.Damaged, Err: fmt.Errorf(format, args...)}
}
