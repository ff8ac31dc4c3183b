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
		{"playground", "/developers/playground", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Playground(w, r, Playground{frame("playground"), []string{"list", "badge"}})
		}},
	}
}
