package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"

	_ "github.com/mattn/go-sqlite3" // registers itself as sqlite3

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

const (
	busyMillis     = 5000 // how long a writer waits for another process's commit
	cacheKiB       = 4096 // page cache of one connection
	statementCache = 240  // prepared statements kept by one connection: all there are, and some lengths of lists
	sqliteReaders  = 8
)

// lite is a SQLite database with write-ahead log: one connection writes, the others read beside it.
type lite struct {
	writes  *sql.DB
	reads   *sql.DB
	writer  *writer
	closing sync.Once
	closed  error
}

// openSQLite opens or creates the database at path. synchronous is FULL (a commit is on disk when it returns) or NORMAL
// (a power cut may take the last ones back, and leaves the rest whole).
func openSQLite(ctx context.Context, path string, readers int, synchronous string) (*lite, error) {
	if path == "" {
		return nil, store.Fail(store.Invalid, "", "the database has no path")
	}
	if readers < 1 {
		readers = sqliteReaders
	}
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600); err == nil {
		f.Close() // SQLite would let others read what it makes; why it cannot be made is SQLite's to say
	}
	writes, err := sql.Open("sqlite3", sqliteName(path, synchronous, false))
	if err != nil {
		return nil, err
	}
	conn, err := writes.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, writes.Close())
	}
	reads, err := sql.Open("sqlite3", sqliteName(path, synchronous, true))
	if err != nil {
		return nil, errors.Join(err, conn.Close(), writes.Close())
	}
	reads.SetMaxOpenConns(readers)
	reads.SetMaxIdleConns(readers)
	return &lite{writes: writes, reads: reads, writer: startWriter(conn)}, nil
}

// sqliteName returns the driver's name for the database at path.
func sqliteName(path, synchronous string, readOnly bool) string {
	q := url.Values{
		"_journal_mode":    {"WAL"},
		"_busy_timeout":    {fmt.Sprint(busyMillis)},
		"_foreign_keys":    {"on"},
		"_synchronous":     {synchronous},
		"_txlock":          {"immediate"},
		"_cache_size":      {fmt.Sprint(-cacheKiB)},
		"_stmt_cache_size": {fmt.Sprint(statementCache)},
	}
	if readOnly {
		q.Set("_query_only", "on")
		q.Set("_txlock", "deferred")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (l *lite) read(ctx context.Context, fn func(*dbtx) error) error {
	conn, err := l.reads.Conn(ctx)
	if err != nil {
		return fault("reach a reader", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(context.Background(), "BEGIN"); err != nil {
		return fault("begin to read", err)
	}
	on := &dbtx{runner: conn, whole: true}
	defer func() {
		on.over.Store(true)
		if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			conn.Raw(func(any) error { return driver.ErrBadConn }) // it would hold on to its snapshot
		}
	}()
	if err := fn(on); err != nil {
		return err
	}
	return ctx.Err()
}

func (l *lite) write(ctx context.Context, fn func(*dbtx) error) error {
	if err := l.writer.do(ctx, fn); err != nil {
		if errors.Is(err, errClosed) {
			return fault("write", err)
		}
		return err
	}
	return nil
}

// hold has nothing to hold: there is one writer.
func (l *lite) hold(context.Context, *dbtx, store.ID) error { return nil }

// freeTasks has nobody to keep away: there is one writer, also among processes.
func (l *lite) freeTasks(ctx context.Context, on *dbtx, p records.FindFreeTasksParams) ([]records.Task, error) {
	return records.New(on).FindFreeTasks(ctx, p)
}

func (l *lite) direct() *dbtx { return &dbtx{runner: l.reads, whole: true} }

func (l *lite) spoils() bool { return false }

// ping takes the lock that a commit takes and looks at the file.
func (l *lite) ping(ctx context.Context) error {
	err := l.write(ctx, func(on *dbtx) error {
		var n int64
		return on.QueryRowContext(ctx, "PRAGMA schema_version").Scan(&n)
	})
	if err != nil {
		return err
	}
	return l.reads.PingContext(ctx)
}

func (l *lite) close() error {
	l.closing.Do(func() {
		l.writer.stop()
		l.closed = errors.Join(l.writer.conn.Close(), l.reads.Close(), l.writes.Close())
	})
	return l.closed
}
