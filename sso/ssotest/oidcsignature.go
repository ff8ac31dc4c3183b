package ssotest

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
)

func oidcHeader(change func(map[string]any)) func(*OP) { return func(op *OP) { op.Header = change } }

// raw changes the ID token after it was signed.
func oidcRaw(change func(head, body, signature string) string) func(*OP) {
	return func(op *OP) {
		op.Raw = func(jwt string) string {
			p := strings.Split(jwt, ".")
			return change(p[0], p[1], p[2])
		}
	}
}

func oidcKeep(name string, published ...func(*oidcKeys) jose.JSONWebKey) func(*OP) {
	return func(op *OP) {
		for _, p := range published {
			op.Published = append(op.Published, p(op.keys))
		}
		op.Header = func(m map[string]any) {
			if m["kid"] = name; name == "" {
				delete(m, "kid")
			}
		}
	}
}

func oidcMainKey(k *oidcKeys) jose.JSONWebKey  { return oidcPublic("rsa", &k.rsa.PublicKey) }
func oidcOtherKey(k *oidcKeys) jose.JSONWebKey { return oidcPublic("rsa-2", &k.rsa2.PublicKey) }
func oidcEcKey(k *oidcKeys) jose.JSONWebKey    { return oidcPublic("p256", &k.p256.PublicKey) }

