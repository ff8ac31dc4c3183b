package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const pocketURL = "https://pocket.example"

// pocket asks Cloud Pocket for codes as an API client.
type pocket struct {
	client string // its client_id
	key    *rsa.PrivateKey
}

// embedCode exchanges a fresh ID token for a one-use code (RFC 8693), with a proof of who this back end is (private_key_jwt,
// RFC 7523).
func (p pocket) embedCode(ctx context.Context, who person) (string, error) {
	idToken, err := freshIDToken(who)
	if err != nil {
		return "", err
	}
	now := time.Now().Unix()
	proof, err := signed(p.key, "embed-1", map[string]any{"iss": p.client, "sub": p.client, "aud": pocketURL, "jti": rand.Text(), "iat": now, "exp": now + 60})
	if err != nil {
		return "", err
	}
	form := url.Values{
		"grant_type":            {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"scope":                 {"embed"},
		"subject_token":         {idToken},
		"subject_token_type":    {"urn:ietf:params:oauth:token-type:id_token"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {proof},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, pocketURL+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return codeOf(http.DefaultClient.Do(r))
}

func codeOf(res *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var body struct {
		Code        string `json:"access_token"`
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&body); err != nil {
		return "", fmt.Errorf("%s: %w", res.Status, err)
	}
	if body.Code == "" {
		return "", fmt.Errorf("%s %s: %s", res.Status, body.Error, body.Description)
	}
	return body.Code, nil
}

// signed makes a JWT with RS256.
func signed(key *rsa.PrivateKey, kid string, claims map[string]any) (string, error) {
	head, err := json.Marshal(map[string]string{"alg": "RS256", "kid": kid})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

// readKey reads a private key that is kept as PEM (PKCS #8).
func readKey(name string) (*rsa.PrivateKey, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s is no PEM", name)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s is a %T", name, key)
	}
	return private, nil
}
