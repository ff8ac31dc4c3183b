package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// rounds is how often the two sides of a comparison take turns, so that what else the machine does falls on both alike.
const rounds = 3

// compare measures the service and, in turns with it, the least that could do the same work.
func compare(b *testing.B, service, bare func(b *testing.B)) {
	for range rounds {
		b.Run("service", service)
		b.Run("bare", bare)
	}
}

// loaded is the whole service on SQLite and Redis, listening and logging to a file as it does in production. The firm is
// "aoba"; "sato" is its own, "suzuki" of its client さくら食品.
type loaded struct {
	*app.App
	data   string // its folder
	addr   string
	idp    *ssotest.SAMLWorld // whom it trusts, as "bench"
	redis  *redis.Client      // for the bare side
	cookie map[store.ID]string
}

func newLoaded(b *testing.B) *loaded {
	b.Helper()
	s := &loaded{data: b.TempDir(), cookie: map[store.ID]string{}}
	s.idp = &ssotest.SAMLWorld{Now: time.Now(), BaseURL: "http://pocket.localhost:8400", EntityID: "https://idp.example/saml", TrustID: "bench"}
	s.idp.IdP = ssotest.NewSAMLKey(b, 2048, time.Now())
	c := app.Config{
		StoreConfig: app.StoreConfig{Data: s.data, Redis: interop.Redis(b)}, BaseURL: s.idp.BaseURL, Listen: "127.0.0.1:0", Migrate: true, Scan: app.ScanOff,
		SessionIdle: 30 * time.Minute, SessionAbsolute: 10 * time.Hour, MetadataRefresh: time.Hour, Drain: time.Second,
	}
	log, err := os.Create(filepath.Join(s.data, "log"))
	must(b, err)
	lines := app.NewLogWriter(log, "text")
	s.App, err = app.New(b.Context(), c, time.Now, app.NewLog(lines, "text"))
	must(b, err)
	options, err := redis.ParseURL(c.Redis)
	must(b, err)
	s.redis = redis.NewClient(options)
	b.Cleanup(func() { must(b, errors.Join(s.Close(), s.redis.Close(), lines.Close(), log.Close())) })
	s.people(b)
	s.listen(b)
	return s
}

func (s *loaded) listen(b *testing.B) {
	b.Helper()
	ctx, stop := context.WithCancel(context.Background())
	started, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- s.Serve(ctx, func(a net.Addr) { started <- a.String() }) }()
	select {
	case s.addr = <-started:
	case err := <-ended:
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stop()
		must(b, <-ended)
	})
}

func (s *loaded) people(b *testing.B) {
	b.Helper()
	setup, ctx := portal.Setup{Portal: s.Portal, By: "benchmark"}, b.Context()
	m, err := samlsp.ParseMetadata(s.idp.Metadata(s.idp.EntityID, s.idp.IdP), samlsp.MetadataOptions{Now: time.Now()})
	must(b, err)
	must(b, setup.AddTenant(ctx, store.Tenant{ID: "aoba", Name: "あおば社会保険労務士法人"}))
	must(b, setup.AddCompany(ctx, "aoba", store.Company{ID: "sakura", Name: "さくら食品株式会社"}))
	must(b, setup.AddOffice(ctx, "aoba", store.Office{ID: "honsha", CompanyID: "sakura", Name: "さくら食品 本社"}))
	must(b, setup.AddTrust(ctx, "aoba", store.Trust{ID: "bench", Name: "親サービス", Protocol: store.SAML, State: store.TrustEnabled,
		SAML: &store.SAMLTrust{EntityID: m.EntityID, Metadata: m.Raw, FetchedAt: time.Now(), IdPInitiated: true}}))
	for _, a := range []store.Account{
		{ID: "sato", Name: "佐藤 美咲", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}},
		{ID: "suzuki", Name: "鈴木 健一", CompanyID: "sakura", Permissions: store.PermitView, Offices: store.OfficeScope{Offices: []store.ID{"honsha"}}},
	} {
		a.TrustID, a.Subject = "bench", string(a.ID)
		must(b, setup.AddAccount(ctx, "aoba", a))
		s.cookie[a.ID] = s.session(b, a.ID)
	}
}

