package ssotest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// Prover makes proofs of possession (RFC 9449) as the script of a frame does, with a key of its own.
type Prover struct {
	key *ecdsa.PrivateKey
	JWK map[string]any // its public key
}

// NewProver returns one with a new key.
func NewProver(t testing.TB) *Prover {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := k.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return &Prover{k, map[string]any{"kty": "EC", "crv": "P-256", "x": base64url(point[1:33]), "y": base64url(point[33:])}}
}

// Private is the private part of the key as a JWK has it, which belongs into no proof.
func (p *Prover) Private(t testing.TB) string {
	t.Helper()
	d, err := p.key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return base64url(d)
}

// Thumbprint is the key's (RFC 7638, SHA-256, base64url).
func (p *Prover) Thumbprint() string {
	return hashOf(fmt.Sprintf(`{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`, p.JWK["x"], p.JWK["y"]))
}

// Proof returns a proof for one request, made at that time; token is the access token that goes with it, "" for none.
func (p *Prover) Proof(t testing.TB, method, url, token string, at time.Time) string {
	t.Helper()
	return p.Sign(t, p.Header(), Claims(method, url, token, at))
}

// Header is the header of a proof.
func (p *Prover) Header() map[string]any {
	return map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": p.JWK}
}

// Claims are those of a proof, with an ID that no other has.
func Claims(method, url, token string, at time.Time) map[string]any {
	c := map[string]any{"jti": rand.Text(), "htm": method, "htu": url, "iat": at.Unix()}
	if token != "" {
		c["ath"] = hashOf(token)
	}
	return c
}

// Sign returns a compact JWS by ES256 of header and claims, whatever they say.
func (p *Prover) Sign(t testing.TB, header, claims any) string {
	t.Helper()
	return p.SignText(t, encoded(t, header), encoded(t, claims))
}

// SignText is Sign for what is JSON in its author's hands only.
func (p *Prover) SignText(t testing.TB, header, claims string) string {
	t.Helper()
	signed := base64url([]byte(header)) + "." + base64url([]byte(claims))
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, p.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + base64url(signature)
}

func encoded(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64url(sum[:])
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
