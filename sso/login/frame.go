package login

import (
	"net/http"
	"time"

	"cloudpocket/sso"
)

// wholePage has h answer only a browser that goes there as a page of its own, which the person sees, as browsers say of
// every request (Fetch Metadata, Sec-Fetch-Dest) and no page can make them say otherwise. In a frame of somebody's page,
// or fetched by it, a sign-in would begin behind the person's back. A browser that does not say is let through: see
// [seen].
func wholePage(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" && dest != "document" {
			return sso.Refuse("login.frame", sso.KeyUnsolicited, "a sign-in goes on in a page of its own, not as %q", dest)
		}
		return h(w, r)
	}
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
