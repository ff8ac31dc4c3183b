package exchange_test

import (
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/sso/outbound"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

// BenchmarkExchange takes ID tokens by RS256 and assertions by ECDSA, of somebody who is let in each time.
func BenchmarkExchange(b *testing.B) {
	for _, kind := range []string{kindID, kindSAML} {
		b.Run(kind[len(kind)-5:], func(b *testing.B) {
			p := newPeople(b)
			for b.Loop() {
				p.pass(time.Second)
				b.StopTimer()
				token := ""
				if kind == kindID {
					token = p.idToken()
				} else {
					token = p.samlToken(nil)
				}
				form := p.bringing(kind, token)
				b.StartTimer()
				if rec := p.ask(form); rec.Code != 200 {
					b.Fatal(rec.Code, rec.Body)
				}
			}
		})
	}
}

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
