package app_test

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/store"
)

// TestEmbed has people use the portal in a page of a partner's, with the partner, the service and the identity provider on three
// sites, in a browser that keeps cookies from other sites' frames (interop holds that it does).
func TestEmbed(t *testing.T) {
	browser := interop.Browser(t)
	for _, tt := range []struct {
		name string
		run  func(p *partner, page *interop.Page)
	}{
		{"lane A", laneA},
		{"lane B", laneB},
		{"a page alone", embedAlone},
		{"renewal", embedRenews},
		{"offline", embedOffline},
		{"signed out at the parent", embedSignedOut},
		{"client switched off", embedSwitchedOff},
		{"two tabs", embedTabs},
		{"lane B goes on", embedPopupGoesOn},
		{"badge", embedBadge},
		{"document and office", embedDocument},
		{"tray", embedTray},
		{"another origin", embedStranger},
		{"isolated host", embedIsolated},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.run(newPartner(t), browser.Page(t, interop.Desktop(), "ja"))
		})
	}
}

// laneA is everything that a client does, without having signed in anywhere in this browser.
func laneA(p *partner, page *interop.Page) {
	s := p.sit(page, "/")
	s.hears("ready")
	s.shows(paper)
	if got := s.hears("unread"); got != `{"version":1,"unread":1,"pending":1}` {
		p.t.Errorf("unread: %s", got)
	}
	p.clean(s, "list")
	s.frame.Click(".c-title a")
	s.hears("opened")
	p.clean(s, "document")
	s.frame.Click(`.files a[download]`)
	s.hears("downloaded")
	s.frame.Eval(`document.querySelector('form[action$="/acknowledge"]').scrollIntoView({ block: "center" })`)
	time.Sleep(time.Second) // it has to be seen for half a second
	s.frame.Click(`form[action$="/acknowledge"] button`)
	s.hears("acknowledged")
	s.shows("受領確認を配付元へ伝えました")
	p.clean(s, "acknowledged")
	s.forget()
	p.deliver("労働保険料 申告書")
	if got := s.hears("unread"); got != `{"version":1,"unread":1,"pending":1}` {
		p.t.Errorf("unread after another one: %s", got)
	}
	s.frame.Click(`[data-part="back"]`)
	s.shows("労働保険料 申告書")
	if jar := page.Eval("document.cookie") + s.frame.Eval("document.cookie"); jar != "" {
		p.t.Errorf("there are cookies: %s", jar)
	}
	p.audited(store.DeedAcknowledge, store.DeedDownload, store.DeedView)
}

// audited demands that these deeds are on record as done in the embed.
func (p *partner) audited(deeds ...store.Deed) {
	p.t.Helper()
	found := map[store.Deed]bool{}
	check(p.t, p.service.Stores.Records.View(p.t.Context(), "aoba", func(tx store.Tx) error {
		for e, err := range tx.Audit().All(p.t.Context()) {
			if err != nil {
				return err
			}
			found[e.Deed] = found[e.Deed] || e.Detail["embed"] == string(p.client) && e.AccountID == "suzuki"
		}
		return nil
	}))
	for _, deed := range deeds {
		if !found[deed] {
			p.t.Errorf("no event of %s in the embed", deed)
		}
	}
}

// laneB signs in in a window: the frame has no cookie, and the window none of the partner's.
func laneB(p *partner, page *interop.Page) {
	s := p.sit(page, "/popup")
	s.hears("ready")
	p.clean(s, "sign-in")
	s.frame.Click("main button")
	w := page.Window(p.service.url, p.parentURL())
	p.parent.signIn(w, "suzuki")
	s.shows(paper)
	p.clock.Forward(9*time.Minute + 30*time.Second)
	s.frame.Click(".c-title a")
	s.hears("opened")
	p.clock.Forward(2 * time.Minute)
	s.frame.Click(`[data-part="back"]`)
	s.shows("すべて")
}

// embedAlone is the page of examples/embed/html, which has no back end.
func embedAlone(p *partner, page *interop.Page) {
	s := p.sit(page, "/html")
	s.frame.Click("main button")
	w := page.Window(p.service.url, p.parentURL())
	p.parent.signIn(w, "suzuki")
	s.shows(paper)
}

func (p *partner) parentURL() string { return p.idp.Issuer() }

