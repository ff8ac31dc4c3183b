package client

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// token is an access token and until when it is used.
type token struct {
	value string
	until time.Time
}

// bearer returns a token that is good for a while still, a new one if need be.
func (c *Client) bearer(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token.value != "" && c.Now().Before(c.token.until) {
		return c.token.value, nil
	}
	t, err := c.newToken(ctx)
	if err != nil {
		return "", fmt.Errorf("get an access token: %w", err)
	}
	c.token = t
	return t.value, nil
}

// forget makes the next request ask for a new token.
func (c *Client) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token{}
}

// newToken asks for a token by the client credentials grant (RFC 6749 4.4), with an assertion for the client (RFC 7523 2.2).
func (c *Client) newToken(ctx context.Context) (token, error) {
	assertion, err := c.assertion()
	if err != nil {
		return token{}, err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	if c.Scopes != nil {
		form.Set("scope", strings.Join(c.Scopes, " "))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.BaseURL+tokenPath, strings.NewReader(form.Encode()))
	if err != nil {
		return token{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return token{}, err
	}
	return c.tokenOf(resp)
}

// tokenOf reads an answer (RFC 6749 5.1, 5.2). A refusal is a *Problem with the error as its code.
func (c *Client) tokenOf(resp *http.Response) (token, error) {
	defer resp.Body.Close()
	var a struct {
		Token   string `json:"access_token"`
		Expires int    `json:"expires_in"`
		Error   string `json:"error"`
		Detail  string `json:"error_description"`
	}
	err := json.NewDecoder(io.LimitReader(resp.Body, maxProblem)).Decode(&a)
	if resp.StatusCode != http.StatusOK {
		return token{}, &Problem{Status: refusal(resp.StatusCode), Title: http.StatusText(resp.StatusCode), Code: a.Error, Detail: a.Detail}
	}
	if err != nil || a.Token == "" {
		return token{}, errors.New("the answer has no token")
	}
	life := time.Duration(a.Expires) * time.Second
	return token{a.Token, c.Now().Add(life - min(life/2, time.Minute))}, nil
}

// refusal is the status of a refused token as that of a request: 401 would have the client ask for another.
func refusal(status int) int {
	if status == http.StatusUnauthorized {
		return http.StatusForbidden
	}
	return status
}

// assertionLife is how long an assertion is good for: it is used at once.
const assertionLife = time.Minute

// assertion is a new proof of who the client is, a JWS of compact form (RFC 7515).
func (c *Client) assertion() (string, error) {
	name, hash, err := algorithm(c.Key)
	if err != nil {
		return "", err
	}
	now := c.Now()
	head, err := json.Marshal(map[string]any{"alg": name, "kid": c.KeyID, "typ": "JWT"})
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{"iss": c.ClientID, "sub": c.ClientID, "aud": c.BaseURL + tokenPath, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix()})
	if err != nil {
		return "", err
	}
	text := b64(head) + "." + b64(claims)
	signature, err := sign(c.Key, hash, []byte(text))
	return text + "." + b64(signature), err
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// algorithm returns what a key signs with (RFC 7518 3.1, RFC 8037 3.1), and over which hash.
func algorithm(key crypto.Signer) (string, crypto.Hash, error) {
	switch k := key.Public().(type) {
	case ed25519.PublicKey:
		return "EdDSA", 0, nil
	case *rsa.PublicKey:
		return "PS256", crypto.SHA256, nil
	case *ecdsa.PublicKey:
		switch k.Curve.Params().BitSize {
		case 256:
			return "ES256", crypto.SHA256, nil
		case 384:
			return "ES384", crypto.SHA384, nil
		}
	}
	return "", 0, fmt.Errorf("a key of %T cannot be used: it takes P-256, P-384, Ed25519 or RSA", key.Public())
}

// sign signs text as the algorithm of the key wants it.
func sign(key crypto.Signer, hash crypto.Hash, text []byte) ([]byte, error) {
	var opts crypto.SignerOpts = hash
	switch hash {
	case crypto.SHA256:
		sum := sha256.Sum256(text)
		text = sum[:]
	case crypto.SHA384:
		sum := sha512.Sum384(text)
		text = sum[:]
	}
	if _, is := key.Public().(*rsa.PublicKey); is {
		opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
	}
	signature, err := key.Sign(rand.Reader, text, opts)
	if err != nil {
		return nil, fmt.Errorf("sign an assertion: %w", err)
	}
	if k, is := key.Public().(*ecdsa.PublicKey); is {
		return joined(signature, (k.Curve.Params().BitSize+7)/8)
	}
	return signature, nil
}

// joined is an ECDSA signature as JWS has it (RFC 7518 3.4): both numbers, each of size bytes.
func joined(der []byte, size int) ([]byte, error) {
	var s struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &s); err != nil {
		return nil, fmt.Errorf("read an ECDSA signature: %w", err)
	}
	out := make([]byte, 2*size)
	s.R.FillBytes(out[:size])
	s.S.FillBytes(out[size:])
	return out, nil
}
