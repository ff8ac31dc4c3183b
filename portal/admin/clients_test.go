package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"cloudpocket/store"
)

// clientKey is a public key of nobody's.
const clientKey = `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"2026-11","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`

// TestClients registers an API client, changes it, switches it off and removes it.
func TestClients(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	answers(t, boss.get("/admin/clients"), http.StatusOK, "No API client is registered")
	answers(t, boss.get("/admin/clients/new"), http.StatusOK, `name="scope" value="documents"`, `name="office" value="x2"`)
	rec := boss.post("/admin/clients/new", "name", "親製品", "scope", "documents", "scope", "receipts", "reach", "list", "office", "x1", "office", "y1", "how", "hand", "jwks", clientKey,
		"origins", "https://HR.example\r\nhttps://hr.example:8443", "allowed", "192.0.2.77/24")
	answers(t, rec, http.StatusSeeOther)
	self, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	id := strings.TrimPrefix(self, "/admin/clients/")
	answers(t, boss.get(self+"?done=client_added"), http.StatusOK, `role="status"`, `<code id="v-id" tabindex="0" data-value>`+id, "https://pocket.example/oauth/token", "documents receipts",
		"<code>2026-11</code>", "Ed25519", "https://hr.example\nhttps://hr.example:8443</textarea>", "192.0.2.0/24</textarea>", `value="x1" checked`, `name="version" value="1"`)
	answers(t, boss.get("/admin/clients"), http.StatusOK, self, "親製品", "Not used yet")

	fields := []string{"name", "親製品 2", "scope", "embed", "reach", "all", "how", "hand", "version", "1"}
	answers(t, boss.post(self, fields...), http.StatusSeeOther)
	answers(t, boss.get(self), http.StatusOK, "<h1>親製品 2</h1>", "<code>2026-11</code>", `name="version" value="2"`)
	answers(t, boss.post(self, fields...), http.StatusConflict, "Somebody else changed this API client")
	if e := w.lastDeed(t, "firm", store.DeedClient); e.AccountID != "boss" || e.Detail["by"] != "change" || e.Detail["scopes"] != "embed" {
		t.Errorf("the log has %+v", e)
	}

	answers(t, boss.post(self+"/remove", "sure", "1"), http.StatusUnprocessableEntity, "Disable it first")
	answers(t, boss.post(self+"/off"), http.StatusSeeOther)
	answers(t, boss.get(self), http.StatusOK, self+"/on", ">Disabled<")
	answers(t, boss.post(self+"/on"), http.StatusSeeOther)
	answers(t, boss.post(self+"/off"), http.StatusSeeOther)
	answers(t, boss.post(self+"/remove"), http.StatusUnprocessableEntity, "tick the confirmation")
	answers(t, boss.post(self+"/remove", "sure", "1"), http.StatusSeeOther)
	answers(t, boss.get(self), http.StatusNotFound)
	answers(t, boss.get("/admin/clients?done=client_removed"), http.StatusOK, "No API client is registered")
}

// TestClientRefused demands that what was typed comes back with the reason, but for a private key, and nothing is saved.
func TestClientRefused(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitTrusts|store.PermitDeliver)
	private := strings.Replace(clientKey, `"kid"`, `"d":"SECRETSECRET","kid"`, 1)
	for name, row := range map[string]struct {
		field, value string
		says         string
	}{
		"no name":            {"name", "", "Enter a name"},
		"no scope":           {"scope", "", "Choose at least one thing"},
		"unknown scope":      {"scope", "everything", "everything"},
		"a scope beyond":     {"scope", "places", ""},
		"a private key":      {"jwks", private, "Take that key as seen by others"},
		"keys that are none": {"jwks", "<script>", "Paste a JWK Set"},
		"an origin":          {"origins", "http://hr.example", "http://hr.example” cannot be used"},
		"a range":            {"allowed", "office.example", "office.example” is not an address range"},
		"an office":          {"offices", "elsewhere", "elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			fields := map[string]string{"name": "親製品", "scope": "documents", "reach": "all", "how": "hand", "jwks": clientKey}
			if fields[row.field] = row.value; row.field == "offices" {
				fields["reach"] = "list"
			}
			var form []string
			for k, v := range fields {
				form = append(form, k, v)
			}
			rec := boss.post("/admin/clients/new", form...)
			if row.says == "" {
				answers(t, rec, http.StatusForbidden)
			} else {
				answers(t, rec, http.StatusUnprocessableEntity, row.says, `role="alert"`)
			}
			if strings.Contains(rec.Body.String(), "SECRETSECRET") || strings.Contains(rec.Body.String(), "<script>\"") {
				t.Errorf("the answer has what was pasted: %s", rec.Body)
			}
			if e := w.lastDeed(t, "firm", store.DeedClient); e.Seq != 0 {
				t.Errorf("the log has %+v", e)
			}
		})
	}
}

// TestClientBarred shows somebody who may do less than a client how it can be stopped, and no more.
func TestClientBarred(t *testing.T) {
	w := newWorld(t)
	boss, keeper := w.add(t, "boss", "", store.PermitAll), w.add(t, "keeper", "", store.PermitTrusts)
	rec := boss.post("/admin/clients/new", "name", "親製品", "scope", "documents", "reach", "all", "how", "url", "url", "https://partner.example/jwks")
	answers(t, rec, http.StatusSeeOther)
	self, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	rec = keeper.get(self)
	answers(t, rec, http.StatusOK, "no more", self+"/off", "https://partner.example/jwks", "fetched when it asks for a token")
	if strings.Contains(rec.Body.String(), `name="jwks"`) {
		t.Error("they are shown the form")
	}
	answers(t, keeper.post(self, "name", "x", "scope", "embed", "reach", "all", "how", "hand", "jwks", clientKey, "version", "1"), http.StatusForbidden)
	answers(t, keeper.post(self+"/off"), http.StatusSeeOther)
	answers(t, keeper.post(self+"/on"), http.StatusForbidden)
}
