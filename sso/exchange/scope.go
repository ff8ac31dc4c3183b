package exchange

import (
	"context"
	"errors"
	"fmt"
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
	if err := s.used(ctx, c); err != nil {
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

// use is how finely the last use of a client is kept: often enough to see that one is not used any more.
const use = time.Hour

// used notes that a client gets a token in this hour, and the keys that it was proved by where they were fetched, unless that is noted.
// Where the client was changed meanwhile its keys are left to the next time.
func (s *Service) used(ctx context.Context, c store.OwnedAPIClient) error {
	now := s.Now().Truncate(use)
	if !c.Used.Before(now) {
		return nil
	}
	keyed, newer, err := s.fetched.newer(c.APIClient)
	if err != nil {
		return err
	}
	err = s.Records.Update(ctx, c.Owner, func(tx store.Tx) error {
		if err := tx.APIClients().Use(ctx, c.ID, now); err != nil || !newer {
			return err
		}
		return unlessChanged(tx.APIClients().Fetched(ctx, keyed))
	})
	if err != nil {
		return fmt.Errorf("note the use of API client %s: %w", c.ID, err)
	}
	return nil
}

func unlessChanged(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}
