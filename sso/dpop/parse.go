package dpop

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4/json"
)

// proof is a proof that was read and, until its signature verifies, proves nothing.
type proof struct {
	key       key
	claims    claims
	issued    int64  // seconds since 1970
	signed    string // what the signature is over
	signature []byte
}

// claims are what a proof says (RFC 9449 4.2).
type claims struct {
	ID     string          `json:"jti"`
	Method string          `json:"htm"`
	URL    string          `json:"htu"`
	Issued json.RawMessage `json:"iat"`
	Token  string          `json:"ath"`
}

// parse reads a compact JWS (RFC 7515 3.1). JSON is read by the exact names of members, none of which may be there twice.
func parse(raw string) (p proof, err error) {
	if raw == "" || len(raw) > maxProof {
		return p, refuse(reasonSize, "the proof has %d bytes", len(raw))
	}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return p, refuse(reasonForm, "the proof has %d parts", len(parts))
	}
	var decoded [3][]byte
	for i, part := range parts {
		if decoded[i], err = base64.RawURLEncoding.Strict().DecodeString(part); err != nil || strings.ContainsAny(part, "\r\n") {
			return p, refuse(reasonForm, "part %d of the proof is no base64url", i+1)
		}
	}
	p.signed, p.signature = parts[0]+"."+parts[1], decoded[2]
	if p.key, err = readHeader(decoded[0]); err != nil {
		return p, err
	}
	return p, p.readClaims(decoded[1])
}

// readClaims reads the payload. What a proof says beside the claims that are known is passed over.
func (p *proof) readClaims(payload []byte) (err error) {
	if !utf8.Valid(payload) || json.Unmarshal(payload, &p.claims) != nil {
		return refuse(reasonClaims, "the claims are no JSON object of the right types, or one is there twice")
	}
	if p.issued, err = strconv.ParseInt(string(p.claims.Issued), 10, 64); err != nil || p.issued < 0 || p.issued > maxTime {
		return refuse(reasonIssued, "iat is no time in whole seconds")
	}
	return nil
}

// maxTime is the last second that is taken for one, in the year 9999.
const maxTime = 253402300799

// readHeader returns the key of a header that has typ, alg and jwk, and nothing else.
func readHeader(text []byte) (k key, err error) {
	var members map[string]json.RawMessage
	if !utf8.Valid(text) || json.Unmarshal(text, &members) != nil || members == nil {
		return k, refuse(reasonHeader, "the header is no JSON object, or has a member twice")
	}
	for name := range members {
		if name != "typ" && name != "alg" && name != "jwk" {
			return k, refuse(reasonHeader, "the header has %.20q", name)
		}
	}
	switch {
	case stringOf(members["typ"]) != "dpop+jwt":
		return k, refuse(reasonType, "the proof is of another type than dpop+jwt")
	case stringOf(members["alg"]) != "ES256":
		return k, refuse(reasonAlgorithm, "the proof is by another algorithm than ES256")
	}
	return readKey(members["jwk"])
}

// stringOf returns a JSON string, "" for anything else.
func stringOf(raw json.RawMessage) (s string) {
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
