package app_test

import (
	"os"
	"path/filepath"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/egov/egovtest"
)

// embedPopupGoesOn stays in a page whose people sign in in a window: through renewals, without the network, in a second tab, and
// until they sign out at the parent.
func embedPopupGoesOn(p *partner, page *interop.Page) {
	first := p.sit(page, "/popup")
	first.hears("ready")
	first.frame.Click("main button")
	p.parent.signIn(page.Window(p.service.url, p.parentURL()), "suzuki")
	first.shows(paper)
	for range 3 {
		p.clock.Forward(9*time.Minute + 30*time.Second)
		first.forget()
		first.frame.Click(".c-title a")
		first.hears("opened")
		first.frame.Click(`[data-part="back"]`)
		first.shows("すべて")
	}
	first.frame.Offline(true)
	first.frame.Eval(`document.querySelector(".c-title a").click()`)
	first.shows("通信できません")
	first.frame.Offline(false)
	first.shows("受領確認のお願い")
	second := p.sit(page.Tab(), "/popup?mode=list")
	second.hears("ready")
	second.frame.Click("main button") // the window closes by itself: whoever it shows is signed in
	second.shows(paper)
	first.forget()
	check(p.t, p.idp.SignOut(p.t.Context(), "suzuki"))
	for _, s := range []*seat{second, first} {
		s.hears("ended")
		s.shows("サインイン")
	}
}

// embedBadge is the number alone.
func embedBadge(p *partner, page *interop.Page) {
	s := p.sit(page, "/?mode=badge")
	s.hears("unread")
	count := func(want string) {
		p.t.Helper()
		var got string
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			if got = page.Eval(`one.shadowRoot.querySelector(".count").textContent`); got == want {
				return
			}
		}
		p.t.Fatalf("the badge says %q, want %q", got, want)
	}
	count("1")
	p.deliver("労働保険料 申告書")
	count("2")
	for _, v := range page.Axe() {
		p.t.Errorf("around it: %s", v)
	}
}

// embedDocument is one document, and then the list of one office, as attributes name them.
func embedDocument(p *partner, page *interop.Page) {
	one := p.deliver("労働保険料 申告書")
	s := p.sit(page, "/?mode=document&document="+string(one))
	if got := s.hears("opened"); got != `{"version":1,"delivery":"`+string(one)+`"}` {
		p.t.Errorf("opened %s", got)
	}
	s.shows("労働保険料 申告書")
	other := p.sit(page, "/?mode=office&office=sakura-honsha")
	other.hears("ready")
	other.shows(paper)
}

// embedTray sends an official document to the tray of the firm, in a partner's page.
func embedTray(p *partner, page *interop.Page) {
	p.login = "sato"
	zip := filepath.Join(p.t.TempDir(), "届.zip")
	check(p.t, os.WriteFile(zip, egovtest.New(1).Package(egovtest.Pension, egovtest.Options{}).Data, 0o600))
	s := p.sit(page, "/?mode=tray")
	s.hears("ready")
	s.shows("公文書パッケージ")
	p.clean(s, "tray")
	s.frame.Upload("#file", zip)
	s.shows("1件中") // it is in, and the page says how far it is; nobody sorts here
	p.clean(s, "tray-dropped")
}
