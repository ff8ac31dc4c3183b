package redisstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
)

// countingHook notes the commands that are sent.
type countingHook struct {
	mu    sync.Mutex
	names []string
}

func (h *countingHook) DialHook(next redis.DialHook) redis.DialHook { return next }
func (h *countingHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		h.mu.Lock()
		h.names = append(h.names, cmd.Name())
		h.mu.Unlock()
		return next(ctx, cmd)
	}
}
func (h *countingHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// allAway calls everything and expects an error of kind Unavailable from each call within a few seconds.
func allAway(t *testing.T, s *Store, calls ...string) {
	t.Helper()
	sess := fullSession()
	sess.Began, sess.Seen, sess.Ends = time.Now(), time.Now(), time.Now().Add(time.Hour)
	all := map[string]func(context.Context) error{
		"Begin": func(ctx context.Context) error { return s.Begin(ctx, sess) },
		"Find":  func(ctx context.Context) error { _, err := s.Find(ctx, sess.Key); return err },
		"Touch": func(ctx context.Context) error { return s.Touch(ctx, sess, time.Now()) },
		"Of":    func(ctx context.Context) error { _, err := s.Of(ctx, "firm", "taro"); return err },
		"End": func(ctx context.Context) error {
			_, err := s.End(ctx, store.SessionSelector{TrustID: "parent"})
			return err
		},
		"EndKey": func(ctx context.Context) error { _, err := s.EndKey(ctx, sess.Key); return err },
		"Ping":   s.Ping,
		"Put":    func(ctx context.Context) error { return s.Put(ctx, "mark", nil, time.Minute) },
		"Set":    func(ctx context.Context) error { return s.Set(ctx, "mark", nil, time.Minute) },
		"Take":   func(ctx context.Context) error { _, err := s.Take(ctx, "mark"); return err },
		"Peek":   func(ctx context.Context) error { _, err := s.Peek(ctx, "mark"); return err },
	}
	if calls == nil {
		for name := range all {
			calls = append(calls, name)
		}
	}
	for _, name := range calls {
		begin := time.Now()
		err := all[name](t.Context())
		if !errors.Is(err, store.ErrUnavailable) || store.KindOf(err) != store.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("%s took %s to say that Redis is away", name, took)
		}
	}
}

func TestServerStopsAndStarts(t *testing.T) {
	srv := startServer(t)
	s := mustOpen(t, Config{Addrs: []string{srv.addr}})
	use := func() {
		t.Helper()
		sess := fullSession()
		sess.Began, sess.Seen, sess.Ends = time.Now(), time.Now(), time.Now().Add(time.Hour)
		eventually(t, "Redis is well", func() error { return s.Ping(t.Context()) })
		must(t, s.Begin(t.Context(), sess))
		_, err := s.Find(t.Context(), sess.Key)
		must(t, err)
	}
	use()
	for range 2 {
		srv.stop()
		allAway(t, s)
		srv.start(t)
		use()
	}
}

func TestServerHangs(t *testing.T) {
	s := mustOpen(t, Config{Addrs: []string{fakeServer(t, func(string) string { return "" })}, Timeout: 200 * time.Millisecond})
	allAway(t, s)
}

func TestServerRefuses(t *testing.T) {
	srv := startServer(t)
	s := mustOpen(t, Config{Addrs: []string{srv.addr}})
	must(t, s.Ping(t.Context()))
	for _, row := range []struct {
		name       string
		begin, end []any
		calls      []string
	}{
		{"out of memory", []any{"CONFIG", "SET", "maxmemory", "1"}, []any{"CONFIG", "SET", "maxmemory", "0"}, []string{"Begin", "Touch", "Put", "Ping"}},
		{"read-only", []any{"REPLICAOF", "127.0.0.1", "1"}, []any{"REPLICAOF", "NO", "ONE"}, []string{"Begin", "Touch", "EndKey", "Put", "Take", "Ping"}},
		{"too few replicas", []any{"CONFIG", "SET", "min-replicas-to-write", "1"}, []any{"CONFIG", "SET", "min-replicas-to-write", "0"}, []string{"Begin", "Touch", "Put", "Take", "Ping"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv.do(t, row.begin...)
			allAway(t, s, row.calls...)
			srv.do(t, row.end...)
			must(t, s.Ping(t.Context()))
		})
	}
}

func TestAnswersThatMakeNoSense(t *testing.T) {
	for _, row := range []struct{ name, answer string }{
		{"loading", "-LOADING Redis is loading the dataset in memory\r\n"},
		{"wrong password", "-WRONGPASS invalid username-password pair or user is disabled.\r\n"},
		{"moved, to one server", "-MOVED 1 127.0.0.1:1\r\n"},
		{"another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n"},
		{"a negative length", "$-7\r\n"},
		{"an endless length", "$99999999999999999999\r\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			addr := fakeServer(t, func(string) string { return row.answer })
			allAway(t, mustOpen(t, Config{Addrs: []string{addr}, Timeout: 200 * time.Millisecond}))
		})
	}
}

// TestMovedForever asks a cluster whose only node sends every key elsewhere, namely to itself.
func TestMovedForever(t *testing.T) {
	var addr string
	addr = fakeServer(t, func(command string) string {
		host, port, _ := net.SplitHostPort(addr)
		if strings.Contains(command, "cluster") {
			return fmt.Sprintf("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$%d\r\n%s\r\n:%s\r\n", len(host), host, port)
		}
		return "-MOVED 1 " + addr + "\r\n"
	})
	allAway(t, mustOpen(t, Config{Addrs: []string{addr}, Cluster: true, Timeout: 200 * time.Millisecond}))
}

// fakeServer answers every command by answer, which is given the command's words in lower case; the first ones of a
// connection, by which the client introduces itself, with OK. It returns its address.
func fakeServer(t *testing.T, answer func(string) string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go fakeConn(conn, answer)
		}
	}()
	return l.Addr().String()
}

func fakeConn(conn net.Conn, answer func(string) string) {
	defer conn.Close()
	for r := bufio.NewReader(conn); ; {
		words, err := readCommand(r)
		if err != nil {
			return
		}
		reply := answer(strings.Join(words, " "))
		switch words[0] {
		case "hello":
			reply = "-ERR unknown command 'hello'\r\n"
		case "client":
			reply = "+OK\r\n"
		}
		if _, err := conn.Write([]byte(reply)); err != nil {
			return
		}
	}
}

// readCommand reads an array of bulk strings: *COUNT, then $SIZE and the bytes, as often.
func readCommand(r *bufio.Reader) ([]string, error) {
	number := func(prefix string) (int, error) {
		line, err := r.ReadString('\n')
		if err != nil {
			return 0, err
		}
		return strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, prefix)))
	}
	count, err := number("*")
	if err != nil || count < 1 {
		return nil, fmt.Errorf("a command of %d words: %w", count, err)
	}
	words := make([]string, count)
	for i := range words {
		size, err := number("$")
		if err != nil {
			return nil, err
		}
		b := make([]byte, size+2)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, err
		}
		words[i] = strings.ToLower(string(b[:size]))
	}
	return words, nil
}
