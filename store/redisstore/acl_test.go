package redisstore

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
)

// leastRules returns the ACL that the package's documentation tells an operator to give.
func leastRules(t *testing.T) []any {
	t.Helper()
	doc, err := os.ReadFile("doc.go")
	must(t, err)
	found := regexp.MustCompile(`(?s)ACL SETUSER NAME (.*?)\n//\n`).FindSubmatch(doc)
	if found == nil {
		t.Fatal("the documentation has no ACL")
	}
	var rules []any
	for word := range strings.FieldsSeq(string(found[1])) {
		if word != "//" {
			rules = append(rules, strings.Replace(word, ">PASSWORD", ">secret", 1))
		}
	}
	return rules
}

// TestLeastPrivilege does everything as a user who may do what the documentation says and nothing else, and pings as
// one who may do less.
func TestLeastPrivilege(t *testing.T) {
	for _, row := range []struct {
		name    string
		cluster bool
		more    []any
		ping    string // a part of what it says; empty: well
	}{
		{"one server", false, nil, ""},
		{"cluster", true, []any{"+cluster|slots"}, ""},
		{"without INFO", false, []any{"-info"}, "'info' command"},
		{"without SET", false, []any{"-set"}, "'set' command"},
		{"other keys", false, []any{"resetkeys", "~other:*"}, "access one of the keys"},
	} {
		t.Run(row.name, func(t *testing.T) {
			args := map[bool][]string{true: {"--cluster-enabled", "yes"}}[row.cluster]
			server := startServer(t, args...)
			if row.cluster {
				server.do(t, "CLUSTER", "ADDSLOTSRANGE", 0, 16383)
				eventually(t, "the cluster is whole", func() error { return whole(t, server.addr) })
			}
			server.do(t, append(append([]any{"ACL", "SETUSER", "pocket"}, leastRules(t)...), row.more...)...)
			now := time.Now()
			c := Config{Addrs: []string{server.addr}, Cluster: row.cluster, Username: "pocket", Password: "secret", Now: func() time.Time { return now }}
			if !row.cluster {
				c.DB = 1
			}
			s := mustOpen(t, c)
			err := s.Ping(t.Context())
			if row.ping == "" {
				must(t, err)
				doEverything(t, s, &now)
			} else if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), row.ping) || !strings.Contains(err.Error(), "the ACL of Redis denies") {
				t.Errorf("ping says %v, want %q", err, row.ping)
			}
		})
	}
}

func whole(t *testing.T, addr string) error {
	c := redis.NewClient(&redis.Options{Addr: addr})
	defer c.Close()
	return c.Set(t.Context(), "whole", "1", time.Second).Err()
}

// doEverything takes each way through the Store once.
func doEverything(t *testing.T, s *Store, now *time.Time) {
	t.Helper()
	ctx := t.Context()
	begin := func(token string) store.Session {
		sess := store.Session{Key: store.KeyOf(token), ID: store.ID(token), TenantID: "a", AccountID: "b", TrustID: "c", Subject: "d", Index: "e",
			Began: *now, Seen: *now, Ends: now.Add(time.Hour), Idle: time.Hour}
		must(t, s.Begin(ctx, sess))
		return sess
	}
	one := begin("one")
	must(t, s.Touch(ctx, one, *now))
	_, err := s.Find(ctx, one.Key)
	must(t, err)
	_, err = s.EndKey(ctx, one.Key)
	must(t, err)
	*now = now.Add(underWay + time.Minute) // what is left of it in the indexes goes now
	begin("two")
	listed, err := s.Of(ctx, "a", "b")
	must(t, err)
	_, _, err = s.List(ctx, store.SessionSelector{TenantID: "a"}, 10)
	must(t, err)
	ended, err := s.End(ctx, store.SessionSelector{TrustID: "c", Index: "e"})
	must(t, err)
	if len(listed) != 1 || len(ended) != 1 {
		t.Errorf("%d sessions are listed, %d ended, want 1", len(listed), len(ended))
	}
	for range 2 {
		must(t, s.Put(ctx, "mark", []byte("value"), time.Second))
		*now = now.Add(time.Minute)
	}
	must(t, s.Put(ctx, "other", []byte("value"), time.Minute))
	_, err = s.Peek(ctx, "other")
	must(t, err)
	_, err = s.Take(ctx, "other")
	must(t, err)
}
