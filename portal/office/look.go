package office

import (
	"math"
	"net/http"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// look returns what a page shows of a source: the part that the query names, else the first when open, else the list of
// parts alone. nil means that there is nothing.
func (o *office) look(r *http.Request, v door.Visit, s portal.Source, parts []portal.Part, open bool) (*page.Look, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	view := &page.Look{Base: address(s), Page: address(s), PDF: o.Printer != nil}
	n, err := strconv.Atoi(r.URL.Query().Get("part"))
	if err != nil || n < 1 || n > len(parts) {
		if n = 1; !open {
			n, view.Closed = 0, true
		}
	}
	for _, p := range parts {
		view.Parts = append(view.Parts, page.LookPart{N: p.N, Title: p.Title, Role: p.Role, Size: p.Size, Current: p.N == n, Says: p.Says})
		view.Prints = view.Prints || p.Role == store.PartCover || p.Role == store.PartNotice
	}
	if view.Closed {
		return view, nil
	}
	l, err := o.Portal.Read(r.Context(), v.Actor, s, n, manner(r))
	if store.KindOf(err) == store.Damaged { // the page around it must still say what happened to whom, and when
		view.N, view.Title, view.Form, view.Reason = n, parts[n-1].Title, string(portal.FormDownload), "look.reason.unreadable"
		return view, nil
	}
	if err != nil {
		return nil, err
	}
	view.N, view.Title, view.Form, view.Reason, view.Persons = n, l.Part.Title, string(l.Form), l.Reason, l.Persons
	view.Styled, view.Plain, view.Says = l.Styled(), l.Plain(), l.Part.Says
	view.Width, view.Height, view.Count = l.Page.Width, l.Page.Height, l.Count
	for i, size := range l.Pages {
		view.Pages = append(view.Pages, page.LookPage{N: i + 1, Width: pixels(size.Width), Height: pixels(size.Height)})
	}
	return view, nil
}

// manner is how the reader wants to read.
func manner(r *http.Request) portal.Manner {
	return portal.Manner{Lang: route.Lang(r), Plain: r.URL.Query().Get("plain") != ""}
}

// pixels is a length that a picture's place is given; only the proportion counts.
func pixels(x float64) int { return max(1, int(math.Round(x))) }

// trayLook is look of a package in the tray; nil for one that was not looked into, or must not be.
func (o *office) trayLook(r *http.Request, v door.Visit, pkg store.ID) (*page.Look, error) {
	s := portal.Source{Package: pkg}
	parts, err := o.Portal.Parts(r.Context(), v.Actor, s)
	if store.KindOf(err) == store.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return o.look(r, v, s, parts, false)
}
