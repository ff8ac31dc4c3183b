package page

import (
	"net/http"
	"net/url"

	"cloudpocket/sso"
	"cloudpocket/store"
)

type signIn struct {
	sso.Entrance
	Ways []signInChoice
}

type signInChoice struct {
	sso.Choice
	URL string
}

// SignIn offers the ways in; when an address led nowhere the status is 422.
func (p *Pages) SignIn(w http.ResponseWriter, r *http.Request, e sso.Entrance) error {
	v, status := signIn{Entrance: e}, http.StatusOK
	for _, c := range e.Choices {
		v.Ways = append(v.Ways, signInChoice{c, p.config.Start(c.TrustID, e.ReturnTo)})
	}
	if e.Missed {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "signin", Shell{}, v)
}

type forward struct {
	URL    string
	Host   string
	Fields []sso.Field
}

// Forward sends the browser on: by a form that submits itself when there are fields, otherwise by a link that is
// followed by itself. The latter is what answers a POST that leads to another site: a redirect would be held against
// the form-action of the page that the form was on, and stopped.
func (p *Pages) Forward(w http.ResponseWriter, r *http.Request, d sso.Dispatch) error {
	u, err := url.Parse(d.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return store.Fail(store.Internal, "", "forward to %q: not an absolute http address", d.URL)
	}
	w.Header().Set("Content-Security-Policy", forwardPolicy(u))
	return p.show(w, r, http.StatusOK, "forward", Shell{}, forward{d.URL, u.Host, d.Fields})
}

// forwardPolicy is the policy of every page but for form-action: a form may go to where this one goes. The scheme is
// there too because browsers hold the redirects of a form against the list as well, and an IdP may answer its own
// endpoint with a redirect to a login page elsewhere; the page has no other form and nothing of it is unescaped.
func forwardPolicy(u *url.URL) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
		"form-action " + u.Scheme + "://" + u.Host + " https:; frame-ancestors 'none'; base-uri 'none'"
}

type signedOut struct {
	Complete bool
	SignIn   string
}

// SignedOut says that the session has ended, and whether the IdP knows.
func (p *Pages) SignedOut(w http.ResponseWriter, r *http.Request, complete bool) error {
	return p.show(w, r, http.StatusOK, "signedout", Shell{}, signedOut{complete, p.config.SignIn})
}

type switching struct {
	sso.Switch
	Stay, Continue string // the answers
}

// Switch asks whether another account may take the place of the one that is signed in. Staying comes first: who did not
// expect the question is to find the answer that changes nothing.
func (p *Pages) Switch(w http.ResponseWriter, r *http.Request, s sso.Switch) error {
	return p.show(w, r, http.StatusOK, "switch", Shell{}, switching{s, sso.SwitchStay, sso.SwitchContinue})
}

type tested struct {
	Passed bool
	Trace  string // path of the page with its trace; empty if there is none
}

// Tested says that a test sign-in is over, and where administrators see what it went through.
func (p *Pages) Tested(w http.ResponseWriter, r *http.Request, over sso.TestOver) error {
	v := tested{Passed: over.Passed}
	if over.SignIn != "" {
		v.Trace = "/admin/trusts/" + string(over.TrustID) + "/sign-ins/" + string(over.SignIn)
	}
	return p.show(w, r, http.StatusOK, "tested", Shell{}, v)
}
