package trust_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/trust"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

var day = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// opened is the connector of a trust, which it names.
type opened struct {
	sso.Connector
	name string
}

// world is a registry over the firms a and b.
type world struct {
	*trust.Registry
	t       *testing.T
	records *sqlstore.Store
	read    *int // how often a whole trust was read
}

// directory counts what is read of it.
type directory struct {
	*sqlstore.Store
	read *int
}

func (d directory) Trust(ctx context.Context, id store.ID) (store.OwnedTrust, error) {
	*d.read++
	return d.Store.Trust(ctx, id)
}

func (d directory) EnabledTrusts(ctx context.Context) ([]store.OwnedTrust, error) {
	*d.read += 1000
	return d.Store.EnabledTrusts(ctx)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	at := sqlstore.Config{URL: filepath.Join(t.TempDir(), "records.db")}
	must(t, sqlstore.Migrate(t.Context(), at))
	records, err := sqlstore.Open(t.Context(), at)
	must(t, err)
	t.Cleanup(func() { records.Close() })
	for _, id := range []store.ID{"a", "b"} {
		must(t, records.Tenants().Create(t.Context(), store.Tenant{ID: id, Name: "事務所 " + string(id), State: store.TenantActive, CreatedAt: day}))
	}
	open := func(_ context.Context, t store.OwnedTrust) (sso.Connector, error) { return opened{name: t.Name}, nil }
	read := new(int)
	return &world{trust.NewRegistry(directory{records, read}, map[store.Protocol]trust.Opener{store.SAML: open}), t, records, read}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// as does something with the records of a firm.
func (w *world) as(firm store.ID, do func(ctx context.Context, tx store.Tx) error) {
	w.t.Helper()
	must(w.t, w.records.Update(w.t.Context(), firm, func(tx store.Tx) error { return do(w.t.Context(), tx) }))
}

// make has a firm make the trust "x", and change it so often.
func (w *world) make(firm store.ID, name string, at time.Time, changes int) {
	w.t.Helper()
	w.as(firm, func(ctx context.Context, tx store.Tx) error {
		x := store.Trust{ID: "x", Name: name, Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{}, CreatedAt: at, Version: 1}
		err := tx.Trusts().Create(ctx, x)
		for ; err == nil && changes > 0; changes-- {
			err = tx.Trusts().Update(ctx, x)
			x.Version++
		}
		return err
	})
}

// remove has a firm forget the trust "x".
func (w *world) remove(firm store.ID) {
	w.t.Helper()
	w.as(firm, func(ctx context.Context, tx store.Tx) error { return tx.Trusts().Remove(ctx, "x") })
}

// draft saves a draft of firm a's trust in place of that revision, and returns its own.
func (w *world) draft(name string, before int64) (revision int64) {
	w.t.Helper()
	w.as("a", func(ctx context.Context, tx store.Tx) (err error) {
		x, err := tx.Trusts().Get(ctx, "x")
		if err != nil {
			return err
		}
		x.Name = name
		revision, err = tx.TrustDrafts().Save(ctx, store.TrustDraft{Trust: x, Revision: before})
		return err
	})
	return revision
}

// TestRemovedTrustIsForgotten has another firm, or the same one, make a trust of the ID of one that is removed: whatever
// version that had, and whether or not anybody asked for it meanwhile, nothing of it is handed out again.
func TestRemovedTrustIsForgotten(t *testing.T) {
	for name, row := range map[string]struct {
		firm    store.ID
		changes int
		asked   bool
	}{
		"a lower version":                       {"b", 0, false},
		"a lower version, asked for meanwhile":  {"b", 0, true},
		"the same version":                      {"b", 4, false},
		"a lower version of the same firm":      {"a", 0, false},
		"the same version of the same firm":     {"a", 4, false},
		"the same version, asked for meanwhile": {"b", 4, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.make("a", "before", day, 4)
			w.find("a", "before")
			w.remove("a")
			if row.asked {
				if _, _, err := w.Find(t.Context(), "", "x"); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("a removed trust is found: %v", err)
				}
			}
			w.make(row.firm, "after", day.Add(time.Hour), row.changes)
			w.find(row.firm, "after")
		})
	}
}

