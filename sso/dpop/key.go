package dpop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"math/big"

	"github.com/go-jose/go-jose/v4/json"
)

// key is a public key on P-256, the only kind that is believed.
type key struct {
	x, y   string // as base64url
	public *ecdsa.PublicKey
}

const coordinate = 32 // bytes

// readKey reads a JWK (RFC 7517 4, RFC 7518 6.2.1). What browsers write beside the key itself is passed over; anything else, a
// private part above all, is a refusal.
func readKey(raw json.RawMessage) (k key, err error) {
	var members map[string]json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &members) != nil || members == nil {
		return k, refuse(reasonKey, "the header has no key")
	}
	for name := range members {
		switch name {
		case "kty", "crv", "x", "y", "ext", "key_ops", "alg", "use":
		default:
			return k, refuse(reasonKey, "the key has %.20q", name)
		}
	}
	if stringOf(members["kty"]) != "EC" || stringOf(members["crv"]) != "P-256" {
		return k, refuse(reasonKey, "the key is not on P-256")
	}
	k.x, k.y = stringOf(members["x"]), stringOf(members["y"])
	point := []byte{4}
	for _, text := range []string{k.x, k.y} {
		b, err := base64.RawURLEncoding.Strict().DecodeString(text)
		if err != nil || len(b) != coordinate || len(text) != base64.RawURLEncoding.EncodedLen(coordinate) {
			return k, refuse(reasonKey, "a coordinate of the key is not 32 bytes as base64url")
		}
		point = append(point, b...)
	}
	if k.public, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point); err != nil {
		return k, refuse(reasonKey, "the key is no point on its curve")
	}
	return k, nil
}

// thumbprint is the key's name (RFC 7638 3): the SHA-256 of its required members in their one order.
func (k key) thumbprint() string {
	return digest(`{"crv":"P-256","kty":"EC","x":"` + k.x + `","y":"` + k.y + `"}`)
}

// verifies reports whether signature is the key's over text (RFC 7518 3.4): r and s, 32 bytes each.
func (k key) verifies(text string, signature []byte) bool {
	if len(signature) != 2*coordinate {
		return false
	}
	sum := sha256.Sum256([]byte(text))
	r, s := new(big.Int).SetBytes(signature[:coordinate]), new(big.Int).SetBytes(signature[coordinate:])
	return ecdsa.Verify(k.public, sum[:], r, s)
}
