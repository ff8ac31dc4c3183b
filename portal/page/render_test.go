package page

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// maxPage is how many bytes a page may have without the document (100 KB), and its style and scripts with it.
const maxPage = 100 << 10

// maxThousand is how many bytes the form may have that offers a thousand offices: an ID and a name for each.
const maxThousand = 150 << 10

// machineDate is a text that is nothing but a date that no person writes.
var machineDate = regexp.MustCompile(`>\d{4}-\d{2}-\d{2}<`)

func TestEveryPageInBothLanguages(t *testing.T) {
	p := newPages(t)
	shots := os.Getenv("CLOUDPOCKET_SHOTS")
	for _, e := range exhibits() {
		for _, lang := range Languages() {
			t.Run(e.name+"/"+lang, func(t *testing.T) {
				w := e.render(t, p, lang)
				body := w.Body.String()
				checkMarkup(t, body, lang)
				if strings.Contains(body, "<no value>") || strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "{{") {
					t.Error("a place of the template was not filled")
				}
				if date := machineDate.FindString(body); date != "" {
					t.Errorf("a date is written as machines do: %s", date)
				}
				limit := maxPage
				if e.name == "publish-thousand" {
					limit = maxThousand
				}
				if len(body) > limit {
					t.Errorf("%d bytes, over %d", len(body), limit)
				}
				if shots != "" {
					keepShot(t, p, filepath.Join(shots, e.name+"."+lang+".html"), body)
				}
			})
		}
	}
}

func TestEveryFrameIsShown(t *testing.T) {
	shown := strings.Builder{}
	for _, e := range exhibits() {
		shown.WriteString(" " + e.name)
	}
	for name := range frames() {
		if !strings.Contains(shown.String(), " "+name) {
			t.Errorf("page %s is in no exhibit", name)
		}
	}
}

// checkMarkup holds a page to what the policy and a screen reader need: nothing inline, one h1, a main landmark, a
// language, and a label for every field.
func checkMarkup(t *testing.T, body, lang string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	count, ids, labels := map[string]int{}, map[string]bool{}, map[string]bool{}
	var fields []*html.Node
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		if id := attr(n, "id"); id != "" && ids[id] {
			t.Errorf("id %q is there twice", id)
		} else {
			ids[id] = true
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("<%s> has %s, which the policy stops", n.Data, a.Key)
			}
		}
		switch n.Data {
		case "script":
			if attr(n, "src") == "" {
				t.Error("an inline script")
			}
		case "style":
			t.Error("an inline style")
		case "html":
			if attr(n, "lang") != lang {
				t.Errorf("lang is %q", attr(n, "lang"))
			}
		case "label":
			labels[attr(n, "for")] = true
		case "input", "select", "textarea":
			fields = append(fields, n)
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 {
		t.Errorf("%d h1, %d main, %d title; each is wanted once", count["h1"], count["main"], count["title"])
	}
	for _, n := range fields {
		if attr(n, "type") != "hidden" && !labels[attr(n, "id")] && !within(n, "label") {
			t.Errorf("field %q has no label", attr(n, "name"))
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func within(n *html.Node, name string) bool {
	for a := range n.Ancestors() {
		if a.Data == name {
			return true
		}
	}
	return false
}

// keepShot writes a page and its assets so that a browser can open them as files.
func keepShot(t *testing.T, p *Pages, name, body string) {
	t.Helper()
	body = strings.ReplaceAll(body, AssetPrefix+p.Assets.hash+"/", "assets/")
	if err := os.MkdirAll(filepath.Join(filepath.Dir(name), "assets"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	for asset, b := range p.Assets.files {
		if err := os.WriteFile(filepath.Join(filepath.Dir(name), "assets", asset), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
