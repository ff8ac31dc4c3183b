package page

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// TestDeedsHaveWords finds every deed that can be in the log: each has words, and so a place in the list to choose from.
func TestDeedsHaveWords(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "store", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, deedsIn(t, file)...)
	}
	if len(found) < 40 {
		t.Fatalf("found %d deeds only", len(found))
	}
	for _, lang := range Languages() {
		words := newPages(t).Words(lang)
		listed := words.deeds()
		for _, deed := range found {
			if !slices.Contains(listed, deed) {
				t.Errorf("the deed %s has no words in %s", deed, lang)
			}
		}
		if len(listed) != len(found) {
			t.Errorf("%d deeds have words in %s, and there are %d", len(listed), lang, len(found))
		}
	}
}

// deedsIn returns the values of a file's constants of type Deed.
func deedsIn(t *testing.T, file *ast.File) (found []string) {
	t.Helper()
	for n := range ast.Preorder(file) {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if of, ok := v.Type.(*ast.Ident); !ok || of.Name != "Deed" {
			continue
		}
		for _, value := range v.Values {
			text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, text)
		}
	}
	return found
}
