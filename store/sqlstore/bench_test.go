package sqlstore

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cloudpocket/store"
)

// BenchmarkInbox reads a page of 50 of one account's list, from the top and from the middle. Beside each it runs two bare
// queries in turn with it, and reports the median of how much longer than each it takes: one that reads the receipts'
// index range alone, and one that also fetches each row's title, without which there is no list.
func BenchmarkInbox(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		s := openTest(b, Config{URL: filepath.Join(b.TempDir(), "records.db")})
		fillInbox(b, s, n)
		middle := cursorOf(listInbox, int64(0), int64(n/2), "")
		b.Run(fmt.Sprintf("%d/top", n), func(b *testing.B) { beside(b, s, store.Page{}) })
		b.Run(fmt.Sprintf("%d/middle", n), func(b *testing.B) { beside(b, s, store.Page{After: middle}) })
		b.Run(fmt.Sprintf("%d/count", n), func(b *testing.B) {
			for b.Loop() {
				err := s.View(b.Context(), "firm", func(tx store.Tx) error {
					_, err := tx.Receipts().Count(b.Context(), "one", 100)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func beside(b *testing.B, s *Store, p store.Page) {
	var inbox, bare, titled []float64
	for b.Loop() {
		start := time.Now()
		if items := readInbox(b, s, p); items != 50 {
			b.Fatalf("a page of %d", items)
		}
		inbox = append(inbox, time.Since(start).Seconds())
		b.StopTimer()
		start = time.Now()
		readBare(b, s, bareInbox, p)
		bare = append(bare, time.Since(start).Seconds())
		start = time.Now()
		readBare(b, s, titledInbox, p)
		titled = append(titled, time.Since(start).Seconds())
		b.StartTimer()
	}
	b.ReportMetric(median(inbox)*1e6, "µs/inbox")
	b.ReportMetric(median(bare)*1e6, "µs/bare")
	b.ReportMetric(median(inbox)/median(bare), "×bare")
	b.ReportMetric(median(inbox)/median(titled), "×titled")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

func readInbox(b *testing.B, s *Store, p store.Page) (items int) {
	err := s.View(b.Context(), "firm", func(tx store.Tx) error {
		l, err := tx.Receipts().Inbox(b.Context(), "one", store.InboxFilter{}, p)
		items = len(l.Items)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return items
}

const (
	bareInbox = `SELECT r.delivery_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at, r.viewed_at,
		r.downloaded_at, r.acknowledged_at, '' AS title, 0 AS file_count FROM receipts r` + bareWhere
	titledInbox = `SELECT r.delivery_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at, r.viewed_at,
		r.downloaded_at, r.acknowledged_at, v.title, v.file_count FROM receipts r
		JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id` + bareWhere
	bareWhere = ` WHERE r.tenant_id = ?1 AND r.account_id = ?2 AND r.visible = 1
		AND (r.unread, r.delivered_at, r.delivery_id) < (?3, ?4, ?5)
		ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT 51`
)

func readBare(b *testing.B, s *Store, query string, p store.Page) {
	unread, at, id := int64(pastUnread), int64(0), ""
	if err := readCursor(p.After, listInbox, &unread, &at, &id); err != nil {
		b.Fatal(err)
	}
	n := 0
	err := s.back.read(b.Context(), func(on *dbtx) error {
		rows, err := on.QueryContext(b.Context(), query, "firm", "one", unread, at, id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r struct {
				delivery, office, document, kind, title                                 string
				acknowledge, delivered, viewed, downloaded, acknowledged, unread, files int64
			}
			err := rows.Scan(&r.delivery, &r.office, &r.document, &r.kind, &r.acknowledge, &r.delivered, &r.viewed,
				&r.downloaded, &r.acknowledged, &r.title, &r.files)
			if err != nil {
				return err
			}
			n++
		}
		return rows.Err()
	})
	if err != nil || n != 51 {
		b.Fatal(n, err)
	}
}

// fillInbox gives the account "one" n receipts, one in a hundred unread, by SQL: an Update for each would take minutes.
func fillInbox(b *testing.B, s *Store, n int) {
	b.Helper()
	ctx := context.Background()
	if err := s.Tenants().Create(ctx, store.Tenant{ID: "firm", State: store.TenantActive}); err != nil {
		b.Fatal(err)
	}
	err := s.Update(ctx, "firm", func(tx store.Tx) error {
		if err := tx.Companies().Create(ctx, store.Company{ID: "co"}); err != nil {
			return err
		}
		if err := tx.Offices().Create(ctx, store.Office{ID: "of", CompanyID: "co", Name: "本社事業所"}); err != nil {
			return err
		}
		return tx.Accounts().Create(ctx, store.Account{
			ID: "one", CompanyID: "co", State: store.AccountActive, Offices: store.OfficeScope{Offices: []store.ID{"of"}},
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	const id = `'01k' || printf('%023d', n)`
	for _, statement := range []string{
		`INSERT INTO documents (tenant_id, id, title, kind, note, acknowledge, created_by, created_at, file_count) SELECT 'firm', ` + id + `, '健康保険・厚生年金保険被保険者標準報酬決定通知書', 'social-insurance', '', 1, 'staff', n, 2 FROM numbers`,
		`INSERT INTO deliveries (tenant_id, id, document_id, office_id, kind, document_at, title, file_count, state, created_at, delivered_by, delivered_at, withdrawn_by, withdrawn_at, reason) SELECT 'firm', ` + id + `, ` + id + `, 'of', 'social-insurance', n, '健康保険・厚生年金保険被保険者標準報酬決定通知書', 2, 'delivered', n, 'staff', n, '', 0, '' FROM numbers`,
		`INSERT INTO receipts SELECT 'firm', ` + id + `, 'one', 'of', ` + id + `, 'social-insurance', 1, n,
			CASE WHEN n % 100 THEN n ELSE 0 END, 0, 0, n % 100 = 0, 1 FROM numbers`,
	} {
		statement = fmt.Sprintf("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d) ", n) + statement
		if err := s.back.write(ctx, func(on *dbtx) error { _, err := on.ExecContext(ctx, statement); return err }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUpdate records that a document was viewed, with its audit event, by many at once. commits/op says how many
// of them shared one.
func BenchmarkUpdate(b *testing.B) {
	for _, goroutines := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(goroutines), func(b *testing.B) {
			s := openTest(b, Config{URL: filepath.Join(b.TempDir(), "records.db")})
			fillInbox(b, s, 10_000)
			benchmarkUpdate(b, s, goroutines)
		})
	}
}

func benchmarkUpdate(b *testing.B, s *Store, goroutines int) {
	work := make(chan int)
	done := make(chan error, goroutines)
	for range goroutines {
		go func() {
			var failed error
			for i := range work {
				if err := viewOne(b.Context(), s, i); err != nil {
					failed = err
				}
			}
			done <- failed
		}()
	}
	b.ResetTimer()
	for i := range b.N {
		work <- i
	}
	close(work)
	for range goroutines {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

var benchTime = time.Date(2026, 11, 22, 0, 30, 0, 0, time.UTC)

func viewOne(ctx context.Context, s *Store, i int) error {
	id := store.ID(fmt.Sprintf("01k%023d", i%10_000+1))
	return s.Update(ctx, "firm", func(tx store.Tx) error {
		if _, err := tx.Receipts().Record(ctx, "one", id, store.Downloaded, benchTime); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, store.AuditEvent{
			At: benchTime, Deed: store.DeedView, Outcome: store.Allowed, AccountID: "one", Name: "田中", Record: "delivery:" + string(id),
			Address: "192.0.2.1", RequestID: "r",
		})
	})
}
