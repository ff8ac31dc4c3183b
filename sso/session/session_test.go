package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/redisstore"
)

// desk is a Keeper on a real Redis with a clock that the test moves, and a count of what it asks the store.
type desk struct {
	*Keeper
	now   time.Time
	store *spied
}

// spied counts the calls of a store and fails those of one name.
type spied struct {
	store.Sessions
	calls []string
	fails string
}

func (s *spied) call(name string) error {
	s.calls = append(s.calls, name)
	if s.fails == name {
		return store.Fail(store.Unavailable, "", "%s fails", name)
	}
	return nil
}

func (s *spied) Begin(ctx context.Context, sess store.Session) error {
	return errors.Join(s.call("Begin"), s.Sessions.Begin(ctx, sess))
}

func (s *spied) Find(ctx context.Context, key store.SessionKey) (store.Session, error) {
	if err := s.call("Find"); err != nil {
		return store.Session{}, err
	}
	return s.Sessions.Find(ctx, key)
}

func (s *spied) Touch(ctx context.Context, sess store.Session, seen time.Time) error {
	if err := s.call("Touch"); err != nil {
		return err
	}
	return s.Sessions.Touch(ctx, sess, seen)
}

func (s *spied) Of(ctx context.Context, tenant, account store.ID) ([]store.Session, error) {
	if err := s.call("Of"); err != nil {
		return nil, err
	}
	return s.Sessions.Of(ctx, tenant, account)
}

func (s *spied) EndKey(ctx context.Context, key store.SessionKey) (store.Session, error) {
	if err := s.call("EndKey"); err != nil {
		return store.Session{}, err
	}
	return s.Sessions.EndKey(ctx, key)
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	return newDeskOn(t, inRedis, 0)
}

func newDeskOn(t testing.TB, open func(testing.TB, func() time.Time) store.Sessions, limit int) *desk {
	t.Helper()
	d := &desk{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return d.now }
	d.store = &spied{Sessions: open(t, clock)}
	var err error
	d.Keeper, err = New(Config{Store: d.store, BaseURL: "https://pocket.example", Limit: limit, Now: clock})
	must(t, err)
	return d
}

// inRedis opens sessions under a prefix of the test's own, and clears them afterwards.
func inRedis(t testing.TB, now func() time.Time) store.Sessions {
	t.Helper()
	c, err := redisstore.ParseURL(redisURL(t))
	must(t, err)
	c.Prefix, c.Now = fmt.Sprint("session-test-", store.NewID(time.Now()), ":"), now
	s, err := redisstore.Open(c)
	must(t, err)
	t.Cleanup(func() {
		s.End(context.Background(), store.SessionSelector{TrustID: "parent"})
		s.Close()
	})
	return s
}

func redisURL(t testing.TB) string {
	t.Helper()
	url := os.Getenv("CLOUDPOCKET_TEST_REDIS")
	if url == "" {
		t.Fatal("CLOUDPOCKET_TEST_REDIS is not set: run the tests by .ci/test, which starts a Redis for them")
	}
	return url
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var taro = Start{TenantID: "firm", AccountID: "taro", TrustID: "parent", Subject: "taro@parent.example", Index: "_1",
	Device: "browser", Address: "192.0.2.1"}

// with returns a request that brings these Cookie header values.
func with(cookies ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, c := range cookies {
		r.Header.Add("Cookie", c)
	}
	return r
}

// begin signs in by r and returns the session and the cookie, as the browser will send it.
func (d *desk) begin(t testing.TB, r *http.Request, p Start) (store.Session, string) {
	t.Helper()
	w := httptest.NewRecorder()
	s, err := d.Begin(t.Context(), w, r, p)
	must(t, err)
	set := w.Result().Cookies()
	if len(set) != 1 {
		t.Fatalf("signing in set %d cookies", len(set))
	}
	return s, set[0].Name + "=" + set[0].Value
}

func (d *desk) isSignedIn(t testing.TB, cookie string, want bool) {
	t.Helper()
	_, err := d.Current(with(cookie))
	if want {
		must(t, err)
	} else if !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("found a session, or %v", err)
	}
}

