package page

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// look is one way in which a page is looked at.
type look struct {
	width int64
	lang  string
	theme string
}

// looks are those of every run; with CLOUDPOCKET_SHOTS set, all there are.
func looks() []look {
	if os.Getenv("CLOUDPOCKET_SHOTS") == "" {
		return []look{{1280, "ja", "light"}, {320, "en", "dark"}}
	}
	var all []look
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			for _, lang := range Languages() {
				all = append(all, look{width, lang, theme})
			}
		}
	}
	return all
}

// TestPagesInChromium looks at every page with every set of data as a reader does: axe-core finds nothing against WCAG
// 2.2 AA, and nothing has to be scrolled sideways. 320 pixels are a window of 1280
// at 400 % (WCAG 1.4.10).
func TestPagesInChromium(t *testing.T) {
	axe, err := os.ReadFile(os.Getenv("CLOUDPOCKET_TEST_AXE"))
	if err != nil {
		t.Fatalf("CLOUDPOCKET_TEST_AXE must name axe-core's file; run the tests by .ci/test, which brings it: %v", err)
	}
	p := newPages(t)
	server := httptest.NewServer(gallery(t, p))
	t.Cleanup(server.Close)
	browsers := map[string]context.Context{"light": chromium(t, "1"), "dark": chromium(t, "0")}
	for _, l := range looks() {
		ctx := browsers[l.theme]
		do(t, ctx, chromedp.EmulateViewport(l.width, 900))
		if dark := do(t, ctx, chromedp.Evaluate[bool](`matchMedia("(prefers-color-scheme: dark)").matches`)); dark != (l.theme == "dark") {
			t.Fatalf("the browser is not %s", l.theme)
		}
		for _, e := range exhibits() {
			t.Run(fmt.Sprintf("%s.%s.%d.%s", e.name, l.lang, l.width, l.theme), func(t *testing.T) {
				do(t, ctx, chromedp.Navigate(server.URL+"/"+l.lang+"/"+e.name))
				inspect(t, ctx, string(axe))
				if shots := os.Getenv("CLOUDPOCKET_SHOTS"); shots != "" {
					name := strings.ReplaceAll(strings.TrimPrefix(t.Name(), "TestPagesInChromium/"), "/", ".")
					if err := os.WriteFile(filepath.Join(shots, name+".png"), do(t, ctx, chromedp.FullScreenshot(100)), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}

// gallery serves the exhibits at /{lang}/{name} under the policy that pages have. Nothing leads away from there.
func gallery(t *testing.T, p *Pages) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(AssetPrefix, p.Assets)
	for _, e := range exhibits() {
		for _, lang := range Languages() {
			body := e.render(t, p, lang).Body.String()
			body = strings.ReplaceAll(body, `http-equiv="refresh"`, `name="refresh"`)
			mux.HandleFunc("/"+lang+"/"+e.name, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'")
				fmt.Fprint(w, body)
			})
		}
	}
	return mux
}

// inspect fails for everything that is wrong with the page in front.
func inspect(t *testing.T, ctx context.Context, axe string) {
	t.Helper()
	do(t, ctx, chromedp.Evaluate[chromedp.Void](axe))
	found := do(t, ctx, chromedp.Evaluate[string](`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => JSON.stringify({passes: r.passes.length, violations: r.violations.map(v =>
			v.id + ": " + v.help + " — " + v.nodes.map(n => n.target + " " + n.any.map(c => c.message)).slice(0, 3).join(" | "))}))`,
		chromedp.EvalAwaitPromise))
	var result struct {
		Passes     int
		Violations []string
	}
	if err := json.Unmarshal([]byte(found), &result); err != nil {
		t.Fatal(err)
	}
	for _, v := range result.Violations {
		t.Error(v)
	}
	if result.Passes < 10 {
		t.Errorf("only %d rules held: the page was hardly looked at", result.Passes)
	}
	if over := do(t, ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth - document.documentElement.clientWidth")); over > 0 {
		t.Errorf("%d pixels wider than the window", over)
	}
}

func chromium(t *testing.T, scheme string) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("blink-settings", "preferredColorScheme="+scheme), chromedp.Flag("hide-scrollbars", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if _, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func do[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	v, err := chromedp.Run(limit, a)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
