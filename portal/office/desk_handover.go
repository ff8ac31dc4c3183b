package office

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// reviewPackages shows what is about to be handed over: the chosen ones, or all that are ready.
func (o *office) reviewPackages(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	ids := idsOf(r)
	if r.PostForm.Get("all") == "1" {
		var err error
		if ids, err = o.allReady(r, v); err != nil {
			return err
		}
	}
	return o.showReview(w, r, v, ids, page.Review{})
}

// allReady returns the packages of a drop, or of all, that are ready, as many as can be handed over at once.
func (o *office) allReady(r *http.Request, v door.Visit) (ids []store.ID, err error) {
	f := store.PackageFilter{States: page.TrayReady.States()}
	if drop := store.ID(r.PostForm.Get("drop")); drop.Valid() {
		f.Drop = drop
	}
	for at := (store.Page{Limit: store.MaxPage}); len(ids) < portal.MaxHandOver; {
		list, err := o.Portal.Tray(r.Context(), v.Actor, f, at)
		if err != nil {
			return nil, err
		}
		for _, item := range list.Items {
			ids = append(ids, item.ID)
		}
		if at.After = list.Next; at.After == "" {
			break
		}
	}
	return ids[:min(len(ids), portal.MaxHandOver)], nil
}

func (o *office) showReview(w http.ResponseWriter, r *http.Request, v door.Visit, ids []store.ID, view page.Review) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	if err := o.Portal.MayStage(r.Context(), v.Actor); err != nil {
		return err
	}
	if len(ids) > portal.MaxHandOver {
		return store.Fail(store.Invalid, "error.too_many_packages", "%d packages", len(ids)).With("Max", portal.MaxHandOver)
	}
	for _, one := range ids {
		item, err := o.Portal.PackageOf(r.Context(), v.Actor, one)
		switch {
		case errors.Is(err, store.ErrNotFound) || err == nil && item.State != store.PackageReady:
			view.Left++
		case err != nil:
			return err
		default:
			view.Rows = append(view.Rows, page.TrayRow(item))
		}
	}
	view.Now = o.Portal.Now()
	return o.Pages.Review(w, r, s, view)
}

// handOver does what was reviewed.
func (o *office) handOver(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	ids, h, err := idsOf(r), portal.HandOver{Note: strings.ReplaceAll(r.PostForm.Get("note"), "\r\n", "\n")}, error(nil)
	later := r.PostForm.Get("when") == "later"
	if later {
		h.DueAt, err = dueOf(r)
	}
	var done portal.HandedOver
	if err == nil {
		done, err = o.Portal.HandOver(r.Context(), v.Actor, ids, h)
	}
	if refused, ok := problemOf(err); ok {
		return o.showReview(w, r, v, ids, page.Review{Later: later, Due: r.PostForm.Get("due"), Note: h.Note, Problem: &refused})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/tray?done="+handed(done, later))
}

func dueOf(r *http.Request) (time.Time, error) {
	due, ok := page.ParseDue(r.PostForm.Get("due"))
	if !ok {
		return due, store.Fail(store.Invalid, "error.due_missing", "no time that can be read")
	}
	return due, nil
}

// handed is what the page says of it: never that something was delivered that waits.
func handed(done portal.HandedOver, later bool) string {
	switch {
	case len(done.Documents) == 0:
		return "handed_none"
	case len(done.Left) > 0:
		return "handed_some"
	case later:
		return "handed_later"
	case done.Waiting == len(done.Documents):
		return "handed_wait"
	case done.Waiting > 0:
		return "handed_part"
	}
	return "handed"
}
