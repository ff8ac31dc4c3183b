package sqlstore

import (
	"context"
	"encoding/json"
	"maps"
	"net/netip"
	"slices"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type trusts struct{ *tx }

// trustConfig is what no query asks for.
type trustConfig struct {
	SAML     *store.SAMLTrust    `json:"saml,omitempty"`
	OIDC     *store.OIDCTrust    `json:"oidc,omitempty"`
	Mapping  store.Mapping       `json:"mapping"`
	Tenants  map[string]store.ID `json:"tenants,omitempty"`
	MFA      store.MFARule       `json:"mfa"`
	Sessions store.SessionRule   `json:"sessions"`
	Domains  []string            `json:"domains,omitempty"`
	Allowed  []netip.Prefix      `json:"allowed,omitempty"`
	Logo     *store.Picture      `json:"logo,omitempty"`
	SCIM     store.SCIMRule      `json:"scim,omitzero"`
}

func configOf(t store.Trust) (string, error) {
	b, err := json.Marshal(trustConfigOf(t))
	return string(b), err
}

func trustConfigOf(t store.Trust) trustConfig {
	return trustConfig{SAML: t.SAML, OIDC: t.OIDC, Mapping: t.Mapping, Tenants: t.Tenants, MFA: t.MFA, Sessions: t.Sessions,
		Domains: t.Domains, Allowed: t.Allowed, Logo: t.Logo, SCIM: t.SCIM}
}

// into sets what c holds of t.
func (c trustConfig) into(t *store.Trust) {
	t.SAML, t.OIDC, t.Mapping, t.Tenants, t.MFA, t.Sessions = c.SAML, c.OIDC, c.Mapping, c.Tenants, c.MFA, c.Sessions
	t.Domains, t.Allowed, t.Logo, t.SCIM = c.Domains, c.Allowed, c.Logo, c.SCIM
}

func (t trusts) Create(ctx context.Context, n store.Trust) error {
	config, err := configOf(n)
	if err != nil {
		return fault("encode trust "+string(n.ID), err)
	}
	return fault("create trust "+string(n.ID), t.attempt(ctx, func() error {
		err := t.q.CreateTrust(ctx, records.CreateTrustParams{
			TenantID: t.id(), ID: string(n.ID), Name: n.Name, Label: n.Label, Protocol: string(n.Protocol),
			State: string(n.State), JustInTime: flag(n.JustInTime), Config: config, CreatedAt: micros(n.CreatedAt), Version: n.Version,
		})
		if err != nil {
			return err
		}
		return t.bind(ctx, n)
	}))
}

// bind writes down which tenants n may admit into, and from where.
func (t trusts) bind(ctx context.Context, n store.Trust) error {
	bound := append(slices.Collect(maps.Values(n.Tenants)), t.tenant)
	slices.Sort(bound)
	allowed, err := listText(n.Allowed)
	if err != nil {
		return err
	}
	for _, id := range slices.Compact(bound) {
		if err := t.q.BindTrust(ctx, records.BindTrustParams{TenantID: string(id), TrustID: string(n.ID), Allowed: allowed}); err != nil {
			return err
		}
	}
	return nil
}

func (t trusts) Get(ctx context.Context, id store.ID) (store.Trust, error) {
	row, err := t.q.GetTrust(ctx, records.GetTrustParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Trust{}, fault("get trust "+string(id), err)
	}
	owned, err := trustOf(row)
	return owned.Trust, err
}

func (t trusts) State(ctx context.Context, id store.ID) (store.TrustState, error) {
	state, err := t.q.GetTrustState(ctx, records.GetTrustStateParams{TenantID: t.id(), ID: string(id)})
	return store.TrustState(state), fault("get the state of trust "+string(id), err)
}

func (t trusts) Into(ctx context.Context, protocol store.Protocol) ([]store.ID, error) {
	rows, err := t.q.ListTrustsInto(ctx, records.ListTrustsIntoParams{TenantID: t.id(), Protocol: string(protocol)})
	ids := make([]store.ID, len(rows))
	for i, id := range rows {
		ids[i] = store.ID(id)
	}
	return ids, fault("list the trusts that admit", err)
}

func (t trusts) Update(ctx context.Context, n store.Trust) error {
	config, err := configOf(n)
	if err != nil {
		return fault("encode trust "+string(n.ID), err)
	}
	return fault("update trust "+string(n.ID), t.attempt(ctx, func() error {
		rows, err := t.q.UpdateTrust(ctx, records.UpdateTrustParams{
			Name: n.Name, Label: n.Label, State: string(n.State), JustInTime: flag(n.JustInTime), Config: config,
			TenantID: t.id(), ID: string(n.ID), Version: n.Version,
		})
		if err != nil {
			return err
		}
		if rows == 0 {
			return t.refused(ctx, n.ID)
		}
		if err := t.q.UnbindTrust(ctx, records.UnbindTrustParams{OwnerID: t.id(), TrustID: string(n.ID)}); err != nil {
			return err
		}
		return t.bind(ctx, n)
	}))
}

// refused says why no trust of the tenant was updated.
func (t trusts) refused(ctx context.Context, id store.ID) error {
	owned, err := t.q.OwnsTrust(ctx, records.OwnsTrustParams{TenantID: t.id(), ID: string(id)})
	switch {
	case err != nil:
		return err
	case owned == 0:
		return missing("no such trust")
	}
	return conflict("it has another version")
}

func (t trusts) Users(ctx context.Context, id store.ID) (int, error) {
	if own, err := t.q.OwnsTrust(ctx, records.OwnsTrustParams{TenantID: t.id(), ID: string(id)}); err != nil || own == 0 {
		return 0, fault("find trust "+string(id), err)
	}
	n, err := t.q.CountTrustUsers(ctx, string(id))
	return int(n), fault("count the accounts of trust "+string(id), err)
}

func (t trusts) Remove(ctx context.Context, id store.ID) error {
	users, err := t.Users(ctx, id)
	if err != nil {
		return err
	}
	return fault("remove trust "+string(id), t.attempt(ctx, func() error {
		owned, err := t.q.OwnsTrust(ctx, records.OwnsTrustParams{TenantID: t.id(), ID: string(id)})
		switch {
		case err != nil:
			return err
		case owned == 0:
			return missing("no such trust")
		case users > 0:
			return conflict("%d accounts stand for somebody by it", users)
		}
		return t.forget(ctx, id)
	}))
}

// forget deletes a trust of the tenant and what hangs on it.
func (t trusts) forget(ctx context.Context, id store.ID) error {
	own, one := t.id(), string(id)
	for _, drop := range []func() error{
		func() error { return provisioning(t).drop(ctx, id) },
		func() error {
			return t.q.DropScimTokens(ctx, records.DropScimTokensParams{TenantID: own, TrustID: one})
		},
		func() error {
			return t.q.DropSetupLinks(ctx, records.DropSetupLinksParams{TenantID: own, TrustID: one})
		},
		func() error {
			return t.q.DropTrustVersions(ctx, records.DropTrustVersionsParams{TenantID: own, TrustID: one})
		},
		func() error {
			return t.q.DropTrustDraft(ctx, records.DropTrustDraftParams{TenantID: own, TrustID: one})
		},
		func() error { return t.q.UnbindTrust(ctx, records.UnbindTrustParams{OwnerID: own, TrustID: one}) },
		func() error { return t.q.RemoveTrust(ctx, records.RemoveTrustParams{TenantID: own, ID: one}) },
	} {
		if err := drop(); err != nil {
			return err
		}
	}
	return nil
}

func (t trusts) Count(ctx context.Context) (int, error) {
	n, err := t.q.CountTrusts(ctx, t.id())
	return int(n), fault("count the trusts", err)
}

func (t trusts) Owns(ctx context.Context, id store.ID) (bool, error) {
	n, err := t.q.OwnsTrust(ctx, records.OwnsTrustParams{TenantID: t.id(), ID: string(id)})
	return n > 0, fault("see whose trust "+string(id)+" is", err)
}

func (t trusts) List(ctx context.Context, p store.Page) (store.List[store.Trust], error) {
	arg := records.ListTrustsParams{TenantID: t.id(), Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listTrusts, &arg.AfterID); err != nil {
		return store.List[store.Trust]{}, err
	}
	rows, err := t.q.ListTrusts(ctx, arg)
	if err != nil {
		return store.List[store.Trust]{}, fault("list trusts", err)
	}
	page := cut(rows, p.Size(), func(r records.Trust) store.Cursor { return cursorOf(listTrusts, r.ID) })
	owned, err := trustsOf(page.Items)
	list := store.List[store.Trust]{Items: make([]store.Trust, len(owned)), Next: page.Next}
	for i, o := range owned {
		list.Items[i] = o.Trust
	}
	return list, err
}

func trustsOf(rows []records.Trust) ([]store.OwnedTrust, error) {
	all := make([]store.OwnedTrust, len(rows))
	for i, r := range rows {
		var err error
		if all[i], err = trustOf(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func trustOf(r records.Trust) (store.OwnedTrust, error) {
	var c trustConfig
	if err := json.Unmarshal([]byte(r.Config), &c); err != nil {
		return store.OwnedTrust{}, store.Fail(store.Damaged, "", "decode trust %s: %w", r.ID, err)
	}
	t := store.Trust{
		ID: store.ID(r.ID), Name: r.Name, Label: r.Label, Protocol: store.Protocol(r.Protocol),
		State: store.TrustState(r.State), JustInTime: r.JustInTime == 1, CreatedAt: moment(r.CreatedAt), Version: r.Version,
	}
	c.into(&t)
	return store.OwnedTrust{Owner: store.ID(r.TenantID), Trust: t}, nil
}
