package ssotest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
	"cloudpocket/store"
)

func oidcHasEmail(t *testing.T, _ *oidcRun, id sso.Identity) {
	t.Helper()
	if got := id.First("email"); got != "hanako@example.com" {
		t.Fatalf("email is %q", got)
	}
}

// has returns a check that an attribute has exactly these values.
func oidcHas(name string, want ...string) func(*testing.T, *oidcRun, sso.Identity) {
	return func(t *testing.T, _ *oidcRun, id sso.Identity) {
		t.Helper()
		if got := id.Attributes[name]; !slices.Equal(got, want) {
			t.Fatalf("%s is %q, want %q", name, got, want)
		}
	}
}

func oidcMethod(name string) func(*store.OIDCTrust) {
	return func(t *store.OIDCTrust) { t.AuthMethod = name }
}

// oidcAccepted are valid sign-ins: a rule that refuses one of them is too strict.
func oidcAccepted() []oidcVector {
	vectors := []oidcVector{
		{name: "plain", check: oidcWholeIdentity},
		{name: "client-secret-basic", trust: oidcMethod("client_secret_basic")},
		{name: "client-secret-post", trust: oidcMethod("client_secret_post")},
		{name: "private-key-jwt", trust: oidcMethod("private_key_jwt")},
		{name: "private-key-jwt for the token endpoint", trust: oidcMethod("private_key_jwt"), op: func(op *OP) {
			op.Audience = func(aud any) bool { return aud == op.Issuer+"/token" }
		}},
		{name: "iss in the answer", message: oidcQuery("iss", "https://op.example.com")},
		{name: "iss in the answer, always sent", op: oidcDiscovery(oidcWith("authorization_response_iss_parameter_supported", true)), message: oidcQuery("iss", "https://op.example.com")},
		{name: "session_state and scope in the answer", message: func(m *sso.Message) { m.Query.Set("session_state", "x.y"); m.Query.Set("scope", "openid") }},
		{name: "PKCE not advertised", op: oidcDiscovery(oidcWith("code_challenge_methods_supported", nil))},
		{name: "unknown members of the discovery document", op: oidcDiscovery(oidcWith("https://vendor.example/x", map[string]any{"a": []int{1}}))},
		{name: "kid-absent-single-jwks", op: oidcKeep("", oidcMainKey)},
		{name: "kid absent, one key of that kind", op: oidcKeep("", oidcMainKey, oidcEcKey)},
		{name: "keys of unknown kinds beside ours", op: oidcForeignKeys},
		{name: "token type in lower case", op: func(op *OP) { op.Token = oidcWith("token_type", "bearer") }},
		{name: "no at_hash", op: oidcClaims(oidcWith("at_hash", nil))},
		{name: "no typ", op: oidcHeader(oidcWith("typ", nil))},
		{name: "aud is a list of one", op: oidcClaims(oidcWith("aud", []string{"pocket client"}))},
		{name: "several aud with azp", op: oidcClaims(func(m map[string]any) { m["aud"], m["azp"] = []string{"other", "pocket client"}, "pocket client" })},
		{name: "azp with one aud", op: oidcClaims(oidcWith("azp", "pocket client"))},
		{name: "Keycloak's typ claim", op: oidcClaims(oidcWith("typ", "ID"))},
		{name: "times with fractions", op: oidcPayload(`"iat":1795402800`, `"iat":1795402800.25`)},
		{name: "sub of 255 characters", op: oidcClaims(oidcWith("sub", strings.Repeat("s", 255)))},
		{name: "no acr, no amr, no sid", op: oidcClaims(func(m map[string]any) { delete(m, "acr"); delete(m, "amr"); delete(m, "sid") })},
		{name: "1,500 groups", op: oidcClaims(oidcWith("groups", oidcGroups(1500))), check: func(t *testing.T, _ *oidcRun, id sso.Identity) {
			if n := len(id.Attributes["groups"]); n != 1500 {
				t.Fatalf("%d groups", n)
			}
		}},
		{name: "dotted names", op: oidcClaims(oidcWith("realm_access", map[string]any{"roles": []string{"a", "b"}})), check: oidcHas("realm_access.roles", "a", "b")},
		{name: "objects in a list", op: oidcClaims(oidcWith("offices", []any{map[string]any{"id": 1}, map[string]any{"id": 2}})), check: oidcHas("offices.id", "1", "2")},
		{name: "claims whose names are URLs", op: oidcClaims(oidcWith("https://hr.example/role", "clerk")), check: oidcHas("https://hr.example/role", "clerk")},
		{name: "numbers and booleans", op: oidcClaims(func(m map[string]any) { m["employee"], m["email_verified"] = 1001, true }), check: oidcHas("employee", "1001")},
		{name: "null is no value", op: oidcClaims(oidcWith("nothing", []any{nil})), check: oidcHas("nothing")},
		{name: "distributed-claims are not followed", op: oidcClaims(func(m map[string]any) {
			m["_claim_names"] = map[string]string{"credit": "src"}
			m["_claim_sources"] = map[string]any{"src": map[string]string{"endpoint": "https://inside.example.com/", "access_token": "foreign"}}
		}), check: oidcHas("_claim_sources.src.access_token")},
		{name: "mapped subject", mapping: store.Mapping{Subject: store.Claim("employee")}, op: oidcClaims(oidcWith("employee", "社員-001")), check: func(t *testing.T, _ *oidcRun, id sso.Identity) {
			if id.Subject != "社員-001" || id.NameSubject != "248289761001" {
				t.Fatalf("subject %q, for logout %q", id.Subject, id.NameSubject)
			}
		}},
		{name: "scope-userinfo-claims", trust: func(t *store.OIDCTrust) { t.UserInfo = true }, check: oidcHasEmail},
		{name: "the ID token's claims stand", trust: func(t *store.OIDCTrust) { t.UserInfo = true }, check: oidcHas("name", "山田 花子")},
		{name: "max_age", trust: func(t *store.OIDCTrust) { t.MaxAge = time.Hour }, check: oidcAsked("max_age", "3600")},
		{name: "forced", force: true, check: oidcAsked("prompt", "login")},
		{name: "acr_values", trust: func(t *store.OIDCTrust) { t.ACRValues = []string{"gold", "silver", "gold"} }, check: oidcAsked("acr_values", "gold silver")},
		{name: "scopes", trust: func(t *store.OIDCTrust) { t.Scopes = []string{"email", "openid", "profile"} }, check: oidcAsked("scope", "openid email profile")},
	}
	for _, alg := range []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA} {
		vectors = append(vectors, oidcVector{name: "idtoken-sig-" + strings.ToLower(string(alg)), op: func(op *OP) { op.Alg = alg }})
	}
	return vectors
}

