package portal

import (
	"context"
	"fmt"
	"time"

	"cloudpocket/store"
)

// AddScimToken is [Portal.MakeScimToken] at the host.
func (s Setup) AddScimToken(ctx context.Context, trust store.ID, name string, life time.Duration) (secret string, made store.ScimToken, err error) {
	secret = scimSecret()
	err = s.onTrust(ctx, trust, func(tx store.Tx) (detail map[string]string, err error) {
		made = store.ScimToken{TrustID: trust, Key: store.ScimKeyOf(secret), Name: name, ByName: s.By}
		made, err = s.addScimToken(ctx, tx, made, life)
		return scimDetail("provisioning token made", made), err
	})
	if err != nil {
		return "", store.ScimToken{}, err
	}
	return secret, made, nil
}

// ScimTokensOf returns the provisioning tokens of a trust, the newest first.
func (s Setup) ScimTokensOf(ctx context.Context, trust store.ID) (all []store.ScimToken, err error) {
	owned, err := s.Records.Trust(ctx, trust)
	if err != nil {
		return nil, fmt.Errorf("find trust %s: %w", trust, err)
	}
	err = s.Records.View(ctx, owned.Owner, func(tx store.Tx) error {
		all, err = tx.ScimTokens().List(ctx, trust)
		return err
	})
	return all, err
}

// EndScimToken is [Portal.RevokeScimToken] at the host.
func (s Setup) EndScimToken(ctx context.Context, trust, id store.ID) error {
	return s.onTrust(ctx, trust, func(tx store.Tx) (map[string]string, error) {
		t, err := s.revokeScimToken(ctx, tx, trust, id)
		if err != nil || !t.Revoked.IsZero() {
			return nil, err
		}
		return scimDetail("provisioning token revoked", t), nil
	})
}

// onTrust runs fn in one transaction of the tenant that owns a trust, with the AuditEvent of what it says; nil: nothing.
func (s Setup) onTrust(ctx context.Context, trust store.ID, fn func(store.Tx) (map[string]string, error)) error {
	owned, err := s.Records.Trust(ctx, trust)
	if err != nil {
		return fmt.Errorf("find trust %s: %w", trust, err)
	}
	return s.Records.Update(ctx, owned.Owner, func(tx store.Tx) error {
		detail, err := fn(tx)
		if err != nil || detail == nil {
			return err
		}
		return tx.Audit().Append(ctx, s.event(store.DeedTrust, "trust:"+string(trust), detail))
	})
}
