package redisstore

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store/storetest"
)

// server is a redis-server of the test's own.
type server struct {
	addr string
	args []string
	cmd  *exec.Cmd
}

// startServer starts a redis-server with these arguments on a free port of 127.0.0.1, unless they name the port.
func startServer(t *testing.T, args ...string) *server {
	t.Helper()
	port := freePort(t)
	s := &server{addr: "127.0.0.1:" + port}
	s.args = append([]string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir()}, args...)
	s.start(t)
	t.Cleanup(s.stop)
	return s
}

func (s *server) start(t *testing.T) {
	t.Helper()
	s.cmd = exec.Command("redis-server", s.args...)
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("start redis-server, which has to be installed: %v", err)
	}
	eventually(t, "redis-server listens on "+s.addr, func() error {
		conn, err := net.DialTimeout("tcp", s.addr, time.Second)
		if err == nil {
			conn.Close()
		}
		return err
	})
}

func (s *server) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// suiteVariable tells the further processes that the suite starts which servers the first one has started.
const suiteVariable = "CLOUDPOCKET_REDISSTORE_SUITE"

// suite runs the conformance suite at url and returns the Config that url means.
func suite(t *testing.T, url string) Config {
	t.Helper()
	t.Setenv(suiteVariable, url)
	c, err := ParseURL(url)
	must(t, err)
	t.Run("suite", func(t *testing.T) { storetest.Sessions(t, opening(c)) })
	return c
}

// suiteAgain runs the suite at the servers of the process that started this one, if it was started so.
func suiteAgain(t *testing.T) bool {
	t.Helper()
	url := os.Getenv(suiteVariable)
	if url != "" {
		suite(t, url)
	}
	return url != ""
}

// do sends the server one command.
func (s *server) do(t *testing.T, args ...any) {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.addr})
	defer c.Close()
	if err := c.Do(context.Background(), args...).Err(); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
}

// freePort returns a port below the range for outgoing connections, of which Redis Cluster needs a second one 10000 above.
func freePort(t *testing.T) string {
	t.Helper()
	for port := 12000 + os.Getpid()%5000; port < 22000; port++ {
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
		if err != nil {
			continue
		}
		l.Close()
		mark := filepath.Join(os.TempDir(), fmt.Sprint("redisstore-port-", port)) // so that nobody else picks it meanwhile
		f, err := os.OpenFile(mark, os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			continue
		}
		f.Close()
		t.Cleanup(func() { os.Remove(mark) })
		return strconv.Itoa(port)
	}
	t.Fatal("no port is free")
	return ""
}

func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: still not: %v", what, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
