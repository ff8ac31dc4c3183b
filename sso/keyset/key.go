package keyset

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"
	strict "github.com/go-jose/go-jose/v4/json"

	"cloudpocket/store"
)

// What a key may be like.
const (
	leastRSA = 2048 // bits of its modulus
	mostRSA  = 8192 // above that a signature takes too long to check
	kidRunes = 200
)

// secrets are the members that only private and symmetric keys have (RFC 7518 6.2.2, 6.3.2, 6.4.1).
func secrets() []string { return []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"} }

// public are the members that are read.
func public() []string { return []string{"kty", "kid", "alg", "use", "crv", "x", "y", "n", "e"} }

// parseKey reads one key that is good enough, and can be told from others.
func parseKey(text []byte) (jose.JSONWebKey, error) {
	key, err := readKey(text)
	if err == nil && key.KeyID == "" {
		err = store.Fail(store.Invalid, "error.keys_kid", "a key without kid")
	}
	if err != nil {
		return key, err
	}
	return key, usable(key)
}

// readKey reads one public key.
func readKey(given []byte) (key jose.JSONWebKey, err error) {
	var members map[string]json.RawMessage
	if err := strict.Unmarshal(given, &members); err != nil {
		return key, store.Fail(store.Invalid, "error.keys_form", "read a key: %w", err)
	}
	for _, name := range secrets() {
		if _, ok := members[name]; ok {
			return key, store.Fail(store.Invalid, "error.keys_private", "the key has %q", name)
		}
	}
	kept := map[string]json.RawMessage{}
	for _, name := range public() {
		if value, ok := members[name]; ok {
			kept[name] = value
		}
	}
	text, err := json.Marshal(kept)
	if err == nil {
		err = key.UnmarshalJSON(text)
	}
	if err != nil {
		return jose.JSONWebKey{}, store.Fail(store.Invalid, "error.keys_form", "read a key: %w", err)
	}
	return key, nil
}

// usable demands that a key is one that signatures are checked with, and that its kid, where it has one, can be shown.
func usable(key jose.JSONWebKey) error {
	switch {
	case !nameable(key.KeyID):
		return store.Fail(store.Invalid, "error.keys_kid", "kid %.60q", key.KeyID)
	case key.Use != "" && key.Use != "sig":
		return store.Fail(store.Invalid, "error.keys_use", "key %q is for %.20q", key.KeyID, key.Use).With("Kid", key.KeyID)
	case !key.Valid() || !strong(key.Key):
		return store.Fail(store.Invalid, "error.keys_weak", "key %q is a %T", key.KeyID, key.Key).With("Kid", key.KeyID)
	case key.Algorithm != "" && !slices.Contains(kinds(key.Key), jose.SignatureAlgorithm(key.Algorithm)):
		return store.Fail(store.Invalid, "error.keys_alg", "key %q is for %.20q", key.KeyID, key.Algorithm).With("Kid", key.KeyID)
	}
	return nil
}

// nameable reports whether kid can be shown.
func nameable(kid string) bool {
	ill := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError }
	return utf8.RuneCountInString(kid) <= kidRunes && !slices.ContainsFunc([]rune(kid), ill)
}

// strong reports whether key is of a kind and size that signatures may be made with.
func strong(key any) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= leastRSA && k.N.BitLen() <= mostRSA && k.N.Bit(0) == 1 && k.E >= 3 && k.E&1 == 1
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return len(kinds(key)) > 0
	}
	return false
}
