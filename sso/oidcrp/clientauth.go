package oidcrp

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"

	"cloudpocket/sso"
	"cloudpocket/store"
)

const (
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	assertionLife = time.Minute
)

// credential is what one token request proves the client with.
type credential struct {
	style   oauth2.AuthStyle
	secret  string                  // for client_secret_*
	options []oauth2.AuthCodeOption // for private_key_jwt
	conceal []string                // what must not appear in any text
}

// credential makes the proof for one request to p's token endpoint (OIDC core 9). audience is for private_key_jwt.
func (c *connector) credential(ctx context.Context, p *provider, audience string) (credential, error) {
	if c.oidc.AuthMethod == authPrivateKey {
		assertion, err := c.signer.assertion(c.oidc.ClientID, audience, p.assertionAlgs, c.Now())
		if err != nil {
			return credential{}, fmt.Errorf("sign the client assertion: %w", err)
		}
		return credential{style: oauth2.AuthStyleInParams, conceal: []string{assertion}, options: []oauth2.AuthCodeOption{
			oauth2.SetAuthURLParam("client_assertion_type", assertionType),
			oauth2.SetAuthURLParam("client_assertion", assertion),
		}}, nil
	}
	secret, err := c.Secret(ctx, c.oidc.SecretRef)
	if err == nil && secret == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return credential{}, store.Fail(store.Unavailable, sso.KeyAway, "read the client secret of trust %s: %w", c.trust.ID, err)
	}
	if c.oidc.AuthMethod == authPost {
		return credential{style: oauth2.AuthStyleInParams, secret: secret, conceal: []string{secret}}, nil
	}
	return credential{style: oauth2.AuthStyleInHeader, secret: secret, conceal: []string{secret}}, nil
}

// signer signs client assertions and publishes the keys that verify them.
type signer struct {
	key  crypto.Signer
	kid  string
	algs []jose.SignatureAlgorithm // that the key can make, the most widely known first
	jwks []byte
}

// newSigner returns nil without keys.
func newSigner(keys []crypto.Signer) (*signer, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var set jose.JSONWebKeySet
	for _, k := range keys {
		algs, err := algorithmsOf(k.Public())
		if err != nil {
			return nil, err
		}
		public := jose.JSONWebKey{Key: k.Public(), Use: "sig"}
		if len(algs) == 1 {
			public.Algorithm = string(algs[0])
		}
		thumbprint, err := public.Thumbprint(crypto.SHA256)
		if err != nil {
			return nil, fmt.Errorf("name a client key: %w", err)
		}
		public.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint) // RFC 7638
		set.Keys = append(set.Keys, public)
	}
	jwks, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("write the client keys: %w", err)
	}
	algs, err := algorithmsOf(keys[0].Public())
	return &signer{keys[0], set.Keys[0].KeyID, algs, jwks}, err
}

func algorithmsOf(public crypto.PublicKey) ([]jose.SignatureAlgorithm, error) {
	switch k := public.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < minRSABits {
			return nil, fmt.Errorf("a client key is RSA of %d bits, at least %d are needed", k.N.BitLen(), minRSABits)
		}
		return []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.RS384, jose.PS384, jose.RS512, jose.PS512}, nil
	case *ecdsa.PublicKey:
		if alg, ok := map[int]jose.SignatureAlgorithm{256: jose.ES256, 384: jose.ES384, 521: jose.ES512}[k.Curve.Params().BitSize]; ok {
			return []jose.SignatureAlgorithm{alg}, nil
		}
	case ed25519.PublicKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}, nil
	}
	return nil, fmt.Errorf("a client key is of type %T or on a curve that cannot be used", public)
}

// assertion returns a JWT that proves possession of the key (RFC 7523 2.2 and 3): for one audience, for a minute, with
// a jti of its own. It is signed with the first algorithm that the OP says it knows; one that says nothing knows the
// first.
func (s *signer) assertion(clientID, audience string, known []string, now time.Time) (string, error) {
	alg := s.algs[0]
	if i := slices.IndexFunc(s.algs, func(a jose.SignatureAlgorithm) bool { return slices.Contains(known, string(a)) }); i >= 0 {
		alg = s.algs[i]
	}
	key := jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: cryptosigner.Opaque(hashSalt{s.key}), KeyID: s.kid}}
	jws, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	return jwt.Signed(jws).Claims(map[string]any{
		"iss": clientID, "sub": clientID, "aud": audience, "jti": rand.Text(),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	}).Serialize()
}

// hashSalt makes PSS signatures with a salt as long as the hash, which RFC 7518 3.5 demands and strict servers check;
// cryptosigner asks for the longest that fits.
type hashSalt struct{ crypto.Signer }

// Sign implements [crypto.Signer].
func (h hashSalt) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if pss, ok := opts.(*rsa.PSSOptions); ok {
		opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: pss.Hash}
	}
	return h.Signer.Sign(rand, digest, opts)
}
