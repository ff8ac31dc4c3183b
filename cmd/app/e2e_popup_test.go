package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestEmbeddedByAPopup embeds the service in a page that brings nobody, on three sites and with third parties' cookies blocked:
// the frame's window signs suzuki in at the parent, gives the frame a code and closes, and what ends the browser's session ends
// the embed.
func TestEmbeddedByAPopup(t *testing.T) {
	browser := interop.Browser(t)
	for _, protocol := range []store.Protocol{store.OIDC, store.SAML} {
		t.Run(string(protocol), func(t *testing.T) {
			s := startWith(t, func(c *app.Config) { c.PrivateIdPs = true })
			p := standIn(protocol)(t, s)
			partner := &hostPage{service: s.url}
			origin := interop.Serve(t, "partner.localhost", partner)
			keys, err := p.idp.EmbedKeys()
			check(t, err)
			c, err := s.setup.AddClient(t.Context(), "aoba", portal.ClientDraft{Name: "HR", Keys: keys, Scopes: store.ScopeEmbed, Offices: store.OfficeScope{All: true}, Origins: []string{origin}})
			check(t, err)
			partner.client = string(c.ID)
			(&embedding{service: s, t: t}).publish("賞与支払届の控え", "sakura-honsha")

			page := browser.Page(t, interop.Desktop(), "ja")
			signInAtParent(page, p, "suzuki")
			host := page.Tab()
			host.Open(origin)
			frame := host.Frame(s.url + "/embed/")
			frame.Wait("main button")
			frame.Click("main button")
			frame.Wait(`main a[href^="/deliveries/"]`)
			if text := frame.Text("main"); !strings.Contains(text, "賞与支払届の控え") {
				t.Errorf("the frame shows %q", text)
			}
			all, err := s.Stores.Sessions.Of(t.Context(), "aoba", "suzuki")
			check(t, err)
			if len(all) != 2 || !all[0].Embedded() || all[0].Embed.Parent != all[1].ID || all[0].Embed.Origin != origin {
				t.Errorf("the sessions are %+v", all)
			}
			_, err = s.Stores.Sessions.End(t.Context(), store.SessionSelector{TenantID: "aoba", AccountID: "suzuki", ID: all[len(all)-1].ID})
			check(t, err)
			host.Within(20 * time.Second).Wait(`body[data-ended]`)
		})
	}
}

// signInAtParent signs somebody in at the parent product.
func signInAtParent(page *interop.Page, p provider, login string) {
	page.Open(p.idp.URL("/"))
	p.signIn(page, login)
	page.Wait("main summary")
}

// hostPage is a partner's page around an element that brings nobody.
type hostPage struct{ service, client string }

func (h *hostPage) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="ja"><title>partner</title><body><main><cloud-pocket src=%q client=%q lang="ja"></cloud-pocket></main>
<script type="module" src="%s/embed.js"></script>
<script>document.querySelector("cloud-pocket").addEventListener("ended", () => { document.body.dataset.ended = "yes" })</script></body></html>`, h.service, h.client, h.service)
}