// asked returns a check that the authorization request had a parameter, with redirect_uri from configuration.
func oidcAsked(name, want string) func(*testing.T, *oidcRun, sso.Identity) {
	return func(t *testing.T, r *oidcRun, _ sso.Identity) {
		t.Helper()
		if got := r.last.Get(name); got != want {
			t.Fatalf("%s is %q, want %q", name, got, want)
		}
		if got := r.last.Get("redirect_uri"); got != oidcBase+"/sso/oidc/"+oidcTrust+"/callback" {
			t.Fatalf("redirect_uri is %q", got)
		}
	}
}

func oidcGroups(n int) []string {
	groups := make([]string, n)
	for i := range groups {
		groups[i] = fmt.Sprintf("cn=group-%04d,ou=groups,dc=example,dc=com", i)
	}
	return groups
}

func oidcWholeIdentity(t *testing.T, r *oidcRun, id sso.Identity) {
	t.Helper()
	switch {
	case id.Subject != "248289761001" || id.NameSubject != id.Subject || id.Index != "session-1":
		t.Fatalf("identity %+v", id)
	case id.Context.Class != "urn:mace:incommon:iap:silver" || !slices.Equal(id.Context.Methods, []string{"pwd", "otp"}):
		t.Fatalf("context %+v", id.Context)
	case strings.Count(id.IDToken, ".") != 2 || id.First("name") != "山田 花子":
		t.Fatalf("ID token or name is missing: %+v", id)
	case len(id.Attributes["nonce"])+len(id.Attributes["at_hash"]) > 0:
		t.Fatal("nonce or at_hash is an attribute")
	}
	if r.Fetched("/userinfo") != 0 {
		t.Fatal("UserInfo was asked though the trust does not want it")
	}
}

func oidcForeignKeys(op *OP) {
	keys := `{"kty":"OKP","crv":"Ed448","x":"AAAA","kid":"a"},{"kty":"XYZ","kid":"b"},{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA","kid":"c"},{"kty":"oct","k":"AAAA","kid":"rsa"},`
	main := oidcJSON(oidcMainKey(op.keys))
	op.Serve["/jwks"] = oidcText(`{"keys":[` + keys + string(main) + `]}`)
}
