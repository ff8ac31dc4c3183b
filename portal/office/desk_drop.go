package office

import (
	"errors"
	"io"
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// What one request may bring: a script sends a file at a time, a form all of them.
const (
	maxOneFile = portal.MaxArchiveSize + 32<<20            // bytes; what is too large is still told by its own words
	maxDropped = portal.MaxDrop*portal.MaxFileSize + 4<<20 // bytes
)

// dropPackages takes dropped files into the tray.
func (o *office) dropPackages(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	drop, err := door.ID(r, "drop")
	if err != nil {
		return err
	}
	if door.WantsJSON(r) {
		return o.dropByScript(w, r, v, drop)
	}
	if err := o.Portal.MayStage(r.Context(), v.Actor); err != nil {
		return err
	}
	n := 0
	err = eachFile(w, r, maxDropped, func(name string, src io.Reader) error {
		if n++; n > portal.MaxDrop {
			return store.Fail(store.Invalid, "error.too_many_files", "more than %d files", portal.MaxDrop).With("Max", portal.MaxDrop)
		}
		_, err := o.Portal.Receive(r.Context(), v.Actor, drop, name, src)
		return err
	})
	if problem, ok := problemOf(err); ok {
		return o.showTray(w, r, v, drop, &problem)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/tray?drop="+string(drop))
}

// dropByScript takes one file, and answers with what became of it.
func (o *office) dropByScript(w http.ResponseWriter, r *http.Request, v door.Visit, drop store.ID) error {
	pkg, err := o.takeDropped(w, r, v, drop)
	if err != nil {
		o.door.Problem(w, r, o.router.View(r, err))
		return nil
	}
	words, err := o.Pages.Words(route.Lang(r)).PackageOf(pkg)
	if err != nil {
		return err
	}
	door.JSON(w, http.StatusCreated, words)
	return nil
}

func (o *office) takeDropped(w http.ResponseWriter, r *http.Request, v door.Visit, drop store.ID) (pkg store.Package, err error) {
	if err := o.Portal.MayStage(r.Context(), v.Actor); err != nil {
		return pkg, err
	}
	n := 0
	err = eachFile(w, r, maxOneFile, func(name string, src io.Reader) (err error) {
		if n++; n > 1 {
			return store.Fail(store.Invalid, "error.upload_of_drop", "more than one file")
		}
		pkg, err = o.Portal.Receive(r.Context(), v.Actor, drop, name, src)
		return err
	})
	if err == nil && n == 0 {
		err = store.Fail(store.Invalid, "error.no_file", "no file")
	}
	return pkg, err
}

// eachFile reads a form as it arrives and gives every file in it to take.
func eachFile(w http.ResponseWriter, r *http.Request, limit int64, take func(name string, src io.Reader) error) error {
	r.Body = inPieces(http.MaxBytesReader(w, r.Body, limit))
	parts, err := r.MultipartReader()
	if err != nil {
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	for range portal.MaxDrop + 10 {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		src := &source{Reader: part}
		err = take(part.FileName(), src)
		if src.err != nil {
			return unreadable(src.err)
		}
		if err != nil {
			return err
		}
	}
	return store.Fail(store.Invalid, "error.too_many_files", "a form of too many parts").With("Max", portal.MaxDrop)
}

// dropProgress tells a script how far a drop is.
func (o *office) dropProgress(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	drop, err := door.ID(r, "drop")
	if err != nil {
		return err
	}
	if !door.WantsJSON(r) {
		return door.SeeOther(w, r, "/desk/tray?drop="+string(drop))
	}
	counts, err := o.Portal.TrayCounts(r.Context(), v.Actor, drop)
	if err != nil {
		o.door.Problem(w, r, o.router.View(r, err))
		return nil
	}
	progress, err := o.Pages.Words(route.Lang(r)).ProgressOf(counts)
	if err != nil {
		return err
	}
	door.JSON(w, http.StatusOK, progress)
	return nil
}
