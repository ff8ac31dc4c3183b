package api_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/portal/api"
	"cloudpocket/store"
)

// changes reads what changed after a cursor, page by page, as "state account viewed readable", and where to go on.
func (w *world) changes(t *testing.T, after string) (seen []string, next string) {
	t.Helper()
	for {
		a := w.send(t, "GET", "/receipts?limit=1&after="+url.QueryEscape(after), "")
		a.wants(t, "what changed", 200, "")
		items, _ := a.body["items"].([]any)
		for _, one := range items {
			r := one.(map[string]any)
			seen = append(seen, fmt.Sprint(r["state"], " ", r["account_id"], " ", r["viewed_at"] != nil, " ", r["readable"]))
		}
		if after = a.text("next"); a.body["more"] != true {
			return seen, after
		}
	}
}

// TestReceiptChanges follows a document from its delivery to its withdrawal.
func TestReceiptChanges(t *testing.T) {
	w := newWorld(t)
	setup := portal.Setup{Portal: w.portal, By: "test"}
	must(t, w.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		return tx.Trusts().Create(t.Context(), store.Trust{ID: "parent", Name: "親製品", Protocol: store.SAML, State: store.TrustEnabled})
	}))
	must(t, setup.AddAccount(t.Context(), "firm", store.Account{ID: "suzuki", CompanyID: "x", TrustID: "parent", Subject: "s", Name: "鈴木", Permissions: store.PermitView, Offices: store.OfficeScope{All: true}}))
	none, next := w.changes(t, "")
	if len(none) != 0 || next == "" {
		t.Errorf("before anything: %q, then %q", none, next)
	}
	made := w.post(t, "/documents", nil, "title", "通知書", "kind", "other", "office", "honten", "deliver", "true", "file:a.txt", "a")
	made.wants(t, "a document", 201, "")
	delivery := store.ID(w.delivery(t, "/documents/"+made.text("id"), "delivered"))
	for _, row := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"delivered", func() error { return nil }, []string{"delivered suzuki false true"}},
		{"nothing", func() error { return nil }, nil},
		{"viewed", func() error {
			_, err := w.portal.View(t.Context(), portal.Actor{TenantID: "firm", AccountID: "suzuki", TrustID: "parent"}, delivery)
			return err
		}, []string{"delivered suzuki true true"}},
		{"withdrawn", func() error {
			w.send(t, "POST", "/deliveries/"+string(delivery)+"/withdraw", `{"reason":"誤配付"}`).wants(t, "taking back", 204, "")
			return nil
		}, []string{"withdrawn suzuki true false"}},
	} {
		must(t, row.do())
		var seen []string
		if seen, next = w.changes(t, next); !slices.Equal(seen, row.want) {
			t.Errorf("%s: %q, want %q", row.name, seen, row.want)
		}
	}
	must(t, w.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		return tx.APIClients().Create(t.Context(), store.APIClient{ID: "far", Name: "よそ", State: store.ClientEnabled, Scopes: store.ScopeAll, Offices: store.OfficeScope{Offices: []store.ID{"none"}}})
	}))
	w.token = w.grant(t, "far", store.ScopeReceipts)
	if seen, _ := w.changes(t, ""); len(seen) != 0 {
		t.Errorf("a client that reaches another office sees %q", seen)
	}
	w.send(t, "GET", "/receipts?after=x", "").wants(t, "after x", 422, "error.cursor_invalid")
	w.token = w.grant(t, "machine", store.ScopePlaces)
	w.send(t, "GET", "/receipts", "").wants(t, "without the scope", 403, "error.client_scope")
}

// TestExport asks for everything, by halves of what it takes, and of a company.
func TestExport(t *testing.T) {
	w := newWorld(t)
	w.post(t, "/documents", nil, "title", "通知書", "kind", "other", "office", "honten", "deliver", "true", "file:a.txt", "a").wants(t, "a document", 201, "")
	get := func(path string) (status int, names []string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "GET", w.URL+api.BasePath+path, nil)
		must(t, err)
		r.Header.Set("Authorization", "Bearer "+w.token)
		resp, err := w.Client().Do(r)
		must(t, err)
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		must(t, err)
		if resp.StatusCode != 200 {
			return resp.StatusCode, nil
		}
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		must(t, err)
		for _, f := range z.File {
			names = append(names, f.Name)
		}
		return 200, names
	}
	for _, path := range []string{"/export", "/export?company=aozora"} {
		if status, names := get(path); status != 200 || len(names) != 4 || !slices.Contains(names, "complete.json") {
			t.Errorf("%s: %d %q", path, status, names)
		}
	}
	w.send(t, "GET", "/export?company=none", "").wants(t, "of nobody", 404, "error.not_found")
	for _, half := range []store.Scope{store.ScopeDocuments, store.ScopeReceipts} {
		w.token = w.grant(t, "machine", half)
		if status, _ := get("/export"); status != 403 {
			t.Errorf("with %q alone it is answered %d", half, status)
		}
	}
}
