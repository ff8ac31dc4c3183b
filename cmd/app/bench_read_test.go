package app_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the bare side's

	"cloudpocket/portal"
	"cloudpocket/store"
)

// BenchmarkSession asks whether one is signed in, over 16 connections.
func BenchmarkSession(b *testing.B) {
	s := newLoaded(b)
	ask := asking{16, "204", same(get("/me/session", s.cookie["suzuki"]))}
	bare := s.bare(b, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	compare(b, func(b *testing.B) { ask.of(b, s.addr) }, func(b *testing.B) { ask.of(b, bare) })
}

// BenchmarkInbox lists 50 of one account's documents out of few and many: the deed alone, and the page over 16
// connections. The bare sides are the one query that finds the rows, and its rows as JSON behind a session.
func BenchmarkInbox(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newLoaded(b)
			db := s.fill(b, n)
			b.Run("deed", func(b *testing.B) {
				compare(b, func(b *testing.B) { readInbox(b, s) }, func(b *testing.B) { readBare(b, db) })
			})
			b.Run("page", func(b *testing.B) {
				ask := asking{16, "200", same(get("/deliveries", s.cookie["suzuki"]))}
				bare := s.bare(b, func(w http.ResponseWriter, r *http.Request) { answerBare(b, w, r, db) })
				compare(b, func(b *testing.B) { ask.of(b, s.addr) }, func(b *testing.B) { ask.of(b, bare) })
			})
		})
	}
}

func readInbox(b *testing.B, s *loaded) {
	b.ReportAllocs()
	for b.Loop() {
		in, err := s.Portal.Inbox(b.Context(), s.actor("suzuki"), store.InboxFilter{}, store.Page{})
		if err != nil || len(in.Items.Items) != 50 {
			b.Fatal(len(in.Items.Items), err)
		}
	}
}

func readBare(b *testing.B, db *sql.Stmt) {
	b.ReportAllocs()
	for b.Loop() {
		if rows, err := listBare(b, db); err != nil || len(rows) != 50 {
			b.Fatal(len(rows), err)
		}
	}
}

type bareRow struct {
	Delivery, Office, Document, Kind, Title                         string
	Acknowledge, Delivered, Viewed, Downloaded, Acknowledged, Files int64
}

func listBare(b *testing.B, query *sql.Stmt) ([]bareRow, error) {
	rows, err := query.QueryContext(b.Context(), "aoba", "suzuki")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []bareRow
	for rows.Next() {
		var r bareRow
		if err := rows.Scan(&r.Delivery, &r.Office, &r.Document, &r.Kind, &r.Acknowledge, &r.Delivered, &r.Viewed, &r.Downloaded, &r.Acknowledged, &r.Title, &r.Files); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

func answerBare(b *testing.B, w http.ResponseWriter, _ *http.Request, db *sql.Stmt) {
	rows, err := listBare(b, db)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(rows); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(text.Len()))
	text.WriteTo(w)
}

// fill gives suzuki n receipts, one in a hundred unread, and returns the bare query, in the form that SQLite plans once
// and not at every execution. It writes to the database beside the service, which would take minutes to publish as many.
func (s *loaded) fill(b *testing.B, n int) *sql.Stmt {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.data, "records.db")+"?_journal_mode=WAL&_synchronous=NORMAL&_busy_timeout=60000")
	must(b, err)
	b.Cleanup(func() { db.Close() })
	const id, title = `'01k' || printf('%023d', n)`, `'健康保険・厚生年金保険被保険者標準報酬決定通知書'`
	for _, statement := range []string{
		`INSERT INTO documents (tenant_id, id, title, kind, note, acknowledge, created_by, created_at, file_count) SELECT 'aoba', ` + id + `, ` + title + `, 'social-insurance', '', 1, 'sato', n, 2 FROM numbers`,
		`INSERT INTO deliveries (tenant_id, id, document_id, office_id, kind, document_at, title, file_count, state, created_at, delivered_by, delivered_at, withdrawn_by, withdrawn_at, reason) SELECT 'aoba', ` + id + `, ` + id + `, 'honsha', 'social-insurance', n, ` + title + `, 2, 'delivered', n, 'sato', n, '', 0, '' FROM numbers`,
		`INSERT INTO receipts SELECT 'aoba', ` + id + `, 'suzuki', 'honsha', ` + id + `, 'social-insurance', 1, n, CASE WHEN n % 100 THEN n ELSE 0 END, 0, 0, n % 100 = 0, 1 FROM numbers`,
	} {
		_, err := db.Exec(fmt.Sprintf("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d) ", n) + statement)
		must(b, err)
	}
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	must(b, err)
	query, err := db.Prepare(`SELECT r.delivery_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at, r.viewed_at, r.downloaded_at, r.acknowledged_at, v.title, v.file_count
		FROM receipts r JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id WHERE r.tenant_id = CAST(? AS TEXT) AND r.account_id = CAST(? AS TEXT) AND r.visible = 1
		ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT 50`)
	must(b, err)
	return query
}

// BenchmarkDownload fetches one file over 16 connections, with its receipt and audit event.
func BenchmarkDownload(b *testing.B) {
	for _, size := range []int{1 << 20, 10 << 20} {
		b.Run(fmt.Sprintf("%dMB", size>>20), func(b *testing.B) {
			s := newLoaded(b)
			content := paperOf(size)
			service := asking{16, "200", same(get(s.handOut(b, content), s.cookie["suzuki"]))}
			plain := asking{16, "200", same(get("/", s.cookie["suzuki"]))}
			file := filepath.Join(s.data, "bare.pdf")
			must(b, os.WriteFile(file, content, 0o600))
			time.Sleep(settled)
			bare := s.bare(b, func(w http.ResponseWriter, r *http.Request) { serveBare(w, r, file) })
			compare(b, func(b *testing.B) { b.SetBytes(int64(size)); service.of(b, s.addr) }, func(b *testing.B) { b.SetBytes(int64(size)); plain.of(b, bare) })
		})
	}
}

// settled is how long a file must lie before its digest is taken as known; younger ones are read whole each time.
const settled = 3 * time.Second

// paperOf returns what passes for a PDF, other bytes each time.
func paperOf(size int) []byte {
	content := make([]byte, size)
	rand.NewChaCha8(sha256.Sum256([]byte(time.Now().String()))).Read(content)
	copy(content, "%PDF-1.7\n")
	return content
}

// handOut publishes a document of one file for suzuki and returns the file's path.
func (s *loaded) handOut(b *testing.B, content []byte) string {
	b.Helper()
	sato := s.actor("sato")
	f, err := s.Portal.Stage(b.Context(), sato, "通知書.pdf", bytes.NewReader(content))
	must(b, err)
	id, err := s.Portal.Publish(b.Context(), sato, portal.Draft{Title: "通知書", Kind: "other", Files: []portal.StagedFile{f}, Offices: []store.ID{"honsha"}, Deliver: true})
	must(b, err)
	d, err := s.Portal.DeskDocument(b.Context(), sato, id)
	must(b, err)
	return fmt.Sprintf("/deliveries/%s/files/%s", d.Deliveries[0].ID, d.Document.Files[0].ID)
}

func serveBare(w http.ResponseWriter, r *http.Request, file string) {
	f, err := os.Open(file)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", "application/pdf")
	http.ServeContent(w, r, "", time.Time{}, f)
}
