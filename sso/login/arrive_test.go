package login_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// taken returns a browser in which hanako is signed in at "two", and her session's token.
func taken(w *world) (*surfer, string) {
	w.t.Helper()
	s := w.surfer()
	if e := s.signIn(here, "two", "hanako"); e.err != nil || s.who() != "hanako" {
		w.t.Fatalf("%q is signed in: %v", s.who(), e.err)
	}
	return s, s.cookies["__Host-session"].Value
}

// speaksOIDC makes "one" a trust that can ask for a sign-in.
func (w *world) speaksOIDC() {
	one := w.trusts.all["one"]
	one.Protocol = store.OIDC
	w.trusts.all["one"] = one
}

// TestWhoBeganIt has sign-ins of every beginning come to a browser in which hanako is signed in.
func TestWhoBeganIt(t *testing.T) {
	for _, row := range []struct {
		name  string
		come  func(s *surfer, who string) end
		who   string
		asked bool
	}{
		{"unsolicited, another account", func(s *surfer, who string) end { return s.unsolicited(who, "/") }, "taro", true},
		{"unsolicited, the same account", func(s *surfer, who string) end { return s.unsolicited(who, "/") }, "hanako", false},
		{"from another site, another account", func(s *surfer, who string) end { return s.signIn(elsewhere, "two", who) }, "taro", true},
		{"from another site, the same account", func(s *surfer, who string) end { return s.signIn(elsewhere, "two", who) }, "hanako", false},
		{"by a link in a mail", func(s *surfer, who string) end { return s.signIn(typed, "two", who) }, "taro", true},
		{"by a browser that does not say", func(s *surfer, who string) end { return s.signIn(silent, "two", who) }, "taro", true},
		{"from our own page, another account", func(s *surfer, who string) end { return s.signIn(here, "two", who) }, "taro", false},
		{"asked for by the IdP, GET", func(s *surfer, who string) end {
			s.w.speaksOIDC()
			return s.calledBack(elsewhere, s.goes(elsewhere, http.MethodGet, "/sso/oidc/one/initiate", nil), who)
		}, "taro", true},
		{"asked for by the IdP, POST", func(s *surfer, who string) end {
			s.w.speaksOIDC()
			return s.calledBack(elsewhere, s.goes(elsewhere, http.MethodPost, "/sso/oidc/one/initiate", url.Values{}), who)
		}, "taro", true},
		{"unsolicited, with a second factor asked for", func(s *surfer, who string) end {
			two := s.w.trusts.all["two"]
			two.Version, two.MFA = 2, store.MFARule{Required: true, Contexts: []string{"mfa"}}
			s.w.trusts.all["two"] = two
			again := s.unsolicited(who, "/")
			s.w.idps["two"].context = sso.AuthContext{Class: "mfa"}
			return s.answers("two", again, who)
		}, "taro", true},
		{"from our own page, with a second factor asked for", func(s *surfer, who string) end {
			two := s.w.trusts.all["two"]
			two.Version, two.MFA = 2, store.MFARule{Required: true, Contexts: []string{"mfa"}}
			s.w.trusts.all["two"] = two
			again := s.signIn(here, "two", who)
			s.w.idps["two"].context = sso.AuthContext{Class: "mfa"}
			return s.answers("two", again, who)
		}, "taro", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			s, before := taken(w)
			e := row.come(s, row.who)
			if e.err != nil || (e.asked != nil) != row.asked {
				t.Fatalf("asked %+v, %v; want asked: %t", e.asked, e.err, row.asked)
			}
			_, err := w.sessions.Find(t.Context(), store.KeyOf(before))
			if (err == nil) != row.asked || (s.cookies["__Host-session"].Value == before) != row.asked {
				t.Errorf("the session before: %v, the cookie is the same: %t", err, s.cookies["__Host-session"].Value == before)
			}
			want := store.ID(row.who)
			if row.asked {
				want = "hanako"
				by := map[bool]string{true: "label of one", false: "label of two"}[strings.HasPrefix(row.name, "asked for by the IdP")]
				if e.asked.Now != (sso.Person{Name: "hanako", Firm: "tenant-two"}) || e.asked.New.Name != row.who ||
					e.asked.NowBy != "label of two" || e.asked.NewBy != by {
					t.Errorf("the question is %+v", e.asked)
				}
			}
			if s.who() != want || len(w.admitter.admitted) != map[bool]int{true: 1, false: 2}[row.asked] {
				t.Errorf("%q is signed in, %d were admitted; want %q", s.who(), len(w.admitter.admitted), want)
			}
		})
	}
}

