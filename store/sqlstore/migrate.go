package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite "github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"cloudpocket/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaVersion is the newest of the migrations: the files', or that of the program's own.
const schemaVersion = 14

// Migrate brings the database that c names to the schema that this program knows, creating it if it is new. Instances
// that do so at once wait for each other. A database that is newer than the program is an error of kind Unavailable and
// is left alone.
func Migrate(ctx context.Context, c Config) error {
	back, err := openBackend(ctx, c)
	if err != nil {
		return fault("open the records", err)
	}
	defer back.close()
	version, err := versionOf(ctx, back.direct())
	switch {
	case err != nil:
		return err
	case version == schemaVersion:
		return nil
	case version > schemaVersion:
		return wrongVersion(version)
	}
	switch back := back.(type) {
	case *lite:
		err = migrateSQLite(ctx, c, back)
	case *postgres:
		err = migratePostgres(ctx, back)
	}
	return fault("migrate the records", err)
}

// migratingWait is how long an instance waits for another that migrates: longer than any other lock is held.
const migratingWait = "PRAGMA busy_timeout = 60000"

// migrateSQLite holds the write lock of a second database beside the first while it works: SQLite's locks end with
// their process, and goose needs the first one's.
func migrateSQLite(ctx context.Context, c Config, l *lite) error {
	guard, err := openSQLite(ctx, c.URL+".migrating", 1, "NORMAL")
	if err != nil {
		return err
	}
	defer guard.close()
	if _, err := guard.writer.conn.ExecContext(ctx, migratingWait); err != nil {
		return err
	}
	return guard.write(ctx, func(*dbtx) error {
		// Whoever had the lock before may have done it, and be writing by now: goose would find that locked.
		if version, err := versionOf(ctx, l.direct()); err != nil || version == schemaVersion {
			return err
		}
		if err := tellStatistics(ctx, l); err != nil { // first, so that no version stands without them
			return err
		}
		return up(ctx, goose.DialectSQLite3, l.writes)
	})
}

func migratePostgres(ctx context.Context, p *postgres) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // asks every second, for five minutes
	if err != nil {
		return err
	}
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := locker.SessionLock(ctx, conn); err != nil {
		return err
	}
	defer locker.SessionUnlock(context.WithoutCancel(ctx), conn)
	// The collation that the migrations name: SQLite has it, and its name is PostgreSQL's to give.
	if _, err := conn.ExecContext(ctx, `CREATE COLLATION IF NOT EXISTS "binary" FROM "C"`); err != nil {
		return err
	}
	return up(ctx, goose.DialectPostgres, p.db)
}

func up(ctx context.Context, dialect goose.Dialect, db *sql.DB) error {
	provider, err := providerOf(dialect, db)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// providerOf returns what applies the migrations, the files and the program's own.
func providerOf(dialect goose.Dialect, db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, db, files, goose.WithDisableGlobalRegistry(true),
		goose.WithGoMigrations(fillCodes(dialect), fillSearch(dialect)))
}

// checkVersion returns an error of kind Unavailable unless the schema is the one that this program knows.
func checkVersion(ctx context.Context, on *dbtx) error {
	version, err := versionOf(ctx, on)
	if err == nil && version != schemaVersion {
		err = wrongVersion(version)
	}
	return err
}

func wrongVersion(version int64) error {
	return store.Fail(store.Unavailable, "error.schema_version", "the records have schema %d, this program knows %d", version, schemaVersion)
}

// versionOf returns the schema's version, 0 for a database without one.
func versionOf(ctx context.Context, on *dbtx) (int64, error) {
	var version sql.NullInt64
	err := on.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version WHERE is_applied").Scan(&version)
	if noTable(err) {
		return 0, nil
	}
	return version.Int64, fault("read the schema's version", err)
}

// noTable reports whether err says that a table is not there. SQLite has no code for that alone: a statement that it
// cannot prepare is SQLITE_ERROR, and the statement above has nothing else that could be wrong.
func noTable(err error) bool {
	var lite sqlite.Error
	var pg *pgconn.PgError
	return errors.As(err, &lite) && lite.Code == sqlite.ErrError || errors.As(err, &pg) && pg.Code == "42P01"
}
