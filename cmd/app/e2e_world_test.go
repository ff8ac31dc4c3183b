package app_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/examples/parent"
	"cloudpocket/portal"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

// service is the whole service under test, at pocket.localhost.
type service struct {
	*app.App
	url   string
	setup portal.Setup
	now   func() time.Time
}

// start runs the service on records and sessions of its own: SQLite, or Redis and PostgreSQL.
func start(t *testing.T, servers bool) *service {
	t.Helper()
	return startWith(t, func(c *app.Config) {
		if servers {
			c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
		}
	})
}

// startWith runs the service on SQLite, or as change has it.
func startWith(t *testing.T, change func(*app.Config)) *service {
	t.Helper()
	return startAt(t, time.Now, change)
}

// startAt is startWith at another time than the machine's, which its answers are of as well.
func startAt(t testing.TB, now func() time.Time, change func(*app.Config)) *service {
	t.Helper()
	s := &service{now: now}
	s.url = interop.Serve(t, "pocket.localhost", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
		s.Handler().ServeHTTP(w, r)
	}))
	c := app.Config{
		StoreConfig: app.StoreConfig{Data: t.TempDir()}, BaseURL: s.url, Listen: "127.0.0.1:0", Migrate: true, Scan: app.ScanOff,
		SessionIdle: 30 * time.Minute, SessionAbsolute: 10 * time.Hour, MetadataRefresh: time.Hour, PreviewCode: interop.PreviewCode(t),
	}
	change(&c)
	s.open(t, c)
	return s
}

// open makes the service of c, with the firm in it.
func (s *service) open(t testing.TB, c app.Config) {
	t.Helper()
	a, err := app.New(t.Context(), c, s.now, slogTo(t))
	check(t, err)
	t.Cleanup(func() { check(t, a.Close()) })
	s.App, s.setup = a, portal.Setup{Portal: a.Portal, By: "test"}
	s.people(t)
}

func slogTo(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(logTo(t), nil)) }

// logTo shows the service's log when a test fails.
func logTo(t testing.TB) io.Writer {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	check(t, err)
	t.Cleanup(func() {
		f.Close()
		if text, err := os.ReadFile(f.Name()); t.Failed() && err == nil {
			t.Logf("the service's log:\n%s", text)
		}
	})
	return f
}

// people sets up the firm "aoba" with two companies; whoever vouches for them comes with [service.trust].
func (s *service) people(t testing.TB) {
	t.Helper()
	check(t, s.setup.AddTenant(t.Context(), store.Tenant{ID: "aoba", Name: "あおば社会保険労務士法人"}))
	for _, c := range []struct{ id, name string }{{"sakura", "さくら食品株式会社"}, {"hikari", "ひかり電機株式会社"}} {
		check(t, s.setup.AddCompany(t.Context(), "aoba", store.Company{ID: store.ID(c.id), Name: c.name}))
		for _, o := range []string{"本社", "工場"} {
			id := map[string]string{"本社": "-honsha", "工場": "-kojo"}[o]
			check(t, s.setup.AddOffice(t.Context(), "aoba", store.Office{ID: store.ID(c.id + id), CompanyID: store.ID(c.id), Name: c.name + " " + o}))
		}
	}
}

// trust believes t, and registers the people of the stories under it: the firm's sato, suzuki of さくら食品's headquarters,
// mori of its works, and ito of ひかり電機.
func (s *service) trust(t testing.TB, one store.Trust, subject func(login string) string) {
	t.Helper()
	one.Name, one.State = "親サービス", store.TrustEnabled
	check(t, s.setup.AddTrust(t.Context(), "aoba", one))
	for _, a := range []store.Account{
		{ID: "sato", Name: "佐藤 美咲", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}},
		{ID: "suzuki", Name: "鈴木 健一", CompanyID: "sakura", Permissions: store.PermitView, Offices: store.OfficeScope{Offices: []store.ID{"sakura-honsha"}}},
		{ID: "mori", Name: "森 千夏", CompanyID: "sakura", Permissions: store.PermitView, Offices: store.OfficeScope{Offices: []store.ID{"sakura-kojo"}}},
		{ID: "ito", Name: "伊藤 大輔", CompanyID: "hikari", Permissions: store.PermitView, Offices: store.OfficeScope{All: true}},
	} {
		a.TrustID, a.Subject, a.Email = one.ID, subject(string(a.ID)), mailOf(string(a.ID))
		check(t, s.setup.AddAccount(t.Context(), "aoba", a))
	}
}

