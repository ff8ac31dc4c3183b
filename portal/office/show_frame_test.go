package office_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"context"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
)

// TestFrameHoldsWhatFilterMissed serves a page as if nothing had been filtered, in the frame and under the policy that
// parts have: it runs nothing, loads nothing, sends nothing, and leads nowhere by itself.
func TestFrameHoldsWhatFilterMissed(t *testing.T) {
	var reached atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/reached/", func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	mux.HandleFunc("/part", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", portal.PartPolicy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<html><head><meta http-equiv="refresh" content="0;url=/reached/refresh"><link rel="stylesheet" href="/reached/css"><base href="/reached/"></head>
<body onload="fetch('/reached/onload')"><p>見える</p><img src="/reached/img" onerror="top.location='/reached/top'"><script>fetch("/reached/script");top.location="/reached/top2";parent.document.title="taken"</script>
<iframe src="/reached/frame"></iframe><object data="/reached/object"></object><form id="f" action="/reached/form"><input autofocus onfocus="f.submit()"></form><video src="/reached/video" autoplay></video></body></html>`)
	})
	mux.HandleFunc("/around", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-src 'self'")
		fmt.Fprint(w, `<title>around</title><iframe src="/part" sandbox="allow-top-navigation-by-user-activation" width="600" height="300"></iframe>`)
	})
	url := interop.Serve(t, "pocket.localhost", mux)
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(url + "/around")
	p.Wait("iframe")
	time.Sleep(time.Second) // what it tries, it tries at once
	if n, title := reached.Load(), p.Eval("document.title + location.pathname + frames.length"); n != 0 || title != "around/around1" {
		t.Errorf("the frame reached the server %d times and left %q", n, title)
	}
}

// TestLinkInTheFrame clicks on the cover's link to a notice: the page shows that notice, for the same reader.
func TestLinkInTheFrame(t *testing.T) {
	s := newShowing(t)
	delivery, _ := s.pack(t, egovtest.Pension, 3)
	url := interop.Serve(t, "pocket.localhost", s.client.browserDoor(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	p := interop.Browser(t).Page(t, interop.Desktop(), "en")
	p.Open(url + "/test-sign-in?to=" + delivery)
	p.Wait("iframe")
	time.Sleep(500 * time.Millisecond) // the frame is of another origin: nothing tells when it has been laid out
	for y := 40; y < 700; y += 12 {    // so its link is looked for as a blind person would with a finger
		if p.Eval("location.search") != "" {
			break
		}
		press(p, fmt.Sprintf("%d", y))
	}
	p.WaitURL(url + delivery + "?part=2")
	if current := p.Text(`.parts [aria-current]`); p.Eval("location.search") != "?part=2" {
		t.Errorf("the page shows %q", current)
	}
}

// press clicks in the frame, that far below its upper edge, where the cover's links stand.
func press(p *interop.Page, below string) {
	var x, y float64
	fmt.Sscan(p.Eval(`(() => { const b = document.querySelector("iframe")?.getBoundingClientRect(); return b ? (b.left + b.width / 2 - 240) + " " + (b.top + `+below+`) : "0 0" })()`), &x, &y)
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1})
			return err
		}))
	}
}
