package exchange

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// trusted is a trust and its connector.
type trusted struct {
	store.OwnedTrust
	sso.Connector
}

// trustFor returns the trust by which c brings a token of that protocol: the one it names, or the only one that can be meant.
// What a client learns of trusts that do not admit into its tenant is that there are none.
func (s *Service) trustFor(ctx context.Context, c store.OwnedAPIClient, named string, protocol store.Protocol) (trusted, error) {
	ids, err := s.candidates(ctx, c.Owner, store.ID(named), protocol)
	if err != nil {
		return trusted{}, err
	}
	var found []trusted
	for _, id := range ids {
		t, connector, err := s.Trusts.Find(ctx, protocol, id)
		if errors.Is(err, store.ErrNotFound) {
			continue // of another protocol, or removed meanwhile
		}
		if err != nil && (named != "" || t.ID == "") {
			return trusted{}, fmt.Errorf("open trust %s: %w", id, err)
		}
		if t.AdmitsInto(c.Owner) && err == nil {
			found = append(found, trusted{t, connector})
		}
	}
	switch {
	case len(found) == 0:
		return trusted{}, told("invalid_request", reasonNoTrust, "no trust %.40q that speaks %s admits into tenant %s", named, protocol, c.Owner)
	case len(found) > 1:
		return trusted{}, told("invalid_request", reasonTrusts, "%d trusts that speak %s admit into tenant %s, and none is named", len(found), protocol, c.Owner)
	case found[0].State != store.TrustEnabled:
		return trusted{}, told("invalid_request", reasonTrustDisabled, "trust %s is %s", found[0].ID, found[0].State)
	}
	return found[0], nil
}

// candidates are the trusts that may be meant: of those that the tenant owns or is bound to the one that is named, on or off, or
// all that are on.
func (s *Service) candidates(ctx context.Context, tenant, named store.ID, protocol store.Protocol) (ids []store.ID, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) (err error) {
		if named == "" {
			ids, err = tx.Trusts().Into(ctx, protocol)
			return err
		}
		if _, err = tx.Trusts().State(ctx, named); err == nil {
			ids = []store.ID{named}
		}
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the trust that a client means: %w", err)
	}
	return ids, nil
}