func mailOf(login string) string { return login + "@example.jp" }

// provider is one parent product as the story needs it.
type provider struct {
	trust   store.ID
	idp     *parent.Parent                                 // the stand-in; nil: it is somebody else's
	signIn  func(p *interop.Page, login string)            // fills in the provider's own form
	launch  func(t *testing.T, p *interop.Page, to string) // sign-in that begins at the provider; nil: it has none
	signOut func(t *testing.T, p *interop.Page)            // sign-out at the provider
}

const password = "ひみつ"

// simpleSAMLphp is SAML with an identity provider that nobody here wrote.
func simpleSAMLphp(t *testing.T, s *service) provider {
	people := map[string]interop.Person{}
	for _, login := range []string{"sato", "suzuki", "ito"} {
		people[login] = interop.Person{Password: password, Attributes: map[string][]string{"uid": {login}}}
	}
	idp := interop.SimpleSAMLphp(t, interop.SAMLConfig{People: people, RequireSignedRequests: true, EncryptAssertions: true})
	m, err := samlsp.ParseMetadata(idp.Metadata(), samlsp.MetadataOptions{Now: time.Now(), AllowPrivate: true})
	check(t, err)
	s.trust(t, store.Trust{ID: "ssp", Protocol: store.SAML, SAML: &store.SAMLTrust{
		EntityID: m.EntityID, Metadata: m.Raw, FetchedAt: time.Now(), IdPInitiated: true, AllowPrivate: true, AllowCBC: true,
	}}, func(login string) string { return login })
	entity := samlsp.URLsOf(s.url, "ssp").EntityID
	idp.TrustURL(entity)
	return provider{
		trust: "ssp", signIn: func(p *interop.Page, login string) { idp.SignIn(p, login, password) },
		launch:  func(_ *testing.T, p *interop.Page, to string) { p.Open(idp.InitiateURL(entity, to)) },
		signOut: func(_ *testing.T, p *interop.Page) { p.Open(idp.LogoutURL(idp.URL())) },
	}
}

// oidcProvider is OpenID Connect with a provider that nobody here wrote.
func oidcProvider(t *testing.T, s *service) provider {
	people := map[string]interop.OIDCPerson{}
	for _, login := range []string{"sato", "suzuki", "ito"} {
		people[login] = interop.OIDCPerson{Password: password, ACR: "urn:example:password", AMR: []string{"pwd"}, Claims: map[string]any{"name": login}}
	}
	root := s.url + "/sso/oidc/op/"
	op := interop.OIDCProvider(t, interop.OIDCConfig{People: people, Clients: []interop.OIDCClient{{
		ID: "pocket", Secret: "a secret of some length, for the test alone", RedirectURIs: []string{root + "callback"}, PostLogoutRedirectURIs: []string{root + "signed-out"},
		BackchannelLogoutURI: root + "backchannel-logout", BackchannelSession: true,
	}}})
	secret, err := portal.SealSecret(s.Stores.Sealer, "op", "a secret of some length, for the test alone")
	check(t, err)
	s.trust(t, store.Trust{ID: "op", Protocol: store.OIDC, OIDC: &store.OIDCTrust{
		Issuer: op.Issuer(), ClientID: "pocket", AuthMethod: "client_secret_basic", SecretRef: secret, AllowPrivate: true,
	}}, func(login string) string { return login })
	return provider{
		trust: "op", signIn: func(p *interop.Page, login string) { op.SignIn(p, login, password) },
		launch: func(_ *testing.T, p *interop.Page, to string) {
			p.Open(root + "initiate?iss=" + op.Issuer() + "&target_link_uri=" + s.url + to)
		},
		signOut: func(_ *testing.T, p *interop.Page) { p.Open(op.LogoutURL("pocket")) },
	}
}

