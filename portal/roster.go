package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/portal/egov"
	"cloudpocket/store"
)

// Roster is the persons that one notice names, a row each.
type Roster struct {
	Part    int    // of the document
	Title   string // the notice's
	Columns []string
	Rows    [][]string // as many cells as there are columns
}

// rosterFixed is how many columns come before the notice's own: number, name, kana, birth.
const rosterFixed = 4

// Rosters returns the persons of each notice of a source, with what the notice says of each. Columns that say the same of
// everybody are left out: those are about the office. The first four, which every roster has, are number, name, kana and
// birth, and have no names.
func (p *Portal) Rosters(ctx context.Context, a Actor, s Source) (title string, all []Roster, err error) {
	doc, err := p.source(ctx, a, s)
	if err != nil {
		return "", nil, err
	}
	parts, err := p.parts(ctx, a.TenantID, doc)
	if err != nil {
		return "", nil, err
	}
	packages := map[store.Digest]*egov.Package{}
	for _, part := range parts {
		if part.Role != store.PartNotice {
			continue
		}
		r, err := p.rosterOf(ctx, a.TenantID, part, packages)
		if err != nil {
			return "", nil, err
		}
		if len(r.Rows) > 0 {
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		return "", nil, fmt.Errorf("%s names no persons: %w", s, store.ErrNotFound)
	}
	return doc.Title, all, nil
}

func (p *Portal) rosterOf(ctx context.Context, tenant store.ID, part Part, packages map[store.Digest]*egov.Package) (Roster, error) {
	pkg, ok := packages[part.File.Digest]
	if !ok {
		var err error
		if pkg, err = p.unpack(ctx, tenant, part.File); err != nil {
			return Roster{}, err
		}
		packages[part.File.Digest] = pkg
	}
	if pkg == nil {
		return Roster{}, nil
	}
	f := pkg.File(part.Path)
	if part.Whole && len(pkg.Files) == 1 {
		f = pkg.Files[0]
	}
	if f == nil {
		return Roster{}, nil
	}
	notice, _ := f.Notice()
	r := Roster{Part: part.N, Title: part.Title, Columns: append(make([]string, rosterFixed), ownColumns(notice.Persons)...)}
	for _, person := range notice.Persons {
		r.Rows = append(r.Rows, row(r.Columns, person))
	}
	return r, nil
}

// ownColumns are the labels of the fields in which persons differ, in the notice's order. Of one person alone all fields
// are its own. What the first columns say already is not said again.
func ownColumns(persons []egov.Person) (labels []string) {
	values, differs := map[string]string{}, map[string]bool{}
	for i, p := range persons {
		for _, f := range p.Fields {
			before, seen := values[f.Label]
			if !seen {
				labels = append(labels, f.Label)
			}
			if f.Value != before && (seen || i > 0 || len(persons) == 1) {
				differs[f.Label] = true
			}
			values[f.Label] = f.Value
		}
	}
	said := func(label string) bool {
		return !differs[label] || slices.ContainsFunc(persons[:1], func(p egov.Person) bool {
			value := fieldOf(p, label)
			return value != "" && (value == p.Number || value == p.Name || value == p.Kana || value == p.Birth.Text)
		})
	}
	return slices.DeleteFunc(labels, said)
}

func row(columns []string, p egov.Person) []string {
	cells := []string{p.Number, p.Name, p.Kana, birthOf(p)}
	for _, label := range columns[rosterFixed:] {
		cells = append(cells, fieldOf(p, label))
	}
	return cells
}

func birthOf(p egov.Person) string {
	if p.Birth.Known() {
		return p.Birth.Time.Format("2006-01-02")
	}
	return p.Birth.Text
}

func fieldOf(p egov.Person, label string) string {
	for _, f := range p.Fields {
		if f.Label == label {
			return f.Value
		}
	}
	return ""
}
