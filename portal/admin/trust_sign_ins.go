package admin

import (
	"errors"
	"net/http"
	"strings"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// signIns lists the newest sign-ins at a trust.
func (a *admin) signIns(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	t, err := a.trustOf(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	view := page.SignIns{TrustFrame: frame(r, t), Refused: r.URL.Query().Get("refused") == "1", Later: from.After != ""}
	list, err := a.Portal.SignIns(r.Context(), v.Actor, t.ID, view.Refused, from)
	if err != nil {
		return err
	}
	view.Next = list.Next
	for _, one := range list.Items {
		view.Items = append(view.Items, page.SignInItem{SignIn: one.SignIn, Account: one.Name})
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	return a.Pages.SignIns(w, r, s, view)
}

// attempt shows one with what it went through.
func (a *admin) attempt(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	t, err := a.trustOf(r, v)
	if err != nil {
		return err
	}
	id, err := door.ID(r, "attempt")
	if err != nil {
		return err
	}
	one, err := a.Portal.SignIn(r.Context(), v.Actor, t.ID, id)
	if err != nil {
		return err
	}
	view := page.Attempt{TrustFrame: frame(r, t), SignInItem: page.SignInItem{SignIn: one}, Trace: page.TraceOf(one)}
	if m := view.Trace.Mapped; m != nil {
		view.Account = m.Name
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	return a.Pages.Attempt(w, r, s, view)
}

// seekSignIn finds the sign-in whose refusal showed somebody a reference.
func (a *admin) seekSignIn(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	reference := short(strings.TrimSpace(r.URL.Query().Get("reference")))
	one, err := a.Portal.SignInByReference(r.Context(), v.Actor, reference)
	if errors.Is(err, store.ErrNotFound) {
		return a.trustsPage(w, r, v, reference)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, trustURL(one.TrustID, "sign-ins/"+string(one.ID)))
}
