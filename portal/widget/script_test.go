package widget

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// maxScript is how many bytes of the element's script a partner's page may have to wait for.
const maxScript = 4 << 10

func TestScriptIsSmall(t *testing.T) {
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(a.files["embed.js"]); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("embed.js: %d bytes, %d with gzip", len(a.files["embed.js"]), b.Len())
	if b.Len() > maxScript {
		t.Errorf("embed.js is %d bytes with gzip, want at most %d", b.Len(), maxScript)
	}
}

// TestTypesAgree holds the declarations against what the scripts know.
func TestTypesAgree(t *testing.T) {
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	types, element, talk := string(a.files["embed.d.ts"]), string(a.files["embed.js"]), string(a.files["talk.js"])
	for _, tt := range []struct{ name, of, begin, end, pattern, in, from, to, same string }{
		{"events", types, "interface Events {", "\n}", `(?m)^\s+(\w+): Version`, element, "const tells = {", "};", `(\w+): (?:\{|counts|one)`},
		{"modes", types, "type Mode =", ";", `"(\w+)"`, talk, "mode: among(", ")", `"(\w+)"`},
		{"attributes", types, "interface Attributes {", "\n}", `(?m)^\s+(\w+)\??:`, element, "const anew = [", "#theme;", `"(src|client|mode|office|document|lang|scheme|label)"`},
		{"schemes", types, "scheme?:", ";", `"(\w+)"`, talk, "scheme: among(", ")", `"(\w+)"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			declared, known := names(t, tt.of, tt.begin, tt.end, tt.pattern), names(t, tt.in, tt.from, tt.to, tt.same)
			if !slices.Equal(declared, known) {
				t.Errorf("declared are %q, known are %q", declared, known)
			}
		})
	}
}

// names are what pattern finds between begin and end, in order of the alphabet.
func names(t *testing.T, text, begin, end, pattern string) []string {
	t.Helper()
	_, rest, _ := strings.Cut(text, begin)
	part, _, found := strings.Cut(rest, end)
	var all []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(part, -1) {
		all = append(all, m[1])
	}
	if !found || len(all) == 0 {
		t.Fatalf("nothing after %q", begin)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
