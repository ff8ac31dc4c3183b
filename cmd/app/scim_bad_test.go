package app

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestProvisioningRefuses sends to the whole service what a client should not, and demands that each is refused in SCIM's own
// words, changes nothing, and leaves no token in the log.
func TestProvisioningRefuses(t *testing.T) {
	p := newProvisioned(t, testConfig(t))
	p.walk(t, []step{{name: "a user", method: "POST", path: "/Users", body: entraUser, status: 201, keep: "user"}})
	for _, row := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		scimType                 string
	}{
		{"a filter of an attribute that is not there", "GET", `/Users?filter=shoeSize eq "9"`, "", nil, 400, "invalidFilter"},
		{"a filter that ends early", "GET", `/Users?filter=userName eq`, "", nil, 400, "invalidFilter"},
		{"a filter of many brackets", "GET", `/Users?filter=` + strings.Repeat("(", 5000) + `active eq true`, "", nil, 400, "invalidFilter"},
		{"a filter with NUL finds nobody", "GET", `/Users?filter=userName eq "\u0000"`, "", nil, 200, "-"},
		{"an id with NUL", "GET", "/Users/%00", "", nil, 404, "-"},
		{"no JSON", "POST", "/Users", "<html>", nil, 400, "invalidSyntax"},
		{"deep JSON", "POST", "/Users", strings.Repeat(`{"a":`, 100_000), nil, 400, "tooMany"},
		{"a body of 3 MB", "POST", "/Users", `{"userName":"` + strings.Repeat("x", 3<<20) + `"}`, nil, 413, "-"},
		{"another media type", "POST", "/Users", entraUser, []string{"Content-Type", "text/plain"}, 415, "-"},
		{"a user without a name", "POST", "/Users", `{"active":true}`, nil, 400, "invalidValue"},
		{"a name with a line break", "POST", "/Users", `{"userName":"a\nb"}`, nil, 400, "invalidValue"},
		{"a name of 1,000 characters", "POST", "/Users", `{"userName":"` + strings.Repeat("x", 1000) + `"}`, nil, 400, "invalidValue"},
		{"the same name in other capitals", "POST", "/Users", `{"userName":"TEST_user_ab6490ee@aozora.example"}`, nil, 409, "uniqueness"},
		{"a PATCH of what is ours", "PATCH", "/Users/{user}", patchOf + `[{"op":"replace","path":"groups","value":[{"value":"x"}]}]}`, nil, 400, "mutability"},
		{"a PATCH of nothing known", "PATCH", "/Users/{user}", patchOf + `[{"op":"replace","path":"permissions","value":"log"}]}`, nil, 400, "invalidPath"},
		{"a PATCH of an older version", "PATCH", "/Users/{user}", patchOf + `[{"op":"replace","path":"title","value":"x"}]}`, []string{"If-Match", `W/"99"`}, 412, "-"},
		{"the password of somebody", "POST", "/Me", `{}`, nil, 501, "-"},
		{"another firm's token", "GET", "/Users", "", []string{"Authorization", "Bearer " + p.others}, 401, "-"},
		{"a wrong token", "GET", "/Users", "", []string{"Authorization", "Bearer cps_" + strings.Repeat("A", 43)}, 401, "-"},
		{"no token", "GET", "/Users", "", []string{"Authorization", ""}, 401, "-"},
		{"a token as a password", "GET", "/Users", "", []string{"Authorization", "Basic " + p.token}, 401, "-"},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := p.send(p.here, row.method, p.fill(row.path), p.fill(row.body), row.headers...)
			if rec.Code != row.status {
				t.Fatalf("it is answered %d, want %d: %.300s", rec.Code, row.status, rec.Body)
			}
			if row.status < 400 {
				return
			}
			p.reads(t, step{name: row.name, wants: map[string]string{"schemas.0": "urn:ietf:params:scim:api:messages:2.0:Error", "status": fmt.Sprint(row.status), "scimType": row.scimType}}, rec)
			if asks := rec.Header().Get("WWW-Authenticate"); (asks != "") != (row.status == http.StatusUnauthorized) {
				t.Errorf("it asks for %q", asks)
			}
		})
	}
	p.walk(t, []step{{name: "nothing changed", method: "GET", path: "/Users", status: 200, wants: map[string]string{"totalResults": "1", "Resources.0.meta.version": `W/"1"`}}})
	for _, secret := range []string{p.token, p.others, strings.TrimPrefix(p.token, "cps_"), "Test_User_ab6490ee"} {
		if strings.Contains(p.log.String(), secret) {
			t.Errorf("the log has %s", secret)
		}
	}
}