func TestBeginSetsTheCookie(t *testing.T) {
	d := newDesk(t)
	w := httptest.NewRecorder()
	s, err := d.Begin(t.Context(), w, with(), taro)
	must(t, err)
	header := w.Header().Get("Set-Cookie")
	token := strings.TrimPrefix(strings.Split(header, ";")[0], "__Host-session=")
	if want := "__Host-session=" + token + "; Path=/; HttpOnly; Secure; SameSite=Lax"; header != want || len(token) != 43 {
		t.Errorf("the cookie is %q", header)
	}
	if s.Key != store.KeyOf(token) || strings.Contains(fmt.Sprintf("%+v", s), token) {
		t.Errorf("the session shows its token, or is under another key: %+v", s)
	}
	got, err := d.Current(with("__Host-session=" + token))
	must(t, err)
	if got != s {
		t.Errorf("the request belongs to\n%+v, not\n%+v", got, s)
	}
}

func TestBeginEndsWhatWasThere(t *testing.T) {
	d := newDesk(t)
	_, first := d.begin(t, with(), taro)
	_, planted := d.begin(t, with(), taro)
	_, next := d.begin(t, with(first, planted), taro)
	d.isSignedIn(t, first, false)
	d.isSignedIn(t, planted, false)
	d.isSignedIn(t, next, true)
	if next == first || next == planted {
		t.Error("a token was given out again")
	}
}

// TestReplacedIsTold demands that whoever begins a session is told which one ended for it, unless somebody else ended it.
func TestReplacedIsTold(t *testing.T) {
	for _, row := range []struct {
		name  string
		lives bool
	}{{"it stands", true}, {"it was ended", false}} {
		t.Run(row.name, func(t *testing.T) {
			onBoth(t, 0, func(t *testing.T, d *desk) {
				brought, cookie := d.begin(t, with(), taro)
				left, _ := d.begin(t, with(), taro)
				want := []store.Session{brought, left}
				if !row.lives {
					want = nil
					_, err := d.EndBy(t.Context(), "parent", taro.Subject, nil)
					must(t, err)
				}
				var told []store.Session
				next := taro
				next.Replaces, next.Replaced = left.Key, func(s store.Session) { told = append(told, s) }
				d.begin(t, with(cookie), next)
				if !slices.Equal(told, want) {
					t.Errorf("told of\n%+v, want\n%+v", told, want)
				}
			})
		})
	}
}

// TestOneEndsIt has a person sign out in many tabs at once while the IdP signs them out: the session is told to one.
func TestOneEndsIt(t *testing.T) {
	onBoth(t, 0, func(t *testing.T, d *desk) {
		d.Keeper.store = d.store.Sessions // the spy is for one at a time
		for range 10 {
			_, cookie := d.begin(t, with(), taro)
			var told atomic.Int64
			var tabs sync.WaitGroup
			for range 4 {
				tabs.Go(func() {
					if _, err := d.End(httptest.NewRecorder(), with(cookie)); err == nil {
						told.Add(1)
					} else if !errors.Is(err, store.ErrNotFound) {
						t.Errorf("sign out: %v", err)
					}
				})
			}
			ended, err := d.EndBy(t.Context(), "parent", taro.Subject, nil)
			tabs.Wait()
			if n := int(told.Load()) + len(ended); err != nil || n != 1 {
				t.Fatalf("one session was ended by %d, %v", n, err)
			}
		}
	})
}

// TestDamagedEnds signs out, and in again, with a session that cannot be read.
func TestDamagedEnds(t *testing.T) {
	k, err := New(Config{Store: damagedStore{newDesk(t).store}, BaseURL: "https://pocket.example"})
	must(t, err)
	cookie := "__Host-session=" + newToken()
	if s, err := k.End(httptest.NewRecorder(), with(cookie)); !errors.Is(err, store.ErrNotFound) || s != (store.Session{}) {
		t.Errorf("ended %+v, %v", s, err)
	}
	next := taro
	next.Replaced = func(s store.Session) { t.Errorf("told of %+v", s) }
	_, err = k.Begin(t.Context(), httptest.NewRecorder(), with(cookie), next)
	must(t, err)
}

