package admin_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/admin"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/sso/session"
	"cloudpocket/store"
	"cloudpocket/store/diskblob"
	"cloudpocket/store/sqlstore"
	"cloudpocket/store/sqlstore/sqltest"
)

// world is two firms alike, "firm" and "other", each with two client companies, "x" (offices "x1", "x2") and "y" (office
// "y1"), served as they would be, behind proxies in 10.0.0.0/8. The trust of "firm" is "idp", that of "other" "other-idp".
type world struct {
	http.Handler
	portal *portal.Portal
	setup  portal.Setup
	keeper *session.Keeper
	now    time.Time
	file   string // SQLite's, with the records
}

// person is somebody with a browser.
type person struct {
	*world
	tenant, account store.ID
	session         store.Session
	cookie          *http.Cookie // nil: signed out
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	w := &world{now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	records := sqlstore.Config{URL: sqltest.New(t, filepath.Join(dir, "records.db"))}
	w.file = records.URL
	r, err := sqlstore.Open(ctx, records)
	must(t, err)
	sessions, err := sqlstore.OpenSessions(ctx, sqlstore.SessionsConfig{Path: filepath.Join(dir, "sessions.db"), Now: clock})
	must(t, err)
	blobs, err := diskblob.Open(diskblob.Config{Dir: filepath.Join(dir, "blobs"), Now: clock})
	must(t, err)
	t.Cleanup(func() { r.Close(); sessions.Close(); blobs.Close() })
	w.portal = &portal.Portal{Records: r, Sessions: sessions, Blobs: blobs, Now: clock, Log: slog.New(slog.DiscardHandler)}
	w.setup = portal.Setup{Portal: w.portal, By: "test"}
	w.keeper, err = session.New(session.Config{Store: sessions, BaseURL: "https://pocket.example", Now: clock})
	must(t, err)
	w.fill(t, "firm", "idp")
	w.fill(t, "other", "other-idp")
	w.mount(t, clock)
	return w
}

func (w *world) mount(t testing.TB, clock func() time.Time) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	pages, err := page.New(page.Config{Start: func(id store.ID, _ string) string { return "/sso/" + string(id) }, SignIn: "/sign-in", Log: log})
	must(t, err)
	rt := route.New(route.Config{Errors: pages, Log: log, Now: clock, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	rt.Assets(page.AssetPrefix, pages.Assets)
	admin.Mount(rt, admin.Config{BaseURL: "https://pocket.example", Portal: w.portal, Pages: pages, Door: &door.Door{Portal: w.portal, Sessions: w.keeper, Pages: pages, SignIn: "/sign-in"}})
	w.Handler = rt
}

func (w *world) fill(t testing.TB, tenant, trust store.ID) {
	t.Helper()
	ctx := t.Context()
	must(t, w.setup.AddTenant(ctx, store.Tenant{ID: tenant, Name: "みなと社会保険労務士法人"}))
	must(t, w.setup.AddTrust(ctx, tenant, store.Trust{ID: trust, Name: "IdP", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://idp.example"}}))
	for company, offices := range map[store.ID][]store.ID{"x": {"x1", "x2"}, "y": {"y1"}} {
		must(t, w.setup.AddCompany(ctx, tenant, store.Company{ID: company, Name: "会社" + string(company)}))
		for _, o := range offices {
			must(t, w.setup.AddOffice(ctx, tenant, store.Office{ID: o, CompanyID: company, Name: "事業所" + string(o), ExternalID: "ext-" + string(o)}))
		}
	}
}

// add registers somebody of a company of "firm", or of the firm when company is empty, and signs them in.
func (w *world) add(t testing.TB, account, company store.ID, may store.Permission, offices ...store.ID) *person {
	t.Helper()
	return w.addTo(t, "firm", account, company, may, offices...)
}

// addTo is add for either firm; without offices the account reaches all of them.
func (w *world) addTo(t testing.TB, tenant, account, company store.ID, may store.Permission, offices ...store.ID) *person {
	t.Helper()
	must(t, w.setup.AddAccount(t.Context(), tenant, store.Account{ID: account, CompanyID: company, TrustID: trustOf(tenant), Subject: string(account),
		Name: "利用者 " + string(account), Permissions: may, Offices: store.OfficeScope{All: len(offices) == 0, Offices: offices}}))
	p := &person{world: w, tenant: tenant, account: account}
	p.signIn(t)
	return p
}

func trustOf(tenant store.ID) store.ID {
	if tenant == "other" {
		return "other-idp"
	}
	return "idp"
}

func (p *person) signIn(t testing.TB) {
	t.Helper()
	rec := httptest.NewRecorder()
	s, err := p.keeper.Begin(t.Context(), rec, httptest.NewRequest("GET", "/", nil), session.Start{TenantID: p.tenant, AccountID: p.account,
		TrustID: trustOf(p.tenant), Subject: string(p.account), Device: "Mozilla/5.0 (Windows NT 10.0) Chrome/143.0 Safari/537.36", Address: "192.0.2.1", Previous: p.now.Add(-24 * time.Hour)})
	must(t, err)
	p.session, p.cookie = s, rec.Result().Cookies()[0]
}

// do sends a request in English, by a proxy that reports 192.0.2.1; headers are names and values.
func (p *person) do(method, target string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	r.RemoteAddr = "10.0.0.1:4000"
	r.Header.Set("X-Forwarded-For", "192.0.2.1")
	r.Header.Set("Accept-Language", "en")
	if p.cookie != nil {
		r.AddCookie(p.cookie)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	p.ServeHTTP(rec, r)
	return rec
}

func (p *person) get(target string, headers ...string) *httptest.ResponseRecorder {
	return p.do("GET", target, nil, headers...)
}

// post sends a form; fields are names and values.
func (p *person) post(target string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return p.do("POST", target, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

// lastDeed returns the latest audited deed of one kind in a firm's log; the zero event if there is none.
func (w *world) lastDeed(t testing.TB, tenant store.ID, d store.Deed) (e store.AuditEvent) {
	t.Helper()
	must(t, w.portal.Records.View(t.Context(), tenant, func(tx store.Tx) error {
		list, err := tx.Audit().List(t.Context(), store.AuditFilter{Deed: d}, store.Page{Limit: 1})
		if len(list.Items) > 0 {
			e = list.Items[0]
		}
		return err
	}))
	return e
}

// answers demands a status, and texts in the answer.
func answers(t testing.TB, rec *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if rec.Code != status {
		t.Fatalf("status %d, want %d: %s", rec.Code, status, rec.Body)
	}
	for _, text := range texts {
		if !strings.Contains(rec.Body.String(), text) {
			t.Errorf("the answer has no %q:\n%s", text, rec.Body)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