// session signs account in and returns the browser's cookie. The session is as large as one by OpenID Connect.
func (s *loaded) session(b *testing.B, account store.ID) string {
	b.Helper()
	token, now := base64.RawURLEncoding.EncodeToString([]byte(rand.Text() + rand.Text())[:32]), time.Now()
	must(b, s.Stores.Sessions.Begin(b.Context(), store.Session{
		Key: store.KeyOf(token), ID: store.NewID(now), TenantID: "aoba", AccountID: account, TrustID: "bench", Subject: string(account),
		Index: "_session", IDToken: strings.Repeat("x", 600), Device: "benchmark", Address: "127.0.0.1",
		Began: now, Seen: now, Ends: now.Add(10 * time.Hour), Idle: 30 * time.Minute,
	}))
	return "__Host-session=" + token
}

func (s *loaded) actor(account store.ID) portal.Actor {
	return portal.Actor{TenantID: "aoba", AccountID: account, TrustID: "bench"}
}

// bare serves h where nothing but net/http and one GET of a value of a session's size stands before it.
func (s *loaded) bare(b *testing.B, h http.HandlerFunc) (addr string) {
	b.Helper()
	must(b, s.redis.Set(b.Context(), "bare-session", strings.Repeat("x", 850), time.Hour).Err())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.redis.Get(r.Context(), "bare-session").Result(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		h(w, r)
	})}
	go server.Serve(l)
	b.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

// asking is how a benchmark sends its requests: each of that many connections waits for an answer with that status
// before it sends on. request returns the i-th one, on the connection-th connection, which alone may use what it returns.
type asking struct {
	connections int
	status      string
	request     func(connection, i int) []byte
}

// of asks b.N times at addr. The processor's time covers both sides: they share the process.
func (a asking) of(b *testing.B, addr string) {
	b.Helper()
	clients := make([]*client, a.connections)
	for i := range clients {
		conn, err := net.Dial("tcp", addr)
		must(b, err)
		defer conn.Close()
		clients[i] = &client{conn: conn, buffer: make([]byte, 256<<10)}
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	before := processorTime()
	for n, c := range clients {
		wait.Go(func() {
			for i := int(next.Add(1)); i <= b.N && !b.Failed(); i = int(next.Add(1)) {
				if status, err := c.ask(a.request(n, i-1)); err != nil || status != a.status {
					b.Errorf("answered %q, %v", status, err)
				}
			}
		})
	}
	wait.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64((processorTime()-before).Microseconds())/float64(b.N), "cpu-µs/op")
	b.StopTimer()
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// client asks over one connection and reads answers only as far as it must, which costs little beside the server.
type client struct {
	conn   net.Conn
	buffer []byte
}

// ask returns the status of the answer after it has read all of it.
func (c *client) ask(request []byte) (string, error) {
	if _, err := c.conn.Write(request); err != nil {
		return "", err
	}
	n, end := 0, -1
	for end < 0 {
		more, err := c.conn.Read(c.buffer[n:])
		if err != nil {
			return "", err
		}
		n += more
		end = bytes.Index(c.buffer[:n], []byte("\r\n\r\n"))
	}
	status := string(c.buffer[9:12])
	left, err := length(c.buffer[:end+2], status)
	for left -= n - end - 4; err == nil && left > 0; left -= n {
		n, err = c.conn.Read(c.buffer)
	}
	return status, err
}

func length(head []byte, status string) (int, error) {
	if status == "204" {
		return 0, nil
	}
	var n int
	_, after, ok := bytes.Cut(head, []byte("\r\nContent-Length: "))
	if !ok {
		return 0, fmt.Errorf("an answer without a length: %s", head)
	}
	_, err := fmt.Sscan(string(after[:bytes.IndexByte(after, '\r')]), &n)
	return n, err
}

// get is a GET of path with a cookie.
func get(path, cookie string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: pocket.localhost:8400\r\nUser-Agent: benchmark\r\nCookie: " + cookie + "\r\n\r\n")
}

// same asks the same again and again.
func same(request []byte) func(int, int) []byte {
	return func(int, int) []byte { return request }
}

func must(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
