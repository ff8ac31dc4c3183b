package session

import (
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store/redisstore"
)

// BenchmarkCurrent serves small requests over HTTP to 16 connections: "bare" does one GET of a value of the same size
// and nothing else, "current" finds the session.
func BenchmarkCurrent(b *testing.B) {
	c, err := redisstore.ParseURL(redisURL(b))
	must(b, err)
	s, err := redisstore.Open(c)
	must(b, err)
	b.Cleanup(func() { s.Close() })
	k, err := New(Config{Store: s, BaseURL: "https://pocket.example"})
	must(b, err)
	d := &desk{Keeper: k}
	p := taro
	p.IDToken = string(make([]byte, 600))
	_, cookie := d.begin(b, with(), p)

	client := redis.NewClient(&redis.Options{Addr: c.Addrs[0], Username: c.Username, Password: c.Password, DB: c.DB})
	b.Cleanup(func() { client.Close() })
	must(b, client.Set(b.Context(), "session-benchmark", make([]byte, 850), time.Minute).Err())

	for range 3 {
		b.Run("bare", func(b *testing.B) {
			load(b, cookie, func(r *http.Request) error { return client.Get(r.Context(), "session-benchmark").Err() })
		})
		b.Run("current", func(b *testing.B) {
			load(b, cookie, func(r *http.Request) error { _, err := k.Current(r); return err })
		})
	}
}

// load asks a server that answers by check, over 16 connections.
func load(b *testing.B, cookie string, check func(*http.Request) error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := check(r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		io.WriteString(w, "ok")
	})}
	go srv.Serve(l)
	defer srv.Close()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if err := ask(l.Addr().String(), cookie, &left); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// ask sends requests over one connection and reads answers of a known form, which costs little beside the server.
func ask(addr, cookie string, left *atomic.Int64) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	request := []byte("GET / HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + "\r\n\r\n")
	buffer := make([]byte, 4096)
	for left.Add(-1) >= 0 {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		n, err := conn.Read(buffer)
		if err != nil {
			return err
		}
		if answer := string(buffer[:n]); len(answer) < 12 || answer[9:12] != "200" {
			return &net.AddrError{Err: answer, Addr: addr}
		}
	}
	return nil
}
