package developers_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"cloudpocket/cmd/app/interop"
)

// TestChaptersInChromium looks at every chapter on a desk's screen and on a phone's: axe-core finds nothing, and nothing has
// to be scrolled sideways.
func TestChaptersInChromium(t *testing.T) {
	h := served(t)
	url := interop.Serve(t, "pocket.localhost", http.HandlerFunc(h.ServeHTTP))
	browser := interop.Browser(t)
	_, first := get(t, h, "/developers", "ja")
	looks := []struct {
		screen      interop.Screen
		lang, theme string
	}{{interop.Desktop(), "ja", "light"}, {interop.Phone(), "en", "dark"}}
	if os.Getenv("CLOUDPOCKET_SHOTS") != "" {
		looks = append(looks, looks[0], looks[1])
		looks[2].lang, looks[2].theme, looks[3].lang, looks[3].theme = "en", "dark", "ja", "light"
	}
	for _, look := range looks {
		p := browser.Page(t, look.screen, look.lang)
		prefers := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.theme}}
		p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: prefers})
			return err
		}))
		seen := map[string]bool{"/developers/playground": true} // needs the element: package app looks at it
		for _, path := range linked(t, first) {
			if seen[path] || strings.Contains(path, "lang=") {
				continue
			}
			seen[path] = true
			p.Open(url + path + "?lang=" + look.lang)
			for _, v := range p.Axe() {
				t.Errorf("%s: %s", path, v)
			}
			if over := p.Eval("document.documentElement.scrollWidth - document.documentElement.clientWidth"); over != "0" {
				t.Errorf("%s in %s at %d is %s pixels wider than the window", path, look.lang, look.screen.Width, over)
			}
			p.Shot(fmt.Sprintf("dev-%s.%s.%d.%s", filepath.Base(path), look.lang, look.screen.Width, look.theme))
		}
		if errs := p.Errors(); len(errs) > 0 {
			t.Errorf("the console says %q", errs)
		}
	}
}
