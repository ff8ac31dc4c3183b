package widget

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
)

// embedded is a partner's page with an element in it, and the frame of that element.
type embedded struct {
	*standIn
	page  *interop.Page
	frame *interop.Page
}

// enter opens a partner's page. The partner is registered unless its host is a stranger's.
func enter(t testing.TB, b *interop.Chromium, s *standIn, attributes, more string, header ...string) *embedded {
	t.Helper()
	origin := s.partner("partner.localhost", attributes, more, header...)
	s.partners = []string{origin}
	e := &embedded{standIn: s, page: b.Page(t, interop.Desktop(), "ja")}
	e.page.Open(origin)
	e.frame = e.page.Frame(s.url + "/embed/")
	return e
}

// hears waits until the page was told an event of that name, and returns its detail.
func (e *embedded) hears(name string) string {
	e.t.Helper()
	var last string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		last = e.page.Eval("told.join('\\n')")
		for _, line := range strings.Split(last, "\n") {
			if detail, ok := strings.CutPrefix(line, name+" "); ok {
				return detail
			}
		}
	}
	e.t.Fatalf("no event %s; told:\n%s\nthe frame shows %q, asked: %q", name, last, e.frame.Eval("document.body.innerText"), e.asked)
	return ""
}

func (e *embedded) forget() { e.page.Eval("told.length = 0") }

// until waits for an expression to be true in the frame.
func (e *embedded) until(p *interop.Page, expression string) {
	e.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		if p.Eval(expression) == "true" {
			return
		}
	}
	e.t.Fatalf("never: %s; shown: %q, asked: %q", expression, p.Eval("document.body.innerText"), e.asked)
}

func TestElementInChromium(t *testing.T) {
	browser := interop.Browser(t)
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, b *interop.Chromium)
	}{
		{"list, document, back", showsAndLeads},
		{"acknowledge, seen", acknowledges},
		{"acknowledge, covered", coveredIsNotSent},
		{"download", downloads},
		{"renewal", renews},
		{"clock is wrong", correctsItsClock},
		{"offline and back", comesBack},
		{"ended", ends},
		{"ended unheard", endsUnheard},
		{"no more codes", isTakenAway},
		{"element goes and comes", leavesNothing},
		{"attributes change", follows},
		{"badge", counts},
		{"another origin", strangerGetsNothing},
		{"messages of others", spoofedIsDropped},
		{"server is away", saysSo},
		{"a script for an address", runsNoScript},
		{"isolated host", worksIsolated},
		{"theme", wearsTheme},
		{"mount", mounts},
		{"popup", signsInByPopup},
		{"popup without an opener", continues},
		{"popup without an opener and storage", refusesCookies},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, browser) })
	}
}

func showsAndLeads(t *testing.T, b *interop.Chromium) {
	e := enter(t, b, newStandIn(t), "", withCodes)
	e.hears("ready")
	if got := e.frame.Text("h1"); got != "公文書" {
		t.Errorf("the frame shows %q", got)
	}
	if got := e.page.Eval("document.activeElement.tagName"); got != "BODY" {
		t.Errorf("the frame took the focus: %s", got)
	}
	height := e.page.Eval(`one.shadowRoot.querySelector("iframe").offsetHeight`)
	if scrolls := e.frame.Eval("String(document.documentElement.scrollHeight > innerHeight)"); scrolls != "false" || height < "1000" {
		t.Errorf("the frame is %s high and scrolls: %s", height, scrolls)
	}
	history := e.page.Eval("history.length")
	e.frame.Click("li:nth-child(9) a")
	e.hears("opened")
	if got := e.frame.Eval(`document.querySelector("h1").textContent + " " + document.activeElement.id + " " + document.querySelector("[data-part=said]").textContent`); got != "決定通知書 main 決定通知書" {
		t.Errorf("after a link: %q", got)
	}
	e.until(e.page, `String(one.shadowRoot.querySelector("iframe").offsetHeight < 600)`)
	e.frame.Click("[data-part=back]")
	e.until(e.frame, `String(document.querySelectorAll("li").length === 40)`)
	if got := e.page.Eval("history.length"); got != history {
		t.Errorf("the partner's history grew from %s to %s", history, got)
	}
	if got := e.frame.Eval(`document.querySelector("a[href$='/desk/documents/x']").target`); got != "_blank" {
		t.Errorf("what cannot be shown opens in %q", got)
	}
	for _, v := range e.frame.Axe() {
		t.Error(v)
	}
	if errors := e.frame.Errors(); len(errors) > 0 {
		t.Errorf("the browser says %q", errors)
	}
}

