package sqlstore

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloudpocket/store"
	"cloudpocket/store/storetest"
)

func TestRecordsOnSQLite(t *testing.T) {
	storetest.Records(t, func(t *testing.T) store.Records { return openTest(t, sqliteConfig(t)) })
}

func TestRecordsOnPostgreSQL(t *testing.T) {
	storetest.Records(t, func(t *testing.T) store.Records { return openTest(t, postgresConfig(t)) })
}

func sqliteConfig(t *testing.T) Config {
	t.Helper()
	return Config{URL: filepath.Join(storetest.Place(t), "records ?#%20.db")}
}

// postgresConfig names a schema of t's own, made the first time: a database for each would copy a template each time.
func postgresConfig(t *testing.T) Config {
	t.Helper()
	server := os.Getenv("CLOUDPOCKET_TEST_POSTGRES")
	if server == "" {
		t.Fatal("CLOUDPOCKET_TEST_POSTGRES is not set: run the tests by .ci/test, which starts a PostgreSQL for them")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	schema := strings.ReplaceAll(filepath.Base(storetest.Place(t)), "-", "_")
	execOn(t, server, "CREATE SCHEMA IF NOT EXISTS "+schema)
	t.Cleanup(func() { execOn(t, server, "DROP SCHEMA IF EXISTS "+schema+" CASCADE") })
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return Config{URL: u.String(), Readers: 8}
}

// execOn runs a statement on a connection of its own.
func execOn(t *testing.T, server, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func openTest(t testing.TB, c Config) *Store {
	t.Helper()
	if err := Migrate(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	s, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
