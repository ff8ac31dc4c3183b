package office

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// visit is a request of somebody who is signed in.
type visit struct {
	session store.Session
	actor   portal.Actor
}

// deed answers such a request.
type deed func(w http.ResponseWriter, r *http.Request, v visit) error

// signedIn lets a request through to h with its session, and nobody else.
func (o *office) signedIn(h deed) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		s, err := o.Sessions.Current(r)
		if errors.Is(err, store.ErrNotFound) {
			o.sendToSignIn(w, r)
			return nil
		}
		if err != nil {
			return err
		}
		from := portal.Visit{Address: route.Address(r.Context()), Device: r.UserAgent(), RequestID: route.RequestID(r.Context())}
		return h(w, r, visit{s, portal.ActorOf(s, from)})
	}
}

// sendToSignIn takes a reader to sign in and back. What somebody was about to do cannot be done again by itself, so
// that is told instead.
func (o *office) sendToSignIn(w http.ResponseWriter, r *http.Request) {
	unsigned := route.ErrorView{Status: http.StatusUnauthorized, Key: "error.unsigned", Reference: route.RequestID(r.Context()), Lang: route.Lang(r)}
	switch {
	case wantsJSON(r):
		o.answerProblem(w, r, unsigned)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		http.Redirect(w, r, o.SignIn+"?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	default:
		o.Pages.Error(w, r, unsigned)
	}
}

// shell returns what stands around the visitor's pages, and who they are.
func (o *office) shell(r *http.Request, v visit) (page.Shell, portal.Me, error) {
	me, err := o.Portal.Me(r.Context(), v.actor)
	if err != nil {
		return page.Shell{}, me, err
	}
	s := page.Shell{Firm: me.Firm, Company: me.Company, Person: me.Account.Name, Permissions: me.Permissions, Previous: v.session.Previous}
	if done := r.URL.Query().Get("done"); slices.Contains(page.Deeds(), done) {
		s.Done = done
	}
	return s, me, nil
}

// id returns a variable of the path as an ID; what has not the form of one is not found.
func id(r *http.Request, name string) (store.ID, error) {
	v := store.ID(route.Var(r, name))
	if !v.Valid() {
		return "", store.ErrNotFound
	}
	return v, nil
}

// seeOther sends the browser on after something was done.
func seeOther(w http.ResponseWriter, r *http.Request, local string) error {
	http.Redirect(w, r, local, http.StatusSeeOther)
	return nil
}

// from returns the page of a list that the query asks for.
func from(r *http.Request) store.Page {
	return store.Page{After: store.Cursor(r.URL.Query().Get("after"))}
}
