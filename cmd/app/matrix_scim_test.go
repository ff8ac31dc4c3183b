package app

import (
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/page"
	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// scimRoutes are how administrators have a trust's accounts provisioned. A trust is the whole firm's.
func scimRoutes() map[string]access {
	on := func(kind, form string) access {
		return access{menu: store.PermitTrusts, whose: staffs, whole: true, wide: true, record: kind, form: form, spends: form != ""}
	}
	made := on("trust with a token", "name={fresh}&days=90")
	made.also = store.PermitAll // what somebody has who comes in by that trust: a token can switch them off
	return map[string]access{
		"GET /admin/trusts/{trust}/scim":                 on("trust with a token", ""),
		"POST /admin/trusts/{trust}/scim":                made,
		"POST /admin/trusts/{trust}/scim/subject":        on("trust with a token", "subject=userName"),
		"POST /admin/trusts/{trust}/scim/{token}/revoke": on("trust with a token", "x=1"),
	}
}

// scimKinds are the records of those.
func (q *square) scimKinds() map[string]maker {
	return map[string]maker{
		"trust with a token": func(t *testing.T, at spot, _ *somebody) names {
			trust := "idp-" + at.tenant
			all, err := q.setup.ScimTokensOf(t.Context(), trust)
			noError(t, err)
			for _, old := range all { // there may be ten at once
				noError(t, q.setup.EndScimToken(t.Context(), trust, old.ID))
			}
			_, made, err := q.setup.AddScimToken(t.Context(), trust, "Entra", 24*time.Hour)
			noError(t, err)
			return names{"trust": string(trust), "token": string(made.ID)}
		},
	}
}

// TestProvisioningIsWhereThePageSays holds the address that administrators copy to where the service is.
func TestProvisioningIsWhereThePageSays(t *testing.T) {
	if path, ok := strings.CutPrefix(page.ScimURL("https://pocket.example", "idp"), "https://pocket.example"); !ok || path != scim.BasePath("idp") {
		t.Errorf("the page says %s, the service is at %s", path, scim.BasePath("idp"))
	}
}
