package render_test

import (
	"html"
	"strings"
	"testing"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/portal/egov/render"
	"cloudpocket/portal/egov/tree"
)

// Without its stylesheet a document says all that is signed of it, and nothing that only the stylesheet or FRONT says.
func TestPlainSaysWhatIsSigned(t *testing.T) {
	g := egovtest.New(3)
	for _, shape := range egovtest.Shapes() {
		t.Run(string(shape), func(t *testing.T) {
			made := g.Package(shape, egovtest.Options{})
			if !strings.HasSuffix(made.Name, ".zip") && !strings.HasSuffix(made.Name, ".xml") {
				return
			}
			p := open(t, made.Name, made.Data)
			for _, f := range p.Files {
				if f.Role == egov.RoleCover || f.Role == egov.RoleNotice {
					saysAll(t, p, f)
				}
			}
		})
	}
}

func saysAll(t *testing.T, p *egov.Package, f *egov.File) {
	t.Helper()
	page := render.Part(t.Context(), p, f, render.Options{Plain: true})
	if page.Form != render.Outline || (page.Reason == render.Plain) != (f.Stylesheet != nil) {
		t.Errorf("%s is %s (%s)", f.Name, page.Form, page.Reason)
	}
	said := egov.Plain(html.UnescapeString(string(page.HTML)))
	of := f.Document().DocumentElement()
	if f.Role == egov.RoleCover {
		of = bodyOf(f.Document(), of)
	}
	for _, text := range leaves(f.Document(), of) {
		if !strings.Contains(strings.ReplaceAll(said, " ", ""), strings.ReplaceAll(egov.Plain(text), " ", "")) {
			t.Errorf("%s does not say %q", f.Name, text)
		}
	}
}

func bodyOf(doc *tree.Document, root tree.Node) tree.Node {
	for n := doc.FirstChild(root); n != tree.None; n = doc.Next(n) {
		if doc.Name(n).Local == "BODY" {
			return n
		}
	}
	return root
}

// leaves are the lines of texts; those of words that forms only print, of hidden marks and of stylesheets' names are not.
func leaves(doc *tree.Document, of tree.Node) (texts []string) {
	for n := doc.FirstChild(of); n != tree.None; n = doc.Next(n) {
		name := doc.Name(n).Local
		switch {
		case doc.Kind(n) == tree.Text:
			texts = append(texts, strings.Split(doc.StringValue(n), "\n")...)
		case doc.Kind(n) != tree.Element || strings.HasSuffix(name, "固定文字") || strings.Contains(name, "非表示") || name == "STYLESHEET":
		default:
			texts = append(texts, leaves(doc, n)...)
		}
	}
	return texts
}

// What stands in elements that nobody knows is said too, and FRONT is not.
func TestPlainSaysUnknownElements(t *testing.T) {
	cover := `<DOC><FRONT><SECRECY>FRONT-SAYS</SECRECY></FRONT><BODY ID="DOCBODY"><DOCNO>1</DOCNO><TITLE>件名</TITLE><TO><NAME>見本</NAME></TO>
<KINGAKU>9,999円</KINGAKU><REFDOC><DOCLINK REF="a.pdf"/></REFDOC><X><Y>奥の言葉</Y></X></BODY><BESIDE>BESIDE-SAYS</BESIDE></DOC>`
	p := open(t, "202601010000000001.xml", []byte(cover))
	page := string(render.Part(t.Context(), p, p.Files[0], render.Options{Plain: true}).HTML)
	for _, want := range []string{"9,999円", "a.pdf", "奥の言葉"} {
		if strings.Count(page, want) != 1 {
			t.Errorf("%q is said %d times", want, strings.Count(page, want))
		}
	}
	for _, not := range []string{"FRONT-SAYS", "BESIDE-SAYS"} {
		if strings.Contains(page, not) {
			t.Errorf("%q is said", not)
		}
	}
}
