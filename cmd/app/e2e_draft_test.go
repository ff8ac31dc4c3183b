package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/examples/parent"
	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/sso/login"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

const clientSecret = "a secret of some length, for the test of a draft alone"

// drafted is a service where an administrator connects the stand-in parent product, which is a trust's draft still.
type drafted struct {
	*service
	boss   portal.Actor
	idp    *parent.Parent
	idpURL string
	page   *interop.Page
}

// newDrafted starts it all; sato administers the firm and comes in by another trust.
func newDrafted(t *testing.T, browser *interop.Chromium, protocol store.Protocol, method string) *drafted {
	t.Helper()
	s := &service{now: time.Now}
	s.url = interop.Serve(t, "pocket.localhost", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Handler().ServeHTTP(w, r) }))
	s.open(t, app.Config{
		StoreConfig: app.StoreConfig{Data: t.TempDir()}, BaseURL: s.url, Listen: "127.0.0.1:0", Migrate: true, Scan: app.ScanOff, PrivateIdPs: true,
		SessionIdle: 30 * time.Minute, SessionAbsolute: 10 * time.Hour, MetadataRefresh: time.Hour, PreviewCode: interop.PreviewCode(t),
	})
	newSwapper(t, s)
	d := &drafted{service: s, boss: portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "idp"}, page: browser.Page(t, interop.Desktop(), "ja")}
	d.connect(t, protocol, method)
	return d
}

// connect begins the trust "new", which has its URLs then, and has the parent product know them.
func (d *drafted) connect(t *testing.T, protocol store.Protocol, method string) {
	t.Helper()
	_, err := d.Portal.NewTrust(t.Context(), d.boss, portal.NewTrust{ID: "new", Name: "新しい親サービス", Protocol: protocol})
	check(t, err)
	d.idpURL = interop.Serve(t, "parent.localhost", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.idp.ServeHTTP(w, r) }))
	root := d.url + "/sso/" + string(protocol) + "/new/"
	c := parent.Config{BaseURL: d.idpURL, QuickSignIn: true, Now: d.now}
	for _, login := range []string{"suzuki", "stranger"} {
		c.Users = append(c.Users, parent.User{Login: login, Password: password, Subject: "subject-" + login, Name: login})
	}
	if protocol == store.SAML {
		c.SAML = []parent.ServiceProvider{{MetadataURL: root + "metadata", Encrypt: true}}
	} else {
		client := parent.Client{ID: "pocket", AuthMethod: method, RedirectURIs: []string{root + "callback"}}
		if method == "private_key_jwt" {
			client.JWKSURI = root + "jwks"
		} else {
			client.Secret = clientSecret
		}
		c.OIDC = []parent.Client{client}
	}
	d.idp, err = parent.New(c)
	check(t, err)
	t.Cleanup(d.idp.Close)
}

// fill saves the draft with the parent product's half of it, and returns its revision.
func (d *drafted) fill(t *testing.T, method string) int64 {
	t.Helper()
	v, err := d.Portal.Trust(t.Context(), d.boss, "new")
	check(t, err)
	draft := *v.Pending
	if draft.Protocol == store.SAML {
		text, err := d.idp.Metadata()
		check(t, err)
		m, err := samlsp.ParseMetadata(text, samlsp.MetadataOptions{Now: d.now(), AllowPrivate: true})
		check(t, err)
		draft.SAML.EntityID, draft.SAML.Metadata, draft.SAML.FetchedAt, draft.SAML.AllowPrivate = m.EntityID, m.Raw, d.now(), true
	} else {
		draft.OIDC.Issuer, draft.OIDC.ClientID, draft.OIDC.AuthMethod, draft.OIDC.AllowPrivate = d.idp.Issuer(), "pocket", method, true
		if method != "private_key_jwt" {
			draft.OIDC.SecretRef, err = d.Portal.SealTrustSecret(t.Context(), d.boss, "new", clientSecret)
			check(t, err)
		}
	}
	saved, problems, err := d.Portal.SaveTrustDraft(t.Context(), d.boss, draft)
	check(t, err)
	if len(problems) > 0 {
		t.Fatalf("the draft is refused: %+v", problems)
	}
	return saved.Revision
}

// try goes through a test of the draft as somebody, and returns the sign-in that is kept of it.
func (d *drafted) try(t *testing.T, revision int64, who string) store.SignIn {
	t.Helper()
	draft, err := d.Stores.Records.Draft(t.Context(), "new")
	check(t, err)
	draft.Revision = revision
	path, _, err := login.NewDraftTest(t.Context(), d.Stores.Marks, draft, "sato")
	check(t, err)
	d.page.Open(d.url + path)
	d.quick(who)
	d.page.WaitURL(d.url + "/sso/")
	d.page.Wait("main a[href^='/admin/trusts/new/sign-ins/']")
	return d.newest(t)
}

