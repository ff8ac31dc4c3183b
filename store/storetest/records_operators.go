package storetest

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"testing"
	"time"

	"cloudpocket/store"
)

func newOperator(id store.ID, name string) store.Operator {
	return store.Operator{
		ID: id, Name: name, Passwords: []string{"$argon2id$b", "$argon2id$a"}, ChangedAt: day, Secret: []byte{0, 1, 255}, Step: 58_000_000,
		Passkeys: []store.Passkey{{ID: "k", Name: "鍵", Credential: []byte(`{"id":"k"}`), CreatedAt: day, UsedAt: day.Add(time.Hour)}},
		Recovery: []store.Hash{sha256.Sum256([]byte("1")), sha256.Sum256([]byte("2"))}, Link: sha256.Sum256([]byte(id)), LinkEnds: day.Add(24 * time.Hour),
		SeenAt: day, CreatedAt: day,
	}
}

// theDeployment is the deployment's own records, which are there from the start.
func theDeployment(t *testing.T, open OpenRecords) firm {
	t.Helper()
	return firm{t, open(t), store.Deployment}
}

func recordsDeployment(t *testing.T, open OpenRecords) {
	f := theDeployment(t, open)
	ctx := t.Context()
	addFirm(t, f.records, "a")
	_, err := f.records.Tenants().Get(ctx, store.Deployment)
	isKind(t, err, store.ErrNotFound)
	list, err := f.records.Tenants().List(ctx, store.Page{})
	must(t, err)
	if len(list.Items) != 1 || list.Items[0].ID != "a" {
		t.Errorf("the tenants are %v", list.Items)
	}
	isKind(t, f.records.Tenants().Create(ctx, store.Tenant{ID: store.Deployment, State: store.TenantActive}), store.ErrConflict)
	err = f.records.Update(ctx, f.id, func(tx store.Tx) error { return tx.SetTenantState(ctx, store.TenantActive) })
	isKind(t, err, store.ErrNotFound)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Audit().Append(ctx, store.AuditEvent{At: day, Deed: "operator.open", Outcome: store.Allowed}))
	})
	f.hasEvents("operator.open")
}

func tenantContracts(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	f.update(func(ctx context.Context, tx store.Tx) { must(t, tx.SetTenantContract(ctx, "2026-04-01", "2027-03-31")) })
	got, err := f.records.Tenants().Get(t.Context(), f.id)
	must(t, err)
	if got.ContractFrom != "2026-04-01" || got.ContractUntil != "2027-03-31" || got.State != store.TenantActive {
		t.Errorf("it is %+v", got)
	}
}

func recordsOperators(t *testing.T, open OpenRecords) {
	f := theDeployment(t, open)
	one, two := newOperator("one", "佐藤"), newOperator("two", "a")
	f.update(func(ctx context.Context, tx store.Tx) {
		o := tx.Operators()
		must(t, o.Create(ctx, one))
		must(t, o.Create(ctx, two))
		isKind(t, o.Create(ctx, newOperator("one", "b")), store.ErrConflict)
		isKind(t, o.Create(ctx, newOperator("three", "佐藤")), store.ErrConflict)
		isKind(t, o.Update(ctx, newOperator("none", "c")), store.ErrNotFound)
	})
	bare := store.Operator{ID: "two", Name: "a", CreatedAt: day}
	f.update(func(ctx context.Context, tx store.Tx) {
		o := tx.Operators()
		for _, get := range []func() (store.Operator, error){
			func() (store.Operator, error) { return o.Get(ctx, "one") },
			func() (store.Operator, error) { return o.Named(ctx, "佐藤") },
			func() (store.Operator, error) { return o.Linked(ctx, one.Link) },
		} {
			got, err := get()
			must(t, err)
			same(t, "the operator", got, one)
		}
		must(t, o.Update(ctx, bare))
		_, err := o.Linked(ctx, two.Link)
		isKind(t, err, store.ErrNotFound)
		_, err = o.Linked(ctx, store.Hash{})
		isKind(t, err, store.ErrNotFound)
		_, err = o.Named(ctx, "A")
		isKind(t, err, store.ErrNotFound)
		_, err = o.Get(ctx, "none")
		isKind(t, err, store.ErrNotFound)
		all, err := o.All(ctx)
		must(t, err)
		same(t, "all", all, []store.Operator{bare, one})
	})
	other := addFirm(t, f.records, "firm")
	other.update(func(ctx context.Context, tx store.Tx) {
		o := tx.Operators()
		all, err := o.All(ctx)
		must(t, err)
		same(t, "a firm's operators", len(all), 0)
		_, err = o.Get(ctx, "one")
		isKind(t, err, store.ErrNotFound)
		_, err = o.Linked(ctx, one.Link)
		isKind(t, err, store.ErrNotFound)
		isKind(t, o.Update(ctx, one), store.ErrNotFound)
		isKind(t, o.Begin(ctx, store.OperatorSession{ID: "s", OperatorID: "one"}), store.ErrNotFound)
	})
}

