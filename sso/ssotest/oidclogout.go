package ssotest

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"cloudpocket/sso"
)

// oidcLogoutVector is one back-channel logout token with something changed.
type oidcLogoutVector struct {
	name    string
	want    sso.Reason
	key     string // "": sso.KeyMessage
	change  func(map[string]any)
	op      func(*OP)
	message func(*sso.Message)
	order   sso.LogoutOrder // of an accepted one
}

func oidcBackchannel(token string) sso.Message {
	form := url.Values{"logout_token": {token}}
	return sso.Message{Post: true, Endpoint: oidcBase + "/sso/oidc/" + oidcTrust + "/backchannel-logout", Form: form, Query: url.Values{}}
}

func oidcLogoutTokens(t *testing.T, keys *oidcKeys, open OIDCOpener) {
	for _, v := range slices.Concat(oidcLogoutRefused(), oidcLogoutAccepted()) {
		t.Run(v.name, func(t *testing.T) {
			r := newOIDCRun(t, keys, oidcVector{op: v.op}, open)
			if v.change == nil {
				v.change = func(map[string]any) {}
			}
			m := oidcBackchannel(r.LogoutToken(v.change))
			if v.message != nil {
				v.message(&m)
			}
			order, err := r.conn.LogoutMessage(t.Context(), m)
			if v.want != "" {
				r.refused(t, err, v.want, oidcKeyOr(v.key))
				return
			}
			if err != nil || order.Subject != v.order.Subject || !slices.Equal(order.Indexes, v.order.Indexes) || order.Answers != "" || order.Reply != nil {
				t.Fatalf("order %+v, want %+v, error %v", order, v.order, err)
			}
			r.silent(t, "")
		})
	}
}

func oidcKeyOr(key string) string {
	if key == "" {
		return sso.KeyMessage
	}
	return key
}

func oidcAgo(name string, offset int64) func(*OP) {
	return func(op *OP) {
		op.Payload = func(b []byte) []byte {
			var m map[string]any
			if err := json.Unmarshal(b, &m); err != nil {
				panic(err)
			}
			m[name] = op.now().Unix() + offset
			return oidcJSON(m)
		}
	}
}

