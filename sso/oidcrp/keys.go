package oidcrp

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
)

const (
	minRSABits   = 2048
	maxKeys      = 100
	keysFresh    = time.Hour        // so that a withdrawn key is forgotten
	missInterval = 10 * time.Second // between fetches that unknown keys cause
)

// source says who brought a token. Each has its own allowance of fetches: anybody can post a logout token, and must
// not be able to spend what the next sign-in needs after the OP changed its keys; nor must a partner's API client, by
// tokens that it makes up.
type source int

const (
	fromTokenEndpoint source = iota
	fromBackChannel
	fromClient
	sources
)

// keySet verifies signatures with the keys at the OP's jwks_uri.
type keySet struct {
	url  string
	now  func() time.Time
	may  func(jose.JSONWebKey) error // refuses keys that the trust does not believe
	keys *cached[[]jose.JSONWebKey]

	mu     sync.Mutex
	missed [sources]time.Time // when a fetch was last made in vain
}

func newKeySet(c *connector, url string) *keySet {
	fetch := func(ctx context.Context) ([]jose.JSONWebKey, error) {
		body, err := c.download(ctx, url)
		if err != nil {
			c.Log.Warn("key set not fetched", "trust", c.trust.ID, "error", err)
			return nil, c.away("the key set", err)
		}
		keys, err := parseKeys(body)
		if err != nil {
			c.Log.Warn("key set refused", "trust", c.trust.ID, "error", err)
			return nil, sso.Refuse(reasonKeys, sso.KeyMessage, "the key set: %w", err)
		}
		return keys, nil
	}
	return &keySet{url: url, now: c.Now, may: c.mayKey, keys: &cached[[]jose.JSONWebKey]{fetch: fetch, now: c.Now, fresh: keysFresh, retry: 5 * time.Second}}
}

// parseKeys reads a JWK Set (RFC 7517 5). Keys of unknown kinds, for other uses, and secret ones are left out; so are
// RSA keys of more than 4096 bits, which go-jose does not read, as the OP chooses what verifying costs us.
func parseKeys(body []byte) ([]jose.JSONWebKey, error) {
	if _, err := readObject(body, "keys"); err != nil {
		return nil, err
	}
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(body, &set); err != nil || set.Keys == nil {
		return nil, errors.New("it holds no array of keys")
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("it holds %d keys, more than %d", len(set.Keys), maxKeys)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if err := json.Unmarshal(raw, &k); err != nil || !k.IsPublic() || (k.Use != "" && k.Use != "sig") {
			continue
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// verify returns the payload of raw once a key of the OP verified it. A token whose key is not found may have been
// signed with one that is newer than our copy, so the keys are fetched again, but not for every such token.
func (k *keySet) verify(ctx context.Context, h header, raw string, from source) ([]byte, error) {
	jws, err := jose.ParseSignedCompact(raw, algorithms())
	if err != nil {
		return nil, sso.Refuse(reasonForm, sso.KeyMessage, "the token is not a compact JWS")
	}
	keys, serial, err := k.keys.get(ctx)
	if err != nil {
		return nil, err
	}
	payload, refusal := k.try(jws, h, keys)
	if refusal == nil || unbelieved(refusal) || !k.mayFetch(serial, from) {
		return payload, refusal
	}
	if err := k.keys.refresh(ctx, serial); err != nil {
		return nil, err
	}
	if keys, _, err = k.keys.get(ctx); err != nil {
		return nil, err
	}
	if payload, refusal = k.try(jws, h, keys); refusal == nil {
		k.found(from)
	}
	return payload, refusal
}

// mayFetch tells whether keys newer than serial may be fetched for from now, and notes that they are. Waiting for a
// fetch that is under way is always allowed.
func (k *keySet) mayFetch(serial uint64, from source) bool {
	if k.keys.newer(serial) {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.now(); now.Sub(k.missed[from]) >= missInterval {
		k.missed[from] = now
		return true
	}
	return false
}

// found takes back the note of mayFetch: the fetch was not in vain, and the next change of keys need not wait.
func (k *keySet) found(from source) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.missed[from] = time.Time{}
}

// try verifies jws with the key that h names. A token without kid is accepted if one key alone fits its algorithm
// (OIDC core 10.1).
func (k *keySet) try(jws *jose.JSONWebSignature, h header, keys []jose.JSONWebKey) ([]byte, error) {
	named, fitting := 0, []jose.JSONWebKey{}
	for _, key := range keys {
		if h.hasKid && key.KeyID != h.kid {
			continue
		}
		named++
		if fits(key, h.alg) {
			fitting = append(fitting, key)
		}
	}
	switch {
	case named == 0:
		return nil, sso.Refuse(reasonKidUnknown, sso.KeyMessage, "the key %q is none of the OP's %d", cut(h.kid), len(keys))
	case len(fitting) == 0:
		return nil, sso.Refuse(reasonKeyUnfit, sso.KeyMessage, "no key fits %s", h.alg)
	case !h.hasKid && len(fitting) > 1:
		return nil, sso.Refuse(reasonKidMissing, sso.KeyMessage, "the token names none of %d keys that fit", len(fitting))
	}
	for _, key := range fitting {
		if payload, err := jws.Verify(key.Key); err == nil {
			return payload, k.may(key)
		}
	}
	return nil, sso.Refuse(reasonSignature, sso.KeyMessage, "the %s signature does not verify", h.alg)
}

// algorithms are the signatures that are believed (RFC 7518 3.1, RFC 8037): asymmetric, SHA-256 or better.
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}
}

// fits tells whether key is of the kind that alg needs and strong enough.
func fits(key jose.JSONWebKey, alg string) bool {
	if key.Algorithm != "" && key.Algorithm != alg {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return (alg[:2] == "RS" || alg[:2] == "PS") && public.N.BitLen() >= minRSABits
	case *ecdsa.PublicKey:
		return alg == map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[public.Curve.Params().BitSize]
	case ed25519.PublicKey:
		return alg == string(jose.EdDSA)
	}
	return false
}
