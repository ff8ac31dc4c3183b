package sqlstore

import (
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/storetest"
)

func TestSessionsConformance(t *testing.T) {
	storetest.Sessions(t, func(t *testing.T, now func() time.Time) storetest.Expiring {
		s, err := OpenSessions(t.Context(), SessionsConfig{Path: filepath.Join(storetest.Place(t), "sessions.db"), Now: now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	})
}

// TestSessionsOfTheVersionBefore opens a file that the version before left, which knew no embeds, and again after that.
func TestSessionsOfTheVersionBefore(t *testing.T) {
	path, at := filepath.Join(t.TempDir(), "sessions.db"), time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	kept := store.Session{Key: store.KeyOf("kept"), ID: "s1", TenantID: "firm", AccountID: "taro", TrustID: "parent", Began: at, Seen: at, Ends: at.Add(time.Hour), Idle: time.Hour}
	s := openSessionsAt(t, path, at)
	must(t, s.Begin(t.Context(), kept))
	must(t, s.lite.write(t.Context(), func(on *dbtx) error {
		for _, column := range sessionColumns() {
			if _, err := on.ExecContext(t.Context(), "ALTER TABLE sessions DROP COLUMN "+column); err != nil {
				return err
			}
		}
		_, err := on.ExecContext(t.Context(), "PRAGMA user_version = 1")
		return err
	}))
	must(t, s.Close())
	for range 2 {
		s = openSessionsAt(t, path, at)
		got, err := s.Find(t.Context(), kept.Key)
		must(t, err)
		if got != kept {
			t.Errorf("found\n%+v, want\n%+v", got, kept)
		}
		embed := kept
		embed.Key, embed.ID, embed.Embed = store.KeyOf("embed"), "e1", store.Embed{ClientID: "client", Origin: "https://hr.example"}
		must(t, s.Begin(t.Context(), embed))
		got, err = s.EndKey(t.Context(), embed.Key)
		must(t, err)
		if got != embed {
			t.Errorf("ended\n%+v, want\n%+v", got, embed)
		}
		must(t, s.Close())
	}
}

func openSessionsAt(t *testing.T, path string, now time.Time) *Sessions {
	t.Helper()
	s, err := OpenSessions(t.Context(), SessionsConfig{Path: path, Now: func() time.Time { return now }})
	must(t, err)
	return s
}
