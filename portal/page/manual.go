package page

import (
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strings"
)

// ManualFrame is what stands around every page for developers. The word for a chapter is the message "dev." + chapter.
type ManualFrame struct {
	Chapter  string // the one that is shown
	Chapters []string
	Base     string // where this service is, without a slash at the end
}

// Link is the address of a chapter; the first has that of the manual, and the API's reference is where the API is.
func (f ManualFrame) Link(chapter string) string {
	if len(f.Chapters) > 0 && chapter == f.Chapters[0] {
		return "/developers"
	}
	if chapter == "reference" {
		return "/api/v1"
	}
	return "/developers/" + chapter
}

// Manual is a chapter for developers. Its words are messages that begin with "dev." and its name.
type Manual struct {
	ManualFrame
	Parts []ManualPart
}

// ManualPart is a part of a chapter: a heading, paragraphs or points, then snippets, then a table.
type ManualPart struct {
	ID       string // its anchor; the heading is the message "dev." + chapter + "." + ID, its paragraphs the same with ".1", ".2" …
	Says     int    // how many paragraphs there are
	Points   bool   // they are points of a list
	Snippets []Snippet
	Table    *ManualTable
}

// Snippet is code to copy.
type Snippet struct {
	ID   string // its name on the page, such as "node-server"
	File string // the file that it is, or what runs it
	Text string
}

// ManualTable explains names one by one.
type ManualTable struct {
	Columns []string // messages "dev.col." + one
	Rows    [][]ManualCell
}

// ManualCell is a name as it is written in code, or a message. Neither: there is nothing.
type ManualCell struct{ Code, Key string }

// Manual shows a chapter.
func (p *Pages) Manual(w http.ResponseWriter, r *http.Request, v Manual) error {
	return p.show(w, r, http.StatusOK, "manual", Shell{}, v)
}

// Of is the message of a part that ends in name, or of its heading.
func (v Manual) Of(part string, name ...any) string {
	key := "dev." + v.Chapter + "." + part
	for _, n := range name {
		key += fmt.Sprint(".", n)
	}
	return key
}

// Numbers count a part's paragraphs.
func (p ManualPart) Numbers() []int {
	all := make([]int, p.Says)
	for i := range all {
		all[i] = i + 1
	}
	return all
}

// marks are what a message for developers can have within it: code between backticks, and links to local addresses.
var marks = regexp.MustCompile("`([^`]+)`|\\[([^\\]]+)\\]\\((/[a-z][^)]*)\\)")

// prose is a message with its code and links as elements.
func (w Words) prose(key, base string) (template.HTML, error) {
	said, err := w.Say(key, map[string]any{"Base": base})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	at := 0
	for _, m := range marks.FindAllStringSubmatchIndex(said, -1) {
		b.WriteString(template.HTMLEscapeString(said[at:m[0]]))
		if m[2] >= 0 {
			b.WriteString("<code>" + template.HTMLEscapeString(said[m[2]:m[3]]) + "</code>")
		} else {
			fmt.Fprintf(&b, `<a href="%s">%s</a>`, template.HTMLEscapeString(said[m[6]:m[7]]), template.HTMLEscapeString(said[m[4]:m[5]]))
		}
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(said[at:]))
	return template.HTML(b.String()), nil
}
