package exchange

import (
	"context"
	"errors"
	"fmt"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"cloudpocket/sso/keyset"
	"cloudpocket/store"
)

const (
	maxKeys   = 100
	maxKeySet = 64 << 10 // bytes
)

// algorithms are the signatures that are believed (RFC 7518 3.1, RFC 8037): asymmetric, SHA-256 or better.
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}
}

// keysOf returns the keys of c with which a may be signed.
func (s *Service) keysOf(ctx context.Context, c store.OwnedAPIClient, a assertion) ([]jose.JSONWebKey, error) {
	if c.KeysURL != "" {
		return s.fetched.keys(ctx, c.APIClient, a.kid)
	}
	keys, err := parseKeys(c.Keys)
	if err != nil {
		return nil, unproved(reasonKeys, "the keys of API client %s: %w", c.ID, err)
	}
	return keys, nil
}

// parseKeys reads a JWK Set (RFC 7517 5). Keys of unknown kinds, for other uses, and secret ones are left out.
func parseKeys(body []byte) (keys []jose.JSONWebKey, err error) {
	if len(body) > maxKeySet {
		return nil, fmt.Errorf("the key set has %d bytes, more than %d", len(body), maxKeySet)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil || set.Keys == nil {
		return nil, errors.New("it holds no array of keys")
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("it holds %d keys, more than %d", len(set.Keys), maxKeys)
	}
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if json.Unmarshal(raw, &k) == nil && k.IsPublic() && (k.Use == "" || k.Use == "sig") {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// keysText writes what was understood of keys as a JWK Set.
func keysText(keys []jose.JSONWebKey) ([]byte, error) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.Key, KeyID: k.KeyID, Algorithm: k.Algorithm, Use: k.Use})
	}
	text, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("write a key set: %w", err)
	}
	return text, nil
}

// verify demands that one of keys signed a: the one that it names, or, where it names none, the only one that fits.
func (a assertion) verify(keys []jose.JSONWebKey) error {
	var named int
	var fitting []jose.JSONWebKey
	for _, k := range keys {
		if a.kid != "" && k.KeyID != a.kid {
			continue
		}
		named++
		if keyset.Fits(k, jose.SignatureAlgorithm(a.alg)) {
			fitting = append(fitting, k)
		}
	}
	switch {
	case named == 0:
		return unproved(reasonKidUnknown, "the key %.40q is none of the client's %d", a.kid, len(keys))
	case len(fitting) == 0:
		return unproved(reasonKeyUnfit, "no such key fits %s", a.alg)
	case len(fitting) > 1 && a.kid == "":
		return unproved(reasonKidMissing, "the assertion names none of %d keys that fit", len(fitting))
	}
	for _, k := range fitting {
		if _, err := a.jws.Verify(k.Key); err == nil {
			return nil
		}
	}
	return unproved(reasonSignature, "the %s signature does not verify", a.alg)
}
