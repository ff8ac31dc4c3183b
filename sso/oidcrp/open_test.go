package oidcrp_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/oidcrp"
	"cloudpocket/store"
)

// noMarks is never reached: nothing here spends a logout token.
type noMarks struct{ store.Marks }

func config() oidcrp.Config {
	return oidcrp.Config{
		BaseURL: "https://pocket.example.com/app/", Marks: noMarks{}, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Secret: func(context.Context, string) (string, error) { return "secret", nil },
	}
}

func trust() store.OwnedTrust {
	return store.OwnedTrust{Owner: "firm", Trust: store.Trust{ID: "hr", Protocol: store.OIDC,
		OIDC: &store.OIDCTrust{Issuer: "https://op.example.com", ClientID: "client", SecretRef: "env:X"}}}
}

func TestOpenRefuses(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*store.OwnedTrust, *oidcrp.Config){
		"a SAML trust":              func(t *store.OwnedTrust, _ *oidcrp.Config) { t.Protocol = store.SAML },
		"settings missing":          func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC = nil },
		"an ID that is a path":      func(t *store.OwnedTrust, _ *oidcrp.Config) { t.ID = "../x" },
		"an issuer over http":       func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.Issuer = "http://op.example.com" },
		"an issuer with a query":    func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.Issuer += "?x=y" },
		"an issuer with a password": func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.Issuer = "https://u:p@op.example.com" },
		"an issuer without host":    func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.Issuer = "https:///x" },
		"no client ID":              func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.ClientID = "" },
		"no secret":                 func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.SecretRef = "" },
		"no key":                    func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.AuthMethod = "private_key_jwt" },
		"an unknown method":         func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.AuthMethod = "none" },
		"a negative age":            func(t *store.OwnedTrust, _ *oidcrp.Config) { t.OIDC.MaxAge = -1 },
		"a weak key":                func(_ *store.OwnedTrust, c *oidcrp.Config) { c.Keys = []crypto.Signer{weak} },
		"a key on a short curve":    func(_ *store.OwnedTrust, c *oidcrp.Config) { c.Keys = []crypto.Signer{p224} },
		"a base without scheme":     func(_ *store.OwnedTrust, c *oidcrp.Config) { c.BaseURL = "pocket.example.com" },
		"a base with a query":       func(_ *store.OwnedTrust, c *oidcrp.Config) { c.BaseURL += "?x" },
		"no marks":                  func(_ *store.OwnedTrust, c *oidcrp.Config) { c.Marks = nil },
	} {
		t.Run(name, func(t *testing.T) {
			tr, cfg := trust(), config()
			change(&tr, &cfg)
			if _, err := oidcrp.Open(t.Context(), tr, cfg); store.KindOf(err) != store.Invalid || err == nil {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestMetadataWithoutKeys(t *testing.T) {
	c, err := oidcrp.Open(t.Context(), trust(), config())
	if err != nil {
		t.Fatal(err)
	}
	if body, media, err := c.Metadata(t.Context()); body != nil || media != "" || err != nil {
		t.Fatalf("got %q, %q, %v", body, media, err)
	}
}

// plainOP is an OP on loopback that speaks http and knows only how to be discovered.
func plainOP(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	op := httptest.NewServer(mux)
	t.Cleanup(op.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(map[string]string{"issuer": op.URL, "authorization_endpoint": op.URL + "/auth?realm=a",
			"token_endpoint": op.URL + "/token", "jwks_uri": op.URL + "/jwks"})
	})
	return op
}

func TestPrivateIssuer(t *testing.T) {
	op := plainOP(t)
	tr := trust()
	tr.OIDC.Issuer, tr.OIDC.AllowPrivate = op.URL, true
	tr.MFA = store.MFARule{Required: true, MaxAge: time.Minute}
	tr.OIDC.ACRValues = []string{"silver"}
	c, err := oidcrp.Open(t.Context(), tr, config())
	if err != nil {
		t.Fatal(err)
	}
	a := sso.Attempt{Handle: "state", Contexts: []string{"gold"}, LoginHint: "hanako@example.com", Force: true}
	d, err := c.Start(t.Context(), &a)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"realm": "a", "state": "state", "acr_values": "gold silver", "login_hint": a.LoginHint, "max_age": "60",
		"prompt": "login", "redirect_uri": "https://pocket.example.com/app/sso/oidc/hr/callback", "scope": "openid", "nonce": a.Nonce} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if strings.Contains(d.URL, a.Verifier) || len(a.Verifier) != 43 || a.At.IsZero() {
		t.Fatalf("verifier of %d bytes, begun at %s, in %s", len(a.Verifier), a.At, d.URL)
	}
}

func TestPrivateIssuerIsRefusedUnlessAllowed(t *testing.T) {
	op := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(op.Close)
	tr := trust()
	tr.OIDC.Issuer = op.URL
	c, err := oidcrp.Open(t.Context(), tr, config())
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Start(t.Context(), &sso.Attempt{Handle: "state"})
	if sso.ReasonOf(err) != "oidc.outbound_private" {
		t.Fatalf("got %v", err)
	}
}

func TestAttemptWithoutHandle(t *testing.T) {
	c, err := oidcrp.Open(t.Context(), trust(), config())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Start(t.Context(), &sso.Attempt{}); store.KindOf(err) != store.Internal || err == nil {
		t.Fatalf("got %v", err)
	}
}

// TestLeavingDoesNotSpoilTheFetch starts with a caller who gives up at once; the one after finds what was fetched.
func TestLeavingDoesNotSpoilTheFetch(t *testing.T) {
	op := plainOP(t)
	tr := trust()
	tr.OIDC.Issuer, tr.OIDC.AllowPrivate = op.URL, true
	c, err := oidcrp.Open(t.Context(), tr, config())
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Start(gone, &sso.Attempt{Handle: "state"}); err != nil && store.KindOf(err) != store.Unavailable {
		t.Fatalf("the one who left: %v", err)
	}
	if _, err := c.Start(t.Context(), &sso.Attempt{Handle: "state"}); err != nil {
		t.Fatalf("the one who stayed: %v", err)
	}
}

func TestEdClientKey(t *testing.T) {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cfg := config()
	cfg.Keys = []crypto.Signer{ed}
	c, err := oidcrp.Open(t.Context(), trust(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	body, _, err := c.Metadata(t.Context())
	if err != nil || !strings.Contains(string(body), `"alg":"EdDSA"`) || strings.Contains(string(body), `"d":`) {
		t.Fatalf("got %s, %v", body, err)
	}
}