// calledBack brings an OP's answer, by a GET.
func (s *surfer) calledBack(from origin, asked end, who string) end {
	s.w.t.Helper()
	u, err := url.Parse(asked.url)
	if err != nil || asked.err != nil {
		s.w.t.Fatalf("no sign-in was begun: %v, %v", err, asked.err)
	}
	q := url.Values{"state": {u.Query().Get("handle")}, "who": {who}}
	return s.goes(from, http.MethodGet, "/sso/oidc/one/callback?"+q.Encode(), nil)
}

// TestTwoTabs begins a sign-in in one tab, on a page of ours, and signs in and out in another before it comes back: by
// whichever way it does, no other account's session is replaced without a word, and none is left without a browser.
func TestTwoTabs(t *testing.T) {
	posted := func(s *surfer, asked end, who string) end { return s.answers("one", asked, who) }
	called := func(s *surfer, asked end, who string) end { return s.calledBack(elsewhere, asked, who) }
	nothing := func(*surfer) {}
	as := func(who string) func(*surfer) { return func(s *surfer) { s.signIn(here, "two", who) } }
	for _, row := range []struct {
		name          string
		before, other func(*surfer)
		back          string
		asked         bool
	}{
		{"nobody, and nobody else", nothing, nothing, "taro", false},
		{"nobody, then another account", nothing, as("hanako"), "taro", true},
		{"nobody, then the same account", nothing, as("hanako"), "hanako", false},
		{"somebody, who stays", as("hanako"), nothing, "taro", false},
		{"somebody, then another account", as("jiro"), as("hanako"), "taro", true},
		{"somebody, then the same account again", as("hanako"), as("hanako"), "taro", true},
		{"somebody, then nobody", as("hanako"), func(s *surfer) { s.goes(here, http.MethodPost, "/sign-out", url.Values{}) }, "taro", false},
	} {
		for name, way := range map[string]func(*surfer, end, string) end{"posted": posted, "called back": called} {
			t.Run(row.name+", "+name, func(t *testing.T) {
				w := newWorld(t)
				one := w.trusts.all["one"]
				one.Owner = "tenant-two"
				w.trusts.all["one"] = one
				if name == "called back" {
					w.speaksOIDC()
				}
				s := w.surfer()
				row.before(s)
				asked := s.goes(here, http.MethodGet, "/sso/one/start?to=%2Fdeliveries", nil)
				row.other(s)
				there := s.who()
				e := way(s, asked, row.back)
				if e.err != nil || (e.asked != nil) != row.asked {
					t.Fatalf("asked %+v, %v; want asked: %t", e.asked, e.err, row.asked)
				}
				if row.asked && s.who() != there {
					t.Errorf("%q is signed in before the answer, want %q", s.who(), there)
				}
				if row.asked {
					s.choose(e.asked, sso.SwitchContinue)
				}
				for _, who := range []store.ID{"hanako", "taro", "jiro"} {
					all, err := w.sessions.Of(t.Context(), "tenant-two", who)
					if want := map[bool]int{true: 1}[string(who) == row.back]; err != nil || len(all) != want || (want == 1) != (s.who() == who) {
						t.Errorf("%s has %d sessions, want %d; %q is signed in, %v", who, len(all), want, s.who(), err)
					}
				}
			})
		}
	}
}

// TestSecondTabAndFactor asks the IdP once more after another tab signed in: what the person saw when they began is still
// what counts.
func TestSecondTabAndFactor(t *testing.T) {
	w := newWorld(t)
	w.speaksOIDC()
	one := w.trusts.all["one"]
	one.Version, one.MFA = 2, store.MFARule{Required: true, Contexts: []string{"mfa"}}
	w.trusts.all["one"] = one
	s := w.surfer()
	asked := s.goes(here, http.MethodGet, "/sso/one/start", nil)
	s.signIn(here, "two", "hanako")
	again := s.calledBack(elsewhere, asked, "taro")
	w.idps["one"].context = sso.AuthContext{Class: "mfa"}
	if e := s.calledBack(elsewhere, again, "taro"); e.err != nil || e.asked == nil || s.who() != "hanako" {
		t.Errorf("%q is signed in, asked %+v, %v", s.who(), e.asked, e.err)
	}
}

