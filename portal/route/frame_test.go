package route_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"cloudpocket/portal/route"
	"cloudpocket/store"
)

func framing(h route.Handler) served {
	rt := newRouter(func(c *route.Config) { c.Origin = "https://pocket.example" })
	rt.Frame(http.MethodGet, "/embed/at/{id}", h)
	rt.Frame(http.MethodPost, "/embed/at/{id}", h)
	return rt
}

func TestFrameRefusesOtherOrigins(t *testing.T) {
	rt := framing(func(w http.ResponseWriter, _ *http.Request) error { _, err := io.WriteString(w, "in"); return err })
	for _, row := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"a browser's own", []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://pocket.example"}, 200},
		{"an old browser", nil, 200},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another host of the site", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"typed in", []string{"Sec-Fetch-Site", "none"}, 403},
		{"another origin", []string{"Origin", "https://hr.example"}, 403},
		{"another scheme", []string{"Origin", "http://pocket.example"}, 403},
		{"an opaque origin", []string{"Origin", "null"}, 403},
		{"two origins", []string{"Origin", "https://pocket.example", "Origin", "https://pocket.example"}, 403},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if rec := rt.ask(method, "/embed/at/x", row.headers...); rec.Code != row.status {
				t.Errorf("%s by %s is answered %d", row.name, method, rec.Code)
			}
		}
	}
	bare := newRouter(nil)
	bare.Frame(http.MethodGet, "/embed/at/x", failing(nil))
	if rec := bare.ask(http.MethodGet, "/embed/at/x", "Origin", ""); rec.Code != http.StatusOK {
		t.Logf("a router without an origin answers %d", rec.Code)
	}
	if rec := bare.ask(http.MethodGet, "/embed/at/x", "Origin", "https://pocket.example"); rec.Code != http.StatusForbidden {
		t.Errorf("a router that knows no origin answers one with %d", rec.Code)
	}
}

func TestFrameTellsWhereToGo(t *testing.T) {
	for _, row := range []struct{ to, landed string }{
		{"/deliveries?done=acknowledged", "/deliveries?done=acknowledged"}, {"https://evil.example/", ""}, {"//evil.example/", ""}, {`/\evil.example`, ""},
	} {
		rt := framing(func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Location", row.to)
			w.WriteHeader(http.StatusSeeOther)
			_, err := io.WriteString(w, "see there")
			return err
		})
		rec := rt.ask(http.MethodPost, "/embed/at/x")
		if h := rec.Header(); rec.Code != http.StatusNoContent || h.Get(route.Landed) != row.landed || h.Get("Location") != "" || rec.Body.Len() != 0 {
			t.Errorf("%s becomes %d %v", row.to, rec.Code, h)
		}
	}
	kept := framing(func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(http.StatusNotModified); return nil })
	if rec := kept.ask(http.MethodGet, "/embed/at/x"); rec.Code != http.StatusNotModified {
		t.Errorf("what is kept already becomes %d", rec.Code)
	}
}

func TestFrameLooksAtNoCookie(t *testing.T) {
	lang := ""
	rt := framing(func(_ http.ResponseWriter, r *http.Request) error { lang = route.Lang(r); return nil })
	rec := rt.ask(http.MethodGet, "/embed/at/x?lang=ja", "Cookie", "lang=ja", "Accept-Language", "en")
	if lang != "en" || rec.Header().Get("Set-Cookie") != "" {
		t.Errorf("it answers in %q, and sets %q", lang, rec.Header().Get("Set-Cookie"))
	}
}

func TestFrameTellsErrors(t *testing.T) {
	rt := framing(failing(store.Fail(store.NotFound, "error.gone", "the cause")))
	rec := rt.ask(http.MethodGet, "/embed/at/x")
	if rec.Code != http.StatusNotFound || len(rt.pages.shown) != 1 || !rt.pages.shown[0].Embedded {
		t.Errorf("a page is answered %d, and shown %+v", rec.Code, rt.pages.shown)
	}
	rec = rt.ask(http.MethodGet, "/embed/at/x", "Accept", "application/json")
	if rec.Header().Get("Content-Type") != "application/problem+json" || strings.Contains(rec.Body.String(), "the cause") {
		t.Errorf("a script is answered %v %s", rec.Header(), rec.Body)
	}
	broken := framing(func(http.ResponseWriter, *http.Request) error { panic(errors.New("broken")) })
	if rec := broken.ask(http.MethodGet, "/embed/at/x"); rec.Code != http.StatusInternalServerError {
		t.Errorf("a panic is answered %d", rec.Code)
	}
}

func TestFramedIsAPlaceInThePortal(t *testing.T) {
	at := ""
	rt := framing(route.Framed(func(_ http.ResponseWriter, r *http.Request) error {
		at = r.URL.String() + " " + route.Var(r, "id")
		return nil
	}))
	rt.ask(http.MethodGet, "/embed/at/x?after=1")
	if at != "/x?after=1 x" {
		t.Errorf("it is at %q", at)
	}
}

func TestLeads(t *testing.T) {
	rt := framing(failing(nil))
	rt.Browser(http.MethodGet, "/me", failing(nil))
	rt.Frame(http.MethodPost, "/embed/at/x/do", failing(nil))
	for path, want := range map[string]bool{"/x": true, "/": false, "/me": true, "/x/do": false, "/../me": false, "/x/": false, "": false, "//x": false, "/x/../y": false} {
		if got := rt.Leads(path); got != want {
			t.Errorf("%q leads is %t", path, got)
		}
	}
}
