package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// authenticate returns the client that asks: the one whose assertion came with the request (RFC 7523 2.2 and 3).
func (s *Service) authenticate(ctx context.Context, q request, v sso.Visit) (store.OwnedAPIClient, error) {
	a, err := readAssertion(q)
	if err != nil {
		return store.OwnedAPIClient{}, err
	}
	c, err := s.Records.APIClient(ctx, a.client())
	if errors.Is(err, store.ErrNotFound) {
		return c, unproved(reasonUnknown, "there is no API client %q", a.client())
	}
	if err != nil {
		return c, fmt.Errorf("find an API client: %w", err)
	}
	if err := s.judge(ctx, c, a, v); err != nil {
		s.record(ctx, c, v, err)
		return store.OwnedAPIClient{}, err
	}
	return c, nil
}

// judge demands that c stands, and that a is its own, for us, in time, and was not used before.
func (s *Service) judge(ctx context.Context, c store.OwnedAPIClient, a assertion, v sso.Visit) error {
	if err := s.stands(ctx, c, v); err != nil {
		return err
	}
	keys, err := s.keysOf(ctx, c, a)
	if err != nil {
		return err
	}
	if err := a.verify(keys); err != nil {
		return err
	}
	if err := a.check(s.audiences(), s.Now()); err != nil {
		return err
	}
	return s.spend(ctx, a)
}

// audiences are what an assertion may call us: the issuer that we are, or the endpoint.
func (s *Service) audiences() []string { return []string{s.BaseURL, s.BaseURL + TokenPath} }

// stands demands that c is switched on, its tenant too, and that it comes from where it may.
func (s *Service) stands(ctx context.Context, c store.OwnedAPIClient, v sso.Visit) error {
	var tenant store.TenantState
	err := s.Records.View(ctx, c.Owner, func(tx store.Tx) (err error) {
		tenant, err = tx.APIClients().Tenant(ctx)
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("read the tenant of API client %s: %w", c.ID, err)
	case c.State != store.ClientEnabled:
		return unproved(reasonDisabled, "API client %s is %q", c.ID, c.State)
	case tenant != store.TenantActive:
		return unproved(reasonTenant, "the tenant of API client %s is %q", c.ID, tenant)
	case !c.Admits(v.Address):
		return unproved(reasonAddress, "API client %s comes from %q", c.ID, v.Address)
	}
	return nil
}

// spend remembers an assertion for as long as it would pass. Its jti is the client's to choose, so its hash is kept.
func (s *Service) spend(ctx context.Context, a assertion) error {
	sum := sha256.Sum256([]byte(a.claims.ID))
	name := fmt.Sprintf("api-assertion:%s:%s", a.client(), base64.RawURLEncoding.EncodeToString(sum[:]))
	err := s.Marks.Put(ctx, name, []byte{1}, a.left(s.Now()))
	if errors.Is(err, store.ErrConflict) {
		return unproved(reasonReplay, "the assertion was used before")
	}
	if err != nil {
		return fmt.Errorf("remember an assertion: %w", err)
	}
	return nil
}
