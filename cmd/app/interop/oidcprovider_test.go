package interop_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
)

// client is the least that an OpenID relying party is. State and nonce are fixed: the provider is on trial here, not it.
type client struct {
	t        *testing.T
	url, id  string
	provider *oidc.Provider
	oauth    oauth2.Config
	key      *rsa.PrivateKey // for private_key_jwt; nil means the secret
	verifier string
	idToken  string
	told     chan string // back-channel logout tokens
}

func newClient(t *testing.T, id string) *client {
	t.Helper()
	c := &client{t: t, id: id, verifier: oauth2.GenerateVerifier(), told: make(chan string, 1)}
	c.url = interop.Serve(t, "pocket.localhost", c)
	return c
}

func (c *client) registration() interop.OIDCClient {
	r := interop.OIDCClient{
		ID: c.id, Secret: "secret of " + c.id,
		RedirectURIs: []string{c.url + "/callback"}, PostLogoutRedirectURIs: []string{c.url + "/bye"},
		BackchannelLogoutURI: c.url + "/backchannel", BackchannelSession: true,
	}
	if c.key != nil {
		r.Secret, r.AuthMethod = "", "private_key_jwt"
		r.JWKS = &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: c.key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}}
	}
	return r
}

func (c *client) context() context.Context {
	return oidc.ClientContext(context.Background(), interop.Client())
}

func (c *client) discover(op *interop.OpenIDProvider) {
	c.t.Helper()
	p, err := oidc.NewProvider(c.context(), op.Issuer())
	if err != nil {
		c.t.Fatal(err)
	}
	c.provider = p
	c.oauth = oauth2.Config{ClientID: c.id, ClientSecret: c.registration().Secret, Endpoint: p.Endpoint(),
		RedirectURL: c.url + "/callback", Scopes: []string{"openid"}}
}

func (c *client) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/login":
		http.Redirect(w, r, c.oauth.AuthCodeURL("state", oidc.Nonce("nonce"), oauth2.S256ChallengeOption(c.verifier)), http.StatusFound)
	case "/login-without-pkce":
		http.Redirect(w, r, c.oauth.AuthCodeURL("state", oidc.Nonce("nonce")), http.StatusFound)
	case "/callback":
		body, err := c.answered(r.URL.Query())
		if err != nil {
			body = []byte(err.Error())
		}
		fmt.Fprintf(w, `<pre id="told">%s</pre>`, body)
	case "/backchannel":
		c.told <- r.FormValue("logout_token")
	case "/bye":
		fmt.Fprintf(w, `<pre id="bye">%s</pre>`, r.FormValue("state"))
	default:
		http.NotFound(w, r)
	}
}

// answered redeems the code and returns the ID token's claims with the answer's own iss (RFC 9207).
func (c *client) answered(q url.Values) ([]byte, error) {
	if q.Get("error") != "" {
		return []byte(q.Get("error")), nil
	}
	tok, err := c.oauth.Exchange(c.context(), q.Get("code"), append(c.assertion(), oauth2.VerifierOption(c.verifier))...)
	if err != nil {
		return nil, err
	}
	c.idToken, _ = tok.Extra("id_token").(string)
	id, err := c.provider.Verifier(&oidc.Config{ClientID: c.id}).Verify(c.context(), c.idToken)
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return nil, err
	}
	claims["answered by"] = q.Get("iss")
	return json.Marshal(claims)
}

// assertion is the client's proof of who it is (RFC 7523), when it has a key.
func (c *client) assertion() []oauth2.AuthCodeOption {
	if c.key == nil {
		return nil
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: c.key, KeyID: "1"}}, nil)
	if err != nil {
		c.t.Error(err)
		return nil
	}
	proof, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: c.id, Subject: c.id, Audience: jwt.Audience{c.provider.Endpoint().TokenURL},
		ID: rand.Text(), Expiry: jwt.NewNumericDate(time.Now().Add(time.Minute)), IssuedAt: jwt.NewNumericDate(time.Now())}).Serialize()
	if err != nil {
		c.t.Error(err)
	}
	return []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("client_assertion", proof),
		oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")}
}

func (c *client) claims(p *interop.Page) map[string]any {
	c.t.Helper()
	p.WaitURL(c.url + "/callback")
	var got map[string]any
	if text := p.Text("#told"); json.Unmarshal([]byte(text), &got) != nil {
		c.t.Fatalf("told %q", text)
	}
	return got
}

func oidcPeople() map[string]interop.OIDCPerson {
	return map[string]interop.OIDCPerson{"hanako": {Password: "ひみつ", ACR: "urn:example:mfa", AMR: []string{"pwd", "otp"},
		Claims: map[string]any{"name": "年金 花子", "tenant": "t1", "offices": []string{"13-アイウ", "27-エオカ"}}}}
}