func acknowledges(t *testing.T, b *interop.Chromium) {
	e := enter(t, b, newStandIn(t), `mode="document" document="one"`, withCodes)
	e.hears("opened")
	time.Sleep(time.Second)
	e.frame.Click("form button")
	if got := e.hears("acknowledged"); got != `{"version":1,"delivery":"one"}` {
		t.Errorf("told %s", got)
	}
	if n := e.count("POST /embed/at/deliveries/one/acknowledge"); n != 1 {
		t.Errorf("sent %d times", n)
	}
	if hidden := e.frame.Eval(`String(document.querySelector("[data-part=back]").checkVisibility())`); hidden != "false" {
		t.Error("there is a way back from the only page")
	}
}

func coveredIsNotSent(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	e := enter(t, b, s, `mode="document" document="one"`, withCodes+`const over = document.createElement("div"); over.id = "over";
	over.style.cssText = "position:absolute;inset:0;height:4000px;background:#fff;opacity:.9;pointer-events:none"; over.textContent = "無料で当たる"; document.body.append(over);`)
	e.hears("opened")
	time.Sleep(time.Second)
	for _, button := range []string{"form button", "#discard"} {
		e.frame.Click(button)
		e.frame.Wait("[data-part=banner] a")
		e.frame.Eval(`document.querySelector("[data-part=banner]").replaceChildren()`)
	}
	if n := s.count("POST /embed/at/"); n != 0 {
		t.Errorf("sent %d times from under a cover", n)
	}
	e.page.Eval("over.remove()")
	time.Sleep(time.Second)
	e.frame.Click("form button")
	e.hears("acknowledged")
}

func downloads(t *testing.T, b *interop.Chromium) {
	e := enter(t, b, newStandIn(t), `mode="document" document="one"`, withCodes)
	e.hears("opened")
	e.frame.Click("a[download]")
	if got := e.hears("downloaded"); got != `{"version":1,"delivery":"one"}` {
		t.Errorf("told %s", got)
	}
	for deadline := time.Now().Add(5 * time.Second); e.count("GET /embed/once/secret") == 0 && time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
	}
	if n := e.count("GET /embed/once/secret"); n != 1 {
		t.Errorf("downloaded %d times", n)
	}
}

func renews(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	s.lasts = 4
	e := enter(t, b, s, "", withCodes)
	e.hears("ready")
	e.until(e.page, "String(asked >= 3)")
	e.forget()
	e.page.Eval(`one.fetchEmbedCode = async () => { asked++; throw new Error("no") }`)
	if got := e.hears("error"); got != `{"version":1,"code":"renewal"}` {
		t.Errorf("told %s", got)
	}
	e.page.Eval(`one.fetchEmbedCode = async () => { asked = 100; return code }`)
	e.until(e.page, "String(asked >= 100)")
	time.Sleep(time.Second)
	if told := e.page.Eval("told.join()"); strings.Contains(told, "ended") {
		t.Errorf("it ended: %s", told)
	}
	s.set(func() { s.ends = 3 })
	e.hears("expiring")
}

