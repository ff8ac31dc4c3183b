package office_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/store"
)

// TestPublishInChromium delivers a document as a person does, under the real policy: the "/" key, finding an office,
// a refused file with everything still there, and then good ones.
func TestPublishInChromium(t *testing.T) {
	p, url := atTheForm(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	// Typed by the protocol the character would arrive although the key was taken, which no keyboard does.
	p.Eval(`document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true, cancelable: true}))`)
	if at := p.Eval(`document.activeElement.id`); at != "sieve" {
		t.Errorf("the cursor is in %q", at)
	}
	p.Fill("#sieve", "X2")
	if shown := p.Eval(`[...document.querySelectorAll(".companies label")].filter(o => o.checkVisibility()).map(o => o.innerText.trim()).join()`); shown != "事業所x2" {
		t.Errorf("found %q", shown)
	}
	p.Click(`input[value="x2"]`)
	if n := p.Eval(`document.querySelector("[data-chosen]").value`); n != "1" {
		t.Errorf("%s offices chosen", n)
	}
	describe(p)
	p.Upload("#file", file(t, "悪い.pdf", "<html>"))
	p.Eval(`document.querySelector("button[value=\"1\"]").click()`) // not by place: the bar floats
	p.Wait("#problems li")
	if said := p.Text("#problems"); !strings.Contains(said, "“悪い.pdf” is not what its extension says") {
		t.Errorf("refused with %q", said)
	}
	if left := p.Eval(`document.querySelector("#title").value + document.querySelector("#tray").innerText`); !strings.Contains(left, "標準報酬決定通知書") || !strings.Contains(left, "悪い.pdf") {
		t.Errorf("what is left of the form is %q", left)
	}
	p.Click("#tray button")
	p.Upload("#file", file(t, "一.txt", "1"))
	p.Upload("#file", file(t, "二.csv", "2"))
	p.Eval(`document.querySelector("button[value=\"1\"]").click()`) // not by place: the bar floats
	p.WaitURL(url + "/desk/documents/")
	shows(t, p, "Delivered.", "標準報酬決定通知書", "一.txt", "二.csv", "事業所x2")
}

// TestDroppedFilesAreTaken drags files onto the page, beside the zone that is made for them: the browser itself
// makes the events, as for files that come from the desktop.
func TestDroppedFilesAreTaken(t *testing.T) {
	p, url := atTheForm(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	one, two := file(t, "一.txt", "1"), file(t, "二.csv", "2")
	drag(p, input.DispatchDragEventTypeDragEnter, one, two)
	drag(p, input.DispatchDragEventTypeDragOver, one, two)
	if over := p.Eval(`document.querySelector("[data-drop]").classList.contains("over")`); over != "true" {
		t.Error("the zone does not show that it would take the files")
	}
	drag(p, input.DispatchDragEventTypeDrop, one, two)
	p.Wait("#tray li:nth-child(2)")
	if over := p.Eval(`document.querySelector("[data-drop]").classList.contains("over")`); over != "false" {
		t.Error("the zone still waits for files")
	}
	drop(p, "三.txt", "一.txt") // by a script: a name that is there already is another file, and is taken too
	if names := p.Eval(`[...document.getElementById("file").files].map(f => f.name).join()`); names != "一.txt,二.csv,三.txt,一.txt" {
		t.Errorf("the form holds %q", names)
	}
	p.Click("#tray li:last-child button")
	p.Click(`input[value="x1"]`)
	describe(p)
	p.Click(`button[value="0"]`)
	p.WaitURL(url + "/desk/documents/")
	shows(t, p, "Saved as a draft.", "一.txt", "二.csv", "三.txt", "事業所x1")
}

// TestUploadShowsHowFarItIs holds the server's reading back, and then lets it go on.
func TestUploadShowsHowFarItIs(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	p, url := atTheForm(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			close(begun)
			<-goOn
		}
	}))
	describe(p)
	p.Click(`input[value="x1"]`)
	long := strings.Repeat("0123456789abcde\n", 9<<16) // three of these are more than the buffers between the two take
	p.Upload("#file", file(t, "長い.txt", long), file(t, "二.txt", long), file(t, "三.txt", long))
	if shown := p.Eval(`document.querySelector("progress").checkVisibility()`); shown != "false" {
		t.Error("progress is shown before anything is sent")
	}
	p.Eval(`document.querySelector("button[value=\"1\"]").click()`) // not by place: the bar floats
	<-begun
	p.Wait("progress")
	if state := p.Eval(`document.querySelector("progress").value < 100 && document.querySelector("[data-label]").innerText`); state != "Sending" {
		t.Errorf("nothing was read, and the page says %q", state)
	}
	if pressable := p.Eval(`document.querySelectorAll(".bar button:enabled").length`); pressable != "0" {
		t.Errorf("%s buttons can be pressed again", pressable)
	}
	close(goOn)
	p.WaitURL(url + "/desk/documents/")
	shows(t, p, "Delivered.", "長い.txt")
}

// atTheForm opens the form in a browser in which one of the firm's people is signed in. before is called before each
// request is answered.
func atTheForm(t *testing.T, before http.Handler) (p *interop.Page, url string) {
	t.Helper()
	boss := newWorld(t).add(t, "boss", "", store.PermitAll)
	url = interop.Serve(t, "pocket.localhost", boss.browserDoor(before))
	p = interop.Browser(t).Page(t, interop.Desktop(), "en")
	p.Open(url + "/test-sign-in?to=/desk/new")
	p.Wait(".scripted")
	return p, url
}

// browserDoor serves the pages, and signs the person in at /test-sign-in.
func (p *person) browserDoor(before http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		before.ServeHTTP(w, r)
		p.ServeHTTP(w, r)
	})
	mux.HandleFunc("/test-sign-in", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: p.cookie.Name, Value: p.cookie.Value, Path: "/", Secure: true, HttpOnly: true})
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusSeeOther)
	})
	return mux
}

// describe fills in what the document is.
func describe(p *interop.Page) {
	p.Fill("#title", "標準報酬決定通知書")
	p.Do(chromedp.SetValue(chromedp.CSS("#kind"), "social-insurance"))
}

// drag has the browser drag files over the page's heading.
func drag(p *interop.Page, kind input.DispatchDragEventType, files ...string) {
	at := input.DispatchDragEventParams{Type: kind, X: 400, Y: 120, Data: &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1}}
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchDragEvent, at)
		return err
	}))
}

// drop has a script drop files of these names on the page.
func drop(p *interop.Page, names ...string) {
	for _, name := range names {
		p.Eval(fmt.Sprintf(`(() => {
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File(["dropped by a script"], %q, {type: "text/plain"}));
			document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
		})()`, name))
	}
}

func shows(t *testing.T, p *interop.Page, wants ...string) {
	t.Helper()
	shown := p.Text("body")
	for _, want := range wants {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q on the page: %s", want, shown)
		}
	}
	for _, complaint := range p.Errors() {
		if !strings.Contains(complaint, "422") { // which is how a refused form is answered
			t.Errorf("on the console: %s", complaint)
		}
	}
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
