package oidcrp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"cloudpocket/sso"
)

// metadata is what a discovery document says (OIDC discovery 3, RFC 8414), as far as we ask.
type metadata struct {
	authorization string
	token         string
	jwks          string
	userInfo      string // "" if there is none
	endSession    string // "" if there is none (RP-initiated logout 2.1)

	challenges    []string // code_challenge_methods_supported; nil if it is not said
	issInResponse bool     // authorization_response_iss_parameter_supported (RFC 9207)
	assertionAlgs []string // token_endpoint_auth_signing_alg_values_supported
}

// provider is the OP as it was last discovered.
type provider struct {
	metadata
	keys *keySet
}

// oauth returns the OP as package oauth2 sees it.
func (p *provider) oauth(style oauth2.AuthStyle) oauth2.Endpoint {
	return oauth2.Endpoint{AuthURL: p.authorization, TokenURL: p.token, AuthStyle: style}
}

// discover fetches and judges the discovery document (OIDC discovery 4).
func (c *connector) discover(ctx context.Context) (*provider, error) {
	body, err := c.download(ctx, strings.TrimSuffix(c.oidc.Issuer, "/")+"/.well-known/openid-configuration")
	if err != nil {
		c.Log.Warn("discovery document not fetched", "trust", c.trust.ID, "error", err)
		return nil, c.away("discovery", err)
	}
	m, err := parseMetadata(body, c.oidc.Issuer, c.oidc.AllowPrivate)
	if err != nil {
		c.Log.Warn("discovery document refused", "trust", c.trust.ID, "error", err)
		return nil, err
	}
	return &provider{m, c.keySet(m.jwks)}, nil
}

// keySet returns the key set at url: the one in use if that is where it is from, so that a renewed discovery does not
// forget its keys.
func (c *connector) keySet(url string) *keySet {
	c.keysMu.Lock()
	defer c.keysMu.Unlock()
	if c.keys == nil || c.keys.url != url {
		c.keys = newKeySet(c, url)
	}
	return c.keys
}

func parseMetadata(body []byte, issuer string, allowPlain bool) (m metadata, err error) {
	refuse := func(reason sso.Reason, format string, args ...any) (metadata, error) {
		return metadata{}, sso.Refuse(reason, sso.KeyMessage, "the discovery document: "+format, args...)
	}
	o, err := readObject(body, "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")
	if err != nil {
		return refuse(reasonDiscovery, "%w", err)
	}
	if got, _, err := o.str("issuer"); err != nil || got != issuer {
		return refuse(reasonDiscoveryIssuer, "the issuer is %q, not %q", cut(got), issuer)
	}
	for name, to := range map[string]*string{"authorization_endpoint": &m.authorization, "token_endpoint": &m.token,
		"jwks_uri": &m.jwks, "userinfo_endpoint": &m.userInfo, "end_session_endpoint": &m.endSession} {
		optional := to == &m.userInfo || to == &m.endSession
		if *to, err = o.endpoint(name, optional, allowPlain); err != nil {
			return refuse(reasonDiscoveryAddress, "%s %w", name, err)
		}
	}
	if m.challenges, _, err = o.list("code_challenge_methods_supported"); err != nil {
		return refuse(reasonDiscovery, "%w", err)
	}
	if m.assertionAlgs, _, err = o.list("token_endpoint_auth_signing_alg_values_supported"); err != nil {
		return refuse(reasonDiscovery, "%w", err)
	}
	switch v := o["authorization_response_iss_parameter_supported"].(type) {
	case nil:
	case bool:
		m.issInResponse = v
	default:
		return refuse(reasonDiscovery, "authorization_response_iss_parameter_supported is not a boolean")
	}
	return m, nil
}

func (o object) endpoint(name string, optional, allowPlain bool) (string, error) {
	s, there, err := o.str(name)
	switch {
	case !there && optional:
		return "", nil
	case !there:
		return "", errors.New("is missing")
	case err != nil:
		return "", errors.New("is not a string")
	}
	return s, checkURL(s, allowPlain)
}

// checkURL tells whether a browser or our client may be sent to raw: an absolute https URL without credentials and
// fragment. Plain http passes where the trust allows private addresses; the connection itself is judged then.
func checkURL(raw string, allowPlain bool) error {
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || u.Host == "" || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return fmt.Errorf("%q is not an absolute URL", cut(raw))
	}
	if u.User != nil || strings.Contains(raw, "#") {
		return fmt.Errorf("%q has credentials or a fragment", cut(u.Redacted()))
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !allowPlain) {
		return fmt.Errorf("%q is not https", cut(raw))
	}
	return nil
}

// speaksS256 tells whether the OP can be sent an S256 challenge (RFC 7636 4.2): one that says nothing can, or
// ignores it.
func (m metadata) speaksS256() bool {
	return m.challenges == nil || slices.Contains(m.challenges, "S256")
}

// download fetches a public document of the OP.
func (c *connector) download(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("form the request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	body, _, err := c.ask(req)
	return body, err
}
