package admin

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (a *admin) mountEntered(m mounts) {
	m.get("/admin/sessions", a.entered)
	m.get("/admin/sessions/end", a.ending)
	m.post("/admin/sessions/end", a.endAll)
	m.post("/admin/sessions/{account}/{session}/end", a.endSession)
}

// entered shows who is signed in now.
func (a *admin) entered(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, me, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := portal.EnteredFilter{Text: q.Get("q"), Trust: asked(q.Get("trust")), Account: asked(q.Get("account"))}
	list, err := a.Portal.Entered(r.Context(), v.Actor, f)
	if err != nil {
		return err
	}
	view := page.Entered{Text: f.Text, Trust: f.Trust, Account: f.Account, More: list.More, Trusts: list.Trusts, Current: v.Session.ID, MayAll: me.Account.Offices.All}
	for _, i := range list.Items {
		view.Items = append(view.Items, page.EnteredItem(i))
	}
	return a.Pages.Entered(w, r, s, view)
}

// asked is an ID of a query; what has not the form of one is none.
func asked(text string) store.ID {
	if id := store.ID(text); id.Valid() {
		return id
	}
	return ""
}

// ending asks whether the sessions of a person or of a trust shall end.
func (a *admin) ending(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	e, err := a.Portal.MayEnd(r.Context(), v.Actor, asked(q.Get("account")), asked(q.Get("trust")))
	if err != nil {
		return err
	}
	return a.Pages.Ending(w, r, s, page.Ending(e))
}

// endAll ends the sessions of a person or of a trust.
func (a *admin) endAll(w http.ResponseWriter, r *http.Request, v door.Visit) (err error) {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	if account := asked(r.PostForm.Get("account")); account != "" {
		_, err = a.Portal.EndPersonSessions(r.Context(), v.Actor, account)
	} else {
		_, err = a.Portal.EndTrustSessions(r.Context(), v.Actor, asked(r.PostForm.Get("trust")))
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/sessions?done=ended")
}

// endSession ends one session.
func (a *admin) endSession(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	account, err := door.ID(r, "account")
	if err != nil {
		return err
	}
	id, err := door.ID(r, "session")
	if err != nil {
		return err
	}
	if err := a.Portal.EndSession(r.Context(), v.Actor, account, id); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/sessions?done=ended")
}
