package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"cloudpocket/store"
)

func newTrust(id store.ID) store.Trust {
	return store.Trust{
		ID: id, Name: "親製品", Label: "親製品でサインイン", Protocol: store.SAML, State: store.TrustEnabled,
		SAML: &store.SAMLTrust{
			EntityID: "https://idp.example/" + string(id), Metadata: []byte("<md:EntityDescriptor/>\x00\xff"), MetadataURL: "https://idp.example/md",
			FetchedAt: day, Contexts: []string{"urn:a", "urn:b"}, Skew: time.Minute, ForceAuthn: true,
		},
		Mapping:  store.Mapping{Subject: store.Source{Claims: []string{"uid", "sub"}, Strip: "x", Lookup: map[string]string{"1": "2"}}, Tenant: store.Claim("firm"), Roles: map[string]string{"管理者": "view,deliver"}},
		Tenants:  map[string]store.ID{"1": "firm", "2": "bound"},
		MFA:      store.MFARule{Required: true, Methods: []string{"otp"}, MaxAge: time.Hour},
		Sessions: store.SessionRule{Idle: 10 * time.Minute}, JustInTime: true, CreatedAt: day,
	}
}

// sameTrust compares by JSON, which looks behind pointers.
func sameTrust(t *testing.T, what string, got, want any) {
	t.Helper()
	g, err := json.Marshal(got)
	must(t, err)
	w, err := json.Marshal(want)
	must(t, err)
	same(t, what, string(g), string(w))
}

func recordsTrusts(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	bound, other := addFirm(t, f.records, "bound"), addFirm(t, f.records, "other")
	saml, oidc := newTrust("t1"), newTrust("t2")
	oidc.Protocol, oidc.SAML, oidc.Tenants = store.OIDC, nil, nil
	oidc.OIDC = &store.OIDCTrust{Issuer: "https://op.example", ClientID: "c", SecretRef: "env:S", Scopes: []string{"email"}}
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, saml))
		must(t, tx.Trusts().Create(ctx, oidc))
		isKind(t, tx.Trusts().Create(ctx, saml), store.ErrConflict)
		for _, want := range []store.Trust{saml, oidc} {
			got, err := tx.Trusts().Get(ctx, want.ID)
			must(t, err)
			sameTrust(t, "the trust", got, want)
			owns(t, ctx, tx, want.ID, true)
		}
		owns(t, ctx, tx, "none", false)
	})
	other.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Trusts().Create(ctx, saml), store.ErrConflict)
		trustState(t, ctx, tx, "t1", "")
	})
	bound.update(func(ctx context.Context, tx store.Tx) {
		trustState(t, ctx, tx, "t1", store.TrustEnabled)
		trustState(t, ctx, tx, "t2", "")
		owns(t, ctx, tx, "t1", false)
		isKind(t, tx.Trusts().Update(ctx, saml), store.ErrNotFound)
		l, err := tx.Trusts().List(ctx, store.Page{})
		must(t, err)
		same(t, "trusts of a tenant that owns none", len(l.Items), 0)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		saml.Name, saml.State, saml.Tenants = "改名", store.TrustDisabled, map[string]store.ID{"3": "other"}
		must(t, tx.Trusts().Update(ctx, saml))
		isKind(t, tx.Trusts().Update(ctx, saml), store.ErrConflict)
		isKind(t, tx.Trusts().Update(ctx, newTrust("none")), store.ErrNotFound)
		saml.Version++
		all := walk(t, 1, func(p store.Page) (store.List[store.Trust], error) { return tx.Trusts().List(ctx, p) })
		sameTrust(t, "the list", all, []store.Trust{saml, oidc})
	})
	bound.view(func(ctx context.Context, tx store.Tx) { trustState(t, ctx, tx, "t1", "") })
	f.view(func(ctx context.Context, tx store.Tx) { trustsInto(t, ctx, tx, store.SAML) })
	f.update(func(ctx context.Context, tx store.Tx) {
		saml.State = store.TrustEnabled
		must(t, tx.Trusts().Update(ctx, saml))
		saml.State = store.TrustDisabled
		saml.Version++
		trustsInto(t, ctx, tx, store.SAML, "t1")
		trustsInto(t, ctx, tx, "another")
	})
	bound.view(func(ctx context.Context, tx store.Tx) { trustsInto(t, ctx, tx, store.SAML) })
	other.view(func(ctx context.Context, tx store.Tx) { trustsInto(t, ctx, tx, store.SAML, "t1") })
	f.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Trusts().Update(ctx, saml)) })
	other.view(func(ctx context.Context, tx store.Tx) { trustState(t, ctx, tx, "t1", store.TrustDisabled) })
	f.view(func(ctx context.Context, tx store.Tx) { trustState(t, ctx, tx, "t1", store.TrustDisabled) })
}