func TestBeginWithoutTheStore(t *testing.T) {
	for _, call := range []string{"EndKey", "Begin"} {
		d := newDesk(t)
		_, old := d.begin(t, with(), taro)
		d.store.fails = call
		w := httptest.NewRecorder()
		if _, err := d.Begin(t.Context(), w, with(old), taro); !errors.Is(err, store.ErrUnavailable) || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s fails: %v, cookie %q", call, err, w.Header().Get("Set-Cookie"))
		}
	}
}

func TestLifetime(t *testing.T) {
	d := newDesk(t)
	for _, row := range []struct {
		name string
		rule store.SessionRule
		idp  time.Duration // after now; 0: none
		idle time.Duration
		ends time.Duration
	}{
		{"defaults", store.SessionRule{}, 0, 30 * time.Minute, 12 * time.Hour},
		{"the trust's", store.SessionRule{Idle: 10 * time.Minute, Absolute: 2 * time.Hour}, 0, 10 * time.Minute, 2 * time.Hour},
		{"the trust's idle alone", store.SessionRule{Idle: time.Hour}, 0, time.Hour, 12 * time.Hour},
		{"absolute below idle", store.SessionRule{Absolute: 5 * time.Minute}, 0, 5 * time.Minute, 5 * time.Minute},
		{"the IdP's is earlier", store.SessionRule{}, time.Hour, 30 * time.Minute, time.Hour},
		{"the IdP's is later", store.SessionRule{}, 48 * time.Hour, 30 * time.Minute, 12 * time.Hour},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := taro
			p.Rule = row.rule
			if row.idp != 0 {
				p.Until = d.now.Add(row.idp)
			}
			s, _ := d.begin(t, with(), p)
			if s.Idle != row.idle || s.Ends.Sub(d.now) != row.ends {
				t.Errorf("it ends after %s without use and %s at most", s.Idle, s.Ends.Sub(d.now))
			}
		})
	}
	p := taro
	p.Until = d.now
	w := httptest.NewRecorder()
	if _, err := d.Begin(t.Context(), w, with(), p); !errors.Is(err, store.ErrExpired) || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("a session that is over began: %v", err)
	}
}

func TestCookiesThatAreNobodys(t *testing.T) {
	d := newDesk(t)
	_, good := d.begin(t, with(), taro)
	token := strings.TrimPrefix(good, "__Host-session=")
	d.store.calls = nil
	for name, cookies := range map[string][]string{
		"none":              {},
		"another name":      {"session=" + token},
		"another case":      {"__host-session=" + token},
		"empty":             {"__Host-session="},
		"too short":         {good[:len(good)-1]},
		"too long":          {good + "A"},
		"quoted":            {`__Host-session="` + token + `"`},
		"not base64url":     {"__Host-session=" + token[:42] + "+"},
		"padding bits":      {"__Host-session=" + token[:42] + "B"},
		"huge":              {"__Host-session=" + strings.Repeat("A", 1<<16)},
		"twice":             {good + "; " + good},
		"twice, two lines":  {good, "__Host-session=" + newToken()},
		"one of them empty": {good + "; __Host-session="},
		"control bytes":     {"__Host-session=\x00\x01" + token[2:]},
		"many others":       {strings.Repeat("x=y; ", 3500) + good},
	} {
		if _, err := d.Current(with(cookies...)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(d.store.calls) != 0 {
		t.Errorf("the store was asked about them: %v", d.store.calls)
	}
	d.isSignedIn(t, "a=b; "+good+"; c=d", true)
	d.isSignedIn(t, "__Host-session="+newToken(), false)
}

func TestUseIsNotedOnceAMinute(t *testing.T) {
	d := newDesk(t)
	begun, cookie := d.begin(t, with(), taro)
	d.store.calls = nil
	for range 90 { // seconds
		d.isSignedIn(t, cookie, true)
		d.now = d.now.Add(time.Second)
	}
	if got := len(d.store.calls); got != 91 {
		t.Errorf("90 requests in 90 seconds asked the store %d times, want once each and once more", got)
	}
	for range 5 {
		d.now = d.now.Add(25 * time.Minute)
		d.isSignedIn(t, cookie, true)
	}
	d.now = d.now.Add(30 * time.Minute)
	d.isSignedIn(t, cookie, false)
	if d.now.After(begun.Ends) {
		t.Error("the absolute end came first")
	}
}

func TestStoreAway(t *testing.T) {
	d := newDesk(t)
	_, cookie := d.begin(t, with(), taro)
	d.now = d.now.Add(2 * time.Minute)
	d.store.fails = "Touch"
	d.isSignedIn(t, cookie, true)
	d.store.fails = "Find"
	if _, err := d.Current(with(cookie)); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("without the store: %v", err)
	}
	d.store.fails = "EndKey"
	w := httptest.NewRecorder()
	if _, err := d.End(w, with(cookie)); !errors.Is(err, store.ErrUnavailable) || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("ending without the store: %v, cookie %q", err, w.Header().Get("Set-Cookie"))
	}
}