// TestProvisioningHasAnEnd switches off what a token stands on: it opens nothing from then on.
func TestProvisioningHasAnEnd(t *testing.T) {
	p := newProvisioned(t, testConfig(t))
	all, err := p.setup.ScimTokensOf(t.Context(), "idp")
	noError(t, err)
	for _, row := range []struct {
		name   string
		off    func() error
		on     func() error
		status int
	}{
		{"the trust", func() error { _, err := p.setup.SwitchTrust(t.Context(), "idp", store.TrustDisabled); return err },
			func() error { _, err := p.setup.SwitchTrust(t.Context(), "idp", store.TrustEnabled); return err }, 403},
		{"the firm", func() error { _, err := p.setup.SwitchTenant(t.Context(), "firm", store.TenantSuspended); return err },
			func() error { _, err := p.setup.SwitchTenant(t.Context(), "firm", store.TenantActive); return err }, 403},
		{"the token", func() error { return p.setup.EndScimToken(t.Context(), "idp", all[0].ID) }, nil, 401},
	} {
		if rec := p.send(p.there, "GET", "/Users", ""); rec.Code != 200 {
			t.Fatalf("before %s was switched off: %d", row.name, rec.Code)
		}
		noError(t, row.off())
		for _, a := range []*App{p.here, p.there} {
			for _, try := range [][2]string{{"GET", "/Users"}, {"POST", "/Users"}, {"POST", "/Bulk"}, {"GET", "/Schemas"}} {
				if rec := p.send(a, try[0], try[1], entraUser); rec.Code != row.status {
					t.Errorf("%s off: %s %s is answered %d, want %d", row.name, try[0], try[1], rec.Code, row.status)
				}
			}
		}
		if row.on != nil {
			noError(t, row.on())
		}
	}
}

// TestProvisioningIsBounded has an address that brings wrong tokens wait with them, and with none that is right: a stranger
// may share the directory's address.
func TestProvisioningIsBounded(t *testing.T) {
	p := newProvisioned(t, testConfig(t))
	codes := map[int]int{}
	for range 40 {
		codes[p.send(p.here, "GET", "/Users", "", "Authorization", "Bearer wrong").Code]++
	}
	if codes[401] == 0 || codes[429] == 0 || codes[401]+codes[429] != 40 {
		t.Errorf("40 wrong tokens are answered %v", codes)
	}
	for _, wrong := range []string{"", "Bearer cps_" + strings.Repeat("A", 43), "Bearer " + p.others} {
		if rec := p.send(p.here, "GET", "/Users", "", "Authorization", wrong); rec.Code != 429 || rec.Header().Get("Retry-After") == "" {
			t.Errorf("another wrong one then is answered %d", rec.Code)
		}
	}
	if rec := p.send(p.here, "GET", "/Users", ""); rec.Code != 200 {
		t.Errorf("the right one then is answered %d", rec.Code)
	}
	p.now = p.now.Add(time.Minute)
	if rec := p.send(p.here, "GET", "/Users", "", "Authorization", "Bearer wrong"); rec.Code != 401 {
		t.Errorf("a wrong one is answered %d later", rec.Code)
	}
}