func correctsItsClock(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	e := enter(t, b, s, "", withCodes)
	e.hears("ready")
	s.set(func() { s.off = 5 * time.Minute })
	e.frame.Click("li a")
	e.hears("opened")
	s.set(func() { s.off = -time.Hour; clear(s.tokens) })
	e.frame.Click("[data-part=back]")
	e.until(e.frame, `String(document.querySelectorAll("li").length === 40)`)
	if n := e.page.Eval("asked"); n != "2" {
		t.Errorf("%s codes", n)
	}
}

func comesBack(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	e := enter(t, b, s, "", withCodes)
	e.hears("ready")
	s.set(func() { s.away = true })
	e.frame.Click("li a")
	e.frame.Wait("[data-part=banner] button")
	if got := e.frame.Text("[data-part=banner]"); !strings.Contains(got, "通信できません") {
		t.Errorf("offline says %q", got)
	}
	s.set(func() { s.away = false })
	e.frame.Eval(`window.dispatchEvent(new Event("online"))`)
	e.hears("opened")
	if shown := e.frame.Eval(`String(document.querySelector("[data-part=banner]").hidden)`); shown != "true" {
		t.Error("it still says that it is offline")
	}
}

func ends(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	e := enter(t, b, s, "", withCodes)
	if got := e.hears("unread"); got != `{"version":1,"unread":3,"pending":1}` {
		t.Errorf("told %s", got)
	}
	s.say("ended", `{"reason":"signed_out"}`)
	if got := e.hears("ended"); got != `{"version":1,"reason":"signed_out"}` {
		t.Errorf("told %s", got)
	}
	if text := e.frame.Eval("document.body.innerText"); strings.Contains(text, "決定通知書") || !strings.Contains(text, "表示を終了しました") {
		t.Errorf("the frame shows %q", text)
	}
	e.forget()
	e.frame.Click("main button")
	e.hears("ready")
	if got := e.frame.Text("h1"); got != "公文書" {
		t.Errorf("shown again: %q", got)
	}
}

// isTakenAway has the session end while no stream says so and the page around has no code: what was shown may be nobody's to see.
func isTakenAway(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	e := enter(t, b, s, "", withCodes)
	e.hears("unread")
	shown := `document.querySelector("main").offsetHeight > 0 && document.querySelectorAll("li").length === 40`
	e.until(e.frame, "String("+shown+")")
	e.page.Eval(`one.fetchEmbedCode = async () => { throw new Error("no") }`)
	s.set(func() { clear(s.tokens) })
	s.cut()
	e.until(e.frame, `String(document.querySelector("main").offsetHeight === 0 && document.querySelector("[data-part=banner]").offsetHeight > 0)`)
	e.page.Eval(`one.fetchEmbedCode = async () => code`)
	e.frame.Click("[data-part=banner] button")
	e.until(e.frame, "String("+shown+` && document.querySelector("[data-part=banner]").hidden)`)
}

// endsUnheard has the session end while no stream says so: the next one is refused, and so is another token.
func endsUnheard(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	s.coop = "unsafe-none"
	e := enter(t, b, s, "", "")
	e.hears("ready")
	e.frame.Click("main button")
	e.hears("unread")
	s.set(func() { clear(s.tokens) })
	s.cut()
	e.hears("ended")
	if text := e.frame.Eval("document.body.innerText"); strings.Contains(text, "決定通知書") {
		t.Errorf("the frame shows %q", text)
	}
}

// leavesNothing takes the element away and counts what still goes on.
func leavesNothing(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	s.lasts = 2
	e := enter(t, b, s, "", withCodes)
	e.hears("ready")
	e.page.Eval("window.kept = one, one.remove()")
	time.Sleep(200 * time.Millisecond)
	before, asked := s.count(""), e.page.Eval("asked")
	time.Sleep(3 * time.Second)
	if after := s.count(""); after != before || e.page.Eval("asked") != asked || len(s.streams) != 0 {
		t.Errorf("%d requests became %d, %d streams are open", before, after, len(s.streams))
	}
	e.forget()
	e.page.Eval("document.body.append(kept)")
	e.frame = e.page.Frame(s.url + "/embed/")
	e.hears("ready")
	// A fetchEmbedCode that never answers ends with the element.
	e.page.Eval(`one.remove(), one.fetchEmbedCode = ({ signal }) => new Promise((_, no) => { window.waiting = true; signal.onabort = () => { window.stopped = true; no() } }), document.body.append(one)`)
	e.until(e.page, "String(window.waiting === true)")
	e.page.Eval("one.remove()")
	e.until(e.page, "String(window.stopped === true)")
}

