package outbound_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/sso/outbound"
)

// public is an address that the guard lets through; tests connect it to their own server.
var public = netip.MustParseAddr("93.184.215.14")

// world is a TLS server that the client reaches under every name it resolves to a public address.
type world struct {
	*httptest.Server
	dialled atomic.Int32
}

func newWorld(t *testing.T, h http.HandlerFunc) *world {
	w := &world{Server: httptest.NewTLSServer(h)}
	t.Cleanup(w.Close)
	return w
}

func (w *world) config(names map[string][]netip.Addr) outbound.Config {
	return outbound.Config{
		Roots: w.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			if a, ok := names[host]; ok {
				return a, nil
			}
			return nil, errors.New("no such host")
		},
		Connect: func(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
			w.dialled.Add(1)
			return new(net.Dialer).DialContext(ctx, "tcp", w.Listener.Addr().String())
		},
	}
}

func get(t *testing.T, c outbound.Config, url string) ([]byte, error) {
	t.Helper()
	res, err := outbound.Client(c).Get(url)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

func TestAddresses(t *testing.T) {
	for _, row := range []struct {
		name, address string
		allow         bool
		want          error
	}{
		{"public", "93.184.215.14", false, nil},
		{"public v6", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", false, nil},
		{"loopback", "127.0.0.1", false, outbound.ErrPrivate},
		{"loopback allowed", "127.0.0.1", true, nil},
		{"loopback v6", "::1", false, outbound.ErrPrivate},
		{"loopback v6 allowed", "::1", true, nil},
		{"mapped loopback", "::ffff:127.0.0.1", false, outbound.ErrPrivate},
		{"private", "10.1.2.3", false, outbound.ErrPrivate},
		{"private allowed", "192.168.1.1", true, nil},
		{"unique local", "fd00::1", false, outbound.ErrPrivate},
		{"unique local allowed", "fd00::1", true, nil},
		{"shared", "100.64.0.1", false, outbound.ErrPrivate},
		{"link local stays refused", "169.254.169.254", true, outbound.ErrPrivate},
		{"mapped link local", "::ffff:169.254.169.254", true, outbound.ErrPrivate},
		{"link local v6", "fe80::1", true, outbound.ErrPrivate},
		{"unspecified", "0.0.0.0", true, outbound.ErrPrivate},
		{"unspecified v6", "::", true, outbound.ErrPrivate},
		{"multicast", "224.0.0.1", true, outbound.ErrPrivate},
		{"NAT64", "64:ff9b::7f00:1", true, outbound.ErrPrivate},
		{"6to4", "2002:7f00:1::", true, outbound.ErrPrivate},
		{"compatible", "::7f00:1", true, outbound.ErrPrivate},
		{"broadcast", "255.255.255.255", true, outbound.ErrPrivate},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
			c := w.config(map[string][]netip.Addr{"idp.example.com": {netip.MustParseAddr(row.address)}})
			c.AllowPrivate = row.allow
			_, err := get(t, c, "https://idp.example.com/")
			if !errors.Is(err, row.want) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
			if dialled := w.dialled.Load() > 0; dialled != (row.want == nil) {
				t.Fatalf("dialled: %t", dialled)
			}
		})
	}
}

