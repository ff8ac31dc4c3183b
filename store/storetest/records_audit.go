package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
)

// verify walks the chain and returns how many events it has.
func (f firm) verify() int64 {
	f.t.Helper()
	var head store.AuditHead
	f.view(func(ctx context.Context, tx store.Tx) {
		want, err := tx.Audit().Head(ctx)
		must(f.t, err)
		head, err = store.VerifyAudit(f.id, tx.Audit().All(ctx), want)
		must(f.t, err)
	})
	return head.Seq
}

func auditChain(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	same(t, "events of a new tenant", f.verify(), 0)
	events := 1203
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := range events {
			must(t, tx.Audit().Append(ctx, store.AuditEvent{
				Seq: 99, At: day.Add(time.Duration(i) * 1001), Deed: store.DeedView, Outcome: store.Refused, AccountID: "one", Name: "田中",
				TrustID: "parent", Record: fmt.Sprint("delivery:", i), Address: "192.0.2.1", RequestID: "r", Detail: map[string]string{"理由": "<期限切れ>\u2028"},
			}))
		}
	})
	same(t, "events", f.verify(), int64(events))
	f.view(func(ctx context.Context, tx store.Tx) {
		n := 0
		for e, err := range tx.Audit().All(ctx) {
			must(t, err)
			if n++; e.Seq == 7 {
				break
			}
		}
		same(t, "events until one stops", n, 7)
		var after []int64
		for e, err := range tx.Audit().After(ctx, int64(events)-2) {
			must(t, err)
			after = append(after, e.Seq)
		}
		same(t, "the events after one", after, []int64{int64(events) - 1, int64(events)})
		one, err := tx.Audit().Get(ctx, 7)
		must(t, err)
		same(t, "the event", one.Record, "delivery:6")
		for _, none := range []int64{0, -1, int64(events) + 1} {
			_, err := tx.Audit().Get(ctx, none)
			isKind(t, err, store.ErrNotFound)
		}
		all := walk(t, 200, func(p store.Page) (store.List[store.AuditEvent], error) {
			return tx.Audit().List(ctx, store.AuditFilter{}, p)
		})
		same(t, "listed", len(all), events)
		for i, e := range all {
			if e.Seq != int64(events-i) {
				t.Fatalf("event %d is at place %d", e.Seq, i)
			}
		}
		same(t, "the last one", fmt.Sprint(all[0].Name, all[0].Outcome, all[0].Detail), fmt.Sprint("田中", store.Refused, map[string]string{"理由": "<期限切れ>\u2028"}))
	})
}

