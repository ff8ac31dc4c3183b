package office

import (
	"errors"
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// codes shows by which codes offices were taught to be known.
func (o *office) codes(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	list, err := o.Portal.TaughtCodes(r.Context(), v.Actor, from)
	if err != nil {
		return err
	}
	view := page.Codes{Next: list.Next, Later: from.After != ""}
	for _, c := range list.Items {
		view.Items = append(view.Items, page.TaughtCode(c))
	}
	return o.Pages.Codes(w, r, s, view)
}

// removeCode takes a code from an office.
func (o *office) removeCode(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	f := r.PostForm
	code := store.OfficeCode{System: store.CodeSystem(f.Get("system")), Code: f.Get("code")}
	office := store.ID(f.Get("office"))
	if !office.Valid() {
		return store.Fail(store.NotFound, "", "office %q", office)
	}
	err := o.Portal.Unteach(r.Context(), v.Actor, office, code)
	if errors.Is(err, store.ErrNotFound) { // another was quicker
		return door.SeeOther(w, r, "/desk/codes")
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/codes?done=untaught")
}
