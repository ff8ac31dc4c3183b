package developers_test

import (
	"bytes"
	"flag"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"cloudpocket/portal/developers"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

var update = flag.Bool("update", false, "copy the examples into the snippets")

const base = "https://pocket.example.jp"

// served are the pages as strangers get them.
func served(t *testing.T) http.Handler {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	pages, err := page.New(page.Config{Start: func(store.ID, string) string { return "/" }, SignIn: "/sign-in", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	rt := route.New(route.Config{Errors: pages, Sentence: pages.Sentence, Log: log, Now: time.Now})
	rt.Assets(page.AssetPrefix, pages.Assets)
	developers.Mount(rt, developers.Config{Pages: pages, BaseURL: base})
	return rt
}

func get(t *testing.T, h http.Handler, path, lang string) (int, string) {
	t.Helper()
	r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
	r.Header.Set("Accept-Language", lang)
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// linked returns the local addresses that a page leads to below /developers.
func linked(t *testing.T, body string) (all []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if n.Data == "a" && a.Key == "href" && strings.HasPrefix(a.Val, developers.Path) {
				all = append(all, a.Val)
			}
		}
	}
	return all
}

// TestEveryChapterAndLink follows every link from the first chapter, in both languages.
func TestEveryChapterAndLink(t *testing.T) {
	h := served(t)
	for _, lang := range page.Languages() {
		seen := map[string]bool{}
		for queue := []string{developers.Path}; len(queue) > 0; queue = queue[1:] {
			if seen[queue[0]] {
				continue
			}
			seen[queue[0]] = true
			code, body := get(t, h, queue[0], lang)
			if code != http.StatusOK || !strings.Contains(body, `lang="`+lang+`"`) || strings.Contains(body, "{{") {
				t.Errorf("%s in %s answers %d: %.300s", queue[0], lang, code, body)
			}
			if strings.Contains(body, "pocket.example/") || strings.Contains(body, `pocket.example"`) {
				t.Errorf("%s has an address that is not this service's", queue[0])
			}
			for _, to := range linked(t, body) {
				if !strings.Contains(to, "lang=") {
					queue = append(queue, to)
				}
			}
		}
		if len(seen) < 10 {
			t.Errorf("only %d chapters were found", len(seen))
		}
	}
	for _, path := range []string{"/developers/none", "/developers/start", "/developers/", "/developers/security/x"} {
		if code, _ := get(t, h, path, "ja"); code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, code)
		}
	}
}

// TestSnippetsAreTheExamples holds the code to copy to the examples that can be run; -update copies them.
func TestSnippetsAreTheExamples(t *testing.T) {
	elsewhere := map[string]string{"node-express/index.html": "node-express/public/index.html", "go/keys.go": "go/keys/main.go"}
	names, err := fs.Glob(os.DirFS("snippets"), "*/*.txt")
	if err != nil || len(names) < 15 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		from := strings.TrimSuffix(name, ".txt")
		if strings.HasPrefix(from, "sh/") || strings.HasPrefix(from, "page/") {
			continue // lines of a shell, or a part of a page
		}
		if at, ok := elsewhere[from]; ok {
			from = at
		}
		want, err := os.ReadFile(filepath.Join("..", "..", "examples", "embed", from))
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(filepath.Join("snippets", name), want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(filepath.Join("snippets", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not examples/embed/%s: run this test with -update (%v)", name, from, err)
		}
	}
}