func operatorSessions(t *testing.T, open OpenRecords) {
	f := theDeployment(t, open)
	session := func(id, operator store.ID, began time.Time) store.OperatorSession {
		return store.OperatorSession{Key: store.KeyOf(string(id)), ID: id, OperatorID: operator, Began: began, Seen: began, Ends: began.Add(time.Hour), Address: "192.0.2.1", Device: "Firefox"}
	}
	a, b, c := session("a", "one", day), session("b", "one", day.Add(time.Minute)), session("c", "two", day)
	f.update(func(ctx context.Context, tx store.Tx) {
		o := tx.Operators()
		must(t, o.Create(ctx, newOperator("one", "1")))
		must(t, o.Create(ctx, newOperator("two", "2")))
		for _, s := range []store.OperatorSession{a, b, c} {
			must(t, o.Begin(ctx, s))
		}
		a.Proved, a.Seen, a.Ends = true, day.Add(time.Minute), day.Add(2*time.Hour)
		must(t, o.Touch(ctx, a))
		isKind(t, o.Touch(ctx, session("d", "one", day)), store.ErrNotFound)
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		o := tx.Operators()
		got, err := o.Session(ctx, a.Key)
		must(t, err)
		same(t, "a session", got, a)
		all, err := o.Sessions(ctx, "one")
		must(t, err)
		same(t, "the sessions", all, []store.OperatorSession{b, a})
		isKind(t, o.End(ctx, "one", "c"), store.ErrNotFound)
		must(t, o.End(ctx, "one", "b"))
		_, err = o.Session(ctx, b.Key)
		isKind(t, err, store.ErrNotFound)
		n, err := o.EndAll(ctx, "one")
		must(t, err)
		same(t, "those ended of one", n, 1)
		n, err = o.EndAll(ctx, "")
		must(t, err)
		same(t, "those ended of all", n, 1)
	})
}

func operatorTries(t *testing.T, open OpenRecords) {
	f := theDeployment(t, open)
	f.update(func(ctx context.Context, tx store.Tx) {
		o := tx.Operators()
		check := func(key string, want store.Tries) {
			t.Helper()
			got, err := o.Tries(ctx, key)
			must(t, err)
			same(t, "the tries of "+key, got, want)
		}
		check("a", store.Tries{Key: "a"})
		must(t, o.SaveTries(ctx, store.Tries{Key: "a", Count: 3, Last: day}, day.Add(-time.Hour)))
		must(t, o.SaveTries(ctx, store.Tries{Key: "a", Count: 4, Last: day.Add(time.Second)}, day))
		must(t, o.SaveTries(ctx, store.Tries{Key: "b", Count: 1, Last: day.Add(time.Hour)}, day))
		check("a", store.Tries{Key: "a", Count: 4, Last: day.Add(time.Second)})
		must(t, o.SaveTries(ctx, store.Tries{Key: "b", Count: 2, Last: day.Add(time.Hour)}, day.Add(time.Minute)))
		check("a", store.Tries{Key: "a"})
		check("b", store.Tries{Key: "b", Count: 2, Last: day.Add(time.Hour)})
	})
}

func operatorWindow(t *testing.T, open OpenRecords) {
	f := theDeployment(t, open)
	f.update(func(ctx context.Context, tx store.Tx) {
		o := tx.Operators()
		w, err := o.Window(ctx)
		must(t, err)
		same(t, "no window", w, store.Window{})
		for _, want := range []store.Window{
			{Until: day.Add(time.Hour), Ranges: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}, By: "root@host", OpenedAt: day},
			{Until: day, By: "root@host", OpenedAt: day, Closed: true},
		} {
			must(t, o.SaveWindow(ctx, want))
			w, err := o.Window(ctx)
			must(t, err)
			if w.Until != want.Until || len(w.Ranges) != len(want.Ranges) || w.By != want.By || w.Closed != want.Closed || w.OpenedAt != want.OpenedAt {
				t.Errorf("the window is %+v, want %+v", w, want)
			}
			for i := range want.Ranges {
				if w.Ranges[i] != want.Ranges[i] {
					t.Errorf("range %d is %s", i, w.Ranges[i])
				}
			}
		}
	})
}