func follows(t *testing.T, b *interop.Chromium) {
	e := enter(t, b, newStandIn(t), "", withCodes)
	e.hears("ready")
	e.forget()
	e.page.Eval(`one.setAttribute("mode", "document"), one.setAttribute("document", "one"), one.setAttribute("lang", "en"), one.label = 1, one.setAttribute("label", "給与の公文書")`)
	e.hears("opened")
	if n := e.page.Eval("asked"); n != "2" {
		t.Errorf("three attributes made it begin %s times", n)
	}
	e.frame = e.page.Frame(e.url + "/embed/embedder?lang=en")
	if title := e.page.Eval(`one.shadowRoot.querySelector("iframe").title`); title != "給与の公文書" {
		t.Errorf("the frame is called %q", title)
	}
	e.page.Eval(`one.setAttribute("scheme", "dark")`)
	e.until(e.frame, `String(getComputedStyle(document.documentElement).getPropertyValue("--ground").trim() === "#16171b")`)
	if n := e.page.Eval("asked"); n != "2" {
		t.Errorf("a scheme made it begin again: %s", n)
	}
}

func counts(t *testing.T, b *interop.Chromium) {
	e := enter(t, b, newStandIn(t), `mode="badge"`, withCodes)
	e.hears("unread")
	if got := e.page.Eval(`one.shadowRoot.querySelector(".count").textContent + one.shadowRoot.querySelector("[role=status]").textContent + one.offsetHeight`); !strings.HasPrefix(got, "3未読の公文書 3件") {
		t.Errorf("the badge says %q", got)
	}
	if height := e.page.Eval(`String(one.getBoundingClientRect().height < 40 && one.getBoundingClientRect().width < 60)`); height != "true" {
		t.Errorf("the badge is %s", e.page.Eval("JSON.stringify(one.getBoundingClientRect())"))
	}
	for _, v := range e.page.Axe() {
		t.Error(v)
	}
}

