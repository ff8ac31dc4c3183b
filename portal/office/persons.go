package office

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
)

// readPersons lists whom the notices of a source name, sorted as the query says.
func (o *office) readPersons(w http.ResponseWriter, r *http.Request, v visit, s portal.Source) error {
	shell, _, err := o.shell(r, v)
	if err != nil {
		return err
	}
	title, rosters, err := o.Portal.Rosters(r.Context(), v.actor, s)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	number := func(name string) int { n, _ := strconv.Atoi(q.Get(name)); return n }
	view := page.Persons{Base: address(s), Back: address(s), Title: title,
		Sort: page.Sort{Part: number("part"), Column: number("by"), Descending: q.Get("order") == "down"}}
	for _, one := range rosters {
		view.Rosters = append(view.Rosters, page.Roster(one))
	}
	return o.Pages.Persons(w, r, shell, view)
}

// downloadPersons hands out the same as CSV (RFC 4180) in UTF-8 with a mark, by which spreadsheets know it. A cell that
// a spreadsheet would take for a formula begins with an apostrophe.
func (o *office) downloadPersons(w http.ResponseWriter, r *http.Request, v visit, s portal.Source) error {
	title, rosters, err := o.Portal.Rosters(r.Context(), v.actor, s)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("\ufeff")
	c := csv.NewWriter(&b)
	c.UseCRLF = true
	for _, one := range rosters {
		if err := o.writeRoster(c, r, one); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", disposition(title+".csv"))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	_, err = w.Write([]byte(b.String()))
	return err
}

func (o *office) writeRoster(c *csv.Writer, r *http.Request, roster portal.Roster) error {
	words := o.Pages.Words(route.Lang(r))
	heading := []string{roster.Title}
	for i, name := range roster.Columns {
		if name == "" {
			var err error
			if name, err = words.Say("persons.column."+strconv.Itoa(i), nil); err != nil {
				return err
			}
		}
		heading = append(heading, harmless(name))
	}
	c.Write(heading)
	for _, row := range roster.Rows {
		cells := []string{harmless(roster.Title)}
		for _, cell := range row {
			cells = append(cells, harmless(cell))
		}
		c.Write(cells)
	}
	c.Flush()
	return c.Error()
}

// harmless keeps spreadsheets from running a cell.
func harmless(cell string) string {
	if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "＋") || strings.HasPrefix(cell, "－") || strings.HasPrefix(cell, "＠") {
		return "'" + cell
	}
	return cell
}
