package ssotest

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Names follow the OpenID conformance suite's tests for relying parties where it has one for the same thing.

// with returns a change of one member; nil removes it.
func oidcWith(name string, value any) func(map[string]any) {
	return func(m map[string]any) {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
}

func oidcClaims(change func(map[string]any)) func(*OP) { return func(op *OP) { op.Claims = change } }

func oidcDiscovery(change func(map[string]any)) func(*OP) {
	return func(op *OP) { op.Discovery = change }
}

func oidcServe(path string, h http.HandlerFunc) func(*OP) { return func(op *OP) { op.Serve[path] = h } }

func oidcQuery(name, value string) func(*sso.Message) {
	return func(m *sso.Message) { m.Query.Set(name, value) }
}

func oidcRedirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func oidcHuge(w http.ResponseWriter, _ *http.Request) {
	chunk := []byte(strings.Repeat(" ", 1<<20))
	for range 10 {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
	w.Write([]byte(`{"keys":[]}`))
}

func oidcText(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(body))
	}
}

const oidcWellKnown = "/.well-known/openid-configuration"

func oidcDiscoveryVectors() []oidcVector {
	return []oidcVector{
		{name: "discovery-issuer-mismatch", want: "oidc.discovery_issuer", op: oidcDiscovery(oidcWith("issuer", "https://other.example.com"))},
		{name: "discovery issuer with a slash more", want: "oidc.discovery_issuer", op: oidcDiscovery(oidcWith("issuer", "https://op.example.com/"))},
		{name: "discovery without issuer", want: "oidc.discovery_issuer", op: oidcDiscovery(oidcWith("issuer", nil))},
		{name: "discovery is a page", want: "oidc.discovery", op: oidcServe(oidcWellKnown, oidcText("<html>"))},
		{name: "discovery names issuer twice", want: "oidc.discovery", op: oidcServe(oidcWellKnown, oidcText(`{"issuer":"https://evil.example","issuer":"https://op.example.com"}`))},
		{name: "discovery names ISSUER", want: "oidc.discovery", op: oidcDiscovery(oidcWith("ISSUER", "https://evil.example"))},
		{name: "discovery with a number for a list", want: "oidc.discovery", op: oidcDiscovery(oidcWith("code_challenge_methods_supported", 1))},
		{name: "discovery with numbers in a list", want: "oidc.discovery", op: oidcDiscovery(oidcWith("token_endpoint_auth_signing_alg_values_supported", []int{256}))},
		{name: "discovery with a word for a boolean", want: "oidc.discovery", op: oidcDiscovery(oidcWith("authorization_response_iss_parameter_supported", "true"))},
		{name: "discovery of 10 MB", want: "oidc.outbound_size", key: sso.KeyAway, op: oidcServe(oidcWellKnown, oidcHuge)},
		{name: "discovery redirects to a private address", want: "oidc.outbound_private", key: sso.KeyAway, op: oidcServe(oidcWellKnown, oidcRedirect("https://inside.example.com/"))},
		{name: "discovery redirects to instance metadata", want: "oidc.outbound_private", key: sso.KeyAway, op: oidcServe(oidcWellKnown, oidcRedirect("https://169.254.169.254/latest"))},
		{name: "discovery redirects to loopback", want: "oidc.outbound_private", key: sso.KeyAway, op: oidcServe(oidcWellKnown, oidcRedirect("https://[::ffff:127.0.0.1]/"))},
		{name: "discovery redirects to http", want: "oidc.outbound_plain", key: sso.KeyAway, op: oidcServe(oidcWellKnown, oidcRedirect("http://op.example.com/"))},
		{name: "discovery redirects for ever", want: "oidc.outbound_redirect", key: sso.KeyAway, op: oidcServe(oidcWellKnown, oidcRedirect(oidcWellKnown))},
		{name: "authorization endpoint missing", want: "oidc.discovery_endpoint", op: oidcDiscovery(oidcWith("authorization_endpoint", nil))},
		{name: "authorization endpoint is javascript", want: "oidc.discovery_endpoint", op: oidcDiscovery(oidcWith("authorization_endpoint", "javascript:alert(1)//"))},
		{name: "authorization endpoint over http", want: "oidc.discovery_endpoint", op: oidcDiscovery(oidcWith("authorization_endpoint", "http://op.example.com/authorize"))},
		{name: "authorization endpoint with a fragment", want: "oidc.discovery_endpoint", op: oidcDiscovery(oidcWith("authorization_endpoint", "https://op.example.com/authorize#x"))},
		{name: "token endpoint with credentials", want: "oidc.discovery_endpoint", op: oidcDiscovery(oidcWith("token_endpoint", "https://u:p@op.example.com/token"))},
		{name: "jwks_uri is a list", want: "oidc.discovery_endpoint", op: oidcDiscovery(oidcWith("jwks_uri", []string{"https://op.example.com/jwks"}))},
		{name: "end_session_endpoint is a file", want: "oidc.discovery_endpoint", op: oidcDiscovery(oidcWith("end_session_endpoint", "file:///etc/passwd"))},
		{name: "PKCE downgraded to plain", want: "oidc.pkce_unsupported", op: oidcDiscovery(oidcWith("code_challenge_methods_supported", []string{"plain"}))},
		{name: "PKCE methods empty", want: "oidc.pkce_unsupported", op: oidcDiscovery(oidcWith("code_challenge_methods_supported", []string{}))},
	}
}