// find demands which trust and connector are found.
func (w *world) find(owner store.ID, name string) {
	w.t.Helper()
	for range 2 {
		got, c, err := w.Find(w.t.Context(), "", "x")
		if err != nil || got.Owner != owner || got.Name != name || c.(opened).name != name {
			w.t.Errorf("found is %q of %s and the connector of %+v, %v", got.Name, got.Owner, c, err)
		}
	}
}

// TestDraftIsTheOneThatWasSaved demands that what is tested is that draft and none before it, although drafts were dropped
// and the trust was removed and made anew.
func TestDraftIsTheOneThatWasSaved(t *testing.T) {
	w := newWorld(t)
	w.make("a", "live", day, 0)
	first := w.draft("first", 0)
	w.tested("first", first)
	w.as("a", func(ctx context.Context, tx store.Tx) error { return tx.TrustDrafts().Drop(ctx, "x") })
	second := w.draft("second", 0)
	if _, _, err := w.Draft(t.Context(), "", "x", first); sso.ReasonOf(err) != "login.draft_changed" {
		t.Errorf("a draft that was dropped can be tested: %v", err)
	}
	w.tested("second", second)
	third := w.draft("third", second)
	w.tested("third", third)
	w.remove("a")
	w.make("a", "live again", day.Add(time.Hour), 0)
	fresh := int64(0)
	for fresh < third {
		fresh = w.draft("fresh", fresh)
	}
	w.tested("fresh", fresh)
}

// tested demands which draft is handed out for a test of that revision.
func (w *world) tested(name string, revision int64) {
	w.t.Helper()
	got, c, err := w.Draft(w.t.Context(), "", "x", revision)
	if err != nil || got.Name != name || c.(opened).name != name {
		w.t.Errorf("tested is %q with the connector of %+v, %v, not %q", got.Name, c, err, name)
	}
}

// TestWaysReadATrustOnce asks for the ways in on and on, as anybody may: a trust is read again when it has changed, and at no
// other time. Each has the name of its firm, and a firm that is suspended has none.
func TestWaysReadATrustOnce(t *testing.T) {
	w := newWorld(t)
	for _, id := range []store.ID{"x", "y"} {
		w.as("a", func(ctx context.Context, tx store.Tx) error {
			return tx.Trusts().Create(ctx, store.Trust{ID: id, Label: "入口", Protocol: store.SAML, State: store.TrustEnabled, Domains: []string{string(id) + ".example"}, CreatedAt: day, Version: 1})
		})
	}
	w.ways(2, sso.Choice{TrustID: "x", Label: "入口", Firm: "事務所 a"}, sso.Choice{TrustID: "y", Label: "入口", Firm: "事務所 a"})
	w.as("a", func(ctx context.Context, tx store.Tx) error {
		return tx.Trusts().Update(ctx, store.Trust{ID: "x", Label: "別の入口", State: store.TrustEnabled, Domains: []string{"x.example"}, Version: 1})
	})
	w.ways(1, sso.Choice{TrustID: "x", Label: "別の入口", Firm: "事務所 a"}, sso.Choice{TrustID: "y", Label: "入口", Firm: "事務所 a"})
	w.as("a", func(ctx context.Context, tx store.Tx) error { return tx.Trusts().Remove(ctx, "y") })
	w.ways(0, sso.Choice{TrustID: "x", Label: "別の入口", Firm: "事務所 a"})
	w.as("a", func(ctx context.Context, tx store.Tx) error { return tx.SetTenantState(ctx, store.TenantSuspended) })
	w.ways(0)
}

// ways demands the ways in, each of which a mail address leads to, and how many trusts are read for them.
func (w *world) ways(read int, want ...sso.Choice) {
	w.t.Helper()
	*w.read = 0
	for range 5 {
		got, err := w.Ways(w.t.Context())
		if err != nil || !slices.Equal(got.Choices, want) {
			w.t.Errorf("the ways are %+v, %v", got.Choices, err)
		}
		for _, one := range want {
			if found, ok := got.Of("a@" + string(one.TrustID) + ".example"); !ok || found != one {
				w.t.Errorf("an address leads to %+v", found)
			}
		}
	}
	if *w.read != read {
		w.t.Errorf("%d trusts were read", *w.read)
	}
}
