package parent

import (
	"net/http"
	"slices"
	"time"
)

// session is one signed-in browser.
type session struct {
	id      string // the cookie's value
	index   string // SAML SessionIndex and OIDC sid
	login   string
	level   level
	at      time.Time // when the person last authenticated
	ends    time.Time
	saml    []string // entity IDs of services signed in to
	clients []string // OIDC clients signed in to
}

func (s session) withSAML(entityID string) session {
	if !slices.Contains(s.saml, entityID) {
		s.saml = append(slices.Clone(s.saml), entityID)
	}
	return s
}

func (s session) withClient(id string) session {
	if !slices.Contains(s.clients, id) {
		s.clients = append(slices.Clone(s.clients), id)
	}
	return s
}

const sessionCookie = "parent_session"

// begin starts a session for u that authenticated just now.
func (p *Parent) begin(u User, l level) session {
	now := p.cfg.Now()
	s := session{
		id: random(), index: "s-" + random(), login: u.Login, level: l,
		at: now, ends: now.Add(p.cfg.SessionLifetime),
	}
	p.sessions.put(s.id, s, s.ends)
	return s
}

// renew notes that the person of session s authenticated again, and returns the session as it now is.
func (p *Parent) renew(s session, l level) session {
	s.level, s.at = l, p.cfg.Now()
	p.sessions.change(s.id, func(old session) session {
		old.level, old.at = s.level, s.at
		return old
	})
	return s
}

// current returns the session of the browser that sent r, and its user.
func (p *Parent) current(r *http.Request) (session, User, bool) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return session{}, User{}, false
	}
	s, ok := p.sessions.get(c.Value)
	if !ok {
		return session{}, User{}, false
	}
	u, ok := p.user(s.login)
	return s, u, ok
}

func (p *Parent) cookie(s session) *http.Cookie {
	c := &http.Cookie{Name: sessionCookie, Value: s.id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if p.secure() {
		c.Secure = true
	}
	if p.cfg.CrossSiteCookies {
		c.SameSite, c.Secure = http.SameSiteNoneMode, true
	}
	return c
}

func (p *Parent) clearCookie(w http.ResponseWriter) {
	c := p.cookie(session{})
	c.MaxAge = -1
	http.SetCookie(w, c)
}
