package parent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// logout is a sign-out under way: the person's sessions have ended here, and the browser goes from service to service
// to tell them.
type logout struct {
	id      string // RelayState of our requests
	queue   []told // still to be told
	asked   string // ID of the LogoutRequest that is out
	of      string // entity ID of who was asked
	partial bool   // somebody could not be told, or did not sign out
	finish  func(w http.ResponseWriter, r *http.Request, partial bool) error
}

// told is one service's share in a session.
type told struct{ entityID, login, index string }

const logoutLife = 10 * time.Minute

// endRequest is an RP-initiated logout (OIDC) that waits for the browser's cookie.
type endRequest struct {
	client string // who asks; empty: unknown
	index  string // sid of the ID token hint; empty: none
	target string // where to go afterwards; empty: our own page
}

// startLogout ends sessions, tells the OIDC clients at once and the SAML services one after the other through the
// browser, and then calls finish. The service and client that asked are left out.
func (p *Parent) startLogout(w http.ResponseWriter, r *http.Request, sessions []session, exceptSAML, exceptClient string,
	finish func(http.ResponseWriter, *http.Request, bool) error) error {
	l := logout{id: random(), finish: finish}
	own, _, _ := p.current(r)
	for _, s := range sessions {
		if s.id == own.id {
			p.clearCookie(w)
		}
		if err := p.endDirectly(r.Context(), s, exceptClient); err != nil {
			p.cfg.Log.Warn("a client could not be told of a sign-out", "error", err)
			l.partial = true
		}
		for _, entityID := range s.saml {
			if entityID != exceptSAML {
				l.queue = append(l.queue, told{entityID, s.login, s.index})
			}
		}
	}
	return p.stepLogout(w, r, l)
}

// stepLogout sends the browser to the next service, or finishes. A service that cannot be told is passed over.
func (p *Parent) stepLogout(w http.ResponseWriter, r *http.Request, l logout) error {
	for len(l.queue) > 0 {
		next := l.queue[0]
		l.queue = l.queue[1:]
		m, to, err := p.logoutRequestTo(r.Context(), next)
		if err != nil {
			p.cfg.Log.Warn("a service could not be told of a sign-out", "service", next.entityID, "error", err)
			l.partial = true
			continue
		}
		l.asked, l.of = m.ID, next.entityID
		p.logouts.put(l.id, l, p.cfg.Now().Add(logoutLife))
		return p.dispatch(w, r, to, "SAMLRequest", m, l.id)
	}
	return l.finish(w, r, l.partial)
}

// endDirectly ends s here and tells its OIDC clients but one, each given a few seconds. The error joins those that
// could not be told.
func (p *Parent) endDirectly(ctx context.Context, s session, exceptClient string) error {
	if _, was := p.sessions.take(s.id); !was {
		return nil
	}
	told := slices.DeleteFunc(slices.Clone(s.clients), func(id string) bool { return id == exceptClient })
	return p.tellClients(ctx, s, told)
}

// SignOut ends every session of login as an administrator of the parent would, without a browser: OIDC clients are told
// by back-channel logout, SAML services are not. The error joins the clients that could not be told.
func (p *Parent) SignOut(ctx context.Context, login string) error {
	if _, ok := p.user(login); !ok {
		return fmt.Errorf("no user has the login %q", login)
	}
	var failed error
	for _, s := range p.sessions.all(func(s session) bool { return s.login == login }) {
		failed = errors.Join(failed, p.endDirectly(ctx, s, ""))
	}
	return failed
}

type confirmData struct {
	chrome
	End string
}

func (p *Parent) confirmSignOut(w http.ResponseWriter, r *http.Request) error {
	return p.pages.show(w, http.StatusOK, "confirm", confirmData{p.chrome(w, r, "confirm.title"), ""})
}

// signOut ends the browser's session because its person said so.
func (p *Parent) signOut(w http.ResponseWriter, r *http.Request) error {
	end, _ := p.ends.take(r.PostFormValue("end"))
	s, _, signedIn := p.current(r)
	if !signedIn {
		return p.afterSignOut(end.target)(w, r, false)
	}
	return p.startLogout(w, r, []session{s}, "", end.client, p.afterSignOut(end.target))
}

// nextSignOut goes on with an RP-initiated logout, now that the browser has brought its cookie. Without proof that the
// service means the session at hand, the person is asked.
func (p *Parent) nextSignOut(w http.ResponseWriter, r *http.Request) error {
	id := r.FormValue("end")
	end, ok := p.ends.get(id)
	if !ok {
		return &fault{http.StatusGone, "error.expired", nil}
	}
	s, _, signedIn := p.current(r)
	named := p.sessions.all(func(s session) bool { return end.index != "" && s.index == end.index })
	switch {
	case len(named) == 0 && !signedIn:
		p.ends.take(id)
		return p.afterSignOut(end.target)(w, r, false)
	case len(named) == 1 && (!signedIn || s.id == named[0].id):
		p.ends.take(id)
		return p.startLogout(w, r, named, "", end.client, p.afterSignOut(end.target))
	}
	return p.pages.show(w, http.StatusOK, "confirm", confirmData{p.chrome(w, r, "confirm.title"), id})
}

// afterSignOut ends a sign-out at target, or on our own page.
func (p *Parent) afterSignOut(target string) func(http.ResponseWriter, *http.Request, bool) error {
	return func(w http.ResponseWriter, r *http.Request, partial bool) error {
		to := target
		if to == "" {
			to = "/signedout"
			if partial {
				to += "?" + url.Values{"partial": {"1"}}.Encode()
			}
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
}

type signedOutData struct {
	chrome
	Partial bool
}

func (p *Parent) signedOut(w http.ResponseWriter, r *http.Request) error {
	data := signedOutData{p.chrome(w, r, "signedout.title"), r.FormValue("partial") != ""}
	return p.pages.show(w, http.StatusOK, "signedout", data)
}
