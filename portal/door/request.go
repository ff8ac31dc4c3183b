package door

import (
	"net/http"

	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// ID returns a variable of the path as an ID; what has not the form of one is not found.
func ID(r *http.Request, name string) (store.ID, error) {
	v := store.ID(route.Var(r, name))
	if !v.Valid() {
		return "", store.ErrNotFound
	}
	return v, nil
}

// SeeOther sends the browser on after something was done.
func SeeOther(w http.ResponseWriter, r *http.Request, local string) error {
	http.Redirect(w, r, local, http.StatusSeeOther)
	return nil
}

// From returns the page of a list that the query asks for.
func From(r *http.Request) store.Page {
	return store.Page{After: store.Cursor(r.URL.Query().Get("after"))}
}

// maxShort is how many bytes a form of choices may have: a thousand IDs and a note.
const maxShort = 256 << 10

// ShortForm reads a form without files into r.PostForm; one that is too large or cannot be read is an error of kind
// Invalid.
func ShortForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxShort)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	return nil
}
