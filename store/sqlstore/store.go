package sqlstore

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// Config says where the records are.
type Config struct {
	// URL is a path (SQLite) or postgres://… (PostgreSQL, as in its manual, section 34.1.1.2).
	URL string
	// Readers is how many Views can run at once on SQLite, and how many connections there are to PostgreSQL; 0: 8 and 16.
	Readers int
}

// Postgres reports whether c names a PostgreSQL database.
func (c Config) Postgres() bool {
	return strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://")
}

// Store is store.Records on a database.
type Store struct {
	back  backend
	known sync.Map // tenants that were seen; none is ever removed
	ended atomic.Bool
}

var _ store.Records = (*Store)(nil)

// backend is what the two databases do differently.
type backend interface {
	// read runs fn on one snapshot that cannot be written to.
	read(ctx context.Context, fn func(*dbtx) error) error
	// write runs fn and commits.
	write(ctx context.Context, fn func(*dbtx) error) error
	// hold keeps the other Updates of tenant waiting until the transaction ends.
	hold(ctx context.Context, on *dbtx, tenant store.ID) error
	// freeTasks returns tasks that can be leased, and keeps other instances from them until the transaction ends.
	freeTasks(ctx context.Context, on *dbtx, p records.FindFreeTasksParams) ([]records.Task, error)
	// direct runs single statements that read.
	direct() *dbtx
	// spoils reports whether a failed statement makes the rest of its transaction fail.
	spoils() bool
	ping(ctx context.Context) error
	close() error
}

var errClosed = errors.New("the records are closed")

// Open returns the records that c names. It is an error of kind Unavailable when the database cannot be reached, or its
// schema is not the one that this program knows: see [Migrate]. The caller closes it.
func Open(ctx context.Context, c Config) (*Store, error) {
	back, err := openBackend(ctx, c)
	if err != nil {
		return nil, fault("open the records", err)
	}
	if err := checkVersion(ctx, back.direct()); err != nil {
		return nil, errors.Join(err, back.close())
	}
	return &Store{back: back}, nil
}

func openBackend(ctx context.Context, c Config) (backend, error) {
	if c.Postgres() {
		return openPostgres(c)
	}
	return openSQLite(ctx, c.URL, c.Readers, "FULL")
}

// Close waits for the commit that is under way and closes the database. What is still queued is Unavailable.
func (s *Store) Close() error {
	s.ended.Store(true)
	return fault("close the records", s.back.close())
}

// open returns an error of kind Unavailable after Close.
func (s *Store) open() error {
	if s.ended.Load() {
		return fault("reach the records", errClosed)
	}
	return nil
}

// View runs fn on one consistent snapshot.
func (s *Store) View(ctx context.Context, tenant store.ID, fn func(store.Tx) error) error {
	if err := s.open(); err != nil {
		return err
	}
	return s.back.read(ctx, func(on *dbtx) error {
		if err := s.exists(ctx, on, tenant); err != nil {
			return err
		}
		return fn(newTx(tenant, on, s.back.spoils()))
	})
}

func (s *Store) exists(ctx context.Context, on *dbtx, tenant store.ID) error {
	if _, ok := s.known.Load(tenant); ok {
		return nil
	}
	if _, err := records.New(on).GetAuditHead(ctx, string(tenant)); err != nil {
		return fault("find tenant "+string(tenant), err)
	}
	s.known.Store(tenant, true)
	return nil
}

// Update runs fn and commits what it did, all or nothing.
func (s *Store) Update(ctx context.Context, tenant store.ID, fn func(store.Tx) error) error {
	if err := s.open(); err != nil {
		return err
	}
	return s.back.write(ctx, func(on *dbtx) error {
		if err := s.exists(ctx, on, tenant); err != nil {
			return err
		}
		if err := s.back.hold(ctx, on, tenant); err != nil {
			return fault("hold tenant "+string(tenant), err)
		}
		return fn(newTx(tenant, on, s.back.spoils()))
	})
}

// Ping tells whether the records can be read and written now.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.open(); err != nil {
		return err
	}
	return fault("ping the records", s.back.ping(ctx))
}

// Tenants reaches the tenants of the deployment.
func (s *Store) Tenants() store.Tenants { return tenants{s} }

// alone returns the queries for single statements that read outside of a transaction.
func (s *Store) alone() *records.Queries {
	on := s.back.direct()
	on.closed = s.ended.Load()
	return records.New(on)
}