func oidcCallbackVectors() []oidcVector {
	stale := sso.KeyStale
	issAdvertised := oidcDiscovery(oidcWith("authorization_response_iss_parameter_supported", true))
	return []oidcVector{
		{name: "state missing", want: "oidc.state_missing", message: func(m *sso.Message) { m.Query.Del("state") }},
		{name: "state wrong", want: "oidc.state", key: stale, message: oidcQuery("state", strings.Repeat("A", 43))},
		{name: "state reused, or another browser's", want: "oidc.state_unknown", key: stale, attempt: func(*sso.Attempt) *sso.Attempt { return nil }},
		{name: "state of another tenant's trust", want: "oidc.attempt", key: stale, attempt: func(a *sso.Attempt) *sso.Attempt { a.TrustID = "other"; return a }},
		{name: "PKCE missing from the attempt", want: "oidc.attempt", key: stale, attempt: func(a *sso.Attempt) *sso.Attempt { b := *a; b.Verifier = ""; return &b }},
		{name: "nonce missing from the attempt", want: "oidc.attempt", key: stale, attempt: func(a *sso.Attempt) *sso.Attempt { b := *a; b.Nonce = ""; return &b }},
		{name: "state twice", want: "oidc.parameter_repeated", message: func(m *sso.Message) { m.Query.Add("state", m.Query.Get("state")) }},
		{name: "code twice", want: "oidc.parameter_repeated", message: func(m *sso.Message) { m.Query.Add("code", "other") }},
		{name: "iss twice", want: "oidc.parameter_repeated", message: func(m *sso.Message) { m.Query["iss"] = []string{"https://op.example.com", "https://evil.example"} }},
		{name: "mix-up: iss of another OP", want: "oidc.response_iss", message: oidcQuery("iss", "https://evil.example")},
		{name: "mix-up: iss empty", want: "oidc.response_iss", message: oidcQuery("iss", "")},
		{name: "mix-up: iss missing though always sent", want: "oidc.response_iss_missing", op: issAdvertised},
		{name: "mix-up: iss in another case", want: "oidc.response_iss", op: issAdvertised, message: oidcQuery("iss", "https://OP.example.com")},
		{name: "error", want: "oidc.error", key: sso.KeyFailed, message: func(m *sso.Message) {
			m.Query = url.Values{"state": m.Query["state"], "error": {"access_denied"}, "error_description": {"the person\nsaid no"}}
		}},
		{name: "error beside a code", want: "oidc.error", key: sso.KeyFailed, message: oidcQuery("error", "login_required")},
		{name: "error with control characters", want: "oidc.error", key: sso.KeyFailed, message: oidcQuery("error", "a\r\nforged=line")},
		{name: "error of another OP", want: "oidc.response_iss", message: func(m *sso.Message) { m.Query.Set("error", "x"); m.Query.Set("iss", "https://evil.example") }},
		{name: "code missing", want: "oidc.code", message: func(m *sso.Message) { m.Query.Del("code") }},
		{name: "code of 10 KB", want: "oidc.code", message: oidcQuery("code", strings.Repeat("c", 10<<10))},
		{name: "answer by POST", want: "oidc.response_mode", message: func(m *sso.Message) { m.Post, m.Form = true, m.Query }},
		{name: "ID token in the answer", want: "oidc.response_type", message: oidcQuery("id_token", "e30.e30.")},
		{name: "access token in the answer", want: "oidc.response_type", message: oidcQuery("access_token", "x")},
		{name: "JARM answer", want: "oidc.response_type", message: oidcQuery("response", "e30.e30.")},
		{name: "redirect_uri from Host", want: "oidc.endpoint", message: func(m *sso.Message) {
			m.Endpoint = strings.Replace(m.Endpoint, "pocket.example.com", "evil.example", 1)
		}},
		{name: "another endpoint of ours", want: "oidc.endpoint", message: func(m *sso.Message) { m.Endpoint = strings.Replace(m.Endpoint, "callback", "initiate", 1) }},
	}
}

