package storetest

import (
	"context"
	"testing"

	"cloudpocket/store"
)

// recordsAddresses saves a tenant's address rule and demands that an account's standing shows it at once, and that the
// next tenant's stays as it is.
func recordsAddresses(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	other := addFirm(t, f.records, "other")
	everybody, err := store.ParseRanges("192.0.2.0/24 2001:db8::/32 198.51.100.7")
	must(t, err)
	administration, err := store.ParseRanges("192.0.2.1")
	must(t, err)
	rule := store.AddressRule{Everybody: everybody, Administration: administration}
	for _, want := range []store.AddressRule{{}, rule, {Administration: administration}, {Everybody: everybody}, {}} {
		f.update(func(ctx context.Context, tx store.Tx) {
			must(t, tx.Addresses().Save(ctx, want))
			placesAre(t, ctx, tx, want)
		})
		f.view(func(ctx context.Context, tx store.Tx) { placesAre(t, ctx, tx, want) })
	}
	other.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Addresses().Save(ctx, rule)) })
	f.view(func(ctx context.Context, tx store.Tx) { placesAre(t, ctx, tx, store.AddressRule{}) })
	ctx := t.Context()
	if err := f.records.View(ctx, f.id, func(tx store.Tx) error { return tx.Addresses().Save(ctx, rule) }); err == nil {
		t.Error("a view saved a rule")
	}
}

func placesAre(t *testing.T, ctx context.Context, tx store.Tx, want store.AddressRule) {
	t.Helper()
	got, err := tx.Addresses().Rule(ctx)
	must(t, err)
	same(t, "the rule", got, want)
	s, err := tx.Accounts().Standing(ctx, "staff")
	must(t, err)
	same(t, "the rule of a standing", s.Places, want)
}