func TestNobodyIsThere(t *testing.T) {
	w := newWorld(t)
	s := w.surfer()
	if e := s.unsolicited("taro", "/deliveries/1"); e.err != nil || e.asked != nil || e.url != "/deliveries/1" || s.who() != "taro" {
		t.Errorf("%q is signed in, %+v", s.who(), e)
	}
}

// TestTrustIsGone asks in a browser whose session is of a trust that is there no more.
func TestTrustIsGone(t *testing.T) {
	w := newWorld(t)
	s := w.surfer()
	s.signIn(here, "one", "hanako")
	delete(w.trusts.all, "one")
	if e := s.unsolicited("taro", "/"); e.err != nil || e.asked == nil || e.asked.NowBy != "" || e.asked.NewBy != "label of two" {
		t.Errorf("asked %+v, %v", e.asked, e.err)
	}
}

func TestContinueAsTheNewOne(t *testing.T) {
	w := newWorld(t)
	s, before := taken(w)
	question := s.unsolicited("taro", "/deliveries/1").asked
	if e := s.choose(question, sso.SwitchContinue); e.err != nil || e.url != "/deliveries/1" || s.who() != "taro" {
		t.Errorf("%q is signed in, %+v", s.who(), e)
	}
	if _, err := w.sessions.Find(t.Context(), store.KeyOf(before)); err == nil {
		t.Error("the session before stands")
	}
	if !slices.Equal(w.admitter.out, []string{"hanako replaced"}) {
		t.Errorf("signed out are %q", w.admitter.out)
	}
	if e := s.choose(question, sso.SwitchContinue); sso.ReasonOf(e.err) != "login.arrival" {
		t.Errorf("a second time: %v", e.err)
	}
}

// TestReplacedIsRecordedOnce demands one record of a session that ends by another sign-in in its browser.
func TestReplacedIsRecordedOnce(t *testing.T) {
	for _, row := range []struct {
		name string
		come func(s *surfer)
		out  []string
	}{
		{"as another account, by oneself", func(s *surfer) { s.signIn(here, "two", "taro") }, []string{"hanako replaced"}},
		{"as another account, asked", func(s *surfer) { s.choose(s.unsolicited("taro", "/").asked, sso.SwitchContinue) }, []string{"hanako replaced"}},
		{"as the same account, by oneself", func(s *surfer) { s.signIn(here, "two", "hanako") }, []string{"hanako renewed"}},
		{"as the same account, unsolicited", func(s *surfer) { s.unsolicited("hanako", "/") }, []string{"hanako renewed"}},
		{"signed out by the IdP meanwhile", func(s *surfer) {
			question := s.unsolicited("taro", "/").asked
			s.w.admitter.during = func() { s.w.leaves("hanako") }
			s.choose(question, sso.SwitchContinue)
		}, []string{"hanako idp"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			s, before := taken(w)
			row.come(s)
			if !slices.Equal(w.admitter.out, row.out) {
				t.Errorf("the audit has %q, want %q", w.admitter.out, row.out)
			}
			if _, err := w.sessions.Find(t.Context(), store.KeyOf(before)); err == nil || s.cookies["__Host-session"].Value == before {
				t.Errorf("the session before: %v", err)
			}
		})
	}
}

func TestStayAsIAm(t *testing.T) {
	w := newWorld(t)
	s, before := taken(w)
	question := s.unsolicited("taro", "/deliveries/1").asked
	if e := s.choose(question, sso.SwitchStay); e.err != nil || e.url != "/" || s.cookies["__Host-session"].Value != before || s.who() != "hanako" {
		t.Errorf("%q is signed in, %+v", s.who(), e)
	}
	if !slices.Equal(w.admitter.refused, []sso.Reason{"login.stayed"}) || len(w.admitter.admitted) != 1 {
		t.Errorf("refused %q, admitted %d", w.admitter.refused, len(w.admitter.admitted))
	}
	if e := s.choose(question, sso.SwitchContinue); sso.ReasonOf(e.err) != "login.arrival" || s.who() != "hanako" {
		t.Errorf("%q after staying: %v", s.who(), e.err)
	}
}

