package route_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// pages notes what people are shown.
type pages struct{ shown []route.ErrorView }

func (p *pages) Error(w http.ResponseWriter, r *http.Request, v route.ErrorView) {
	p.shown = append(p.shown, v)
	w.WriteHeader(v.Status)
	fmt.Fprintf(w, "%s %s", v.Key, v.Reference)
}

// served is a router with what it wrote.
type served struct {
	*route.Router
	pages *pages
	log   *bytes.Buffer
}

func newRouter(change func(*route.Config)) served {
	s := served{pages: &pages{}, log: &bytes.Buffer{}}
	c := route.Config{Errors: s.pages, Log: slog.New(slog.NewTextHandler(s.log, nil)), Now: func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }}
	if change != nil {
		change(&c)
	}
	s.Router = route.New(c)
	return s
}

// ask sends a request with headers given as name, value, name, value …
func (s served) ask(method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, r)
	return rec
}

func failing(err error) route.Handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

func TestErrorsBecomeStatuses(t *testing.T) {
	cause := errors.New("the cause, for the log alone")
	tests := []struct {
		name   string
		err    error
		status int
		key    string
	}{
		{"not found", store.ErrNotFound, 404, "error.not_found"},
		{"conflict", store.ErrConflict, 409, "error.conflict"},
		{"invalid", store.Fail(store.Invalid, "error.title", "%w", cause), 422, "error.title"},
		{"denied", store.ErrDenied, 403, "error.denied"},
		{"unavailable", &store.Error{Kind: store.Unavailable, Err: cause}, 503, "error.unavailable"},
		{"too large", store.ErrTooLarge, 413, "error.too_large"},
		{"expired", store.ErrExpired, 410, "error.expired"},
		{"damaged", &store.Error{Kind: store.Damaged, Err: cause}, 500, "error.damaged"},
		{"internal", store.Fail(store.Internal, "", "%w", cause), 500, "error.internal"},
		{"no kind", cause, 500, "error.internal"},
		{"wrapped", fmt.Errorf("doing: %w", store.Fail(store.Denied, "error.menu", "%w", cause)), 403, "error.menu"},
		{"the outermost key wins", store.Fail(store.Invalid, "error.outer", "%w", store.Fail(store.Denied, "error.inner", "%w", cause)), 422, "error.outer"},
		{"a key under none", &store.Error{Kind: store.Invalid, Err: store.Fail(store.Denied, "error.inner", "%w", cause)}, 422, "error.inner"},
		{"cancelled", context.Canceled, 500, "error.internal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newRouter(nil)
			s.Browser("GET", "/browser", failing(tt.err))
			s.Message("GET", "/message", failing(tt.err))
			s.Plain("GET", "/plain", failing(tt.err))
			for _, path := range []string{"/browser", "/message"} {
				rec := s.ask("GET", path)
				v := s.pages.shown[len(s.pages.shown)-1]
				if rec.Code != tt.status || v.Key != tt.key || v.Reference != rec.Header().Get("X-Request-Id") || len(v.Reference) != 26 {
					t.Errorf("%s: %d, %+v; want %d, %s", path, rec.Code, v, tt.status, tt.key)
				}
				if again := rec.Header().Get("Retry-After"); (again != "") != (tt.status == 503) {
					t.Errorf("%s: Retry-After %q", path, again)
				}
			}
			s.problem(t, tt.status, tt.key)
			if n := strings.Count(s.log.String(), `msg="request refused"`); n != 3 {
				t.Errorf("logged %d times, want once for each of three:\n%s", n, s.log)
			}
			if (tt.status >= 500) != strings.Contains(s.log.String(), "level=ERROR") {
				t.Errorf("a fault of ours, and only that, is an error in the log:\n%s", s.log)
			}
		})
	}
}

// problem demands what a machine is told (RFC 9457).
func (s served) problem(t *testing.T, status int, key string) {
	t.Helper()
	rec := s.ask("GET", "/plain")
	var p struct {
		Type, Title, Code, Instance string
		Status                      int
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if rec.Code != status || rec.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("plain: %d as %q", rec.Code, rec.Header().Get("Content-Type"))
	}
	if p.Type != "about:blank" || p.Status != status || p.Code != key || p.Title == "" || p.Instance != rec.Header().Get("X-Request-Id") {
		t.Errorf("plain: %+v", p)
	}
	if strings.Contains(rec.Body.String(), "cause") {
		t.Errorf("plain: the cause is shown: %s", rec.Body)
	}
}

func TestErrorArguments(t *testing.T) {
	s := newRouter(nil)
	s.Browser("GET", "/", failing(store.Fail(store.TooLarge, "error.file_too_large", "%w", errors.New("x")).With("Max", 10)))
	s.ask("GET", "/")
	if v := s.pages.shown[0]; v.Args["Max"] != 10 || v.Lang != "ja" {
		t.Errorf("%+v", v)
	}
}