func TestOIDCProviderSignsIn(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	browser := interop.Browser(t)
	for _, tt := range []struct {
		name string
		key  *rsa.PrivateKey
	}{{"a client with a secret", nil}, {"a client with a key", key}} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, "pocket")
			c.key = tt.key
			op := interop.OIDCProvider(t, interop.OIDCConfig{Clients: []interop.OIDCClient{c.registration()}, People: oidcPeople()})
			c.discover(op)
			if tt.key != nil {
				c.oauth.Endpoint.AuthStyle = oauth2.AuthStyleInParams
			}
			p := browser.Page(t, interop.Phone(), "ja")
			p.Open(c.url + "/login")
			op.SignIn(p, "hanako", "ひみつ")
			got := c.claims(p)
			for claim, want := range map[string]string{
				"sub": "hanako", "nonce": "nonce", "acr": "urn:example:mfa", "amr": "[pwd otp]", "name": "年金 花子",
				"offices": "[13-アイウ 27-エオカ]", "iss": op.Issuer(), "answered by": op.Issuer(),
			} {
				if fmt.Sprint(got[claim]) != want {
					t.Errorf("%s is %v, want %s", claim, got[claim], want)
				}
			}
			if got["sid"] == nil || got["auth_time"] == nil {
				t.Errorf("no sid or auth_time in %v", got)
			}
		})
	}
}

func TestOIDCProviderRefuses(t *testing.T) {
	c := newClient(t, "pocket")
	op := interop.OIDCProvider(t, interop.OIDCConfig{Clients: []interop.OIDCClient{c.registration()}, People: oidcPeople()})
	c.discover(op)
	p := interop.Browser(t).Page(t, interop.Desktop(), "en")

	p.Open(c.url + "/login-without-pkce")
	p.WaitURL(c.url + "/callback")
	if got := p.Text("#told"); got != "invalid_request" {
		t.Errorf("without PKCE: told %q", got)
	}
	p.Open(c.url + "/login")
	op.SignIn(p, "hanako", "wrong")
	p.Click("#refuse")
	p.WaitURL(c.url + "/callback")
	if got := p.Text("#told"); got != "access_denied" {
		t.Errorf("after a refusal: told %q", got)
	}
}

func TestOIDCProviderSignsOutEverywhere(t *testing.T) {
	one, other := newClient(t, "pocket"), newClient(t, "payroll")
	op := interop.OIDCProvider(t, interop.OIDCConfig{
		Clients: []interop.OIDCClient{one.registration(), other.registration()}, People: oidcPeople()})
	one.discover(op)
	other.discover(op)
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(one.url + "/login")
	op.SignIn(p, "hanako", "ひみつ")
	sid := one.claims(p)["sid"]
	p.Open(other.url + "/login") // signed in already: no form
	otherSid := other.claims(p)["sid"]

	q := url.Values{"id_token_hint": {one.idToken}, "post_logout_redirect_uri": {one.url + "/bye"}, "state": {"handle"}}
	p.Open(op.Issuer() + "/session/end?" + q.Encode())
	p.WaitURL(one.url + "/bye")
	if got := p.Text("#bye"); got != "handle" {
		t.Errorf("back with state %q", got)
	}
	for c, want := range map[*client]any{one: sid, other: otherSid} {
		if got := c.logoutToken(); got["sid"] != want || got["sub"] != "hanako" || got["events"] == nil {
			t.Errorf("%s was told %v, want sid %v", c.id, got, want)
		}
	}
}

// logoutToken returns the claims of the logout token that arrives (OIDC back-channel logout 2.4).
func (c *client) logoutToken() map[string]any {
	c.t.Helper()
	select {
	case raw := <-c.told:
		tok, err := c.provider.Verifier(&oidc.Config{ClientID: c.id}).Verify(c.context(), raw)
		if err != nil {
			c.t.Fatal(err)
		}
		claims := map[string]any{}
		if err := tok.Claims(&claims); err != nil {
			c.t.Fatal(err)
		}
		return claims
	case <-time.After(10 * time.Second):
		c.t.Fatalf("no logout token for %s", c.id)
		return nil
	}
}

func TestOIDCProviderChangesKeysAndComesBack(t *testing.T) {
	op := interop.OIDCProvider(t, interop.OIDCConfig{People: oidcPeople()})
	before := keys(t, op)
	op.Rekey()
	if after := keys(t, op); len(after.Keys) != 1 || after.Keys[0].KeyID == before.Keys[0].KeyID {
		t.Errorf("keys %v, before %v", after.Keys, before.Keys)
	}
	op.Stop()
	if _, err := interop.Client().Get(op.Issuer()); err == nil {
		t.Error("a stopped provider answers")
	}
}

func keys(t *testing.T, op *interop.OpenIDProvider) jose.JSONWebKeySet {
	t.Helper()
	res, err := interop.Client().Get(op.Issuer() + "/jwks")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var set jose.JSONWebKeySet
	if err := json.NewDecoder(res.Body).Decode(&set); err != nil {
		t.Fatal(err)
	}
	return set
}
