package door

import (
	"errors"
	"fmt"
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

// Door lets in who is signed in. All fields but Embeds are needed.
type Door struct {
	Portal   *portal.Portal
	Sessions Sessions
	Pages    *page.Pages
	SignIn   string // the local address of signing in, which takes where to go afterwards as "to"
	Embeds   bool   // embeds come in here, and browsers do not; else the other way round
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
		if err == nil && s.Embedded() != d.Embeds {
			err = fmt.Errorf("session %s is not for this door: %w", s.ID, store.ErrNotFound)
		}
		if errors.Is(err, store.ErrNotFound) {
			return d.unsigned(w, r, err)
		}
		if err != nil {
			return err
		}
		from := portal.Visit{Address: route.Address(r.Context()), Device: r.UserAgent(), RequestID: route.RequestID(r.Context())}
		return h(w, r, Visit{s, portal.ActorOf(s, from)})
	}
}

// unsigned answers who is not signed in. What an embed's script needs to go on is not here, so it is told that its token, or only
// its proof, is good for nothing (RFC 9449 7.1).
func (d *Door) unsigned(w http.ResponseWriter, r *http.Request, err error) error {
	if d.Embeds {
		says, why := `DPoP error="invalid_token"`, interface{ Challenge() string }(nil)
		if errors.As(err, &why) {
			says = why.Challenge()
		}
		return &route.Answered{Status: http.StatusUnauthorized, Header: map[string]string{"WWW-Authenticate": says},
			Err: store.Fail(store.NotFound, "error.embed_ended", "%w", err)}
	}
	d.sendToSignIn(w, r)
	return nil
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
