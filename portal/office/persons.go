package office

import (
	"net/http"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
)

// readPersons lists whom the notices of a source name, sorted as the query says.
func (o *office) readPersons(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error {
	shell, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	title, rosters, err := o.Portal.Rosters(r.Context(), v.Actor, s)
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

// downloadPersons hands out the same for spreadsheet programs, one notice below the other.
func (o *office) downloadPersons(w http.ResponseWriter, r *http.Request, v door.Visit, s portal.Source) error {
	title, rosters, err := o.Portal.DownloadRosters(r.Context(), v.Actor, s)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, one := range rosters {
		some, err := rosterRows(o.Pages.Words(route.Lang(r)), one)
		if err != nil {
			return err
		}
		rows = append(rows, some...)
	}
	return table(w, title+".csv", rows)
}

// rosterRows are a notice's persons below the headings of their columns, each row behind the notice's title.
func rosterRows(words page.Words, roster portal.Roster) ([][]string, error) {
	heading := []string{roster.Title}
	for i, name := range roster.Columns {
		if name == "" {
			var err error
			if name, err = words.Say("persons.column."+strconv.Itoa(i), nil); err != nil {
				return nil, err
			}
		}
		heading = append(heading, name)
	}
	rows := [][]string{heading}
	for _, row := range roster.Rows {
		rows = append(rows, append([]string{roster.Title}, row...))
	}
	return rows, nil
}