// TestFrom demands that the host which was named may be a private one, and nothing else that it leads to.
func TestFrom(t *testing.T) {
	names := map[string][]netip.Addr{"idp.in": {netip.MustParseAddr("10.0.0.1")}, "db.in": {netip.MustParseAddr("10.0.0.2")}, "idp.example.com": {public}}
	for _, row := range []struct {
		name, from, url string
		private, any    bool
		want            error
	}{
		{"the host itself", "https://idp.in/metadata", "https://idp.in/keys", true, false, nil},
		{"the host in capitals", "https://IDP.in/metadata", "https://idp.in/keys", true, false, nil},
		{"a public one", "https://idp.in/", "https://idp.example.com/keys", true, false, nil},
		{"another private one", "https://idp.in/", "https://db.in/", true, false, outbound.ErrPrivate},
		{"another private one, by address", "https://idp.in/", "https://10.0.0.2/", true, false, outbound.ErrPrivate},
		{"a private one from a public one", "https://idp.example.com/", "https://idp.in/", true, false, outbound.ErrPrivate},
		{"another where any may", "https://idp.in/", "https://db.in/", true, true, nil},
		{"nothing is allowed", "https://idp.in/", "https://idp.in/", false, true, outbound.ErrPrivate},
		{"no host", "metadata", "https://idp.in/", true, false, outbound.ErrPrivate},
		{"no address", "https://[", "https://idp.in/", true, false, outbound.ErrPrivate},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
			c := w.config(names)
			c.AnyPrivate = row.any
			_, err := get(t, c.From(row.from, row.private), row.url)
			if dialled := w.dialled.Load() > 0; dialled != (row.want == nil) || row.want != nil && !errors.Is(err, row.want) {
				t.Errorf("dialled: %t, %v", dialled, err)
			}
		})
	}
}

func TestOnePrivateAddressAmongSeveral(t *testing.T) {
	w := newWorld(t, func(http.ResponseWriter, *http.Request) {})
	c := w.config(map[string][]netip.Addr{"idp.example.com": {public, netip.MustParseAddr("127.0.0.1")}})
	if _, err := get(t, c, "https://idp.example.com/"); !errors.Is(err, outbound.ErrPrivate) {
		t.Fatalf("got %v", err)
	}
}

