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

// TrustStamp returns the stamp of a trust, or ErrNotFound.
func (s *Store) TrustStamp(ctx context.Context, id store.ID) (store.TrustStamp, error) {
	row, err := s.alone().FindTrustStamp(ctx, string(id))
	return store.TrustStamp{Owner: store.ID(row.TenantID), CreatedAt: moment(row.CreatedAt), Version: row.Version, State: store.TrustState(row.State)},
		fault("find the stamp of trust "+string(id), err)
}

// Draft returns what a trust is to become, or ErrNotFound.
func (s *Store) Draft(ctx context.Context, id store.ID) (store.OwnedDraft, error) {
	row, err := s.alone().FindTrustDraft(ctx, string(id))
	if err != nil {
		return store.OwnedDraft{}, fault("find the draft of trust "+string(id), err)
	}
	d, err := draftOf(row.TrustDraft, row.Protocol, row.CreatedAt)
	return store.OwnedDraft{Owner: store.ID(row.TrustDraft.TenantID), TrustDraft: d}, err
}

// SetupLink returns the setup link of that key and the tenant that owns its trust, or ErrNotFound.
func (s *Store) SetupLink(ctx context.Context, key store.SetupKey) (store.OwnedSetupLink, error) {
	row, err := s.alone().FindSetupLink(ctx, setupText(key))
	if err != nil {
		return store.OwnedSetupLink{}, fault("find a setup link", err)
	}
	l, err := setupLinkOf(row)
	return store.OwnedSetupLink{Owner: store.ID(row.TenantID), SetupLink: l}, err
}

// ScimToken returns the provisioning token of that key and the tenant that owns its trust, or ErrNotFound.
func (s *Store) ScimToken(ctx context.Context, key store.Hash) (store.OwnedScimToken, error) {
	row, err := s.alone().FindScimToken(ctx, key.String())
	if err != nil {
		return store.OwnedScimToken{}, fault("find a provisioning token", err)
	}
	t, err := scimTokenOf(row)
	return store.OwnedScimToken{Owner: store.ID(row.TenantID), ScimToken: t}, err
}

// EnabledTrusts returns every enabled trust of the deployment, by ID.
func (s *Store) EnabledTrusts(ctx context.Context) ([]store.OwnedTrust, error) {
	rows, err := s.alone().FindEnabledTrusts(ctx)
	if err != nil {
		return nil, fault("find the enabled trusts", err)
	}
	return trustsOf(rows)
}

// TrustWays returns every enabled trust of the firms that are not suspended, by ID.
func (s *Store) TrustWays(ctx context.Context) ([]store.TrustWay, error) {
	rows, err := s.alone().FindTrustWays(ctx)
	if err != nil {
		return nil, fault("find the ways in", err)
	}
	ways := make([]store.TrustWay, len(rows))
	for i, r := range rows {
		ways[i] = store.TrustWay{ID: store.ID(r.ID), Firm: r.Name, TrustStamp: store.TrustStamp{
			Owner: store.ID(r.TenantID), CreatedAt: moment(r.CreatedAt), Version: r.Version, State: store.TrustEnabled}}
	}
	return ways, nil
}
