package parent

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Claims that are our own, in the ID token and from UserInfo.
const (
	ClaimTenant  = "tenant"  // User.Tenant
	ClaimOffices = "offices" // User.Offices, an array
	ClaimRole    = "role"    // User.Role
)

// tokenLife is how long ID and access tokens are good.
const tokenLife = 5 * time.Minute

// grant is what a code or an access token stands for.
type grant struct {
	client, login, session, index string
	redirectURI, challenge, nonce string
	scopes                        []string
	acr                           string
	amr                           []string
	at                            time.Time
}

// CodeExchange turns a code into tokens (OIDC core 3.1.3). The library has authenticated the client.
func (s provider) CodeExchange(_ context.Context, r *op.ClientRequest[oidc.AccessTokenRequest]) (*op.Response, error) {
	p := s.p
	g, ok := p.codes.take(r.Data.Code)
	if !ok || g.client != r.Client.GetID() {
		return nil, oidc.ErrInvalidGrant().WithDescription("the code is unknown, used or over")
	}
	if g.redirectURI != r.Data.RedirectURI {
		return nil, oidc.ErrInvalidGrant().WithDescription("redirect_uri is another one")
	}
	sum := sha256.Sum256([]byte(r.Data.CodeVerifier))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge {
		return nil, oidc.ErrInvalidGrant().WithDescription("code_verifier does not match")
	}
	access := random()
	idToken, err := p.idToken(g, access)
	if err != nil {
		return nil, oidc.ErrServerError().WithParent(err)
	}
	p.tokens.put(access, g, p.cfg.Now().Add(tokenLife))
	return op.NewResponse(oidc.AccessTokenResponse{
		AccessToken: access, TokenType: oidc.BearerToken, ExpiresIn: uint64(tokenLife.Seconds()), IDToken: idToken, Scope: g.scopes,
	}), nil
}

// idToken makes an ID token (OIDC core 2). access may be empty.
func (p *Parent) idToken(g grant, access string) (string, error) {
	u, ok := p.user(g.login)
	if !ok {
		return "", fmt.Errorf("no user has the login %q", g.login)
	}
	now := p.cfg.Now()
	claims := claimsOf(u, g.scopes)
	for name, value := range map[string]any{
		"iss": p.Issuer(), "aud": g.client, "azp": g.client, "iat": now.Unix(), "exp": now.Add(tokenLife).Unix(),
		"auth_time": g.at.Unix(), "acr": g.acr, "amr": g.amr, "jti": random(),
	} {
		claims[name] = value
	}
	if g.index != "" {
		claims["sid"] = g.index
	}
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
	if access != "" {
		sum := sha256.Sum256([]byte(access))
		claims["at_hash"] = base64.RawURLEncoding.EncodeToString(sum[:16])
	}
	return p.sign("JWT", claims)
}

// IDToken returns an ID token about login for a client, without a browser: what the parent's own back end would hand to a
// service that takes token exchange (RFC 8693). Where login is signed in, the token is of that session, whose end the client is told.
func (p *Parent) IDToken(clientID, login string, secondFactor bool) (string, error) {
	if _, ok := p.client(clientID); !ok {
		return "", fmt.Errorf("no client has the ID %q", clientID)
	}
	l := levelPassword
	if secondFactor {
		l = levelSecond
	}
	scopes := []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail}
	g := grant{client: clientID, login: login, scopes: scopes, acr: l.class(), amr: l.methods(), at: p.cfg.Now()}
	for _, s := range p.sessions.all(func(s session) bool { return s.login == login }) {
		g.index = s.index
		p.sessions.change(s.id, func(s session) session { return s.withClient(clientID) })
	}
	return p.idToken(g, "")
}

func claimsOf(u User, scopes []string) map[string]any {
	offices := u.Offices
	if offices == nil {
		offices = []string{}
	}
	claims := map[string]any{"sub": u.Subject, ClaimTenant: u.Tenant, ClaimOffices: offices, ClaimRole: u.Role}
	if slices.Contains(scopes, oidc.ScopeProfile) {
		claims["name"] = u.Name
		claims["preferred_username"] = u.Login
	}
	if slices.Contains(scopes, oidc.ScopeEmail) && u.Email != "" {
		claims["email"] = u.Email
		claims["email_verified"] = true
	}
	return claims
}

// sign makes a JWT of a type, signed RS256.
func (p *Parent) sign(typ jose.ContentType, claims map[string]any) (string, error) {
	key := jose.JSONWebKey{Key: p.keys.oidc, KeyID: p.keys.kid}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithType(typ))
	if err != nil {
		return "", fmt.Errorf("preparing to sign a token: %w", err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return token, nil
}

// UserInfo answers OIDC core 5.3 as long as the session that the token came from lasts.
func (s provider) UserInfo(_ context.Context, r *op.Request[oidc.UserInfoRequest]) (*op.Response, error) {
	g, ok := s.p.tokens.get(r.Data.AccessToken)
	_, alive := s.p.sessions.get(g.session)
	u, known := s.p.user(g.login)
	if !ok || !alive || !known {
		return nil, op.NewStatusError(oidc.ErrAccessDenied().WithDescription("the token is unknown or over"), 401)
	}
	return op.NewResponse(claimsOf(u, g.scopes)), nil
}
