package login_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/sso/login"
	"cloudpocket/store"
)

// TestFrameOfAnotherSite has a page of another site bring sign-ins in hidden frames, at which no Lax cookie goes either
// way, to a browser in which hanako is signed in. The IdP answers by itself. No session may begin by it.
func TestFrameOfAnotherSite(t *testing.T) {
	for _, row := range []struct {
		name string
		come func(s *surfer, from origin) end
	}{
		{"unsolicited, the same account", func(s *surfer, from origin) end {
			return s.goes(from, http.MethodPost, "/sso/saml/two/acs", url.Values{"who": {"hanako"}})
		}},
		{"unsolicited, another account", func(s *surfer, from origin) end {
			return s.goes(from, http.MethodPost, "/sso/saml/two/acs", url.Values{"who": {"taro"}})
		}},
		{"begun in the frame", func(s *surfer, from origin) end {
			asked := s.goes(from, http.MethodGet, "/sso/two/start", nil)
			if asked.err != nil {
				return asked
			}
			return s.answered(from, "two", asked, "hanako")
		}},
		{"begun in a window", func(s *surfer, from origin) end {
			return s.answered(from, "two", s.goes(elsewhere, http.MethodGet, "/sso/two/start", nil), "hanako")
		}},
		{"asked for by the IdP", func(s *surfer, from origin) end {
			s.w.speaksOIDC()
			asked := s.goes(from, http.MethodGet, "/sso/oidc/one/initiate", nil)
			if asked.err != nil {
				return asked
			}
			return s.calledBack(from, asked, "hanako")
		}},
		{"called back", func(s *surfer, from origin) end {
			s.w.speaksOIDC()
			return s.calledBack(from, s.goes(elsewhere, http.MethodGet, "/sso/one/start", nil), "hanako")
		}},
	} {
		for name, from := range map[string]origin{"said": framed, "not said": unsaid} {
			t.Run(row.name+", "+name, func(t *testing.T) {
				w := newWorld(t)
				s, before := taken(w)
				for range 3 {
					if e := row.come(s, from); sso.ReasonOf(e.err) != "login.frame" {
						t.Errorf("%+v", e)
					}
				}
				for _, who := range []store.ID{"hanako", "taro"} {
					for _, trust := range []store.ID{"one", "two"} {
						all, err := w.sessions.Of(t.Context(), "tenant-"+trust, who)
						if want := map[bool]int{true: 1}[who == "hanako" && trust == "two"]; err != nil || len(all) != want {
							t.Errorf("%s has %d sessions of %s, %v; want %d", who, len(all), trust, err, want)
						}
					}
				}
				if s.cookies["__Host-session"].Value != before || s.who() != "hanako" || len(w.admitter.admitted) != 1 || len(w.admitter.out) != 0 {
					t.Errorf("%q is signed in, %d were admitted, %q signed out", s.who(), len(w.admitter.admitted), w.admitter.out)
				}
			})
		}
	}
}

// TestNoPage asks for a sign-in as everything that a page can fetch.
func TestNoPage(t *testing.T) {
	w := newWorld(t)
	w.speaksOIDC()
	for _, dest := range []string{"empty", "image", "script", "iframe", "frame", "embed", "object", "fencedframe"} {
		for path, method := range map[string]string{
			"/sso/two/start": "GET", "/sso/test/x": "GET", "/sso/arrived/x": "GET", "/sso/saml/two/acs": "POST",
			"/sso/oidc/one/callback": "GET", "/sso/oidc/one/initiate": "GET",
		} {
			r, err := http.NewRequestWithContext(t.Context(), method, "https://pocket.example"+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Sec-Fetch-Dest", dest)
			if res, err := w.answer(r); sso.ReasonOf(err) != "login.frame" || len(res.Cookies()) != 0 {
				t.Errorf("%s as %s: %v, %d cookies", path, dest, err, len(res.Cookies()))
			}
		}
	}
}

// TestFetchedAhead has browsers fetch each step of a sign-in before the person goes there. Nothing may come of it, and the
// same step must work when they do.
func TestFetchedAhead(t *testing.T) {
	for name, from := range map[string]origin{"prefetched": prefetched, "prerendered": prerendered} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.speaksOIDC()
			path, _, err := login.NewTest(t.Context(), w.sessions, w.trusts.all["two"])
			if err != nil {
				t.Fatal(err)
			}
			s := w.surfer()
			s.unready(from, path)
			s.unready(from, "/sso/two/start")
			s.unready(from, "/sso/oidc/one/initiate")
			asked := s.goes(elsewhere, http.MethodGet, "/sso/one/start", nil)
			u, err := url.Parse(asked.url)
			if err != nil {
				t.Fatal(err)
			}
			answer := "/sso/oidc/one/callback?" + url.Values{"state": {u.Query().Get("handle")}, "who": {"hanako"}}.Encode()
			s.unready(from, answer)
			res, err := w.answer(s.request(elsewhere, http.MethodGet, answer, nil))
			for _, c := range res.Cookies() {
				s.keep(c)
			}
			if err != nil {
				t.Fatal(err)
			}
			arrived := res.Header.Get("Location")
			s.unready(from, arrived)
			if len(w.admitter.admitted) != 0 || len(w.idps["one"].attempts) != 1 {
				t.Errorf("%d were admitted, %d messages judged", len(w.admitter.admitted), len(w.idps["one"].attempts))
			}
			if e := s.goes(elsewhere, http.MethodGet, arrived, nil); e.err != nil || s.who() != "hanako" {
				t.Errorf("%q is signed in, %v", s.who(), e.err)
			}
			if e := s.goes(elsewhere, http.MethodGet, path, nil); e.err != nil || e.url == "" {
				t.Errorf("the test cannot be begun any more: %+v", e)
			}
		})
	}
}

