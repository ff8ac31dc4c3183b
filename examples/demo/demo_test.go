package main

import (
	"context"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
)

// free returns an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// runDemo runs the demo until the function it returns is called.
func runDemo(t *testing.T, o options) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, o) }()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if res, err := interop.Client().Get("http://" + o.service + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("the demo does not get ready")
		}
	}
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	}
}

// TestTwoClicks is a newcomer: choose a person, choose a document, read. Then the same after a restart, with the data
// that was kept.
func TestTwoClicks(t *testing.T) {
	browser := interop.Browser(t)
	o := options{service: free(t), parent: free(t), data: t.TempDir(), code: interop.PreviewCode(t)}
	start := "http://parent.localhost" + port(o.parent)
	for _, row := range []struct{ login, title string }{{"takahashi", "年末調整のご案内"}, {"nakamura", "標準報酬決定通知書"}} {
		stop := runDemo(t, o)
		p := browser.Page(t, interop.Desktop(), "ja")
		p.Open(start)
		p.Click(`form[action="/signin/quick"] [value="` + row.login + `"]`)
		p.Wait(`main a[href*="deliveries"]`)
		p.Shot("demo-parent-" + row.login)
		p.Click(`main a[href*="deliveries"]`)
		p.WaitURL("http://pocket.localhost" + port(o.service) + "/deliveries/")
		if title := p.Text("h1"); !strings.Contains(title, row.title) {
			t.Errorf("%s reads %q", row.login, title)
		}
		p.Wait(".look iframe") // the text, or the notice, as it looks
		p.Shot("demo-document-" + row.login)
		stop()
	}
}

// TestWithoutSecondFactor is the person whose sign-in the service must not accept: it asks the parent once more, and
// then refuses in words that say why.
func TestWithoutSecondFactor(t *testing.T) {
	o := options{service: free(t), parent: free(t), data: t.TempDir(), code: interop.PreviewCode(t)}
	defer runDemo(t, o)()
	p := interop.Browser(t).Page(t, interop.Phone(), "ja")
	p.Open("http://parent.localhost" + port(o.parent))
	p.Click(`form[action="/signin/quick"] [value="watanabe"]`)
	p.Wait(`main a[href*="deliveries"]`)
	p.Click(`main a[href*="deliveries"]`)
	p.Click(`form[action="/signin/quick"] [value="watanabe"]`)
	p.WaitURL("http://pocket.localhost" + port(o.service))
	if text := p.Text("main"); !strings.Contains(text, "二要素認証") {
		t.Errorf("the refusal says %q", text)
	}
	p.Shot("demo-refused")
}

// TestDropping is the firm's newcomer: drops the folder that the demo names, and everything is told apart.
func TestDropping(t *testing.T) {
	o := options{service: free(t), parent: free(t), data: t.TempDir(), code: interop.PreviewCode(t)}
	defer runDemo(t, o)()
	files, err := filepath.Glob(filepath.Join(packageFolder(o.data, "aoba"), "*"))
	if err != nil || len(files) != 22 {
		t.Fatalf("%d files to drop: %v", len(files), err)
	}
	url := "http://pocket.localhost" + port(o.service)
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja").Within(2 * time.Minute)
	p.Open(url + "/sso/" + samlTrust + "/start?to=/desk/tray")
	p.Click(`form[action="/signin/quick"] [value="sato"]`)
	p.WaitURL(url + "/desk/tray")
	if text := p.Text("main"); !strings.Contains(text, "配付できるもの 1") || !strings.Contains(text, "事業所を選ぶもの 1") {
		t.Errorf("before, the tray says %q", text)
	}
	p.Upload("#file", files...)
	p.WaitURL(url + "/desk/tray?drop=")
	p.Wait(".dropped:not([data-waiting])")
	if text := p.Text(".dropped"); !strings.Contains(text, "配付できる 16・事業所を選ぶ 4・受け付けないもの 2") {
		t.Errorf("the drop became %q", text)
	}
	if badge := p.Eval(`fetch("/desk/tray?group=ready").then(r => r.text()).then(t => t.includes("改ざん"))`); badge != "false" {
		t.Error("a package is said to be tampered with")
	}
	p.Shot("demo-dropped")
}

// TestAdministration is the firm's administrator: every entry of the menu is a click from any page, and opens.
func TestAdministration(t *testing.T) {
	o := options{service: free(t), parent: free(t), data: t.TempDir(), code: interop.PreviewCode(t)}
	defer runDemo(t, o)()
	url := "http://pocket.localhost" + port(o.service)
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(url + "/sso/" + samlTrust + "/start?to=/desk")
	p.Click(`form[action="/signin/quick"] [value="sato"]`)
	p.WaitURL(url + "/desk")
	for _, place := range []string{"trusts", "people", "companies", "sessions", "inventory", "addresses", "log"} {
		p.Click(`.menu a[href="/admin/` + place + `"]`)
		p.WaitURL(url + "/admin/" + place)
		p.Wait("main h1")
		if here := p.Eval(`document.querySelector(".menu [aria-current]").getAttribute("href")`); here != "/admin/"+place {
			t.Errorf("at %s the menu says %s", place, here)
		}
		p.Shot("demo-admin-" + place)
	}
}

// TestOperator opens the console of the demo as the lines that it prints say, and sets a password by the link.
func TestOperator(t *testing.T) {
	o := options{service: free(t), parent: free(t), operator: free(t), data: t.TempDir(), code: interop.PreviewCode(t)}
	defer runDemo(t, o)()
	tool := filepath.Join(t.TempDir(), "cloudpocket")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", tool, "cloudpocket/cmd/cloudpocket").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	var said []byte
	for _, line := range operatorLines(o, urls{service: "http://pocket.localhost" + port(o.service)}) {
		args, ok := strings.CutPrefix(line, "go run ./cmd/cloudpocket ")
		if !ok {
			t.Fatalf("the line is %q", line)
		}
		var err error
		if said, err = exec.CommandContext(t.Context(), tool, strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", line, err, said)
		}
	}
	link := regexp.MustCompile(`(?m)^http://.*/set-up/.*$`).FindString(string(said))
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		res, err := interop.Client().Get(link)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the link %q: %v", link, err)
		}
	}
}

// TestOtherAddresses starts with the data of a run that had others.
func TestOtherAddresses(t *testing.T) {
	o := options{service: free(t), parent: free(t), data: t.TempDir(), code: interop.PreviewCode(t)}
	runDemo(t, o)()
	o.service = free(t)
	if err := run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "use the same") {
		t.Errorf("started with %v", err)
	}
}
