package redisstore

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseURL(t *testing.T) {
	for _, row := range []struct {
		name, url string
		want      Config
		tls       bool
	}{
		{"host alone", "redis://cache", Config{Addrs: []string{"cache:6379"}}, false},
		{"everything", "redis://web:s%40cret@cache:7000/3?prefix=cp%3A&pool=40",
			Config{Addrs: []string{"cache:7000"}, Username: "web", Password: "s@cret", DB: 3, Prefix: "cp:", PoolSize: 40}, false},
		{"password alone", "redis://:secret@127.0.0.1/", Config{Addrs: []string{"127.0.0.1:6379"}, Password: "secret"}, false},
		{"TLS", "rediss://cache", Config{Addrs: []string{"cache:6379"}}, true},
		{"IPv6", "redis://[::1]:7000", Config{Addrs: []string{"[::1]:7000"}}, false},
		{"IPv6 without port", "redis://[::1]", Config{Addrs: []string{"[::1]:6379"}}, false},
		{"cluster", "redis+cluster://a:1,b,[::1]:3", Config{Addrs: []string{"a:1", "b:6379", "[::1]:3"}, Cluster: true}, false},
		{"cluster of one", "rediss+cluster://:pw@a", Config{Addrs: []string{"a:6379"}, Cluster: true, Password: "pw"}, true},
		{"sentinel", "redis+sentinel://u:p@a,b:2/1?master=main&sentinel_username=su&sentinel_password=sp",
			Config{Addrs: []string{"a:26379", "b:2"}, Master: "main", DB: 1, Username: "u", Password: "p", SentinelUsername: "su", SentinelPassword: "sp"}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseURL(row.url)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, got, cmpopts.IgnoreFields(Config{}, "TLS", "Now")); diff != "" {
				t.Error(diff)
			}
			if (got.TLS != nil) != row.tls {
				t.Errorf("TLS is %v", got.TLS)
			}
			s := mustOpen(t, got)
			if s.now == nil {
				t.Error("there is no clock")
			}
		})
	}
}

func TestParseURLRefuses(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, url string }{
		{"nothing", ""},
		{"no scheme", "cache:6379"},
		{"another scheme", "http://:secret@cache"},
		{"another mode", "redis+ring://:secret@cache"},
		{"no host", "redis://:secret@"},
		{"an empty host", "redis+cluster://:secret@a,,b"},
		{"a bad port", "redis://:secret@a:b"},
		{"several hosts, one server", "redis://:secret@a,b"},
		{"sentinels without master", "redis+sentinel://:secret@a"},
		{"master without sentinels", "redis://:secret@a?master=main"},
		{"a database that is no number", "redis://:secret@a/main"},
		{"a negative database", "redis://:secret@a/-1"},
		{"a pool that is no number", "redis://:secret@a?pool=many"},
		{"a bad escape", "redis://:secret%zz@a"},
		{"a missing certificate file", "rediss://:secret@a?ca=/nowhere.pem"},
		{"an empty certificate file", "rediss://:secret@a?ca=" + empty},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := ParseURL(row.url)
			if err == nil {
				t.Fatalf("accepted as %+v", c)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"no address":                    {},
		"cluster with sentinels":        {Addrs: []string{"a:1"}, Cluster: true, Master: "main"},
		"cluster with a database":       {Addrs: []string{"a:1"}, Cluster: true, DB: 1},
		"several addresses, one server": {Addrs: []string{"a:1", "b:1"}, TLS: &tls.Config{}},
	} {
		if _, err := Open(c); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}
