package keyset

import (
	"encoding/json"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"cloudpocket/store"
)

// Bounds of a set.
const (
	MaxSize = 64 << 10 // bytes
	MaxKeys = 20
)

// Parse reads a JWK Set (RFC 7517 5), or a single key in place of one. Every key has to be a public one that can sign, of a
// kind and size that are good enough, with a kid that no other of the set has. Anything else is an error of kind Invalid
// that says which; more than MaxSize bytes are one of kind TooLarge.
func Parse(text []byte) (jose.JSONWebKeySet, error) {
	var set jose.JSONWebKeySet
	if len(text) > MaxSize {
		return set, store.Fail(store.TooLarge, "error.keys_large", "a key set of %d bytes", len(text)).With("Max", MaxSize>>10)
	}
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

// split returns the keys of a set, or the one that stands in place of it.
func split(text []byte) ([]map[string]json.RawMessage, error) {
	var set struct {
		Keys []map[string]json.RawMessage `json:"keys"`
		Kty  string                       `json:"kty"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, store.Fail(store.Invalid, "error.keys_form", "read a key set: %w", err)
	}
	if set.Kty == "" {
		return set.Keys, nil
	}
	var alone map[string]json.RawMessage
	if err := json.Unmarshal(text, &alone); err != nil {
		return nil, store.Fail(store.Invalid, "error.keys_form", "read a key: %w", err)
	}
	return []map[string]json.RawMessage{alone}, nil
}

// Encode writes what Parse returned, as it is kept.
func Encode(set jose.JSONWebKeySet) ([]byte, error) {
	text, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("write a key set: %w", err)
	}
	return text, nil
}

// Kept returns the keys of a set as it is kept, whether or not Parse would take them: a partner's own set, as it was
// fetched, may hold others beside those that it signs with. What cannot be read is left out.
func Kept(text []byte) (keys []jose.JSONWebKey) {
	raw, err := split(text)
	if err != nil {
		return nil
	}
	for _, one := range raw[:min(len(raw), mostKept)] {
		if key, err := readKey(one); err == nil {
			keys = append(keys, key)
		}
	}
	return keys
}

// mostKept is how many keys of a set Kept looks at.
const mostKept = 100
