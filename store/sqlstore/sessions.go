package sqlstore

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/sessions"
)

//go:embed queries/sessions/schema.sql
var sessionsSchema string

// sessionsVersion is the number of sessionsSchema. A file of the version before gets the columns that it lacks; one of another is
// emptied: everybody signs in once more.
const sessionsVersion = 2

// sessionColumns are what version 2 added.
func sessionColumns() []string {
	return []string{"embed_client", "embed_origin", "embed_thumbprint", "embed_parent"}
}

// sweepSize is how many expired rows a new one takes away with it.
const sweepSize = 16

// SessionsConfig says where the sessions are.
type SessionsConfig struct {
	Path    string           // of the SQLite file, which is made when it is not there; not the records' own
	Now     func() time.Time // by which sessions and marks expire
	Readers int              // how many look-ups can run at once; 0: 8
}

// Sessions is store.Sessions and store.Marks on SQLite. Several processes on one machine can share the file.
type Sessions struct {
	lite *lite
	now  func() time.Time
}

var (
	_ store.Sessions = (*Sessions)(nil)
	_ store.Marks    = (*Sessions)(nil)
)

// OpenSessions opens the sessions that c names. It is an error of kind Unavailable when the file cannot be opened. The
// caller closes it.
func OpenSessions(ctx context.Context, c SessionsConfig) (*Sessions, error) {
	l, err := openSQLite(ctx, c.Path, c.Readers, "FULL")
	if err != nil {
		return nil, fault("open the sessions", err)
	}
	s := &Sessions{lite: l, now: c.Now}
	if err := l.write(ctx, func(on *dbtx) error { return prepareSessions(ctx, on) }); err != nil {
		l.close()
		return nil, fault("prepare the sessions", err)
	}
	return s, nil
}

