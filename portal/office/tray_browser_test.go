package office_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// TestDropInChromium drops packages as a person does: each is sent by itself, the page shows how far they are, and the
// keyboard leads through the tray to the choice of an office.
func TestDropInChromium(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	g := egovtest.New(1)
	o := g.Office()
	w.knows(t, "known", o)
	url := interop.Serve(t, "pocket.localhost", boss.browserDoor(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/desk/drops/") {
			w.sorted(t) // as if it went on beside
		}
	})))
	p := interop.Browser(t).Page(t, interop.Desktop(), "en")
	p.Open(url + "/test-sign-in?to=/desk/tray")
	p.Wait(".scripted")
	var files []string
	for i := range 8 {
		files = append(files, file(t, fmt.Sprintf("%d.zip", i), string(g.Package(egovtest.Pension, egovtest.Options{Office: &o}).Data)))
	}
	stranger := g.Package(egovtest.Pension, egovtest.Options{}).Data
	p.Upload("#file", append(files, file(t, "知らない.zip", string(stranger)))...)
	p.WaitURL(url + "/desk/tray?drop=")
	p.Wait(`[data-row] input[checked]`)
	shows(t, p, "9 of 9 looked into: 8 ready, 1 need an office, 0 refused or duplicate", "事業所known", "知らない.zip")
	for _, step := range []struct{ key, at string }{{"ArrowDown", "0"}, {"ArrowDown", "1"}, {"ArrowUp", "0"}, {"ArrowUp", "0"}} {
		strike(p, step.key)
		if at := p.Eval(`[...document.querySelectorAll("[data-row] .c-title a")].indexOf(document.activeElement)`); at != step.at {
			t.Errorf("after %s the row is %s, want %s", step.key, at, step.at)
		}
	}
	for range 8 {
		strike(p, "ArrowDown")
	}
	strike(p, "o")
	p.Wait("#narrow:focus")
	p.Fill("#narrow", "x2")
	if chosen := p.Eval(`document.querySelector("#office").value`); chosen != "x2" {
		t.Errorf("typing a name chose %q", chosen)
	}
	p.Click("form.choose button")
	p.WaitURL(url + "/desk/tray?done=placed")
	p.Click("form.batch .button.primary")
	p.WaitURL(url + "/desk/tray/review")
	p.Eval(`document.querySelector(".bar .primary").click()`) // not by place: the bar floats
	p.WaitURL(url + "/desk/tray?done=handed")
	shows(t, p, "Handed over.", "There is nothing to sort.")
}

// strike has the page get a key, as one that is held down for a moment.
func strike(p *interop.Page, key string) {
	p.Eval(fmt.Sprintf(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true}))`, key))
	time.Sleep(20 * time.Millisecond)
}
