package xslt_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloudpocket/portal/egov/xslt"
)

var update = flag.Bool("update", false, "write what comes out into testdata, to be looked at")

// TestGolden goes through testdata/golden: under each ### name the top-level elements of a stylesheet, a line ====, and
// what comes out for document.xml. Where they name no output, it is XML without a declaration.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	doc := load(t, "testdata/golden/document.xml")
	for _, file := range files {
		var all strings.Builder
		for _, c := range strings.Split(load(t, file), "### ")[1:] {
			name, rest, _ := strings.Cut(c, "\n")
			top, want, _ := strings.Cut(rest, "\n====\n")
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+name, func(t *testing.T) {
				out, err := transform(t, goldenSheet(top), doc, xslt.Budget{})
				if err != nil {
					t.Fatal(err)
				}
				got := strings.TrimRight(string(out.Bytes), "\n")
				if want = strings.TrimRight(want, "\n"); got != want && !*update {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				all.WriteString("### " + name + "\n" + strings.TrimRight(top, "\n") + "\n====\n" + got + "\n")
			})
		}
		if *update {
			save(t, file, all.String())
		}
	}
}

func goldenSheet(top string) string {
	if !strings.Contains(top, "<xsl:output") {
		top = `<xsl:output omit-xml-declaration="yes"/>` + top
	}
	return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:u="urn:u"` +
		` exclude-result-prefixes="u">` + top + `</xsl:stylesheet>`
}

// TestExpressionRows goes through testdata/expressions.txt: on each line an expression, a tab, and its string-value at the
// second row of expressions.xml.
func TestExpressionRows(t *testing.T) {
	doc := load(t, "testdata/expressions.xml")
	var all strings.Builder
	for line := range strings.Lines(load(t, "testdata/expressions.txt")) {
		expr, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		t.Run(expr, func(t *testing.T) {
			out, err := transform(t, rowSheet(expr), doc, xslt.Budget{})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(string(out.Bytes), "\n", `\n`)
			if got != want && !*update {
				t.Errorf("got %q, want %q", got, want)
			}
			all.WriteString(expr + "\t" + got + "\n")
		})
	}
	if *update {
		save(t, "testdata/expressions.txt", all.String())
	}
}

func rowSheet(expr string) string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;")
	return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:u="urn:u">` +
		`<xsl:output method="text"/><xsl:variable name="n" select="7"/><xsl:variable name="s" select="'text'"/>` +
		`<xsl:variable name="rows" select="//row"/><xsl:variable name="rtf"><a>1</a><b>2</b></xsl:variable>` +
		`<xsl:template match="/"><xsl:for-each select="/list/row[2]"><xsl:value-of select="` + escape.Replace(expr) +
		`"/></xsl:for-each></xsl:template></xsl:stylesheet>`
}

func load(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func save(t testing.TB, file, s string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(s), 0o644); err != nil {
		t.Fatal(err)
	}
}
