package office

import (
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// mySessions shows the person's own sessions.
func (o *office) mySessions(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	all, err := o.Portal.MySessions(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	return o.Pages.Devices(w, r, s, page.Devices{Sessions: all, Current: v.Session.ID})
}

// revokeSession ends one of the person's own sessions.
func (o *office) revokeSession(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	which, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return o.revoke(w, r, v, which)
}

// revokeAll ends all of them, the one that asks included.
func (o *office) revokeAll(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return o.revoke(w, r, v, "")
}

// revoke ends one session, or all when which is empty. Somebody who ended their own is out, and is told that the IdP
// does not know: nothing was sent to it.
func (o *office) revoke(w http.ResponseWriter, r *http.Request, v door.Visit, which store.ID) error {
	if _, err := o.Portal.Revoke(r.Context(), v.Actor, which); err != nil {
		return err
	}
	if which == "" || which == v.Session.ID {
		return o.Pages.SignedOut(w, r, false)
	}
	return door.SeeOther(w, r, "/me/sessions?done=revoked")
}
