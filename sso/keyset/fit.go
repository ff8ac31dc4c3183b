package keyset

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// Fits reports whether key is of the kind that alg needs, strong enough, and meant for no other algorithm.
func Fits(key jose.JSONWebKey, alg jose.SignatureAlgorithm) bool {
	return strong(key.Key) && slices.Contains(kinds(key.Key), alg) && (key.Algorithm == "" || key.Algorithm == string(alg))
}

// kinds returns the algorithms (RFC 7518 3.1, RFC 8037 3.1) that a key can sign with; none for one that is not taken.
func kinds(key any) []jose.SignatureAlgorithm {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512}
	case *ecdsa.PublicKey:
		switch k.Curve.Params().BitSize {
		case 256:
			return []jose.SignatureAlgorithm{jose.ES256}
		case 384:
			return []jose.SignatureAlgorithm{jose.ES384}
		case 521:
			return []jose.SignatureAlgorithm{jose.ES512}
		}
	case ed25519.PublicKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}
	}
	return nil
}
