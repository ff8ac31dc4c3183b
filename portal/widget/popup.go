package widget

import (
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/sso/embed"
	"cloudpocket/store"
)

// popup answers the window that a frame opens for somebody to sign in, in the way that the portal has: it gives a code to whoever is
// signed in, and sends anybody else to sign in first. All of its answers let the frame keep hold of its window (HTML 7.1.3).
func (wi *Widget) popup() route.Handler {
	in := wi.Browsers.SignedIn(wi.giveCode)
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cross-Origin-Opener-Policy", "unsafe-none")
		if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" && dest != "document" {
			return store.Fail(store.Denied, "error.cross_origin", "a popup is opened as %.20q", dest)
		}
		if q := r.URL.Query(); r.Method != http.MethodGet || q.Get("origin") == "" || !embed.IsChallenge(q.Get("challenge")) {
			return store.Fail(store.Invalid, "error.form", "a popup without a page or a challenge")
		}
		return in(w, r)
	}
}

// giveCode gives the frame a code for the person who is signed in here, by a message and, where the window has lost its opener, by
// a cookie.
func (wi *Widget) giveCode(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	client, err := door.ID(r, "client")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if err := wi.Portal.MayEmbed(r.Context(), v.Actor, client, q.Get("origin")); err != nil {
		return err
	}
	code, err := wi.Codes.GiveOf(r.Context(), v.Session, client, q.Get("origin"), q.Get("challenge"))
	if err != nil {
		return err
	}
	embed.Leave(w, code)
	return wi.Pages.Popup(w, r, page.Popup{Code: code, Script: wi.assets.path("opened.js")})
}
