package interop

import (
	"context"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// AllowStorageAccess has the person behind the tab agree that frames of embedded have their cookies in pages of embedding,
// when they ask. Without it frames of other sites have none: pages are opened as private windows are.
func (p *Page) AllowStorageAccess(embedding, embedded string) {
	p.t.Helper()
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		info, err := chromedp.Targets(p.ctx)
		if err != nil {
			return err
		}
		var own cdp.BrowserContextID
		for _, one := range info {
			if one.TargetID == t.TargetID {
				own = one.BrowserContextID
			}
		}
		_, err = cdp.Call(ctx, t, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: "storage-access"}, Setting: browser.PermissionSettingGranted,
			Origin: embedding, EmbeddedOrigin: embedded, BrowserContextID: own,
		})
		return err
	}))
}
