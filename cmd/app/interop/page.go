package interop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// pageWithin is how long a page's methods wait unless [Page.Within] says otherwise.
const pageWithin = 45 * time.Second

// Screen is the size of a page in CSS pixels and the kind of device.
type Screen struct {
	Width, Height int64
	Mobile        bool
}

// A desk's and a pocket's screen.
func Desktop() Screen { return Screen{Width: 1280, Height: 900} }
func Phone() Screen   { return Screen{Width: 390, Height: 844, Mobile: true} }

// Page is one tab. Its methods fail the test when they do not come to an end in 45 seconds; [Page.Within] changes that.
type Page struct {
	t        testing.TB
	ctx      context.Context
	screen   Screen
	language string
	console  *console
	within   time.Duration
}

// Within returns the same tab with methods that wait that long before they fail.
func (p *Page) Within(d time.Duration) *Page {
	longer := *p
	longer.within = d
	return &longer
}

// Page opens a tab with cookies of its own, as another person's browser would be. language is "ja" or "en", sent as
// Accept-Language; frames of other sites always ask for Japanese.
func (c *Chromium) Page(t testing.TB, screen Screen, language string) *Page {
	t.Helper()
	return open(t, c.ctx, screen, language, chromedp.WithNewBrowserContext())
}

// Tab opens another tab that shares p's cookies.
func (p *Page) Tab() *Page {
	p.t.Helper()
	return open(p.t, p.ctx, p.screen, p.language)
}

func open(t testing.TB, parent context.Context, screen Screen, language string, opts ...chromedp.ContextOption) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, opts...)
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, screen: screen, language: language, within: pageWithin}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("open a tab:", err)
	}
	p.console = listen(ctx)
	p.do("prepare the tab", p.emulate)
	return p
}

func (p *Page) emulate(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
	var opts []chromedp.EmulateViewportOption
	if p.screen.Mobile {
		opts = append(opts, chromedp.EmulateMobile)
	}
	if _, err := chromedp.EmulateViewport(p.screen.Width, p.screen.Height, opts...)(ctx, t); err != nil || p.language == "ja" {
		return chromedp.Void{}, err
	}
	agent, err := chromedp.Evaluate[string]("navigator.userAgent")(ctx, t)
	if err != nil {
		return chromedp.Void{}, err
	}
	_, err = cdp.Call(ctx, t, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: p.language})
	return chromedp.Void{}, err
}

// Frame returns the frame of another site whose URL starts with prefix, once it is there. Such a frame is a process of
// its own to Chromium; a frame of the page's own site is part of the page instead.
func (p *Page) Frame(prefix string) *Page {
	p.t.Helper()
	f := &Page{t: p.t, screen: p.screen, language: p.language, within: p.within}
	p.until("frame "+prefix, func() (string, bool) {
		targets, err := chromedp.Targets(p.ctx)
		if err != nil {
			return err.Error(), false
		}
		for _, info := range targets {
			if info.Type == "iframe" && strings.HasPrefix(info.URL, prefix) {
				var cancel context.CancelFunc
				f.ctx, cancel = chromedp.NewContext(p.ctx, chromedp.WithTargetID(info.TargetID))
				p.t.Cleanup(cancel)
				return "", true
			}
		}
		return fmt.Sprintf("%d targets, none is it", len(targets)), false
	})
	if err := chromedp.Do(f.ctx); err != nil {
		p.t.Fatal("attach to the frame:", err)
	}
	f.console = listen(f.ctx)
	return f
}

// Do runs chromedp's own actions.
func (p *Page) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.do("act", chromedp.Steps(steps...))
}

// Open goes to url and waits until it is loaded.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// Click clicks on the first visible element that matches the CSS selector.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("click on "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Fill replaces the value of a field as a person would, by typing.
func (p *Page) Fill(selector, value string) {
	p.t.Helper()
	s := chromedp.CSS(selector)
	p.do("fill in "+selector, chromedp.Steps(chromedp.WaitVisible(s), chromedp.Clear(s), chromedp.SendKeys(s, value)))
}

// Upload chooses files in a file field.
func (p *Page) Upload(selector string, files ...string) {
	p.t.Helper()
	p.do("choose files in "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// Submit submits the form that matches the CSS selector or holds the element that does, and waits until what answers is loaded.
func (p *Page) Submit(selector string) {
	p.t.Helper()
	submit := fmt.Sprintf(`(e => (e.form || e.closest("form")).requestSubmit())(document.querySelector(%q))`, selector)
	step := chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.RunResponse(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := chromedp.Evaluate[any](submit)(ctx, t)
			return err
		}))
		return err
	})
	p.do("submit "+selector, step)
}

// Wait waits until an element that matches the CSS selector is visible.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.do("wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// WaitURL waits until the page's URL starts with prefix and the page is loaded, however many redirects it takes, and returns the URL.
func (p *Page) WaitURL(prefix string) string {
	p.t.Helper()
	return p.until("the URL to become "+prefix, func() (string, bool) {
		at, err := p.eval(`document.readyState + " " + location.href`)
		if err != nil {
			return err.Error(), false // the page is going away
		}
		state, url, _ := strings.Cut(at, " ")
		return url, state == "complete" && strings.HasPrefix(url, prefix)
	})
}

// URL returns where the page is.
func (p *Page) URL() string {
	p.t.Helper()
	return p.Eval("location.href")
}

// Text returns the visible text of the first element that matches the CSS selector, which it waits for.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return get(p, "read "+selector, chromedp.Text(chromedp.CSS(selector)))
}

// Eval returns what a JavaScript expression, or the promise it makes, comes to as a string.
func (p *Page) Eval(expression string) string {
	p.t.Helper()
	s, err := p.eval(expression)
	if err != nil {
		p.fail("evaluate "+expression, err)
	}
	return s
}

func (p *Page) eval(expression string) (string, error) {
	ctx, cancel := context.WithTimeout(p.ctx, p.within)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string]("(async () => String(await ("+expression+")))()", chromedp.EvalAwaitPromise))
}

// Shot leaves a picture of the whole page as NAME.png in the folder that CLOUDPOCKET_SHOTS names; without it, it does nothing.
func (p *Page) Shot(name string) {
	p.t.Helper()
	dir := os.Getenv("CLOUDPOCKET_SHOTS")
	if dir == "" {
		return
	}
	png := get(p, "take a picture", chromedp.FullScreenshot(100))
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".png"), png, 0o644)
	}
	if err != nil {
		p.t.Fatal("keep a picture:", err)
	}
}

// until asks again and again until done, and returns what was seen last.
func (p *Page) until(what string, ask func() (seen string, done bool)) string {
	p.t.Helper()
	var seen string
	for deadline := time.Now().Add(p.within); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		var done bool
		if seen, done = ask(); done {
			return seen
		}
	}
	p.fail("wait for "+what, fmt.Errorf("last seen: %s", seen))
	return ""
}

func (p *Page) do(what string, a chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	get(p, what, a)
}

func get[T any](p *Page, what string, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, p.within)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		p.fail(what, err)
	}
	return v
}

// fail ends the test and says what the page showed.
func (p *Page) fail(what string, err error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	shown, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 2000)`))
	p.t.Fatalf("%s: %v\nthe page shows: %s", what, err, shown)
}
