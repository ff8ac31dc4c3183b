package keyset

import (
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"cloudpocket/store"
)

// Bounds of a set.
const (
	MaxSize = 64 << 10 // bytes
	MaxKeys = 20       // that are used
	mostRaw = 100      // that a partner publishes, those passed over among them
)

// Parse reads a JWK Set (RFC 7517 5), or a single key in place of one. Every key has to be a public one that can sign, of a
// kind and size that are good enough, with a kid that no other of the set has. Anything else is an error of kind Invalid
// that says which; more than MaxSize bytes are one of kind TooLarge.
func Parse(text []byte) (jose.JSONWebKeySet, error) {
	var set jose.JSONWebKeySet
	raw, err := split(text)
	if err != nil {
		return set, err
	}
	if len(raw) == 0 || len(raw) > MaxKeys {
		return set, store.Fail(store.Invalid, "error.keys_count", "%d keys", len(raw)).With("Max", MaxKeys)
	}
	for i, one := range raw {
		key, err := parseKey(one)
		if err != nil {
			return jose.JSONWebKeySet{}, fmt.Errorf("key %d: %w", i+1, err)
		}
		if len(set.Key(key.KeyID)) > 0 {
			return jose.JSONWebKeySet{}, store.Fail(store.Invalid, "error.keys_twice", "two keys %q", key.KeyID).With("Kid", key.KeyID)
		}
		set.Keys = append(set.Keys, key)
	}
	return set, nil
}

// Published reads a set as its owner publishes it, for whom we are one of many: what Parse refuses a key for has that one passed over,
// and so is one that has both the kid and the kind of another before it. A key may be without kid, as the only one of a set is now and then
// (OpenID Connect Core 10.1). What is no set, or is beyond the bounds, is an error as Parse's; a set that holds no key of use is none:
// by that its owner takes all of them back.
func Published(text []byte) (jose.JSONWebKeySet, error) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	raw, err := split(text)
	if err != nil {
		return jose.JSONWebKeySet{}, err
	}
	if raw == nil || len(raw) > mostRaw {
		return jose.JSONWebKeySet{}, store.Fail(store.Invalid, "error.keys_count", "%d keys", len(raw)).With("Max", mostRaw)
	}
	for _, one := range raw {
		if key, err := readKey(one); err == nil && usable(key) == nil && !doubled(set, key) {
			set.Keys = append(set.Keys, key)
		}
	}
	if len(set.Keys) > MaxKeys {
		return jose.JSONWebKeySet{}, store.Fail(store.Invalid, "error.keys_count", "%d keys of use", len(set.Keys)).With("Max", MaxKeys)
	}
	return set, nil
}

// doubled reports whether set has a key of the same kid and kind: a signature would be checked with each of them. Of another kind there
// may be one (RFC 7517 4.5).
func doubled(set jose.JSONWebKeySet, key jose.JSONWebKey) bool {
	for _, one := range set.Key(key.KeyID) {
		if slices.Equal(kinds(one.Key), kinds(key.Key)) {
			return true
		}
	}
	return false
}

// split returns the keys of a set, or the one that stands in place of it; nil when there is neither.
func split(text []byte) ([]json.RawMessage, error) {
	if len(text) > MaxSize {
		return nil, store.Fail(store.TooLarge, "error.keys_large", "a key set of %d bytes", len(text)).With("Max", MaxSize>>10)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
		Kty  string            `json:"kty"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, store.Fail(store.Invalid, "error.keys_form", "read a key set: %w", err)
	}
	if set.Kty == "" {
		return set.Keys, nil
	}
	return []json.RawMessage{text}, nil
}

// Encode writes what Parse returned, as it is kept.
func Encode(set jose.JSONWebKeySet) ([]byte, error) {
	text, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("write a key set: %w", err)
	}
	return text, nil
}
