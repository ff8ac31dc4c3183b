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

// What one roster, and all of a source together, may hold. Forms have some forty columns; a notice made to have one for each person would have as many
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
	left := maxCells
	for _, of := range byFile(parts) {
		some, err := p.rostersOf(ctx, a.TenantID, of, &left)
		if err != nil {
			return "", nil, err
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return "", nil, fmt.Errorf("%s names no persons: %w", s, store.ErrNotFound)
	}
	return doc.Title, all, nil
}

// byFile are the notices among parts, together with those of the same file, which is opened once for them.
func byFile(parts []Part) (all [][]Part) {
	for _, part := range parts {
		switch last := len(all) - 1; {
		case part.Role != store.PartNotice:
		case last >= 0 && all[last][0].File.ID == part.File.ID:
			all[last] = append(all[last], part)
		default:
			all = append(all, []Part{part})
		}
	}
	return all
}

// rostersOf reads the notices of one file. left is how many cells there may still be.
func (p *Portal) rostersOf(ctx context.Context, tenant store.ID, parts []Part, left *int) (all []Roster, err error) {
	err = p.unpack(ctx, tenant, parts[0].File, func(pkg *egov.Package) error {
		if pkg == nil {
			return nil
		}
		for _, part := range parts {
			f := fileIn(pkg, part)
			if f == nil {
				continue
			}
			if notice, _ := f.Notice(); len(notice.Persons) > 0 {
				all = append(all, rosterFrom(part, notice.Persons, left))
			}
		}
		return nil
	})
	return all, err
}

func rosterFrom(part Part, persons []egov.Person, left *int) Roster {
	r := Roster{Part: part.N, Title: part.Title, Columns: make([]string, rosterFixed)}
	own := ownColumns(persons)
	if room := max(0, min(maxColumns, *left/len(persons))-rosterFixed); len(own) > room {
		own, r.Cut = own[:room], true
	}
	*left -= len(persons) * (rosterFixed + len(own))
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
