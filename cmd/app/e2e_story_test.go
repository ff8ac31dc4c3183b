package app_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestStory carries a document from the firm to an office of its client, through a browser, for each protocol with an
// identity provider that nobody here wrote and with the stand-in, on both kinds of stores.
func TestStory(t *testing.T) {
	browser := interop.Browser(t)
	for _, row := range []struct {
		name    string
		servers bool
		parent  func(*testing.T, *service) provider
		screen  interop.Screen
		lang    string
	}{
		{"SAML, SimpleSAMLphp", true, simpleSAMLphp, interop.Desktop(), "ja"},
		{"SAML, stand-in", false, standIn(store.SAML), interop.Phone(), "ja"},
		{"OIDC, oidc-provider", true, oidcProvider, interop.Desktop(), "en"},
		{"OIDC, stand-in", false, standIn(store.OIDC), interop.Phone(), "en"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := start(t, row.servers)
			st := &story{t: t, service: s, parent: row.parent(t, s)}
			st.firm, st.client, st.stranger = browser.Page(t, row.screen, row.lang), browser.Page(t, row.screen, row.lang), browser.Page(t, row.screen, row.lang)
			st.publishes()
			st.clientArrives()
			st.clientDownloads()
			st.clientAcknowledges()
			st.firmSeesReceipts()
			st.strangerSeesNothing()
			st.parentLaunches()
			st.parentSignsOut()
			st.auditIsWhole()
		})
	}
}

// story is one telling: three browsers and what they have come to.
type story struct {
	t                      *testing.T
	service                *service
	parent                 provider
	firm, client, stranger *interop.Page
	document, delivery     string // paths
}

const paper = "標準報酬決定通知書 3名分"

// start opens the link that the parent product's pages carry, and signs in there.
func (st *story) enter(p *interop.Page, login, to string) {
	st.t.Helper()
	p.Open(st.service.url + "/sso/" + string(st.parent.trust) + "/start?to=" + url.QueryEscape(to))
	st.parent.signIn(p, login)
	p.WaitURL(st.service.url + to)
}

// publishes has the firm upload a file for one office and hand it out.
func (st *story) publishes() {
	st.t.Helper()
	st.enter(st.firm, "sato", "/desk/new")
	file := filepath.Join(st.t.TempDir(), "標準報酬決定通知書.txt")
	check(st.t, os.WriteFile(file, []byte(strings.Repeat("標準報酬月額 530千円\n", 1000)), 0o600))
	st.firm.Upload("#file", file)
	st.firm.Fill("#title", paper)
	st.firm.Eval(`document.querySelector("#kind").value = "social-insurance"`)
	st.firm.Eval(`document.querySelector('input[name=office][value=sakura-honsha]').checked = true`)
	st.clean(st.firm, "publish")
	st.firm.Eval(`document.querySelector("button[name=deliver][value='1']").click()`) // not by place: the bar floats
	st.firm.WaitURL(st.service.url + "/desk/documents/")
	st.document = strings.TrimPrefix(st.firm.URL(), st.service.url)
	if text := st.firm.Text("main"); !strings.Contains(text, paper) || !strings.Contains(text, "鈴木 健一") {
		st.t.Fatalf("the firm's page of the document says %q", text)
	}
	st.clean(st.firm, "sheet")
	st.findDelivery()
}

// findDelivery learns the path that the parent product would link to.
func (st *story) findDelivery() {
	st.t.Helper()
	id := store.ID(strings.TrimPrefix(strings.SplitN(st.document, "?", 2)[0], "/desk/documents/"))
	actor := portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: st.parent.trust}
	d, err := st.service.Portal.DeskDocument(st.t.Context(), actor, id)
	check(st.t, err)
	st.delivery = "/deliveries/" + string(d.Deliveries[0].ID)
}

// clientArrives follows the deep link: signed out here, then standing on the very document.
func (st *story) clientArrives() {
	st.t.Helper()
	st.enter(st.client, "suzuki", st.delivery)
	if title := st.client.Text("h1"); !strings.Contains(title, paper) {
		st.t.Fatalf("the client stands on %q", title)
	}
	st.clean(st.client, "document")
	st.client.Open(st.service.url + "/deliveries")
	if text := st.client.Text("main"); !strings.Contains(text, paper) {
		st.t.Errorf("the client's list says %q", text)
	}
	st.clean(st.client, "list")
	st.client.Open(st.service.url + st.delivery)
}

// clientDownloads fetches the file as the browser would, and a part of it.
func (st *story) clientDownloads() {
	st.t.Helper()
	link := st.client.Eval(`document.querySelector('a[href*="/files/"]').href`)
	body := st.client.Eval(`fetch(` + quote(link) + `).then(r => r.text())`)
	if want := strings.Repeat("標準報酬月額 530千円\n", 1000); body != want {
		st.t.Errorf("downloaded %d characters, want %d", len(body), len(want))
	}
	part := st.client.Eval(`fetch(` + quote(link) + `, {headers: {Range: "bytes=0-11"}}).then(async r => r.status + " " + await r.text())`)
	if part != "206 標準報酬" {
		st.t.Errorf("a part came as %q", part)
	}
	name := st.client.Eval(`fetch(` + quote(link) + `).then(r => r.headers.get("Content-Disposition"))`)
	if !strings.Contains(name, "filename*=UTF-8''"+url.PathEscape("標準報酬決定通知書.txt")) {
		st.t.Errorf("the file is called %q", name)
	}
}