// TestReaderWentAway is no fault of ours.
func TestReaderWentAway(t *testing.T) {
	s := newRouter(nil)
	s.Browser("GET", "/", func(_ http.ResponseWriter, r *http.Request) error { return fmt.Errorf("read: %w", r.Context().Err()) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	if strings.Contains(s.log.String(), "level=ERROR") {
		t.Errorf("logged as an error:\n%s", s.log)
	}
}

func TestPanic(t *testing.T) {
	const secret = "hunter2"
	s := newRouter(nil)
	panics := func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Disposition", "attachment")
		w.Header().Set("Content-Length", "9999")
		panic(secret)
	}
	s.Browser("GET", "/browser", panics)
	s.Plain("GET", "/plain", panics)
	s.Browser("GET", "/late", func(w http.ResponseWriter, r *http.Request) error {
		fmt.Fprint(w, "half")
		panic(secret)
	})
	s.Browser("GET", "/abort", func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) })
	for _, path := range []string{"/browser", "/plain"} {
		rec := s.ask("GET", path)
		if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), secret) || !strings.Contains(rec.Body.String(), rec.Header().Get("X-Request-Id")) {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
		if h := rec.Header(); h.Get("Content-Disposition") != "" || h.Get("Content-Length") != "" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: the error's headers are %v", path, h)
		}
	}
	if !strings.Contains(s.log.String(), secret) || !strings.Contains(s.log.String(), "stack=") {
		t.Error("the log has neither cause nor stack")
	}
	if got := s.ask("GET", "/plain").Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("a machine is answered with %q", got)
	}
	for _, path := range []string{"/late", "/abort"} {
		if cause := aborted(s, path); cause != http.ErrAbortHandler {
			t.Errorf("%s: the connection is not cut off: %v", path, cause)
		}
	}
	if n := strings.Count(s.log.String(), `path=/late`); n != 1 {
		t.Errorf("a request that was cut off has %d lines in the log:\n%s", n, s.log)
	}
}

func aborted(s served, path string) (cause any) {
	defer func() { cause = recover() }()
	s.ask("GET", path)
	return nil
}

func TestCrossOriginWrites(t *testing.T) {
	s := newRouter(nil)
	reached := func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(http.StatusNoContent); return nil }
	for _, method := range []string{"GET", "POST"} {
		s.Browser(method, "/browser", reached)
		s.Message(method, "/message", reached)
		s.Plain(method, "/plain", reached)
	}
	tests := []struct {
		name    string
		method  string
		headers []string
		browser int
	}{
		{"from ourselves", "POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://example.com"}, 204},
		{"typed in", "POST", []string{"Sec-Fetch-Site", "none"}, 204},
		{"no browser", "POST", nil, 204},
		{"another site", "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"a sister site", "POST", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://other.example.com"}, 403},
		{"an old browser at another site", "POST", []string{"Origin", "https://evil.example"}, 403},
		{"a sandboxed page", "POST", []string{"Origin", "null"}, 403},
		{"reading from another site", "GET", []string{"Sec-Fetch-Site", "cross-site"}, 204},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if rec := s.ask(tt.method, "/browser", tt.headers...); rec.Code != tt.browser {
				t.Errorf("browser route: %d, want %d", rec.Code, tt.browser)
			}
			for _, path := range []string{"/message", "/plain"} {
				if rec := s.ask(tt.method, path, tt.headers...); rec.Code != 204 {
					t.Errorf("%s: %d", path, rec.Code)
				}
			}
		})
	}
	if v := s.pages.shown[0]; v.Key != "error.cross_origin" {
		t.Errorf("refused with %+v", v)
	}
}

