package sqlstore

import (
	"context"
	"encoding/hex"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type setupLinks struct{ *tx }

// setupText is k as it is stored, empty for none.
func setupText(k store.SetupKey) string {
	if k == (store.SetupKey{}) {
		return ""
	}
	return hex.EncodeToString(k[:])
}

func readSetupKey(text string) (k store.SetupKey, err error) {
	if n, bad := hex.Decode(k[:], []byte(text)); text != "" && (bad != nil || n != len(k)) {
		return k, store.Fail(store.Damaged, "", "decode a setup link's key")
	}
	return k, nil
}

func setupLinkOf(r records.SetupLink) (store.SetupLink, error) {
	l := store.SetupLink{ID: store.ID(r.ID), TrustID: store.ID(r.TrustID), By: store.ID(r.ByID), ByName: r.ByName, At: moment(r.At),
		Expires: moment(r.ExpiresAt), Opened: moment(r.OpenedAt), Ends: moment(r.EndsAt), Revoked: moment(r.RevokedAt)}
	var err error
	if l.Key, err = readSetupKey(r.Secret); err != nil {
		return l, err
	}
	l.Grant, err = readSetupKey(r.Granted)
	return l, err
}

func (t setupLinks) Create(ctx context.Context, l store.SetupLink) error {
	return fault("create setup link "+string(l.ID), t.single(ctx, func() error {
		return t.q.CreateSetupLink(ctx, records.CreateSetupLinkParams{TenantID: t.id(), ID: string(l.ID), TrustID: string(l.TrustID), Secret: setupText(l.Key),
			ByID: string(l.By), ByName: l.ByName, At: micros(l.At), ExpiresAt: micros(l.Expires), OpenedAt: micros(l.Opened),
			Granted: setupText(l.Grant), EndsAt: micros(l.Ends), RevokedAt: micros(l.Revoked)})
	}))
}

func (t setupLinks) Get(ctx context.Context, id store.ID) (store.SetupLink, error) {
	row, err := t.q.GetSetupLink(ctx, records.GetSetupLinkParams{ID: string(id), TenantID: t.id()})
	if err != nil {
		return store.SetupLink{}, fault("get setup link "+string(id), err)
	}
	return setupLinkOf(row)
}

func (t setupLinks) Open(ctx context.Context, id store.ID, at time.Time, grant store.SetupKey, ends time.Time) error {
	n, err := t.q.OpenSetupLink(ctx, records.OpenSetupLinkParams{OpenedAt: micros(at), Granted: setupText(grant), EndsAt: micros(ends), ID: string(id), TenantID: t.id()})
	if err == nil && n == 0 {
		err = missing("no such link that could be opened")
	}
	return fault("open setup link "+string(id), err)
}

func (t setupLinks) Revoke(ctx context.Context, trust store.ID, at time.Time) (int, error) {
	n, err := t.q.RevokeSetupLinks(ctx, records.RevokeSetupLinksParams{RevokedAt: micros(at), TrustID: string(trust), TenantID: t.id()})
	return int(n), fault("revoke the setup links of trust "+string(trust), err)
}

func (t setupLinks) List(ctx context.Context, trust store.ID) ([]store.SetupLink, error) {
	rows, err := t.q.ListSetupLinks(ctx, records.ListSetupLinksParams{TrustID: string(trust), TenantID: t.id(), Size: store.MaxPage})
	if err != nil {
		return nil, fault("list the setup links of trust "+string(trust), err)
	}
	all := make([]store.SetupLink, len(rows))
	for i, r := range rows {
		if all[i], err = setupLinkOf(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}
