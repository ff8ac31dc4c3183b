package page

import (
	"net/http"
	"slices"
)

// Addresses is the form that says from where people may come.
type Addresses struct {
	Everybody, Administration string // ranges, a line each, or as they were typed
	Here                      string // from where the reader comes now
	Wide                      bool   // it was ticked that wide ranges are meant
	Problems                  []Problem
}

// Addresses shows the form; with problems in it the status is 422.
func (p *Pages) Addresses(w http.ResponseWriter, r *http.Request, s Shell, v Addresses) error {
	s.Current = PlaceAddresses
	return p.show(w, r, statusOf(v.Problems), "addresses", s, v)
}

// Wrong reports whether a part of the form was refused.
func (v Addresses) Wrong(field string) bool { return wrong(v.Problems, field) }

// AskWide reports whether the form asks if wide ranges are meant.
func (v Addresses) AskWide() bool {
	return v.Wide || slices.ContainsFunc(v.Problems, func(p Problem) bool { return p.Key == "error.address_wide" })
}

// statusOf is that of a form that may come back refused.
func statusOf(problems []Problem) int {
	if len(problems) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func wrong(problems []Problem, field string) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Field == field })
}