// quick signs in at the parent product, which asks each time.
func (d *drafted) quick(who string) {
	d.page.WaitURL(d.idpURL + "/signin")
	d.page.Click(`form[action="/signin/quick"] [value="` + who + `"]`)
}

// newest is the newest sign-in at the trust, with its trace.
func (d *drafted) newest(t *testing.T) store.SignIn {
	t.Helper()
	list, err := d.Portal.SignIns(t.Context(), d.boss, "new", false, store.Page{Limit: 1})
	check(t, err)
	if len(list.Items) == 0 {
		t.Fatal("no sign-in is kept")
	}
	s, err := d.Portal.SignIn(t.Context(), d.boss, "new", list.Items[0].ID)
	check(t, err)
	if strings.Contains(string(s.Trace), clientSecret) {
		t.Errorf("the client secret is in the trace: %s", s.Trace)
	}
	return s
}

// signOut forgets who is signed in at the parent product and here.
func (d *drafted) signOut() {
	d.page.Open(d.idpURL + "/")
	d.page.Submit(`form[action="/signout"]`)
}

// TestDraftWithStandIn connects the stand-in parent product over each protocol and way of proving who asks: a test of the
// draft fails for somebody who is not registered and passes for somebody who is, and only then it is switched on. What an
// error page shows to quote finds the trace of what happened.
func TestDraftWithStandIn(t *testing.T) {
	browser := interop.Browser(t)
	for _, row := range []struct {
		protocol store.Protocol
		method   string
	}{{store.SAML, ""}, {store.OIDC, "client_secret_basic"}, {store.OIDC, "client_secret_post"}, {store.OIDC, "private_key_jwt"}} {
		t.Run(string(row.protocol)+" "+row.method, func(t *testing.T) {
			d := newDrafted(t, browser, row.protocol, row.method)
			revision := d.fill(t, row.method)
			failed := d.try(t, revision, "suzuki")
			if !failed.Test || failed.Outcome != store.Refused || failed.Reason != "admit.not_registered" {
				t.Fatalf("the test of somebody unknown came to %s %s: %s", failed.Outcome, failed.Reason, failed.Trace)
			}
			on := portal.SwitchOn{Revision: revision}
			if err := d.Portal.SwitchTrustOn(t.Context(), d.boss, "new", on); err == nil {
				t.Error("a draft whose test failed was switched on")
			}
			check(t, d.setup.AddAccount(t.Context(), "aoba", store.Account{ID: "suzuki-new", Name: "鈴木 健一", TrustID: "new", Subject: "subject-suzuki", CompanyID: "sakura", Permissions: store.PermitView, Offices: store.OfficeScope{All: true}}))
			preview, err := d.Portal.PreviewMapping(t.Context(), d.boss, "new", store.Mapping{})
			check(t, err)
			if preview == nil || preview.Account != "鈴木 健一" || !preview.Outcome.OK {
				t.Errorf("the preview on the test's message is %+v", preview)
			}
			d.signOut()
			if passed := d.try(t, revision, "suzuki"); passed.Outcome != store.Allowed || passed.AccountID != "suzuki-new" {
				t.Fatalf("the test came to %s %s: %s", passed.Outcome, passed.Reason, passed.Trace)
			}
			check(t, d.Portal.SwitchTrustOn(t.Context(), d.boss, "new", on))
			d.goesLive(t)
		})
	}
}

// goesLive signs in at the trust that was switched on: suzuki comes in, and whoever is not registered has a reference that
// leads to the trace.
func (d *drafted) goesLive(t *testing.T) {
	t.Helper()
	d.signOut()
	d.page.Open(d.url + "/sso/new/start?to=/deliveries")
	d.quick("stranger")
	d.page.Wait(".reference code")
	reference := strings.TrimSpace(d.page.Text(".reference code"))
	s, err := d.Portal.SignInByReference(t.Context(), d.boss, reference)
	check(t, err)
	if s.TrustID != "new" || s.Test || s.Outcome != store.Refused || s.Reason != "admit.not_registered" {
		t.Errorf("reference %q leads to %+v", reference, s)
	}
	s, err = d.Portal.SignIn(t.Context(), d.boss, "new", s.ID)
	check(t, err)
	trace, err := sso.DecodeTrace(s.Trace)
	check(t, err)
	if last := trace.Checks[len(trace.Checks)-1]; last.Key() != "trace.reason.admit.not_registered" || trace.Name != "subject-stranger" || trace.Message == "" {
		t.Errorf("its trace ends with %+v and has %q: %s", last, trace.Name, s.Trace)
	}
	d.signOut()
	d.page.Open(d.url + "/sso/new/start?to=/deliveries")
	d.quick("suzuki")
	d.page.WaitURL(d.url + "/deliveries")
	if s := d.newest(t); s.Outcome != store.Allowed || s.AccountID != "suzuki-new" || s.Test {
		t.Errorf("the newest sign-in is %+v", s)
	}
}