// embedRenews is a page that stays open for longer than a token lasts, in the middle of which the clock moves on.
func embedRenews(p *partner, page *interop.Page) {
	s := p.sit(page, "/")
	s.hears("unread")
	for range 3 {
		before := page.Eval("asked")
		s.forget()
		p.clock.Forward(11 * time.Minute)
		for deadline := time.Now().Add(10 * time.Second); page.Eval("asked") == before && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		}
		if page.Eval("asked") == before {
			p.t.Fatalf("no code was asked for; told %s", page.Eval("told.join()"))
		}
		s.hears("unread") // by the new token
	}
	s.forget()
	s.frame.Click(".c-title a")
	s.hears("opened")
	if told := page.Eval("told.join()"); strings.Contains(told, "ended") || strings.Contains(told, "error") {
		p.t.Errorf("told %s", told)
	}
}

// embedOffline cuts the frame off, and the rest of the page with it.
func embedOffline(p *partner, page *interop.Page) {
	s := p.sit(page, "/")
	s.hears("unread")
	s.frame.Offline(true)
	s.frame.Eval(`document.querySelector(".c-title a").click()`) // not by place: the word that it is offline moves everything
	s.shows("通信できません")
	p.clean(s, "offline")
	s.frame.Offline(false)
	s.hears("opened")
	s.shows("受領確認のお願い")
}

// embedSignedOut is a person who signs out of the parent product while an embed is open.
func embedSignedOut(p *partner, page *interop.Page) {
	page.Open(p.service.url + "/sso/parent/start?to=" + url.QueryEscape("/deliveries"))
	p.parent.signIn(page, "suzuki")
	page.WaitURL(p.service.url + "/deliveries")
	s := p.sit(page, "/")
	s.hears("unread")
	began := time.Now()
	check(p.t, p.idp.SignOut(p.t.Context(), "suzuki"))
	s.hears("ended")
	if took := time.Since(began); took > 2*time.Second {
		p.t.Errorf("it took %s", took)
	}
	if text := s.frame.Eval("document.body.innerText"); strings.Contains(text, paper) {
		p.t.Errorf("the frame still shows %q", text)
	}
	p.clean(s, "ended")
}

func embedSwitchedOff(p *partner, page *interop.Page) {
	s := p.sit(page, "/")
	s.hears("unread")
	check(p.t, p.service.setup.TurnClient(p.t.Context(), p.client, false))
	s.hears("ended")
	s.forget()
	s.frame.Click("main button")
	s.hears("error")
	if text := s.frame.Eval("document.body.innerText"); strings.Contains(text, paper) {
		p.t.Errorf("the frame shows %q", text)
	}
}

func embedTabs(p *partner, page *interop.Page) {
	first := p.sit(page, "/")
	first.hears("unread")
	second := p.sit(page.Tab(), "/?lang=en")
	second.hears("unread")
	first.forget()
	second.frame.Click(".c-title a")
	second.hears("opened")
	if got := first.hears("unread"); got != `{"version":1,"unread":0,"pending":1}` {
		p.t.Errorf("the first tab is told %s", got)
	}
	first.frame.Click(".c-title a")
	first.hears("opened")
}

func embedStranger(p *partner, page *interop.Page) {
	origin := p.origin
	p.origin = strings.Replace(origin, "partner.localhost", "stranger.localhost", 1)
	page.Open(p.origin)
	s := &seat{partner: p, page: page, frame: page}
	if got := s.hears("error"); got != `{"version":1,"code":"unreachable"}` {
		p.t.Errorf("told %s", got)
	}
	if n := page.Eval("asked"); n != "0" {
		p.t.Errorf("%s codes were asked for", n)
	}
	for _, e := range page.Errors() {
		if strings.Contains(e, "frame-ancestors") {
			return
		}
	}
	p.t.Error("the browser did not say that the page must not frame it")
}

func embedIsolated(p *partner, page *interop.Page) {
	p.header = map[string]string{"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
	s := p.sit(page, "/")
	s.hears("unread")
	if isolated := page.Eval("String(crossOriginIsolated)"); isolated != "true" {
		p.t.Error("the page is not isolated")
	}
}

// clean demands of the frame what is demanded of pages, and leaves a picture of the page around it.
func (p *partner) clean(s *seat, name string) {
	p.t.Helper()
	if os.Getenv("CLOUDPOCKET_SHOTS") != "" {
		time.Sleep(time.Second) // frames of other sites are painted later
		s.page.Shot(fmt.Sprintf("embed-%s", name))
	}
	for _, v := range s.frame.Axe() {
		p.t.Errorf("%s: %s", name, v)
	}
	for _, v := range s.page.Axe() {
		p.t.Errorf("%s: around it: %s", name, v)
	}
}
