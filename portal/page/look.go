package page

import (
	"fmt"
	"strconv"

	"cloudpocket/store"
)

// Look is what one part of a document looks like, with the others to go to. The template "look" shows it; any page can
// hold one.
type Look struct {
	Base   string // the address of what is read, under which its parts are
	Page   string // the address of the page that shows this
	Closed bool   // only the list of parts is shown
	Parts  []LookPart
	N      int            // the part that is shown, from 1
	Title  string         // of that part
	Form   string         // html, pages, image, download
	Reason string         // the key of why it is not shown as it was meant; empty when it is
	Width  int            // CSS pixels that a page in a frame is laid out for; 0: any
	Height int            // CSS pixels that it takes then; 0: not known
	Styled bool           // it is shown by the stylesheet that came with it
	Plain  bool           // the reader asked for no stylesheets
	Says   store.Coverage // what the document's signature says of it
	Pages  []LookPage
	Count  int // pages that the file has
	// Persons is how many the part names. Prints says that there is a page to print, PDF that it can be had as a file.
	Persons     int
	Prints, PDF bool
}

// LookPart is one part in the list.
type LookPart struct {
	N       int
	Title   string
	Role    store.PartRole
	Size    int64
	Current bool
	Says    store.Coverage // what the document's signature says of it
}

// LookPage is a picture's place: its number and its size in any unit.
type LookPage struct{ N, Width, Height int }

// Icon is the picture before a part's name.
func (p LookPart) Icon() string {
	switch p.Role {
	case store.PartCover:
		return "desk"
	case store.PartAttachment:
		return "files"
	}
	return "file"
}

// PartLink is the page with another part on it.
func (l Look) PartLink(n int) string { return l.partLink(n, l.Plain) }

// DressLink is the page with this part in its stylesheet instead of none, or the other way round.
func (l Look) DressLink() string { return l.partLink(l.N, !l.Plain) }

func (l Look) partLink(n int, plain bool) string {
	return link(l.Page, "part", strconv.Itoa(n), "plain", asked(plain)) + "#look"
}

// Frame is the address of the part's page by itself.
func (l Look) Frame() string {
	return link(fmt.Sprintf("%s/parts/%d", l.Base, l.N), "plain", asked(l.Plain))
}

// asked is how a query says yes.
func asked(yes bool) string {
	if yes {
		return "1"
	}
	return ""
}

// Picture is the address of the i-th picture, in a width.
func (l Look) Picture(i, width int) string {
	return fmt.Sprintf("%s/parts/%d/pages/%d?w=%d", l.Base, l.N, i+1, width)
}

// FrameWidth is how wide the frame of a page of fixed width is: with the margins that browsers give.
func (l Look) FrameWidth() int { return l.Width + 24 }
