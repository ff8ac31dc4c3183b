package redisstore

import (
	"errors"
	"testing"
	"time"

	"cloudpocket/store"
)

// TestEviction demands that a Redis which drops keys at its own choice is not called well: what it drops first is what
// says which sessions to end and what was spent.
func TestEviction(t *testing.T) {
	for policy, well := range map[string]bool{"noeviction": true, "volatile-lru": false, "allkeys-lru": false, "volatile-ttl": false} {
		t.Run(policy, func(t *testing.T) {
			server := startServer(t, "--maxmemory", "50mb", "--maxmemory-policy", policy)
			s, err := Open(Config{Addrs: []string{server.addr}, Now: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			if err := s.Ping(t.Context()); (err == nil) != well || err != nil && !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("ping: %v, want well %t", err, well)
			}
		})
	}
}
