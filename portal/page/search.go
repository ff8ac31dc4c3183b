package page

import (
	"html/template"
	"net/http"
	"strings"

	"cloudpocket/store"
	"cloudpocket/store/fold"
)

// Search is what was found, as a client or one of the firm's people sees it.
type Search struct {
	Query       store.Query // what was asked for; its times are From and To
	From, To    string      // days as they were typed
	Inbox       []store.InboxItem
	Documents   []store.DocumentSummary
	Left        map[store.ID]store.PersonCount // by delivery
	Kinds       []string
	Offices     []store.Office
	MoreOffices bool
	Next        store.Cursor
	Later       bool
	Stopped     bool // looking cost too much to go on
	Staff       bool
	MayDownload bool
}

// Search shows what was found.
func (p *Pages) Search(w http.ResponseWriter, r *http.Request, s Shell, v Search) error {
	s.Current = PlaceSearch
	return p.show(w, r, http.StatusOK, "search", s, v)
}

// Asked reports whether anything is looked for.
func (v Search) Asked() bool { return v.Query.Text != "" || v.Narrowed() }

// Narrowed reports whether something other than words narrows the search.
func (v Search) Narrowed() bool {
	return v.Query.Kind != "" || v.Query.Office != "" || v.From != "" || v.To != ""
}

// Found is how many are on this page.
func (v Search) Found() int { return len(v.Inbox) + len(v.Documents) }

// Terms are the words that are marked where they were found.
func (v Search) Terms() []string { return fold.Terms(v.Query.Text) }

// OfKind and OfOffice are links to the same search with one kind or office, or all; Words is that with nothing but words.
func (v Search) OfKind(kind string) string {
	v.Query.Kind = kind
	return v.at("")
}

func (v Search) OfOffice(id store.ID) string {
	v.Query.Office = id
	return v.at("")
}

func (v Search) Words() string { return link("/search", "q", v.Query.Text) }

// NextLink and FirstLink lead on and back to the beginning.
func (v Search) NextLink() string  { return v.at(v.Next) }
func (v Search) FirstLink() string { return v.at("") }

func (v Search) at(after store.Cursor) string {
	return link("/search", "q", v.Query.Text, "kind", v.Query.Kind, "office", string(v.Query.Office), "from", v.From, "to", v.To, "after", string(after))
}

// OfficeName is the name of the office that the search is narrowed to.
func (v Search) OfficeName() string {
	for _, o := range v.Offices {
		if o.ID == v.Query.Office {
			return o.Name
		}
	}
	return string(v.Query.Office)
}

// marked returns s with what was found marked, and everything else escaped.
func marked(s string, terms []string) template.HTML {
	var b strings.Builder
	at := 0
	for _, f := range fold.Find(s, terms) {
		b.WriteString(escaped(s[at:f.Start]) + "<mark>" + escaped(s[f.Start:f.End]) + "</mark>")
		at = f.End
	}
	return template.HTML(b.String() + escaped(s[at:]))
}