func strangerGetsNothing(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	s.partners = []string{"http://partner.localhost:1"}
	p := b.Page(t, interop.Desktop(), "ja")
	p.Open(s.partner("stranger.localhost", "", withCodes))
	e := &embedded{standIn: s, page: p, frame: p}
	if got := e.hears("error"); got != `{"version":1,"code":"unreachable"}` {
		t.Errorf("told %s", got)
	}
	if text := p.Eval(`one.shadowRoot.querySelector("[role=alert]").textContent + asked`); !strings.Contains(text, "もう一度試す0") {
		t.Errorf("the element shows %q", text)
	}
	if n := s.count("POST "); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// spoofedIsDropped has another frame of the page, and the page itself too late, talk to the frame.
func spoofedIsDropped(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	e := enter(t, b, s, "", withCodes)
	e.hears("ready")
	before := s.count("POST /embed/token")
	e.page.Eval(`(() => {
		const own = one.shadowRoot.querySelector("iframe").contentWindow;
		const start = { type: "start", lane: "code", mode: "tray", office: null, document: null, scheme: "auto", theme: {} };
		const send = (from) => { const c = new from.MessageChannel(); own.postMessage({ cloudpocket: 1, type: "connect" }, "*", [c.port2]); c.port1.postMessage(start); c.port1.onmessage = (e) => told.push("spoofed " + JSON.stringify(e.data)); };
		send(window);
		const sibling = document.createElement("iframe");
		document.body.append(sibling);
		sibling.contentWindow.eval("(" + send + ")".replace("own", "parent.one.shadowRoot.querySelector('iframe').contentWindow"));
		const script = "const own = parent.one.shadowRoot.querySelector('iframe').contentWindow; const start = " + JSON.stringify(start) + "; const told = parent.told; (" + send + ")(window); own.postMessage({cloudpocket: 1, type: 'popup-code', code: 'cpc_evil'}, '*')";
		sibling.contentWindow.eval(script);
		window.postMessage({ cloudpocket: 1, type: "popup-code", code: "cpc_evil" }, "*");
	})()`)
	time.Sleep(500 * time.Millisecond)
	if told := e.page.Eval("told.join()"); strings.Contains(told, "spoofed") || s.count("POST /embed/token") != before || s.count("GET /embed/at/desk/tray") != 0 {
		t.Errorf("somebody was listened to: %s", told)
	}
}

// runsNoScript gives the element a script to show, as a partner's page might that takes the address from elsewhere.
func runsNoScript(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	e := enter(t, b, s, "", withCodes)
	e.hears("ready")
	e.page.Eval(`one.setAttribute("src", "javascript:void(parent.ran = 1)//")`)
	if got := e.hears("error"); got != `{"version":1,"code":"config"}` {
		t.Errorf("told %s", got)
	}
	if ran := e.page.Eval("String(window.ran)"); ran != "undefined" {
		t.Error("it ran")
	}
}

func saysSo(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	s.partners = []string{"http://nobody.localhost"}
	origin := s.partner("partner.localhost", `lang="en"`, withCodes)
	s.partners = []string{origin}
	p := b.Page(t, interop.Desktop(), "en")
	e := &embedded{standIn: s, page: p, frame: p}
	p.Open(origin)
	p.Frame(s.url + "/embed/")
	e.hears("ready")
	e.forget()
	s.set(func() { s.away = true })
	p.Eval(`one.setAttribute("mode", "tray")`)
	e.hears("error")
	if text := p.Eval(`one.shadowRoot.querySelector("[role=alert]").textContent`); text != "The documents could not be shown. Check your connection and try again. Try again" {
		t.Errorf("the element shows %q", text)
	}
	s.set(func() { s.away = false })
	e.forget()
	p.Eval(`one.setAttribute("mode", "list"), window.dispatchEvent(new Event("online"))`)
	e.hears("ready")
}

func worksIsolated(t *testing.T, b *interop.Chromium) {
	e := enter(t, b, newStandIn(t), "", withCodes, "Cross-Origin-Embedder-Policy", "require-corp", "Cross-Origin-Opener-Policy", "same-origin",
		"Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline' http://pocket.localhost:*; frame-src http://pocket.localhost:*")
	e.hears("ready")
	if isolated := e.page.Eval("String(crossOriginIsolated)"); isolated != "true" {
		t.Error("the page is not isolated, and nothing is proved")
	}
	if errors := e.page.Errors(); len(errors) > 0 {
		t.Errorf("the browser says %q", errors)
	}
}

func wearsTheme(t *testing.T, b *interop.Chromium) {
	e := enter(t, b, newStandIn(t), `scheme="light"`, withCodes+`one.theme = { accent: "#0b6e4f", radius: 0, font: "serif", size: 18 };`)
	e.hears("ready")
	look := func() string {
		return e.frame.Eval(`(() => { const s = getComputedStyle(document.documentElement); return [s.getPropertyValue("--accent"), s.getPropertyValue("--r2"), s.fontSize].join() })()`)
	}
	if got := look(); got != "#0b6e4f,0px,18px" {
		t.Errorf("it wears %s", got)
	}
	for _, bad := range []string{`{accent: "#ffee00"}`, `{accent: "red"}`, `{radius: 90}`, `{font: "x; } body { display: none"}`, `{size: "99px"}`, `{accent: "url(http://evil)"}`} {
		e.forget()
		e.page.Eval("one.theme = " + bad + ", 0")
		if got := e.hears("error"); got != `{"version":1,"code":"theme"}` {
			t.Errorf("%s: %s", bad, got)
		}
	}
	if got := look(); got != "#0017c1,.5rem,16px" {
		t.Errorf("after what was refused it wears %s", got)
	}
	e.forget()
	e.page.Eval(`one.theme = {accent: "#0b6e4f"}, one.setAttribute("scheme", "dark"), 0`)
	time.Sleep(300 * time.Millisecond)
	if told := e.page.Eval("told.join()"); strings.Contains(told, "theme") {
		t.Errorf("told %s", told)
	}
	for _, v := range e.frame.Axe() {
		t.Error(v)
	}
}

func mounts(t *testing.T, b *interop.Chromium) {
	e := enter(t, b, newStandIn(t), "hidden", `one.remove();`+`
	window.made = mount(document.body, { src: one.getAttribute("src"), client: "embedder", mode: "badge", lang: undefined, fetchEmbedCode: async () => "cpc_good" });
	watch(made);`)
	e.hears("unread")
	var at map[string]string
	text := e.page.Eval(`JSON.stringify(Object.fromEntries([...made.attributes].map((a) => [a.name, a.value])))`)
	if err := json.Unmarshal([]byte(text), &at); err != nil || len(at) != 3 || at["mode"] != "badge" {
		t.Errorf("mounted with %s", text)
	}
}

func signsInByPopup(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	s.lasts, s.coop = 3, "unsafe-none"
	e := enter(t, b, s, "", "")
	e.hears("ready")
	if errors := e.frame.Axe(); len(errors) > 0 {
		t.Error(errors)
	}
	if n := s.count("GET /embed/at/"); n != 0 {
		t.Errorf("%d pages before anybody has signed in", n)
	}
	e.frame.Click("main button")
	e.until(e.frame, `String(document.querySelectorAll("li").length === 40)`)
	for deadline := time.Now().Add(10 * time.Second); s.count("POST /embed/renew") == 0 && time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
	}
	if s.count("POST /embed/renew") == 0 {
		t.Error("it was not renewed")
	}
	// Said until it is heard: with each token the frame opens another stream, and there may be none for a moment.
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(e.page.Eval("told.join()"), "ended") && time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		s.say("ended", `{"reason":"signed_out"}`)
	}
	e.hears("ended")
	if got := e.frame.Text("main button"); got != "サインイン" {
		t.Errorf("afterwards it offers %q", got)
	}
}

