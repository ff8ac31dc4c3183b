package office

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// search shows what is found in the firm's documents or, to a client, in what was delivered.
func (o *office) search(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	query, err := queryOf(q)
	if err != nil {
		return err
	}
	view := page.Search{Query: query, From: q.Get("from"), To: q.Get("to"), Kinds: portal.Kinds(), Later: door.From(r).After != "", Staff: s.Staff(), MayDownload: !s.Staff() || s.MayDeliver()}
	if s.Staff() {
		found, err := o.Portal.SearchDesk(r.Context(), v.Actor, query, door.From(r))
		if err != nil {
			return err
		}
		view.Documents, view.Next, view.Stopped, view.Offices, view.MoreOffices = found.Items, found.Next, found.Stopped, found.Offices, found.MoreOffices
		return o.Pages.Search(w, r, s, view)
	}
	found, err := o.Portal.SearchInbox(r.Context(), v.Actor, query, door.From(r))
	if err != nil {
		return err
	}
	view.Inbox, view.Next, view.Stopped, view.Offices, view.MoreOffices = found.Items, found.Next, found.Stopped, found.Offices, found.MoreOffices
	if view.Left, err = o.left(r.Context(), v, found.Items); err != nil {
		return err
	}
	return o.Pages.Search(w, r, s, view)
}

// left counts who is still to be told of what is on a page.
func (o *office) left(ctx context.Context, v door.Visit, items []store.InboxItem) (map[store.ID]store.PersonCount, error) {
	ids := make([]store.ID, len(items))
	for i, item := range items {
		ids[i] = item.DeliveryID
	}
	return o.Portal.PersonsLeft(ctx, v.Actor, ids)
}

// queryOf reads a search from an address or a form. Days are whole days in Japan, the last one included.
func queryOf(q url.Values) (query store.Query, err error) {
	query = store.Query{Text: q.Get("q"), Office: store.ID(q.Get("office")), Kind: q.Get("kind")}
	if query.From, err = dayOf(q.Get("from")); err != nil {
		return query, err
	}
	if query.To, err = dayOf(q.Get("to")); err != nil || query.To.IsZero() {
		return query, err
	}
	query.To = query.To.AddDate(0, 0, 1)
	return query, nil
}

// dayOf returns the beginning of a day in Japan, zero for an empty text.
func dayOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, s, time.FixedZone("Asia/Tokyo", 9*60*60))
	if err != nil {
		return day, store.Fail(store.Invalid, "error.date", "not a day")
	}
	return day, nil
}

// maxChoice is how long a form with chosen documents may be, in bytes.
const maxChoice = 1 << 20

// downloadFound hands out an archive of the documents that were chosen, or of all that the search finds.
func (o *office) downloadFound(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxChoice)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read the form: %w", err)
	}
	var ids []store.ID
	for _, id := range r.PostForm["pick"] {
		ids = append(ids, store.ID(id))
	}
	if r.PostForm.Get("what") == "all" {
		if ids, err = o.allFound(r.Context(), v, s.Staff(), r.PostForm); err != nil {
			return err
		}
	}
	sheet, err := o.sheetWords(r)
	if err != nil {
		return err
	}
	gather := o.Portal.BulkDeliveries
	if s.Staff() {
		gather = o.Portal.BulkDocuments
	}
	b, err := gather(r.Context(), v.Actor, ids, sheet)
	if err != nil {
		return err
	}
	o.stream(w, r, "documents.zip", func(w io.Writer) error { return b.WriteTo(r.Context(), w) })
	return nil
}

// allFound returns everything that a search finds, or an error when that is more than an archive holds or than can be
// looked through: an archive of some of it would look whole.
func (o *office) allFound(ctx context.Context, v door.Visit, staff bool, form url.Values) (ids []store.ID, err error) {
	query, err := queryOf(form)
	if err != nil {
		return nil, err
	}
	for at := (store.Page{Limit: store.MaxPage}); ; {
		var stopped bool
		if staff {
			found, err := o.Portal.SearchDesk(ctx, v.Actor, query, at)
			if err != nil {
				return nil, err
			}
			for _, d := range found.Items {
				ids = append(ids, d.ID)
			}
			at.After, stopped = found.Next, found.Stopped
		} else {
			found, err := o.Portal.SearchInbox(ctx, v.Actor, query, at)
			if err != nil {
				return nil, err
			}
			for _, i := range found.Items {
				ids = append(ids, i.DeliveryID)
			}
			at.After, stopped = found.Next, found.Stopped
		}
		switch {
		case len(ids) > portal.MaxBulk || stopped:
			return nil, portal.TooManyChosen()
		case at.After == "":
			return ids, nil
		}
	}
}

// sheetWords are the words of the list within an archive.
func (o *office) sheetWords(r *http.Request) (portal.BulkSheet, error) {
	words := o.Pages.Words(route.Lang(r))
	headings, err := say(words, "bulk.path", "col.title", "filter.kind", "col.office", "bulk.date", "bulk.arrival", "bulk.file", "bulk.bytes", "bulk.sha256")
	if err != nil {
		return portal.BulkSheet{}, err
	}
	name, err := words.Say("bulk.name", nil)
	kind := func(k string) string {
		s, err := words.Sentence("kind."+k, nil, "kind.other")
		if err != nil {
			return k
		}
		return s
	}
	return portal.BulkSheet{Name: name + ".csv", Headings: headings, Kind: kind, Day: words.Day}, err
}

// say returns several words.
func say(words page.Words, keys ...string) (all []string, err error) {
	for _, key := range keys {
		word, err := words.Say(key, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, word)
	}
	return all, nil
}

// stream hands out an archive as it is made. When that fails the connection is cut, for a short archive would look like a
// whole one.
func (o *office) stream(w http.ResponseWriter, r *http.Request, name string, write func(io.Writer) error) {
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", disposition(name))
	h.Set("X-Content-Type-Options", "nosniff")
	if err := write(w); err != nil {
		o.router.View(r, err) // which logs it
		panic(http.ErrAbortHandler)
	}
}
