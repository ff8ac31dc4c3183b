package office

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// publishDocument takes a form with its files, and hands the document out or keeps it as a draft. Refused, it brings
// the form back with everything that was typed; a script that asked for JSON gets JSON.
func (o *office) publishDocument(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if door.WantsJSON(r) {
		return o.publishByScript(w, r, v)
	}
	form, document, err := o.publish(w, r, v)
	switch {
	case err != nil:
		return err
	case len(form.problems) > 0:
		return o.publishForm(w, r, v, form.typed, form.problems)
	}
	return door.SeeOther(w, r, published(document, form))
}

func (o *office) publishByScript(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	form, document, err := o.publish(w, r, v)
	switch {
	case err != nil:
		o.door.Problem(w, r, o.router.View(r, err))
	case len(form.problems) > 0:
		o.door.Problems(w, r, form.problems)
	default:
		door.Created(w, published(document, form))
	}
	return nil
}

func published(document store.ID, form upload) string {
	if form.deliver && (form.typed.Due != "" || !form.made) {
		return "/desk/documents/" + string(document) + "?done=planned"
	}
	if form.deliver {
		return "/desk/documents/" + string(document) + "?done=published"
	}
	return "/desk/documents/" + string(document) + "?done=drafted"
}

// publish reads the form and publishes it, unless something in it was refused: then nothing is, and form says why.
func (o *office) publish(w http.ResponseWriter, r *http.Request, v door.Visit) (form upload, document store.ID, err error) {
	if err := o.Portal.MayStage(r.Context(), v.Actor); err != nil {
		return form, "", err
	}
	if form, err = o.receive(w, r, v); err != nil {
		return form, "", err
	}
	due := form.moment("due", form.typed.Due)
	expires := form.moment("expires", form.typed.Expires)
	if len(form.problems) > 0 {
		return form, "", nil
	}
	draft := portal.Draft{
		Title: form.typed.Title, Kind: form.typed.Kind, Note: form.typed.Note, Acknowledge: form.typed.Acknowledge,
		Files: form.files, Offices: form.typed.Offices, Deliver: form.deliver, DueAt: due, ExpiresAt: expires,
	}
	if form.typed.Replaces != "" {
		document, err = o.Portal.Replace(r.Context(), v.Actor, form.typed.Replaces, draft)
	} else {
		document, err = o.Portal.Publish(r.Context(), v.Actor, draft)
	}
	if refused, ok := problemOf(err); ok {
		form.problems, err = []page.Problem{refused}, nil
	}
	if err == nil && len(form.problems) == 0 && form.deliver {
		form.made, form.deliver, err = o.made(r, v, document)
	}
	return form, document, err
}

// made reports whether every delivery of a document was made at once, and whether any was made or planned at all: what
// somebody has to look at first is left a draft.
func (o *office) made(r *http.Request, v door.Visit, document store.ID) (all, any bool, err error) {
	d, err := o.Portal.DeskDocument(r.Context(), v.Actor, document)
	all = !slices.ContainsFunc(d.Deliveries, func(d portal.DeskDelivery) bool { return d.State == store.DeliveryScheduled })
	any = slices.ContainsFunc(d.Deliveries, func(d portal.DeskDelivery) bool { return d.State != store.DeliveryDraft })
	return all, any, err
}

// moment reads what a field for a day and time says, in Japan; the zero time if it says nothing.
func (u *upload) moment(field, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, time.FixedZone("Asia/Tokyo", 9*60*60)); err == nil {
			return t.UTC()
		}
	}
	u.problems = append(u.problems, page.Problem{Field: field, Key: "error.time"})
	return time.Time{}
}

// problemOf returns what a person can put right about err, if that is what it is about.
func problemOf(err error) (page.Problem, bool) {
	var e *store.Error
	if !errors.As(err, &e) || e.Kind != store.Invalid && e.Kind != store.TooLarge || e.Key == "" {
		return page.Problem{}, false
	}
	return page.Problem{Field: fieldOf(e.Key), Key: e.Key, Args: e.Args}, true
}

// fieldOf returns the part of the form that a message is about.
func fieldOf(key string) string {
	switch key {
	case "error.title":
		return "title"
	case "error.kind":
		return "kind"
	case "error.note":
		return "note"
	case "error.due", "error.due_past":
		return "due"
	case "error.expiry":
		return "expires"
	case "error.no_office", "error.office_unknown", "error.too_many_offices":
		return "office"
	}
	return "file"
}
