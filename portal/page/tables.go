package page

import "net/http"

// Import is where a file of people, companies or offices is taken in: first looked through, then done.
type Import struct {
	Table    string // accounts, companies or offices
	Columns  []TableColumn
	Rows     int // how many a file may have
	Max      int // megabytes
	File     string
	Plan     *TablePlan // nil: no file was looked through
	Problems []Problem
}

// TableColumn is one that a file can have.
type TableColumn struct {
	Name   string
	Needed bool
}

// TablePlan is what taking a file in would do.
type TablePlan struct {
	New, Changed, Unchanged, Refused int
	Digest                           string
	Refusals                         []RowRefusal // the first ones
	Changes                          []RowChange  // the first ones
}

// RowRefusal says why a row cannot be taken in.
type RowRefusal struct {
	Row           int
	Column, Value string
	Problem       Problem
}

// RowChange says what a row would do.
type RowChange struct {
	Row     int
	New     bool
	Name    string
	Columns []string // that would be another
}

// Import shows it; with problems in it the status is 422.
func (p *Pages) Import(w http.ResponseWriter, r *http.Request, s Shell, v Import) error {
	s.Current = placeOfTable(v.Table)
	return p.show(w, r, statusOf(v.Problems), "import", s, v)
}

func placeOfTable(table string) Place {
	if table == "accounts" {
		return PlacePeople
	}
	return PlaceCompanies
}

// Title is the message that names the page.
func (v Import) Title() string { return "import.title." + v.Table }

// Hint is the message about what the columns hold.
func (v Import) Hint() string { return "import.hint." + v.Table }

// Self is the address of the page, Home that of the list, and Export where there is something to begin with.
func (v Import) Self() string {
	if v.Table == "accounts" {
		return "/admin/people/import"
	}
	return "/admin/" + v.Table + "/import"
}

// Home is the list that the page belongs to.
func (v Import) Home() string { return homeOfTable(v.Table) }

// Export is where such a file is written out.
func (v Import) Export() string { return v.Home() + "/export" }

func homeOfTable(table string) string {
	if table == "accounts" {
		return "/admin/people"
	}
	return "/admin/companies"
}

// HomeTitle is the message that names the list.
func (v Import) HomeTitle() string { return homeTitleOfTable(v.Table) }

func homeTitleOfTable(table string) string {
	if table == "accounts" {
		return "people.title"
	}
	return "companies.title"
}

// Siblings are the tables that are taken in from the same list, this one among them; none if there is no other.
func (v Import) Siblings() []Import {
	if v.Table == "accounts" {
		return nil
	}
	return []Import{{Table: "companies"}, {Table: "offices"}}
}

// Wrong reports whether the file was refused.
func (v Import) Wrong(field string) bool { return wrong(v.Problems, field) }

// Ready reports whether the file can be taken in as it is.
func (p TablePlan) Ready() bool { return p.Refused == 0 && p.New+p.Changed > 0 }

// Cut is how many refused rows, or changes, are shown when there are more; zero when all are.
func (p TablePlan) Cut() int {
	if shown := len(p.Refusals); p.Refused > shown {
		return shown
	}
	return 0
}

// CutChanges is the same of the rows that change something.
func (p TablePlan) CutChanges() int {
	if shown := len(p.Changes); p.New+p.Changed > shown {
		return shown
	}
	return 0
}

// TableExport is where people, companies or offices are written out.
type TableExport struct {
	Tables   []string // to choose from
	Table    string   // chosen
	Encoding string
	Problems []Problem
}

// TableExport shows it; with problems in it the status is 422.
func (p *Pages) TableExport(w http.ResponseWriter, r *http.Request, s Shell, v TableExport) error {
	s.Current = placeOfTable(v.Table)
	return p.show(w, r, statusOf(v.Problems), "export", s, v)
}

// Home is the list that the page belongs to, HomeTitle its name.
func (v TableExport) Home() string { return homeOfTable(v.Table) }

// HomeTitle is the message that names the list.
func (v TableExport) HomeTitle() string { return homeTitleOfTable(v.Table) }

// Self is the address of the page.
func (v TableExport) Self() string { return v.Home() + "/export" }
