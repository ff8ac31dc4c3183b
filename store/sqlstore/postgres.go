package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

const (
	postgresConns = 16
	// maxRuns is how often an Update is run when PostgreSQL asks for it to be run again.
	maxRuns = 8
	// pause is how long an Update waits before its second run at most; before each further one twice as long.
	pause = 4 * time.Millisecond
)

// postgres is a PostgreSQL database.
type postgres struct {
	db     *sql.DB
	rebind *rebinder
}

func openPostgres(c Config) (*postgres, error) {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return nil, store.Fail(store.Invalid, "", "read the database's URL: %w", err)
	}
	conns := c.Readers
	if conns < 1 {
		conns = postgresConns
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return &postgres{db: db, rebind: &rebinder{}}, nil
}

func (p *postgres) read(ctx context.Context, fn func(*dbtx) error) error {
	return p.within(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

// write runs fn at READ COMMITTED: since hold keeps a tenant's Updates in a row, each sees all that those before it
// did.
func (p *postgres) write(ctx context.Context, fn func(*dbtx) error) error {
	wait := pause
	for run := 1; ; run++ {
		err := p.within(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted}, fn)
		if err == nil || !again(err) || run == maxRuns {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(wait)):
			wait *= 2
		}
	}
}

func (p *postgres) within(ctx context.Context, options *sql.TxOptions, fn func(*dbtx) error) error {
	t, err := p.db.BeginTx(ctx, options)
	if err != nil {
		return fault("begin", err)
	}
	defer t.Rollback() // after Commit it does nothing
	on := &dbtx{runner: t, rebind: p.rebind}
	defer on.over.Store(true)
	if err := fn(on); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return fault("commit", p.commit(ctx, t))
}

// commit does not let a cancelled ctx leave open whether t was committed.
func (p *postgres) commit(ctx context.Context, t *sql.Tx) error {
	err := t.Commit()
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (p *postgres) hold(ctx context.Context, on *dbtx, tenant store.ID) error {
	var seq int64
	return on.QueryRowContext(ctx, "SELECT seq FROM audit_heads WHERE tenant_id = ?1 FOR UPDATE", string(tenant)).Scan(&seq)
}

// freeTasks locks the rows that it returns and passes over those that another instance has locked, so that instances
// neither wait for each other nor take the same.
func (p *postgres) freeTasks(ctx context.Context, on *dbtx, arg records.FindFreeTasksParams) ([]records.Task, error) {
	return records.New(skipping{on}).FindFreeTasks(ctx, arg)
}

// skipping adds to a query what SQLite does not have.
type skipping struct{ *dbtx }

func (s skipping) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.dbtx.QueryContext(ctx, query+" FOR UPDATE SKIP LOCKED", args...)
}

func (p *postgres) direct() *dbtx { return &dbtx{runner: p.db, rebind: p.rebind} }

func (p *postgres) spoils() bool { return true }

// ping asks whether the server takes writes: a standby does not.
func (p *postgres) ping(ctx context.Context) error {
	var readOnly bool
	err := p.db.QueryRowContext(ctx, "SELECT current_setting('transaction_read_only')::boolean").Scan(&readOnly)
	if err == nil && readOnly {
		err = store.Fail(store.Unavailable, "", "the server is read-only")
	}
	return err
}

func (p *postgres) close() error { return p.db.Close() }
