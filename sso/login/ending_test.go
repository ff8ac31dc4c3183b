package login

import (
	"context"
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

// clerk writes down who was signed out.
type clerk struct {
	sso.Admitter
	ended []store.Session
	by    []string
	fails error
}

func (c *clerk) SignedOut(ctx context.Context, s store.Session, _ sso.Visit, by string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.ended, c.by = append(c.ended, s), append(c.by, by)
	return c.fails
}

// hangsUp ends sessions after which the one who asked is gone.
type hangsUp struct {
	store.Sessions
	cancel context.CancelFunc
}

func (h hangsUp) End(ctx context.Context, sel store.SessionSelector) ([]store.Session, error) {
	defer h.cancel()
	return h.Sessions.End(ctx, sel)
}

// desk returns endpoints whose records are c's, on a store that cancels ctx when sessions end.
func desk(t *testing.T, c *clerk, cancel context.CancelFunc) *Login {
	t.Helper()
	clock := func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }
	kept, err := sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: filepath.Join(t.TempDir(), "sessions.db"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	keeper, err := session.New(session.Config{Store: hangsUp{kept, cancel}, BaseURL: "https://pocket.example", Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []store.ID{"hanako", "hanako", "taro"} {
		_, err := keeper.Begin(t.Context(), httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil),
			session.Start{TenantID: "firm", AccountID: who, TrustID: "one", Subject: string(who)})
		if err != nil {
			t.Fatal(err)
		}
	}
	return &Login{Config: Config{Sessions: keeper, Marks: kept, Now: clock, Admitter: c, Log: slog.New(slog.DiscardHandler)}}
}

// TestEveryEndedSessionIsRecorded counts what an IdP's logout leaves in the audit: one record for each session.
func TestEveryEndedSessionIsRecorded(t *testing.T) {
	for _, row := range []struct {
		name    string
		subject string
		records error
		want    int
	}{
		{"two sessions", "hanako", nil, 2},
		{"nobody", "jiro", nil, 0},
		{"records away", "hanako", store.ErrUnavailable, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			c := &clerk{fails: row.records}
			f := found{OwnedTrust: store.OwnedTrust{Owner: "parent", Trust: store.Trust{ID: "one"}}}
			n, err := desk(t, c, cancel).endAll(ctx, f, sso.LogoutOrder{Subject: row.subject})
			if err != nil || n != row.want || len(c.ended) != row.want {
				t.Fatalf("ended %d, recorded %d, %v; want %d", n, len(c.ended), err, row.want)
			}
			seen := map[store.ID]bool{}
			for i, s := range c.ended {
				if s.TenantID != "firm" || s.AccountID != "hanako" || seen[s.ID] || c.by[i] != "idp" {
					t.Errorf("recorded %+v by %s", s, c.by[i])
				}
				seen[s.ID] = true
			}
		})
	}
}
