package storetest

import (
	"context"
	"net/netip"
	"testing"

	"cloudpocket/store"
)

// recordsStanding switches what an account stands on, one after the other, and demands that each shows, within the
// transaction that does it and after it.
func recordsStanding(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	owner := addFirm(t, f.records, "bound")
	trust := newTrust("parent")
	trust.Tenants = map[string]store.ID{"1": "firm"}
	f.stands("one", "", store.TenantActive)
	owner.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Trusts().Create(ctx, trust)) })
	f.stands("one", store.TrustEnabled, store.TenantActive)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.SetTenantState(ctx, store.TenantSuspended))
		standsIn(t, ctx, tx, "one", store.TrustEnabled, store.TenantSuspended)
	})
	f.stands("all", store.TrustEnabled, store.TenantSuspended)
	owner.update(func(ctx context.Context, tx store.Tx) {
		standsNot(t, ctx, tx, "one")
		trust.State = store.TrustDisabled
		must(t, tx.Trusts().Update(ctx, trust))
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.SetTenantState(ctx, store.TenantActive))
		one, err := tx.Accounts().Get(ctx, "one")
		must(t, err)
		one.Offices, one.State = someOffices("blue-1", "blue-2"), store.AccountDisabled
		must(t, tx.Accounts().Update(ctx, one))
	})
	f.stands("one", store.TrustDisabled, store.TenantActive)
	f.stands("staff", store.TrustDisabled, store.TenantActive)
	f.view(func(ctx context.Context, tx store.Tx) { standsNot(t, ctx, tx, "none") })
	ctx := t.Context()
	if err := f.records.View(ctx, f.id, func(tx store.Tx) error { return tx.SetTenantState(ctx, store.TenantSuspended) }); err == nil {
		t.Error("a view switched its tenant")
	}
	f.stands("staff", store.TrustDisabled, store.TenantActive)
	for _, allowed := range [][]netip.Prefix{{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}, nil} {
		owner.update(func(ctx context.Context, tx store.Tx) {
			kept, err := tx.Trusts().Get(ctx, trust.ID)
			must(t, err)
			kept.Allowed = allowed
			must(t, tx.Trusts().Update(ctx, kept))
		})
		f.view(func(ctx context.Context, tx store.Tx) {
			s, err := tx.Accounts().Standing(ctx, "one")
			must(t, err)
			same(t, "where the trust lets people come from", s.Allowed, allowed)
		})
	}
	got, err := f.records.Tenants().Get(t.Context(), "bound")
	must(t, err)
	same(t, "the other tenant", got.State, store.TenantActive)
}

// stands demands that account's standing is the account as Get returns it, with these states.
func (f firm) stands(account store.ID, trust store.TrustState, tenant store.TenantState) {
	f.t.Helper()
	f.view(func(ctx context.Context, tx store.Tx) { standsIn(f.t, ctx, tx, account, trust, tenant) })
}

func standsIn(t *testing.T, ctx context.Context, tx store.Tx, id store.ID, trust store.TrustState, tenant store.TenantState) {
	t.Helper()
	account, err := tx.Accounts().Get(ctx, id)
	must(t, err)
	got, err := tx.Accounts().Standing(ctx, id)
	must(t, err)
	same(t, "the standing of "+string(id), got, store.Standing{Account: account, Trust: trust, Tenant: tenant, Firm: "みなと事務所"})
}

func standsNot(t *testing.T, ctx context.Context, tx store.Tx, id store.ID) {
	t.Helper()
	_, err := tx.Accounts().Standing(ctx, id)
	isKind(t, err, store.ErrNotFound)
}
