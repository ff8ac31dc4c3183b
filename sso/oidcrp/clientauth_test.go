package oidcrp

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

func TestAssertionAlgorithm(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSigner([]crypto.Signer{key})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name  string
		known []string
		want  string
	}{
		{"the OP says nothing", nil, "RS256"},
		{"the OP knows several", []string{"ES256", "PS256", "RS256"}, "RS256"},
		{"the OP knows PSS alone", []string{"PS256"}, "PS256"},
		{"the OP knows none of ours", []string{"ES256"}, "RS256"},
	} {
		t.Run(row.name, func(t *testing.T) {
			raw, err := s.assertion("client", "https://op.example.com", row.known, fuzzNow)
			if err != nil {
				t.Fatal(err)
			}
			h, err := readHeader(raw)
			if err != nil || h.alg != row.want || h.kid != s.kid {
				t.Fatalf("header %+v, error %v", h, err)
			}
			checkSignature(t, &key.PublicKey, row.want, raw)
			checkAssertion(t, raw)
		})
	}
}

func checkSignature(t *testing.T, public *rsa.PublicKey, alg, raw string) {
	t.Helper()
	dot := strings.LastIndexByte(raw, '.')
	signature, err := base64.RawURLEncoding.DecodeString(raw[dot+1:])
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(raw[:dot]))
	if alg == "PS256" {
		err = rsa.VerifyPSS(public, crypto.SHA256, digest[:], signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	} else {
		err = rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature)
	}
	if err != nil {
		t.Fatalf("%s: %v", alg, err)
	}
}

func checkAssertion(t *testing.T, raw string) {
	t.Helper()
	payload, err := payloadOf(raw)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Iss, Sub, Aud, Jti string
		Exp                int64
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		t.Fatalf("aud must be one string: %v", err)
	}
	if c.Iss != "client" || c.Sub != "client" || c.Aud != "https://op.example.com" || c.Jti == "" || c.Exp != fuzzNow.Unix()+60 {
		t.Fatalf("claims %+v", c)
	}
}
