package ssotest

import (
	"bytes"
	"encoding/json"
	"strings"

	"cloudpocket/sso"
	"cloudpocket/store"
)

func oidcClaimVectors() []oidcVector {
	return []oidcVector{
		{name: "invalid-iss", want: "oidc.issuer", op: oidcClaims(oidcWith("iss", "https://evil.example"))},
		{name: "iss with a slash more", want: "oidc.issuer", op: oidcClaims(oidcWith("iss", "https://op.example.com/"))},
		{name: "missing-iss", want: "oidc.issuer", op: oidcClaims(oidcWith("iss", nil))},
		{name: "iss is a list", want: "oidc.issuer", op: oidcClaims(oidcWith("iss", []string{"https://op.example.com"}))},
		{name: "invalid-aud: another tenant's client", want: "oidc.audience", op: oidcClaims(oidcWith("aud", "other client"))},
		{name: "missing-aud", want: "oidc.audience", op: oidcClaims(oidcWith("aud", nil))},
		{name: "aud in another case", want: "oidc.audience", op: oidcClaims(oidcWith("aud", "Pocket Client"))},
		{name: "aud holds a number", want: "oidc.audience", op: oidcClaims(oidcWith("aud", []any{"pocket client", 1}))},
		{name: "several aud without azp", want: "oidc.azp_missing", op: oidcClaims(oidcWith("aud", []string{"pocket client", "other"}))},
		{name: "azp is another client", want: "oidc.azp", op: oidcClaims(oidcWith("azp", "other"))},
		{name: "azp is a list", want: "oidc.azp", op: oidcClaims(oidcWith("azp", []string{"pocket client"}))},
		{name: "several aud, azp is the other", want: "oidc.azp", op: oidcClaims(func(m map[string]any) { m["aud"], m["azp"] = []string{"pocket client", "other"}, "other" })},
		{name: "missing-exp", want: "oidc.exp_missing", op: oidcClaims(oidcWith("exp", nil))},
		{name: "exp is a string", want: "oidc.exp_missing", op: oidcClaims(oidcWith("exp", "1795402800"))},
		{name: "exp is beyond all years", want: "oidc.exp_missing", op: oidcClaims(oidcWith("exp", json.Number("1e300")))},
		{name: "missing-iat", want: "oidc.iat_missing", op: oidcClaims(oidcWith("iat", nil))},
		{name: "iat is a string", want: "oidc.iat_missing", op: oidcClaims(oidcWith("iat", "1795402800"))},
		{name: "iat is negative", want: "oidc.iat_missing", op: oidcClaims(oidcWith("iat", -1))},
		{name: "nbf is a string", want: "oidc.nbf", key: sso.KeyClock, op: oidcClaims(oidcWith("nbf", "now"))},
		{name: "missing-sub", want: "oidc.sub_missing", op: oidcClaims(oidcWith("sub", nil))},
		{name: "sub empty", want: "oidc.sub_missing", op: oidcClaims(oidcWith("sub", ""))},
		{name: "sub is a number", want: "oidc.sub", op: oidcClaims(oidcWith("sub", 248289761001))},
		{name: "sub is null", want: "oidc.sub", op: oidcPayload(`"sub":"248289761001"`, `"sub":null`)},
		{name: "sub of 256 bytes", want: "oidc.sub", op: oidcClaims(oidcWith("sub", strings.Repeat("s", 256)))},
		{name: "sub with a blank before", want: "oidc.sub", op: oidcClaims(oidcWith("sub", " 248289761001"))},
		{name: "sub with a zero-width space", want: "oidc.sub", op: oidcClaims(oidcWith("sub", "2482\u200b89761001"))},
		{name: "sub with NUL", want: "oidc.sub", op: oidcClaims(oidcWith("sub", "248289761001\x00"))},
		{name: "sub with half a surrogate", want: "oidc.sub", op: oidcPayload(`"sub":"248289761001"`, `"sub":"24828\ud8009761001"`)},
		{name: "nonce-invalid", want: "oidc.nonce", key: sso.KeyStale, op: oidcClaims(oidcWith("nonce", strings.Repeat("n", 43)))},
		{name: "missing-nonce", want: "oidc.nonce_missing", op: oidcClaims(oidcWith("nonce", nil))},
		{name: "nonce is a list", want: "oidc.nonce", key: sso.KeyStale, op: oidcClaims(oidcWith("nonce", []string{"x"}))},
		{name: "at_hash of another access token", want: "oidc.at_hash", op: oidcClaims(oidcWith("at_hash", "77QmUPtjPfzWtF2AnpK9RQ"))},
		{name: "at_hash empty", want: "oidc.at_hash", op: oidcClaims(oidcWith("at_hash", ""))},
		{name: "sid is a number", want: "oidc.sid", op: oidcClaims(oidcWith("sid", 1))},
		{name: "acr is a list", want: "oidc.acr", op: oidcClaims(oidcWith("acr", []string{"gold"}))},
		{name: "amr is a string", want: "oidc.amr", op: oidcClaims(oidcWith("amr", "otp"))},
		{name: "amr holds a number", want: "oidc.amr", op: oidcClaims(oidcWith("amr", []any{"otp", 1}))},
		{name: "auth_time is a string", want: "oidc.auth_time", op: oidcClaims(oidcWith("auth_time", "1795402800"))},
		{name: "access token posing as ID token, by typ", want: "oidc.typ", op: func(op *OP) { op.Header = oidcWith("typ", "at+jwt") }},
		{name: "access token posing as ID token, by full typ", want: "oidc.typ", op: func(op *OP) { op.Header = oidcWith("typ", "application/AT+JWT") }},
		{name: "access token posing as ID token, by Keycloak's claim", want: "oidc.token_kind", op: oidcClaims(oidcWith("typ", "Bearer"))},
		{name: "logout token posing as ID token, by typ", want: "oidc.typ", op: func(op *OP) { op.Header = oidcWith("typ", "logout+jwt") }},
		{name: "logout token posing as ID token, by events", want: "oidc.token_kind", op: oidcClaims(oidcWith("events", map[string]any{oidcLogoutEvent: map[string]any{}}))},
		{name: "distributed claim from nowhere", want: "oidc.library", op: oidcClaims(oidcWith("_claim_names", map[string]string{"credit": "src"}))},
		{name: "mapped subject missing", want: "oidc.subject", mapping: store.Mapping{Subject: store.Claim("employee")}},
		{name: "mapped subject twice", want: "oidc.subject", mapping: store.Mapping{Subject: store.Claim("amr")}},
		{name: "mapped subject with a direction mark", want: "oidc.subject", mapping: store.Mapping{Subject: store.Claim("employee")}, op: oidcClaims(oidcWith("employee", "A\u202e001"))},
		{name: "mapped subject empty", want: "oidc.subject", mapping: store.Mapping{Subject: store.Claim("employee")}, op: oidcClaims(oidcWith("employee", ""))},
		{name: "two claims flatten to one name", want: "oidc.claims", op: oidcClaims(func(m map[string]any) { m["hr.id"], m["hr"] = "1", map[string]any{"id": "2"} })},
	}
}

