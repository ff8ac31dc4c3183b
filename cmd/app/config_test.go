package app

import (
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
	"cloudpocket/store/seal"
)

func TestConfigCheck(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Config)
		key    string // "": it is right
	}{
		{"as it is", func(*Config) {}, ""},
		{"https", func(c *Config) { c.BaseURL = "https://pocket.example.jp" }, ""},
		{"https with a port", func(c *Config) { c.BaseURL = "https://pocket.example.jp:8443" }, ""},
		{"http on this machine", func(c *Config) { c.BaseURL = "http://localhost:8400" }, ""},
		{"http on IPv4 loopback", func(c *Config) { c.BaseURL = "http://127.0.0.1:8400" }, ""},
		{"http on IPv6 loopback", func(c *Config) { c.BaseURL = "http://[::1]:8400" }, ""},
		{"http elsewhere", func(c *Config) { c.BaseURL = "http://pocket.example.jp" }, "config.base_url"},
		{"http at a name that ends like localhost", func(c *Config) { c.BaseURL = "http://notlocalhost" }, "config.base_url"},
		{"no scheme", func(c *Config) { c.BaseURL = "pocket.example.jp" }, "config.base_url"},
		{"another scheme", func(c *Config) { c.BaseURL = "ftp://pocket.example.jp" }, "config.base_url"},
		{"a path", func(c *Config) { c.BaseURL = "https://pocket.example.jp/a" }, "config.base_url"},
		{"a query", func(c *Config) { c.BaseURL = "https://pocket.example.jp?a" }, "config.base_url"},
		{"an empty query", func(c *Config) { c.BaseURL = "https://pocket.example.jp?" }, "config.base_url"},
		{"a fragment", func(c *Config) { c.BaseURL = "https://pocket.example.jp#a" }, "config.base_url"},
		{"a name and password", func(c *Config) { c.BaseURL = "https://me:secret@pocket.example.jp" }, "config.base_url"},
		{"no host", func(c *Config) { c.BaseURL = "https://:443" }, "config.base_url"},
		{"the usual port", func(c *Config) { c.BaseURL = "https://pocket.example.jp:443" }, "config.base_url"},
		{"the usual port of http", func(c *Config) { c.BaseURL = "http://localhost:80" }, "config.base_url"},
		{"capitals", func(c *Config) { c.BaseURL = "https://Pocket.example.jp" }, "config.base_url"},
		{"nothing", func(c *Config) { c.BaseURL = "" }, "config.base_url"},
		{"not a URL", func(c *Config) { c.BaseURL = "https://pocket example" }, "config.base_url"},
		{"certificate and key", func(c *Config) { c.TLSCert, c.TLSKey = "a", "b" }, ""},
		{"certificate alone", func(c *Config) { c.TLSCert = "a" }, "config.tls"},
		{"key alone", func(c *Config) { c.TLSKey = "a" }, "config.tls"},
		{"idle as long as absolute", func(c *Config) { c.SessionIdle = c.SessionAbsolute }, ""},
		{"idle longer than absolute", func(c *Config) { c.SessionIdle = c.SessionAbsolute + 1 }, "config.session"},
		{"idle too short", func(c *Config) { c.SessionIdle = time.Second }, "config.session"},
		{"negative drain", func(c *Config) { c.Drain = -1 }, "config.stop"},
		{"negative stop delay", func(c *Config) { c.StopDelay = -1 }, "config.stop"},
		{"negative lease of work", func(c *Config) { c.TaskLease = -1 }, "config.task_lease"},
		{"events for a month", func(c *Config) { c.EventsKept = 31 * 24 * time.Hour }, ""},
		{"events for less", func(c *Config) { c.EventsKept = 30 * 24 * time.Hour }, "config.events_kept"},
		{"no metadata refresh", func(c *Config) { c.MetadataRefresh = 0 }, "config.metadata_refresh"},
		{"nothing said of scanning", func(c *Config) { c.Scan = "" }, "config.scan"},
		{"a scanner", func(c *Config) { c.Scan = "tcp://127.0.0.1:3310" }, ""},
		{"a scanner on this machine", func(c *Config) { c.Scan = "unix:///run/clamd" }, ""},
		{"a scanner that is none", func(c *Config) { c.Scan = "on" }, "config.scan"},
		{"a mail server", func(c *Config) { c.SMTP = SMTPConfig{Host: "mx.example.jp", From: "pocket@example.jp"} }, ""},
		{"a mail server without a sender", func(c *Config) { c.SMTP.Host = "mx.example.jp" }, "config.smtp"},
		{"a sender without a mail server", func(c *Config) { c.SMTP.From = "pocket@example.jp" }, "config.smtp"},
		{"a user without a password", func(c *Config) {
			c.SMTP = SMTPConfig{Host: "mx.example.jp", From: "pocket@example.jp", User: "pocket"}
		}, "config.smtp"},
		{"an hour that is none", func(c *Config) { c.SMTP.DigestHour = 24 }, "config.smtp"},
		{"proxies", func(c *Config) { c.Proxies = []string{"10.0.0.1", "10.1.0.0/16", "fd00::/8", "::1"} }, ""},
		{"a proxy's name", func(c *Config) { c.Proxies = []string{"10.0.0.1", "proxy.example"} }, "config.proxies"},
		{"a proxy's range that is none", func(c *Config) { c.Proxies = []string{"10.0.0.0/33"} }, "config.proxies"},
		{"an empty proxy", func(c *Config) { c.Proxies = []string{""} }, "config.proxies"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := testConfig(t)
			tt.change(&c)
			err := c.Check()
			var e *store.Error
			switch {
			case tt.key == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.key != "" && (!errors.As(err, &e) || e.Key != tt.key || e.Kind != store.Invalid):
				t.Errorf("%v, want %s", err, tt.key)
			case tt.key != "" && strings.Contains(err.Error(), "secret"):
				t.Errorf("the error shows a password: %v", err)
			}
		})
	}
}

