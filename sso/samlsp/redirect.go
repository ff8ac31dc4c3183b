package samlsp

import (
	"encoding/base64"
	"net/url"
	"strings"

	"cloudpocket/sso"
)

// redirected is one Redirect-binding message as it arrived.
type redirected struct {
	message   []byte // inflated
	relay     string
	signed    string // the part of the query that the signature covers, byte for byte
	scheme    scheme
	signature []byte
}

// readRedirect takes the message named field out of the query as it was received (SAML bindings 3.4.4.1). The signature
// covers the parameters as the sender wrote them, so they are read from the raw query, must come in the order that is
// signed, and each at most once: what is verified is then what is used.
func readRedirect(m sso.Message, field string) (redirected, error) {
	var out redirected
	if len(m.RawQuery) > messageLimits().bytes {
		return out, malformed("size", "%d bytes of query", len(m.RawQuery))
	}
	raw, err := signedParameters(m.RawQuery, field)
	if err != nil {
		return out, err
	}
	values := map[string]string{}
	for _, name := range []string{field, "RelayState", "SigAlg", "Signature"} {
		v, err := url.QueryUnescape(raw[name])
		if err != nil {
			return out, refuse("redirect_escape", "%s is not percent-encoded: %w", name, err)
		}
		values[name] = v
	}
	if err := out.readSignature(raw, values, field); err != nil {
		return out, err
	}
	out.relay = values["RelayState"]
	deflated, err := base64.StdEncoding.Strict().DecodeString(values[field])
	if err != nil {
		return out, refuse("base64", "%s is not base64: %w", field, err)
	}
	out.message, err = inflate(deflated, messageLimits().bytes)
	return out, err
}

func (r *redirected) readSignature(raw, values map[string]string, field string) error {
	if raw["Signature"] == "" || raw["SigAlg"] == "" {
		return refuse("signature_missing", "the query is not signed")
	}
	var ok bool
	if r.scheme, ok = schemeOf(values["SigAlg"]); !ok {
		return refuse("signature_algorithm", "SigAlg %q", values["SigAlg"])
	}
	var err error
	if r.signature, err = base64.StdEncoding.Strict().DecodeString(values["Signature"]); err != nil {
		return refuse("signature_value", "the Signature is not base64: %w", err)
	}
	r.signed = field + "=" + raw[field]
	if relay, ok := raw["RelayState"]; ok {
		r.signed += "&RelayState=" + relay
	}
	r.signed += "&SigAlg=" + raw["SigAlg"]
	return nil
}

// signedParameters returns the raw values of the parameters that the binding defines. Others are skipped.
func signedParameters(query, field string) (map[string]string, error) {
	order := []string{field, "RelayState", "SigAlg", "Signature"}
	raw, at := map[string]string{}, 0
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name == "SAMLEncoding" { // not signed, so it may only say what holds anyway
			if v, _ := url.QueryUnescape(value); v != encodingDeflate {
				return nil, refuse("redirect_encoding", "SAMLEncoding %q", value)
			}
			continue
		}
		if plain, err := url.QueryUnescape(name); err != nil || (plain != name && known(plain)) {
			return nil, refuse("redirect_escape", "parameter name %q is escaped", name)
		}
		if !known(name) {
			continue
		}
		if _, twice := raw[name]; twice {
			return nil, refuse("parameter", "two values of %s", name)
		}
		for at < len(order) && order[at] != name {
			at++
		}
		if at == len(order) {
			return nil, refuse("redirect_order", "%s is not where the signature has it", name)
		}
		raw[name] = value
	}
	if raw[field] == "" {
		return nil, refuse("parameter", "no %s", field)
	}
	return raw, nil
}

// known reports whether the binding gives the parameter a meaning.
func known(name string) bool {
	switch name {
	case "SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding":
		return true
	}
	return false
}
