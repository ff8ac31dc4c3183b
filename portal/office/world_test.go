package office_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/office"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/sso/session"
	"cloudpocket/store"
	"cloudpocket/store/diskblob"
	"cloudpocket/store/sqlstore"
	"cloudpocket/store/sqlstore/sqltest"
)

// world is one firm with two client companies, "x" (offices "x1", "x2") and "y" (office "y1"), served as it would be.
type world struct {
	http.Handler
	router *route.Router
	portal *portal.Portal
	setup  portal.Setup
	keeper *session.Keeper
	now    time.Time

	printer office.Printer
}

// person is somebody with a browser.
type person struct {
	*world
	account store.ID
	cookie  *http.Cookie // nil: signed out
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	w := &world{now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	log := slog.New(slog.DiscardHandler)
	records := sqlstore.Config{URL: sqltest.New(t, filepath.Join(dir, "records.db"))}
	r, err := sqlstore.Open(ctx, records)
	must(t, err)
	sessions, err := sqlstore.OpenSessions(ctx, sqlstore.SessionsConfig{Path: filepath.Join(dir, "sessions.db"), Now: clock})
	must(t, err)
	blobs, err := diskblob.Open(diskblob.Config{Dir: filepath.Join(dir, "blobs"), Now: clock})
	must(t, err)
	t.Cleanup(func() { r.Close(); sessions.Close(); blobs.Close() })
	w.portal = &portal.Portal{Records: r, Sessions: sessions, Blobs: blobs, Now: clock, Log: log}
	w.setup = portal.Setup{Portal: w.portal, By: "test"}
	w.keeper, err = session.New(session.Config{Store: sessions, BaseURL: "https://pocket.example", Now: clock})
	must(t, err)
	w.fill(t)
	w.mount(t, log, clock)
	return w
}

func (w *world) mount(t testing.TB, log *slog.Logger, clock func() time.Time) {
	t.Helper()
	pages, err := page.New(page.Config{Start: func(id store.ID, _ string) string { return "/sso/" + string(id) }, SignIn: "/sign-in", Log: log})
	must(t, err)
	rt := route.New(route.Config{Errors: pages, Log: log, Now: clock})
	rt.Assets(page.AssetPrefix, pages.Assets)
	office.Mount(rt, office.Config{Portal: w.portal, Sessions: w.keeper, Pages: pages, Printer: w.printer, SignIn: "/sign-in"})
	w.Handler, w.router = rt, rt
}

func (w *world) fill(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	must(t, w.setup.AddTenant(ctx, store.Tenant{ID: "firm", Name: "みなと社会保険労務士法人"}))
	must(t, w.setup.AddTrust(ctx, "firm", store.Trust{ID: "idp", Name: "IdP", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://idp.example"}}))
	for company, offices := range map[store.ID][]store.ID{"x": {"x1", "x2"}, "y": {"y1"}} {
		must(t, w.setup.AddCompany(ctx, "firm", store.Company{ID: company, Name: "会社" + string(company)}))
		for _, o := range offices {
			must(t, w.setup.AddOffice(ctx, "firm", store.Office{ID: o, CompanyID: company, Name: "事業所" + string(o), ExternalID: "ext-" + string(o)}))
		}
	}
}

// add registers somebody of a company, or of the firm when company is empty, and signs them in.
func (w *world) add(t testing.TB, account, company store.ID, may store.Permission) *person {
	t.Helper()
	must(t, w.setup.AddAccount(t.Context(), "firm", store.Account{ID: account, CompanyID: company, TrustID: "idp", Subject: string(account),
		Name: "利用者 " + string(account), Permissions: may, Offices: store.OfficeScope{All: true}}))
	p := &person{world: w, account: account}
	p.signIn(t)
	return p
}

func (p *person) signIn(t testing.TB) store.Session {
	t.Helper()
	rec := httptest.NewRecorder()
	s, err := p.keeper.Begin(t.Context(), rec, httptest.NewRequest("GET", "/", nil), session.Start{TenantID: "firm", AccountID: p.account,
		TrustID: "idp", Device: "Mozilla/5.0 (Windows NT 10.0) Chrome/143.0 Safari/537.36", Address: "192.0.2.1", Previous: p.now.Add(-24 * time.Hour)})
	must(t, err)
	p.cookie = rec.Result().Cookies()[0]
	return s
}

// do sends a request in English; headers are names and values.
func (p *person) do(method, target string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
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

func (p *person) post(target, form string) *httptest.ResponseRecorder {
	return p.do("POST", target, strings.NewReader(form), "Content-Type", "application/x-www-form-urlencoded")
}

// field is one part of a multipart form; with a file name it is a file.
type field struct{ name, file, value string }

func multipartOf(t testing.TB, fields []field) (body *bytes.Buffer, contentType string) {
	t.Helper()
	body = &bytes.Buffer{}
	m := multipart.NewWriter(body)
	for _, f := range fields {
		var part io.Writer
		var err error
		if f.file != "" || f.name == "file" {
			part, err = m.CreateFormFile(f.name, f.file)
		} else {
			part, err = m.CreateFormField(f.name)
		}
		must(t, err)
		_, err = io.WriteString(part, f.value)
		must(t, err)
	}
	must(t, m.Close())
	return body, m.FormDataContentType()
}

func (p *person) send(t testing.TB, fields []field, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	body, contentType := multipartOf(t, fields)
	return p.do("POST", "/desk/documents", body, append(headers, "Content-Type", contentType)...)
}

// good is a form that is accepted, with more fields after it.
func good(more ...field) []field {
	return append([]field{{"title", "", "標準報酬決定通知書 4名分"}, {"kind", "", "social-insurance"}, {"note", "", "ご確認ください。"},
		{"acknowledge", "", "1"}, {"office", "", "x1"}, {"deliver", "", "1"}, {"file", "通知 書.txt", "本文"}}, more...)
}

// handOut publishes a good form and returns the document and its one delivery and file.
func (p *person) handOut(t testing.TB) (document, delivery, file store.ID) {
	t.Helper()
	rec := p.send(t, good())
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("publish: %d %s", rec.Code, rec.Body)
	}
	document = store.ID(strings.TrimSuffix(strings.TrimPrefix(rec.Header().Get("Location"), "/desk/documents/"), "?done=published"))
	d, err := p.portal.DeskDocument(t.Context(), portal.Actor{TenantID: "firm", AccountID: p.account, TrustID: "idp"}, document)
	must(t, err)
	return document, d.Deliveries[0].ID, d.Document.Files[0].ID
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// receipt returns what the firm knows of account's dealings with a delivery.
func (w *world) receipt(t testing.TB, account, delivery store.ID) (r store.Receipt) {
	t.Helper()
	must(t, w.portal.Records.View(t.Context(), "firm", func(tx store.Tx) (err error) {
		r, err = tx.Receipts().Get(t.Context(), account, delivery)
		return err
	}))
	return r
}

// lastDeed returns the latest audited deed of one kind; the zero event if there is none.
func (w *world) lastDeed(t testing.TB, d store.Deed) (e store.AuditEvent) {
	t.Helper()
	must(t, w.portal.Records.View(t.Context(), "firm", func(tx store.Tx) error {
		list, err := tx.Audit().List(t.Context(), store.AuditFilter{Deed: d}, store.Page{Limit: 1})
		if len(list.Items) > 0 {
			e = list.Items[0]
		}
		return err
	}))
	return e
}

// deeds counts the audited deeds of one kind.
func (w *world) deeds(t testing.TB, d store.Deed) int {
	t.Helper()
	var n int
	must(t, w.portal.Records.View(t.Context(), "firm", func(tx store.Tx) error {
		list, err := tx.Audit().List(t.Context(), store.AuditFilter{Deed: d}, store.Page{Limit: store.MaxPage})
		n = len(list.Items)
		return err
	}))
	return n
}
