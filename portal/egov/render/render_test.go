package render_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/portal/egov/render"
	"cloudpocket/portal/egov/xslt"
)

func open(t testing.TB, name string, data []byte) *egov.Package {
	t.Helper()
	p, err := egov.Open(name, bytes.NewReader(data), int64(len(data)), egov.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func numbered(p *egov.Package) func(*egov.File) (string, bool) {
	return func(f *egov.File) (string, bool) {
		for i := range p.Files {
			if p.Files[i] == f {
				return fmt.Sprint(i), true
			}
		}
		return "", false
	}
}

// TestEveryShape demands of every shape of package that each cover and notice is a page that names its persons, by its
// stylesheet where it has one.
func TestEveryShape(t *testing.T) {
	g := egovtest.New(7)
	for _, shape := range egovtest.Shapes() {
		t.Run(string(shape), func(t *testing.T) {
			made := g.Package(shape, egovtest.Options{})
			p := open(t, made.Name, made.Data)
			for _, f := range p.Files {
				page := render.Part(t.Context(), p, f, render.Options{Address: numbered(p)})
				wantForm(t, f, page)
				if f.Role == egov.RoleNotice && len(made.Persons) > 0 && f.Kind.Code != egov.KindReturned {
					notice, _ := f.Notice()
					name := notice.Persons[0].Name
					if fields := strings.Fields(made.Persons[0].Name); len(fields) > 0 {
						name = fields[0]
					}
					if !notice.Persons[0].FromKana && !bytes.Contains(page.HTML, []byte(name)) {
						t.Errorf("%s does not name %s", f.Name, name)
					}
				}
			}
		})
	}
}

func wantForm(t *testing.T, f *egov.File, page render.Page) {
	t.Helper()
	want := render.None
	switch {
	case f.Role != egov.RoleCover && f.Role != egov.RoleNotice:
	case f.Stylesheet != nil:
		want = render.Styled
	default:
		want = render.Outline
	}
	if page.Form != want || (page.Reason == "") != (want == render.Styled) || (page.HTML == nil) != (want == render.None) {
		t.Errorf("%s is %s (%q, %s), want %s", f.Name, page.Form, page.Reason, page.Detail, want)
	}
}

func TestLinksLeadToSiblings(t *testing.T) {
	made := egovtest.New(3).Package(egovtest.Several, egovtest.Options{})
	p := open(t, made.Name, made.Data)
	page := render.Part(t.Context(), p, p.Cover(), render.Options{Address: numbered(p)})
	for _, want := range []string{`href="1"`, `href="2"`, `<base target="_top">`} {
		if !bytes.Contains(page.HTML, []byte(want)) {
			t.Errorf("no %s in %s", want, page.HTML)
		}
	}
	if page = render.Part(t.Context(), p, p.Cover(), render.Options{}); bytes.Contains(page.HTML, []byte("href")) {
		t.Error("links without addresses")
	}
}

// TestHeight holds the height of official pages to how many there are.
func TestHeight(t *testing.T) {
	g := egovtest.New(5)
	for persons, pages := range map[int]int{1: 1, 5: 1, 6: 2, 20: 4} {
		made := g.Package(egovtest.Pension, egovtest.Options{Persons: g.Persons(persons)})
		p := open(t, made.Name, made.Data)
		page := render.Part(t.Context(), p, p.Notices()[0], render.Options{})
		if page.Width != 640 || page.Height < pages*940 || page.Height > (pages+1)*980 {
			t.Errorf("%d persons on %d pages: %d×%d", persons, pages, page.Width, page.Height)
		}
	}
}

const head = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">`

// TestFallsBack gives a notice stylesheets that must not be, or cannot be, its page: it is the outline, with the reason.
func TestFallsBack(t *testing.T) {
	for _, tt := range []struct {
		name, sheet string
		form        render.Form
		reason      render.Reason
		without     string // what must not be in the page
	}{
		{"reads a file", head + `<xsl:template match="/"><xsl:copy-of select="document('/etc/passwd')"/></xsl:template></xsl:stylesheet>`, render.Outline, render.Refused, "root:"},
		{"includes another", head + `<xsl:include href="http://example.com/a.xsl"/></xsl:stylesheet>`, render.Outline, render.Refused, "example.com"},
		{"goes on for ever", head + `<xsl:template match="/"><xsl:call-template name="a"/></xsl:template><xsl:template name="a"><xsl:call-template name="a"/></xsl:template></xsl:stylesheet>`, render.Outline, render.TooCostly, ""},
		{"shows nothing", head + `<xsl:template match="/"><html><body><p> &#160; </p></body></html></xsl:template></xsl:stylesheet>`, render.Outline, render.Empty, ""},
		{"shows a script alone", head + `<xsl:template match="/"><html><body><script>alert(1)</script></body></html></xsl:template></xsl:stylesheet>`, render.Outline, render.Empty, "alert"},
		{"says it is done", head + `<xsl:template match="/"><xsl:message terminate="yes"/></xsl:template></xsl:stylesheet>`, render.Outline, render.Refused, ""},
		{"has a script beside text", head + `<xsl:template match="/"><html><body onload="alert(1)">見える<script>alert(1)</script><img src="http://example.com/a.png"/><form action="//example.com"/><a href="javascript:alert(1)">x</a></body></html></xsl:template></xsl:stylesheet>`, render.Styled, "", "alert"},
		{"loads from elsewhere", head + `<xsl:template match="/"><html><head><style>@import url(//example.com/a.css);p{background:url(//example.com/b)}</style></head><body><p>見える</p></body></html></xsl:template></xsl:stylesheet>`, render.Styled, "", "example.com"},
		{"writes text", head + `<xsl:output method="text"/><xsl:template match="/">一 &lt;script&gt;alert&lt;/script&gt;</xsl:template></xsl:stylesheet>`, render.Styled, "", "<script"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := egovtest.Archive(
				egovtest.Entry{Name: []byte("7130001.xml"), Data: []byte(`<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="a.xsl"?><N7130001><_被保険者><被保険者氏名>見本 太郎</被保険者氏名></_被保険者></N7130001>`), UTF8: true},
				egovtest.Entry{Name: []byte("a.xsl"), Data: []byte(tt.sheet), UTF8: true})
			p := open(t, "a.zip", data)
			page := render.Part(t.Context(), p, p.File("7130001.xml"), render.Options{Lang: "en", Budget: xslt.Budget{Depth: 500, Time: 2 * time.Second}})
			if page.Form != tt.form || page.Reason != tt.reason {
				t.Errorf("%s because of %q (%s), want %s because of %q", page.Form, page.Reason, page.Detail, tt.form, tt.reason)
			}
			if tt.without != "" && bytes.Contains(page.HTML, []byte(tt.without)) {
				t.Errorf("%q is in %s", tt.without, page.HTML)
			}
			if tt.form == render.Outline && !bytes.Contains(page.HTML, []byte("見本 太郎")) {
				t.Errorf("the outline does not say what the XML says: %s", page.HTML)
			}
		})
	}
}

// TestOutlineEscapes puts markup where text belongs.
func TestOutlineEscapes(t *testing.T) {
	p := open(t, "7130001.xml", []byte(`<N7130001><_被保険者><被保険者氏名>&lt;script&gt;alert(1)&lt;/script&gt;</被保険者氏名></_被保険者></N7130001>`))
	page := render.Part(t.Context(), p, p.Files[0], render.Options{})
	if page.Form != render.Outline || bytes.Contains(page.HTML, []byte("<script")) || !bytes.Contains(page.HTML, []byte("&lt;script")) {
		t.Errorf("%s: %s", page.Form, page.HTML)
	}
}

// TestBookScopesStyles binds two pages whose styles contradict each other.
// TestLettersAreJapans demands that every way of showing says whose letters they are: Chinese fonts draw many otherwise.
func TestLettersAreJapans(t *testing.T) {
	made := egovtest.New(3).Package(egovtest.Pension, egovtest.Options{})
	p := open(t, made.Name, made.Data)
	styled := render.Part(t.Context(), p, p.Cover(), render.Options{Lang: "en"})
	for name, page := range map[string][]byte{
		"styled": styled.HTML, "book": render.Book("x", "en", []render.Page{styled}), "text": render.Text("x", "en", []string{"直"}).HTML, "table": render.Table("x", "en", [][]string{{"直"}}).HTML,
	} {
		if !bytes.Contains(page, []byte(` lang="ja"`)) {
			t.Errorf("%s does not: %.300s", name, page)
		}
	}
}

func TestBookScopesStyles(t *testing.T) {
	one := render.Page{HTML: []byte(`<html><head><style>@page{size:A4}body{font-family:serif}p{color:red}</style></head><body style="margin:0"><p>一</p></body></html>`)}
	two := render.Page{HTML: []byte(`<html><head><style>html,body{color:blue}</style></head><body><p>二</p></body></html>`)}
	book := string(render.Book("<表題>", "ja", []render.Page{one, {}, two}))
	for _, want := range []string{"&lt;表題&gt;", "@page part-0{size:A4;}", "@scope(.part-0){:scope{font-family:serif}p{color:red}", "@scope(.part-2){:scope,:scope{color:blue}", `<div style="margin:0"><p>一</p></div>`, "二"} {
		if !strings.Contains(book, want) {
			t.Errorf("no %s in %s", want, book)
		}
	}
}

func BenchmarkNotice20(b *testing.B) {
	g := egovtest.New(20)
	made := g.Package(egovtest.Pension, egovtest.Options{Persons: g.Persons(20)})
	for b.Loop() {
		p := open(b, made.Name, made.Data)
		if page := render.Part(b.Context(), p, p.Notices()[0], render.Options{}); page.Form != render.Styled {
			b.Fatal(page.Detail)
		}
	}
}
