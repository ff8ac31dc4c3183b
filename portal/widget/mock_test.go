package widget_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/portal/widget"
	"cloudpocket/store"
)

// mocked is the widget alone, which is enough for invented data.
func mocked(t *testing.T) http.Handler {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	pages, err := page.New(page.Config{Start: func(store.ID, string) string { return "/" }, SignIn: "/sign-in", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	rt := route.New(route.Config{Errors: pages, Sentence: pages.Sentence, Log: log, Now: time.Now, Origin: "https://pocket.example.jp"})
	wi, err := widget.New(widget.Config{Pages: pages, Now: time.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	wi.Mount(rt)
	return rt
}

func askMock(h http.Handler, path, lang, done string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
	r.Header.Set("Accept-Language", lang)
	r.Header.Set("Embed-Mock", done)
	h.ServeHTTP(w, r)
	return w
}

// TestMock asks for everything that the frame with invented data shows.
func TestMock(t *testing.T) {
	h := mocked(t)
	for _, row := range []struct {
		name, path, done string
		status           int
		has, hasNot      string
	}{
		{"the list", "/deliveries", "", 200, "3 unread · 2 to acknowledge", "<nav class=\"menu\""},
		{"the list of somebody who read", "/deliveries", "read=1.2&acknowledged=1", 200, "1 unread · 1 to acknowledge", ""},
		{"nonsense of what was done", "/deliveries", "read=x&acknowledged=%zz", 200, "3 unread · 2 to acknowledge", ""},
		{"too much of what was done", "/deliveries", "read=1." + strings.Repeat("2.", 200), 200, "3 unread", ""},
		{"an office", "/deliveries?office=mock-kojo", "", 200, "36協定届", "離職票"},
		{"no such office", "/deliveries?office=other", "", 200, "離職票", ""},
		{"unread", "/deliveries?unread=1", "read=1.2.3", 200, "No documents match", ""},
		{"a document that asks", "/deliveries/mock-1", "", 200, `action="/deliveries/mock-1/acknowledge"`, ""},
		{"a document with a notice", "/deliveries/mock-1", "", 200, `<iframe src="/deliveries/mock-1/parts/1`, ""},
		{"a document that was acknowledged", "/deliveries/mock-1?done=acknowledged", "acknowledged=1", 200, "Acknowledged. The sender", `/acknowledge"`},
		{"no such document", "/deliveries/mock-9", "", 404, "", ""},
		{"the notice", "/deliveries/mock-1/parts/1", "", 200, "標準報酬決定通知書（見本）", ""},
		{"a file", "/deliveries/mock-1/files/sample", "", 200, "This is a sample", ""},
		{"the tray", "/desk/tray", "", 200, "mock-package-2", ""},
		{"found", "/search?q=36協定", "", 200, "mock-4", "mock-5"},
	} {
		w := askMock(h, "/embed/mock/at"+row.path, "en", row.done)
		if body := w.Body.String(); w.Code != row.status || !strings.Contains(body, row.has) || row.hasNot != "" && strings.Contains(body, row.hasNot) {
			t.Errorf("%s: %d, want %q and not %q in %.2000s", row.name, w.Code, row.has, row.hasNot, body)
		}
	}
	if w := askMock(h, "/embed/mock/at/deliveries", "ja", ""); !strings.Contains(w.Body.String(), `lang="ja"`) {
		t.Error("it does not speak Japanese")
	}
}

// TestMockIsFramedByDevelopers looks at who may frame it.
func TestMockIsFramedByDevelopers(t *testing.T) {
	w := askMock(mocked(t), "/embed/mock", "ja", "")
	h := w.Header()
	if w.Code != http.StatusOK || !strings.HasSuffix(h.Get("Content-Security-Policy"), "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*") || h.Get("X-Frame-Options") != "" ||
		!strings.Contains(w.Body.String(), `<meta name="cp-mock" content="1">`) || !strings.Contains(w.Body.String(), "https://pocket.example.jp") {
		t.Errorf("%d %v %s", w.Code, h, w.Body)
	}
}
