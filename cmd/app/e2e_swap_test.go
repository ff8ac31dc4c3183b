package app_test

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// swapper is a site of somebody's own whose pages post assertions that the IdP made, as many as they like.
type swapper struct {
	t       *testing.T
	service *service
	idp     *ssotest.SAMLWorld
	url     string
	made    atomic.Int64
}

func newSwapper(t *testing.T, s *service) *swapper {
	t.Helper()
	w := &swapper{t: t, service: s}
	w.idp = &ssotest.SAMLWorld{Now: time.Now(), BaseURL: s.url, EntityID: "https://idp.example/saml", TrustID: "idp", IdP: ssotest.NewSAMLECKey(t, time.Now())}
	s.trust(t, store.Trust{ID: "idp", Protocol: store.SAML, SAML: &store.SAMLTrust{
		EntityID: w.idp.EntityID, Metadata: w.idp.Metadata(w.idp.EntityID, w.idp.IdP), FetchedAt: time.Now(), IdPInitiated: true,
	}}, func(login string) string { return login })
	w.url = interop.Serve(t, "elsewhere.localhost", http.HandlerFunc(w.page))
	return w
}

// page is a form that brings who is named in the path to the ACS.
func (w *swapper) page(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(rw, `<!doctype html><title>elsewhere</title><link rel="icon" href="data:,"><form method="post" action="%s"><input name="SAMLResponse" value="%s"><input name="RelayState" value="/deliveries"></form>`,
		w.idp.URL("acs"), html.EscapeString(base64.StdEncoding.EncodeToString(w.assertion(strings.Trim(r.URL.Path, "/")))))
}

func (w *swapper) assertion(who string) []byte {
	w.idp.Now = time.Now()
	m, once := w.idp.Response(nil), fmt.Sprint("-", w.made.Add(1))
	m.ID += once
	a := &m.Assertions[0]
	a.ID, a.SessionIndex, a.NameXML = a.ID+once, a.SessionIndex+once, ssotest.NameXML(who)
	return w.idp.Seal(w.t, ssotest.SignedAssertion, m, ssotest.Sealing{})
}

// bring has the page post who's assertion, as a visitor's browser would without being asked.
func (w *swapper) bring(p *interop.Page, who string) {
	w.t.Helper()
	p.Open(w.url + "/" + who)
	p.Eval(`setTimeout(() => document.forms[0].submit()) && ""`)
}

// TestSwap brings another account's assertion to a real browser in which somebody is signed in.
func TestSwap(t *testing.T) {
	s := start(t, false)
	w, browser := newSwapper(t, s), interop.Browser(t)
	for _, row := range []struct {
		lang   string
		screen interop.Screen
	}{{"ja", interop.Desktop()}, {"en", interop.Phone()}} {
		t.Run(row.lang, func(t *testing.T) {
			p := browser.Page(t, row.screen, row.lang)
			signedIn := func(p *interop.Page, who string) {
				t.Helper()
				p.WaitURL(s.url + "/deliveries")
				if got := p.Text(".who"); !strings.Contains(got, who) {
					t.Errorf("%q is signed in, want %s", got, who)
				}
			}
			w.bring(p, "suzuki")
			signedIn(p, "鈴木 健一")
			w.bring(p, "suzuki")
			signedIn(p, "鈴木 健一")

			w.bring(p, "ito")
			p.WaitURL(s.url + "/sso/arrived/")
			for _, want := range []string{"鈴木 健一", "さくら食品株式会社", "伊藤 大輔", "ひかり電機株式会社", "あおば社会保険労務士法人"} {
				if got := p.Text("main"); !strings.Contains(got, want) {
					t.Errorf("the question does not name %s: %s", want, got)
				}
			}
			if n := p.Eval(`document.scripts.length`); n != "0" {
				t.Errorf("the question has %s scripts", n)
			}
			(&story{t: t, service: s}).clean(p, "question")
			other := p.Tab()
			other.Open(s.url + "/deliveries")
			signedIn(other, "鈴木 健一")
			p.Click(`button[value="stay"]`)
			signedIn(p, "鈴木 健一")

			w.bring(p, "ito")
			p.WaitURL(s.url + "/sso/arrived/")
			p.Click(`button[value="continue"]`)
			signedIn(p, "伊藤 大輔")
		})
	}
	t.Run("audit", func(t *testing.T) {
		refused, replaced := 0, 0
		check(t, s.Stores.Records.View(t.Context(), "aoba", func(tx store.Tx) error {
			for e, err := range tx.Audit().All(t.Context()) {
				if err != nil {
					return err
				}
				if e.Deed == store.DeedSignIn && e.Detail["reason"] == "login.stayed" {
					refused++
				}
				if e.Deed == store.DeedSignOut && e.Detail["by"] == "replaced" && e.AccountID == "suzuki" {
					replaced++
				}
			}
			return nil
		}))
		if refused != 2 || replaced != 2 {
			t.Errorf("%d refused, %d replaced in the audit; want 2 of each", refused, replaced)
		}
	})
}
