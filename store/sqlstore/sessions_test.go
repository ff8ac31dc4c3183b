package sqlstore

import (
	"path/filepath"
	"testing"
	"time"

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
