package developers_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/developers"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/portal/widget"
	"cloudpocket/store"
)

// withWidget are the pages and the element, as the service serves both.
func withWidget(t *testing.T) string {
	t.Helper()
	var h http.Handler
	url := interop.Serve(t, "pocket.localhost", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	log := slog.New(slog.DiscardHandler)
	pages, err := page.New(page.Config{Start: func(store.ID, string) string { return "/" }, SignIn: "/sign-in", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	rt := route.New(route.Config{Errors: pages, Sentence: pages.Sentence, Log: log, Now: time.Now, Origin: url})
	rt.Assets(page.AssetPrefix, pages.Assets)
	wi, err := widget.New(widget.Config{Pages: pages, Now: time.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	wi.Mount(rt)
	developers.Mount(rt, developers.Config{Pages: pages, BaseURL: url})
	h = rt
	return url
}

// becomes waits until an expression is what is wanted.
func becomes(t *testing.T, p *interop.Page, expression, want string) {
	t.Helper()
	got := ""
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if got = p.Eval(`(() => { try { return String(` + expression + `) } catch (e) { return "" } })()`); strings.Contains(got, want) {
			return
		}
	}
	t.Fatalf("%s is %q, want %q in it; the console says %q", expression, got, want, p.Errors())
}

const inside = `document.querySelector("cloud-pocket").shadowRoot.querySelector("iframe").contentDocument`

// TestPlayground goes through the playground as a developer does.
func TestPlayground(t *testing.T) {
	url := withWidget(t)
	browser := interop.Browser(t)
	for _, look := range []struct {
		screen interop.Screen
		lang   string
	}{{interop.Desktop(), "ja"}, {interop.Phone(), "en"}} {
		p := browser.Page(t, look.screen, look.lang)
		p.Open(url + "/developers/playground")
		becomes(t, p, `document.getElementById("told").textContent`, "ready {")
		becomes(t, p, `document.getElementById("told").textContent`, `unread {"version":1,"unread":3,"pending":2}`)
		becomes(t, p, inside+`.querySelector("tbody .c-title").textContent`, "標準報酬決定通知書")
		for _, v := range p.Axe() {
			t.Errorf("%s", v)
		}
		if over := p.Eval("document.documentElement.scrollWidth - document.documentElement.clientWidth"); over != "0" {
			t.Errorf("%s pixels wider than the window", over)
		}
		p.Shot(fmt.Sprintf("dev-playground.%s.%d", look.lang, look.screen.Width))
		p.Eval(inside + `.querySelector("tbody .c-title a").click()`)
		becomes(t, p, `document.getElementById("told").textContent`, `opened {"version":1,"delivery":"mock-1"}`)
		becomes(t, p, `document.getElementById("told").textContent`, `"unread":2,"pending":2`)
		becomes(t, p, `String(!!`+inside+`.querySelector("iframe[src^='/embed/mock/at/deliveries/mock-1/parts/1']"))`, "true")
		notice := p.Frame(url + "/embed/mock/at/deliveries/mock-1/parts/1") // pictures of the page show it blank: it is painted later
		if text := notice.Text("body"); !strings.Contains(text, "見本 一郎") {
			t.Errorf("the notice shows %q", text)
		}
		if over := notice.Eval("document.documentElement.scrollHeight - innerHeight"); look.screen == interop.Desktop() && over != "0" {
			t.Errorf("%s pixels of the notice have to be scrolled to", over)
		}
		p.Shot(fmt.Sprintf("dev-playground-paper.%s.%d", look.lang, look.screen.Width))
		if errs := p.Errors(); len(errs) > 0 {
			t.Errorf("the console says %q", errs)
		}
	}
	p := browser.Page(t, interop.Desktop(), "en")
	p.Open(url + "/developers/playground")
	set := func(name, value string) {
		p.Eval(fmt.Sprintf(`(() => { const e = document.getElementById(%q); e.value = %q; e.dispatchEvent(new Event("change", {bubbles: true})); })()`, name, value))
	}
	set("accent", "#0a6e4f")
	becomes(t, p, `document.getElementById("s-markup").textContent`, `pocket.theme = {"accent":"#0a6e4f"};`)
	becomes(t, p, `getComputedStyle(`+inside+`.documentElement).getPropertyValue("--accent")`, "#0a6e4f")
	set("mode", "badge")
	becomes(t, p, `document.querySelector("cloud-pocket").shadowRoot.textContent`, "3")
	set("mode", "tray")
	becomes(t, p, `document.querySelector("cloud-pocket").shadowRoot.querySelector("iframe") && `+inside+`.body.textContent`, "mock-package-2")
	set("mode", "document")
	becomes(t, p, inside+`.querySelector("h1").textContent`, "標準報酬決定通知書")
	set("width", "narrow")
	becomes(t, p, `String(document.getElementById("stage").getBoundingClientRect().width <= 340)`, "true")
}
