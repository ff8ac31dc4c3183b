// Package sqltest gives tests a SQLite database whose schema is there already.
//
// # Why
//
// Migrating takes longer than most tests do. Each test process migrates once, and every test gets a copy of that file.
package sqltest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"cloudpocket/store/sqlstore"
)

// migrated returns the bytes of an empty database with the newest schema.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "migrated")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	c := sqlstore.Config{URL: filepath.Join(dir, "records.db")}
	if err := sqlstore.Migrate(context.Background(), c); err != nil {
		return nil, err
	}
	return os.ReadFile(c.URL)
})

// New puts a migrated database at path, and returns path.
func New(t testing.TB, path string) string {
	t.Helper()
	b, err := migrated()
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal("make a migrated database:", err)
	}
	return path
}
