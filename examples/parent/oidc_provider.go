package parent

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Issuer is our OpenID name. Discovery is below it.
func (p *Parent) Issuer() string { return p.cfg.BaseURL }

// provider is the OpenID provider as the library asks for it.
type provider struct {
	op.UnimplementedServer
	p *Parent
}

func (p *Parent) openIDProvider() http.Handler {
	return op.RegisterServer(provider{p: p}, op.Endpoints{
		Authorization: op.NewEndpoint(pathAuthorize),
		Token:         op.NewEndpoint(pathToken),
		Userinfo:      op.NewEndpoint(pathUserInfo),
		EndSession:    op.NewEndpoint(pathEnd),
		JwksURI:       op.NewEndpoint(pathKeys),
	}, op.WithServerCORSOptions(nil))
}

// discovery is the provider's metadata with what the library's type lacks.
type discovery struct {
	oidc.DiscoveryConfiguration
	IssParameter bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
	ACRValues    []string `json:"acr_values_supported"`
}

// Discovery answers OpenID Connect Discovery 1.0, section 4.
func (s provider) Discovery(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	p := s.p
	return op.NewResponse(discovery{
		DiscoveryConfiguration: oidc.DiscoveryConfiguration{
			Issuer:                           p.Issuer(),
			AuthorizationEndpoint:            p.URL(pathAuthorize),
			TokenEndpoint:                    p.URL(pathToken),
			UserinfoEndpoint:                 p.URL(pathUserInfo),
			EndSessionEndpoint:               p.URL(pathEnd),
			JwksURI:                          p.URL(pathKeys),
			ScopesSupported:                  []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail},
			ResponseTypesSupported:           []string{string(oidc.ResponseTypeCode)},
			ResponseModesSupported:           []string{string(oidc.ResponseModeQuery), string(oidc.ResponseModeFormPost)},
			GrantTypesSupported:              []oidc.GrantType{oidc.GrantTypeCode},
			SubjectTypesSupported:            []string{"public"},
			IDTokenSigningAlgValuesSupported: []string{string(jose.RS256)},
			TokenEndpointAuthMethodsSupported: []oidc.AuthMethod{
				oidc.AuthMethodBasic, oidc.AuthMethodPost, oidc.AuthMethodPrivateKeyJWT,
			},
			TokenEndpointAuthSigningAlgValuesSupported: []string{string(jose.RS256), string(jose.PS256), string(jose.ES256)},
			CodeChallengeMethodsSupported:              []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
			ClaimsSupported: []string{
				"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "azp",
				"name", "email", "email_verified", ClaimTenant, ClaimOffices, ClaimRole,
			},
			BackChannelLogoutSupported:        true,
			BackChannelLogoutSessionSupported: true,
		},
		IssParameter: true,
		ACRValues:    []string{ContextMFA, ContextPassword},
	}), nil
}

// Keys answers with our public key.
func (s provider) Keys(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	return op.NewResponse(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: &s.p.keys.oidc.PublicKey, KeyID: s.p.keys.kid, Algorithm: string(jose.RS256), Use: "sig",
	}}}), nil
}

// VerifyAuthRequest finds the client of an authorisation request. The library then holds the redirect URI against it.
func (s provider) VerifyAuthRequest(_ context.Context, r *op.Request[oidc.AuthRequest]) (*op.ClientRequest[oidc.AuthRequest], error) {
	c, ok := s.p.client(r.Data.ClientID)
	if !ok {
		return nil, oidc.ErrInvalidRequestRedirectURI().WithDescription("unknown client")
	}
	return &op.ClientRequest[oidc.AuthRequest]{Request: r, Client: opClient{c}}, nil
}

// Authorize parks a good authorisation request (OIDC core 3.1.2) and sends the browser to where its session is looked at.
func (s provider) Authorize(_ context.Context, r *op.ClientRequest[oidc.AuthRequest]) (*op.Redirect, error) {
	q := r.Data
	switch {
	case q.RequestParam != "":
		return nil, oidc.ErrRequestNotSupported()
	case !slices.Contains(q.Scopes, oidc.ScopeOpenID):
		return nil, oidc.ErrInvalidScope().WithDescription("scope openid is missing")
	case q.CodeChallenge == "" || q.CodeChallengeMethod != oidc.CodeChallengeMethodS256:
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with S256 is required")
	case slices.Contains(q.Prompt, oidc.PromptNone) && len(q.Prompt) > 1:
		return nil, oidc.ErrInvalidRequest().WithDescription("prompt none stands alone")
	case q.ResponseMode != "" && q.ResponseMode != oidc.ResponseModeQuery && q.ResponseMode != oidc.ResponseModeFormPost:
		return nil, oidc.ErrInvalidRequest().WithDescription("response mode is not supported")
	}
	return op.NewRedirect(s.p.URL(s.p.park(s.p.oidcFlow(*q)))), nil
}

// oidcFlow is the flow that ends in an answer to q. Context classes are wishes here (OIDC core 3.1.2.1): who has no
// second factor is signed in without, and the ID token says so.
func (p *Parent) oidcFlow(q oidc.AuthRequest) flow {
	asked := request{Classes: q.ACRValues}
	f := flow{
		service: hostOf(q.RedirectURI), hint: q.LoginHint, need: levelPassword,
		force: slices.Contains(q.Prompt, oidc.PromptLogin), passive: slices.Contains(q.Prompt, oidc.PromptNone),
	}
	if len(q.ACRValues) > 0 && levelOf(q.ACRValues[0]) == levelSecond {
		f.need = levelSecond
	}
	if q.MaxAge != nil {
		f.since = p.cfg.Now().Add(-time.Duration(*q.MaxAge) * time.Second)
	}
	f.resume = func(w http.ResponseWriter, r *http.Request, s session, u User) error {
		return p.answerCode(w, r, q, s, u, asked.answer(s.level))
	}
	f.refuse = func(w http.ResponseWriter, r *http.Request, _ verdict) error {
		return p.answerClient(w, r, q, "error", "login_required")
	}
	return f
}

// answerCode sends a code, good for one minute and one use.
func (p *Parent) answerCode(w http.ResponseWriter, r *http.Request, q oidc.AuthRequest, s session, u User, acr string) error {
	p.sessions.change(s.id, func(s session) session { return s.withClient(q.ClientID) })
	code := random()
	p.codes.put(code, grant{
		client: q.ClientID, login: u.Login, session: s.id, index: s.index, redirectURI: q.RedirectURI, challenge: q.CodeChallenge,
		nonce: q.Nonce, scopes: q.Scopes, acr: acr, amr: s.level.methods(), at: s.at,
	}, p.cfg.Now().Add(time.Minute))
	return p.answerClient(w, r, q, "code", code)
}

// answerClient sends an authorisation response with one parameter of its own, state and iss (RFC 9207).
func (p *Parent) answerClient(w http.ResponseWriter, r *http.Request, q oidc.AuthRequest, name, value string) error {
	fields := []field{{name, value}, {"iss", p.Issuer()}}
	if q.State != "" {
		fields = append(fields, field{"state", q.State})
	}
	if q.ResponseMode == oidc.ResponseModeFormPost {
		return p.forward(w, r, form{q.RedirectURI, fields})
	}
	target, err := url.Parse(q.RedirectURI)
	if err != nil {
		return fmt.Errorf("reading a redirect URI: %w", err)
	}
	query := target.Query()
	for _, f := range fields {
		query.Set(f.Name, f.Value)
	}
	target.RawQuery = query.Encode()
	http.Redirect(w, r, target.String(), http.StatusSeeOther)
	return nil
}
