package interop

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis returns the URL of an empty database of the shared Redis server, this test's alone while it runs.
func Redis(t testing.TB) string {
	t.Helper()
	ctx := context.Background()
	opts, err := redis.ParseURL(variable(t, "CLOUDPOCKET_TEST_REDIS"))
	if err != nil {
		t.Fatal("CLOUDPOCKET_TEST_REDIS:", err)
	}
	opts.DB = nextDatabase(t, *opts)
	c := redis.NewClient(opts)
	if err := c.FlushDB(ctx).Err(); err != nil {
		t.Fatal("empty the Redis database:", err)
	}
	t.Cleanup(func() {
		_ = c.FlushDB(ctx).Err() // the next to get this database empties it too
		c.Close()
	})
	return fmt.Sprintf("redis://%s/%d", opts.Addr, opts.DB)
}

// nextDatabase deals the server's numbered databases out in turn, to all test processes. The last holds the count; 0 is
// left to whoever uses the server without asking here.
func nextDatabase(t testing.TB, o redis.Options) int {
	t.Helper()
	ctx := context.Background()
	asking := redis.NewClient(&o)
	defer asking.Close()
	conf, err := asking.ConfigGet(ctx, "databases").Result()
	if err != nil {
		t.Fatal("ask the shared Redis server how many databases it has:", err)
	}
	all, err := strconv.Atoi(conf["databases"])
	if err != nil || all < 3 {
		t.Fatalf("the shared Redis server has %q databases; 3 are needed", conf["databases"])
	}
	o.DB = all - 1
	counting := redis.NewClient(&o)
	defer counting.Close()
	n, err := counting.Incr(ctx, "dealt").Result()
	if err != nil {
		t.Fatal("ask for a Redis database:", err)
	}
	return 1 + int(n)%(all-2)
}

// RedisProcess is a Redis server of one test's own.
type RedisProcess struct {
	process
}

// RedisServer starts a Redis server. args follow its command line, such as "--appendonly", "yes" for one that keeps
// what it was told when it is stopped and started; by default it forgets.
func RedisServer(t testing.TB, args ...string) *RedisProcess {
	t.Helper()
	dir := t.TempDir()
	r := &RedisProcess{process{t: t, name: "redis-server"}}
	r.command = func(port int) *exec.Cmd {
		return exec.Command("redis-server", append([]string{"--bind", "127.0.0.1", "--port", strconv.Itoa(port),
			"--save", "", "--dir", dir}, args...)...)
	}
	r.ready = r.answers
	r.start()
	return r
}

// URL returns the server's URL.
func (r *RedisProcess) URL() string { return "redis://" + address(r.port) }

func (r *RedisProcess) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c := redis.NewClient(&redis.Options{Addr: address(r.port), MaxRetries: -1})
	defer c.Close()
	return c.Ping(ctx).Err()
}
