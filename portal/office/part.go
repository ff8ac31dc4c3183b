package office

import (
	"context"
	"net/http"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// reading is one of the places where documents are read: whose address names what, and which page shows it.
type reading struct {
	under  string // the pattern of its addresses
	source func(store.ID) portal.Source
}

// readings are those places. What a document looks like is the same at each; who may see it is not.
func readings() []reading {
	return append(framedReadings(), reading{"/desk/documents/{id}", func(id store.ID) portal.Source { return portal.Source{Document: id} }})
}

// framedReadings are those that partners' pages show as well.
func framedReadings() []reading {
	return []reading{
		{"/deliveries/{id}", func(id store.ID) portal.Source { return portal.Source{Delivery: id} }},
		{"/desk/tray/{id}", func(id store.ID) portal.Source { return portal.Source{Package: id} }},
	}
}

// address is that of what is read, which is the one of its page too.
func address(s portal.Source) string {
	switch {
	case s.Delivery != "":
		return "/deliveries/" + string(s.Delivery)
	case s.Document != "":
		return "/desk/documents/" + string(s.Document)
	}
	return "/desk/tray/" + string(s.Package)
}

// read answers a request about something in a source.
type read func(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error

func (o *office) reads(of reading, h read) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		one, err := door.ID(r, "id")
		if err != nil {
			return err
		}
		return h(w, r, v, of.source(one))
	}
}

// shows is reads for what becomes a fact when it is shown. Who asks for the headers alone gets nothing to see, and has seen
// nothing.
func (o *office) shows(of reading, h read) door.Deed {
	return o.reads(of, func(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error {
		if r.Method == http.MethodHead {
			_, err := o.Portal.Parts(r.Context(), v.Actor, s)
			return err
		}
		return h(w, r, v, s)
	})
}

// mountReadings puts what documents look like on places where they are read.
func (o *office) mountReadings(get func(string, door.Deed), places []reading) {
	for _, at := range places {
		get(at.under+"/parts/{part}", o.shows(at, o.readPart))
		get(at.under+"/parts/{part}/file", o.reads(at, o.downloadPart))
		get(at.under+"/parts/{part}/pages/{page}", o.shows(at, o.readPicture))
		get(at.under+"/persons", o.shows(at, o.readPersons))
		get(at.under+"/persons.csv", o.shows(at, o.downloadPersons))
		get(at.under+"/print", o.shows(at, o.readBook))
		if o.Printer != nil {
			get(at.under+"/pdf", o.shows(at, o.downloadBook))
		}
	}
}

// ordinal returns a variable of the path as a number from 1; what is none is not found.
func ordinal(r *http.Request, name string) (int, error) {
	n, err := strconv.Atoi(route.Var(r, name))
	if err != nil || n < 1 || strconv.Itoa(n) != route.Var(r, name) {
		return 0, store.ErrNotFound
	}
	return n, nil
}

// readPart answers with one part as a page for a frame, which may do nothing but be looked at. A reader who followed a
// link to it comes to the page around that frame.
func (o *office) readPart(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error {
	n, err := ordinal(r, "part")
	if err != nil {
		return err
	}
	if r.Header.Get("Sec-Fetch-Dest") == "document" {
		return door.SeeOther(w, r, page.Look{Page: address(s), Plain: manner(r).Plain}.PartLink(n))
	}
	l, err := o.Portal.Read(r.Context(), v.Actor, s, n, manner(r))
	if err != nil {
		return err
	}
	if l.Form != portal.FormHTML {
		return store.ErrNotFound
	}
	sendAlone(w, l.Page.HTML, portal.PartPolicy)
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	_, err = w.Write(l.Page.HTML)
	return err
}

// sendAlone sets the headers of HTML that somebody else's stylesheet made.
func sendAlone(w http.ResponseWriter, content []byte, policy string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "private, no-store")
}

// maxWidth is the widest picture that may be asked for, in pixels.
const maxWidth = 2560

// readPicture answers with a page of a PDF, or an image.
func (o *office) readPicture(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error {
	n, err := ordinal(r, "part")
	if err != nil {
		return err
	}
	number, err := ordinal(r, "page")
	if err != nil {
		return err
	}
	width, err := strconv.Atoi(r.URL.Query().Get("w"))
	if err != nil || width < 1 || width > maxWidth {
		width = 960
	}
	picture, err := o.Portal.Picture(r.Context(), v.Actor, s, n, number, width)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", picture.Type)
	h.Set("Content-Length", strconv.Itoa(len(picture.Bytes)))
	h.Set("Cache-Control", "private, no-store")
	_, err = w.Write(picture.Bytes)
	return err
}

// downloadPart hands out one part's bytes, and records it when bytes go out.
func (o *office) downloadPart(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error {
	n, err := ordinal(r, "part")
	if err != nil {
		return err
	}
	if conditional(r) {
		f, err := o.Portal.PartFile(r.Context(), v.Actor, s, n)
		if err != nil {
			return err
		}
		if takesNoBytes(r, f) {
			serve(w, r, f, length(f.Size))
			return nil
		}
	}
	f, blob, err := o.Portal.DownloadPart(r.Context(), v.Actor, s, n)
	return handOut(w, r, f, blob, err)
}

// readBook answers with everything that there is to print as one page.
func (o *office) readBook(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error {
	_, book, err := o.Portal.Book(r.Context(), v.Actor, s, route.Lang(r))
	if err != nil {
		return err
	}
	sendAlone(w, book, portal.BookPolicy)
	_, err = w.Write(book)
	return err
}

// downloadBook hands out the same as a PDF, where the operator has set up what makes it.
func (o *office) downloadBook(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error {
	title, pdf, err := o.Portal.DownloadBook(r.Context(), v.Actor, s, route.Lang(r), func(ctx context.Context, book []byte) ([]byte, error) {
		return o.Printer.PDF(ctx, v.Actor.TenantID, book)
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", disposition(title+".pdf"))
	h.Set("Content-Length", strconv.Itoa(len(pdf)))
	h.Set("Cache-Control", "private, no-store")
	_, err = w.Write(pdf)
	return err
}