// payload replaces text in the claims' JSON before they are signed.
func oidcPayload(old, new string) func(*OP) {
	return func(op *OP) {
		op.Payload = func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
	}
}

func oidcJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func oidcJSONVectors() []oidcVector {
	sub := `"sub":"248289761001"`
	whole := func(text string) func(*OP) {
		return func(op *OP) { op.Payload = func([]byte) []byte { return []byte(text) } }
	}
	return []oidcVector{
		{name: "sub twice", want: "oidc.json", op: oidcPayload(sub, sub+`,"sub":"admin"`)},
		{name: "sub twice, one escaped", want: "oidc.json", op: oidcPayload(sub, sub+`,"\u0073ub":"admin"`)},
		{name: "sub and SUB", want: "oidc.json", op: oidcPayload(sub, sub+`,"SUB":"admin"`)},
		{name: "sub and ſub", want: "oidc.json", op: oidcPayload(sub, sub+`,"ſub":"admin"`)},
		{name: "Aud alone", want: "oidc.json", op: oidcPayload(`"aud":`, `"Aud":`)},
		{name: "EXP alone", want: "oidc.json", op: oidcPayload(`"exp":`, `"EXP":`)},
		{name: "name and Name", want: "oidc.json", op: oidcPayload(sub, sub+`,"Name":"x"`)},
		{name: "repeated within an object", want: "oidc.json", op: oidcPayload(sub, sub+`,"hr":{"id":1,"id":2}`)},
		{name: "not an object", want: "oidc.json", op: whole(`["x"]`)},
		{name: "null", want: "oidc.json", op: whole(`null`)},
		{name: "empty", want: "oidc.json", op: whole(``)},
		{name: "two objects", want: "oidc.json", op: oidcPayload(`}`, `}{}`)},
		{name: "cut short", want: "oidc.json", op: whole(`{"iss":"https://op.example.com"`)},
		{name: "not UTF-8", want: "oidc.json", op: oidcPayload(sub, "\"sub\":\"248289761001\xff\"")},
		{name: "100 deep", want: "oidc.json", op: oidcPayload(sub, sub+`,"deep":`+strings.Repeat("[", 100)+strings.Repeat("]", 100))},
		{name: "50,000 values", want: "oidc.json", op: oidcPayload(sub, sub+`,"many":[`+strings.Repeat("1,", 50_000)+`1]`)},
	}
}
