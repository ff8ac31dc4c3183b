package login_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// surfer is a browser that goes by the rules of SameSite (RFC 6265bis 5.6, 5.7) and Fetch Metadata: where a journey began
// decides, through all of its redirects, which cookies come along and what Sec-Fetch-Site says.
type surfer struct {
	w       *world
	cookies map[string]*http.Cookie
	openers []string // what each answer said of who opened the window (Cross-Origin-Opener-Policy)
}

func (w *world) surfer() *surfer { return &surfer{w: w, cookies: map[string]*http.Cookie{}} }

// origin is where a journey begins.
type origin struct {
	site    string // Sec-Fetch-Site; empty for a browser that says neither it nor Sec-Fetch-Dest
	foreign bool   // a page of another site
	framed  bool   // and in a frame of it
	purpose string // Sec-Purpose; empty for what the person opens
}

var (
	here      = origin{site: "same-origin"}
	typed     = origin{site: "none"}
	elsewhere = origin{site: "cross-site", foreign: true}
	framed    = origin{site: "cross-site", foreign: true, framed: true}
	silent    = origin{foreign: true}
	unsaid    = origin{foreign: true, framed: true}

	// What a page of another site has fetched ahead, or made ready unseen.
	prefetched  = origin{site: "cross-site", foreign: true, purpose: "prefetch"}
	prerendered = origin{site: "cross-site", foreign: true, purpose: "prefetch;prerender"}
)

// dest is what Sec-Fetch-Dest says.
func (o origin) dest() string {
	if o.framed {
		return "iframe"
	}
	return "document"
}

// brings reports whether a cookie goes along with a request.
func (o origin) brings(c *http.Cookie, method string) bool {
	switch {
	case c.SameSite == http.SameSiteNoneMode, !o.foreign:
		return true
	case c.SameSite == http.SameSiteLaxMode:
		return !o.framed && method == http.MethodGet
	}
	return false
}

// end is where a journey ends: at a page of ours, or at the IdP.
type end struct {
	url   string
	asked *sso.Switch
	err   error
}

// request returns what the browser sends.
func (s *surfer) request(from origin, method, address string, form url.Values) *http.Request {
	r := httptest.NewRequest(method, "https://pocket.example"+address, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if from.site != "" {
		r.Header.Set("Sec-Fetch-Site", from.site)
		r.Header.Set("Sec-Fetch-Dest", from.dest())
	}
	if from.purpose != "" {
		r.Header.Set("Sec-Purpose", from.purpose)
	}
	for _, c := range s.cookies {
		if from.brings(c, method) {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	return r
}

// goes sends a request and follows what it is answered.
func (s *surfer) goes(from origin, method, address string, form url.Values) end {
	s.w.t.Helper()
	for range 10 {
		r := s.request(from, method, address, form)
		s.w.pages.asked = nil
		res, err := s.w.answer(r)
		s.openers = append(s.openers, res.Header.Get("Cross-Origin-Opener-Policy"))
		for _, c := range res.Cookies() {
			if !from.framed || c.SameSite == http.SameSiteNoneMode {
				s.keep(c)
			}
		}
		to := res.Header.Get("Location")
		if !strings.HasPrefix(to, "/sso/") {
			return end{to, s.w.pages.asked, err}
		}
		method, address, form = http.MethodGet, to, nil
	}
	s.w.t.Fatal("round in circles")
	return end{}
}

func (s *surfer) keep(c *http.Cookie) {
	if c.MaxAge < 0 {
		delete(s.cookies, c.Name)
		return
	}
	s.cookies[c.Name] = c
}

// signIn goes to a trust from somewhere, and brings its answer, by a POST across sites.
func (s *surfer) signIn(from origin, trust, who string) end {
	s.w.t.Helper()
	return s.answers(trust, s.goes(from, http.MethodGet, "/sso/"+trust+"/start?to=%2Fdeliveries", nil), who)
}

// answered brings a trust's answer by a POST across sites, from a page or from a frame of it.
func (s *surfer) answered(from origin, trust string, asked end, who string) end {
	s.w.t.Helper()
	u, err := url.Parse(asked.url)
	if err != nil || asked.err != nil || u.Query().Get("handle") == "" {
		s.w.t.Fatalf("no sign-in was begun: %q, %v, %v", asked.url, err, asked.err)
	}
	return s.goes(from, http.MethodPost, "/sso/saml/"+trust+"/acs", url.Values{"RelayState": {u.Query().Get("handle")}, "who": {who}})
}

// answers is answered from a page.
func (s *surfer) answers(trust string, asked end, who string) end {
	s.w.t.Helper()
	return s.answered(elsewhere, trust, asked, who)
}

// unsolicited has a page of another site post an assertion that nobody asked for.
func (s *surfer) unsolicited(who, relay string) end {
	s.w.t.Helper()
	return s.goes(elsewhere, http.MethodPost, "/sso/saml/two/acs", url.Values{"RelayState": {relay}, "who": {who}})
}

// choose answers a question, on the page that asked it.
func (s *surfer) choose(question *sso.Switch, choice string) end {
	s.w.t.Helper()
	return s.goes(here, http.MethodPost, question.Answer, url.Values{"choice": {choice}})
}

// leaves has a trust's IdP sign somebody out, of the sessions with those indexes or of all.
func (w *world) leaves(who string, indexes ...string) {
	w.t.Helper()
	w.leavesBy(false, who, indexes...)
}

// leavesBy is leaves, over the back channel or the front one.
func (w *world) leavesBy(back bool, who string, indexes ...string) {
	w.t.Helper()
	path := map[bool]string{true: "/sso/oidc/two/backchannel-logout", false: "/sso/saml/two/slo"}[back]
	if _, err := w.browser().do(http.MethodPost, path, url.Values{"who": {who}, "index": indexes}); err != nil {
		w.t.Errorf("sign %s out: %v", who, err)
	}
}

// who returns the account whose session this browser has, or "".
func (s *surfer) who() store.ID {
	s.w.t.Helper()
	c := s.cookies["__Host-session"]
	if c == nil {
		return ""
	}
	found, err := s.w.sessions.Find(s.w.t.Context(), store.KeyOf(c.Value))
	if err != nil {
		return ""
	}
	return found.AccountID
}
