package parent

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

func (p *Parent) client(id string) (Client, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	i := slices.IndexFunc(p.clients, func(c Client) bool { return c.ID == id })
	if i < 0 {
		return Client{}, false
	}
	return p.clients[i], true
}

// VerifyClient authenticates a client at the token endpoint, by the method it is registered with and no other.
func (s provider) VerifyClient(ctx context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	id := r.Data.ClientID
	method := methodPost
	switch {
	case r.Data.ClientAssertion != "":
		method, id = methodKey, s.p.assertedClient(ctx, r.Data.ClientAssertion)
	case r.Header.Get("Authorization") != "":
		method = methodBasic
	}
	c, ok := s.p.client(id)
	if !ok || c.method() != method {
		return nil, op.NewStatusError(oidc.ErrInvalidClient().WithDescription("unknown client, wrong method or wrong proof"), 401)
	}
	if method != methodKey && subtle.ConstantTimeCompare([]byte(c.Secret), []byte(r.Data.ClientSecret)) != 1 {
		return nil, op.NewStatusError(oidc.ErrInvalidClient().WithDescription("wrong secret"), 401)
	}
	return opClient{c}, nil
}

// assertedClient returns the client that an assertion proves (RFC 7523, section 3), "" if it proves none.
func (p *Parent) assertedClient(ctx context.Context, assertion string) string {
	id, err := p.checkAssertion(ctx, assertion)
	if err != nil {
		p.cfg.Log.Warn("a client's assertion was refused", "error", err)
		return ""
	}
	return id
}

func (p *Parent) checkAssertion(ctx context.Context, assertion string) (string, error) {
	token, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256})
	if err != nil {
		return "", fmt.Errorf("parsing the assertion: %w", err)
	}
	var claims jwt.Claims
	if err := token.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return "", fmt.Errorf("reading the assertion: %w", err)
	}
	c, ok := p.client(claims.Issuer)
	if !ok {
		return "", fmt.Errorf("client %q is unknown", claims.Issuer)
	}
	keys, err := p.clientKeys(ctx, c)
	if err != nil {
		return "", err
	}
	claims = jwt.Claims{}
	if err := token.Claims(keys, &claims); err != nil {
		return "", fmt.Errorf("verifying the assertion: %w", err)
	}
	return claims.Issuer, p.checkAssertionClaims(claims)
}

func (p *Parent) checkAssertionClaims(claims jwt.Claims) error {
	now := p.cfg.Now()
	err := claims.ValidateWithLeeway(jwt.Expected{
		Issuer: claims.Issuer, Subject: claims.Issuer, AnyAudience: jwt.Audience{p.Issuer(), p.URL(pathToken)}, Time: now,
	}, 10*time.Second)
	switch {
	case err != nil:
		return fmt.Errorf("checking the assertion: %w", err)
	case claims.Expiry == nil || claims.Expiry.Time().After(now.Add(time.Hour)):
		return errors.New("the assertion lasts longer than an hour")
	case claims.ID == "":
		return errors.New("the assertion has no jti")
	}
	key := "jti " + claims.Issuer + " " + claims.ID
	if _, again := p.seen.get(key); again {
		return errors.New("the assertion was here before")
	}
	p.seen.put(key, struct{}{}, claims.Expiry.Time().Add(time.Minute))
	return nil
}

func (p *Parent) clientKeys(ctx context.Context, c Client) (*jose.JSONWebKeySet, error) {
	if c.JWKS != nil || c.JWKSURI == "" {
		return c.JWKS, nil
	}
	text, err := fetch(ctx, p.cfg.HTTP, c.JWKSURI)
	if err != nil {
		return nil, fmt.Errorf("fetching the keys of client %q: %w", c.ID, err)
	}
	keys := &jose.JSONWebKeySet{}
	if err := json.Unmarshal(text, keys); err != nil {
		return nil, fmt.Errorf("reading the keys of client %q: %w", c.ID, err)
	}
	return keys, nil
}

// opClient is a Client as the library asks for it.
type opClient struct{ c Client }

func (o opClient) GetID() string                       { return o.c.ID }
func (o opClient) RedirectURIs() []string              { return o.c.RedirectURIs }
func (o opClient) PostLogoutRedirectURIs() []string    { return o.c.PostLogoutRedirectURIs }
func (o opClient) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }
func (o opClient) AuthMethod() oidc.AuthMethod         { return oidc.AuthMethod(o.c.method()) }
func (o opClient) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (o opClient) GrantTypes() []oidc.GrantType                                   { return []oidc.GrantType{oidc.GrantTypeCode} }
func (o opClient) LoginURL(id string) string                                      { return flowPath("/continue", id) }
func (o opClient) AccessTokenType() op.AccessTokenType                            { return op.AccessTokenTypeBearer }
func (o opClient) IDTokenLifetime() time.Duration                                 { return tokenLife }
func (o opClient) DevMode() bool                                                  { return false }
func (o opClient) RestrictAdditionalIdTokenScopes() func([]string) []string       { return keepAll }
func (o opClient) RestrictAdditionalAccessTokenScopes() func(s []string) []string { return keepAll }
func (o opClient) IsScopeAllowed(string) bool                                     { return false }
func (o opClient) IDTokenUserinfoClaimsAssertion() bool                           { return true }
func (o opClient) ClockSkew() time.Duration                                       { return 0 }

func keepAll(scopes []string) []string { return scopes }
