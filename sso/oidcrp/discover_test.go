package oidcrp_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"cloudpocket/sso/oidcrp"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

const goodDiscovery = `{"issuer":"https://op.example.com","authorization_endpoint":"https://op.example.com/a","token_endpoint":"https://op.example.com/t",` +
	`"jwks_uri":"https://op.example.com/k","token_endpoint_auth_methods_supported":["client_secret_basic"],"id_token_signing_alg_values_supported":["RS256"]}`

// discovering returns how to reach a server as if it were public under any name but "inside.example.com".
func discovering(t *testing.T, answer http.HandlerFunc) outbound.Config {
	s := httptest.NewTLSServer(answer)
	t.Cleanup(s.Close)
	return outbound.Config{
		Roots: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			switch host {
			case "inside.example.com":
				return []netip.Addr{netip.MustParseAddr("10.0.0.1")}, nil
			case "gone.example.com":
				return nil, errors.New("no such name")
			}
			return []netip.Addr{netip.MustParseAddr("93.184.215.14")}, nil
		},
		Connect: func(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", s.Listener.Addr().String())
		},
	}
}

func TestDiscover(t *testing.T) {
	for _, row := range []struct {
		name, issuer, body string
		kind               store.Kind
		key                string
	}{
		{"good", "https://op.example.com", goodDiscovery, 0, ""},
		{"a slash too many", "https://op.example.com/", goodDiscovery, store.Invalid, "trust.discovery_issuer"},
		{"another's issuer", "https://op.example.com", strings.Replace(goodDiscovery, "op.example.com", "evil.example.com", 1), store.Invalid, "trust.discovery_issuer"},
		{"a page", "https://op.example.com", "\n<!doctype html><p>Hello", store.Invalid, "trust.discovery_html"},
		{"no JSON", "https://op.example.com", "hello", store.Invalid, "trust.discovery_document"},
		{"an endpoint over http", "https://op.example.com", strings.Replace(goodDiscovery, "https://op.example.com/t", "http://op.example.com/t", 1), store.Invalid, "trust.discovery_endpoint"},
		{"too large", "https://op.example.com", strings.Repeat(" ", 2<<20) + goodDiscovery, store.Invalid, "trust.discovery_size"},
		{"a private address", "https://inside.example.com", goodDiscovery, store.Invalid, "trust.discovery_private"},
		{"plain http", "http://op.example.com", goodDiscovery, store.Invalid, "trust.discovery_address"},
		{"no address", "op.example.com", goodDiscovery, store.Invalid, "trust.discovery_address"},
		{"away", "https://gone.example.com", goodDiscovery, store.Unavailable, "trust.discovery_away"},
	} {
		t.Run(row.name, func(t *testing.T) {
			reach := discovering(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/.well-known/openid-configuration" {
					http.NotFound(w, r)
				}
				w.Write([]byte(row.body))
			})
			d, err := oidcrp.Discover(t.Context(), row.issuer, false, reach)
			if row.key == "" {
				if err != nil || d.Token != "https://op.example.com/t" || !d.PKCE || len(d.AuthMethods) != 1 {
					t.Fatalf("%+v, %v", d, err)
				}
				return
			}
			var e *store.Error
			if !errors.As(err, &e) || e.Key != row.key || store.KindOf(err) != row.kind {
				t.Fatalf("got %v", err)
			}
		})
	}
}
