package office

import (
	"fmt"
	"net/http"
	"slices"

	"cloudpocket/portal/door"
	"cloudpocket/store"
)

// downloadAtDesk hands out a file to the firm's own people.
func (o *office) downloadAtDesk(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	document, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	file, err := door.ID(r, "file")
	if err != nil {
		return err
	}
	if err := o.Portal.MayStage(r.Context(), v.Actor); err != nil { // those who only watch receipts see its name, no more
		return err
	}
	if conditional(r) {
		f, err := o.fileAtDesk(r, v, document, file)
		if err != nil {
			return err
		}
		if takesNoBytes(r, f) {
			serve(w, r, f, length(f.Size))
			return nil
		}
	}
	f, blob, err := o.Portal.DeskFile(r.Context(), v.Actor, document, file)
	return handOut(w, r, f, blob, err)
}

func (o *office) fileAtDesk(r *http.Request, v door.Visit, document, file store.ID) (store.File, error) {
	d, err := o.Portal.DeskDocument(r.Context(), v.Actor, document)
	if err != nil {
		return store.File{}, err
	}
	i := slices.IndexFunc(d.Document.Files, func(f store.File) bool { return f.ID == file })
	if i < 0 {
		return store.File{}, fmt.Errorf("file %s of document %s: %w", file, document, store.ErrNotFound)
	}
	return d.Document.Files[i], nil
}
