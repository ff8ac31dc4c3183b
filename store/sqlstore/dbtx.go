package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// runner is what statements run on: *sql.DB, *sql.Conn or *sql.Tx.
type runner interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	PrepareContext(context.Context, string) (*sql.Stmt, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// dbtx stands between the generated queries and a driver.
type dbtx struct {
	runner
	rebind *rebinder   // PostgreSQL: how parameters are written; nil leaves them
	over   atomic.Bool // the transaction has ended
	closed bool        // the records were closed before
	whole  bool        // SQLite: a statement that has begun is not interrupted
}

var errOver = errors.New("the transaction is over")

func (d *dbtx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, query, err := d.ready(ctx, query)
	if err != nil {
		return nil, err
	}
	return d.runner.ExecContext(ctx, query, args...)
}

func (d *dbtx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, query, err := d.ready(ctx, query)
	if err != nil {
		return nil, err
	}
	return d.runner.QueryContext(ctx, query, args...)
}

func (d *dbtx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, query, err := d.ready(ctx, query)
	if err != nil {
		return failedRow(err)
	}
	return d.runner.QueryRowContext(ctx, query, args...)
}

func (d *dbtx) ready(ctx context.Context, query string) (context.Context, string, error) {
	if d.closed {
		return ctx, query, errClosed
	}
	if d.over.Load() {
		return ctx, query, errOver
	}
	if err := ctx.Err(); err != nil {
		return ctx, query, err
	}
	if d.whole {
		ctx = context.WithoutCancel(ctx)
	}
	if d.rebind != nil {
		query = d.rebind.text(query)
	}
	return ctx, query, nil
}

// failedRow returns a row whose Scan fails with err, which only a database can make.
func failedRow(err error) *sql.Row {
	db := sql.OpenDB(away{err})
	defer db.Close()
	return db.QueryRowContext(context.Background(), "")
}

// away is a database that cannot be reached, always for the same reason.
type away struct{ err error }

func (a away) Connect(context.Context) (driver.Conn, error) { return nil, a.err }
func (a away) Driver() driver.Driver                        { return nil }

// rebinder rewrites parameters from SQLite's form to PostgreSQL's and remembers the outcome: there are as many texts as
// queries, and a few lengths for each list in one.
type rebinder struct{ texts sync.Map }

func (r *rebinder) text(query string) string {
	if t, ok := r.texts.Load(query); ok {
		return t.(string)
	}
	t := dollars(query)
	r.texts.Store(query, t)
	return t
}

// dollars writes ?N as $N, and a ? without number as SQLite reads it: one more than the largest so far. Question marks
// within quotes and comments stay.
func dollars(query string) string {
	var b strings.Builder
	largest := 0
	for i := 0; i < len(query); {
		if n := verbatim(query[i:]); n > 0 {
			b.WriteString(query[i : i+n])
			i += n
			continue
		}
		i++
		digits := 0
		for i+digits < len(query) && query[i+digits] >= '0' && query[i+digits] <= '9' {
			digits++
		}
		n, err := strconv.Atoi(query[i : i+digits])
		if err != nil {
			n = largest + 1
		}
		largest = max(largest, n)
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		i += digits
	}
	return b.String()
}

// verbatim returns how many bytes at the start of s are copied as they are: a quoted text, a comment, or all up to the
// next of those or a question mark.
func verbatim(s string) int {
	for open, end := range map[string]string{"'": "'", `"`: `"`, "--": "\n", "/*": "*/"} {
		if rest, ok := strings.CutPrefix(s, open); ok {
			if i := strings.Index(rest, end); i >= 0 {
				return len(open) + i + len(end)
			}
			return len(s)
		}
	}
	i := strings.IndexAny(s, `?'"-/`)
	switch {
	case i < 0:
		return len(s)
	case i > 0:
		return i
	case s[0] == '?':
		return 0
	}
	return 1 // a lone - or /
}