func (st *story) clientAcknowledges() {
	st.t.Helper()
	st.client.Open(st.service.url + st.delivery)
	st.client.Submit(`form[action$="/acknowledge"]`)
	if st.client.Eval(`String(document.querySelector('form[action$="/acknowledge"]') === null)`) != "true" {
		st.t.Error("the page still asks for the acknowledgement")
	}
	st.clean(st.client, "acknowledged")
}

// firmSeesReceipts reads on the firm's page what the client did.
func (st *story) firmSeesReceipts() {
	st.t.Helper()
	st.firm.Open(st.service.url + st.document)
	if got := st.firm.Eval(`String(document.querySelectorAll(".receipts .c-fact .none").length)`); got != "0" {
		st.t.Errorf("%s of the three facts are missing: %q", got, st.firm.Text(".receipts"))
	}
	st.clean(st.firm, "receipts")
}

// strangerSeesNothing has somebody of another company follow the same link, and asks for the file without a session.
func (st *story) strangerSeesNothing() {
	st.t.Helper()
	st.enter(st.stranger, "ito", st.delivery)
	mine := st.stranger.Text("main")
	st.clean(st.stranger, "not-found")
	st.stranger.Open(st.service.url + "/deliveries/" + string(store.NewID(time.Now())))
	if nothing := st.stranger.Text("main"); reference(mine) != reference(nothing) || strings.Contains(mine, paper) {
		st.t.Errorf("another company's document answers %q, nothing at all answers %q", mine, nothing)
	}
	res, err := noRedirects().Get(st.service.url + st.delivery)
	check(st.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(st.t, err)
	if res.StatusCode != http.StatusSeeOther || bytes.Contains(body, []byte(paper)) {
		st.t.Errorf("without a session: %d %q", res.StatusCode, body)
	}
}

// reference cuts off the part of an error page that is different each time.
func reference(text string) string {
	words := strings.Fields(text)
	kept := words[:0]
	for _, w := range words {
		if !(len(w) == 26 && store.ID(w).Valid()) {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// parentLaunches begins at the parent product and must end on the document.
func (st *story) parentLaunches() {
	st.t.Helper()
	st.client.Open(st.service.url + "/deliveries")
	st.client.Submit(`form[action="/sign-out"]`)
	st.client.WaitURL(st.service.url + "/signed-out") // by way of the parent product, which was told
	st.clean(st.client, "signed-out")
	st.parent.launch(st.t, st.client, st.delivery)
	if !strings.HasPrefix(st.client.URL(), st.service.url+st.delivery) {
		st.parent.signIn(st.client, "suzuki")
	}
	st.client.WaitURL(st.service.url + st.delivery)
}

// parentSignsOut ends the session at the parent product, and with it the one here.
func (st *story) parentSignsOut() {
	st.t.Helper()
	before := st.sessions("suzuki")
	if before == 0 {
		st.t.Fatal("the client has no session to end")
	}
	st.parent.signOut(st.t, st.client)
	deadline := time.Now().Add(10 * time.Second)
	for st.sessions("suzuki") > 0 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	if n := st.sessions("suzuki"); n != 0 {
		st.t.Errorf("%d of %d sessions stand after the sign-out at the parent", n, before)
	}
	if n := st.sessions("sato"); n != 1 {
		st.t.Errorf("the firm's sessions are %d; they are not the client's to end", n)
	}
}

func (st *story) sessions(account store.ID) int {
	st.t.Helper()
	all, err := st.service.Stores.Sessions.Of(st.t.Context(), "aoba", account)
	check(st.t, err)
	return len(all)
}

// auditIsWhole demands every deed of the story in the chain, once each where it happened once.
func (st *story) auditIsWhole() {
	st.t.Helper()
	_, err := st.service.setup.VerifyAudit(st.t.Context(), "aoba")
	check(st.t, err)
	count := map[store.Deed]int{}
	check(st.t, st.service.Stores.Records.View(st.t.Context(), "aoba", func(tx store.Tx) error {
		for e, err := range tx.Audit().All(st.t.Context()) {
			if err != nil {
				return err
			}
			count[e.Deed]++
		}
		return nil
	}))
	for deed, want := range map[store.Deed]int{store.DeedSignIn: 4, store.DeedPublish: 1, store.DeedDeliver: 1, store.DeedAcknowledge: 1, store.DeedDownload: 3} {
		if count[deed] != want {
			st.t.Errorf("%d events of %s, want %d", count[deed], deed, want)
		}
	}
}

// clean demands that a page has no serious accessibility problem and that the browser had nothing to complain of, and
// leaves a picture.
func (st *story) clean(p *interop.Page, name string) {
	st.t.Helper()
	p.Shot(strings.ReplaceAll(strings.ReplaceAll(st.t.Name(), "/", "-"), " ", "") + "-" + name)
	for _, v := range p.Axe() {
		st.t.Errorf("%s: %+v", name, v)
	}
	for _, e := range p.Errors() {
		if name != "not-found" && strings.Contains(e, st.service.url) { // the browser calls the page itself an error
			st.t.Errorf("%s: the browser says %s", name, e)
		}
	}
}

func noRedirects() *http.Client {
	c := interop.Client()
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "%27") + "'" }
