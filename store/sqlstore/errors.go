package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite "github.com/mattn/go-sqlite3"

	"cloudpocket/store"
)

// keyStorageFull is the message for a disk without room.
const keyStorageFull = "error.storage_full"

// fault says what a driver's error means and what was being done. Its text stays in the cause, for the log. A context's
// error stays what it is, and so does one that already has a kind.
func fault(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, meaning(err))
}

func meaning(err error) error {
	var known *store.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return &store.Error{Kind: store.NotFound, Err: err}
	}
	kind, key := classify(err)
	return &store.Error{Kind: kind, Key: key, Err: err}
}

func classify(err error) (store.Kind, string) {
	var lite sqlite.Error
	if errors.As(err, &lite) {
		return sqliteKind(lite)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return postgresKind(pg.Code)
	}
	if lost(err) {
		return store.Unavailable, ""
	}
	return store.Internal, ""
}

// sqliteKind goes by result codes (sqlite.org/rescode.html).
func sqliteKind(err sqlite.Error) (store.Kind, string) {
	switch err.ExtendedCode {
	case sqlite.ErrConstraintUnique, sqlite.ErrConstraintPrimaryKey:
		return store.Conflict, ""
	case sqlite.ErrConstraintForeignKey:
		return store.NotFound, ""
	}
	switch err.Code {
	case sqlite.ErrFull:
		return store.Unavailable, keyStorageFull
	case sqlite.ErrBusy, sqlite.ErrLocked, sqlite.ErrIoErr, sqlite.ErrCantOpen, sqlite.ErrNomem:
		return store.Unavailable, ""
	case sqlite.ErrCorrupt, sqlite.ErrNotADB:
		return store.Damaged, ""
	}
	return store.Internal, ""
}

// postgresKind goes by SQLSTATE (PostgreSQL manual, appendix A).
func postgresKind(code string) (store.Kind, string) {
	switch code {
	case "23505": // unique_violation
		return store.Conflict, ""
	case "23503": // foreign_key_violation
		return store.NotFound, ""
	case "53100": // disk_full
		return store.Unavailable, keyStorageFull
	case "40001", "40P01", "55P03", "25006": // serialization, deadlock, lock not available, read-only server
		return store.Unavailable, ""
	case "22021", "22P05": // a character that the database cannot hold
		return store.Invalid, ""
	case "XX001", "XX002": // data_corrupted, index_corrupted
		return store.Damaged, ""
	}
	switch code[:min(2, len(code))] {
	case "08", "53", "57", "58", "28", "3D": // connection, resources, shutdown, I/O, credentials, no such database
		return store.Unavailable, ""
	}
	return store.Internal, ""
}

// lost reports whether err says that the database cannot be reached.
func lost(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, errClosed) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// again reports whether PostgreSQL asks for the transaction to be run again.
func again(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
