package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// gave are what a firm's audit has of clients that were given something: who, from where and for what, the oldest first.
func (w *world) gave(tenant store.ID) (all []string) {
	w.t.Helper()
	ctx := context.Background()
	noError(w.t, w.records.View(ctx, tenant, func(tx store.Tx) error {
		for e, err := range tx.Audit().All(ctx) {
			noError(w.t, err)
			if e.Deed == store.DeedToken && e.Outcome == store.Allowed && e.Record == "client:"+string(e.AccountID) && e.RequestID == "r1" {
				all = append(all, fmt.Sprint(e.AccountID, " ", e.Name, " ", e.Address, " ", e.Detail["scopes"]))
			}
		}
		return nil
	}))
	return all
}

// TestTokensAreAudited has a client come from here and there, hour by hour.
func TestTokensAreAudited(t *testing.T) {
	w := fileWorld(t)
	var want []string
	for _, row := range []struct {
		passed        time.Duration
		from, audited string // empty: it is not
	}{
		{0, "192.0.2.1", "192.0.2.1"}, {time.Minute, "192.0.2.1", ""},
		{time.Minute, "198.51.100.7", "198.51.100.7"}, {time.Minute, "192.0.2.1", ""}, {time.Minute, "198.51.100.7", ""},
		{time.Minute, "2001:db8::1", "2001:db8::1"}, {time.Minute, "2001:db8::2", ""}, // one network
		{54 * time.Minute, "198.51.100.7", "198.51.100.7"}, {time.Minute, "192.0.2.1", "192.0.2.1"}, {time.Minute, "192.0.2.1", ""},
	} {
		w.pass(row.passed)
		if rec := w.askFrom(row.from, asking(w.assertion(nil), "scope", "documents")); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		if row.audited != "" {
			want = append(want, "hr HR "+row.audited+" documents")
		}
		if got := w.gave("firm"); !slices.Equal(got, want) {
			t.Errorf("at %s from %s the audit has %q, not %q", w.at, row.from, got, want)
		}
	}
	if got := w.gave("other"); len(got) != 0 {
		t.Errorf("another firm's has %q", got)
	}
}

// TestNobodyFillsTheAudit comes from ever other networks: past some the log has them alone, until the next hour.
func TestNobodyFillsTheAudit(t *testing.T) {
	w := fileWorld(t)
	for i := range 130 {
		w.pass(2 * time.Second)
		if rec := w.askFrom(fmt.Sprintf("2001:db8:0:%x::1", i), asking(w.assertion(nil))); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	}
	if n := len(w.gave("firm")); n < 101 || n > 106 || !strings.Contains(w.log.String(), "another network not audited") {
		t.Errorf("the audit has %d", n)
	}
	w.pass(time.Hour)
	w.given(asking(w.assertion(nil)))
	if got := w.gave("firm"); !strings.Contains(got[len(got)-1], " 192.0.2.1 ") {
		t.Errorf("the next hour begins with %q", got[len(got)-1])
	}
}

// unwritten are records to whose audit nothing can be added.
type unwritten struct{ store.Records }

func (u unwritten) Update(ctx context.Context, tenant store.ID, fn func(store.Tx) error) error {
	return u.Records.Update(ctx, tenant, func(tx store.Tx) error { return fn(unwrittenTx{tx}) })
}

type unwrittenTx struct{ store.Tx }

func (tx unwrittenTx) Audit() store.AuditLog { return unwrittenAudit{tx.Tx.Audit()} }

type unwrittenAudit struct{ store.AuditLog }

func (unwrittenAudit) Append(context.Context, store.AuditEvent) error {
	return errors.New("nothing can be added")
}

// TestNoTokenWithoutAudit demands that nobody is given what the audit cannot be told of, and that it is told the next time.
func TestNoTokenWithoutAudit(t *testing.T) {
	w := fileWorld(t)
	whole := w.serves
	w.serves = unwritten{whole}
	w.start(outbound.Config{})
	if rec := w.ask(asking(w.assertion(nil))); rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "cpa_") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if c, err := w.records.APIClient(t.Context(), "hr"); err != nil || !c.Used.IsZero() {
		t.Errorf("used %s, %v", c.Used, err)
	}
	w.serves = whole
	w.start(outbound.Config{})
	w.given(asking(w.assertion(nil)))
	if got := w.gave("firm"); len(got) != 1 {
		t.Errorf("the audit has %q", got)
	}
}