func oidcSignatureVectors() []oidcVector {
	b64 := base64.RawURLEncoding.EncodeToString
	forged := func(alg jose.SignatureAlgorithm, key func(*oidcKeys) any) func(*OP) {
		return func(op *OP) { op.Alg, op.SignKey = alg, key(op.keys) }
	}
	stranger := func(k *oidcKeys) any { return k.stranger }
	return []oidcVector{
		{name: "idtoken-sig-none", want: "oidc.alg", op: func(op *OP) { op.Header, op.SignKey = oidcWith("alg", "none"), []byte(nil) }},
		{name: "alg none with nothing after the dot", want: "oidc.alg", op: oidcRaw(func(_, body, _ string) string { return b64([]byte(`{"alg":"none"}`)) + "." + body + "." })},
		{name: "alg nOnE", want: "oidc.alg", op: oidcHeader(oidcWith("alg", "nOnE"))},
		{name: "alg missing", want: "oidc.alg", op: oidcHeader(oidcWith("alg", nil))},
		{name: "alg is a number", want: "oidc.alg", op: oidcHeader(oidcWith("alg", 256))},
		{name: "invalid-sig-hs256: signed with the public key", want: "oidc.alg", op: func(op *OP) {
			der, err := x509.MarshalPKIXPublicKey(&op.keys.rsa.PublicKey)
			if err != nil {
				panic(err)
			}
			op.Header, op.SignKey = oidcWith("alg", "HS256"), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		}},
		{name: "HS256 with the client secret", want: "oidc.alg", op: func(op *OP) { op.Header, op.SignKey = oidcWith("alg", "HS256"), []byte(op.Secret) }},
		{name: "invalid-sig-rs256", want: "oidc.signature", op: forged(jose.RS256, stranger)},
		{name: "invalid-sig-ps256", want: "oidc.signature", op: forged(jose.PS256, stranger)},
		{name: "invalid-sig-es256", want: "oidc.signature", op: forged(jose.ES256, func(k *oidcKeys) any { return k.ownP256 })},
		{name: "ES256 signature of zeros", want: "oidc.signature", op: func(op *OP) {
			op.Alg = jose.ES256
			oidcRaw(func(h, b, _ string) string { return h + "." + b + "." + b64(make([]byte, 64)) })(op)
		}},
		{name: "RS256 signature said to be PS256", want: "oidc.signature", op: oidcHeader(oidcWith("alg", "PS256"))},
		{name: "body changed after signing", want: "oidc.signature", op: oidcRaw(func(h, b, s string) string { return h + "." + b64([]byte(`{"sub":"admin"}`)) + "." + s })},
		{name: "signature empty", want: "oidc.signature", op: oidcRaw(func(h, b, _ string) string { return h + "." + b + "." })},
		{name: "alg of another kind than the key", want: "oidc.key_unfit", op: oidcHeader(oidcWith("alg", "ES256"))},
		{name: "key meant for another alg", want: "oidc.key_unfit", op: oidcKeep("rsa", func(k *oidcKeys) jose.JSONWebKey {
			key := oidcMainKey(k)
			key.Algorithm = "RS512"
			return key
		})},
		{name: "key meant for encryption", want: "oidc.kid_unknown", op: oidcKeep("rsa", func(k *oidcKeys) jose.JSONWebKey {
			key := oidcMainKey(k)
			key.Use = "enc"
			return key
		})},
		{name: "RSA of 1024 bits", want: "oidc.key_unfit", op: func(op *OP) {
			oidcKeep("weak", func(k *oidcKeys) jose.JSONWebKey { return oidcPublic("weak", &k.weak.PublicKey) })(op)
			op.SignKey = op.keys.weak
		}},
		{name: "RSA of 16,384 bits", want: "oidc.kid_unknown", op: oidcKeep("huge", func(*oidcKeys) jose.JSONWebKey {
			return oidcPublic("huge", &rsa.PublicKey{N: new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), 16383), 0, 1), E: 65537})
		})},
		{name: "published secret key", want: "oidc.kid_unknown", op: oidcKeep("rsa", func(k *oidcKeys) jose.JSONWebKey { return oidcPublic("rsa", []byte("symmetric")) })},
		{name: "own key in the header", want: "oidc.kid_unknown", op: func(op *OP) {
			key := oidcPublic("mine", &op.keys.stranger.PublicKey)
			op.SignKey = op.keys.stranger
			op.Header = func(m map[string]any) { m["jwk"], m["kid"] = key, "mine" }
		}},
		{name: "own keys at a URL in the header", want: "oidc.kid_unknown", op: func(op *OP) {
			op.SignKey = op.keys.stranger
			op.Header = func(m map[string]any) { m["jku"], m["kid"] = "https://evil.example.com/jwks", "mine" }
		}},
		{name: "kid that is a path", want: "oidc.kid_unknown", op: oidcHeader(oidcWith("kid", "../../../dev/null"))},
		{name: "kid is a number", want: "oidc.jwt_header", op: oidcHeader(oidcWith("kid", 1))},
		{name: "kid-absent-multiple-jwks", want: "oidc.kid_missing", op: oidcKeep("", oidcMainKey, oidcOtherKey)},
		{name: "kid absent, no key of that kind", want: "oidc.key_unfit", op: oidcKeep("", oidcEcKey)},
		{name: "critical extension", want: "oidc.crit", op: oidcHeader(oidcWith("crit", []string{"exp"}))},
		{name: "unencoded payload", want: "oidc.crit", op: oidcHeader(func(m map[string]any) { m["b64"], m["crit"] = false, []string{"b64"} })},
		{name: "header with alg twice", want: "oidc.jwt_header", op: oidcRaw(func(_, b, s string) string { return b64([]byte(`{"alg":"RS256","alg":"none"}`)) + "." + b + "." + s })},
		{name: "header with ALG", want: "oidc.jwt_header", op: oidcHeader(oidcWith("ALG", "none"))},
		{name: "header is no JSON", want: "oidc.jwt_header", op: oidcRaw(func(_, b, s string) string { return b64([]byte(`x`)) + "." + b + "." + s })},
		{name: "header is no base64url", want: "oidc.jwt_form", op: oidcRaw(func(h, b, s string) string { return h + "=." + b + "." + s })},
		{name: "body is no base64url", want: "oidc.jwt_form", op: oidcRaw(func(h, b, s string) string { return h + "." + b + "!." + s })},
		{name: "two parts", want: "oidc.jwt_form", op: oidcRaw(func(h, b, _ string) string { return h + "." + b })},
		{name: "four parts", want: "oidc.jwt_form", op: oidcRaw(func(h, b, s string) string { return h + "." + b + "." + s + "." + s })},
		{name: "JSON serialisation", want: "oidc.jwt_form", op: oidcRaw(func(h, b, s string) string {
			return `{"protected":"` + h + `","payload":"` + b + `","signature":"` + s + `"}`
		})},
		{name: "encrypted", want: "oidc.jwt_encrypted", op: oidcRaw(func(h, b, s string) string { return h + "." + b + "." + s + "." + s + "." + s })},
		{name: "ID token of 300 KB", want: "oidc.jwt_form", op: oidcClaims(oidcWith("many", strings.Repeat("x", 300<<10)))},
		{name: "JWKS of 10 MB", want: "oidc.outbound_size", key: sso.KeyAway, op: oidcServe("/jwks", oidcHuge)},
		{name: "JWKS redirecting to a private address", want: "oidc.outbound_private", key: sso.KeyAway, op: oidcServe("/jwks", oidcRedirect("https://inside.example.com/jwks"))},
		{name: "JWKS at instance metadata by name", want: "oidc.outbound_private", key: sso.KeyAway, op: oidcDiscovery(oidcWith("jwks_uri", "https://metadata.example.com/jwks"))},
		{name: "JWKS is a page", want: "oidc.jwks", op: oidcServe("/jwks", oidcText("<html>"))},
		{name: "JWKS without keys", want: "oidc.jwks", op: oidcServe("/jwks", oidcText("{}"))},
		{name: "JWKS with keys twice", want: "oidc.jwks", op: oidcServe("/jwks", oidcText(`{"keys":[],"keys":[]}`))},
		{name: "JWKS of 101 keys", want: "oidc.jwks", op: oidcServe("/jwks", oidcText(`{"keys":[`+strings.Repeat(`{},`, 100)+`{}]}`))},
		{name: "JWKS empty", want: "oidc.kid_unknown", op: oidcServe("/jwks", oidcText(`{"keys":[]}`))},
	}
}
