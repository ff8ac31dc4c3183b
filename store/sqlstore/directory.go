package sqlstore

import (
	"context"

	"cloudpocket/store"
)

// Trust returns one trust, enabled or not, or ErrNotFound.
func (s *Store) Trust(ctx context.Context, id store.ID) (store.OwnedTrust, error) {
	row, err := s.alone().FindTrust(ctx, string(id))
	if err != nil {
		return store.OwnedTrust{}, fault("find trust "+string(id), err)
	}
	return trustOf(row)
}

// TrustVersion returns the current version and state of a trust, or ErrNotFound.
func (s *Store) TrustVersion(ctx context.Context, id store.ID) (int64, store.TrustState, error) {
	row, err := s.alone().FindTrustVersion(ctx, string(id))
	return row.Version, store.TrustState(row.State), fault("find the version of trust "+string(id), err)
}

// EnabledTrusts returns every enabled trust of the deployment, by ID.
func (s *Store) EnabledTrusts(ctx context.Context) ([]store.OwnedTrust, error) {
	rows, err := s.alone().FindEnabledTrusts(ctx)
	if err != nil {
		return nil, fault("find the enabled trusts", err)
	}
	return trustsOf(rows)
}