// TestStayTooLate demands that who stays goes home, though the question is no more.
func TestStayTooLate(t *testing.T) {
	w := newWorld(t)
	s, _ := taken(w)
	question := s.unsolicited("taro", "/deliveries/1").asked
	w.now = w.now.Add(5*time.Minute + time.Second)
	if e := s.choose(question, sso.SwitchStay); e.err != nil || e.url != "/" || s.who() != "hanako" || len(w.admitter.refused) != 0 {
		t.Errorf("%q is signed in, %+v, refused %q", s.who(), e, w.admitter.refused)
	}
}

// TestRefusedOnce looks at an arrival again and again after it is no good any more: the audit has one refusal of it.
func TestRefusedOnce(t *testing.T) {
	for _, row := range []struct {
		name   string
		spoil  func(*world)
		reason sso.Reason
	}{
		{"signed out at the IdP", func(w *world) { w.leaves("taro") }, "login.left"},
		{"trust switched off", func(w *world) {
			two := w.trusts.all["two"]
			two.State = store.TrustDisabled
			w.trusts.all["two"] = two
		}, "login.trust_disabled"},
		{"trust changed", func(w *world) {
			two := w.trusts.all["two"]
			two.Version++
			w.trusts.all["two"] = two
		}, "login.trust_changed"},
	} {
		for name, again := range map[string]func(*surfer, *sso.Switch) end{
			"looked at": func(s *surfer, q *sso.Switch) end { return s.goes(here, http.MethodGet, q.Answer, nil) },
			"answered":  func(s *surfer, q *sso.Switch) end { return s.choose(q, sso.SwitchContinue) },
		} {
			t.Run(row.name+", "+name, func(t *testing.T) {
				w := newWorld(t)
				s, _ := taken(w)
				question := s.unsolicited("taro", "/").asked
				row.spoil(w)
				if e := again(s, question); sso.ReasonOf(e.err) != row.reason {
					t.Errorf("%v, want %s", e.err, row.reason)
				}
				for range 10 {
					if e := again(s, question); sso.ReasonOf(e.err) != "login.arrival" {
						t.Errorf("again: %v", e.err)
					}
				}
				if !slices.Equal(w.admitter.refused, []sso.Reason{row.reason}) || s.who() != "hanako" {
					t.Errorf("the audit has %q, %q is signed in", w.admitter.refused, s.who())
				}
			})
		}
	}
}

// TestOnceMore has what a sign-in takes be away while the person is let in: they can try again, once and in time.
func TestOnceMore(t *testing.T) {
	for _, row := range []struct {
		name   string
		away   error
		values int // that make the arrival long
		later  time.Duration
		reason sso.Reason
	}{
		{"records away", store.ErrUnavailable, 0, time.Minute, ""},
		{"records away, a long arrival", store.ErrUnavailable, 1500, time.Minute, ""},
		{"hung up", context.Canceled, 0, time.Minute, ""},
		{"records away until it is too late", store.ErrUnavailable, 0, 5*time.Minute + time.Second, "login.arrival"},
		{"refused", sso.Refuse("admit.not_registered", sso.KeyUnknown, "no account"), 0, 0, "login.arrival"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			s, _ := taken(w)
			w.long(row.values)
			question := s.unsolicited("taro", "/deliveries/1").asked
			w.admitter.away = row.away
			if e := s.choose(question, sso.SwitchContinue); !errors.Is(e.err, row.away) || s.who() != "hanako" {
				t.Fatalf("%q is signed in, %v", s.who(), e.err)
			}
			w.now = w.now.Add(row.later)
			e := s.choose(question, sso.SwitchContinue)
			if sso.ReasonOf(e.err) != row.reason || (row.reason == "") != (s.who() == "taro") ||
				row.reason == "" && len(w.admitter.admitted[1].Attributes["offices"]) != row.values {
				t.Errorf("%q is signed in, %v, want reason %q", s.who(), e.err, row.reason)
			}
			if e := s.choose(question, sso.SwitchContinue); sso.ReasonOf(e.err) != "login.arrival" {
				t.Errorf("once too often: %v", e.err)
			}
		})
	}
}