func TestLanguage(t *testing.T) {
	s := newRouter(func(c *route.Config) { c.Secure = true })
	s.Browser("GET", "/", func(w http.ResponseWriter, r *http.Request) error { fmt.Fprint(w, route.Lang(r)); return nil })
	s.Browser("POST", "/", func(w http.ResponseWriter, r *http.Request) error { fmt.Fprint(w, route.Lang(r)); return nil })
	tests := []struct {
		name, method, target string
		headers              []string
		want, cookie         string
	}{
		{"nothing said", "GET", "/", nil, "ja", ""},
		{"English browser", "GET", "/", []string{"Accept-Language", "en-GB,en;q=0.9,ja;q=0.8"}, "en", ""},
		{"Japanese first", "GET", "/", []string{"Accept-Language", "ja,en;q=0.9"}, "ja", ""},
		{"ours after others", "GET", "/", []string{"Accept-Language", "fr-FR, fr;q=0.9, en;q=0.8"}, "en", ""},
		{"none of ours", "GET", "/", []string{"Accept-Language", "fr-FR, de;q=0.9"}, "ja", ""},
		{"in capitals", "GET", "/", []string{"Accept-Language", "EN-us"}, "en", ""},
		{"not a list", "GET", "/", []string{"Accept-Language", ";;,,=,q"}, "ja", ""},
		{"the cookie wins", "GET", "/", []string{"Accept-Language", "ja", "Cookie", "lang=en"}, "en", ""},
		{"a cookie that is none of ours", "GET", "/", []string{"Accept-Language", "en", "Cookie", "lang=<script>"}, "en", ""},
		{"chosen now", "GET", "/?lang=en", []string{"Cookie", "lang=ja"}, "en", "lang=en; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax"},
		{"chosen wrongly", "GET", "/?lang=fr", nil, "ja", ""},
		{"another parameter", "GET", "/?slang=en", nil, "ja", ""},
		{"a write chooses nothing", "POST", "/?lang=en", nil, "ja", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := s.ask(tt.method, tt.target, tt.headers...)
			if got := rec.Body.String(); got != tt.want || rec.Header().Get("Set-Cookie") != tt.cookie {
				t.Errorf("%q with cookie %q, want %q with %q", got, rec.Header().Get("Set-Cookie"), tt.want, tt.cookie)
			}
		})
	}
}

func TestHeadAndMethods(t *testing.T) {
	s := newRouter(nil)
	s.Browser("GET", "/page/{id}", func(w http.ResponseWriter, r *http.Request) error {
		fmt.Fprint(w, route.Var(r, "id"))
		return nil
	})
	s.Assets("/assets/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "asset") }))
	front := httptest.NewServer(s)
	defer front.Close()
	tests := []struct {
		method, path string
		status       int
		length       int64 // -1: not said
	}{
		{"GET", "/page/x", 200, 1},
		{"HEAD", "/page/x", 200, 1},
		{"POST", "/page/x", 404, 0},
		{"GET", "/page/", 404, 0},
		{"GET", "/nowhere", 404, 0},
		{"HEAD", "/nowhere", 404, 0},
		{"GET", "/assets/a.css", 200, 5},
		{"POST", "/assets/a.css", 404, 0},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), tt.method, front.URL+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := front.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != tt.status || tt.status == 200 && tt.method == "GET" && res.ContentLength != tt.length {
				t.Errorf("%d with %d bytes, want %d with %d", res.StatusCode, res.ContentLength, tt.status, tt.length)
			}
			if res.Header.Get("X-Request-Id") == "" {
				t.Error("no request ID")
			}
		})
	}
}

func TestWalk(t *testing.T) {
	s := newRouter(nil)
	s.Browser("GET", "/a", failing(nil))
	s.Message("POST", "/b/{id}", failing(nil))
	var got []string
	if err := s.Walk(func(method, pattern string) { got = append(got, method+" "+pattern) }); err != nil {
		t.Fatal(err)
	}
	if want := "GET /a,HEAD /a,POST /b/{id}"; strings.Join(got, ",") != want {
		t.Errorf("%q, want %s", got, want)
	}
}

// TestLogLine keeps queries, which may hold codes of a sign-in, out of the log.
func TestLogLine(t *testing.T) {
	s := newRouter(nil)
	s.Browser("GET", "/callback", func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusSeeOther)
		fmt.Fprint(w, "12345")
		return nil
	})
	rec := s.ask("GET", "/callback?code=secret")
	line := s.log.String()
	for _, want := range []string{"request_id=" + rec.Header().Get("X-Request-Id"), "method=GET", "path=/callback ", "status=303", "bytes=5", "address=192.0.2.1"} {
		if !strings.Contains(line, want) {
			t.Errorf("no %s in %s", want, line)
		}
	}
	if strings.Contains(line, "secret") {
		t.Errorf("the query is in %s", line)
	}
}

// TestAnswered demands the status and headers that an error brings, and the sentence beside its key for machines.
func TestAnswered(t *testing.T) {
	s := newRouter(func(c *route.Config) { c.Sentence = func(v route.ErrorView) string { return v.Lang + " " + v.Key } })
	err := fmt.Errorf("wrapped: %w", &route.Answered{Status: 429, Header: map[string]string{"Retry-After": "7"}, Err: store.Fail(store.Unavailable, "error.slow", "cause")})
	s.Plain("GET", "/plain", failing(err))
	s.Browser("GET", "/browser", failing(err))
	for _, path := range []string{"/plain", "/browser"} {
		if rec := s.ask("GET", path); rec.Code != 429 || rec.Header().Get("Retry-After") != "7" {
			t.Errorf("%s: %d, %v", path, rec.Code, rec.Header())
		}
	}
	if rec := s.ask("GET", "/plain"); rec.Header().Get("Content-Language") != "ja" || !strings.Contains(rec.Body.String(), `"detail":"ja error.slow"`) {
		t.Errorf("%v %s", rec.Header(), rec.Body)
	}
}
