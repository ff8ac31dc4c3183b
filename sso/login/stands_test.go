package login_test

import (
	"net/http"
	"net/url"
	"testing"
)

// TestNoTokenForNobody demands that the token of a session that is taken back is in no answer: it is for those alone who
// may be here.
func TestNoTokenForNobody(t *testing.T) {
	for name, row := range map[string]struct {
		who   string
		comes func(w *world)
	}{
		"switched off":          {"leaver", func(*world) {}},
		"signed out by the IdP": {"taro", func(w *world) { w.admitter.during = func() { w.leaves("taro") } }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.surfer()
			row.comes(w)
			res, err := w.answer(s.request(elsewhere, http.MethodPost, "/sso/saml/two/acs", url.Values{"who": {row.who}}))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range res.Cookies() {
				s.keep(c)
			}
			res, err = w.answer(s.request(elsewhere, http.MethodGet, res.Header.Get("Location"), nil))
			if err == nil {
				t.Error("let in")
			}
			for _, c := range res.Cookies() {
				if c.Name == "__Host-session" && c.Value != "" {
					t.Errorf("the answer has the cookie %v", c)
				}
			}
		})
	}
}
