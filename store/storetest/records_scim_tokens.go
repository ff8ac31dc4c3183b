package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

func newScimToken(id, trust store.ID) store.ScimToken {
	return store.ScimToken{ID: id, TrustID: trust, Key: store.ScimKeyOf("token " + string(id)), Name: "人事の同期", By: "a", ByName: "人", At: day, Expires: day.Add(time.Hour)}
}

func recordsScimTokens(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	addFirm(t, f.records, "bound")
	other := addFirm(t, f.records, "other")
	first, second := newScimToken("k1", "t1"), newScimToken("k2", "t1")
	f.update(func(ctx context.Context, tx store.Tx) {
		trust := newTrust("t1")
		trust.Tenants = map[string]store.ID{"2": "other"}
		must(t, tx.Trusts().Create(ctx, trust))
		must(t, tx.Trusts().Create(ctx, newTrust("t2")))
		for _, k := range []store.ScimToken{first, second} {
			must(t, tx.ScimTokens().Create(ctx, k))
		}
		isKind(t, tx.ScimTokens().Create(ctx, first), store.ErrConflict)
		again := newScimToken("k3", "t2")
		again.Key = first.Key
		isKind(t, tx.ScimTokens().Create(ctx, again), store.ErrConflict)
		isKind(t, tx.ScimTokens().Create(ctx, newScimToken("k3", "none")), store.ErrNotFound)
	})
	other.update(func(ctx context.Context, tx store.Tx) { // it is bound to the trust and does not own it
		isKind(t, tx.ScimTokens().Create(ctx, newScimToken("k3", "t1")), store.ErrNotFound)
		isKind(t, tx.ScimTokens().Use(ctx, "k1", day), store.ErrNotFound)
		isKind(t, tx.ScimTokens().Revoke(ctx, "k1", day), store.ErrNotFound)
		_, err := tx.ScimTokens().Get(ctx, "k1")
		isKind(t, err, store.ErrNotFound)
		all, err := tx.ScimTokens().List(ctx, "t1")
		must(t, err)
		same(t, "another tenant's", len(all), 0)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.ScimTokens().Use(ctx, "k1", day.Add(time.Hour)))
		must(t, tx.ScimTokens().Use(ctx, "k1", day))
		must(t, tx.ScimTokens().Revoke(ctx, "k1", day.Add(time.Minute)))
		isKind(t, tx.ScimTokens().Revoke(ctx, "k1", day), store.ErrNotFound)
		isKind(t, tx.ScimTokens().Use(ctx, "none", day), store.ErrNotFound)
	})
	first.Used, first.Revoked = day.Add(time.Hour), day.Add(time.Minute)
	f.view(func(ctx context.Context, tx store.Tx) {
		all, err := tx.ScimTokens().List(ctx, "t1")
		must(t, err)
		same(t, "the tokens", all, []store.ScimToken{second, first})
		none, err := tx.ScimTokens().List(ctx, "t2")
		must(t, err)
		same(t, "another trust's", len(none), 0)
		one, err := tx.ScimTokens().Get(ctx, "k1")
		must(t, err)
		same(t, "one token", one, first)
	})
	for _, want := range []store.ScimToken{first, second} {
		got, err := f.records.ScimToken(t.Context(), want.Key)
		must(t, err)
		same(t, "the token that is found", got, store.OwnedScimToken{Owner: "firm", ScimToken: want})
	}
	for _, key := range []store.Hash{{}, store.ScimKeyOf("none")} {
		_, err := f.records.ScimToken(t.Context(), key)
		isKind(t, err, store.ErrNotFound)
	}
}

// scimTokensForgotten demands that a trust's tokens stay few, and that none that stands is forgotten.
func scimTokensForgotten(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	addFirm(t, f.records, "bound")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		for n := range store.MaxScimTokens + 5 {
			k := newScimToken(store.ID(fmt.Sprintf("k%03d", n)), "t1")
			k.At = day.Add(time.Duration(n) * time.Second)
			if k.Expires = k.At.Add(time.Hour); n == 1 {
				k.Expires = day // over before the others are made
			}
			must(t, tx.ScimTokens().Create(ctx, k))
			if n == 3 || n == 4 {
				must(t, tx.ScimTokens().Revoke(ctx, k.ID, k.At))
			}
		}
		all, err := tx.ScimTokens().List(ctx, "t1")
		must(t, err)
		var ids []store.ID
		for _, k := range all[len(all)-4:] {
			ids = append(ids, k.ID)
		}
		same(t, "how many are left", len(all), store.MaxScimTokens+2) // all of them stand
		same(t, "the oldest that are left", ids, []store.ID{"k006", "k005", "k002", "k000"})
	})
}
