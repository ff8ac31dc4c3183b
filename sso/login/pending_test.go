package login

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

// TestSpoiledArrival keeps an arrival of several pieces of which one is lost, or is not what was kept: it lets nobody in.
func TestSpoiledArrival(t *testing.T) {
	for _, row := range []struct {
		name   string
		piece  int
		is     []byte // nil: lost
		reason sso.Reason
		kind   store.Kind
	}{
		{"first lost", 0, nil, noArrival, store.Denied},
		{"middle lost", 1, nil, noArrival, store.Denied},
		{"last lost", 2, nil, noArrival, store.Denied},
		{"middle says it is the last", 1, append([]byte{pieceLast}, bytes.Repeat([]byte("x"), 10)...), "", store.Internal},
		{"middle empty", 1, []byte{}, "", store.Internal},
		{"last says that more follows", 2, append([]byte{pieceMore}, bytes.Repeat([]byte("x"), 10)...), noArrival, store.Denied},
		{"whole", -1, nil, "", store.Internal},
	} {
		t.Run(row.name, func(t *testing.T) {
			kept := arrival{TrustID: "two", Identity: sso.Identity{Subject: "taro", IDToken: strings.Repeat("t", 2*pieceBytes)}}
			l, r := keeping(t, kept, nil)
			if row.piece >= 0 {
				spoil(t, l.Marks, pieceName(l.variable(r, "id"), boundTo(r), row.piece), row.is)
			}
			one, err := l.pending(r)
			if row.piece < 0 {
				if err != nil || one.Identity.IDToken != kept.Identity.IDToken {
					t.Errorf("a whole one: %v", err)
				}
				return
			}
			if _, _, err := l.waiting(r); err == nil || sso.ReasonOf(err) != row.reason || store.KindOf(err) != row.kind {
				t.Errorf("%v, want reason %q", err, row.reason)
			}
		})
	}
}

// keeping returns endpoints that keep an arrival, and a request of its browser that names it.
func keeping(t *testing.T, one arrival, a sso.Admitter) (*Login, *http.Request) {
	t.Helper()
	marks, err := sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: filepath.Join(t.TempDir(), "sessions.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { marks.Close() })
	id, browser := string(store.NewID(time.Now())), secret()
	l := &Login{Config: Config{Marks: marks, Admitter: a, Now: time.Now, Log: slog.New(slog.DiscardHandler)}, variable: func(*http.Request, string) string { return id }}
	if err := l.keepArrival(t.Context(), one, id, browser); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, arrivedPath+id, nil)
	r.AddCookie(&http.Cookie{Name: attemptCookie, Value: browser})
	return l, r
}

// refusals counts what is recorded.
type refusals struct {
	sso.Admitter
	n int
}

func (c *refusals) Refused(context.Context, store.OwnedTrust, sso.Visit, *sso.Trace, error) error {
	c.n++
	return nil
}

// TestOneRecordsTheRefusal refuses an arrival in several tabs that all looked at it while it was there.
func TestOneRecordsTheRefusal(t *testing.T) {
	c := &refusals{}
	l, r := keeping(t, arrival{TrustID: "two"}, c)
	for range 3 {
		if err := l.turnedAway(r, found{}, sso.Refuse(stayed, sso.KeyUnsolicited, "stays")); sso.ReasonOf(err) != stayed {
			t.Errorf("%v", err)
		}
	}
	if c.n != 1 {
		t.Errorf("the audit has %d refusals of one arrival", c.n)
	}
}

// spoil takes a mark away and puts another in its place, unless that is nil.
func spoil(t *testing.T, marks store.Marks, name string, is []byte) {
	t.Helper()
	if _, err := marks.Take(t.Context(), name); err != nil {
		t.Fatalf("there is no such piece: %v", err)
	}
	if is == nil {
		return
	}
	if err := marks.Put(t.Context(), name, is, time.Minute); err != nil {
		t.Fatal(err)
	}
}
