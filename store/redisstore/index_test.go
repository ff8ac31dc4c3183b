package redisstore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
	"cloudpocket/store/storetest"
)

// opened returns a Store with keys of its own and a clock that the test moves.
func opened(t *testing.T) (*Store, *time.Time) {
	t.Helper()
	c, now := testConfig(t), fullSession().Began
	c.Prefix, c.Now = storetest.Place(t)+":", func() time.Time { return now }
	s := mustOpen(t, c)
	t.Cleanup(func() { clearKeys(t, s) })
	return s, &now
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func indexSize(t *testing.T, s *Store, index string) int64 {
	t.Helper()
	n, err := s.client.ZCard(t.Context(), index).Result()
	must(t, err)
	return n
}

func begin(t *testing.T, s *Store, token string) store.Session {
	t.Helper()
	sess := fullSession()
	sess.Key, sess.Began, sess.Seen, sess.Ends = store.KeyOf(token), s.now(), s.now(), s.now().Add(8*time.Hour)
	must(t, s.Begin(t.Context(), sess))
	return sess
}

func TestIndexesAreKeptShort(t *testing.T) {
	s, now := opened(t)
	first := begin(t, s, "first")
	for _, index := range s.indexesOf(first) {
		ttl, err := s.client.PTTL(t.Context(), index).Result()
		must(t, err)
		if ttl < 8*time.Hour-time.Minute || ttl > 8*time.Hour+time.Minute {
			t.Errorf("%s lives for %s, its session at most 8 hours", index, ttl)
		}
	}
	account := s.accountIndex(first.TenantID, first.AccountID)

	_, err := s.EndKey(t.Context(), first.Key)
	must(t, err)
	_, err = s.Of(t.Context(), first.TenantID, first.AccountID)
	must(t, err)
	if n := indexSize(t, s, account); n != 1 {
		t.Errorf("an entry whose session may be about to be written was removed; %d are left", n)
	}
	*now = now.Add(underWay + time.Second)
	_, err = s.Of(t.Context(), first.TenantID, first.AccountID)
	must(t, err)
	if n := indexSize(t, s, account); n != 0 {
		t.Errorf("%d entries are left of an ended session", n)
	}

	begin(t, s, "second")
	*now = now.Add(9 * time.Hour)
	begin(t, s, "third")
	for _, index := range s.indexesOf(first) {
		if n := indexSize(t, s, index); n != 1 {
			t.Errorf("%s has %d entries, want the one whose absolute end is yet to come", index, n)
		}
	}
}

// TestIndexTTLNeverShrinks begins a short session after a long one.
func TestIndexTTLNeverShrinks(t *testing.T) {
	s, _ := opened(t)
	long := begin(t, s, "long")
	short := fullSession()
	short.Key, short.Ends = store.KeyOf("short"), s.now().Add(time.Hour)
	must(t, s.Begin(t.Context(), short))
	for _, index := range s.indexesOf(long) {
		if ttl := s.client.PTTL(t.Context(), index).Val(); ttl < 7*time.Hour {
			t.Errorf("%s lives for %s, with a session of 8 hours in it", index, ttl)
		}
	}
}

func TestSessionTTLFollowsItsEnd(t *testing.T) {
	s, now := opened(t)
	sess := begin(t, s, "token")
	within := func(want time.Duration) {
		t.Helper()
		if ttl := s.client.PTTL(t.Context(), s.sessionKey(sess.Key)).Val(); ttl < want-5*time.Second || ttl > want+slack {
			t.Errorf("Redis keeps it for %s, it is good for %s", ttl, want)
		}
	}
	within(30 * time.Minute)
	*now = now.Add(7*time.Hour + 50*time.Minute)
	sess.Seen = *now
	must(t, s.Touch(t.Context(), sess, *now))
	within(10 * time.Minute)
}

func TestDamagedValues(t *testing.T) {
	s, now := opened(t)
	sess := begin(t, s, "token")
	whole, err := s.client.Get(t.Context(), s.sessionKey(sess.Key)).Result()
	must(t, err)
	for name, v := range map[string]string{
		"garbage": "garbage", "empty": "", "cut": whole[:len(whole)/2], "lengthened": whole + "x",
		"altered": strings.Replace(whole, "firm", "farm", 1), "newer format": "\x63" + whole[1:],
	} {
		must(t, s.client.Set(t.Context(), s.sessionKey(sess.Key), v, time.Minute).Err())
		if got, err := s.Find(t.Context(), sess.Key); !errors.Is(err, store.ErrDamaged) || got != (store.Session{}) {
			t.Errorf("%s: found %+v, %v", name, got, err)
		}
		of, err := s.Of(t.Context(), sess.TenantID, sess.AccountID)
		if err != nil || len(of) != 0 {
			t.Errorf("%s: listed %+v, %v", name, of, err)
		}
		must(t, s.client.Set(t.Context(), s.markKey("mark"), v, time.Minute).Err())
		if got, err := s.Peek(t.Context(), "mark"); !errors.Is(err, store.ErrDamaged) || got != nil {
			t.Errorf("%s: a mark holds %q, %v", name, got, err)
		}
		if err := s.Put(t.Context(), "mark", nil, time.Minute); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s: a mark that cannot be read was replaced: %v", name, err)
		}
	}
	must(t, s.client.ZAdd(t.Context(), s.accountIndex(sess.TenantID, sess.AccountID), redis.Z{Score: 1, Member: "garbage"}).Err())
	must(t, s.client.Set(t.Context(), s.sessionKey(sess.Key), whole, time.Minute).Err())
	*now = now.Add(underWay * 2)
	ended, err := s.End(t.Context(), store.SessionSelector{TenantID: sess.TenantID, AccountID: sess.AccountID})
	if err != nil || len(ended) != 1 {
		t.Errorf("ended %d beside a garbled index entry, %v", len(ended), err)
	}
}

// TestEndOfMany ends more sessions than one look at an index brings.
func TestEndOfMany(t *testing.T) {
	s, _ := opened(t)
	for i := range 2500 {
		begin(t, s, strings.Repeat("t", 1+i))
	}
	sel := store.SessionSelector{TrustID: "parent"}
	for _, want := range []int{2500, 0} {
		if ended, err := s.End(t.Context(), sel); err != nil || len(ended) != want {
			t.Errorf("ended %d of %d, %v", len(ended), want, err)
		}
	}
}

func TestFindIsOneCommand(t *testing.T) {
	s, _ := opened(t)
	sess := begin(t, s, "token")
	counted := &countingHook{}
	s.client.AddHook(counted)
	_, err := s.Find(t.Context(), sess.Key)
	must(t, err)
	if got := strings.Join(counted.names, " "); got != "get" {
		t.Errorf("a session check sends %q", got)
	}
}
