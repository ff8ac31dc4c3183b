package office

import (
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/store"
)

// downloadFile hands out one file of a delivered document, and records it when bytes go out.
func (o *office) downloadFile(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	file, err := door.ID(r, "file")
	if err != nil {
		return err
	}
	if conditional(r) {
		f, err := o.Portal.Downloadable(r.Context(), v.Actor, delivery, file)
		if err != nil {
			return err
		}
		if takesNoBytes(r, f) {
			serve(w, r, f, length(f.Size))
			return nil
		}
	}
	f, blob, err := o.Portal.Download(r.Context(), v.Actor, delivery, file)
	return handOut(w, r, f, blob, err)
}

// handOut serves a file that was opened, and closes it.
func handOut(w http.ResponseWriter, r *http.Request, f store.File, blob store.Blob, err error) error {
	if err != nil {
		return err
	}
	defer blob.Close()
	serve(w, r, f, blob)
	return nil
}
