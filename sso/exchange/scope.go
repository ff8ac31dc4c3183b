package exchange

import (
	"context"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// given is the answer to who gets a token (RFC 6749 5.1).
type given struct {
	Token string `json:"access_token"`
	Type  string `json:"token_type"`
	Life  int    `json:"expires_in"` // seconds
	Scope string `json:"scope"`
}

// give proves who asks and gives them a token.
func (s *Service) give(ctx context.Context, q request, v sso.Visit) (given, error) {
	c, err := s.authenticate(ctx, q, v)
	if err != nil {
		return given{}, err
	}
	if !s.gives.Take(string(c.ID)) {
		return given{}, errBusy
	}
	scopes, err := granted(q, c.Scopes)
	if err != nil {
		return given{}, err
	}
	if err := s.used(ctx, c, scopes, v); err != nil {
		return given{}, err
	}
	token, err := s.tokens.Give(ctx, Grant{TenantID: c.Owner, ClientID: c.ID, Scopes: scopes})
	if err != nil {
		return given{}, err
	}
	s.Log.Info("access token given", "request_id", v.RequestID, "address", v.Address, "client", c.ID, "tenant", c.Owner, "scope", scopes.String())
	return given{token, "Bearer", int(TokenLife / time.Second), scopes.String()}, nil
}

// granted returns what a client that may have most gets (RFC 6749 3.3): what it asks for, or all of it, but what speaks in people's
// names only when it asks for that.
func granted(q request, most store.Scope) (store.Scope, error) {
	if !q.scoped {
		most &^= store.ScopeEmbed
		if most == 0 {
			return 0, invalidScope("no scope was asked for, and the client has none that is given unasked")
		}
		return most, nil
	}
	asked, err := store.ParseScope(q.scope)
	if err != nil {
		return 0, invalidScope("read the scope: %w", err)
	}
	if asked == 0 || !most.Has(asked) {
		return 0, invalidScope("%q was asked for, the client may have %q", asked, most)
	}
	return asked, nil
}
