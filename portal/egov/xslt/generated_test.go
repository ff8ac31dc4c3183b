package xslt_test

import (
	"fmt"
	"strings"
	"testing"
)

const (
	batches = 80 // of expressions
	each    = 60 // expressions, asked at several nodes
	sheets  = 250
	perRun  = 4 // documents
	htmls   = 150
)

// batch writes a stylesheet that evaluates expressions at several nodes of a generated document.
func (g *generator) batch() (exprs []string, sheet, doc string) {
	doc = g.document()
	var b strings.Builder
	b.WriteString(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:p="urn:p"><xsl:output method="text" encoding="UTF-8"/>
<xsl:key name="k" match="*" use="@x"/><xsl:variable name="n" select="2.5"/><xsl:variable name="s" select="'a 山'"/><xsl:variable name="b" select="true()"/><xsl:variable name="set" select="//*[@x]"/>
<xsl:variable name="rtf"><i>1</i>2</xsl:variable><xsl:template match="/"><xsl:for-each select="`)
	g.following = g.chance(50)
	switch {
	case g.mixed && g.following:
		b.WriteString(`/ | //*[position() &lt; 4]">`)
	case g.following:
		b.WriteString(`/ | //*[position() &lt; 3] | //text()[1] | //comment()[1]">`)
	default:
		b.WriteString(`/ | //*[position() &lt; 3] | //@x[1]">`)
	}
	g.keys = true
	g.vars = []variable{{"n", "num"}, {"s", "str"}, {"b", "bool"}, {"set", "set"}, {"rtf", "rtf"}}
	for range each {
		typ := g.pick("num", "str", "bool", "set", "set")
		e := g.typed(typ, 3)
		exprs = append(exprs, e)
		if typ != "set" {
			fmt.Fprintf(&b, `<xsl:text>¶</xsl:text><xsl:value-of select="%s"/>`+"\n", attr(e))
			continue
		}
		fmt.Fprintf(&b, `<xsl:text>¶</xsl:text><xsl:for-each select="%s"><xsl:value-of select="concat(position(), '/', last(), name(), '#', count(ancestor::node()), '[', ., ']')"/></xsl:for-each>`+"\n", attr(e))
	}
	b.WriteString(`</xsl:for-each></xsl:template></xsl:stylesheet>`)
	return exprs, b.String(), doc
}

// TestGeneratedExpressions compares values of every type at every kind of node.
func TestGeneratedExpressions(t *testing.T) {
	wrong := 0
	for seed := range uint64(batches) {
		wrong += expressionBatch(t, seed)
		if wrong > 20 {
			t.Fatal("and so on")
		}
	}
}

func expressionBatch(t *testing.T, seed uint64) (wrong int) {
	t.Helper()
	exprs, sheet, doc := newGenerator(seed).batch()
	want, err := libxslt(t, sheet, doc)
	if err != nil {
		t.Errorf("seed %d: xsltproc: %v", seed, err)
		return 1
	}
	got, err := ours(sheet, doc)
	if err != nil {
		t.Errorf("seed %d: refused: %v", seed, err)
		return 1
	}
	gots, wants := answers(got.text), answers(want)
	for i := range wants {
		if at(gots, i) != wants[i] {
			t.Errorf("seed %d, node %d: %s\n got %q\nwant %q\nin %s", seed, i/each, exprs[i%each], at(gots, i), wants[i], doc)
			return wrong + 1
		}
	}
	return wrong
}

// TestGeneratedStylesheets compares whole results, each stylesheet with several documents.
func TestGeneratedStylesheets(t *testing.T) {
	wrong := 0
	for seed := range uint64(sheets) {
		wrong += sheetBatch(t, seed)
		if wrong > 10 {
			t.Fatal("and so on")
		}
	}
}

func sheetBatch(t *testing.T, seed uint64) int {
	t.Helper()
	g := newGenerator(seed)
	var docs []string
	for range perRun {
		docs = append(docs, g.document())
	}
	sheet := g.sheet()
	want, err := libxslt(t, sheet, docs...)
	if err != nil {
		t.Errorf("seed %d: xsltproc: %v\n%s", seed, err, sheet)
		return 1
	}
	// xsltproc writes the results one after the other, each with a declaration.
	wants := strings.Split(want, `<?xml version="1.0"?>`+"\n")[1:]
	for i, doc := range docs {
		got, err := ours(sheet, doc)
		if err != nil {
			t.Errorf("seed %d: refused: %v\n%s\n%s", seed, err, sheet, doc)
			return 1
		}
		if g, w := normal(t, got.text, "xml", ""), normal(t, at(wants, i), "xml", ""); g != w {
			t.Errorf("seed %d, document %d\n got %s\nwant %s\n%s\n%s", seed, i, g, w, sheet, doc)
			return 1
		}
	}
	return 0
}

// TestGeneratedHTML writes results as HTML and compares what a browser makes of them.
func TestGeneratedHTML(t *testing.T) {
	for seed := range uint64(htmls) {
		g := newGenerator(seed)
		g.html = true
		doc, sheet := g.document(), g.sheet()
		want, err := libxslt(t, sheet, doc)
		if err != nil {
			t.Fatalf("seed %d: xsltproc: %v\n%s", seed, err, sheet)
		}
		got, err := ours(sheet, doc)
		if err != nil {
			t.Fatalf("seed %d: refused: %v\n%s", seed, err, sheet)
		}
		if g, w := normal(t, got.text, "html", sheet), normal(t, want, "html", sheet); got.method != "html" || g != w {
			t.Fatalf("seed %d, method %s\n got %s\nwant %s\n%s\n%s", seed, got.method, g, w, sheet, doc)
		}
	}
}

// FuzzGenerated looks for seeds that nobody has tried.
func FuzzGenerated(f *testing.F) {
	f.Add(uint64(1) << 40)
	f.Fuzz(func(t *testing.T, seed uint64) {
		expressionBatch(t, seed)
		sheetBatch(t, seed)
	})
}
