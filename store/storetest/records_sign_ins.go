package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

func newSignIn(id, trust store.ID, at time.Time) store.SignIn {
	return store.SignIn{
		ID: id, TrustID: trust, At: at, Outcome: store.Allowed, AccountID: "all", TenantID: "firm", Reference: "request of " + string(id),
		Address: "192.0.2.1", Proof: store.Believed, Trace: []byte(`{"checks":[{"step":"署名"}]}`),
	}
}

func recordsSignIns(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	other := addFirm(t, f.records, "other")
	one := newSignIn("s1", "t1", day)
	refused := newSignIn("s2", "t1", day.Add(time.Second))
	refused.Outcome, refused.Reason, refused.AccountID, refused.TenantID, refused.Test = store.Refused, "saml.audience", "", "", true
	again := newSignIn("s3", "t1", day.Add(time.Second))
	again.Reference, again.Trace = refused.Reference, nil
	f.update(func(ctx context.Context, tx store.Tx) {
		trust := newTrust("t1")
		trust.Tenants = map[string]store.ID{"2": "other"}
		must(t, tx.Trusts().Create(ctx, trust))
		for _, s := range []store.SignIn{one, refused, again} {
			must(t, tx.SignIns().Add(ctx, s))
		}
		isKind(t, tx.SignIns().Add(ctx, one), store.ErrConflict)
		isKind(t, tx.SignIns().Add(ctx, newSignIn("s4", "none", day)), store.ErrNotFound)
		long := newSignIn("s5", "t1", day)
		long.Trace = []byte(strings.Repeat("a", store.MaxTrace+1))
		isKind(t, tx.SignIns().Add(ctx, long), store.ErrInvalid)
	})
	other.update(func(ctx context.Context, tx store.Tx) { // it is bound to the trust and does not own it
		isKind(t, tx.SignIns().Add(ctx, newSignIn("s6", "t1", day)), store.ErrNotFound)
		_, err := tx.SignIns().Get(ctx, "s1")
		isKind(t, err, store.ErrNotFound)
		_, err = tx.SignIns().ByReference(ctx, one.Reference)
		isKind(t, err, store.ErrNotFound)
		l, err := tx.SignIns().List(ctx, "t1", false, store.Page{})
		must(t, err)
		same(t, "another tenant's", len(l.Items), 0)
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for _, want := range []store.SignIn{one, refused, again} {
			got, err := tx.SignIns().Get(ctx, want.ID)
			must(t, err)
			same(t, "the sign-in", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want))
		}
		got, err := tx.SignIns().ByReference(ctx, refused.Reference)
		must(t, err)
		same(t, "the newest with that reference", got.ID, "s3")
		_, err = tx.SignIns().ByReference(ctx, "")
		isKind(t, err, store.ErrNotFound)
		_, err = tx.SignIns().Get(ctx, "none")
		isKind(t, err, store.ErrNotFound)
		for _, row := range []struct {
			refused bool
			want    string
		}{{false, "s3 s2 s1 "}, {true, "s2 "}} {
			all := walk(t, 1, func(p store.Page) (store.List[store.SignIn], error) {
				return tx.SignIns().List(ctx, "t1", row.refused, p)
			})
			listed := ""
			for _, s := range all {
				listed += string(s.ID) + " "
				same(t, "its trace", len(s.Trace), 0)
			}
			same(t, "the list", listed, row.want)
		}
	})
}

// signInsFlooded floods a trust with what nobody asked for, or what proves nothing though somebody left from here first:
// what is worth more stays, and so does the newest message that was believed.
func signInsFlooded(t *testing.T, open OpenRecords) {
	for _, row := range []struct {
		name  string
		proof store.Proof
		left  int
	}{{"unasked", store.Unasked, store.MaxUnasked + 3}, {"answered", store.Answered, store.MaxAnswered + 2}} {
		t.Run(row.name, func(t *testing.T) { signInsFloodedBy(t, open, row.proof, row.left) })
	}
}

func signInsFloodedBy(t *testing.T, open OpenRecords, proof store.Proof, left int) {
	f := newFirm(t, open)
	believed, answered, tried := newSignIn("believed", "t1", day), newSignIn("answered", "t1", day.Add(-time.Hour)), newSignIn("older", "t1", day.Add(-time.Hour))
	answered.Outcome, answered.Proof = store.Refused, store.Answered
	stay := []store.SignIn{believed, tried}
	if proof == store.Unasked {
		stay = append(stay, answered)
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		must(t, tx.Trusts().Create(ctx, newTrust("t2")))
		_, err := tx.SignIns().LastBelieved(ctx, "t1")
		isKind(t, err, store.ErrNotFound)
		for _, s := range []store.SignIn{believed, answered, tried} {
			must(t, tx.SignIns().Add(ctx, s))
		}
		for i := range store.MaxSignIns {
			junk := newSignIn(store.ID(fmt.Sprintf("s%04d", i)), "t1", day.Add(time.Duration(i+1)*time.Second))
			junk.Outcome, junk.Proof = store.Refused, proof
			must(t, tx.SignIns().Add(ctx, junk))
		}
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		all := walk(t, 50, func(p store.Page) (store.List[store.SignIn], error) { return tx.SignIns().List(ctx, "t1", false, p) })
		same(t, "how many are left", len(all), left)
		for _, want := range stay {
			got, err := tx.SignIns().Get(ctx, want.ID)
			must(t, err)
			same(t, "what it is worth", got.Proof, want.Proof)
		}
		got, err := tx.SignIns().LastBelieved(ctx, "t1")
		must(t, err)
		same(t, "the newest that was believed", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", believed))
		_, err = tx.SignIns().LastBelieved(ctx, "t2")
		isKind(t, err, store.ErrNotFound)
	})
}

// signInsForgotten fills one trust's room twice over, which leaves the newest of it, and the other trust's alone.
func signInsForgotten(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Trusts().Create(ctx, newTrust("t1")))
		must(t, tx.Trusts().Create(ctx, newTrust("t2")))
		must(t, tx.SignIns().Add(ctx, newSignIn("kept", "t2", day.Add(-time.Hour))))
		for i := range 2 * store.MaxSignIns {
			must(t, tx.SignIns().Add(ctx, newSignIn(store.ID(fmt.Sprintf("s%04d", i)), "t1", day.Add(time.Duration(i)*time.Second))))
		}
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		all := walk(t, 50, func(p store.Page) (store.List[store.SignIn], error) { return tx.SignIns().List(ctx, "t1", false, p) })
		same(t, "how many are left", len(all), store.MaxSignIns)
		same(t, "the newest", all[0].ID, store.ID(fmt.Sprintf("s%04d", 2*store.MaxSignIns-1)))
		same(t, "the oldest", all[len(all)-1].ID, store.ID(fmt.Sprintf("s%04d", store.MaxSignIns)))
		_, err := tx.SignIns().Get(ctx, "kept")
		must(t, err)
	})
}
