package page

import (
	"net/http"

	"cloudpocket/store"
)

// Codes is the list of the codes that offices were taught.
type Codes struct {
	Items []TaughtCode
	Next  store.Cursor
	Later bool
}

// TaughtCode is a code, and the office that packages with it go to.
type TaughtCode struct {
	Office  store.Office
	Company string
	Code    store.OfficeCode
}

// Codes shows what was taught.
func (p *Pages) Codes(w http.ResponseWriter, r *http.Request, s Shell, v Codes) error {
	s.Current = PlaceTray
	return p.show(w, r, http.StatusOK, "codes", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Codes) NextLink() string  { return link(v.FirstLink(), "after", string(v.Next)) }
func (v Codes) FirstLink() string { return "/desk/codes" }
