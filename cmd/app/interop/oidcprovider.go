package interop

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

//go:embed oidcprovider.mjs
var oidcScript []byte

// OIDCConfig is whom oidc-provider knows.
type OIDCConfig struct {
	Clients       []OIDCClient
	People        map[string]OIDCPerson // by user name, which is the sub too
	ConfirmLogout bool                  // ask the person before signing out; otherwise it happens at once
}

// OIDCClient is a registered client, in the words of OIDC registration 2 and of the logout specifications.
type OIDCClient struct {
	ID                     string              `json:"client_id"`
	Secret                 string              `json:"client_secret,omitempty"`
	AuthMethod             string              `json:"token_endpoint_auth_method"` // client_secret_basic if empty
	JWKS                   *jose.JSONWebKeySet `json:"jwks,omitempty"`             // public keys, for private_key_jwt
	RedirectURIs           []string            `json:"redirect_uris"`
	PostLogoutRedirectURIs []string            `json:"post_logout_redirect_uris,omitempty"`
	BackchannelLogoutURI   string              `json:"backchannel_logout_uri,omitempty"`
	BackchannelSession     bool                `json:"backchannel_logout_session_required,omitempty"` // sid in ID and logout tokens
	GrantTypes             []string            `json:"grant_types,omitempty"`
	IDTokenAlg             string              `json:"id_token_signed_response_alg,omitempty"`
}

// OIDCPerson is somebody who can sign in with a password.
type OIDCPerson struct {
	Password string         `json:"password"`
	Claims   map[string]any `json:"claims"` // in the ID token and at the userinfo endpoint, for the scope openid
	ACR      string         `json:"acr,omitempty"`
	AMR      []string       `json:"amr,omitempty"`
}

// OpenIDProvider is a running oidc-provider.
type OpenIDProvider struct {
	process
	dir    string
	config OIDCConfig
	keys   jose.JSONWebKeySet
}

// OIDCProvider starts the npm package oidc-provider as an OpenID provider at op.localhost. It demands PKCE, sends iss
// with its answers (RFC 9207), and offers logout by the client and over the back channel.
func OIDCProvider(t testing.TB, c OIDCConfig) *OpenIDProvider {
	t.Helper()
	modules := filepath.Join(variable(t, "CLOUDPOCKET_TEST_OIDC_PROVIDER"), "node_modules")
	node := variable(t, "CLOUDPOCKET_TEST_NODE")
	p := &OpenIDProvider{process: process{t: t, name: "oidc-provider"}, dir: t.TempDir(), config: c}
	p.keys.Keys = []jose.JSONWebKey{signingKey(t)}
	p.command = func(int) *exec.Cmd {
		script, settings := filepath.Join(p.dir, "provider.mjs"), filepath.Join(p.dir, "settings.json")
		p.write(script, oidcScript)
		p.write(settings, p.settings(modules))
		cmd := exec.Command(node, script, settings)
		cmd.Env = append(os.Environ(), "NODE_ENV=production")
		return cmd
	}
	p.ready = func() error {
		_, err := fetch(p.Issuer() + "/.well-known/openid-configuration")
		return err
	}
	p.start()
	return p
}

// Issuer returns the provider's issuer identifier.
func (p *OpenIDProvider) Issuer() string { return fmt.Sprintf("http://op.localhost:%d", p.port) }

// LogoutURL returns where a browser ends the session at the provider and at every client it was used for.
func (p *OpenIDProvider) LogoutURL(clientID string) string {
	return p.Issuer() + "/session/end?" + url.Values{"client_id": {clientID}}.Encode()
}

// Configure starts the provider again, on the same port, with other clients and people. All sessions are forgotten.
func (p *OpenIDProvider) Configure(c OIDCConfig) {
	p.t.Helper()
	p.Stop()
	p.config = c
	p.Start()
}

// Rekey starts the provider again with a new signing key. All sessions are forgotten.
func (p *OpenIDProvider) Rekey() {
	p.t.Helper()
	p.Stop()
	p.keys.Keys = []jose.JSONWebKey{signingKey(p.t)}
	p.Start()
}

// SignIn fills in the provider's form, which page must be showing or about to show.
func (p *OpenIDProvider) SignIn(page *Page, user, password string) {
	p.t.Helper()
	page.WaitURL(p.Issuer() + "/interaction/")
	page.Fill("input[name=user]", user)
	page.Fill("input[name=password]", password)
	page.Submit("#sign-in")
}

func (p *OpenIDProvider) settings(modules string) []byte {
	p.t.Helper()
	claims, contexts := map[string]bool{}, map[string]bool{}
	for _, person := range p.config.People {
		for name := range person.Claims {
			claims[name] = true
		}
		if person.ACR != "" {
			contexts[person.ACR] = true
		}
	}
	clients := append([]OIDCClient{}, p.config.Clients...) // never null in JSON
	for i := range clients {
		clients[i].AuthMethod = cmp.Or(clients[i].AuthMethod, "client_secret_basic")
	}
	body, err := json.Marshal(map[string]any{
		"issuer": p.Issuer(), "port": p.port, "modules": modules, "secret": rand.Text(), "jwks": p.keys,
		"clients": clients, "people": p.config.People, "confirm_logout": p.config.ConfirmLogout,
		"claims": slices.Sorted(maps.Keys(claims)), "acr_values": slices.Sorted(maps.Keys(contexts)),
	})
	if err != nil {
		p.t.Fatal("write oidc-provider's settings:", err)
	}
	return body
}

func (p *OpenIDProvider) write(path string, body []byte) {
	p.t.Helper()
	if err := os.WriteFile(path, body, 0o600); err != nil {
		p.t.Fatal("write oidc-provider's configuration:", err)
	}
}

func signingKey(t testing.TB) jose.JSONWebKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal("make a signing key:", err)
	}
	return jose.JSONWebKey{Key: key, KeyID: rand.Text(), Algorithm: string(jose.RS256), Use: "sig"}
}
