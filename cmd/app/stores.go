package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/diskblob"
	"cloudpocket/store/redisstore"
	"cloudpocket/store/sqlstore"
)

// ErrSchema matches what OpenStores returns when the database's schema is not this program's.
var ErrSchema = &store.Error{Kind: store.Unavailable, Key: "error.schema_version"}

// Stores is everything that is kept.
type Stores struct {
	Records  store.Records
	Sessions store.Sessions
	Marks    store.Marks
	Blobs    store.Blobs
	Sealer   store.Sealer // encrypts the secrets that records keep

	closers []func() error
}

// Migrate brings the schema up to date, for SQLite also making the files.
func Migrate(ctx context.Context, c StoreConfig) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if err := sqlstore.Migrate(ctx, c.records()); err != nil {
		return fmt.Errorf("migrate the records: %w", err)
	}
	return nil
}

func (c StoreConfig) records() sqlstore.Config {
	return sqlstore.Config{URL: cmp.Or(c.Database, filepath.Join(c.Data, "records.db"))}
}

// OpenStores opens what c names. The caller closes it.
func OpenStores(ctx context.Context, c StoreConfig, now func() time.Time) (*Stores, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	keys, err := sealKeys(c.SealKeys, c.Data)
	if err != nil {
		return nil, err
	}
	s := &Stores{Sealer: keys}
	if err := errors.Join(s.openRecords(ctx, c), s.openSessions(ctx, c, now), s.openBlobs(c, now)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Stores) openRecords(ctx context.Context, c StoreConfig) error {
	r, err := sqlstore.Open(ctx, c.records())
	if err != nil {
		return fmt.Errorf("open the records: %w", err)
	}
	s.Records, s.closers = r, append(s.closers, r.Close)
	return nil
}

// openSessions opens Redis, or a SQLite file. Redis need not be there yet: until it is, nobody is let in.
func (s *Stores) openSessions(ctx context.Context, c StoreConfig, now func() time.Time) error {
	if c.Redis == "" {
		kept, err := sqlstore.OpenSessions(ctx, sqlstore.SessionsConfig{Path: filepath.Join(c.Data, "sessions.db"), Now: now})
		if err != nil {
			return fmt.Errorf("open the sessions: %w", err)
		}
		s.Sessions, s.Marks, s.closers = kept, kept, append(s.closers, kept.Close)
		return nil
	}
	redis, err := redisstore.ParseURL(c.Redis)
	if err != nil {
		return fmt.Errorf("read the Redis URL: %w", err)
	}
	redis.Now = now
	kept, err := redisstore.Open(redis)
	if err != nil {
		return fmt.Errorf("open the sessions: %w", err)
	}
	s.Sessions, s.Marks, s.closers = kept, kept, append(s.closers, kept.Close)
	return nil
}

func (s *Stores) openBlobs(c StoreConfig, now func() time.Time) error {
	b, err := diskblob.Open(diskblob.Config{Dir: filepath.Join(c.Data, "blobs"), Now: now})
	if err != nil {
		return fmt.Errorf("open the documents' files: %w", err)
	}
	s.Blobs, s.closers = b, append(s.closers, b.Close)
	return nil
}

// Close closes everything that was opened.
func (s *Stores) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// AllTenants returns every tenant of the deployment.
func (s *Stores) AllTenants(ctx context.Context) ([]store.Tenant, error) {
	return all(func(p store.Page) (store.List[store.Tenant], error) { return s.Records.Tenants().List(ctx, p) })
}

// TrustsOf returns every trust that tenant owns.
func (s *Stores) TrustsOf(ctx context.Context, tenant store.ID) (trusts []store.Trust, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) (err error) {
		trusts, err = all(func(p store.Page) (store.List[store.Trust], error) { return tx.Trusts().List(ctx, p) })
		return err
	})
	return trusts, err
}

// CompaniesOf returns every company of tenant.
func (s *Stores) CompaniesOf(ctx context.Context, tenant store.ID) (companies []store.Company, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) (err error) {
		companies, err = all(func(p store.Page) (store.List[store.Company], error) { return tx.Companies().List(ctx, p) })
		return err
	})
	return companies, err
}

// OfficesOf returns the offices of one company of tenant; company "" means of all.
func (s *Stores) OfficesOf(ctx context.Context, tenant, company store.ID) (offices []store.Office, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) (err error) {
		offices, err = all(func(p store.Page) (store.List[store.Office], error) { return tx.Offices().List(ctx, company, p) })
		return err
	})
	return offices, err
}

// AccountsOf returns the accounts of one company of tenant; company "" means all, staff included.
func (s *Stores) AccountsOf(ctx context.Context, tenant, company store.ID) (accounts []store.Account, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) (err error) {
		accounts, err = all(func(p store.Page) (store.List[store.Account], error) { return tx.Accounts().List(ctx, company, p) })
		return err
	})
	return accounts, err
}

// all reads a list to its end.
func all[T any](list func(store.Page) (store.List[T], error)) (items []T, err error) {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		one, err := list(page)
		if err != nil {
			return nil, err
		}
		items = append(items, one.Items...)
		if page.After = one.Next; page.After == "" {
			return items, nil
		}
	}
}
