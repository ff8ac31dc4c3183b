package page

import (
	"net/http"
	"slices"
	"strings"

	"cloudpocket/store"
)

// Publish is the form by which a document is handed out.
type Publish struct {
	Typed      Typed
	Problems   []Problem // why the last attempt was refused; empty at first
	Kinds      []string
	Rules      map[string]store.Rule // of the kinds: what the form says and ticks when one is chosen
	Companies  []CompanyChoice
	Extensions []string // those that may be uploaded, without dots
	MaxFiles   int
	MaxSize    int64  // bytes, of one file
	Old        string // the title of the document that is replaced
}

// Typed is what a person entered, to come back as it was.
type Typed struct {
	Title       string
	Kind        string
	Note        string
	Acknowledge bool
	Offices     []store.ID
	Due         string   // day and time in Japan as browsers write it, 2026-12-01T09:00; empty: at once
	Expires     string   // likewise; empty: as the rule says
	Replaces    store.ID // the document that this one stands in for; empty if none
}

// CompanyChoice is a company and those of its offices that documents can be delivered to.
type CompanyChoice struct {
	Name    string
	Offices []store.Office
}

// Problem is one reason for which an attempt was refused.
type Problem struct {
	Field string // which part of the form: title, kind, note, file, office, due, expires; empty: none in particular
	Key   string // a message key
	Args  map[string]any
}

// Publish shows the form; with problems in it the status is 422. It is packed, since a firm may have a thousand offices,
// each of them an ID and a name.
func (p *Pages) Publish(w http.ResponseWriter, r *http.Request, s Shell, v Publish) error {
	s.Current = PlacePublish
	status := http.StatusOK
	if len(v.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	b, err := p.render(r, "publish", s, v)
	if err != nil {
		return err
	}
	if err := pack(w.Header(), r, b); err != nil {
		return err
	}
	return p.send(w, r, status, b)
}

// Accept is what a file field offers to choose from.
func (v Publish) Accept() string { return "." + strings.Join(v.Extensions, ",.") }

// Allowed is the list of extensions as people read it.
func (v Publish) Allowed() string { return strings.ToUpper(strings.Join(v.Extensions, ", ")) }

// Chosen reports whether an office was ticked.
func (v Publish) Chosen(id store.ID) bool { return slices.Contains(v.Typed.Offices, id) }

// RuleOf returns the rule of a kind, nil if none is known.
func (v Publish) RuleOf(kind string) *store.Rule {
	rule, ok := v.Rules[kind]
	if !ok {
		return nil
	}
	return &rule
}

// Wrong reports whether a part of the form was refused.
func (v Publish) Wrong(field string) bool {
	return slices.ContainsFunc(v.Problems, func(p Problem) bool { return p.Field == field })
}

// OfficeCount is how many offices there are to choose from.
func (v Publish) OfficeCount() (n int) {
	for _, c := range v.Companies {
		n += len(c.Offices)
	}
	return n
}

// Megabytes is the limit of one file in MB.
func (v Publish) Megabytes() int64 { return v.MaxSize >> 20 }
