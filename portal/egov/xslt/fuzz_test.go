package xslt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt"
)

// FuzzTransform compiles anything and applies it to anything: no panic, refusals of this package's kind only, and no
// more output than the budget has.
func FuzzTransform(f *testing.F) {
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	doc := load(f, "testdata/golden/document.xml")
	for _, file := range files {
		for _, c := range strings.Split(load(f, file), "### ")[1:] {
			_, rest, _ := strings.Cut(c, "\n")
			top, _, _ := strings.Cut(rest, "\n====\n")
			f.Add(goldenSheet(top), doc)
		}
	}
	style, err := os.ReadFile("testdata/notice.xsl")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(style), string(notice(2)))
	f.Fuzz(func(t *testing.T, style, data string) {
		small := xslt.Budget{Steps: 100_000, Memory: 1 << 20, Output: 1 << 16, Depth: 200}
		s, err := xslt.Compile([]byte(style), small)
		if refusal(t, err) {
			return
		}
		doc, err := tree.Parse([]byte(data), tree.Limits{Nodes: 2000})
		if err != nil {
			return
		}
		out, err := s.Transform(context.Background(), doc, small)
		if !refusal(t, err) && len(out.Bytes) > small.Output {
			t.Errorf("%d bytes come out", len(out.Bytes))
		}
	})
}

// FuzzExpression evaluates anything that may be an expression.
func FuzzExpression(f *testing.F) {
	for line := range strings.Lines(load(f, "testdata/expressions.txt")) {
		expr, _, _ := strings.Cut(line, "\t")
		f.Add(expr)
	}
	doc, err := tree.Parse([]byte(load(f, "testdata/expressions.xml")), tree.Limits{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		small := xslt.Budget{Steps: 100_000, Memory: 1 << 20}
		s, err := xslt.Compile([]byte(rowSheet(expr)), small)
		if refusal(t, err) {
			return
		}
		_, err = s.Transform(context.Background(), doc, small)
		refusal(t, err)
	})
}

// refusal tells whether there is an error, which must be a refusal.
func refusal(t *testing.T, err error) bool {
	t.Helper()
	var r *xslt.Refusal
	if err != nil && !errors.As(err, &r) {
		t.Fatalf("%T is no refusal: %v", err, err)
	}
	return err != nil
}