func oidcTokenVectors() []oidcVector {
	token := func(change func(map[string]any)) func(*OP) { return func(op *OP) { op.Token = change } }
	failed := sso.KeyFailed
	return []oidcVector{
		{name: "code replay", want: "oidc.token_error", key: failed, op: func(op *OP) {
			op.Answer = func(url.Values) { op.requests = map[string]url.Values{} }
		}},
		{name: "code of another person", want: "oidc.token_error", key: failed, message: oidcQuery("code", "code-stolen")},
		{name: "PKCE verifier of another attempt", want: "oidc.token_error", key: failed, attempt: func(a *sso.Attempt) *sso.Attempt {
			b := *a
			b.Verifier = strings.Repeat("v", 43)
			return &b
		}},
		{name: "client secret wrong", want: "oidc.token_error", key: failed, op: func(op *OP) { op.Serve["/token"] = oidcErrorReply(401, "invalid_client") }},
		{name: "error with a forged code", want: "oidc.token_error", key: failed, op: func(op *OP) { op.Serve["/token"] = oidcErrorReply(400, "x\ny\"") }},
		{name: "error with status 200", want: "oidc.token_error", key: failed, op: func(op *OP) { op.Serve["/token"] = oidcErrorReply(200, "invalid_grant") }},
		{name: "redirect to another host", want: "oidc.outbound_redirect", key: sso.KeyAway, op: oidcServe("/token", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example.com/", http.StatusTemporaryRedirect)
		})},
		{name: "endpoint at a private address", want: "oidc.outbound_private", key: sso.KeyAway, op: oidcDiscovery(oidcWith("token_endpoint", "https://inside.example.com/token"))},
		{name: "answer of 10 MB", want: "oidc.outbound_size", key: sso.KeyAway, op: oidcServe("/token", oidcHuge)},
		{name: "no ID token", want: "oidc.id_token_missing", op: token(oidcWith("id_token", nil))},
		{name: "ID token is an object", want: "oidc.id_token_missing", op: token(oidcWith("id_token", map[string]any{}))},
		{name: "token type MAC", want: "oidc.token_type", op: token(oidcWith("token_type", "mac"))},
		{name: "no token type", want: "oidc.token_type", op: token(oidcWith("token_type", nil))},
		{name: "ID token under two cases of its name", want: "oidc.token_response", op: token(oidcWith("ID_TOKEN", "e30.e30."))},
	}
}

func oidcErrorReply(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		oidcReply(w, status, map[string]any{"error": code, "error_description": "you sent " + r.PostFormValue("code") + r.PostFormValue("code_verifier")})
	}
}

