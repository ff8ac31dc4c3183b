package app

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"html"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// desk is an administrator of trusts at the console.
type desk struct {
	*square
	t  *testing.T
	p  *somebody
	id store.ID // of the trust that is worked on
}

func newDesk(t *testing.T, may store.Permission) *desk {
	t.Helper()
	q := newSquare(t)
	return &desk{square: q, t: t, p: q.join(t, somebody{tenant: "firm", menus: may})}
}

// begin makes a trust, by the form.
func (d *desk) begin(protocol string) {
	d.t.Helper()
	id := d.fresh()
	rec := d.post("/admin/trusts/new", "product", "other "+protocol, "name", "人事クラウド", "id", string(id))
	if want := "/admin/trusts/" + string(id) + "/ours?done=trust_new&for=other"; rec.Code != 303 || rec.Header().Get("Location") != want {
		d.t.Fatalf("begun: %d to %s, want %s: %s", rec.Code, rec.Header().Get("Location"), want, rec.Body)
	}
	d.id = id
}

func (d *desk) get(target string) *httptest.ResponseRecorder {
	return d.ask(d.p, http.MethodGet, target, "", "Accept-Language", "en")
}

// post sends a form; fields are names and values.
func (d *desk) post(target string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return d.ask(d.p, http.MethodPost, target, form.Encode(), "Accept-Language", "en")
}

// send sends a form with a file, as browsers do.
func (d *desk) send(target, field string, file []byte, fields ...string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		noError(d.t, w.WriteField(fields[i], fields[i+1]))
	}
	part, err := w.CreateFormFile(field, "file")
	noError(d.t, err)
	_, err = part.Write(file)
	noError(d.t, err)
	noError(d.t, w.Close())
	return d.ask(d.p, http.MethodPost, target, b.String(), "Accept-Language", "en", "Content-Type", w.FormDataContentType())
}

func (d *desk) at(page string) string { return "/admin/trusts/" + string(d.id) + "/" + page }

// kept is the draft as it is stored.
func (d *desk) kept() (draft store.TrustDraft) {
	d.t.Helper()
	noError(d.t, d.Stores.Records.View(d.t.Context(), "firm", func(tx store.Tx) (err error) {
		draft, err = tx.TrustDrafts().Get(d.t.Context(), d.id)
		return err
	}))
	return draft
}

func (d *desk) revision() string { return fmt.Sprint(d.kept().Revision) }

// said demands a status and the beginnings of sentences.
func said(t *testing.T, rec *httptest.ResponseRecorder, status int, keys ...string) {
	t.Helper()
	if rec.Code != status {
		t.Fatalf("status %d, want %d: %s", rec.Code, status, rec.Body)
	}
	body, known := html.UnescapeString(rec.Body.String()), english(t)
	for _, key := range keys {
		begins, _, _ := strings.Cut(known[key], "{{")
		if begins == "" || !strings.Contains(body, begins) {
			t.Errorf("the page does not say %s (%q):\n%s", key, begins, body)
		}
	}
}

