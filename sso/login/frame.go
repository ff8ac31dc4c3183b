package login

import (
	"net/http"
	"strings"
	"time"

	"cloudpocket/sso"
)

// wholePage has h answer only a browser that goes there as a page of its own, which the person sees, as browsers say of
// every request (Fetch Metadata, Sec-Fetch-Dest) and no page can make them say otherwise. In a frame of somebody's page,
// or fetched by it, a sign-in would begin behind the person's back. A browser that does not say is let through: see
// [seen].
//
// One that fetches ahead what the person may open, whoever proposed it, is turned away first of all: nothing is taken,
// and no cookie given. It throws the answer away, since that is no success, and asks again when the person goes there.
// Nor does a HEAD do anything, with which programs look whether an address is there: it is told that it is.
func wholePage(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if ahead(r) {
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusServiceUnavailable)
			return nil
		}
		if r.Method == http.MethodHead {
			w.Header().Set("Cache-Control", "no-store")
			return nil
		}
		if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" && dest != "document" {
			return sso.Refuse("login.frame", sso.KeyUnsolicited, "a sign-in goes on in a page of its own, not as %q", dest)
		}
		return h(w, r)
	}
}

// ahead reports whether r is fetched, or its page made, before the person goes there: Sec-Purpose (Fetch 3.8), which says
// "prefetch" of both, and what browsers said of it before.
func ahead(r *http.Request) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		for _, value := range r.Header.Values(name) {
			if value = strings.ToLower(value); strings.Contains(value, "prefetch") || strings.Contains(value, "prerender") {
				return true
			}
		}
	}
	return false
}

// handler answers a request, or says by its error why it does not.
type handler = func(w http.ResponseWriter, r *http.Request) error

// seenCookie is there to be sent back: it is as Lax as the session's cookie, and says nothing.
const seenCookie = "__Host-arriving"

// show gives the browser the cookie that [seen] looks for.
func show(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: seenCookie, Value: "1", Path: "/", MaxAge: int(arrivalLife / time.Second), Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// seen is a refusal where no Lax cookie comes along, as in another site's frame: whether this browser has a session
// cannot be told there, so none may begin.
func seen(r *http.Request) error {
	if _, err := r.Cookie(seenCookie); err != nil {
		return sso.Refuse("login.frame", sso.KeyUnsolicited, "the browser keeps the session's cookie back here: %w", err)
	}
	return nil
}
