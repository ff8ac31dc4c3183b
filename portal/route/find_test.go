package route_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"cloudpocket/portal/route"
)

type statusPage struct{}

func (statusPage) Error(w http.ResponseWriter, _ *http.Request, v route.ErrorView) {
	w.WriteHeader(v.Status)
}

// TestFixedAndVariableRoutes asks for paths that are a route's own and for those that only fit a pattern.
func TestFixedAndVariableRoutes(t *testing.T) {
	rt := route.New(route.Config{Errors: statusPage{}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	says := func(name string) route.Handler {
		return func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Found", name+route.Var(r, "id"))
			return nil
		}
	}
	rt.Browser(http.MethodGet, "/a/{id}", says("variable "))
	rt.Browser(http.MethodGet, "/a", says("fixed"))
	rt.Plain(http.MethodGet, "/a/own", says("own"))
	rt.Browser(http.MethodPost, "/a/own", says("posted"))
	for _, row := range []struct {
		method, path, found string
		status              int
	}{
		{"GET", "/a", "fixed", 200}, {"HEAD", "/a", "fixed", 200}, {"POST", "/a", "", 404}, {"GET", "/a?x=1", "fixed", 200},
		{"GET", "/a/x", "variable x", 200}, {"GET", "/a/own", "own", 200}, {"POST", "/a/own", "posted", 200}, {"PUT", "/a/own", "", 404},
		{"GET", "/a/", "", 404}, {"GET", "/A", "", 404}, {"GET", "/%61", "fixed", 200}, {"GET", "/b", "", 404},
	} {
		w := httptest.NewRecorder()
		rt.ServeHTTP(w, httptest.NewRequest(row.method, row.path, nil))
		if w.Code != row.status || w.Header().Get("Found") != row.found {
			t.Errorf("%s %s: %d %q", row.method, row.path, w.Code, w.Header().Get("Found"))
		}
	}
}

// TestHeadersAreEachAnswersOwn changes the headers of one answer and looks at the next.
func TestHeadersAreEachAnswersOwn(t *testing.T) {
	rt := route.New(route.Config{Errors: statusPage{}, Log: slog.New(slog.DiscardHandler), Now: time.Now, Secure: true})
	rt.Browser(http.MethodGet, "/", func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Add("Cache-Control", "private")
		w.Header().Set("X-Frame-Options", "SAMEORIGIN")
		w.Header().Del("Referrer-Policy")
		return nil
	})
	rt.Browser(http.MethodGet, "/next", func(http.ResponseWriter, *http.Request) error { return nil })
	for _, path := range []string{"/", "/next"} {
		w := httptest.NewRecorder()
		rt.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if path == "/" {
			continue
		}
		h := w.Header()
		if !slices.Equal(h["Cache-Control"], []string{"no-store"}) || h.Get("X-Frame-Options") != "DENY" || h.Get("Referrer-Policy") != "no-referrer" ||
			h.Get("Strict-Transport-Security") == "" {
			t.Errorf("the next answer has %v", h)
		}
	}
}
