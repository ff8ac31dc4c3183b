package office_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cloudpocket/store"
)

// TestPublishInChromium hands a document out as a person does, under the real policy: the "/" key, finding an office,
// a refused file with everything still there, and then a good one.
func TestPublishInChromium(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	server := httptest.NewServer(boss.browserDoor())
	t.Cleanup(server.Close)
	base := strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // where browsers keep Secure cookies without TLS
	ctx := chromium(t)

	do(t, ctx, chromedp.Navigate(base+"/test-sign-in?to=/desk/new"))
	do(t, ctx, chromedp.WaitVisible(".scripted"))
	// Typed by the protocol the character would arrive although the key was taken, which no keyboard does.
	js(t, ctx, `String(document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true, cancelable: true})))`)
	do(t, ctx, chromedp.KeyEvent("X2"))
	if shown := js(t, ctx, `[...document.querySelectorAll("[data-office]")].filter(o => o.checkVisibility()).map(o => o.innerText.trim()).join()`); shown != "事業所x2" {
		t.Errorf("found %q", shown)
	}
	do(t, ctx, chromedp.Click(`input[value="x2"]`))
	if n := js(t, ctx, `document.querySelector("[data-chosen]").value`); n != "1" {
		t.Errorf("%s offices chosen", n)
	}
	do(t, ctx, chromedp.SendKeys("#title", "標準報酬決定通知書"))
	do(t, ctx, chromedp.SetValue("#kind", "social-insurance"))
	do(t, ctx, chromedp.SetUploadFiles("#file", files(t, "悪い.pdf", "<html>")))
	do(t, ctx, chromedp.Click(`button[value="1"]`))
	wait(t, ctx, `document.querySelector("#problems").innerText`, "“悪い.pdf” is not what its extension says")
	if left := js(t, ctx, `document.querySelector("#title").value + document.querySelector("#tray").innerText`); !strings.Contains(left, "標準報酬決定通知書") || !strings.Contains(left, "悪い.pdf") {
		t.Errorf("what is left of the form is %q", left)
	}
	do(t, ctx, chromedp.Click("#tray button"))
	do(t, ctx, chromedp.SetUploadFiles("#file", files(t, "一.txt", "1")))
	do(t, ctx, chromedp.SetUploadFiles("#file", files(t, "二.csv", "2")))
	do(t, ctx, chromedp.Click(`button[value="1"]`))
	wait(t, ctx, `document.body.innerText`, "Delivered.")
	page := js(t, ctx, `document.body.innerText`)
	for _, want := range []string{"標準報酬決定通知書", "一.txt", "二.csv", "事業所x2"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q on the document's page", want)
		}
	}
}

// browserDoor serves the pages, and signs the person in at /test-sign-in.
func (p *person) browserDoor() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", p)
	mux.HandleFunc("/test-sign-in", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: p.cookie.Name, Value: p.cookie.Value, Path: "/", Secure: true, HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: "en", Path: "/"})
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusSeeOther)
	})
	return mux
}

func files(t *testing.T, name, content string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(content), 0o600))
	return []string{path}
}

func chromium(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
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

func js(t *testing.T, ctx context.Context, expression string) string {
	t.Helper()
	return do(t, ctx, chromedp.Evaluate[string](expression))
}

// wait evaluates expression until it contains text. Between two pages there may be nothing to evaluate it on.
func wait(t *testing.T, ctx context.Context, expression, text string) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	var last string
	for limit.Err() == nil {
		if now, err := chromedp.Run(limit, chromedp.Evaluate[string](expression)); err == nil {
			if last = now; strings.Contains(now, text) {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("waited for %q, the last was %q", text, last)
}