// endedBetween ends the session after it was found and before its use is noted.
type endedBetween struct{ *spied }

func (s endedBetween) Touch(ctx context.Context, sess store.Session, seen time.Time) error {
	if _, err := s.EndKey(ctx, sess.Key); err != nil {
		return err
	}
	return s.spied.Touch(ctx, sess, seen)
}

func TestEndedBetweenFindAndTouch(t *testing.T) {
	d := newDesk(t)
	_, cookie := d.begin(t, with(), taro)
	d.Keeper.store = endedBetween{d.store}
	d.now = d.now.Add(2 * time.Minute)
	d.isSignedIn(t, cookie, false)
}

type damagedStore struct{ store.Sessions }

func (damagedStore) Find(context.Context, store.SessionKey) (store.Session, error) {
	return store.Session{}, store.Fail(store.Damaged, "", "garbled")
}

func (damagedStore) EndKey(context.Context, store.SessionKey) (store.Session, error) {
	return store.Session{}, store.Fail(store.Damaged, "", "garbled")
}

func TestDamagedIsNoSession(t *testing.T) {
	k, err := New(Config{Store: damagedStore{}, BaseURL: "https://pocket.example"})
	must(t, err)
	if s, err := k.Current(with("__Host-session=" + newToken())); store.KindOf(err) != store.NotFound || s != (store.Session{}) {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestEnd(t *testing.T) {
	d := newDesk(t)
	begun, cookie := d.begin(t, with(), taro)
	_, other := d.begin(t, with(), taro)
	w := httptest.NewRecorder()
	ended, err := d.End(w, with(cookie))
	must(t, err)
	if ended != begun {
		t.Errorf("ended %+v, not %+v", ended, begun)
	}
	if got := w.Header().Get("Set-Cookie"); got != "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("the cookie is taken away by %q", got)
	}
	d.isSignedIn(t, cookie, false)
	d.isSignedIn(t, other, true)
	for _, r := range []*http.Request{with(), with(cookie), with("__Host-session=x")} {
		w := httptest.NewRecorder()
		if s, err := d.End(w, r); !errors.Is(err, store.ErrNotFound) || s != (store.Session{}) || w.Header().Get("Set-Cookie") == "" {
			t.Errorf("ended %+v, %v, cookie %q", s, err, w.Header().Get("Set-Cookie"))
		}
	}
}

func TestEndByTheIdP(t *testing.T) {
	for _, row := range []struct {
		name    string
		subject string
		indexes []string
		want    []int // in this order
		invalid bool
	}{
		{"subject", taro.Subject, nil, []int{2, 1, 0}, false},
		{"another subject", "hanako@parent.example", nil, nil, false},
		{"subject and indexes", taro.Subject, []string{"_0", "_2"}, []int{0, 2}, false},
		{"an index twice", taro.Subject, []string{"_0", "_0"}, []int{0}, false},
		{"indexes alone", "", []string{"_1", "_9"}, []int{1}, false},
		{"another subject's indexes", "hanako@parent.example", []string{"_0"}, nil, false},
		{"neither", "", nil, nil, true},
		{"an empty index", "", []string{""}, nil, true},
		{"an empty index among others", taro.Subject, []string{"_0", ""}, nil, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := newDesk(t)
			var begun [3]store.Session
			for i := range begun {
				p := taro
				p.Index = fmt.Sprint("_", i)
				begun[i], _ = d.begin(t, with(), p)
				d.now = d.now.Add(time.Second)
			}
			ended, err := d.EndBy(t.Context(), "parent", row.subject, row.indexes)
			if errors.Is(err, store.ErrInvalid) != row.invalid || err != nil && !row.invalid {
				t.Errorf("ended %d, %v", len(ended), err)
			}
			for i, want := range row.want {
				if i >= len(ended) || ended[i] != begun[want] {
					t.Errorf("ended %+v, want the sessions %v", ended, row.want)
				}
			}
			if left, err := d.store.Of(t.Context(), "firm", "taro"); err != nil || len(left) != 3-len(row.want) || len(ended) != len(row.want) {
				t.Errorf("ended %d, %d were left, %v", len(ended), len(left), err)
			}
		})
	}
}

