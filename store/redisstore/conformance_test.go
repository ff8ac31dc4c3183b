package redisstore

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store/storetest"
)

func TestConformance(t *testing.T) {
	c := testConfig(t)
	storetest.Sessions(t, opening(c))
}

// testConfig says where the Redis is that the test runner started.
func testConfig(t testing.TB) Config {
	t.Helper()
	url := os.Getenv("CLOUDPOCKET_TEST_REDIS")
	if url == "" {
		t.Fatal("CLOUDPOCKET_TEST_REDIS is not set: run the tests by .ci/test, which starts a Redis for them")
	}
	c, err := ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// opening opens c with a prefix of the test's own, and clears it afterwards.
func opening(c Config) func(*testing.T, func() time.Time) storetest.Expiring {
	return func(t *testing.T, now func() time.Time) storetest.Expiring {
		t.Helper()
		c := c
		c.Prefix, c.Now = filepath.Base(storetest.Place(t))+":", now
		s := mustOpen(t, c)
		t.Cleanup(func() { clearKeys(t, s) })
		return s
	}
}

func mustOpen(t testing.TB, c Config) *Store {
	t.Helper()
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func clearKeys(t *testing.T, s *Store) {
	for _, key := range keys(t, s) {
		if err := s.client.Del(context.Background(), key).Err(); err != nil {
			t.Error(err)
		}
	}
}

// keys returns every key of s, on whichever node it lies.
func keys(t *testing.T, s *Store) (all []string) {
	t.Helper()
	var mu sync.Mutex
	scan := func(ctx context.Context, c *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		i := c.Scan(ctx, 0, s.prefix+"*", 1000).Iterator()
		for i.Next(ctx) {
			all = append(all, i.Val())
		}
		return i.Err()
	}
	var err error
	switch c := s.client.(type) {
	case *redis.ClusterClient:
		err = c.ForEachMaster(context.Background(), scan)
	case *redis.Client:
		err = scan(context.Background(), c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}
