package clean_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/egov/clean"
)

// gallery serves every vector, as it is below /raw/ and cleaned below /clean/, and remembers what was asked for
// elsewhere. No policy helps the cleaned ones.
type gallery struct {
	mu    sync.Mutex
	asked map[string]bool
}

func (g *gallery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	kind, n := "", -1
	if parts := strings.Split(r.URL.Path, "/"); len(parts) == 3 {
		kind = parts[1]
		n, _ = strconv.Atoi(parts[2])
	}
	switch {
	case r.URL.Path == "/all/raw" || r.URL.Path == "/all/clean":
		for i := range vectors {
			fmt.Fprintf(w, `<iframe src="/%s/%d"></iframe>`, strings.TrimPrefix(r.URL.Path, "/all/"), i)
		}
	case kind == "raw":
		fmt.Fprint(w, vectors[n])
	case kind == "clean":
		p, err := clean.HTML(r.Context(), []byte(vectors[n]), clean.Options{})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(p.HTML)
	case r.URL.Path != "/favicon.ico":
		g.mu.Lock()
		defer g.mu.Unlock()
		g.asked[r.URL.String()+" from "+r.Referer()] = true
	}
}

// TestNothingRunsInChromium opens every vector in a browser that has scripts on. The raw ones show that the test sees
// what runs and what is loaded.
func TestNothingRunsInChromium(t *testing.T) {
	g := &gallery{asked: map[string]bool{}}
	url := interop.Serve(t, "pocket.localhost", g)
	p := interop.Browser(t).Page(t, interop.Desktop(), "en")
	p.Do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `window.ran = () => fetch("/ran" + location.pathname)`})
		return chromedp.Void{}, err
	})
	p.Open(url + "/all/clean")
	p.Eval(`new Promise(done => setTimeout(done, 500))`)
	g.mu.Lock()
	for what := range g.asked {
		t.Errorf("a cleaned page asked for %s", what)
	}
	g.mu.Unlock()
	p.Open(url + "/all/raw")
	p.Eval(`new Promise(done => setTimeout(done, 500))`)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.asked) < 60 {
		t.Errorf("only %d of the raw vectors did anything", len(g.asked))
	}
}

// TestOfficialPagesPrintOnePerSheet prints pages of 640 × 940 px as a browser does with the paper that the page asks
// for: A4, one page to a sheet, whether the stylesheet breaks pages itself or leaves that to their height.
func TestOfficialPagesPrintOnePerSheet(t *testing.T) {
	sheet := `<div style="width:640px;height:940px;position:relative;page-break-after:always"><table width="640"><tr><td>頁</td></tr></table></div>`
	long := strings.Repeat(`<tr><td style="height:40px">行</td></tr>`, 60)
	for _, c := range []struct {
		name, body string
		pages      int
	}{
		{"three pages", strings.Repeat(sheet, 3), 3},
		{"three pages without the last break", strings.Repeat(sheet, 2) + strings.Replace(sheet, "always", "auto", 1), 3},
		{"a table over sheets", "<table>" + long + "</table>", 3},
		{"the document's own paper", "<style>@page{size:A3}</style><table>" + long + "</table>", 2},
	} {
		p, err := clean.HTML(t.Context(), []byte("<html><body>"+c.body+"</body></html>"), clean.Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if n := printed(t, p.HTML); n != c.pages {
			t.Errorf("%s: %d sheets, want %d", c.name, n, c.pages)
		}
	}
}

// printed returns how many sheets of paper a page takes.
func printed(t *testing.T, html []byte) int {
	t.Helper()
	url := interop.Serve(t, "pocket.localhost", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", clean.Policy)
		_, _ = w.Write(html)
	}))
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(url)
	var pdf []byte
	p.Do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		out, err := cdp.Call(ctx, target, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true), PrintBackground: new(true)})
		pdf = out.Data
		return chromedp.Void{}, err
	})
	return strings.Count(string(pdf), "/Type /Page\n")
}
