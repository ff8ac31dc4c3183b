package storetest

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"cloudpocket/store"
)

func newAPIClient(id store.ID) store.APIClient {
	return store.APIClient{ID: id, Name: "給与クラウド " + string(id), State: store.ClientEnabled, Keys: []byte(`{"keys":[]}`), KeysURL: "https://hr.example/jwks", FetchedAt: day,
		Scopes: store.ScopeDocuments | store.ScopeEmbed, Offices: store.OfficeScope{Offices: []store.ID{"o1", "o2"}}, Origins: []string{"https://hr.example"},
		Allowed: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, By: "a", ByName: "人", KeyedBy: "b", CreatedAt: day}
}

func recordsAPIClients(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	other := addFirm(t, f.records, "other")
	first, second := newAPIClient("c2"), newAPIClient("c1")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.APIClients().Create(ctx, first))
		must(t, tx.APIClients().Create(ctx, second))
		isKind(t, tx.APIClients().Create(ctx, first), store.ErrConflict)
	})
	strangerToAPIClients(t, other, first)
	first, second = changedAPIClients(t, f, first, second)
	f.view(func(ctx context.Context, tx store.Tx) {
		all, err := tx.APIClients().List(ctx)
		must(t, err)
		same(t, "the clients by name", all, []store.APIClient{first, second})
	})
	tenantOfAPIClients(t, f, store.TenantActive)
	other.update(func(ctx context.Context, tx store.Tx) { must(t, tx.SetTenantState(ctx, store.TenantSuspended)) })
	tenantOfAPIClients(t, other, store.TenantSuspended)
	found, err := f.records.APIClient(t.Context(), "c2")
	must(t, err)
	same(t, "the client that is found", found, store.OwnedAPIClient{Owner: "firm", APIClient: first})
	endOfAPIClients(t, f)
}

// strangerToAPIClients demands that another tenant neither sees nor changes any.
func strangerToAPIClients(t *testing.T, other firm, first store.APIClient) {
	t.Helper()
	other.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.APIClients().Create(ctx, first), store.ErrConflict) // its ID is another tenant's
		isKind(t, tx.APIClients().Update(ctx, first), store.ErrNotFound)
		isKind(t, tx.APIClients().Use(ctx, "c2", day), store.ErrNotFound)
		isKind(t, tx.APIClients().Fetched(ctx, first), store.ErrNotFound)
		isKind(t, tx.APIClients().Delete(ctx, "c2"), store.ErrNotFound)
		_, err := tx.APIClients().Get(ctx, "c2")
		isKind(t, err, store.ErrNotFound)
		all, err := tx.APIClients().List(ctx)
		must(t, err)
		same(t, "another tenant's", len(all), 0)
	})
}

// changedAPIClients changes both by every way there is, and returns them as they are then.
func changedAPIClients(t *testing.T, f firm, first, second store.APIClient) (store.APIClient, store.APIClient) {
	t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) {
		changed := first
		changed.Name, changed.State, changed.Keys, changed.Offices = "あ", store.ClientDisabled, nil, store.OfficeScope{All: true}
		changed.By, changed.ByName, changed.CreatedAt = "b", "他人", day.Add(time.Hour) // these stay
		must(t, tx.APIClients().Update(ctx, changed))
		isKind(t, tx.APIClients().Update(ctx, changed), store.ErrConflict)
		must(t, tx.APIClients().Use(ctx, "c2", day.Add(time.Hour)))
		must(t, tx.APIClients().Use(ctx, "c2", day))
		isKind(t, tx.APIClients().Use(ctx, "none", day), store.ErrNotFound)
		isKind(t, tx.APIClients().Update(ctx, newAPIClient("none")), store.ErrNotFound)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.APIClients().Fetched(ctx, first), store.ErrConflict) // it was changed since
		fetched := second
		fetched.Name, fetched.Scopes, fetched.Keys, fetched.FetchedAt = "いいえ", store.ScopeAll, []byte(`{"keys":[1]}`), day.Add(time.Minute) // the first two stay
		must(t, tx.APIClients().Fetched(ctx, fetched))
		isKind(t, tx.APIClients().Fetched(ctx, newAPIClient("none")), store.ErrNotFound)
	})
	second.Keys, second.FetchedAt = []byte(`{"keys":[1]}`), day.Add(time.Minute)
	first.Name, first.State, first.Keys, first.Offices, first.Used, first.Version = "あ", store.ClientDisabled, nil, store.OfficeScope{All: true}, day.Add(time.Hour), 1
	return first, second
}

// tenantOfAPIClients demands that state of f's tenant.
func tenantOfAPIClients(t *testing.T, f firm, want store.TenantState) {
	t.Helper()
	f.view(func(ctx context.Context, tx store.Tx) {
		state, err := tx.APIClients().Tenant(ctx)
		must(t, err)
		same(t, "the tenant's state", state, want)
	})
}

// endOfAPIClients removes one, and makes as many as there may be.
func endOfAPIClients(t *testing.T, f firm) {
	t.Helper()
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.APIClients().Delete(ctx, "c2"))
		isKind(t, tx.APIClients().Delete(ctx, "c2"), store.ErrNotFound)
	})
	_, err := f.records.APIClient(t.Context(), "c2")
	isKind(t, err, store.ErrNotFound)
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := 1; i < store.MaxAPIClients; i++ {
			must(t, tx.APIClients().Create(ctx, newAPIClient(store.ID(fmt.Sprintf("n%d", i)))))
		}
		isKind(t, tx.APIClients().Create(ctx, newAPIClient("c9")), store.ErrConflict)
	})
}