func auditFilters(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := range 24 {
			must(t, tx.Audit().Append(ctx, store.AuditEvent{
				At: day.Add(time.Duration(i/2) * time.Second), Deed: []store.Deed{store.DeedView, store.DeedDownload}[i%2],
				AccountID: store.ID(fmt.Sprint("a", i%3)), Record: fmt.Sprint("r", i%4),
				Outcome: []store.Outcome{store.Allowed, store.Refused}[i/8%2], Address: fmt.Sprint("192.0.2.", i%5),
			}))
		}
	})
	from, to := day.Add(2*time.Second), day.Add(10*time.Second)
	for _, row := range []struct {
		name   string
		filter store.AuditFilter
		want   func(i int) bool
	}{
		{"all", store.AuditFilter{}, func(int) bool { return true }},
		{"deed", store.AuditFilter{Deed: store.DeedDownload}, func(i int) bool { return i%2 == 1 }},
		{"account", store.AuditFilter{AccountID: "a1"}, func(i int) bool { return i%3 == 1 }},
		{"record", store.AuditFilter{Record: "r2"}, func(i int) bool { return i%4 == 2 }},
		{"account and deed", store.AuditFilter{AccountID: "a2", Deed: store.DeedView}, func(i int) bool { return i%6 == 2 }},
		{"record, account and deed", store.AuditFilter{Record: "r1", AccountID: "a0", Deed: store.DeedDownload}, func(i int) bool { return i%12 == 9 }},
		{"from", store.AuditFilter{From: from}, func(i int) bool { return i >= 4 }},
		{"to", store.AuditFilter{To: to}, func(i int) bool { return i < 20 }},
		{"from, to and deed", store.AuditFilter{From: from, To: to, Deed: store.DeedView}, func(i int) bool { return i >= 4 && i < 20 && i%2 == 0 }},
		{"refused", store.AuditFilter{Outcome: store.Refused}, func(i int) bool { return i/8%2 == 1 }},
		{"allowed", store.AuditFilter{Outcome: store.Allowed}, func(i int) bool { return i/8%2 == 0 }},
		{"refused, deed and from", store.AuditFilter{Outcome: store.Refused, Deed: store.DeedView, From: day.Add(6 * time.Second)}, func(i int) bool { return i/8%2 == 1 && i%2 == 0 && i >= 12 }},
		{"allowed and deed", store.AuditFilter{Outcome: store.Allowed, Deed: store.DeedView}, func(i int) bool { return i/8%2 == 0 && i%2 == 0 }},
		{"address", store.AuditFilter{Address: "192.0.2.3"}, func(i int) bool { return i%5 == 3 }},
		{"address, refused", store.AuditFilter{Address: "192.0.2.3", Outcome: store.Refused}, func(i int) bool { return i%5 == 3 && i/8%2 == 1 }},
		{"address and deed", store.AuditFilter{Address: "192.0.2.3", Deed: store.DeedView}, func(i int) bool { return i%10 == 8 }},
		{"address and account", store.AuditFilter{Address: "192.0.2.3", AccountID: "a0"}, func(i int) bool { return i%15 == 3 }},
		{"address, record and account, refused", store.AuditFilter{Address: "192.0.2.3", AccountID: "a1", Record: "r1", Outcome: store.Refused}, func(i int) bool { return i == 13 }},
		{"a part of an address", store.AuditFilter{Address: "192.0.2"}, func(int) bool { return false }},
		{"nobody", store.AuditFilter{AccountID: "none"}, func(int) bool { return false }},
		{"a strange account", store.AuditFilter{AccountID: "a\x001"}, func(int) bool { return false }},
		{"a strange deed", store.AuditFilter{Deed: "\xff"}, func(int) bool { return false }},
		{"a strange record", store.AuditFilter{Record: "r1\x00"}, func(int) bool { return false }},
		{"a strange address", store.AuditFilter{Address: "\xff\x00", Deed: "\x00"}, func(int) bool { return false }},
		{"a strange outcome", store.AuditFilter{Outcome: "\xff\x00"}, func(int) bool { return false }},
	} {
		var want, got []int64
		for i := 23; i >= 0; i-- {
			if row.want(i) {
				want = append(want, int64(i+1))
			}
		}
		f.view(func(ctx context.Context, tx store.Tx) {
			for _, e := range walk(t, 3, func(p store.Page) (store.List[store.AuditEvent], error) { return tx.Audit().List(ctx, row.filter, p) }) {
				got = append(got, e.Seq)
			}
		})
		same(t, row.name, got, want)
	}
}

func auditTwoHandles(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	handles := []store.Records{f.records, open(t)}
	const writers, each = 8, 20
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for n := range each {
				err := handles[i%2].Update(t.Context(), f.id, func(tx store.Tx) error {
					return tx.Audit().Append(t.Context(), store.AuditEvent{At: day, Record: fmt.Sprint(i, "-", n)})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	same(t, "events", f.verify(), writers*each)
}

// auditStrangeTexts appends what a stranger can send: the chain must not look altered by it.
func auditStrangeTexts(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	f.update(func(ctx context.Context, tx store.Tx) {
		for _, s := range []string{"", "\x00", "\xff\xfe", "a\u0000b", "'; DROP TABLE audit_events; --", "\u202e", "𠮷", "\x1b[2J"} {
			must(t, tx.Audit().Append(ctx, store.AuditEvent{
				At: day, Name: s, Record: s, Address: s, RequestID: s, AccountID: store.ID(s), TrustID: store.ID(s), Detail: map[string]string{s: s, "k": s},
			}))
		}
		must(t, tx.Audit().Append(ctx, store.AuditEvent{}))
	})
	same(t, "events", f.verify(), 9)
}