// standIn is the stand-in parent product over one protocol, with a second factor that the trust demands.
func standIn(protocol store.Protocol) func(t *testing.T, s *service) provider {
	return func(t *testing.T, s *service) provider {
		var idp *parent.Parent
		url := interop.Serve(t, "parent.localhost", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { idp.ServeHTTP(w, r) }))
		var users []parent.User
		for _, login := range []string{"sato", "suzuki", "mori", "ito"} {
			users = append(users, parent.User{Login: login, Password: password, Subject: "subject-" + login, Name: login, SecondFactor: true})
		}
		root, entrance := s.url+"/sso/"+string(protocol)+"/"+"parent/", s.url+"/sso/parent/start"
		c := parent.Config{BaseURL: url, Users: users, QuickSignIn: true, Now: s.now}
		if protocol == store.SAML {
			c.SAML = []parent.ServiceProvider{{MetadataURL: root + "metadata", Start: entrance, Encrypt: true}}
		} else {
			c.OIDC = []parent.Client{{ID: "pocket", AuthMethod: "private_key_jwt", JWKSURI: root + "jwks", RedirectURIs: []string{root + "callback"},
				PostLogoutRedirectURIs: []string{root + "signed-out"}, BackChannelLogoutURI: root + "backchannel-logout", Start: entrance, Initiate: root + "initiate"}}
		}
		var err error
		idp, err = parent.New(c)
		check(t, err)
		t.Cleanup(idp.Close)
		s.trust(t, standInTrust(t, protocol, idp), func(login string) string { return "subject-" + login })
		return standInProvider(idp, url, protocol, root, s.url)
	}
}

func standInTrust(t *testing.T, protocol store.Protocol, idp *parent.Parent) store.Trust {
	t.Helper()
	one := store.Trust{ID: "parent", Label: "親サービス", Protocol: protocol, MFA: store.MFARule{Required: true, Contexts: []string{parent.ContextMFA}}}
	if protocol == store.OIDC {
		one.OIDC = &store.OIDCTrust{Issuer: idp.Issuer(), ClientID: "pocket", AuthMethod: "private_key_jwt", AllowPrivate: true}
		return one
	}
	text, err := idp.Metadata()
	check(t, err)
	m, err := samlsp.ParseMetadata(text, samlsp.MetadataOptions{Now: time.Now(), AllowPrivate: true})
	check(t, err)
	one.SAML = &store.SAMLTrust{EntityID: m.EntityID, Metadata: m.Raw, FetchedAt: time.Now(), IdPInitiated: true, AllowPrivate: true}
	return one
}

func standInProvider(idp *parent.Parent, url string, protocol store.Protocol, root, service string) provider {
	p := provider{trust: "parent", idp: idp}
	p.signIn = func(page *interop.Page, login string) {
		page.WaitURL(url + "/signin")
		page.Click(fmt.Sprintf(`form[action="/signin/quick"] [value="%s"]`, login))
	}
	p.launch = func(t *testing.T, page *interop.Page, to string) {
		if protocol == store.OIDC {
			page.Open(root + "initiate?iss=" + url + "&target_link_uri=" + service + to)
			return
		}
		page.Open(url + "/")
		if strings.HasPrefix(page.URL(), url+"/signin") {
			p.signIn(page, "suzuki")
			page.Wait("main summary")
		}
		page.Eval(fmt.Sprintf(`document.querySelector('form[action="/launch"] [name=to]').value = %q`, to))
		page.Eval(`document.querySelectorAll("details").forEach(d => d.open = true)`)
		page.Submit(`form[action="/launch"]`)
		page.WaitURL(service + to) // by way of a page that goes on by itself
	}
	p.signOut = func(_ *testing.T, page *interop.Page) {
		page.Open(url + "/")
		page.Submit(`form[action="/signout"]`)
	}
	return p
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
