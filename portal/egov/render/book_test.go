package render_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/portal/egov/render"
)

// TestBookLinks binds pages that link to one another, to what is not in the book, and to anchors that they forge.
func TestBookLinks(t *testing.T) {
	page := func(address, content string) render.Page {
		return render.Page{Address: address, HTML: []byte("<html><head></head><body>" + content + "</body></html>")}
	}
	book := string(render.Book("題", "ja", []render.Page{
		page("1", `<a href="2">a</a><a href="3">b</a><a href="https://example.com/">c</a><a id="part-2" name="part-2">d</a>`),
		page("2", `<a href="1">e</a><p>href=2</p>`),
		{Address: "3"},
	}))
	got := regexp.MustCompile(`(?:href|id|name)="[^"]*"`).FindAllString(book, -1)
	want := []string{`name="viewport"`, `id="part-1"`, `href="#part-2"`, `id="own-part-2"`, `name="own-part-2"`, `id="part-2"`, `href="#part-1"`}
	if !slices.Equal(got, want) || !strings.Contains(book, "<a>b</a><a>c</a>") || !strings.Contains(book, "<p>href=2</p>") {
		t.Errorf("%q, want %q, in %s", got, want, book)
	}
}

// TestBookOfPackage binds a package whose cover links its notices: every link leads to a part of the book.
func TestBookOfPackage(t *testing.T) {
	made := egovtest.New(3).Package(egovtest.Several, egovtest.Options{})
	p := open(t, made.Name, made.Data)
	var pages []render.Page
	for _, f := range p.Files {
		page := render.Part(t.Context(), p, f, render.Options{Address: numbered(p)})
		page.Address, _ = numbered(p)(f)
		pages = append(pages, page)
	}
	book := string(render.Book("題", "ja", pages))
	links := regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(book, -1)
	if len(links) < 2 {
		t.Errorf("%d links", len(links))
	}
	for _, m := range links {
		place, ok := strings.CutPrefix(m[1], "#")
		if !ok || !strings.Contains(book, `id="`+place+`"`) {
			t.Errorf("a link to %q", m[1])
		}
	}
}

// TestBookRoom gives parts paper and room by what their styles say.
func TestBookRoom(t *testing.T) {
	for _, tt := range []struct{ name, style, body, want string }{
		{"in the flow", "p{color:red}", "", "@page part-0{}.part-0{page:part-0;min-height:0px}"},
		{"landscape", "@page{size:A4}@page{size:A4 landscape}", "", "@page part-0{size:A4;size:A4 landscape;}.part-0{page:part-0;min-height:0px}"},
		{"placed", ".x{position:absolute;top:5px}", "", "min-height:990px"},
		{"placed on landscape", "@page{size:A4 landscape}.x{position:absolute;top:5px}", "", "min-height:660px"},
		{"placed on a second sheet", ".x{position:absolute}", `<p style="top:1500px">x</p>`, "min-height:1700px"},
		{"placed beyond all sheets", ".x{position:absolute;top:99999px}", "", "min-height:20000px"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			book := string(render.Book("題", "ja", []render.Page{{HTML: []byte("<html><head><style>" + tt.style + "</style></head><body>" + tt.body + "</body></html>")}}))
			if !strings.Contains(book, tt.want) {
				t.Errorf("no %s in %s", tt.want, book)
			}
		})
	}
}
