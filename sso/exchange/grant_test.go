package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso/exchange"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
	"cloudpocket/store/redisstore"
	"cloudpocket/store/sqlstore"
)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

// onBoth runs a test on every back end that keeps marks.
func onBoth(t *testing.T, test func(t *testing.T, marks func(*testing.T, func() time.Time) store.Marks)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, func(t *testing.T, now func() time.Time) store.Marks { return inFile(t, now) })
	})
	t.Run("Redis", func(t *testing.T) { test(t, inRedis) })
}

func inFile(t testing.TB, now func() time.Time) store.Marks {
	s, err := sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: filepath.Join(t.TempDir(), "sessions.db"), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func inRedis(t *testing.T, now func() time.Time) store.Marks {
	url := os.Getenv("CLOUDPOCKET_TEST_REDIS")
	if url == "" {
		t.Fatal("CLOUDPOCKET_TEST_REDIS is not set: run the tests by .ci/test, which starts a Redis for them")
	}
	c, err := redisstore.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c.Now, c.Prefix = now, fmt.Sprintf("exchange-%d-%s:", time.Now().UnixNano(), t.Name())
	s, err := redisstore.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestTokens(t *testing.T) {
	onBoth(t, func(t *testing.T, marks func(*testing.T, func() time.Time) store.Marks) {
		c := newClock()
		tokens, want := exchange.Tokens{Marks: marks(t, c.now)}, exchange.Grant{TenantID: "firm", ClientID: "hr", Scopes: store.ScopeDocuments | store.ScopeReceipts}
		token, err := tokens.Give(t.Context(), want)
		if err != nil || !strings.HasPrefix(token, "cpa_") || len(token) != 47 {
			t.Fatalf("%q, %v", token, err)
		}
		second, err := tokens.Give(t.Context(), want)
		if err != nil || second == token {
			t.Fatalf("two tokens are alike, or %v", err)
		}
		for range 2 { // it is not spent by use
			if got, err := tokens.Bearer(t.Context(), token); err != nil || got != want {
				t.Errorf("%+v, %v", got, err)
			}
		}
		for _, wrong := range []string{"", "cpa_", token[4:], token + "x", token[:46], "CPA_" + token[4:], "cpa_" + strings.Repeat("a", 43), " " + token[:46], strings.Repeat("x", 1<<20)} {
			if g, err := tokens.Bearer(t.Context(), wrong); !errors.Is(err, store.ErrExpired) || g != (exchange.Grant{}) || wrong != "" && strings.Contains(err.Error(), wrong) {
				t.Errorf("%.60q: %+v, %v", wrong, g, err)
			}
		}
		c.pass(exchange.TokenLife - time.Second)
		if _, err := tokens.Bearer(t.Context(), token); err != nil {
			t.Errorf("at its last second: %v", err)
		}
		c.pass(2 * time.Second)
		if _, err := tokens.Bearer(t.Context(), token); !errors.Is(err, store.ErrExpired) {
			t.Errorf("after its end: %v", err)
		}
	})
}

// away are marks that cannot be reached.
type away struct{ store.Marks }

func (away) Peek(context.Context, string) ([]byte, error) {
	return nil, store.Fail(store.Unavailable, "", "away")
}

func (away) Put(context.Context, string, []byte, time.Duration) error {
	return store.Fail(store.Unavailable, "", "away")
}

// TestNobodyGetsATokenWhileStoresAreAway asks while what remembers assertions, or what knows clients, cannot be reached.
func TestNobodyGetsATokenWhileStoresAreAway(t *testing.T) {
	t.Run("marks", func(t *testing.T) {
		w := newWorld(t, func(func() time.Time) store.Marks { return away{} }, outbound.Config{})
		if rec := w.ask(asking(w.assertion(nil))); rec.Code != 503 || strings.Contains(rec.Body.String(), "cpa_") || len(w.refused("firm")) != 0 {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
	})
	t.Run("records", func(t *testing.T) {
		w := fileWorld(t)
		noError(t, w.records.Close())
		if rec := w.ask(asking(w.assertion(nil))); rec.Code < 500 || strings.Contains(rec.Body.String(), "cpa_") {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
	})
}

// TestNobodyIsLetInWhileMarksAreAway holds that a store which is away is no reason to believe a token, nor to call it wrong.
func TestNobodyIsLetInWhileMarksAreAway(t *testing.T) {
	g, err := exchange.Tokens{Marks: away{}}.Bearer(t.Context(), "cpa_"+strings.Repeat("a", 43))
	if !errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrExpired) || g != (exchange.Grant{}) {
		t.Errorf("%+v, %v", g, err)
	}
}
