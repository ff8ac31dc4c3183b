package interop

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Chromium is a running browser.
type Chromium struct {
	t   testing.TB
	ctx context.Context
}

// Browser starts Chromium. It reaches nothing but the loopback address.
func Browser(t testing.TB) *Chromium {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(ChromiumPath(t)),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.DisableGPU,
		chromedp.Env("LC_ALL=C.UTF-8"), // without it Chromium cannot name a file in Japanese
		chromedp.NoSandbox,             // it shows nothing but our own pages, and containers often forbid what the sandbox needs
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", "ja"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost"),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // closes the browser and waits for it; the folder goes next
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("start Chromium:", err)
	}
	return &Chromium{t: t, ctx: ctx}
}