// continues has the window lose its opener, as identity providers' policies can do.
func continues(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	s.coop = "same-origin"
	e := enter(t, b, s, "", "")
	e.hears("ready")
	e.page.AllowStorageAccess(strings.TrimSuffix(e.page.URL(), "/"), s.url)
	e.frame.Click("main button")
	e.until(e.frame, `String(document.querySelector("main button").textContent === "続ける")`)
	time.Sleep(500 * time.Millisecond)
	e.frame.Click("main button")
	e.until(e.frame, `String(document.querySelectorAll("li").length === 40)`)
}

func refusesCookies(t *testing.T, b *interop.Chromium) {
	s := newStandIn(t)
	s.coop = "same-origin"
	e := enter(t, b, s, "", "")
	e.hears("ready")
	e.frame.Click("main button")
	e.until(e.frame, `String(document.querySelector("main button").textContent === "続ける")`)
	time.Sleep(500 * time.Millisecond)
	e.frame.Click("main button")
	e.until(e.frame, `String(document.querySelector("h1").textContent === "表示できませんでした")`)
	if got := e.frame.Eval(`document.querySelector("main a").getAttribute("href") + document.querySelector("main a").target`); got != "/deliveries_blank" {
		t.Errorf("the way to the portal is %q", got)
	}
}