func prepareSessions(ctx context.Context, on *dbtx) error {
	var version int
	if err := on.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version == sessionsVersion {
		return nil
	}
	steps := []string{"DROP TABLE IF EXISTS sessions", "DROP TABLE IF EXISTS marks", sessionsSchema}
	if version == sessionsVersion-1 {
		steps = nil
		for _, column := range sessionColumns() {
			steps = append(steps, "ALTER TABLE sessions ADD COLUMN "+column+" TEXT NOT NULL DEFAULT ''")
		}
	}
	for _, statement := range append(steps, fmt.Sprintf("PRAGMA user_version = %d", sessionsVersion)) {
		if _, err := on.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the file.
func (s *Sessions) Close() error { return fault("close the sessions", s.lite.close()) }

// Ping tells whether sessions can be read and written now.
func (s *Sessions) Ping(ctx context.Context) error {
	return fault("ping the sessions", s.lite.ping(ctx))
}

func (s *Sessions) read() *sessions.Queries { return sessions.New(s.lite.direct()) }

func (s *Sessions) write(ctx context.Context, doing string, fn func(*sessions.Queries) error) error {
	return fault(doing, s.lite.write(ctx, func(on *dbtx) error { return fn(sessions.New(on)) }))
}

// Begin keeps n until it expires, and forgets some that have.
func (s *Sessions) Begin(ctx context.Context, n store.Session) error {
	return s.write(ctx, "begin a session", func(q *sessions.Queries) error {
		if _, err := q.SweepSessions(ctx, sessions.SweepSessionsParams{Now: micros(s.now()), Size: sweepSize}); err != nil {
			return err
		}
		return q.BeginSession(ctx, sessions.BeginSessionParams{
			Key: n.Key[:], ID: string(n.ID), TenantID: string(n.TenantID), AccountID: string(n.AccountID),
			TrustID: string(n.TrustID), Subject: n.Subject, IdpIndex: n.Index, NameID: n.NameID, IDToken: n.IDToken,
			Context: n.Context, Device: n.Device, Address: n.Address, Began: micros(n.Began), Seen: micros(n.Seen),
			Previous: micros(n.Previous), Ends: micros(n.Ends), Idle: int64(n.Idle), Expires: micros(n.Expires()),
			EmbedClient: string(n.Embed.ClientID), EmbedOrigin: n.Embed.Origin, EmbedThumbprint: n.Embed.Thumbprint, EmbedParent: string(n.Embed.Parent),
		})
	})
}

// Find returns the session kept under key, or ErrNotFound when there is none or it has expired.
func (s *Sessions) Find(ctx context.Context, key store.SessionKey) (store.Session, error) {
	row, err := s.read().FindSession(ctx, sessions.FindSessionParams{Key: key[:], Now: micros(s.now())})
	if err != nil {
		return store.Session{}, fault("find a session", err)
	}
	return sessionOf(row), nil
}

// Touch sets Seen, and with it the idle end, of a session that still stands; ErrNotFound.
func (s *Sessions) Touch(ctx context.Context, n store.Session, seen time.Time) error {
	n.Seen = seen
	return s.write(ctx, "touch a session", func(q *sessions.Queries) error {
		rows, err := q.TouchSession(ctx, sessions.TouchSessionParams{
			Seen: micros(seen), Expires: micros(n.Expires()), Key: n.Key[:], Now: micros(s.now()),
		})
		if err == nil && rows == 0 {
			err = missing("it has ended")
		}
		return err
	})
}

// Of returns an account's sessions, the latest begun first, then by ID.
func (s *Sessions) Of(ctx context.Context, tenant, account store.ID) ([]store.Session, error) {
	rows, err := s.read().ListSessionsOfAccount(ctx, sessions.ListSessionsOfAccountParams{
		TenantID: string(tenant), AccountID: string(account), Now: micros(s.now()),
	})
	if err != nil {
		return nil, fault("list an account's sessions", err)
	}
	return sessionsOf(rows), nil
}

// List returns up to limit of the sessions that sel selects, those that end last.
func (s *Sessions) List(ctx context.Context, sel store.SessionSelector, limit int) ([]store.Session, bool, error) {
	if err := sel.CheckList(); err != nil {
		return nil, false, err
	}
	if limit < 1 {
		return nil, false, store.Fail(store.Invalid, "", "a list of %d sessions", limit)
	}
	rows, err := s.listed(ctx, sel, int64(limit)+1)
	if err != nil {
		return nil, false, fault("list sessions", err)
	}
	listed := sessionsOf(rows[:min(limit, len(rows))])
	store.SortSessions(listed)
	return listed, len(rows) > limit, nil
}

// listed takes the index range of the tenant, in which an account's lies, or that of the trust.
func (s *Sessions) listed(ctx context.Context, sel store.SessionSelector, size int64) ([]sessions.Session, error) {
	switch {
	case sel.AccountID != "":
		return s.read().ListSessionsInAccount(ctx, sessions.ListSessionsInAccountParams{
			TenantID: string(sel.TenantID), AccountID: string(sel.AccountID), Now: micros(s.now()), ID: string(sel.ID),
			TrustID: string(sel.TrustID), Subject: sel.Subject, IdpIndex: sel.Index, Size: size,
		})
	case sel.TrustID == "":
		return s.read().ListSessionsOfTenant(ctx, sessions.ListSessionsOfTenantParams{TenantID: string(sel.TenantID), Now: micros(s.now()), Size: size})
	}
	return s.read().ListSessionsOfTrust(ctx, sessions.ListSessionsOfTrustParams{
		TrustID: string(sel.TrustID), Now: micros(s.now()), TenantID: string(sel.TenantID), Subject: sel.Subject, IdpIndex: sel.Index, Size: size,
	})
}

// End ends the sessions that sel selects and returns them, in one step: it ends all or, with an error, none.
func (s *Sessions) End(ctx context.Context, sel store.SessionSelector) ([]store.Session, error) {
	if err := sel.Check(); err != nil {
		return nil, err
	}
	var rows []sessions.Session
	err := s.write(ctx, "end sessions", func(q *sessions.Queries) (err error) {
		if sel.AccountID == "" {
			rows, err = q.EndSessionsOfTrust(ctx, sessions.EndSessionsOfTrustParams{
				TrustID: string(sel.TrustID), Now: micros(s.now()), TenantID: string(sel.TenantID),
				Subject: sel.Subject, IdpIndex: sel.Index,
			})
			return err
		}
		rows, err = q.EndSessionsOfAccount(ctx, sessions.EndSessionsOfAccountParams{
			TenantID: string(sel.TenantID), AccountID: string(sel.AccountID), Now: micros(s.now()), ID: string(sel.ID),
			TrustID: string(sel.TrustID), Subject: sel.Subject, IdpIndex: sel.Index,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	ended := sessionsOf(rows)
	store.SortSessions(ended)
	return ended, nil
}

// EndKey ends the one session kept under key and returns it, to one of several; ErrNotFound when there is none or it has
// expired.
func (s *Sessions) EndKey(ctx context.Context, key store.SessionKey) (store.Session, error) {
	var row sessions.Session
	err := s.write(ctx, "end a session", func(q *sessions.Queries) (err error) {
		row, err = q.EndSession(ctx, sessions.EndSessionParams{Key: key[:], Now: micros(s.now())})
		return err
	})
	if err != nil {
		return store.Session{}, err
	}
	return sessionOf(row), nil
}

func sessionsOf(rows []sessions.Session) []store.Session {
	all := make([]store.Session, len(rows))
	for i, r := range rows {
		all[i] = sessionOf(r)
	}
	return all
}

func sessionOf(r sessions.Session) store.Session {
	n := store.Session{
		ID: store.ID(r.ID), TenantID: store.ID(r.TenantID), AccountID: store.ID(r.AccountID),
		TrustID: store.ID(r.TrustID), Subject: r.Subject, Index: r.IdpIndex, NameID: r.NameID, IDToken: r.IDToken,
		Context: r.Context, Device: r.Device, Address: r.Address, Began: moment(r.Began), Seen: moment(r.Seen),
		Previous: moment(r.Previous), Ends: moment(r.Ends), Idle: time.Duration(r.Idle),
		Embed: store.Embed{ClientID: store.ID(r.EmbedClient), Origin: r.EmbedOrigin, Thumbprint: r.EmbedThumbprint, Parent: store.ID(r.EmbedParent)},
	}
	copy(n.Key[:], r.Key)
	return n
}
