package admin

import (
	"errors"
	"net/http"
	"strconv"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// keyOf returns the message key of a refusal.
func keyOf(err error) string {
	var e *store.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

// refusedPerson is refusedIn for what is done about people: that it would leave no way in for who keeps the trusts is said
// with what can be done about it here.
func refusedPerson(field string, err error) []page.Problem {
	switch keyOf(err) {
	case "error.last_way", "error.last_way_address":
		return []page.Problem{{Key: "error.last_keeper"}}
	}
	return refusedIn(field, err)
}

// copyRights asks whose rights somebody gets, and then shows what that would change.
func (a *admin) copyRights(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	to, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return a.copyPage(w, r, v, to, store.ID(r.URL.Query().Get("from")), nil)
}

func (a *admin) copyPage(w http.ResponseWriter, r *http.Request, v door.Visit, to, from store.ID, problem *page.Problem) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	if from == "" {
		view, err := a.predecessors(r, v, to)
		if err != nil {
			return err
		}
		view.Problem = problem
		return a.Pages.CopyRights(w, r, s, view)
	}
	c, err := a.Portal.CopyPreview(r.Context(), v.Actor, from, to)
	if refused := refusedPerson("", err); refused != nil {
		return a.copyPage(w, r, v, to, "", &refused[0])
	}
	if err != nil {
		return err
	}
	line := lineOf(c.From)
	return a.Pages.CopyRights(w, r, s, page.CopyRights{To: lineOf(c.To), From: &line, Was: lineOf(c.To).Menus(), Menus: lineOf(c.Next).Menus(),
		NextRole: c.Next.Role, NextScope: c.Next.Offices, Same: c.Same, Problem: problem})
}

// predecessors are those of the same company.
func (a *admin) predecessors(r *http.Request, v door.Visit, to store.ID) (view page.CopyRights, err error) {
	p, err := a.Portal.PersonOf(r.Context(), v.Actor, to)
	if err != nil {
		return view, err
	}
	at, text := door.From(r), short(r.URL.Query().Get("q"))
	list, err := a.Portal.People(r.Context(), v.Actor, store.AccountFilter{CompanyID: p.CompanyID, Staff: p.Staff(), Text: text}, at)
	if err != nil {
		return view, err
	}
	view = page.CopyRights{To: lineOf(p.PersonItem), Query: text, Next: list.Next, Later: at.After != ""}
	for _, one := range list.Items {
		if one.ID != to {
			view.Candidates = append(view.Candidates, lineOf(one))
		}
	}
	return view, nil
}

// copyRightsNow does what was previewed.
func (a *admin) copyRightsNow(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	to, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	f := r.PostForm
	var seen [2]int64
	for i, name := range []string{"from-version", "to-version"} {
		if seen[i], err = strconv.ParseInt(f.Get(name), 10, 64); err != nil {
			return store.Fail(store.Invalid, "error.form", "read a version: %w", err)
		}
	}
	from := store.ID(f.Get("from"))
	_, err = a.Portal.CopyRights(r.Context(), v.Actor, from, to, seen, f.Get("disable") == "1")
	if refused := refusedPerson("", err); refused != nil {
		return a.copyPage(w, r, v, to, from, &refused[0])
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/people/"+string(to)+"?done=rights_copied")
}
