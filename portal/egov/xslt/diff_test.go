package xslt_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestCases compares us with xsltproc over testdata/cases, where each section is a case: NAME.xsl must come out equal,
// NAME.fails is refused by both, NAME.refused by us alone, and the lines of NAME.expr and NAME.set are expressions.
// NAME.xml is a case's own document; doc.xml is everyone else's. NAME.want is what we write where we differ on purpose;
// [differences] says why.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range files {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { runArchive(t, archive) })
	}
}

func runArchive(t *testing.T, a *txtar.Archive) {
	sections := map[string]string{}
	for _, f := range a.Files {
		if sections[f.Name] != "" {
			t.Errorf("%s is there twice", f.Name)
		}
		sections[f.Name] = string(f.Data)
	}
	for _, f := range a.Files {
		name, kind, _ := strings.Cut(f.Name, ".")
		doc := sections[name+".xml"]
		if doc == "" {
			doc = sections["doc.xml"]
		}
		switch kind {
		case "xsl":
			t.Run(name, func(t *testing.T) { same(t, wrapped(string(f.Data)), doc, sections[name+".want"]) })
		case "fails", "refused":
			t.Run(name, func(t *testing.T) { refused(t, wrapped(string(f.Data)), doc, kind == "fails") })
		case "expr", "set":
			t.Run(name, func(t *testing.T) { expressions(t, strings.Split(strings.TrimSpace(string(f.Data)), "\n"), kind, doc) })
		case "xml", "want":
		default:
			t.Errorf("section %s has no meaning", f.Name)
		}
	}
}

// wrapped makes a stylesheet of what stands for the inside of one.
func wrapped(s string) string {
	for _, start := range []string{"<xsl:stylesheet", "<xsl:transform", "<?xml", "<!DOCTYPE", "<html", "<r/>"} {
		if strings.HasPrefix(s, start) {
			return s
		}
	}
	return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">` + "\n" + s + `</xsl:stylesheet>`
}

// same fails when the two do not agree on what comes out, or agree although a difference is on record.
func same(t *testing.T, sheet, doc, instead string) {
	t.Helper()
	want, err := libxslt(t, sheet, doc)
	if err != nil && instead == "" {
		t.Fatalf("xsltproc: %v", err)
	}
	if _, known := differences()[t.Name()]; known != (instead != "") {
		t.Error("a difference needs both a section .want and its reason")
	}
	got, err := ours(sheet, doc)
	switch {
	case err != nil:
		t.Fatalf("refused, and xsltproc writes %q: %v", want, err)
	case instead == "":
		compare(t, got, want, sheet)
	default:
		if normal(t, want, got.method, sheet) == normal(t, instead, got.method, sheet) {
			t.Error("xsltproc does as we do: the difference is none")
		}
		compare(t, got, instead, sheet)
	}
}

func compare(t *testing.T, got result, want, sheet string) {
	t.Helper()
	g, w := normal(t, got.text, got.method, sheet), normal(t, want, got.method, sheet)
	if g != w {
		t.Errorf("\n got %q\nwant %q", g, w)
	}
}

func refused(t *testing.T, sheet, doc string, both bool) {
	t.Helper()
	if out, err := libxslt(t, sheet, doc); both && err == nil {
		t.Errorf("xsltproc writes %q", out)
	}
	got, err := ours(sheet, doc)
	if err == nil {
		t.Errorf("wrote %q", got.text)
	}
}

// expressions asks for many values by one stylesheet, and one by one where that fails.
func expressions(t *testing.T, list []string, kind, doc string) {
	t.Helper()
	sheet := asking(list, kind)
	want, err := libxslt(t, sheet, doc)
	if err != nil {
		for _, e := range list {
			if _, err := libxslt(t, asking([]string{e}, kind), doc); err != nil {
				t.Errorf("xsltproc refuses %s: %v", e, err)
			}
		}
		t.FailNow()
	}
	wants := answers(want)
	gots := make([]string, len(list))
	if got, err := ours(sheet, doc); err == nil {
		gots = answers(got.text)
	} else {
		for i, e := range list {
			gots[i] = "refused: " + err.Error()
			if got, err := ours(asking([]string{e}, kind), doc); err == nil {
				gots[i] = answers(got.text)[0]
			} else {
				gots[i] = "refused: " + err.Error()
			}
		}
	}
	for i, e := range list {
		if d, ok := differences()[t.Name()+": "+e]; ok {
			wants[i] = d.want
		}
		if at(gots, i) != wants[i] {
			t.Errorf("%s\n got %q\nwant %q", e, at(gots, i), at(wants, i))
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}

func answers(text string) []string { return strings.Split(strings.TrimPrefix(text, "¶"), "¶") }

// asking writes a stylesheet that evaluates each expression at the third of the elements named here.
func asking(list []string, kind string) string {
	var b strings.Builder
	b.WriteString(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:p="urn:p" xmlns:q="urn:q"><xsl:output method="text" encoding="UTF-8"/>
<xsl:variable name="n" select="7"/><xsl:variable name="s" select="'山田 花子'"/><xsl:variable name="b" select="true()"/><xsl:variable name="set" select="//item"/>
<xsl:variable name="rtf"><x>1</x><x>2</x></xsl:variable><xsl:variable name="nan" select="0 div 0"/><xsl:variable name="empty" select="//zzz"/>
<xsl:template match="/"><xsl:for-each select="//here"><xsl:if test="position() = 3">`)
	for _, e := range list {
		e = strings.NewReplacer("<", "&lt;", `"`, "&quot;").Replace(e)
		if kind == "expr" {
			fmt.Fprintf(&b, `<xsl:text>¶</xsl:text><xsl:value-of select="%s"/>`+"\n", e)
			continue
		}
		fmt.Fprintf(&b, `<xsl:text>¶</xsl:text><xsl:for-each select="%s"><xsl:value-of select="concat(position(), '/', last(), name(), '#', count(ancestor::node()), '[', ., ']')"/></xsl:for-each>`+"\n", e)
	}
	b.WriteString(`</xsl:if></xsl:for-each></xsl:template></xsl:stylesheet>`)
	return b.String()
}

// libxslt returns what xsltproc writes, in UTF-8.
func libxslt(t testing.TB, sheet string, docs ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	args := []string{"--nonet", "--nowrite", "--nomkdir", write(t, dir, "sheet.xsl", sheet)}
	for i, d := range docs {
		args = append(args, write(t, dir, fmt.Sprintf("doc%d.xml", i), d))
	}
	out, err := xsltproc(t, args...)
	if err != nil {
		return "", err
	}
	return fromEncoding(t, out, sheet), nil
}

func write(t testing.TB, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// futureVersion is what xsltproc says of a version that it processes in forwards-compatible mode.
const futureVersion = "xsl:version: only 1.1 features are supported"

// xsltproc runs Debian's xsltproc. That it exits with 0 and says something of an error all the same is an error too:
// it goes on after many of them.
func xsltproc(t testing.TB, args ...string) ([]byte, error) {
	t.Helper()
	var out, said bytes.Buffer
	cmd := exec.Command("xsltproc", args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatal("xsltproc is not installed: run the tests with .ci/test, which brings it")
	}
	if err == nil && strings.Contains(said.String(), "error:") && !strings.Contains(said.String(), futureVersion) {
		err = errors.New("exit status 0")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %.300s", err, said.String())
	}
	return out.Bytes(), nil
}