func oidcUserInfoVectors() []oidcVector {
	asked := func(t *store.OIDCTrust) { t.UserInfo = true }
	info := func(change func(map[string]any)) func(*OP) { return func(op *OP) { op.Info = change } }
	signed := func(change func(*OP), body map[string]any) func(*OP) {
		return func(op *OP) {
			op.Serve["/userinfo"] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/jwt")
				change(op)
				w.Write([]byte(op.sign("JWT", oidcJSON(body))))
			}
		}
	}
	behave := func(*OP) {}
	return []oidcVector{
		{name: "userinfo-invalid-sub", want: "oidc.userinfo_sub", trust: asked, op: info(oidcWith("sub", "somebody else"))},
		{name: "userinfo without sub", want: "oidc.userinfo_sub", trust: asked, op: info(oidcWith("sub", nil))},
		{name: "userinfo with SUB", want: "oidc.userinfo", trust: asked, op: info(oidcWith("SUB", "somebody else"))},
		{name: "userinfo is a list", want: "oidc.userinfo", trust: asked, op: oidcServe("/userinfo", oidcText("[]"))},
		{name: "userinfo of 10 MB", want: "oidc.outbound_size", key: sso.KeyAway, trust: asked, op: oidcServe("/userinfo", oidcHuge)},
		{name: "userinfo redirects with the token", want: "oidc.outbound_redirect", key: sso.KeyAway, trust: asked, op: oidcServe("/userinfo", oidcRedirect("https://evil.example.com/"))},
		{name: "userinfo endpoint missing", want: "oidc.userinfo", trust: asked, op: oidcDiscovery(oidcWith("userinfo_endpoint", nil))},
		{name: "signed userinfo, alg none", want: "oidc.alg", trust: asked, op: signed(func(op *OP) { op.Header, op.SignKey = oidcWith("alg", "none"), []byte{} }, map[string]any{"sub": "248289761001"})},
		{name: "signed userinfo of another issuer", want: "oidc.issuer", trust: asked, op: signed(behave, map[string]any{"sub": "248289761001", "aud": "pocket client", "iss": "https://evil.example"})},
		{name: "signed userinfo for another client", want: "oidc.audience", trust: asked, op: signed(behave, map[string]any{"sub": "248289761001", "aud": "other", "iss": "https://op.example.com"})},
		{name: "accepted: signed userinfo", trust: asked, op: signed(behave, map[string]any{"sub": "248289761001", "aud": "pocket client", "iss": "https://op.example.com", "email": "hanako@example.com"}), check: oidcHasEmail},
	}
}

// oidcTimeVectors hold every instant to the edge of the skew: one second within passes, one beyond does not.
func oidcTimeVectors() []oidcVector {
	const skew, age = 60, 600
	at := func(name string, offset int64) func(*OP) {
		return func(op *OP) { op.Claims = func(m map[string]any) { m[name] = op.now().Unix() + offset } }
	}
	clock := sso.KeyClock
	aged := func(t *store.OIDCTrust) { t.MaxAge = 5 * time.Minute }
	wide := func(t *store.OIDCTrust) { t.Skew = 3 * time.Minute }
	return []oidcVector{
		{name: "exp at the edge", op: at("exp", -skew+1)},
		{name: "exp beyond the edge", want: "oidc.expired", key: clock, op: at("exp", -skew)},
		{name: "exp at the edge of a wider skew", trust: wide, op: at("exp", -179)},
		{name: "exp beyond a wider skew", want: "oidc.expired", key: clock, trust: wide, op: at("exp", -180)},
		{name: "iat at the edge ahead", op: at("iat", skew)},
		{name: "iat beyond the edge ahead", want: "oidc.iat_future", key: clock, op: at("iat", skew+1)},
		{name: "iat at the edge behind", op: at("iat", -age-skew)},
		{name: "iat beyond the edge behind", want: "oidc.iat_old", key: clock, op: at("iat", -age-skew-1)},
		{name: "nbf at the edge", op: at("nbf", skew)},
		{name: "nbf beyond the edge", want: "oidc.nbf", key: clock, op: at("nbf", skew+1)},
		{name: "nbf far ahead", want: "oidc.nbf", key: clock, op: at("nbf", 10*365*86400)},
		{name: "auth_time at the edge ahead", op: at("auth_time", skew)},
		{name: "auth_time beyond the edge ahead", want: "oidc.auth_time_future", key: clock, op: at("auth_time", skew+1)},
		{name: "auth_time at the edge of max_age", trust: aged, op: at("auth_time", -300-skew)},
		{name: "auth_time beyond max_age", want: "oidc.auth_time_old", key: sso.KeyStale, trust: aged, op: at("auth_time", -300-skew-1)},
		{name: "auth_time missing with max_age", want: "oidc.auth_time_missing", trust: aged, op: oidcClaims(oidcWith("auth_time", nil))},
		{name: "forced: auth_time at the edge", force: true, op: at("auth_time", -skew)},
		{name: "forced: authenticated before", want: "oidc.auth_time_old", key: sso.KeyStale, force: true, op: at("auth_time", -skew-1)},
		{name: "forced: auth_time missing", want: "oidc.auth_time_missing", force: true, op: oidcClaims(oidcWith("auth_time", nil))},
	}
}
