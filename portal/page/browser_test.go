package page

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"cloudpocket/cmd/app/interop"
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
	url := interop.Serve(t, "pocket.localhost", gallery(t, newPages(t)))
	browser := interop.Browser(t)
	for n, l := range looks() {
		t.Run(fmt.Sprintf("%s.%d.%s", l.lang, l.width, l.theme), func(t *testing.T) {
			p := browser.Page(t, interop.Screen{Width: l.width, Height: 900}, l.lang)
			inTheme(p, l.theme)
			for i, e := range exhibits() {
				if n == 0 && len(looks()) == 2 && i%2 == 1 {
					continue // judged in the other look; all are laid out there, where room is scarce
				}
				p.Open(url + "/" + l.lang + "/" + e.name)
				faults := awry(p)
				if len(looks()) > 2 || i%2 == n { // each of two looks has every other page judged by axe-core
					faults = append(faults, inspect(t, p, string(axe))...)
				}
				for _, fault := range faults {
					t.Errorf("%s: %s", e.name, fault)
				}
				p.Shot(fmt.Sprintf("%s.%s.%d.%s", e.name, l.lang, l.width, l.theme))
			}
		})
	}
}

// inTheme makes the reader prefer light or dark.
func inTheme(p *interop.Page, theme string) {
	prefers := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: prefers})
		return err
	}))
}

// gallery serves the exhibits at /{lang}/{name} under the policy that pages have. Nothing leads away from there.
func gallery(t *testing.T, p *Pages) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(AssetPrefix, p.Assets)
	for _, e := range exhibits() {
		for _, lang := range Languages() {
			body := e.render(t, p, lang).Body.String()
			body = strings.ReplaceAll(body, `http-equiv="refresh"`, `name="refresh"`)
			if strings.HasPrefix(e.name, "within-") {
				body = framed(t, p, lang, body)
			}
			mux.HandleFunc("/"+lang+"/"+e.name, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'none'")
				fmt.Fprint(w, body)
			})
		}
	}
	return mux
}

// framed puts what an embed shows into a page, as the script of its frame does.
func framed(t *testing.T, p *Pages, lang, body string) string {
	style, err := p.Assets.Path("style.css")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`<!doctype html><html lang=%q><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="stylesheet" href=%q>`, lang, style) +
		strings.Replace(body, "</title>", `</title></head><body class="embed">`, 1)
}

// inspect returns everything that is wrong with the page in front, rules of good practice that no standard has included.
func inspect(t *testing.T, p *interop.Page, axe string) []string {
	t.Helper()
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[chromedp.Void](axe)(ctx, t)
		return err
	}))
	found := p.Eval(`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => JSON.stringify({passes: r.passes.length, violations: r.violations.map(v =>
			v.id + ": " + v.help + " — " + v.nodes.map(n => n.target + " " + n.any.map(c => c.message)).slice(0, 3).join(" | "))}))`)
	var result struct {
		Passes     int
		Violations []string
	}
	if err := json.Unmarshal([]byte(found), &result); err != nil {
		t.Fatal(err)
	}
	if result.Passes < 10 {
		result.Violations = append(result.Violations, fmt.Sprintf("only %d rules held: the page was hardly looked at", result.Passes))
	}
	return result.Violations
}

// awry returns what no rule of accessibility knows of: what has to be scrolled sideways, buttons that have swollen, a
// current place that lies out of sight in its row of links, and boxes to tick that do not stand in front of what they are for.
func awry(p *interop.Page) []string {
	found := p.Eval(`(() => {
		const box = (e) => e.getBoundingClientRect();
		const name = (e) => e.innerText.trim().slice(0, 40);
		const seen = [];
		const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
		if (over) seen.push(over + " pixels wider than the window");
		seen.push(...[...document.querySelectorAll(".button")].filter((b) => box(b).height > 120).map((b) => "a button as high as " + box(b).height + ": " + name(b)));
		for (const here of document.querySelectorAll(".menu [aria-current], .parts [aria-current]"))
			if (box(here).left < 0 || box(here).left > innerWidth - 44) seen.push("out of sight: " + name(here));
		for (const tick of document.querySelectorAll(".c-pick, .c-tick")) {
			if (!box(tick).width) continue; // there is nothing to tick in this row
			const title = tick.parentElement.querySelector("td ~ .c-title, .c-title");
			if (title && tick.tagName === "TD" && (box(tick).right > box(title).left + 1 || box(tick).bottom < box(title).top)) seen.push("not in front of what it is for: " + name(title));
		}
		return seen.slice(0, 3).join("\n");
	})()`)
	if found == "" {
		return nil
	}
	return strings.Split(found, "\n")
}
