package door

import (
	"errors"
	"net/http"
	"net/url"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// Sessions finds the session that a request belongs to.
type Sessions interface {
	// Current returns it, or ErrNotFound; a store that is away is an error of kind Unavailable.
	Current(r *http.Request) (store.Session, error)
}

// Door lets in who is signed in. All fields are needed.
type Door struct {
	Portal   *portal.Portal
	Sessions Sessions
	Pages    *page.Pages
	SignIn   string // the local address of signing in, which takes where to go afterwards as "to"
}

// Visit is a request of somebody who is signed in.
type Visit struct {
	Session store.Session
	Actor   portal.Actor
}

// Deed answers such a request.
type Deed func(w http.ResponseWriter, r *http.Request, v Visit) error

// SignedIn lets a request through to h with its session, and nobody else.
func (d *Door) SignedIn(h Deed) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		s, err := d.Sessions.Current(r)
		if errors.Is(err, store.ErrNotFound) {
			d.sendToSignIn(w, r)
			return nil
		}
		if err != nil {
			return err
		}
		from := portal.Visit{Address: route.Address(r.Context()), Device: r.UserAgent(), RequestID: route.RequestID(r.Context())}
		return h(w, r, Visit{s, portal.ActorOf(s, from)})
	}
}

// sendToSignIn takes a reader to sign in and back. What somebody was about to do cannot be done again by itself, so
// that is told instead.
func (d *Door) sendToSignIn(w http.ResponseWriter, r *http.Request) {
	unsigned := route.ErrorView{Status: http.StatusUnauthorized, Key: "error.unsigned", Reference: route.RequestID(r.Context()), Lang: route.Lang(r)}
	switch {
	case WantsJSON(r):
		d.Problem(w, r, unsigned)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		http.Redirect(w, r, d.SignIn+"?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	default:
		d.Pages.Error(w, r, unsigned)
	}
}
