package app

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/api"
	"cloudpocket/sso/exchange"
)

// becomes waits until readyz answers so.
func (l *live) becomes(t *testing.T, status int, want map[string]string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		got, parts := l.ready(t)
		same := got == status && len(parts) == len(want)
		for name, state := range want {
			same = same && parts[name] == state
		}
		if same {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("readyz says %d %v, want %d %v", got, parts, status, want)
		}
	}
}

func states(whole, records, sessions, blobs string) map[string]string {
	return map[string]string{"status": whole, "records": records, "sessions": sessions, "blobs": blobs, "scanner": "off", "mail": "off"}
}

// TestOutwardAway demands that a scanner and a mail server that are away are told of, and keep nobody from reading.
func TestOutwardAway(t *testing.T) {
	c := testConfig(t)
	c.Scan = "tcp://127.0.0.1:1"
	c.SMTP = SMTPConfig{Host: "127.0.0.1", Port: 1, TLS: "none", From: "pocket@example.jp"}
	want := states("ok", "ok", "ok", "ok")
	want["scanner"], want["mail"] = "away: new deliveries wait for it", "away: mails wait for it"
	listening(t, c, time.Now).becomes(t, http.StatusOK, want)
}

// TestSaysWhatIsOff demands that the log says at the start what the operator does without.
func TestSaysWhatIsOff(t *testing.T) {
	l := listening(t, testConfig(t), time.Now)
	for _, line := range []string{"files are not scanned for malware", "no mails are sent"} {
		if !strings.Contains(l.log.String(), line) {
			t.Errorf("the log does not say that %s", line)
		}
	}
}

// relay stands before a server and can be cut.
type relay struct {
	t      *testing.T
	to     string
	addr   string
	mu     sync.Mutex
	listen net.Listener
	conns  []net.Conn
}

// relayed returns the URL of a PostgreSQL database by way of a relay.
func relayed(t *testing.T, address string) (string, *relay) {
	t.Helper()
	u, err := url.Parse(address)
	noError(t, err)
	r := &relay{t: t, to: u.Host, addr: "127.0.0.1:0"}
	r.mend()
	t.Cleanup(r.cut)
	u.Host = r.addr
	return u.String(), r
}

func (r *relay) mend() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.addr)
	noError(r.t, err)
	r.listen, r.addr = l, l.Addr().String()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return // cut
			}
			r.join(from)
		}
	}()
}

func (r *relay) join(from net.Conn) {
	to, err := net.Dial("tcp", r.to)
	if err != nil {
		from.Close()
		return
	}
	r.mu.Lock()
	r.conns = append(r.conns, from, to)
	r.mu.Unlock()
	go func() { _, _ = io.Copy(to, from); to.Close() }()
	go func() { _, _ = io.Copy(from, to); from.Close() }()
}

func (r *relay) cut() {
	r.listen.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

func TestReadyTellsWhatIsAway(t *testing.T) {
	redis := interop.RedisServer(t)
	c := testConfig(t)
	c.Redis = redis.URL()
	var database *relay
	c.Database, database = relayed(t, interop.Postgres(t))
	l := listening(t, c, time.Now)
	uploads := filepath.Join(c.Data, "blobs", ".upload")
	l.becomes(t, http.StatusOK, states("ok", "ok", "ok", "ok"))
	tests := []struct {
		name       string
		away, back func()
		want       map[string]string
	}{
		{"sessions", redis.Stop, redis.Start, states("away", "ok", "away", "ok")},
		{"records", database.cut, database.mend, states("away", "away", "ok", "ok")},
		{"blobs", func() { _ = os.Rename(uploads, uploads+".away") }, func() { _ = os.Rename(uploads+".away", uploads) }, states("away", "ok", "ok", "away")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.away()
			l.becomes(t, http.StatusServiceUnavailable, tt.want)
			if status := l.get(t, "/healthz"); status != http.StatusOK {
				t.Errorf("healthz answers %d", status)
			}
			if !strings.Contains(l.log.String(), `msg="not ready" part=`+tt.name) {
				t.Error("the log does not say what is away")
			}
			tt.back()
			l.becomes(t, http.StatusOK, states("ok", "ok", "ok", "ok"))
		})
	}
}

// TestReadyAnswersWhenOneHangs has a Redis that takes connections and never says anything.
func TestReadyAnswersWhenOneHangs(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	noError(t, err)
	defer silent.Close()
	c := testConfig(t)
	c.Redis = "redis://" + silent.Addr().String()
	l := listening(t, c, time.Now)
	begun := time.Now()
	l.becomes(t, http.StatusServiceUnavailable, states("away", "ok", "away", "ok"))
	if took := time.Since(begun); took > 2*pingTime {
		t.Errorf("readyz answers after %s", took)
	}
}

// TestHeadersOfEveryRoute asks for every route there is, as somebody who is not signed in.
func TestHeadersOfEveryRoute(t *testing.T) {
	c := testConfig(t)
	c.BaseURL = "https://pocket.example.jp"
	a, err := New(t.Context(), c, time.Now, slog.New(slog.DiscardHandler))
	noError(t, err)
	defer a.Close()
	variable := regexp.MustCompile(`\{[a-z]+\}`)
	strangers := []string{"/sign-in", "/signed-out", "/browsers", "/developers", exchange.MetadataPath, api.BasePath, api.BasePath + "/openapi.json"} // are answered there
	strangers = append(strangers, mocked()...)
	asked := 0
	ask := func(method, pattern string) {
		asked++
		rec := httptest.NewRecorder()
		a.Handler().ServeHTTP(rec, httptest.NewRequest(method, variable.ReplaceAllString(pattern, "none"), nil))
		h := rec.Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "^nosniff$", "X-Request-Id": "^[0-9a-z]{26}$", "Strict-Transport-Security": "^max-age=[0-9]{8}$",
			"Content-Security-Policy": "default-src 'none'.*frame-ancestors 'none'", "X-Frame-Options": "^DENY$", "Referrer-Policy": "^no-referrer$",
			"Cross-Origin-Resource-Policy": "^same-origin$", "Cache-Control": "^no-store$",
		} {
			if !regexp.MustCompile(want).MatchString(h.Get(name)) {
				t.Errorf("%s %s answers %d with %s: %q", method, pattern, rec.Code, name, h.Get(name))
			}
		}
		nothing := method == http.MethodHead && strings.HasPrefix(pattern, "/sso/") // a HEAD begins no sign-in, and is told nothing
		if rec.Code == http.StatusOK && !nothing && !strings.HasSuffix(pattern, "z") && !slices.Contains(strangers, pattern) {
			t.Errorf("%s %s answers a stranger with %d", method, pattern, rec.Code)
		}
	}
	noError(t, a.router.Walk(func(method, pattern string) {
		if !strings.HasPrefix(pattern, "/assets/") && !slices.Contains(forPartners(), pattern) {
			ask(method, pattern)
		}
	}))
	ask(http.MethodGet, "/assets/nothing.css")
	ask(http.MethodGet, "/nowhere")
	ask(http.MethodDelete, "/deliveries")
	if asked < 30 {
		t.Errorf("only %d routes were found", asked)
	}
}
