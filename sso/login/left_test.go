package login_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// departures are the IdP's logouts, and whether they end what a sign-in of taro's with the index "index" becomes.
var departures = []struct {
	name    string
	who     string
	indexes []string
	ends    bool
}{
	{"the person", "taro", nil, true},
	{"the person's session", "taro", []string{"index"}, true},
	{"one of the person's sessions", "taro", []string{"other", "index"}, true},
	{"anybody's session", "", []string{"index"}, true},
	{"another session of the person", "taro", []string{"other"}, false},
	{"another person", "hanako", nil, false},
	{"another person's session of that index", "hanako", []string{"index"}, false},
}

// TestLeftWhileWaiting has the IdP sign people out while the person thinks about the question.
func TestLeftWhileWaiting(t *testing.T) {
	for _, row := range departures {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			s, _ := taken(w)
			question := s.unsolicited("taro", "/").asked
			w.leaves(row.who, row.indexes...)
			s.choose(question, sso.SwitchContinue)
			if in := s.who() == "taro"; in == row.ends {
				t.Errorf("%q is signed in", s.who())
			}
		})
	}
}

// TestLeftWhileLetIn has the IdP sign people out between the admission and the beginning of the session.
func TestLeftWhileLetIn(t *testing.T) {
	for _, row := range departures {
		for name, come := range map[string]func(*surfer) end{
			"by oneself":  func(s *surfer) end { return s.signIn(here, "two", "taro") },
			"unsolicited": func(s *surfer) end { return s.unsolicited("taro", "/") },
		} {
			t.Run(row.name+", "+name, func(t *testing.T) {
				w := newWorld(t)
				w.admitter.during = func() { w.leaves(row.who, row.indexes...) }
				s := w.surfer()
				e := come(s)
				all, err := w.sessions.Of(t.Context(), "tenant-two", "taro")
				if err != nil || row.ends != (len(all) == 0) || row.ends != (s.who() == "") || row.ends != (sso.ReasonOf(e.err) == "login.left") {
					t.Errorf("%q is signed in, %d sessions stand, %v, %v", s.who(), len(all), e.err, err)
				}
			})
		}
	}
}

// TestLeftWhileJudged has the IdP sign people out while the message is judged, which was brought before.
func TestLeftWhileJudged(t *testing.T) {
	for _, row := range departures {
		for name, come := range map[string]func(*surfer) end{
			"by oneself":  func(s *surfer) end { return s.signIn(here, "two", "taro") },
			"unsolicited": func(s *surfer) end { return s.unsolicited("taro", "/") },
			"by a GET": func(s *surfer) end {
				two := s.w.trusts.all["two"]
				two.Protocol, two.Version = store.OIDC, 2
				s.w.trusts.all["two"] = two
				asked, err := url.Parse(s.goes(here, http.MethodGet, "/sso/two/start", nil).url)
				if err != nil {
					t.Fatal(err)
				}
				q := url.Values{"state": {asked.Query().Get("handle")}, "who": {"taro"}}
				return s.goes(here, http.MethodGet, "/sso/oidc/two/callback?"+q.Encode(), nil)
			},
		} {
			t.Run(row.name+", "+name, func(t *testing.T) {
				w := newWorld(t)
				taken(w) // so that the trust is open
				s := w.surfer()
				w.idps["two"].during = func() { w.leavesBy(name == "by a GET", row.who, row.indexes...) }
				e := come(s)
				if row.ends != (s.who() == "") || row.ends != (sso.ReasonOf(e.err) == "login.left") {
					t.Errorf("%q is signed in, %v", s.who(), e.err)
				}
			})
		}
	}
}

// TestLeftBeforeAndAnotherWhileJudged demands that somebody who signed out before is let in once nobody signs out while
// the message is judged, and somebody who did not in any case.
func TestLeftBeforeAndAnotherWhileJudged(t *testing.T) {
	w := newWorld(t)
	s, _ := taken(w)
	w.leaves("taro")
	w.idps["two"].during = func() { w.leaves("jiro") }
	if e := s.signIn(here, "two", "saburo"); e.err != nil || s.who() != "saburo" {
		t.Errorf("%q is signed in, %v", s.who(), e.err)
	}
	if e := s.signIn(here, "two", "taro"); e.err != nil || s.who() != "taro" {
		t.Errorf("%q is signed in, %v", s.who(), e.err)
	}
}

// TestLeftBeforeIsOver demands that a sign-in after the IdP's logout counts, whatever the two instances' clocks say, and
// that one before it does not.
func TestLeftBeforeIsOver(t *testing.T) {
	for name, by := range map[string]time.Duration{"behind": -time.Minute, "ahead": time.Minute, "exact": 0} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s, _ := taken(w)
			clock := func(by time.Duration) { w.now = w.now.Add(by) }
			for range 2 {
				early := s.unsolicited("taro", "/").asked
				clock(by)
				w.leaves("taro")
				clock(-by)
				late := s.unsolicited("taro", "/").asked
				if e := s.choose(early, sso.SwitchContinue); sso.ReasonOf(e.err) != "login.left" || s.who() != "hanako" {
					t.Errorf("%q is signed in, %v", s.who(), e.err)
				}
				if e := s.choose(late, sso.SwitchContinue); e.err != nil || s.who() != "taro" {
					t.Errorf("%q is signed in, %v", s.who(), e.err)
				}
				s.signIn(here, "two", "hanako")
			}
		})
	}
}
