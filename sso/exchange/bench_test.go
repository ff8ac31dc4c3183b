package exchange_test

import (
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/sso/outbound"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

// BenchmarkToken gives tokens by ES256, with records and marks in files.
func BenchmarkToken(b *testing.B) {
	w := newWorld(b, func(now func() time.Time) store.Marks {
		s, err := sqlstore.OpenSessions(b.Context(), sqlstore.SessionsConfig{Path: filepath.Join(b.TempDir(), "sessions.db"), Now: now})
		noError(b, err)
		b.Cleanup(func() { s.Close() })
		return s
	}, outbound.Config{})
	for b.Loop() {
		w.pass(2 * time.Second)
		b.StopTimer()
		form := asking(w.assertion(nil))
		b.StartTimer()
		if rec := w.ask(form); rec.Code != 200 {
			b.Fatal(rec.Code)
		}
	}
}