// TestManyAnswers answers one question in many tabs at once: one answer counts.
func TestManyAnswers(t *testing.T) {
	for _, row := range []struct {
		name   string
		values int
	}{{"one piece", 0}, {"many pieces", 1500}} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			s, _ := taken(w)
			w.long(row.values)
			question := s.unsolicited("taro", "/").asked
			var ends [8]error
			var tabs sync.WaitGroup
			for i := range ends {
				tab := &surfer{w: w, cookies: maps.Clone(s.cookies)}
				tabs.Go(func() {
					r := tab.request(here, http.MethodPost, question.Answer, url.Values{"choice": {sso.SwitchContinue}})
					_, ends[i] = w.answer(r)
				})
			}
			tabs.Wait()
			in := 0
			for _, err := range ends {
				if err == nil {
					in++
				} else if sso.ReasonOf(err) != "login.arrival" {
					t.Errorf("%v", err)
				}
			}
			all, err := w.sessions.Of(t.Context(), "tenant-two", "taro")
			if got := w.admitter.admitted[1].Attributes["offices"]; len(got) != row.values {
				t.Errorf("admitted with %d values of %d", len(got), row.values)
			}
			if in != 1 || len(all) != 1 || err != nil || len(w.admitter.admitted) != 2 || !slices.Equal(w.admitter.out, []string{"hanako replaced"}) {
				t.Errorf("%d let in, %d sessions, %q signed out, %v", in, len(all), w.admitter.out, err)
			}
		})
	}
}

// long has the IdP say so many values of 36 bytes that an arrival of them takes several marks.
func (w *world) long(values int) {
	two := w.trusts.all["two"]
	two.Mapping.Offices, two.Version = store.Claim("offices"), two.Version+1
	w.trusts.all["two"] = two
	w.idps["two"].claims = map[string][]string{"offices": slices.Repeat([]string{strings.Repeat("0", 36)}, values)}
}

// TestArrivalIsBound answers a question that is not there for this browser, at this time or any more.
func TestArrivalIsBound(t *testing.T) {
	for _, row := range []struct {
		name   string
		attack func(w *world, s *surfer, q *sso.Switch) end
		reason sso.Reason
	}{
		{"too late", func(w *world, s *surfer, q *sso.Switch) end {
			w.now = w.now.Add(5*time.Minute + time.Second)
			return s.choose(q, sso.SwitchContinue)
		}, "login.arrival"},
		{"another browser", func(w *world, s *surfer, q *sso.Switch) end {
			thief, _ := taken(w)
			return thief.choose(q, sso.SwitchContinue)
		}, "login.arrival"},
		{"another browser's page", func(w *world, s *surfer, q *sso.Switch) end {
			return w.surfer().goes(typed, http.MethodGet, q.Answer, nil)
		}, "login.arrival"},
		{"no name", func(w *world, s *surfer, q *sso.Switch) end {
			return s.choose(&sso.Switch{Answer: "/sso/arrived/x"}, sso.SwitchContinue)
		}, "login.arrival"},
		{"trust switched off", func(w *world, s *surfer, q *sso.Switch) end {
			two := w.trusts.all["two"]
			two.State = store.TrustDisabled
			w.trusts.all["two"] = two
			return s.choose(q, sso.SwitchContinue)
		}, "login.trust_disabled"},
		{"trust changed", func(w *world, s *surfer, q *sso.Switch) end {
			two := w.trusts.all["two"]
			two.Version++
			w.trusts.all["two"] = two
			return s.choose(q, sso.SwitchContinue)
		}, "login.trust_changed"},
		{"another trust has its ID", func(w *world, s *surfer, q *sso.Switch) end {
			two := w.trusts.all["two"]
			two.CreatedAt = w.now
			w.trusts.all["two"] = two
			return s.choose(q, sso.SwitchContinue)
		}, "login.trust_changed"},
		{"another firm's trust has its ID", func(w *world, s *surfer, q *sso.Switch) end {
			two := w.trusts.all["two"]
			two.Owner = "tenant-one"
			w.trusts.all["two"] = two
			return s.choose(q, sso.SwitchContinue)
		}, "login.trust_changed"},
		{"signed out at the IdP", func(w *world, s *surfer, q *sso.Switch) end {
			w.now = w.now.Add(time.Second)
			if _, err := w.browser().do("POST", "/sso/saml/two/slo", url.Values{"who": {"taro"}}); err != nil {
				w.t.Fatal(err)
			}
			return s.choose(q, sso.SwitchContinue)
		}, "login.left"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			s, _ := taken(w)
			e := row.attack(w, s, s.unsolicited("taro", "/").asked)
			if sso.ReasonOf(e.err) != row.reason || s.who() != "hanako" {
				t.Errorf("%q is signed in, %v; want reason %s", s.who(), e.err, row.reason)
			}
		})
	}
}

