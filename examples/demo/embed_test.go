package main

import (
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
)

// TestEmbeddedInTheParent looks at a document without leaving the parent's page, and signs out there in another tab: nothing is
// shown any more. No cookie of the service is needed, and none is there.
func TestEmbeddedInTheParent(t *testing.T) {
	o := options{service: free(t), parent: free(t), data: t.TempDir(), code: interop.PreviewCode(t)}
	defer runDemo(t, o)()
	start := "http://parent.localhost" + port(o.parent)
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja").Within(time.Minute)
	p.Open(start)
	p.Click(`form[action="/signin/quick"] [value="nakamura"]`)
	p.Wait("cloud-pocket")
	frame := p.Frame("http://pocket.localhost" + port(o.service) + "/embed/")
	frame.Wait("main .list tbody a")
	if text := frame.Text("main"); !strings.Contains(text, "標準報酬決定通知書") {
		t.Errorf("the frame shows %q", text)
	}
	p.Shot("demo-embedded")
	if wrong := p.Errors(); len(wrong) > 0 {
		t.Errorf("the page says %q", wrong)
	}
	if over := p.Eval(`String(document.getElementById("embed-over").hidden)`); over != "true" {
		t.Errorf("it says that it is over: %s", over)
	}
	other := p.Tab()
	other.Open(start)
	other.Submit(`form[action="/signout"]`)
	other.WaitURL(start + "/signedout")
	p.Wait("#embed-over:not([hidden])")
	if text := frame.Text("body"); strings.Contains(text, "標準報酬決定通知書") {
		t.Errorf("after the sign-out the frame shows %q", text)
	}
	p.Shot("demo-embedded-over")
}

// TestEmbedClientIsKept starts twice with the same data: the parent is the same client, with the same keys.
func TestEmbedClientIsKept(t *testing.T) {
	o := options{service: free(t), parent: free(t), data: t.TempDir(), code: interop.PreviewCode(t)}
	start := "http://parent.localhost" + port(o.parent)
	browser := interop.Browser(t)
	var clients []string
	for range 2 {
		stop := runDemo(t, o)
		p := browser.Page(t, interop.Desktop(), "ja")
		p.Open(start)
		p.Click(`form[action="/signin/quick"] [value="kobayashi"]`)
		p.Wait("cloud-pocket")
		clients = append(clients, p.Eval(`document.querySelector("cloud-pocket").getAttribute("client")`))
		p.Frame("http://pocket.localhost" + port(o.service) + "/embed/").Wait("main h1")
		stop()
	}
	if clients[0] == "" || clients[0] != clients[1] {
		t.Errorf("the clients are %q", clients)
	}
}