func oidcLogoutRefused() []oidcLogoutVector {
	events := func(v any) func(map[string]any) { return oidcWith("events", v) }
	clock := sso.KeyClock
	return []oidcLogoutVector{
		{name: "rp-backchannel-rpinitlogout-alg-none", want: "oidc.alg", op: func(op *OP) { op.Header, op.SignKey = oidcWith("alg", "none"), []byte{} }},
		{name: "rp-backchannel-rpinitlogout-invalid-sig", want: "oidc.signature", op: func(op *OP) { op.SignKey = op.keys.stranger }},
		{name: "rp-backchannel-rpinitlogout-wrong-issuer", want: "oidc.issuer", change: oidcWith("iss", "https://evil.example")},
		{name: "rp-backchannel-rpinitlogout-wrong-aud", want: "oidc.audience", change: oidcWith("aud", "other client")},
		{name: "rp-backchannel-rpinitlogout-wrong-typ", want: "oidc.typ", op: oidcHeader(oidcWith("typ", "at+jwt"))},
		{name: "rp-backchannel-rpinitlogout-with-nonce", want: "oidc.logout_nonce", change: oidcWith("nonce", "n")},
		{name: "nonce is null", want: "oidc.logout_nonce", op: func(op *OP) {
			op.Payload = func(b []byte) []byte { return append([]byte(`{"nonce":null,`), b[1:]...) }
		}},
		{name: "rp-backchannel-rpinitlogout-no-event", want: "oidc.logout_events", change: events(nil)},
		{name: "rp-backchannel-rpinitlogout-wrong-event", want: "oidc.logout_events", change: events(map[string]any{"http://schemas.openid.net/event/other": map[string]any{}})},
		{name: "events is a string", want: "oidc.logout_events", change: events(oidcLogoutEvent)},
		{name: "events is a list", want: "oidc.logout_events", change: events([]string{oidcLogoutEvent})},
		{name: "events holds a string", want: "oidc.logout_events", change: events(map[string]any{oidcLogoutEvent: "x"})},
		{name: "events holds null", want: "oidc.logout_events", change: events(map[string]any{oidcLogoutEvent: nil})},
		{name: "events holds two", want: "oidc.logout_events", change: events(map[string]any{oidcLogoutEvent: map[string]any{}, "x": map[string]any{}})},
		{name: "jti missing", want: "oidc.logout_jti", change: oidcWith("jti", nil)},
		{name: "jti empty", want: "oidc.logout_jti", change: oidcWith("jti", " ")},
		{name: "jti is a number", want: "oidc.logout_jti", change: oidcWith("jti", 1)},
		{name: "iat missing", want: "oidc.iat_missing", change: oidcWith("iat", nil)},
		{name: "iat old", want: "oidc.iat_old", key: clock, op: oidcAgo("iat", -661)},
		{name: "iat ahead", want: "oidc.iat_future", key: clock, op: oidcAgo("iat", 61)},
		{name: "nbf ahead", want: "oidc.nbf", key: clock, op: oidcAgo("nbf", 61)},
		{name: "exp missing", want: "oidc.exp_missing", change: oidcWith("exp", nil)},
		{name: "exp past", want: "oidc.expired", key: clock, op: oidcAgo("exp", -60)},
		{name: "exp in ten years", want: "oidc.logout_exp_far", op: oidcAgo("exp", 10*365*86400)},
		{name: "nobody named", want: "oidc.logout_nobody", change: func(m map[string]any) { delete(m, "sub"); delete(m, "sid") }},
		{name: "sub empty", want: "oidc.sub_missing", change: oidcWith("sub", "")},
		{name: "sid is a list", want: "oidc.sid", change: oidcWith("sid", []string{"session-1"})},
		{name: "sid empty beside a sub", want: "oidc.sid", change: oidcWith("sid", "")},
		{name: "EVENTS beside events", want: "oidc.json", change: oidcWith("EVENTS", map[string]any{})},
		{name: "by GET", want: "oidc.logout_token_missing", message: func(m *sso.Message) { m.Post, m.Query, m.Form = false, m.Form, nil }},
		{name: "without token", want: "oidc.logout_token_missing", message: func(m *sso.Message) { m.Form = url.Values{} }},
		{name: "two tokens", want: "oidc.logout_token_missing", message: func(m *sso.Message) { m.Form.Add("logout_token", "x") }},
		{name: "not a token", want: "oidc.jwt_form", message: func(m *sso.Message) { m.Form.Set("logout_token", "x") }},
		{name: "at another endpoint", want: "oidc.endpoint", message: func(m *sso.Message) { m.Endpoint = strings.Replace(m.Endpoint, oidcTrust, "other", 1) }},
		{name: "ID token posing as logout token", want: "oidc.logout_events", message: nil, change: func(m map[string]any) { delete(m, "events"); delete(m, "jti"); m["nonce"] = "n" }},
	}
}

func oidcLogoutAccepted() []oidcLogoutVector {
	both := sso.LogoutOrder{Subject: "248289761001", Indexes: []string{"session-1"}}
	return []oidcLogoutVector{
		{name: "rp-backchannel-rpinitlogout", order: both},
		{name: "typ JWT", op: oidcHeader(oidcWith("typ", "JWT")), order: both},
		{name: "typ absent", op: oidcHeader(oidcWith("typ", nil)), order: both},
		{name: "aud is a list", change: oidcWith("aud", []string{"other", "pocket client"}), order: both},
		{name: "by sub alone", change: oidcWith("sid", nil), order: sso.LogoutOrder{Subject: "248289761001"}},
		{name: "by sid alone", change: oidcWith("sub", nil), order: sso.LogoutOrder{Indexes: []string{"session-1"}}},
		{name: "event with members", change: oidcWith("events", map[string]any{oidcLogoutEvent: map[string]any{"reason": "x"}}), order: both},
		{name: "nbf at the edge", op: oidcAgo("nbf", 60), order: both},
		{name: "exp at the edge", op: oidcAgo("exp", -59), order: both},
		{name: "Keycloak's typ claim", change: oidcWith("typ", "Logout"), order: both},
	}
}