// TestEndByTheIdPWithoutTheStore has the store go away after the first of two indexes.
func TestEndByTheIdPWithoutTheStore(t *testing.T) {
	d := newDesk(t)
	begun, _ := d.begin(t, with(), taro)
	d.Keeper.store = &endsOnce{Sessions: d.store}
	ended, err := d.EndBy(t.Context(), "parent", taro.Subject, []string{taro.Index, "_2"})
	if !errors.Is(err, store.ErrUnavailable) || len(ended) != 1 || ended[0] != begun {
		t.Errorf("ended %+v, %v", ended, err)
	}
}

type endsOnce struct {
	store.Sessions
	done bool
}

func (s *endsOnce) End(ctx context.Context, sel store.SessionSelector) ([]store.Session, error) {
	if s.done {
		return nil, store.ErrUnavailable
	}
	s.done = true
	return s.Sessions.End(ctx, sel)
}

func TestDeviceIsCut(t *testing.T) {
	d := newDesk(t)
	for name, row := range map[string][2]string{
		"short":        {"browser", "browser"},
		"long":         {strings.Repeat("x", 500), strings.Repeat("x", 200)},
		"in character": {strings.Repeat("x", 199) + "髙", strings.Repeat("x", 199)},
		"not UTF-8":    {"a\xffb", "ab"},
	} {
		p := taro
		p.Device = row[0]
		if s, _ := d.begin(t, with(), p); s.Device != row[1] {
			t.Errorf("%s: kept as %q", name, s.Device)
		}
	}
}

func TestBaseURL(t *testing.T) {
	for _, row := range []struct {
		url  string
		want cookie
		ok   bool
	}{
		{"https://pocket.example", cookie{"__Host-session", true}, true},
		{"https://pocket.example:8443/", cookie{"__Host-session", true}, true},
		{"http://localhost:8080", cookie{"__Host-session", true}, true},
		{"http://pocket.localhost:8080", cookie{"__Host-session", true}, true},
		{"http://127.0.0.1:8080", cookie{"session", false}, true},
		{"http://[::1]:8080", cookie{"session", false}, true},
		{"http://pocket.example", cookie{}, false},
		{"http://192.0.2.1", cookie{}, false},
		{"http://notlocalhost", cookie{}, false},
		{"http://127.0.0.1.example", cookie{}, false},
		{"ftp://localhost", cookie{}, false},
		{"pocket.example", cookie{}, false},
		{"", cookie{}, false},
	} {
		k, err := New(Config{Store: damagedStore{}, BaseURL: row.url})
		if (err == nil) != row.ok || err == nil && k.cookie != row.want {
			t.Errorf("%q: %+v, %v", row.url, k, err)
		}
	}
	if _, err := New(Config{BaseURL: "https://pocket.example"}); err == nil {
		t.Error("made without a store")
	}
	if _, err := New(Config{Store: damagedStore{}, BaseURL: "https://pocket.example", Idle: -1}); err == nil {
		t.Error("made with a negative time")
	}
	if _, err := New(Config{Store: damagedStore{}, BaseURL: "https://pocket.example", Limit: -1}); err == nil {
		t.Error("made with a negative limit")
	}
}