// TestThiefDoesNotSpendArrival demands that a question survives another browser's answer, and one that is none.
func TestThiefDoesNotSpendArrival(t *testing.T) {
	w := newWorld(t)
	s, _ := taken(w)
	thief, _ := taken(w)
	question := s.unsolicited("taro", "/").asked
	thief.choose(question, sso.SwitchContinue)
	if e := s.choose(question, "neither"); store.KindOf(e.err) != store.Invalid {
		t.Errorf("neither answer: %v", e.err)
	}
	if e := s.choose(question, sso.SwitchContinue); e.err != nil || s.who() != "taro" || thief.who() != "hanako" {
		t.Errorf("%q and %q are signed in, %v", s.who(), thief.who(), e.err)
	}
}

// TestSignedOutBefore demands that a sign-in after a sign-out at the IdP counts, though both are a moment apart.
func TestSignedOutBefore(t *testing.T) {
	w := newWorld(t)
	s, _ := taken(w)
	for range 2 {
		if _, err := w.browser().do("POST", "/sso/saml/two/slo", url.Values{"who": {"taro"}}); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(time.Second)
		question := s.unsolicited("taro", "/").asked
		if e := s.choose(question, sso.SwitchContinue); e.err != nil || s.who() != "taro" {
			t.Errorf("%q is signed in, %v", s.who(), e.err)
		}
		s.signIn(here, "two", "hanako")
	}
}

// TestStrangerArrives has somebody who is not registered come to a browser in which hanako is signed in.
func TestStrangerArrives(t *testing.T) {
	w := newWorld(t)
	s, _ := taken(w)
	if e := s.unsolicited("stranger", "/"); sso.ReasonOf(e.err) != "admit.not_registered" || s.who() != "hanako" {
		t.Errorf("%q is signed in, %v", s.who(), e.err)
	}
	if !slices.Equal(w.admitter.refused, []sso.Reason{"admit.not_registered"}) {
		t.Errorf("refused %q", w.admitter.refused)
	}
}

// TestArrivalOfManyValues keeps what a mark alone has no room for, and refuses what nobody needs.
func TestArrivalOfManyValues(t *testing.T) {
	for _, row := range []struct {
		name   string
		values int
		reason sso.Reason
	}{{"none", 0, ""}, {"few", 3, ""}, {"1,500", 1500, ""}, {"far too many", 20_000, "login.arrival_size"}} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			two := w.trusts.all["two"]
			two.Mapping.Offices = store.Claim("offices")
			w.trusts.all["two"] = two
			s, _ := taken(w)
			values := []string{}
			for i := range row.values {
				values = append(values, fmt.Sprintf("%036d", i))
			}
			w.idps["two"].claims = map[string][]string{"offices": values, "not mapped": {strings.Repeat("x", 1<<20)}}
			e := s.unsolicited("hanako", "/")
			if sso.ReasonOf(e.err) != row.reason {
				t.Fatalf("%v, want reason %q", e.err, row.reason)
			}
			if row.reason != "" {
				return
			}
			got := w.admitter.admitted[len(w.admitter.admitted)-1]
			if kept, ok := got.Attributes["offices"]; !ok || !slices.Equal(kept, values) || len(got.Attributes) != 1 || got.Index != "index" || got.NameSubject != "hanako" {
				t.Errorf("admitted with %d values of %d, of %d attributes, %+v", len(kept), row.values, len(got.Attributes), got.Index)
			}
		})
	}
}