// unready demands that an address says no more to from than that it is to be asked again.
func (s *surfer) unready(from origin, address string) {
	s.w.t.Helper()
	res, err := s.w.answer(s.request(from, http.MethodGet, address, nil))
	if err != nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Cache-Control") != "no-store" || len(res.Cookies()) != 0 {
		s.w.t.Errorf("%s: %v, %d %v", address, err, res.StatusCode, res.Header)
	}
}

// TestFetchedAheadInOtherWords tells what a browser says of a request that is ahead of the person.
func TestFetchedAheadInOtherWords(t *testing.T) {
	w := newWorld(t)
	for _, row := range []struct {
		header, value string
		want          int
	}{
		{"Sec-Purpose", "prefetch;anonymous-client-ip", http.StatusServiceUnavailable},
		{"Sec-Purpose", "Prefetch", http.StatusServiceUnavailable},
		{"Purpose", "prefetch", http.StatusServiceUnavailable},
		{"Purpose", "prerender", http.StatusServiceUnavailable},
		{"X-Purpose", "prefetch", http.StatusServiceUnavailable},
		{"X-Moz", "prefetch", http.StatusServiceUnavailable},
		{"Sec-Purpose", "", http.StatusSeeOther},
		{"Purpose", "reading", http.StatusSeeOther},
	} {
		r := w.surfer().request(here, http.MethodGet, "/sso/two/start", nil)
		r.Header.Set(row.header, row.value)
		if res, err := w.answer(r); err != nil || res.StatusCode != row.want {
			t.Errorf("%s: %s: %d, %v", row.header, row.value, res.StatusCode, err)
		}
	}
}

// TestHead has a program look at each step of a sign-in, as at an address in a mail. It takes nothing, begins nothing and
// is given no cookie.
func TestHead(t *testing.T) {
	w := newWorld(t)
	w.speaksOIDC()
	path, id, err := login.NewTest(t.Context(), w.sessions, w.trusts.all["two"])
	if err != nil {
		t.Fatal(err)
	}
	s := w.surfer()
	asked := s.goes(elsewhere, http.MethodGet, "/sso/one/start", nil)
	u, err := url.Parse(asked.url)
	if err != nil {
		t.Fatal(err)
	}
	answer := "/sso/oidc/one/callback?" + url.Values{"state": {u.Query().Get("handle")}, "who": {"hanako"}}.Encode()
	begun := len(w.idps["one"].starts)
	look := func(address string) {
		t.Helper()
		res, err := w.answer(s.request(silent, http.MethodHead, address, nil))
		if err != nil || res.StatusCode != http.StatusOK || len(res.Cookies()) != 0 || res.Header.Get("Location") != "" {
			t.Errorf("%s: %v, %d %v", address, err, res.StatusCode, res.Header)
		}
	}
	for _, address := range []string{path, "/sso/one/start", "/sso/oidc/one/initiate", answer} {
		look(address)
	}
	res, err := w.answer(s.request(elsewhere, http.MethodGet, answer, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		s.keep(c)
	}
	look(res.Header.Get("Location"))
	if len(w.idps["one"].starts) != begun || len(w.admitter.admitted) != 0 {
		t.Errorf("%d sign-ins were begun, %d admitted", len(w.idps["one"].starts)-begun, len(w.admitter.admitted))
	}
	if e := s.goes(elsewhere, http.MethodGet, res.Header.Get("Location"), nil); e.err != nil || s.who() != "hanako" {
		t.Errorf("%q is signed in, %v", s.who(), e.err)
	}
	if _, err := login.TestResult(t.Context(), w.sessions, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the test has a result: %v", err)
	}
}

// TestLogoutInFrame demands that an IdP can sign people out in frames, as they do of many services at once.
func TestLogoutInFrame(t *testing.T) {
	w := newWorld(t)
	s, _ := taken(w)
	if e := s.goes(framed, http.MethodPost, "/sso/saml/two/slo", url.Values{"who": {"hanako"}}); e.err != nil || s.who() != "" {
		t.Errorf("%q is signed in, %v", s.who(), e.err)
	}
}
