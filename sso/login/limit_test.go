package login

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/session"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

func (c *clerk) Standing(context.Context, store.ID, sso.Admission) error { return c.fails }

// TestSessionOverTheLimitIsRecorded signs somebody in once more than they may be: the session that ends for it is in the
// audit as a sign-out, also when the new one is taken back after that.
func TestSessionOverTheLimitIsRecorded(t *testing.T) {
	for _, row := range []struct {
		name  string
		fails error
	}{{"let in", nil}, {"switched off meanwhile", store.ErrDenied}} {
		t.Run(row.name, func(t *testing.T) {
			now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
			clock := func() time.Time { return now }
			kept, err := sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: filepath.Join(t.TempDir(), "sessions.db"), Now: clock})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { kept.Close() })
			keeper, err := session.New(session.Config{Store: kept, BaseURL: "https://pocket.example", Now: clock, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			first, err := keeper.Begin(t.Context(), httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), session.Start{TenantID: "firm", AccountID: "hanako", TrustID: "one"})
			if err != nil {
				t.Fatal(err)
			}
			c := &clerk{fails: row.fails}
			l := &Login{Config: Config{Sessions: keeper, Marks: kept, Admitter: c, Log: slog.New(slog.DiscardHandler), Now: clock}}
			now = now.Add(time.Second)
			f := found{OwnedTrust: store.OwnedTrust{Owner: "firm", Trust: store.Trust{ID: "one"}}}
			err = l.begin(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), f, arrival{TrustID: "one"}, sso.Admission{TenantID: "firm", AccountID: "hanako"})
			if !errors.Is(err, row.fails) {
				t.Fatalf("%v, want %v", err, row.fails)
			}
			if len(c.ended) != 1 || c.ended[0].ID != first.ID || c.by[0] != "limit" {
				t.Errorf("recorded %+v by %q, want the session that began first, by limit", c.ended, c.by)
			}
		})
	}
}
