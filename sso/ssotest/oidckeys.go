package ssotest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
)

// oidcKeys are the keys of an OP, of a stranger and of the client.
type oidcKeys struct {
	rsa, rsa2, stranger, weak, own *rsa.PrivateKey
	p256, p384, p521, ownP256      *ecdsa.PrivateKey
	ed                             ed25519.PrivateKey
}

func newOIDCKeys(t testing.TB) *oidcKeys {
	t.Helper()
	newRSA := func(bits int) *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	newEC := func(c elliptic.Curve) *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &oidcKeys{newRSA(2048), newRSA(2048), newRSA(2048), newRSA(1024), newRSA(2048),
		newEC(elliptic.P256()), newEC(elliptic.P384()), newEC(elliptic.P521()), newEC(elliptic.P256()), ed}
}

func (k *oidcKeys) client() []crypto.Signer { return []crypto.Signer{k.own, k.ownP256} }

func oidcPublic(kid string, key any) jose.JSONWebKey {
	return jose.JSONWebKey{KeyID: kid, Key: key, Use: "sig"}
}

// public returns the keys that the OP publishes: one of each kind.
func (k *oidcKeys) public() []jose.JSONWebKey {
	return []jose.JSONWebKey{oidcPublic("rsa", &k.rsa.PublicKey), oidcPublic("p256", &k.p256.PublicKey), oidcPublic("p384", &k.p384.PublicKey),
		oidcPublic("p521", &k.p521.PublicKey), oidcPublic("ed", k.ed.Public())}
}

// signing returns the OP's own key for alg, and its kid.
func (k *oidcKeys) signing(alg jose.SignatureAlgorithm) (string, any) {
	switch alg {
	case jose.ES256:
		return "p256", k.p256
	case jose.ES384:
		return "p384", k.p384
	case jose.ES512:
		return "p521", k.p521
	case jose.EdDSA:
		return "ed", k.ed
	}
	return "rsa", k.rsa
}

// oidcSign makes a compact JWS whose header is exactly header, whatever it says. key decides how it is signed: an
// asymmetric private key, bytes for HMAC-SHA-256, or nil for an empty signature.
func oidcSign(header map[string]any, payload []byte, alg jose.SignatureAlgorithm, key any) string {
	h, err := json.Marshal(header)
	if err != nil {
		panic(err)
	}
	return oidcSignRaw(h, payload, alg, key)
}

func oidcSignRaw(header, payload []byte, alg jose.SignatureAlgorithm, key any) string {
	signed := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	return signed + "." + base64.RawURLEncoding.EncodeToString(oidcSignature([]byte(signed), alg, key))
}

func oidcSignature(signed []byte, alg jose.SignatureAlgorithm, key any) (signature []byte) {
	digest, hash := oidcDigest(signed, alg)
	var err error
	switch k := key.(type) {
	case *rsa.PrivateKey:
		var opts crypto.SignerOpts = hash
		if alg[0] == 'P' {
			opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
		}
		signature, err = k.Sign(rand.Reader, digest, opts)
	case *ecdsa.PrivateKey:
		signature, err = k.Sign(rand.Reader, digest, hash)
		signature = oidcFixed(signature, (k.Curve.Params().BitSize+7)/8)
	case ed25519.PrivateKey:
		signature = ed25519.Sign(k, signed)
	case []byte:
		mac := hmac.New(sha256.New, k)
		mac.Write(signed)
		signature = mac.Sum(nil)
	}
	if err != nil {
		panic(err)
	}
	return signature
}

func oidcDigest(signed []byte, alg jose.SignatureAlgorithm) ([]byte, crypto.Hash) {
	switch {
	case len(alg) == 5 && alg[2:] == "384":
		sum := sha512.Sum384(signed)
		return sum[:], crypto.SHA384
	case len(alg) == 5 && alg[2:] == "512":
		sum := sha512.Sum512(signed)
		return sum[:], crypto.SHA512
	}
	sum := sha256.Sum256(signed)
	return sum[:], crypto.SHA256
}

// oidcFixed turns an ASN.1 signature into the two numbers side by side that JWS wants (RFC 7518 3.4).
func oidcFixed(der []byte, size int) []byte {
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &rs); err != nil {
		panic(err)
	}
	out := make([]byte, 2*size)
	rs.R.FillBytes(out[:size])
	rs.S.FillBytes(out[size:])
	return out
}

// oidcHalfHash returns at_hash for a token of alg (OIDC core 3.1.3.6); EdDSA hashes with SHA-512.
func oidcHalfHash(token string, alg jose.SignatureAlgorithm) string {
	if alg == jose.EdDSA {
		alg = jose.ES512
	}
	digest, _ := oidcDigest([]byte(token), alg)
	return base64.RawURLEncoding.EncodeToString(digest[:len(digest)/2])
}
