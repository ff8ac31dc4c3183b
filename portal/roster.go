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
	Cut     bool       // the notice has more columns than are shown
}

// rosterFixed is how many columns come before the notice's own: number, name, kana, birth.
const rosterFixed = 4

// What one roster may hold. Forms have some forty columns; a notice made to have one for each person would have as many
// cells as the square of them.
const (
	maxColumns = 200
	maxCells   = 1_000_000
)

// Rosters returns the persons of each notice of a source, with what the notice says of each. Columns that say the same of
// everybody are left out: those are about the office. The first four, which every roster has, are number, name, kana and
// birth, and have no names. It records that the actor viewed the persons, each time.
func (p *Portal) Rosters(ctx context.Context, a Actor, s Source) (title string, all []Roster, err error) {
	return p.recordedRosters(ctx, a, s, store.Viewed, asPersons)
}

// DownloadRosters returns the same to be saved as a file, and records that the actor downloaded it.
func (p *Portal) DownloadRosters(ctx context.Context, a Actor, s Source) (title string, all []Roster, err error) {
	return p.recordedRosters(ctx, a, s, store.Downloaded, asCSV)
}

func (p *Portal) recordedRosters(ctx context.Context, a Actor, s Source, fact store.Fact, way string) (title string, all []Roster, err error) {
	if title, all, err = p.rosters(ctx, a, s); err != nil {
		return "", nil, err
	}
	if err := p.record(ctx, a, s, fact, map[string]string{"as": way}); err != nil {
		return "", nil, err
	}
	return title, all, nil
}

func (p *Portal) rosters(ctx context.Context, a Actor, s Source) (title string, all []Roster, err error) {
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
	return rosterFrom(part, notice.Persons), nil
}

func rosterFrom(part Part, persons []egov.Person) Roster {
	r := Roster{Part: part.N, Title: part.Title, Columns: make([]string, rosterFixed)}
	own := ownColumns(persons)
	if room := max(0, min(maxColumns, maxCells/max(1, len(persons)))-rosterFixed); len(own) > room {
		own, r.Cut = own[:room], true
	}
	r.Columns = append(r.Columns, own...)
	place := map[string]int{}
	for i, label := range own {
		place[label] = rosterFixed + i
	}
	for _, person := range persons {
		r.Rows = append(r.Rows, row(len(r.Columns), place, person))
	}
	return r
}

// ownColumns are the labels of the fields in which persons differ, or that not all of them have, in the notice's order. Of
// one person alone all fields are its own. What the first columns say already is not said again.
func ownColumns(persons []egov.Person) (labels []string) {
	values, differs, holders := map[string]string{}, map[string]bool{}, map[string]int{}
	for i, p := range persons {
		for _, f := range p.Fields {
			before, seen := values[f.Label]
			if !seen {
				labels = append(labels, f.Label)
			}
			if seen && f.Value != before || len(persons) == 1 {
				differs[f.Label] = true
			}
			if holders[f.Label] == i {
				holders[f.Label]++ // as long as nobody was without it
			}
			values[f.Label] = f.Value
		}
	}
	said := map[string]bool{}
	for _, p := range persons[:min(1, len(persons))] {
		for _, f := range p.Fields {
			if _, first := said[f.Label]; !first {
				said[f.Label] = f.Value != "" && (f.Value == p.Number || f.Value == p.Name || f.Value == p.Kana || f.Value == p.Birth.Text)
			}
		}
	}
	return slices.DeleteFunc(labels, func(label string) bool { return !differs[label] && holders[label] == len(persons) || said[label] })
}

// row is a person's cells. Of fields with one label the first counts.
func row(columns int, place map[string]int, p egov.Person) []string {
	cells := make([]string, columns)
	copy(cells, []string{p.Number, p.Name, p.Kana, birthOf(p)})
	filled := map[int]bool{}
	for _, f := range p.Fields {
		if i, ok := place[f.Label]; ok && !filled[i] {
			cells[i], filled[i] = f.Value, true
		}
	}
	return cells
}

func birthOf(p egov.Person) string {
	if p.Birth.Known() {
		return p.Birth.Time.Format("2006-01-02")
	}
	return p.Birth.Text
}
