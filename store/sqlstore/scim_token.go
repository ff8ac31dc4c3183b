package sqlstore

import (
	"context"
	"encoding/hex"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type scimTokens struct{ *tx }

func scimTokenOf(r records.ScimToken) (store.ScimToken, error) {
	t := store.ScimToken{ID: store.ID(r.ID), TrustID: store.ID(r.TrustID), Name: r.Name, By: store.ID(r.ByID), ByName: r.ByName,
		At: moment(r.At), Expires: moment(r.ExpiresAt), Used: moment(r.UsedAt), Revoked: moment(r.RevokedAt)}
	if n, err := hex.Decode(t.Key[:], []byte(r.Secret)); err != nil || n != len(t.Key) {
		return t, store.Fail(store.Damaged, "", "decode the key of provisioning token %s", r.ID)
	}
	return t, nil
}

func (t scimTokens) Create(ctx context.Context, n store.ScimToken) error {
	return fault("create provisioning token "+string(n.ID), t.attempt(ctx, func() error {
		err := t.q.CreateScimToken(ctx, records.CreateScimTokenParams{TenantID: t.id(), ID: string(n.ID), TrustID: string(n.TrustID), Secret: n.Key.String(),
			Name: n.Name, ByID: string(n.By), ByName: n.ByName, At: micros(n.At), ExpiresAt: micros(n.Expires), UsedAt: micros(n.Used), RevokedAt: micros(n.Revoked)})
		if err != nil {
			return err
		}
		return t.forget(ctx, n.TrustID, n.At)
	}))
}

// forget removes the oldest that are over, so that MaxScimTokens are left.
func (t scimTokens) forget(ctx context.Context, trust store.ID, now time.Time) error {
	all, err := t.List(ctx, trust)
	if err != nil {
		return err
	}
	for i, left := len(all)-1, len(all); i >= 0 && left > store.MaxScimTokens; i-- {
		if all[i].Stands(now) {
			continue
		}
		if err := t.q.ForgetScimToken(ctx, records.ForgetScimTokenParams{TenantID: t.id(), ID: string(all[i].ID)}); err != nil {
			return err
		}
		left--
	}
	return nil
}

func (t scimTokens) Get(ctx context.Context, id store.ID) (store.ScimToken, error) {
	row, err := t.q.GetScimToken(ctx, records.GetScimTokenParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.ScimToken{}, fault("get provisioning token "+string(id), err)
	}
	return scimTokenOf(row)
}

func (t scimTokens) Use(ctx context.Context, id store.ID, at time.Time) error {
	n, err := t.q.UseScimToken(ctx, records.UseScimTokenParams{UsedAt: micros(at), TenantID: t.id(), ID: string(id)})
	if err == nil && n == 0 {
		err = missing("no such token")
	}
	return fault("note the use of provisioning token "+string(id), err)
}

func (t scimTokens) Revoke(ctx context.Context, id store.ID, at time.Time) error {
	n, err := t.q.RevokeScimToken(ctx, records.RevokeScimTokenParams{RevokedAt: micros(at), TenantID: t.id(), ID: string(id)})
	if err == nil && n == 0 {
		err = missing("no such token that was not revoked")
	}
	return fault("revoke provisioning token "+string(id), err)
}

func (t scimTokens) List(ctx context.Context, trust store.ID) ([]store.ScimToken, error) {
	rows, err := t.q.ListScimTokens(ctx, records.ListScimTokensParams{TenantID: t.id(), TrustID: string(trust)})
	if err != nil {
		return nil, fault("list the provisioning tokens of trust "+string(trust), err)
	}
	all := make([]store.ScimToken, len(rows))
	for i, r := range rows {
		if all[i], err = scimTokenOf(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}
