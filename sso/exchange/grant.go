package exchange

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloudpocket/store"
)

// Grant is what an access token says of whoever comes with it: an API client, its tenant, and what it was given.
type Grant struct {
	TenantID store.ID    `json:"tenant"`
	ClientID store.ID    `json:"client"`
	Scopes   store.Scope `json:"scopes"`
}

// TokenLife is how long an access token is good.
const TokenLife = 10 * time.Minute

const (
	tokenPrefix = "cpa_" // so that a token which lies about is known for what it is
	tokenLength = len(tokenPrefix) + 43
)

// Tokens gives access tokens and knows them again.
type Tokens struct {
	Marks store.Marks
}

// Give returns a new token for g, of 256 random bits.
func (t Tokens) Give(ctx context.Context, g Grant) (token string, err error) {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(b[:])
	value, err := json.Marshal(g)
	if err != nil {
		return "", fmt.Errorf("write a grant: %w", err)
	}
	if err := t.Marks.Put(ctx, tokenMark(token), value, TokenLife); err != nil {
		return "", fmt.Errorf("keep an access token: %w", err)
	}
	return token, nil
}

// Bearer returns what token grants. It is ErrExpired when it is no token of ours or not good any more; what was sent is in no
// error. That its client may still act is for whoever does the deed to ask.
func (t Tokens) Bearer(ctx context.Context, token string) (g Grant, err error) {
	if !strings.HasPrefix(token, tokenPrefix) || len(token) != tokenLength {
		return g, store.Fail(store.Expired, "", "what came is no access token")
	}
	value, err := t.Marks.Peek(ctx, tokenMark(token))
	if errors.Is(err, store.ErrNotFound) {
		return g, store.Fail(store.Expired, "", "no such access token: %w", err)
	}
	if err != nil {
		return g, fmt.Errorf("find an access token: %w", err)
	}
	if err := json.Unmarshal(value, &g); err != nil {
		return Grant{}, store.Fail(store.Damaged, "", "read what an access token grants: %w", err)
	}
	return g, nil
}

// tokenMark is the name under which a token is kept: its hash.
func tokenMark(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "api-token:" + base64.RawURLEncoding.EncodeToString(sum[:])
}
