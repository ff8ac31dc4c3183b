package api_test

import (
	"bytes"
	"encoding/json"
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
	"cloudpocket/portal/api"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/sso"
	"cloudpocket/sso/exchange"
	"cloudpocket/store"
	"cloudpocket/store/diskblob"
	"cloudpocket/store/sqlstore"
	"cloudpocket/store/sqlstore/sqltest"
)

// world is one firm, served as it would be, with the company "aozora" (office "honten") by the parent's IDs, and a token of an API client of it that may do
// everything.
type world struct {
	*httptest.Server
	portal *portal.Portal
	tokens exchange.Tokens
	now    time.Time
	token  string
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	w := &world{now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	clock, log := func() time.Time { return w.now }, slog.New(slog.DiscardHandler)
	records, err := sqlstore.Open(ctx, sqlstore.Config{URL: sqltest.New(t, filepath.Join(dir, "records.db"))})
	must(t, err)
	sessions, err := sqlstore.OpenSessions(ctx, sqlstore.SessionsConfig{Path: filepath.Join(dir, "sessions.db"), Now: clock})
	must(t, err)
	blobs, err := diskblob.Open(diskblob.Config{Dir: filepath.Join(dir, "blobs"), Now: clock})
	must(t, err)
	w.portal = &portal.Portal{Records: records, Sessions: sessions, Blobs: blobs, Now: clock, Log: log}
	w.tokens = exchange.Tokens{Marks: sessions}
	setup := portal.Setup{Portal: w.portal, By: "test"}
	must(t, setup.AddTenant(ctx, store.Tenant{ID: "firm", Name: "事務所"}))
	must(t, setup.AddCompany(ctx, "firm", store.Company{ID: "x", Name: "青空商事", ExternalID: "aozora"}))
	must(t, setup.AddOffice(ctx, "firm", store.Office{ID: "x1", CompanyID: "x", Name: "本店", ExternalID: "honten"}))
	pages, err := page.New(page.Config{Start: func(id store.ID, _ string) string { return "/sso/" + string(id) }, SignIn: "/sign-in", Log: log})
	must(t, err)
	rt := route.New(route.Config{Errors: pages, Sentence: pages.Sentence, Log: log, Now: clock})
	visit := func(r *http.Request) sso.Visit { return sso.Visit{Address: route.Address(r.Context())} }
	api.Mount(rt, api.Config{Portal: w.portal, Tokens: w.tokens, Visit: visit, Now: clock})
	w.Server = httptest.NewServer(rt)
	t.Cleanup(func() { w.Close(); records.Close(); sessions.Close(); blobs.Close() })
	w.token = w.client(t, "machine", store.ScopeAll)
	return w
}

// client registers an API client and returns a token of it.
func (w *world) client(t testing.TB, id store.ID, scopes store.Scope) string {
	t.Helper()
	must(t, w.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		return tx.APIClients().Create(t.Context(), store.APIClient{ID: id, Name: "親製品", State: store.ClientEnabled, Scopes: scopes, Offices: store.OfficeScope{All: true}})
	}))
	return w.grant(t, id, scopes)
}

func (w *world) grant(t testing.TB, id store.ID, scopes store.Scope) string {
	t.Helper()
	token, err := w.tokens.Give(t.Context(), exchange.Grant{TenantID: "firm", ClientID: id, Scopes: scopes})
	must(t, err)
	return token
}

// answer is what came back: its status, headers and JSON.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// send sends a request with the world's token; headers are names and values.
func (w *world) send(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.URL+api.BasePath+path, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.Client().Do(r)
	must(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	must(t, err)
	a := answer{status: resp.StatusCode, header: resp.Header}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			t.Fatalf("%s %s is answered %d %q", method, path, a.status, raw)
		}
	}
	return a
}

// post sends a form; parts are names and values, a file's name being "file:" and what it is called.
func (w *world) post(t testing.TB, path string, headers []string, parts ...string) answer {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		var part io.Writer
		var err error
		if name, is := strings.CutPrefix(parts[i], "file:"); is {
			part, err = form.CreateFormFile("file", name)
		} else {
			part, err = form.CreateFormField(parts[i])
		}
		must(t, err)
		_, err = io.WriteString(part, parts[i+1])
		must(t, err)
	}
	must(t, form.Close())
	return w.send(t, "POST", path, b.String(), append(headers, "Content-Type", form.FormDataContentType())...)
}

// wants holds an answer to a status, and a refusal to its key.
func (a answer) wants(t testing.TB, what string, status int, code string) {
	t.Helper()
	got, _ := a.body["code"].(string)
	if a.status != status || got != code {
		t.Errorf("%s is answered %d %s, want %d %s: %v", what, a.status, got, status, code, a.body)
	}
}

func (a answer) text(name string) string {
	s, _ := a.body[name].(string)
	return s
}
