package route_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"cloudpocket/portal/route"
)

func TestAddress(t *testing.T) {
	tests := []struct {
		name    string
		peer    string
		forward []string // X-Forwarded-For, a header each
		want    string
	}{
		{"direct", "203.0.113.9:4000", nil, "203.0.113.9"},
		{"direct over IPv6", "[2001:db8::9]:4000", nil, "2001:db8::9"},
		{"a stranger's header", "203.0.113.9:4000", []string{"198.51.100.1"}, "203.0.113.9"},
		{"by the proxy", "10.0.0.1:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"by two proxies", "10.0.0.1:4000", []string{"198.51.100.1, 10.1.2.3"}, "198.51.100.1"},
		{"in two headers", "10.0.0.1:4000", []string{"198.51.100.1", "10.1.2.3"}, "198.51.100.1"},
		{"spoofed before the proxy", "10.0.0.1:4000", []string{"127.0.0.1, 10.1.2.3, 198.51.100.1"}, "198.51.100.1"},
		{"spoofed in a header before", "10.0.0.1:4000", []string{"127.0.0.1", "198.51.100.1"}, "198.51.100.1"},
		{"the proxy itself", "10.0.0.1:4000", nil, "10.0.0.1"},
		{"proxies alone", "10.0.0.1:4000", []string{"10.1.2.3"}, "10.1.2.3"},
		{"nonsense last", "10.0.0.1:4000", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"nonsense before", "10.0.0.1:4000", []string{"<script>, 198.51.100.1"}, "198.51.100.1"},
		{"an empty header", "10.0.0.1:4000", []string{""}, "10.0.0.1"},
		{"IPv6 by the proxy", "10.0.0.1:4000", []string{"2001:db8::5"}, "2001:db8::5"},
		{"an IPv6 proxy", "[fd00::1]:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:4000", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"a stranger's IPv4 in IPv6", "[::ffff:203.0.113.9]:4000", []string{"198.51.100.1"}, "203.0.113.9"},
		{"with a port", "10.0.0.1:4000", []string{"198.51.100.1:5000"}, "198.51.100.1"},
		{"IPv6 with a port", "10.0.0.1:4000", []string{"[2001:db8::5]:5000"}, "2001:db8::5"},
		{"a zone is cut off", "[fe80::1%eth0]:4000", nil, "fe80::1"},
		{"no address at all", "@", nil, "@"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newRouter(func(c *route.Config) {
				c.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::1/128")}
			})
			var got string
			s.Plain("GET", "/", func(_ http.ResponseWriter, r *http.Request) error { got = route.Address(r.Context()); return nil })
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.peer
			for _, value := range tt.forward {
				r.Header.Add("X-Forwarded-For", value)
			}
			s.ServeHTTP(httptest.NewRecorder(), r)
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"198.51.100.1", "127.0.0.1, 10.1.2.3", "[2001:db8::5]:80", ",,", "fe80::1%eth0"} {
		f.Add(seed)
	}
	s := newRouter(func(c *route.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	var got string
	s.Plain("GET", "/", func(_ http.ResponseWriter, r *http.Request) error { got = route.Address(r.Context()); return nil })
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "10.0.0.1:4000"
		r.Header["X-Forwarded-For"] = []string{header}
		s.ServeHTTP(httptest.NewRecorder(), r)
		addr, err := netip.ParseAddr(got)
		if err != nil || addr.Zone() != "" || addr.String() != got {
			t.Errorf("%q becomes %q", header, got)
		}
	})
}
