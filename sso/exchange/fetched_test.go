package exchange_test

import (
	"context"
	"crypto/ecdsa"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// publisher is where a client publishes its keys.
type publisher struct {
	*httptest.Server
	t testing.TB

	mu     sync.Mutex
	answer http.HandlerFunc
	asked  int
}

func newPublisher(t testing.TB) *publisher {
	p := &publisher{t: t}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked++
		p.answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// reach resolves every name to a public address, and connects to p.
func (p *publisher) reach() outbound.Config {
	return outbound.Config{
		Roots: p.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
		Resolve: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("93.184.215.14")}, nil
		},
		Connect: func(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", p.Listener.Addr().String())
		},
	}
}

func (p *publisher) says(answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *publisher) publishes(keys ...jose.JSONWebKey) { p.sends(keySetOf(p.t, keys...)) }

func (p *publisher) sends(body []byte) {
	p.says(func(w http.ResponseWriter, _ *http.Request) { w.Write(body) })
}

func (p *publisher) fails() {
	p.says(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
}

// times demands that p was asked so often.
func (p *publisher) times(n int) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked != n {
		p.t.Errorf("the address was asked %d times, not %d", p.asked, n)
	}
}

// publishing is a world whose client "hr" publishes its keys at p.
func publishing(t *testing.T) (*world, *publisher) {
	p := newPublisher(t)
	w := newWorld(t, func(now func() time.Time) store.Marks { return inFile(t, now) }, p.reach())
	w.change("hr", func(c *store.APIClient) { c.KeysURL = "https://example.com/jwks" })
	return w, p
}

// signed asks with a new assertion by key and returns the status.
func (w *world) signed(key *ecdsa.PrivateKey, id string) int {
	return w.ask(asking(sign(w.t, jose.ES256, key, kid(id), w.says("hr", nil)))).Code
}

// codes demands the statuses of what was asked.
func codes(t *testing.T, got int, want int, what string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d, not %d", what, got, want)
	}
}

// TestKeysAreFetched rotates the keys of a client that publishes them.
func TestKeysAreFetched(t *testing.T) {
	w, p := publishing(t)
	one, two := newKey(t), newKey(t)
	p.publishes(publicKey("one", &one.PublicKey))
	codes(t, w.signed(one, "one"), 200, "the first key")
	codes(t, w.signed(one, "one"), 200, "the same again")
	codes(t, w.signed(w.hr, "h1"), 401, "a key that is in the record alone")
	p.times(1)
	p.publishes(publicKey("one", &one.PublicKey), publicKey("two", &two.PublicKey))
	codes(t, w.signed(two, "two"), 401, "a new key within the minute")
	w.pass(time.Minute)
	codes(t, w.signed(two, "two"), 200, "a new key after a minute")
	p.times(2)
	p.publishes(publicKey("two", &two.PublicKey))
	codes(t, w.signed(one, "one"), 200, "a withdrawn key within the hour")
	w.pass(time.Hour)
	codes(t, w.signed(one, "one"), 401, "a withdrawn key after an hour")
	codes(t, w.signed(two, "two"), 200, "the key that stays")
	p.times(3)
	for i := range 50 {
		w.pass(time.Second)
		codes(t, w.askFrom("198.51.100.1", asking(sign(t, jose.ES256, w.pay, kid(strings.Repeat("x", i+1)), w.says("hr", nil)))).Code, 401, "an unknown key")
	}
	p.times(3)
}

// TestKeysWhoseAddressIsAway has the address fail for longer and longer.
func TestKeysWhoseAddressIsAway(t *testing.T) {
	w, p := publishing(t)
	p.fails()
	codes(t, w.signed(w.hr, "h1"), 503, "keys that never came")
	codes(t, w.signed(w.hr, "h1"), 503, "the same again")
	p.times(1)
	w.pass(time.Minute)
	p.publishes(publicKey("h1", &w.hr.PublicKey))
	codes(t, w.signed(w.hr, "h1"), 200, "keys that came")
	p.fails()
	w.pass(24*time.Hour - time.Second)
	codes(t, w.signed(w.hr, "h1"), 200, "keys of a day ago")
	w.pass(time.Second)
	codes(t, w.signed(w.hr, "h1"), 503, "older keys")
	if got := w.refused("firm"); len(got) != 0 {
		t.Errorf("nobody was turned away, and the audit has %q", got)
	}
}

// TestKeysOutliveAStart has the address fail when the service starts again, and a client that is changed as it proves itself.
func TestKeysOutliveAStart(t *testing.T) {
	w, p := publishing(t)
	p.publishes(publicKey("h1", &w.hr.PublicKey))
	codes(t, w.signed(w.pay, "h1"), 401, "a forged proof")
	if c, err := w.records.APIClient(t.Context(), "hr"); err != nil || !c.FetchedAt.IsZero() {
		t.Errorf("who proved nothing had keys kept: %s, %v", c.FetchedAt, err)
	}
	codes(t, w.signed(w.hr, "h1"), 200, "a right one")
	c, err := w.records.APIClient(t.Context(), "hr")
	if err != nil || !c.FetchedAt.Equal(w.at) || c.Version != 1 || !strings.Contains(string(c.Keys), "h1") {
		t.Fatalf("%+v, %v", c, err)
	}
	p.fails()
	w.start(p.reach())
	w.pass(24*time.Hour - time.Second)
	codes(t, w.signed(w.hr, "h1"), 200, "after a start, within a day")
	w.start(p.reach())
	w.pass(time.Second)
	codes(t, w.signed(w.hr, "h1"), 503, "after a day")
	w.change("hr", func(c *store.APIClient) {
		c.KeysURL, c.Keys, c.FetchedAt = "https://example.com/other", nil, time.Time{}
	})
	codes(t, w.signed(w.hr, "h1"), 503, "keys of another address")
}

