package oidcrp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"cloudpocket/sso"
)

const shownValue = 500 // bytes of one value

// shown is what a sign-in brought, for people to read.
type shown struct {
	query    url.Values // of the callback
	answer   object     // of the token endpoint
	token    string     // the ID token
	userInfo object
}

// tell gives t the parts as JSON, without codes and tokens. The ID token is taken apart whether it is good or not: the
// checks say how far it was believed.
func (s *shown) tell(t *sso.Trace) {
	if t == nil {
		return
	}
	parts := struct {
		Callback map[string]any `json:"callback,omitempty"`
		Answer   map[string]any `json:"token_response,omitempty"`
		Header   map[string]any `json:"id_token_header,omitempty"`
		Claims   map[string]any `json:"id_token_claims,omitempty"`
		UserInfo map[string]any `json:"userinfo,omitempty"`
	}{Callback: map[string]any{}, Answer: without(s.answer), UserInfo: without(s.userInfo)}
	for name, values := range s.query {
		parts.Callback[cut(name)] = strings.Join(values, " | ")
	}
	parts.Callback = without(parts.Callback)
	if header, claims, ok := strings.Cut(s.token, "."); ok && len(s.token) <= maxToken {
		claims, _, _ = strings.Cut(claims, ".")
		parts.Header, parts.Claims = without(part(header)), without(part(claims))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(parts); err == nil {
		t.Message = b.String()
	}
}

// part decodes the header or the claims of a token; nil when they cannot be read.
func part(encoded string) object {
	b, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	o, err := readObject(b)
	if err != nil {
		return nil
	}
	return o
}

// without returns members as they may be shown: of those that prove something, or let somebody do something, only that they
// were there.
func without(members object) map[string]any {
	if len(members) == 0 {
		return nil
	}
	out := map[string]any{}
	for name, v := range members {
		switch {
		case kept(name):
			out[name] = "…"
		default:
			out[name] = shortened(v)
		}
	}
	return out
}

// kept reports whether the value of a member is kept to ourselves.
func kept(name string) bool {
	switch name {
	case "code", "state", "nonce", "session_state", "at_hash", "c_hash", "response", "client_assertion", "x5c", "jwk", "_claim_sources":
		return true
	case "token_type":
		return false
	}
	return sso.SecretName(name)
}

// shortened cuts long texts at any depth, which the reading has bounded.
func shortened(v any) any {
	switch v := v.(type) {
	case string:
		if len(v) > shownValue {
			return strings.ToValidUTF8(v[:shownValue], "") + "…"
		}
		return v
	case object:
		return without(v)
	case []any:
		out := make([]any, 0, len(v))
		for i, item := range v {
			if i == 200 {
				return append(out, "…")
			}
			out = append(out, shortened(item))
		}
		return out
	}
	return v
}
