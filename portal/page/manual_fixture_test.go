package page

import (
	"net/http"
	"strings"
)

// manualExhibits are the pages for developers, of which package developers has the chapters.
func manualExhibits() []exhibit {
	frame := func(chapter string) ManualFrame {
		return ManualFrame{Chapter: chapter, Chapters: []string{"start", "backends", "lanes", "element", "errors", "playground"}, Base: "https://pocket.example.jp"}
	}
	long := Snippet{"long", "long.mjs", strings.Repeat("const "+strings.Repeat("long", 60)+" = `<b>${1}</b>`;\n", 40)}
	table := &ManualTable{Columns: []string{"name", "detail", "means"}, Rows: [][]ManualCell{
		{{Code: "ready"}, {Code: "{version: 1}"}, {Key: "dev.element.events.ready"}}, {{Code: strings.Repeat("allow-", 12)}, {}, {Key: "dev.element.events.error"}}}}
	on := func(name, chapter string, parts ...ManualPart) exhibit {
		v := Manual{frame(chapter), parts}
		return exhibit{name, v.Link(chapter), func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Manual(w, r, v) }}
	}
	return []exhibit{
		on("manual-none", "lanes"),
		on("manual-little", "start", ManualPart{ID: "need", Says: 3, Points: true}, ManualPart{ID: "keys", Says: 1, Snippets: []Snippet{{"keys", "sh", "node keys.mjs"}}}),
		on("manual-much", "element", ManualPart{ID: "mount", Says: 1, Snippets: []Snippet{long}}, ManualPart{ID: "events", Says: 1, Table: table}),
		{"reference", "/api/v1", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Reference(w, r, referenceShown(frame("reference")))
		}},
		{"playground", "/developers/playground", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Playground(w, r, Playground{frame("playground"), []string{"list", "badge"}})
		}},
	}
}

func referenceShown(f ManualFrame) Reference {
	field := ReferenceField{Name: "external_id", Type: "string(100)", Says: strings.Repeat("What the parent product calls it. ", 5), In: "path", Required: true}
	op := ReferenceOperation{ID: "putThing", Method: "PUT", Path: "/things/{thing}/" + strings.Repeat("long/", 12), Summary: "Create or change one.", Says: strings.Repeat("More about it. ", 20),
		Scopes: [][]string{{"documents"}, {"documents", "receipts"}}, Takes: "application/json",
		Parameters: []ReferenceField{field}, Body: []ReferenceField{{Name: "state", Type: "string", Values: []string{"delivered", "withdrawn"}}, {Name: "thing", Type: "Thing[]", Schema: "Thing"}},
		Answers: []ReferenceAnswer{{"200", "It is so now.", "application/json", "Thing"}, {"204", "Done.", "", ""}}, Errors: []ReferenceError{{"422", "error.page_limit"}}, Curl: "curl -sS " + strings.Repeat("https://pocket.example.jp/", 10)}
	other := op
	other.ID, other.Path, other.Says = "getThing", "/things", ""
	return Reference{f, "https://pocket.example.jp/api/v1", "https://pocket.example.jp/oauth/token", []ReferenceOperation{op, other}, []ReferenceSchema{{"Thing", []ReferenceField{field}}}, []ReferenceError{{"401", "error.access_token"}}}
}