// TestProvisioningIsTold demands that the administrators of a firm find in the events what of the provisioning of their trust
// was refused and is theirs to mend, those of another firm nothing of it, and nobody what strangers tried.
func TestProvisioningIsTold(t *testing.T) {
	p := newProvisioned(t, testConfig(t))
	boss := portal.Actor{TenantID: "firm", AccountID: "boss", TrustID: "own-idp"}
	events := func(a portal.Actor) map[string]store.SystemEvent {
		p.here.events.keep(t.Context(), keepTime)
		list, err := p.here.Portal.Events(t.Context(), a, store.SystemEventFilter{}, store.Page{})
		noError(t, err)
		by := map[string]store.SystemEvent{}
		for _, e := range list.Items {
			if e.Message == "provisioning refused" {
				by[strings.TrimSpace(e.Attributes["status"]+" "+e.Attributes["reason"]+" "+e.Attributes["resource"])] = e
			}
		}
		return by
	}
	p.walk(t, []step{
		{name: "a user", method: "POST", path: "/Users", body: entraUser, status: 201},
		{name: "nobody", method: "GET", path: "/Users/nobody", status: 404},
		{name: "a filter", method: "GET", path: "/Users?filter=shoeSize%20pr", status: 400},
	})
	for _, wrong := range []string{"", "Bearer cps_" + strings.Repeat("A", 43), "Bearer " + p.others} {
		p.send(p.here, "GET", "/Users", "", "Authorization", wrong)
	}
	if got := events(boss); len(got) != 0 {
		t.Errorf("what is nobody's to mend is told: %v", got)
	}
	p.send(p.here, "POST", "/Users", entraUser)
	p.send(p.here, "POST", "/Users", entraUser)
	p.send(p.here, "POST", "/Bulk", `{"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":`+entraUser+`}]}`)
	p.walk(t, []step{{name: "another", method: "POST", path: "/Users", body: `{"userName":"other@example.com","externalId":"other","displayName":"別の 人"}`, status: 201, keep: "other"}})
	rename := patchOf + `[{"op":"replace","path":"userName","value":"Test_User_ab6490ee@aozora.example"}]}`
	p.send(p.here, "PATCH", p.fill("/Users/{other}"), rename)
	p.send(p.here, "POST", "/Bulk", p.fill(`{"Operations":[{"method":"PATCH","path":"/Users/{other}","data":`+rename+`}]}`))
	_, err := p.setup.SwitchTrust(t.Context(), "idp", store.TrustDisabled)
	noError(t, err)
	p.send(p.here, "GET", "/Users", "")
	all, err := p.setup.ScimTokensOf(t.Context(), "idp")
	noError(t, err)
	_, err = p.setup.SwitchTrust(t.Context(), "idp", store.TrustEnabled)
	noError(t, err)
	noError(t, p.setup.EndScimToken(t.Context(), "idp", all[0].ID))
	p.send(p.here, "GET", "/Users", "")
	got := events(boss)
	for said, count := range map[string]int64{"409 uniqueness": 3, p.fill("409 uniqueness {other}"): 2, "403 switched_off": 1, "401 token_over": 1} {
		if e := got[said]; e.Count != count || e.Attributes["trust"] != "idp" {
			t.Errorf("%s is told as %+v, want it %d times", said, e, count)
		}
	}
	if len(got) != 4 {
		t.Errorf("told is %v", got)
	}
	view, err := p.here.Portal.ScimTokens(t.Context(), boss, "idp")
	noError(t, err)
	shown := map[string]int64{}
	for _, one := range view.Refused {
		shown[one.Why+" "+one.Name] = one.Count
	}
	if want := map[string]int64{"uniqueness ": 3, "uniqueness 別の 人": 2, "switched_off ": 1, "token_over ": 1}; !maps.Equal(shown, want) {
		t.Errorf("at the trust it is shown as %v, want %v", shown, want)
	}
	if own, err := p.here.Portal.ScimTokens(t.Context(), boss, "own-idp"); err != nil || len(own.Refused) != 0 {
		t.Errorf("at another trust of the firm it is shown as %v, %v", own.Refused, err)
	}
	if others := events(portal.Actor{TenantID: "strange", AccountID: "boss", TrustID: "own-strange"}); len(others) != 0 {
		t.Errorf("another firm is told %v", others)
	}
}