// trustsInto checks which enabled trusts of a protocol admit.
func trustsInto(t *testing.T, ctx context.Context, tx store.Tx, protocol store.Protocol, want ...store.ID) {
	t.Helper()
	got, err := tx.Trusts().Into(ctx, protocol)
	must(t, err)
	same(t, "the trusts that speak "+string(protocol), append([]store.ID{}, got...), append([]store.ID{}, want...))
}

// trustState checks what Get and State say of a trust; "" means that it is not there.
func owns(t *testing.T, ctx context.Context, tx store.Tx, id store.ID, want bool) {
	t.Helper()
	got, err := tx.Trusts().Owns(ctx, id)
	must(t, err)
	same(t, "whether trust "+string(id)+" is owned", got, want)
}

func trustState(t *testing.T, ctx context.Context, tx store.Tx, id store.ID, want store.TrustState) {
	t.Helper()
	got, err := tx.Trusts().Get(ctx, id)
	state, stateErr := tx.Trusts().State(ctx, id)
	if want == "" {
		isKind(t, err, store.ErrNotFound)
		isKind(t, stateErr, store.ErrNotFound)
		return
	}
	must(t, err)
	must(t, stateErr)
	same(t, "states", []store.TrustState{got.State, state}, []store.TrustState{want, want})
}

func recordsTrustDirectory(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	other := addFirm(t, f.records, "other")
	on, off := newTrust("on"), newTrust("off")
	off.State = store.TrustDisabled
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, on))
		must(t, tx.Trusts().Create(ctx, off))
		must(t, tx.Trusts().Update(ctx, off))
	})
	also := newTrust("also")
	other.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Trusts().Create(ctx, also)) })
	ctx := t.Context()
	got, err := f.records.Trust(ctx, "on")
	must(t, err)
	sameTrust(t, "a trust", got, store.OwnedTrust{Owner: "firm", Trust: on})
	stamp, err := f.records.TrustStamp(ctx, "off")
	must(t, err)
	same(t, "the stamp", stamp, store.TrustStamp{Owner: "firm", CreatedAt: off.CreatedAt, Version: off.Version + 1, State: store.TrustDisabled})
	all, err := f.records.EnabledTrusts(ctx)
	must(t, err)
	sameTrust(t, "the enabled", all, []store.OwnedTrust{{Owner: "other", Trust: also}, {Owner: "firm", Trust: on}})
	ways, err := f.records.TrustWays(ctx)
	must(t, err)
	same(t, "the ways", ways, []store.TrustWay{{ID: "also", Firm: nameOf(t, other), TrustStamp: all[0].Stamp()}, {ID: "on", Firm: nameOf(t, f), TrustStamp: all[1].Stamp()}})
	other.update(func(ctx context.Context, tx store.Tx) { must(t, tx.SetTenantState(ctx, store.TenantSuspended)) })
	ways, err = f.records.TrustWays(ctx)
	must(t, err)
	same(t, "the ways while a firm is suspended", len(ways), 1)
	f.view(func(ctx context.Context, tx store.Tx) {
		n, err := tx.Trusts().Count(ctx)
		must(t, err)
		same(t, "how many the firm has", n, 2)
	})
	_, err = f.records.Trust(ctx, "none")
	isKind(t, err, store.ErrNotFound)
	_, err = f.records.TrustStamp(ctx, "none")
	isKind(t, err, store.ErrNotFound)
}

// nameOf returns what a firm is called.
func nameOf(t *testing.T, f firm) string {
	t.Helper()
	tenant, err := f.records.Tenants().Get(t.Context(), f.id)
	must(t, err)
	return tenant.Name
}