func TestRebinding(t *testing.T) {
	w := newWorld(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	c := w.config(nil)
	var asked atomic.Int32
	c.Resolve = func(context.Context, string) ([]netip.Addr, error) {
		if asked.Add(1) == 1 {
			return []netip.Addr{public}, nil
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	if _, err := get(t, c, "https://idp.example.com/"); err != nil {
		t.Fatal(err)
	}
	if n := asked.Load(); n != 1 {
		t.Fatalf("resolved %d times for one connection", n)
	}
	if _, err := get(t, c, "https://idp.example.com/"); !errors.Is(err, outbound.ErrPrivate) {
		t.Fatalf("a new connection to the rebound name: %v", err)
	}
}

func TestPlain(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	t.Cleanup(plain.Close)
	names := map[string][]netip.Addr{"in.example.com": {netip.MustParseAddr("127.0.0.1")}, "out.example.com": {public}}
	for _, row := range []struct {
		name, url string
		allow     bool
		want      error
	}{
		{"to a public name", "http://out.example.com/", false, outbound.ErrPlain},
		{"to a private name", "http://in.example.com/", false, outbound.ErrPlain},
		{"to a private name where allowed", "http://in.example.com/", true, nil},
		{"to a public name where private is allowed", "http://out.example.com/", true, outbound.ErrPlain},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := world{Server: plain}
			c := outbound.Config{AllowPrivate: row.allow, Resolve: func(_ context.Context, h string) ([]netip.Addr, error) { return names[h], nil }}
			c.Connect = func(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "tcp", w.Listener.Addr().String())
			}
			if _, err := get(t, c, row.url); !errors.Is(err, row.want) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/private":
			http.Redirect(w, r, "https://inside.example.com/", http.StatusFound)
		case "/literal":
			http.Redirect(w, r, "https://[::1]/", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, "http://idp.example.com/", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusTemporaryRedirect)
		case "/once":
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
		default:
			io.WriteString(w, "ok")
		}
	})
	c := w.config(map[string][]netip.Addr{"idp.example.com": {public}, "inside.example.com": {netip.MustParseAddr("10.0.0.1")}})
	for _, row := range []struct {
		name, path string
		want       error
	}{
		{"one", "/once", nil},
		{"to a private name", "/private", outbound.ErrPrivate},
		{"to a private address", "/literal", outbound.ErrPrivate},
		{"down to http", "/plain", outbound.ErrPlain},
		{"to another scheme", "/file", outbound.ErrPlain},
		{"without end", "/loop", outbound.ErrRedirect},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := get(t, c, "https://idp.example.com"+row.path); !errors.Is(err, row.want) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
		})
	}
	t.Run("with a body", func(t *testing.T) {
		_, err := outbound.Client(c).Post("https://idp.example.com/once", "text/plain", strings.NewReader("secret"))
		if !errors.Is(err, outbound.ErrRedirect) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("with a credential", func(t *testing.T) {
		req, err := http.NewRequest(http.MethodGet, "https://idp.example.com/once", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer secret")
		if _, err := outbound.Client(c).Do(req); !errors.Is(err, outbound.ErrRedirect) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestSize(t *testing.T) {
	const max = 1000
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/exact":
			io.WriteString(w, strings.Repeat("a", max))
		case "/declared":
			io.WriteString(w, strings.Repeat("a", max+1))
		case "/streamed":
			io.WriteString(w, strings.Repeat("a", max/2))
			w.(http.Flusher).Flush()
			io.WriteString(w, strings.Repeat("a", max/2+1))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, strings.Repeat("a", 1<<20))
			z.Close()
		}
	})
	c := w.config(map[string][]netip.Addr{"idp.example.com": {public}})
	c.MaxBytes = max
	for _, row := range []struct {
		path string
		want error
	}{{"/exact", nil}, {"/declared", outbound.ErrTooLarge}, {"/streamed", outbound.ErrTooLarge}, {"/bomb", outbound.ErrTooLarge}} {
		t.Run(row.path, func(t *testing.T) {
			body, err := get(t, c, "https://idp.example.com"+row.path)
			if !errors.Is(err, row.want) || len(body) > max {
				t.Fatalf("got %d bytes and %v, want %v", len(body), err, row.want)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	release := make(chan struct{})
	w := newWorld(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	c := w.config(map[string][]netip.Addr{"idp.example.com": {public}})
	c.Timeout = 100 * time.Millisecond
	_, err := get(t, c, "https://idp.example.com/")
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatalf("got %v", err)
	}
}

func TestNextAddressIsTried(t *testing.T) {
	w := newWorld(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	dead := netip.MustParseAddr("93.184.215.15")
	c := w.config(map[string][]netip.Addr{"idp.example.com": {dead, public}})
	connect := c.Connect
	c.Connect = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
		if to.Addr() == dead {
			return nil, errors.New("unreachable")
		}
		return connect(ctx, to)
	}
	if body, err := get(t, c, "https://idp.example.com/"); err != nil || string(body) != "ok" {
		t.Fatalf("got %q, %v", body, err)
	}
}

func FuzzAddress(f *testing.F) {
	for _, a := range []string{"127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "93.184.215.14", "fe80::1%eth0", "[::1]", "0x7f.1"} {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, host string) {
		var reached []netip.AddrPort
		client := outbound.Client(outbound.Config{
			Resolve: func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no names here") },
			Connect: func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
				reached = append(reached, to)
				return nil, errors.New("not in a test")
			},
		})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+"/", nil)
		if err != nil {
			return
		}
		if _, err := client.Do(req); err == nil {
			t.Fatal("a request without a connection succeeded")
		}
		for _, to := range reached {
			if a := to.Addr(); a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified() {
				t.Fatalf("%q reached %s", host, to)
			}
		}
	})
}

func TestLocalhostNamesAreLoopback(t *testing.T) {
	var reached netip.AddrPort
	c := outbound.Config{Connect: func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
		reached = to
		return nil, errors.New("not in a test")
	}}
	if _, err := get(t, c, "https://op.localhost/"); !errors.Is(err, outbound.ErrPrivate) {
		t.Fatalf("got %v", err)
	}
	c.AllowPrivate = true
	if _, err := get(t, c, "https://op.localhost:8443/"); err == nil || reached.String() != "127.0.0.1:8443" {
		t.Fatalf("reached %s, error %v", reached, err)
	}
}