func TestConfigKeepsPasswordsToItself(t *testing.T) {
	c := StoreConfig{Data: "d", Database: "postgres://u:secret@h/db", Redis: "redis://:secret@h"}
	if s := c.String(); strings.Contains(s, "secret") || !strings.Contains(s, "data d") {
		t.Errorf("printed as %q", s)
	}
}

// TestKeysAreMadeOnce has many start at once in an empty folder: all use the same keys, which nobody else can read.
func TestKeysAreMadeOnce(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var (
		all  sync.WaitGroup
		mu   sync.Mutex
		seen = map[string]int{}
	)
	for range 8 {
		all.Go(func() {
			saml, err := samlKeys(nil, data, time.Now())
			oidc, other := oidcKeys(nil, data)
			if err := errors.Join(err, other); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			seen["saml"+string(saml[0].Certificate.Raw)]++
			public, err := keyPEM(oidc[0])
			if err != nil {
				t.Error(err)
			}
			seen["oidc"+string(public)]++
		})
	}
	all.Wait()
	if len(seen) != 2 {
		t.Errorf("%d different keys are in use, want one of each kind", len(seen))
	}
	folder := filepath.Join(data, "keys")
	entries, err := os.ReadDir(folder)
	noError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		noError(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %s", e.Name(), info.Mode())
		}
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 || len(entries) != 2 {
		t.Errorf("the folder holds %d files, mode %v, %v", len(entries), info.Mode(), err)
	}
}

func TestKeyFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		noError(t, os.WriteFile(path, text, 0o600))
		return path
	}
	exchange, err := ecdh.X25519().GenerateKey(rand.Reader)
	noError(t, err)
	cannotSign, err := keyPEM(exchange)
	noError(t, err)
	good, err := newOIDCKey()
	noError(t, err)
	pairs, err := newSAMLKey(time.Now())
	noError(t, err)
	tests := []struct {
		name  string
		files []string
		saml  bool
		want  string // "": read
	}{
		{"OIDC", []string{file("good", good)}, false, ""},
		{"several", []string{file("good", good), file("good", good)}, false, ""},
		{"OIDC that is not there", []string{filepath.Join(dir, "none")}, false, "no such file"},
		{"OIDC not PEM", []string{file("text", []byte("text"))}, false, "is not PEM"},
		{"OIDC not a key", []string{file("pem", []byte("-----BEGIN X-----\nAAAA\n-----END X-----\n"))}, false, "not a PKCS #8"},
		{"OIDC that cannot sign", []string{file("exchange", cannotSign)}, false, "cannot sign"},
		{"SAML", []string{file("pair", pairs)}, true, ""},
		{"SAML without a certificate", []string{file("good", good)}, true, "our SAML key"},
		{"SAML that is not there", []string{filepath.Join(dir, "none")}, true, "no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var n int
			var err error
			if tt.saml {
				keys, failed := samlKeys(tt.files, dir, time.Now())
				n, err = len(keys), failed
			} else {
				keys, failed := oidcKeys(tt.files, dir)
				n, err = len(keys), failed
			}
			switch {
			case tt.want == "" && (err != nil || n != len(tt.files)):
				t.Errorf("%d keys, %v", n, err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "%!")):
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestClientSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	noError(t, os.WriteFile(file, []byte("from the file\n"), 0o600))
	t.Setenv("POCKET_TEST_SECRET", "from the environment")
	tests := []struct{ name, ref, want, failure string }{
		{"environment", "env:POCKET_TEST_SECRET", "from the environment", ""},
		{"file", "file:" + file, "from the file", ""},
		{"no such variable", "env:POCKET_TEST_NONE", "", "no variable"},
		{"no such file", "file:" + file + ".none", "", "no such file"},
		{"the secret itself", "hunter2", "", "env:NAME or file:PATH"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := secret(t.Context(), tt.ref)
			if got != tt.want || (tt.failure == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.failure) {
				t.Errorf("%q, %v; want %q, %q", got, err, tt.want, tt.failure)
			}
		})
	}
}

// TestSealedClientSecret demands that a sealed secret is read for the trust that it was given to, and for no other.
func TestSealedClientSecret(t *testing.T) {
	key, err := seal.Open(seal.NewKey())
	noError(t, err)
	other, err := seal.Open(seal.NewKey())
	noError(t, err)
	ref, err := portal.SealSecret(key, "op", "s3cret & more")
	noError(t, err)
	t.Setenv("POCKET_TEST_SECRET", "from the environment")
	tests := []struct {
		name, ref string
		trust     store.ID
		sealer    store.Sealer
		want      string // "": it fails
	}{
		{"its own", ref, "op", key, "s3cret & more"},
		{"another trust's", ref, "po", key, ""},
		{"another deployment's", ref, "op", other, ""},
		{"nothing to open with", ref, "op", nil, ""},
		{"cut off", ref[:len(ref)-4], "op", key, ""},
		{"no base64", "sealed:%", "op", key, ""},
		{"empty", "sealed:", "op", key, ""},
		{"environment", "env:POCKET_TEST_SECRET", "op", key, "from the environment"},
		{"the secret itself", "hunter2", "op", key, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := clientSecret(tt.sealer, tt.trust)(t.Context(), tt.ref)
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
			if err != nil && (strings.Contains(err.Error(), "hunter2") || len(tt.ref) > 8 && strings.Contains(err.Error(), tt.ref[8:])) {
				t.Errorf("the error tells the reference: %v", err)
			}
		})
	}
}
