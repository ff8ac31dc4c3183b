package sqlstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"cloudpocket/store"
)

// Instances that start at once on an empty database migrate it once, whoever is first.
func TestMigrateAtOnce(t *testing.T) {
	for name, c := range map[string]Config{"SQLite": sqliteConfig(t), "PostgreSQL": postgresConfig(t)} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), c)
			if !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: "error.schema_version"}) {
				t.Errorf("opened without a schema: %v", err)
			}
			var wg sync.WaitGroup
			for range 6 {
				wg.Go(func() {
					if err := Migrate(t.Context(), c); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			s := openTest(t, c)
			must(t, s.Ping(t.Context()))
		})
	}
}

func TestNewerSchemaIsLeftAlone(t *testing.T) {
	c := sqliteConfig(t)
	s := openTest(t, c)
	_, err := s.back.(*lite).writes.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
	must(t, err)
	if err := Migrate(t.Context(), c); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Migrate: %v", err)
	}
	if _, err := Open(t.Context(), c); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Open: %v", err)
	}
}

func TestSchemaVersionIsTheNewestMigration(t *testing.T) {
	files, err := migrations.ReadDir("migrations")
	must(t, err)
	if len(files)+2 != schemaVersion { // two are programs: fillCodes and fillSearch
		t.Errorf("there are %d files, the program knows %d migrations", len(files), schemaVersion)
	}
}

// An acknowledged commit survives a power cut: it is synced into the log before it returns.
func TestCommitsAreSynced(t *testing.T) {
	s := openTest(t, sqliteConfig(t))
	ctx := t.Context()
	must(t, s.back.write(ctx, func(on *dbtx) error {
		for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "query_only": "0"} {
			var got string
			must(t, on.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got))
			if got != want {
				t.Errorf("%s is %s, want %s", pragma, got, want)
			}
		}
		return nil
	}))
}

func TestUnavailable(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "text.db"), []byte("this is not a database, but long enough to look at"), 0o600))
	for _, row := range []struct {
		name, url string
		want      *store.Error
	}{
		{"no folder", filepath.Join(dir, "none", "records.db"), store.ErrUnavailable},
		{"not a database", filepath.Join(dir, "text.db"), store.ErrDamaged},
		{"no server", "postgres://nobody@127.0.0.1:1/none", store.ErrUnavailable},
		{"no URL", "postgres://%zz", store.ErrInvalid},
		{"no path", "", store.ErrInvalid},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := Open(t.Context(), Config{URL: row.url}); !errors.Is(err, row.want) {
				t.Errorf("Open: %v", err)
			}
			if err := Migrate(t.Context(), Config{URL: row.url}); !errors.Is(err, row.want) {
				t.Errorf("Migrate: %v", err)
			}
		})
	}
}

func TestClosed(t *testing.T) {
	for name, c := range map[string]Config{"SQLite": sqliteConfig(t), "PostgreSQL": postgresConfig(t)} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, c)
			smallFirm(t, s, 0)
			must(t, s.Close())
			_, stamp := s.TrustStamp(t.Context(), "x")
			never := func(store.Tx) error { t.Error("the function ran"); return nil }
			for what, err := range map[string]error{
				"Update": s.Update(t.Context(), "firm", never), "View": s.View(t.Context(), "firm", never), "Ping": s.Ping(t.Context()),
				"TrustStamp": stamp, "Tenants.Create": s.Tenants().Create(t.Context(), store.Tenant{ID: "late"}),
			} {
				if !errors.Is(err, store.ErrUnavailable) {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

// Nobody but the service's own account reads what it keeps.
func TestFilesArePrivate(t *testing.T) {
	c := Config{URL: filepath.Join(t.TempDir(), "records.db")}
	smallFirm(t, openTest(t, c), 1)
	files, err := os.ReadDir(filepath.Dir(c.URL))
	must(t, err)
	if len(files) < 3 {
		t.Errorf("there are %d files, a log among them", len(files))
	}
	for _, f := range files {
		info, err := f.Info()
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %s", f.Name(), info.Mode())
		}
	}
}

// A full disk undoes the Update that met it, says so, and what was there before goes on.
func TestStorageFull(t *testing.T) {
	s, ctx := openTest(t, sqliteConfig(t)), t.Context()
	smallFirm(t, s, 0)
	must(t, s.back.write(ctx, func(on *dbtx) error {
		var pages int
		return on.QueryRowContext(ctx, "PRAGMA max_page_count = 120").Scan(&pages)
	}))
	large := string(make([]byte, 1<<20))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := s.Update(ctx, "firm", func(tx store.Tx) error {
				return tx.Companies().Create(ctx, store.Company{ID: store.NewID(benchTime), Name: large})
			})
			if !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: keyStorageFull}) {
				t.Errorf("got the error %v", err)
			}
		})
	}
	wg.Wait()
	must(t, s.Update(ctx, "firm", func(tx store.Tx) error { return addCompany(ctx, tx, "small") }))
	must(t, s.View(ctx, "firm", func(tx store.Tx) error { _, err := tx.Offices().Get(ctx, "small"); return err }))
}

// Another process that holds the database's lock for too long makes an Update fail, not hang.
func TestLocked(t *testing.T) {
	s, ctx := openTest(t, sqliteConfig(t)), t.Context()
	smallFirm(t, s, 0)
	must(t, s.writerPragma("PRAGMA busy_timeout = 50"))
	other, err := s.back.(*lite).writes.Conn(ctx)
	must(t, err)
	_, err = other.ExecContext(ctx, "BEGIN IMMEDIATE")
	must(t, err)
	if err := s.Update(ctx, "firm", func(store.Tx) error { return nil }); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("locked: %v", err)
	}
	_, err = other.ExecContext(ctx, "ROLLBACK")
	must(t, err)
	must(t, other.Close())
	must(t, s.Update(ctx, "firm", func(tx store.Tx) error { return addCompany(ctx, tx, "later") }))
}

func (s *Store) writerPragma(statement string) error {
	_, err := s.back.(*lite).writer.conn.ExecContext(context.Background(), statement)
	return err
}