// TestBadKeySets has the address answer with what is no key set, or lead elsewhere.
func TestBadKeySets(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"nothing": func(http.ResponseWriter, *http.Request) {},
		"a page":  func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) },
		"no keys": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{}`)) },
		"too many keys": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(`{"keys":[` + strings.Repeat("{},", 100) + `{}]}`))
		},
		"two sets": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"keys":[],"keys":[]}`)) },
		"too large": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(`{"keys":[],"x":"` + strings.Repeat("x", 64<<10) + `"}`))
		},
		"to plain http": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://example.com/", http.StatusFound)
		},
		"round in rings": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			w, p := publishing(t)
			p.says(answer)
			codes(t, w.signed(w.hr, "h1"), 503, name)
			if !strings.Contains(w.log.String(), "keys of an API client not fetched") {
				t.Errorf("the log says %s", w.log)
			}
		})
	}
	t.Run("keys that are passed over", func(t *testing.T) {
		w, p := publishing(t)
		p.sends([]byte(`{"keys":[{"kty":"oct","k":"AAAA","kid":"h1"},{"kty":"new"},7,` + string(keySetOf(t, publicKey("h1", &w.hr.PublicKey))[9:])))
		codes(t, w.signed(w.hr, "h1"), 200, "beside keys of other kinds")
	})
}

// TestPrivateAddressesAreNotAsked has a client publish its keys within the network that we run in.
func TestPrivateAddressesAreNotAsked(t *testing.T) {
	p := newPublisher(t)
	w := newWorld(t, func(now func() time.Time) store.Marks { return inFile(t, now) }, outbound.Config{Roots: p.reach().Roots})
	w.change("hr", func(c *store.APIClient) { c.KeysURL = p.URL + "/jwks" })
	p.publishes(publicKey("h1", &w.hr.PublicKey))
	codes(t, w.signed(w.hr, "h1"), 503, "a private address")
	p.times(0)
}

// TestKeysNeverLeadInside has an address that is let lead to another host within the network that we run in.
func TestKeysNeverLeadInside(t *testing.T) {
	p := newPublisher(t)
	reach, connected := p.reach(), 0
	reach.AllowPrivate = true
	reach.Resolve = func(_ context.Context, host string) ([]netip.Addr, error) {
		at := map[string]string{"example.com": "93.184.215.14", "inside.example": "10.0.0.5"}
		return []netip.Addr{netip.MustParseAddr(at[host])}, nil
	}
	connect := reach.Connect
	reach.Connect = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
		connected++
		return connect(ctx, to)
	}
	w := newWorld(t, func(now func() time.Time) store.Marks { return inFile(t, now) }, reach)
	w.change("hr", func(c *store.APIClient) { c.KeysURL = "https://example.com/jwks?key=hidden" })
	p.says(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://inside.example/jwks?key=hidden", http.StatusFound)
	})
	codes(t, w.signed(w.hr, "h1"), 503, "an address that leads inside")
	if log := w.log.String(); connected != 1 || strings.Contains(log, "hidden") {
		t.Errorf("%d connections were made, and the log says %s", connected, log)
	}
}

// spending calls each time before a mark is put.
type spending struct {
	store.Marks
	each func()
}

func (s *spending) Put(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	if s.each != nil {
		s.each()
	}
	return s.Marks.Put(ctx, name, value, ttl)
}

// TestNobodyWritesWaitingForKeys has a partner's address hang when somebody asks for a key that nobody knows, while a client with
// good keys is about to be noted: other firms write meanwhile.
func TestNobodyWritesWaitingForKeys(t *testing.T) {
	p, marks := newPublisher(t), &spending{}
	w := newWorld(t, func(now func() time.Time) store.Marks {
		marks.Marks = inFile(t, now)
		return marks
	}, p.reach())
	w.change("hr", func(c *store.APIClient) { c.KeysURL = "https://example.com/jwks" })
	p.publishes(publicKey("h1", &w.hr.PublicKey))
	unknown := asking(sign(t, jose.ES256, w.pay, kid("unknown"), w.says("hr", map[string]any{"exp": w.at.Add(3 * time.Minute).Unix()})))
	good := asking(w.assertion(map[string]any{"exp": w.at.Add(3 * time.Minute).Unix()}))
	hangs, release := make(chan struct{}), make(chan struct{})
	var asked sync.WaitGroup
	marks.each = sync.OnceFunc(func() {
		w.pass(time.Minute)
		p.says(func(http.ResponseWriter, *http.Request) {
			close(hangs)
			<-release
		})
		asked.Go(func() { w.ask(unknown) })
		<-hangs
	})
	asked.Go(func() { w.ask(good) })
	<-hangs
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for range 20 { // the client's own may come before or after
		if err := w.records.Update(ctx, "other", func(store.Tx) error { return nil }); err != nil {
			t.Error("another firm writes:", err)
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	close(release)
	asked.Wait()
}
