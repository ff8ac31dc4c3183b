package page

import (
	"io/fs"
	"regexp"
	"testing"
)

// TestPartsAreNamedOnce demands that what pages share has names of its own: a second part of a name would take the first
// one's place on every page.
func TestPartsAreNamedOnce(t *testing.T) {
	defined, in := regexp.MustCompile(`{{define "([^"]+)"`), map[string]string{}
	for _, name := range sharedTemplates() {
		b, err := fs.ReadFile(templateFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range defined.FindAllStringSubmatch(string(b), -1) {
			if before, twice := in[m[1]]; twice {
				t.Errorf("%q is in %s and in %s", m[1], before, name)
			}
			in[m[1]] = name
		}
	}
	for page := range frames() {
		b, err := fs.ReadFile(templateFiles, "templates/"+page+".html")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range defined.FindAllStringSubmatch(string(b), -1) {
			if shared, twice := in[m[1]]; twice {
				t.Errorf("%q of page %s is in %s too", m[1], page, shared)
			}
		}
	}
}
