package interop_test

import (
	"context"
	"testing"

	"cloudpocket/cmd/app/interop"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

func dialRedis(t *testing.T, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	o.MaxRetries, o.DialerRetries = -1, 1
	c := redis.NewClient(o)
	t.Cleanup(func() { c.Close() })
	return c
}

func TestRedisDatabasesAreApart(t *testing.T) {
	ctx := context.Background()
	one, other := dialRedis(t, interop.Redis(t)), dialRedis(t, interop.Redis(t))
	if err := one.Set(ctx, "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n := other.Exists(ctx, "k").Val(); n != 0 {
		t.Errorf("the other database sees %d keys of the first", n)
	}
}

func TestRedisServerComesBackOnItsPort(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want int64
	}{
		{"forgets by default", nil, 0},
		{"keeps with an append-only file", []string{"--appendonly", "yes", "--appendfsync", "always"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx := context.Background()
			s := interop.RedisServer(t, tt.args...)
			c := dialRedis(t, s.URL())
			if err := c.Set(ctx, "k", "v", 0).Err(); err != nil {
				t.Fatal(err)
			}
			s.Stop()
			if err := c.Ping(ctx).Err(); err == nil {
				t.Error("a stopped server answers")
			}
			s.Start()
			if n, err := c.Exists(ctx, "k").Result(); n != tt.want || err != nil {
				t.Errorf("after a restart %d keys are there (%v), want %d", n, err, tt.want)
			}
		})
	}
}

func TestPostgresDatabaseIsEmptyAndDurable(t *testing.T) {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, interop.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	var tables int
	var fsync string
	err = c.QueryRow(ctx, `SELECT count(*), current_setting('fsync') FROM pg_tables WHERE schemaname = 'public'`).Scan(&tables, &fsync)
	if err != nil || tables != 0 || fsync != "on" {
		t.Errorf("%d tables, fsync %s, %v; want 0, on", tables, fsync, err)
	}
}
