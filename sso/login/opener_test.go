package login_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// TestKeepsOpener goes on from a sign-in to the popup of an embed, and elsewhere: on the way to the popup, and only there, each
// answer leaves the window to the frame that opened it.
func TestKeepsOpener(t *testing.T) {
	const popup = "/embed/c1/popup?challenge=x&origin=https%3A%2F%2Fhr.example"
	for _, row := range []struct {
		name, to string
		from     origin
		asked    bool
		keeps    bool
	}{
		{"the popup", popup, here, false, true},
		{"the popup, from elsewhere", popup, elsewhere, false, true},
		{"the popup, in place of another account", popup, elsewhere, true, true},
		{"a page", "/deliveries", here, false, false},
		{"a page, in place of another account", "/deliveries", elsewhere, true, false},
		{"a page like it", "/embedded", here, false, false},
		{"another site's", "//evil.example/embed/", here, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.surfer()
			if row.asked {
				s, _ = taken(w)
			}
			s.openers = nil
			s.goes(row.from, http.MethodGet, "/sign-in?choose=1&to="+url.QueryEscape(row.to), nil)
			e := s.answers("two", s.goes(row.from, http.MethodGet, "/sso/two/start?to="+url.QueryEscape(row.to), nil), "taro")
			if row.asked {
				if e.asked == nil {
					t.Fatalf("was not asked: %v", e.err)
				}
				e = s.choose(e.asked, "continue")
			}
			if e.err != nil || s.who() != "taro" || (e.url == row.to) != (row.name != "another site's") {
				t.Fatalf("came to %q as %q, %v", e.url, s.who(), e.err)
			}
			want := map[bool]string{true: "unsafe-none", false: ""}[row.keeps]
			if len(s.openers) < 4 || slices.ContainsFunc(s.openers, func(said string) bool { return said != want }) {
				t.Errorf("the answers said %q, want %q each", s.openers, want)
			}
		})
	}
}