// english are all words in English that have one form.
func english(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../portal/page/locale/*/en.json")
	noError(t, err)
	all := map[string]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		noError(t, err)
		var words map[string]any
		noError(t, json.Unmarshal(text, &words))
		for key, word := range words {
			if s, ok := word.(string); ok {
				all[key] = s
			}
		}
	}
	return all
}

// led demands that a form was taken, and that the browser is led there.
func led(t *testing.T, rec *httptest.ResponseRecorder, to string) {
	t.Helper()
	if got := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || got != to {
		t.Fatalf("answered %d to %q, want %q: %s", rec.Code, got, to, rec.Body)
	}
}

// metadata is an IdP's, with a certificate until ends; swaps are texts and what takes their place.
func metadata(t *testing.T, ends time.Time, swaps ...string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	noError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: ends.AddDate(-1, 0, 0), NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	noError(t, err)
	return strings.NewReplacer(append(swaps, "CERTIFICATE", base64.StdEncoding.EncodeToString(der))...).Replace(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example/saml">` +
		`<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">` +
		`<X509Data><X509Certificate>CERTIFICATE</X509Certificate></X509Data></KeyInfo></KeyDescriptor>` +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>`)
}

// TestIdPHalfIsRefused gives everything for an IdP's values that people give by mistake. Each time they are told what to
// mend, what they typed is there still, and nothing was kept.
func TestIdPHalfIsRefused(t *testing.T) {
	d := newDesk(t, store.PermitTrusts)
	later := d.now.AddDate(1, 0, 0)
	good := metadata(t, later)
	signer := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("no certificate")}))
	d.begin("saml")
	ours := d.get("/sso/saml/" + string(d.id) + "/metadata").Body.String()
	for _, row := range []struct {
		name, key, field string
		fields           []string
	}{
		{"nothing", "trust.metadata_missing", "metadata_url", nil},
		{"a web page", "trust.metadata_html", "metadata", []string{"metadata", "<!DOCTYPE html><html><body>Metadata</body></html>"}},
		{"no XML", "trust.metadata_xml", "metadata", []string{"metadata", "https://idp.example/metadata"}},
		{"cut off", "trust.metadata_xml", "metadata", []string{"metadata", good[:len(good)/2]}},
		{"other XML", "trust.metadata_root", "metadata", []string{"metadata", `<feed xmlns="http://www.w3.org/2005/Atom"/>`}},
		{"our own", "trust.metadata_sp_only", "metadata", []string{"metadata", ours}},
		{"another IdP's", "trust.metadata_entity", "entity_id", []string{"metadata", good, "entity_id", "https://another.example"}},
		{"expired", "trust.metadata_expired", "metadata", []string{"metadata", metadata(t, later, "<EntityDescriptor ", `<EntityDescriptor validUntil="2020-01-01T00:00:00Z" `)}},
		{"an expired certificate", "trust.metadata_cert_expired", "metadata", []string{"metadata", metadata(t, d.now.AddDate(0, 0, -1))}},
		{"no certificate", "trust.metadata_keys", "metadata", []string{"metadata", metadata(t, later, "CERTIFICATE", "AAAA")}},
		{"plain http", "trust.metadata_endpoint", "metadata", []string{"metadata", metadata(t, later, "https://idp.example/sso", "http://idp.example/sso")}},
		{"a signer that is none", "trust.metadata_signer", "signer", []string{"metadata", good, "signer", signer}},
		{"an address that is none", "trust.metadata_address", "metadata_url", []string{"metadata_url", "idp.example"}},
		{"an address over plain http", "trust.metadata_address", "metadata_url", []string{"metadata_url", "http://idp.example/metadata"}},
		{"a private address", "trust.metadata_private", "metadata_url", []string{"metadata_url", "https://10.0.0.1/metadata"}},
		{"the cloud's own address", "trust.metadata_private", "metadata_url", []string{"metadata_url", "https://169.254.169.254/latest"}},
		{"nobody's address", "trust.metadata_away", "metadata_url", []string{"metadata_url", "https://nobody.invalid/metadata"}},
		{"no number", "trusts.bad.number", "skew", []string{"metadata", good, "skew", "soon"}},
		{"too much patience", "trusts.bad.number", "skew", []string{"metadata", good, "skew", "301"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := d.post(d.at("theirs"), append([]string{"revision", d.revision(), "nameid", "typed-" + row.name}, row.fields...)...)
			said(t, rec, 422, row.key, "trusts.refused")
			for _, text := range []string{`id="f-` + row.field + `-wrong"`, `role="alert"`, "typed-" + row.name} {
				if !strings.Contains(html.UnescapeString(rec.Body.String()), text) {
					t.Errorf("the page has no %s", text)
				}
			}
			if kept := d.kept(); kept.Revision != 1 || len(kept.SAML.Metadata) != 0 {
				t.Errorf("something was kept: %+v", kept)
			}
		})
	}
	said(t, d.send(d.at("theirs"), "metadata_file", bytes.Repeat([]byte("<"), 50<<20), "revision", "1"), 422, "trust.metadata_size")
	led(t, d.send(d.at("theirs"), "metadata_file", []byte(good), "revision", "1", "then", "next"), d.at("mapping?done=trust_saved"))
	if kept := d.kept(); string(kept.SAML.Metadata) != good || kept.SAML.EntityID != "https://idp.example/saml" || kept.SAML.Refresh != store.RefreshAuto || kept.SAML.AllowPrivate {
		t.Errorf("kept was %+v", kept.SAML)
	}
	said(t, d.get(d.at("theirs")), 200, "trusts.party")
}

// TestIssuerIsRefused is TestIdPHalfIsRefused for OpenID providers.
func TestIssuerIsRefused(t *testing.T) {
	d := newDesk(t, store.PermitTrusts)
	d.begin("oidc")
	for key, issuer := range map[string]string{"trust.discovery_address": "http://op.example", "trust.discovery_private": "https://192.168.0.1", "trust.discovery_away": "https://nobody.invalid"} {
		rec := d.post(d.at("theirs"), "revision", "1", "issuer", issuer, "client", "pocket", "method", "client_secret_basic", "secret", "never-shown")
		said(t, rec, 422, key)
		if body := rec.Body.String(); !strings.Contains(body, `id="f-issuer-wrong"`) || !strings.Contains(body, issuer) || strings.Contains(body, "never-shown") {
			t.Errorf("%s: the form came back as %s", issuer, body)
		}
	}
	if kept := d.kept(); kept.Revision != 1 || kept.OIDC.SecretRef != "" {
		t.Errorf("something was kept: %+v", kept.OIDC)
	}
}

// TestIssuerAtItsPrivateHost goes back, in a draft that left it, to the private address that the operator allowed: it is asked.
func TestIssuerAtItsPrivateHost(t *testing.T) {
	const host = "http://127.0.0.1:1"
	d := newDesk(t, store.PermitTrusts)
	d.id = d.fresh()
	setup := portal.Setup{Portal: d.Portal, By: "test"}
	noError(t, setup.AddTrust(t.Context(), "firm", store.Trust{ID: d.id, Name: "IdP", Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &store.OIDCTrust{Issuer: host, ClientID: "c", AuthMethod: "private_key_jwt", AllowPrivate: true}}))
	_, err := setup.GiveDraft(t.Context(), "", d.id, store.OIDC, false, func(before store.Trust) (store.Trust, error) {
		half := *before.OIDC
		half.Issuer, half.AllowPrivate, before.OIDC = "https://op.example", false, &half
		return before, nil
	})
	noError(t, err)
	for issuer, key := range map[string]string{host + "/realm": "trust.discovery_away", "http://127.0.0.1:2": "trust.discovery_address"} {
		said(t, d.post(d.at("theirs"), "revision", d.revision(), "issuer", issuer, "client", "pocket", "method", "private_key_jwt"), 422, key)
	}
}

// TestMappingAndRulesAreRefused gives what nobody may save, by forms that the pages never make too.
func TestMappingAndRulesAreRefused(t *testing.T) {
	d := newDesk(t, store.PermitTrusts|store.PermitView)
	d.begin("saml")
	for _, row := range []struct {
		name, step, key string
		fields          []string
	}{
		{"a fixed subject", "mapping", "error.trust_subject_fixed", []string{"subject.kind", "fixed", "subject.fixed", "everybody"}},
		{"no claim", "mapping", "trusts.bad.claims", []string{"name.kind", "claims"}},
		{"a table that is none", "mapping", "trusts.bad.table", []string{"offices.kind", "claims", "offices.claims", "dept", "offices.lookup", "10 = hq\nnonsense"}},
		{"a menu that they do not hold", "mapping", "error.trust_role_beyond", []string{"role.kind", "claims", "role.claims", "groups", "role.0", "admins", "menus.0", "accounts"}},
		{"a menu that there is none", "mapping", "error.permission_unknown", []string{"role.0", "admins", "menus.0", "everything"}},
		{"no name", "rules", "trusts.bad.name", []string{"label", "x"}},
		{"a range that is none", "rules", "error.address_range", []string{"name", "x", "allowed", "203.0.113.0/24\n203.0.113"}},
		{"a domain that is none", "rules", "error.trust_domain", []string{"name", "x", "domains", "not a domain"}},
		{"a second factor that nothing proves", "rules", "error.trust_mfa", []string{"name", "x", "mfa", "1"}},
		{"a session that never ends", "rules", "trusts.bad.number", []string{"name", "x", "absolute", "999999"}},
		{"people of no office", "rules", "error.trust_jit", []string{"name", "x", "jit", "1"}},
		{"an older draft", "rules", "trusts.bad.stale", []string{"name", "x", "revision", "9"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			fields := row.fields
			if row.name != "an older draft" {
				fields = append(fields, "revision", d.revision())
			}
			said(t, d.post(d.at(row.step), fields...), 422, row.key)
			if kept := d.kept(); kept.Revision != 1 {
				t.Errorf("something was kept: %+v", kept)
			}
		})
	}
	said(t, d.send(d.at("rules"), "logo", []byte("<svg onload=alert(1)>"), "revision", "1", "name", "x"), 422, "trusts.bad.logo")
	led(t, d.post(d.at("mapping"), "revision", "1", "then", "stay", "name.kind", "claims", "name.claims", "displayName", "role.kind", "claims", "role.claims", "groups", "role.0", "全員", "menus.0", "view",
		"tenants", "other", "allow_private", "1", "private", "1"), d.at("mapping?done=trust_saved"))
	kept := d.kept()
	if kept.Mapping.Roles["全員"] != "view" || kept.Mapping.Name.Claims[0] != "displayName" || kept.SAML.AllowPrivate || kept.Tenants["other"] != "firm" {
		t.Errorf("kept was %+v", kept.Trust)
	}
}

// TestGroupGivesARole has a group give one of the firm's roles, which the form then shows and keeps; one that gives more
// than its author holds is refused.
func TestGroupGivesARole(t *testing.T) {
	d := newDesk(t, store.PermitTrusts|store.PermitView)
	d.begin("saml")
	noError(t, d.setup.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		return errors.Join(tx.Roles().Create(t.Context(), store.Role{ID: "reader", Name: "閲覧係", Permissions: store.PermitView}),
			tx.Roles().Create(t.Context(), store.Role{ID: "chief", Name: "所長", Permissions: store.PermitAll}))
	}))
	fields := []string{"role.kind", "claims", "role.claims", "groups", "role.0", "全員", "then", "stay", "revision"}
	said(t, d.post(d.at("mapping"), append(fields, "1", "named.0", "chief")...), 422, "error.trust_role_beyond")
	said(t, d.post(d.at("mapping"), append(fields, "1", "named.0", "none")...), 422, "error.trust_role")
	led(t, d.post(d.at("mapping"), append(fields, "1", "named.0", "reader", "menus.0", "view")...), d.at("mapping?done=trust_saved"))
	if rec := d.get(d.at("mapping")); !strings.Contains(rec.Body.String(), `<option value="reader" selected>閲覧係`) {
		t.Errorf("the role is not shown as chosen: %s", rec.Body)
	}
	if kept := d.kept(); kept.Mapping.Roles["全員"] != "@reader" {
		t.Errorf("kept was %v", kept.Mapping.Roles)
	}
}

// TestOIDCChoices saves what an OIDC trust has of its own: what becomes of other keys, and whether others may begin.
func TestOIDCChoices(t *testing.T) {
	d := newDesk(t, store.PermitTrusts|store.PermitView)
	d.begin("oidc")
	led(t, d.post(d.at("rules"), "revision", "1", "name", "人事", "domains", "@日本.jp\nEXAMPLE.jp", "allowed", "::ffff:192.0.2.0/120\n203.0.113.7", "then", "stay"), d.at("rules?done=trust_saved"))
	if kept := d.kept(); fmt.Sprint(kept.Domains) != "[xn--wgv71a.jp example.jp]" {
		t.Errorf("the domains are %v", kept.Domains)
	}
	if kept := d.kept(); fmt.Sprint(kept.Allowed) != "[192.0.2.0/24 203.0.113.7/32]" {
		t.Errorf("the ranges are %v", kept.Allowed)
	}
	if kept := d.kept(); !kept.OIDC.NoInitiation {
		t.Errorf("what is not ticked is not kept: %+v", kept.OIDC)
	}
	led(t, d.post(d.at("rules"), "revision", "2", "name", "人事", "initiated", "1", "then", "stay"), d.at("rules?done=trust_saved"))
	if kept := d.kept(); kept.OIDC.NoInitiation {
		t.Errorf("what is ticked is not kept: %+v", kept.OIDC)
	}
}

// TestTrustIsSwitchedAndMended goes through what an administrator does with a trust after its steps.
func TestTrustIsSwitchedAndMended(t *testing.T) {
	d := newDesk(t, store.PermitTrusts)
	d.begin("saml")
	said(t, d.post(d.at("try")), 422, "trust.metadata_missing")
	led(t, d.post(d.at("theirs"), "revision", "1", "metadata", metadata(t, d.now.AddDate(0, 0, 20)), "refresh", "ask"), d.at("mapping?done=trust_saved"))
	if rec := d.post(d.at("try")); rec.Code != 200 || !strings.Contains(rec.Body.String(), "https://pocket.example.jp/sso/test/") {
		t.Errorf("a test begins with %d: %s", rec.Code, rec.Body)
	}
	said(t, d.post(d.at("on"), "revision", "2"), 422, "error.trust_untested")
	said(t, d.post(d.at("on"), "revision", "2", "untested", "1", "note", " "), 422, "error.trust_note")
	said(t, d.post(d.at("on"), "revision", "1", "untested", "1", "note", "ok"), 422, "error.trust_draft_changed")
	self := strings.TrimSuffix(d.at(""), "/")
	led(t, d.post(d.at("on"), "revision", "2", "untested", "1", "note", "移行のため"), self+"?done=trust_on")
	said(t, d.get(self), 200, "trusts.version_untested", "trusts.off_lead")
	said(t, d.get("/admin/trusts"), 200, "trusts.ends", "trusts.state.enabled")
	led(t, d.post(d.at("rules"), "revision", "0", "name", "人事クラウド", "label", "人事", "then", "stay"), d.at("rules?done=trust_saved"))
	said(t, d.get(self), 200, "trusts.waits", "trusts.f.label")
	led(t, d.post(d.at("drop")), self+"?done=trust_dropped")
	live := d.live()
	said(t, d.get(d.at("diff?from="+fmt.Sprint(live.Version))), 200, "trusts.changes_none")
	led(t, d.post(d.at("back"), "version", fmt.Sprint(live.Version)), self+"?done=trust_back")
	said(t, d.post(d.at("keys"), "answer", "accept", "offer", "none"), 422, "error.trust_offer")
	said(t, d.post(d.at("keys"), "answer", "draft", "offer", "none"), 422, "error.trust_offer")
	said(t, d.post(d.at("refresh")), 422, "error.trust_fetch")
	said(t, d.post(d.at("off"), "note", " "), 422, "trusts.bad.note")
	said(t, d.post(d.at("remove"), "confirm", "人事クラウド"), 422, "error.trust_on")
	led(t, d.post(d.at("off"), "note", "切り替え"), self+"?done=trust_off")
	said(t, d.post(d.at("remove"), "confirm", "another"), 422, "trusts.bad.confirm")
	led(t, d.post(d.at("remove"), "confirm", "人事クラウド"), "/admin/trusts?done=trust_removed")
	d.id = "idp-firm"
	said(t, d.post(d.at("off"), "note", "誤って"), 422, "error.last_way")
	if one := d.live(); one.State != store.TrustEnabled {
		t.Error("the last way in was switched off")
	}
}

func (d *desk) live() (one store.Trust) {
	d.t.Helper()
	noError(d.t, d.Stores.Records.View(d.t.Context(), "firm", func(tx store.Tx) (err error) {
		one, err = tx.Trusts().Get(d.t.Context(), d.id)
		return err
	}))
	return one
}

// TestSignInIsFoundByItsReference leads from what a refused person was shown to why, and nobody to another firm's.
func TestSignInIsFoundByItsReference(t *testing.T) {
	d := newDesk(t, store.PermitTrusts)
	for tenant, reference := range map[store.ID]string{"firm": "0ours", "other": "0others"} {
		noError(t, d.Stores.Records.Update(t.Context(), tenant, func(tx store.Tx) error {
			return tx.SignIns().Add(t.Context(), store.SignIn{ID: "s-" + tenant, TrustID: "idp-" + tenant, At: d.now, Outcome: store.Refused, Reason: "saml.audience", Reference: reference,
				Trace: []byte(`{"checks":[{"step":"audience","reason":"saml.audience","detail":"https://another.example"}],"message":"<Response/>"}`)})
		}))
	}
	for _, whose := range []store.ID{"firm", "other"} { // the same ID means another person in another firm
		noError(t, d.Stores.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
			return tx.SignIns().Add(t.Context(), store.SignIn{ID: "in-" + whose, TrustID: "idp-firm", At: d.now, Outcome: store.Allowed, TenantID: whose, AccountID: "boss"})
		}))
	}
	if n := strings.Count(d.get("/admin/trusts/idp-firm/sign-ins").Body.String(), "人 boss"); n != 1 {
		t.Errorf("the list names the firm's own person %d times", n)
	}
	led(t, d.get("/admin/sign-ins?reference=+0ours+"), "/admin/trusts/idp-firm/sign-ins/s-firm")
	said(t, d.get("/admin/trusts/idp-firm/sign-ins/s-firm"), 200, "trace.reason.saml.audience", "trusts.trace_failed")
	said(t, d.get("/admin/trusts/idp-firm/sign-ins?refused=1"), 200, "trace.reason.saml.audience")
	for _, reference := range []string{"0others", "", "%00", strings.Repeat("x", 4000)} {
		said(t, d.get("/admin/sign-ins?reference="+reference), 200, "trusts.seek")
	}
	said(t, d.get("/admin/sign-ins?reference=0others"), 200, "trusts.missed")
	if rec := d.get("/admin/trusts/idp-firm/sign-ins/s-other"); rec.Code != 404 {
		t.Errorf("another firm's sign-in is answered %d", rec.Code)
	}
}

// TestSetupLinkIsForOneBrowser has somebody without an account fill in their half, once, and see nothing else.
func TestSetupLinkIsForOneBrowser(t *testing.T) {
	d := newDesk(t, store.PermitTrusts)
	d.begin("saml")
	led(t, d.post(d.at("rules"), "revision", "1", "name", "人事クラウド", "domains", "secret-plan.example", "then", "stay"), d.at("rules?done=trust_saved"))
	said(t, d.post(d.at("link"), "days", "365"), 422, "error.setup_life")
	made := d.post(d.at("link"), "days", "3")
	said(t, made, 200, "trusts.link_made")
	_, rest, _ := strings.Cut(made.Body.String(), "https://pocket.example.jp/setup/")
	secret, _, _ := strings.Cut(rest, "<")
	if strings.Contains(d.get(strings.TrimSuffix(d.at(""), "/")).Body.String(), secret) {
		t.Error("the link is shown again")
	}
	outside := &desk{square: d.square, t: t, p: &somebody{}}
	for range 2 { // a mail scanner, and a person
		said(t, outside.get("/setup/"+secret), 200, "setup.open")
	}
	opened := outside.post("/setup/" + secret)
	led(t, opened, "/setup")
	outside.p.cookie = opened.Result().Cookies()[0]
	if c := outside.p.cookie; !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Value == secret {
		t.Errorf("the cookie is %v", c)
	}
	page := outside.get("/setup")
	said(t, page, 200, "setup.ours", "trusts.f.metadata")
	for _, text := range []string{"secret-plan", `name="refresh"`, `name="signer"`, `name="cbc"`, "/admin/"} {
		if strings.Contains(page.Body.String(), text) {
			t.Errorf("the page of a link has %s", text)
		}
	}
	said(t, outside.post("/setup", "revision", "2", "metadata", "<html>"), 422, "trust.metadata_html")
	given := metadata(t, d.now.AddDate(1, 0, 0))
	led(t, outside.post("/setup", "revision", "2", "metadata", given, "domains", "evil.example", "name", "evil", "cbc", "1"), "/setup?done=trust_saved")
	if kept := d.kept(); string(kept.SAML.Metadata) != given || kept.Name != "人事クラウド" || kept.SAML.AllowCBC || kept.Domains[0] != "secret-plan.example" {
		t.Errorf("kept was %+v", kept)
	}
	for _, again := range []*httptest.ResponseRecorder{outside.get("/setup/" + secret), outside.post("/setup/" + secret)} {
		said(t, again, 410, "error.setup_link")
	}
	for range 20 {
		outside.post("/setup", "revision", "9", "metadata", "<html>")
	}
	said(t, outside.post("/setup", "revision", "9", "metadata", "<html>"), 503, "error.setup_often")
	led(t, d.post(d.at("link/revoke")), strings.TrimSuffix(d.at(""), "/")+"?done=trust_unlinked")
	said(t, outside.get("/setup"), 410, "error.setup_link")
}
