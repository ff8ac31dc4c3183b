package store

// Page asks for one page of a list, by position after a record rather than by number (keyset paging): the cost of a
// page does not depend on how far down the list it is.
type Page struct {
	After Cursor // zero: the first page
	Limit int    // 1 to MaxPage; anything else means DefaultPage
}

const (
	DefaultPage = 50
	MaxPage     = 200
)

// Size returns how many items the page asks for, within bounds.
func (p Page) Size() int {
	if p.Limit < 1 || p.Limit > MaxPage {
		return DefaultPage
	}
	return p.Limit
}

// Cursor is a position in a list: opaque outside of the back end that made it, safe in a URL, and worth nothing to
// anybody else, since the query it continues carries its own tenant and account. A cursor that cannot be read is an
// error of kind Invalid.
type Cursor string

// List is one page of items, and where the next page begins; Next is empty on the last one.
type List[T any] struct {
	Items []T
	Next  Cursor
}
