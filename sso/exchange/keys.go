package exchange

import (
	"context"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso/keyset"
	"cloudpocket/store"
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
	set, err := keyset.Published(c.Keys)
	if err != nil {
		return nil, unproved(reasonKeys, "the keys of API client %s: %w", c.ID, err)
	}
	return set.Keys, nil
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
