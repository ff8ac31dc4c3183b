package session

import (
	"errors"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

func inSQLite(t testing.TB, now func() time.Time) store.Sessions {
	t.Helper()
	s, err := sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: filepath.Join(t.TempDir(), "sessions.db"), Now: now})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// onBoth runs a test on each store.
func onBoth(t *testing.T, limit int, test func(*testing.T, *desk)) {
	t.Run("Redis", func(t *testing.T) { test(t, newDeskOn(t, inRedis, limit)) })
	t.Run("SQLite", func(t *testing.T) { test(t, newDeskOn(t, inSQLite, limit)) })
}

// fill signs p in n times, a second apart, and returns the cookies, the first one's first.
func (d *desk) fill(t *testing.T, p Start, n int) (cookies []string) {
	t.Helper()
	for range n {
		_, cookie := d.begin(t, with(), p)
		cookies = append(cookies, cookie)
		d.now = d.now.Add(time.Second)
	}
	return cookies
}

func (d *desk) standing(t *testing.T, p Start) int {
	t.Helper()
	all, err := d.store.Of(t.Context(), p.TenantID, p.AccountID)
	must(t, err)
	return len(all)
}

func TestLimitEndsTheOldest(t *testing.T) {
	hanako, namesake := taro, taro
	hanako.AccountID, namesake.TenantID = "hanako", "another-firm"
	for _, row := range []struct {
		name          string
		limit, signs  int
		standing, use int // use: which session is used just before the last sign-in
	}{
		{"below", 3, 2, 2, 0},
		{"at the limit", 3, 3, 3, 0},
		{"one over", 3, 4, 3, 0},
		{"many over, the oldest in use", 3, 9, 3, 5},
		{"one session", 1, 5, 1, 3},
		{"no limit", 0, 25, 25, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			onBoth(t, row.limit, func(t *testing.T, d *desk) {
				others := append(d.fill(t, hanako, 1), d.fill(t, namesake, 1)...)
				cookies := d.fill(t, taro, row.signs-1)
				d.now = d.now.Add(2 * noteEvery)
				d.isSignedIn(t, cookies[row.use], true)
				cookies = append(cookies, d.fill(t, taro, 1)...)
				for i, cookie := range cookies {
					d.isSignedIn(t, cookie, i >= row.signs-row.standing)
				}
				for _, cookie := range others {
					d.isSignedIn(t, cookie, true)
				}
			})
		})
	}
}

// TestLimitCountsWhatStands has sessions expire and end before the limit is reached.
func TestLimitCountsWhatStands(t *testing.T) {
	onBoth(t, 3, func(t *testing.T, d *desk) {
		d.fill(t, taro, 2)
		d.now = d.now.Add(time.Hour)
		cookies := d.fill(t, taro, 3)
		for _, cookie := range cookies {
			d.isSignedIn(t, cookie, true)
		}
		_, again := d.begin(t, with(cookies[2]), taro) // the same browser
		d.isSignedIn(t, cookies[0], true)
		d.isSignedIn(t, again, true)
	})
}

// TestLimitWithAClockBehind signs in on an instance whose clock is behind that of the others.
func TestLimitWithAClockBehind(t *testing.T) {
	onBoth(t, 2, func(t *testing.T, d *desk) {
		cookies := d.fill(t, taro, 2)
		d.now = d.now.Add(-time.Minute)
		_, behind := d.begin(t, with(), taro)
		d.isSignedIn(t, cookies[0], false)
		d.isSignedIn(t, cookies[1], true)
		d.isSignedIn(t, behind, true)
	})
}

func TestLimitHoldsWhenManySignInAtOnce(t *testing.T) {
	onBoth(t, 5, func(t *testing.T, d *desk) {
		d.Keeper.store = d.store.Sessions // the spy is for one at a time
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() {
				if _, err := d.Begin(t.Context(), httptest.NewRecorder(), with(), taro); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := d.standing(t, taro); n < 4 || n > 5 {
			t.Errorf("%d sessions stand, the limit is 5", n)
		}
		d.now = d.now.Add(time.Second)
		d.fill(t, taro, 1)
		if n := d.standing(t, taro); n != 5 {
			t.Errorf("%d sessions stand after one more, the limit is 5", n)
		}
	})
}

// TestLimitWithoutTheStore begins nothing when the sessions there are cannot be listed.
func TestLimitWithoutTheStore(t *testing.T) {
	onBoth(t, 2, func(t *testing.T, d *desk) {
		d.fill(t, taro, 2)
		d.store.fails = "Of"
		w := httptest.NewRecorder()
		if _, err := d.Begin(t.Context(), w, with(), taro); !errors.Is(err, store.ErrUnavailable) || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%v, cookie %q", err, w.Header().Get("Set-Cookie"))
		}
		d.store.fails = ""
		if n := d.standing(t, taro); n != 2 {
			t.Errorf("%d sessions stand, there were 2", n)
		}
	})
}

// TestLimitTellsOfEachSessionItEnds demands that whoever signs in learns which sessions ended for it, each of them once
// even when many sign in at once, and also when the sign-in fails after that.
func TestLimitTellsOfEachSessionItEnds(t *testing.T) {
	onBoth(t, 2, func(t *testing.T, d *desk) {
		var mu sync.Mutex
		told := map[store.ID]int{}
		counted := taro
		counted.Over = func(s store.Session) {
			mu.Lock()
			defer mu.Unlock()
			told[s.ID]++
			if s.TenantID != taro.TenantID || s.AccountID != taro.AccountID {
				t.Errorf("told of %+v", s)
			}
		}
		d.Keeper.store = d.store.Sessions
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := d.Begin(t.Context(), httptest.NewRecorder(), with(), counted); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := d.standing(t, taro); len(told) != 20-n {
			t.Errorf("told of %d sessions, %d of 20 stand", len(told), n)
		}
		for id, n := range told {
			if n != 1 {
				t.Errorf("told of session %s %d times", id, n)
			}
		}
	})
}

// TestLimitOfTheTrust has a trust say how many sessions there may be, beside what the deployment says.
func TestLimitOfTheTrust(t *testing.T) {
	for _, row := range []struct {
		name                        string
		deployment, trust, standing int
	}{
		{"the trust's is lower", 5, 2, 2},
		{"the trust's is higher", 2, 5, 5},
		{"the trust's alone", 0, 3, 3},
		{"the trust has none", 2, 0, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			onBoth(t, row.deployment, func(t *testing.T, d *desk) {
				p, told := taro, 0
				p.Rule.Limit, p.Over = row.trust, func(store.Session) { told++ }
				d.fill(t, p, 7)
				if got := d.standing(t, p); got != row.standing || told != 7-row.standing {
					t.Errorf("%d sessions stand and %d ended, want %d to stand", got, told, row.standing)
				}
			})
		})
	}
}
