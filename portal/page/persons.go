package page

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Persons is the list of whom the notices of a document name.
type Persons struct {
	Base    string // the address of what is read
	Back    string // the page that shows it
	Title   string // the document's
	Rosters []Roster
	Sort    Sort
}

// Roster is the persons of one notice, a row each. The first four columns are number, name, kana and birth; their words
// are the page's.
type Roster struct {
	Part    int
	Title   string
	Columns []string
	Rows    [][]string
	Cut     bool // the notice says more of each than is shown
}

// Sort says by which column, from 0, of which notice rows are sorted; without a part they are in the notice's order.
type Sort struct {
	Part, Column int
	Descending   bool
}

// Persons shows the list.
func (p *Pages) Persons(w http.ResponseWriter, r *http.Request, s Shell, v Persons) error {
	s.Current = PlaceInbox
	if strings.HasPrefix(v.Base, "/desk") {
		s.Current = PlaceDesk
	}
	for i := range v.Rosters {
		if v.Rosters[i].Part == v.Sort.Part {
			v.Rosters[i].Rows = sorted(v.Rosters[i].Rows, v.Sort)
		}
	}
	return p.show(w, r, http.StatusOK, "persons", s, v)
}

// SortLink sorts a notice by a column, the other way round when it is already.
func (v Persons) SortLink(r Roster, column int) string {
	order := ""
	if v.Sort.Part == r.Part && v.Sort.Column == column && !v.Sort.Descending {
		order = "down"
	}
	return link(v.Base+"/persons", "part", strconv.Itoa(r.Part), "by", strconv.Itoa(column), "order", order) + "#roster-" + strconv.Itoa(r.Part)
}

// Sorted is how a column is sorted, as a screen reader is told.
func (v Persons) Sorted(r Roster, column int) string {
	switch {
	case v.Sort.Part != r.Part || v.Sort.Column != column:
		return ""
	case v.Sort.Descending:
		return "descending"
	}
	return "ascending"
}

// sorted returns rows by a column: as numbers where both begin with one, names by their kana.
func sorted(rows [][]string, by Sort) [][]string {
	column := by.Column
	if column == 1 {
		column = 2
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b []string) int {
		order := 0
		if column >= 0 && column < min(len(a), len(b)) {
			order = inOrder(a[column], b[column])
		}
		if by.Descending {
			return -order
		}
		return order
	})
	return rows
}

func inOrder(a, b string) int {
	x, okX := firstNumber(a)
	y, okY := firstNumber(b)
	if okX && okY && x != y {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

// firstNumber returns the number that a cell begins with, such as 530 of 530千円. A date is none: it sorts as text.
func firstNumber(s string) (float64, bool) {
	s = strings.ReplaceAll(s, ",", "")
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		end = len(s)
	}
	if end < len(s) && s[end] == '-' {
		return 0, false
	}
	n, err := strconv.ParseFloat(s[:end], 64)
	return n, err == nil
}
