package redisstore

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
)

// losing is a way to a Redis on which the answer to the next GETDEL is lost, once armed.
type losing struct {
	addr  string
	armed atomic.Bool
}

// lose returns the address of one in front of addr.
func lose(t *testing.T, addr string) *losing {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	l := &losing{addr: listener.Addr().String()}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.carry(conn, addr)
		}
	}()
	return l
}

// carry passes on what comes until an answer is to be lost.
func (l *losing) carry(conn net.Conn, addr string) {
	defer conn.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer server.Close()
	var cut atomic.Bool
	go func() {
		defer server.Close()
		for b := make([]byte, 64<<10); ; {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			if bytes.Contains(bytes.ToLower(b[:n]), []byte("getdel")) && l.armed.Swap(false) {
				cut.Store(true)
			}
			if _, err := server.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	for b := make([]byte, 64<<10); ; {
		n, err := server.Read(b)
		if err != nil || cut.Load() {
			return
		}
		if _, err := conn.Write(b[:n]); err != nil {
			return
		}
	}
}

// TestLostAnswer loses the answer to what gives a value to one of many: nobody has it then, and nobody may be told that
// there was none.
func TestLostAnswer(t *testing.T) {
	server := startServer(t)
	for _, row := range []struct {
		name string
		take func(ctx context.Context, s *Store, key store.SessionKey) error
	}{
		{"EndKey", func(ctx context.Context, s *Store, key store.SessionKey) error {
			_, err := s.EndKey(ctx, key)
			return err
		}},
		{"End", func(ctx context.Context, s *Store, _ store.SessionKey) error {
			_, err := s.End(ctx, store.SessionSelector{TrustID: "parent"})
			return err
		}},
		{"Take", func(ctx context.Context, s *Store, _ store.SessionKey) error {
			_, err := s.Take(ctx, "mark")
			return err
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			way := lose(t, server.addr)
			s, err := Open(Config{Addrs: []string{way.addr}, Prefix: row.name + ":"})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			now := time.Now().UTC().Truncate(time.Microsecond)
			sess := fullSession()
			sess.TrustID, sess.Began, sess.Seen, sess.Ends = "parent", now, now, now.Add(time.Hour)
			must(t, s.Begin(t.Context(), sess))
			must(t, s.Put(t.Context(), "mark", []byte("value"), time.Minute))
			way.armed.Store(true)
			if err := row.take(t.Context(), s, sess.Key); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, io.EOF) {
				t.Errorf("%v, want that Redis is away", err)
			}
			if way.armed.Load() {
				t.Error("no answer was lost")
			}
			if err := row.take(t.Context(), s, sess.Key); row.name != "End" && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("asked again: %v", err)
			}
		})
	}
}
