package interop

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Window returns a window that the page or a frame of it has opened, once it is at a URL that starts with one of prefixes.
func (p *Page) Window(prefixes ...string) *Page {
	p.t.Helper()
	w := &Page{t: p.t, screen: p.screen, language: p.language, within: p.within}
	p.until("a window", func() (string, bool) {
		targets, err := chromedp.Targets(p.ctx)
		if err != nil {
			return err.Error(), false
		}
		var seen []string
		for _, info := range targets {
			seen = append(seen, info.Type+" "+info.URL)
			for _, prefix := range prefixes {
				if info.Type == "page" && !info.Attached && strings.HasPrefix(info.URL, prefix) {
					var cancel context.CancelFunc
					w.ctx, cancel = chromedp.NewContext(p.ctx, chromedp.WithTargetID(info.TargetID))
					p.t.Cleanup(cancel)
					return "", true
				}
			}
		}
		return fmt.Sprint(seen), false
	})
	if err := chromedp.Do(w.ctx); err != nil {
		p.t.Fatal("attach to the window:", err)
	}
	w.console = listen(w.ctx)
	return w
}

// Offline cuts the page, or the frame, off from the network, or connects it again.
func (p *Page) Offline(cut bool) {
	p.t.Helper()
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		all := &network.Conditions{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}
		if _, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{all}}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}
