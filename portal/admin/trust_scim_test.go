package admin_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

var shownToken = regexp.MustCompile(`cps_[A-Za-z0-9_-]{43}`)

// TestProvisioningPage makes a token, uses it, and revokes it, and demands that the token is shown in one answer alone.
func TestProvisioningPage(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	const at = "/admin/trusts/idp/scim"
	answers(t, boss.get(at), http.StatusOK, "https://pocket.example/scim/idp/v2", "no token that is good", "userName")
	rec := boss.post(at, "name", " Entra ID ", "days", "90")
	secret := shownToken.FindString(rec.Body.String())
	answers(t, rec, http.StatusOK, "never shown again", "Entra ID", "Not used yet")
	if rec.Header().Get("Cache-Control") != "no-store" || secret == "" {
		t.Errorf("the answer may be kept: %v, or has no token", rec.Header())
	}
	c, err := w.portal.ScimBearer(t.Context(), "idp", secret, sso.Visit{})
	must(t, err)
	if c.Name != "Entra ID" {
		t.Errorf("the caller is %+v", c)
	}
	rec = boss.get(at)
	answers(t, rec, http.StatusOK, "Last used")
	if body := rec.Body.String(); strings.Contains(body, secret) || strings.Contains(body, "cps_") || strings.Contains(body, "Not used yet") {
		t.Error("the token is shown again, or not as used")
	}
	rec = boss.post(at + "/" + string(c.TokenID) + "/revoke")
	answers(t, rec, http.StatusSeeOther)
	answers(t, boss.get(rec.Header().Get("Location")), http.StatusOK, `role="status"`, "Revoked", "no token that is good")
	if _, err := w.portal.ScimBearer(t.Context(), "idp", secret, sso.Visit{}); store.KindOf(err) != store.Expired {
		t.Errorf("the revoked token answers %v", err)
	}
	if e := w.lastDeed(t, "firm", store.DeedTrust); e.AccountID != "boss" || e.Detail["by"] != "provisioning token revoked" || e.Detail["name"] != "Entra ID" {
		t.Errorf("the log has %+v", e)
	}
}

func TestProvisioningRefused(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	for _, row := range []struct{ name, token, days, says string }{
		{"no name", " ", "90", "short name on one line"},
		{"markup and no days", "<b>Entra</b>", "", "two years at most"},
		{"too long", "Entra", "733", "two years at most"},
		{"far too long", "Entra", "99999999999", "two years at most"},
		{"no number", "Entra", "year", "two years at most"},
		{"less than nothing", "Entra", "-90", "two years at most"},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := boss.post("/admin/trusts/idp/scim", "name", row.token, "days", row.days)
			answers(t, rec, http.StatusUnprocessableEntity, row.says, `role="alert"`, `aria-invalid="true"`)
			if body := rec.Body.String(); shownToken.MatchString(body) || !strings.Contains(body, `value="`+strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(strings.TrimSpace(row.token))+`"`) {
				t.Error("a token was made, or what was typed is lost")
			}
		})
	}
	if e := w.lastDeed(t, "firm", store.DeedTrust); e.AccountID == "boss" {
		t.Errorf("the log has %+v", e)
	}
}

// TestProvisioningBeyond refuses a token to whoever could take more by it than they have.
func TestProvisioningBeyond(t *testing.T) {
	w := newWorld(t)
	keeper := w.add(t, "keeper", "", store.PermitTrusts|store.PermitAccounts)
	must(t, w.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		trust, err := tx.Trusts().Get(t.Context(), "idp")
		if err != nil {
			return err
		}
		trust.Mapping.Role, trust.Mapping.Roles = store.Claim("group"), map[string]string{"HR": "view"}
		return tx.Trusts().Update(t.Context(), trust)
	}))
	answers(t, keeper.post("/admin/trusts/idp/scim", "name", "Entra", "days", "90"), http.StatusForbidden, "have permissions that you do not have")
}

func TestProvisioningSubject(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	const at = "/admin/trusts/idp/scim"
	rec := boss.post(at+"/subject", "subject", "externalId")
	answers(t, rec, http.StatusSeeOther)
	answers(t, boss.get(rec.Header().Get("Location")), http.StatusOK, `value="externalId" selected`, "does not count yet", "/admin/trusts/idp/test")
	answers(t, boss.post(at+"/subject", "subject", "emails"), http.StatusUnprocessableEntity, `role="alert"`, `value="externalId" selected`)
}

// TestProvisioningOfWhom demands that nobody else sees or makes anything, whatever they send.
func TestProvisioningOfWhom(t *testing.T) {
	w := newWorld(t)
	_, token, err := w.setup.AddScimToken(t.Context(), "idp", "Entra", 24*time.Hour)
	must(t, err)
	for name, row := range map[string]struct {
		p    *person
		want int
	}{
		"without the menu":      {w.add(t, "deliverer", "", store.PermitAll&^store.PermitTrusts), http.StatusForbidden},
		"with a list of office": {w.add(t, "limited", "", store.PermitAll, "x1"), http.StatusForbidden},
		"a client":              {w.add(t, "client", "x", store.PermitAll), http.StatusForbidden},
		"another firm's":        {w.addTo(t, "other", "stranger", "", store.PermitAll), http.StatusNotFound},
	} {
		const at = "/admin/trusts/idp/scim"
		for _, rec := range []*httptest.ResponseRecorder{row.p.get(at), row.p.post(at, "name", "x", "days", "90"), row.p.post(at, "name", ""),
			row.p.post(at+"/subject", "subject", "userName"), row.p.post(at + "/" + string(token.ID) + "/revoke")} {
			if rec.Code != row.want {
				t.Errorf("%s: %d, want %d", name, rec.Code, row.want)
			}
		}
	}
	answers(t, w.add(t, "boss", "", store.PermitAll).get("/admin/trusts/other-idp/scim"), http.StatusNotFound)
}
