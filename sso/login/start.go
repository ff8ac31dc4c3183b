package login

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/trust"
	"cloudpocket/store"
)

// signIn sends a person to the IdP they used last, or to the only one there is; otherwise it offers a choice.
func (l *Login) signIn(w http.ResponseWriter, r *http.Request) error {
	to := target(r.URL.Query().Get("to"))
	keepOpener(w, to)
	ways, err := l.Trusts.Ways(r.Context())
	if err != nil {
		return err
	}
	if r.URL.Query().Get("choose") == "" {
		if id := l.known(r, ways); id != "" {
			http.Redirect(w, r, StartPath(id, to), http.StatusSeeOther)
			return nil
		}
	}
	e := sso.Entrance{Choices: ways.Choices, ReturnTo: to}
	if ways.ByAddress() {
		e.Find = findPath
	}
	return l.Pages.SignIn(w, r, e)
}

// known returns the trust that needs no choosing, or "". The cookie names a trust and proves nothing; one that is gone
// or disabled is passed over.
func (l *Login) known(r *http.Request, ways trust.Ways) store.ID {
	if c, err := r.Cookie(trustCookie); err == nil {
		if t, _, err := l.Trusts.Find(r.Context(), "", store.ID(c.Value)); err == nil && t.State == store.TrustEnabled {
			return t.ID
		}
	}
	return ways.Only()
}

// StartPath returns the local address at which signing in at a trust begins, coming back to returnTo.
func StartPath(trust store.ID, returnTo string) string {
	return "/sso/" + string(trust) + "/start?to=" + url.QueryEscape(returnTo)
}

// start begins an attempt at one trust: it is where the parent product's links lead.
func (l *Login) start(w http.ResponseWriter, r *http.Request) error {
	to := target(r.URL.Query().Get("to"))
	keepOpener(w, to)
	f, err := l.find(r, "")
	if err != nil {
		return err
	}
	return l.send(w, r, f, sso.Attempt{ReturnTo: to, Remember: chosen(r), Own: own(r)})
}

// own reports whether r comes from a page of ours, as browsers say of every request (Fetch Metadata) and no page can
// make them say otherwise. A link in a mail is no page of ours, and neither is one of a browser that does not say.
func own(r *http.Request) bool { return r.Header.Get("Sec-Fetch-Site") == "same-origin" }

// chosen reports whether the person came from our own list of trusts, or has no usual trust yet. Anybody else's link
// leads to its trust once, and must not lead every later link there too.
func chosen(r *http.Request) bool {
	_, err := r.Cookie(trustCookie)
	return err != nil || own(r)
}

// send notes the attempt for this browser and sends it to the IdP.
func (l *Login) send(w http.ResponseWriter, r *http.Request, f found, a sso.Attempt) error {
	if !l.starts.Take(sso.Network(f.visit.Address)) {
		return store.Fail(store.Unavailable, "error.too_many", "too many sign-ins are begun from %s", f.visit.Address)
	}
	a.Handle, a.TrustID, a.At = secret(), f.ID, l.Now()
	if s, err := l.Sessions.Current(r); err == nil && a.Asked == 0 {
		a.Session = s.Key // what the person saw when they left; asked again, they come from the IdP and not from a page of ours
	}
	d, err := f.Start(r.Context(), &a)
	if err != nil && a.TestID != "" {
		return l.testFailed(w, r, f, a.TestID, "start", err)
	}
	if err != nil {
		return l.refusedUnproved(r, f, fmt.Errorf("start a sign-in at trust %s: %w", f.ID, err))
	}
	if err := l.keep(r.Context(), a, browserOf(w, r)); err != nil {
		return err
	}
	return l.dispatch(w, r, d)
}

// dispatch sends the browser on. What answers a form of our own page is a page again: a redirect would be held against the
// form-action of that page, and stopped.
func (l *Login) dispatch(w http.ResponseWriter, r *http.Request, d sso.Dispatch) error {
	if d.Fields != nil || r.URL.Path == findPath {
		return l.Pages.Forward(w, r, d)
	}
	http.Redirect(w, r, d.URL, http.StatusSeeOther)
	return nil
}

// remember notes the trust for the next time somebody comes by a plain link.
func remember(w http.ResponseWriter, trust store.ID) {
	http.SetCookie(w, &http.Cookie{Name: trustCookie, Value: string(trust), Path: "/", MaxAge: int(365 * 24 * time.Hour / time.Second), Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
