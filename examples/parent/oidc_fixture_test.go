package parent_test

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"

	"cloudpocket/examples/parent"
)

const (
	state    = "the-state"
	nonce    = "the-nonce"
	verifier = "a-verifier-of-forty-three-characters-or-more"
)

// relyingParty is an OIDC service made of go-oidc and x/oauth2, without a session of its own.
type relyingParty struct {
	*httptest.Server
	t        *testing.T
	method   string // basic, post or key
	key      *rsa.PrivateKey
	issuer   string
	provider *oidc.Provider
	config   oauth2.Config
	now      func() time.Time
	extra    url.Values // further parameters of the authorisation request
	fails    bool       // the back-channel answers 500

	mu      sync.Mutex
	answer  url.Values // the last authorisation response
	tokens  *oauth2.Token
	idToken *oidc.IDToken
	err     error
	told    []string // logout tokens
	after   url.Values
}

func newRelyingParty(t *testing.T, method string) *relyingParty {
	t.Helper()
	r := &relyingParty{t: t, method: method, extra: url.Values{}}
	r.key, _ = serviceKey(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/start", func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, r.authorization(), http.StatusFound)
	})
	mux.HandleFunc("/callback", r.callback)
	mux.HandleFunc("/backchannel", r.backchannel)
	mux.HandleFunc("/initiate", func(w http.ResponseWriter, req *http.Request) { fmt.Fprint(w, "initiated ", req.URL.RawQuery) })
	mux.HandleFunc("/after", func(w http.ResponseWriter, req *http.Request) {
		r.after = req.URL.Query()
		fmt.Fprint(w, "after")
	})
	r.Server = httptest.NewServer(mux)
	t.Cleanup(r.Close)
	return r
}

func (r *relyingParty) registration() parent.Client {
	c := parent.Client{
		ID: "client-" + r.method, Secret: "s3cret & more", RedirectURIs: []string{r.URL + "/callback"},
		PostLogoutRedirectURIs: []string{r.URL + "/after"}, BackChannelLogoutURI: r.URL + "/backchannel",
		Start: r.URL + "/start", Initiate: r.URL + "/initiate",
	}
	switch r.method {
	case "post":
		c.AuthMethod = "client_secret_post"
	case "key":
		c.AuthMethod, c.Secret = "private_key_jwt", ""
		c.JWKS = &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &r.key.PublicKey, KeyID: "k1", Use: "sig"}}}
	}
	return c
}

// trust has the service discover f.
func (r *relyingParty) trust(f fixture) *relyingParty {
	r.t.Helper()
	provider, err := oidc.NewProvider(r.t.Context(), f.Issuer())
	if err != nil {
		r.t.Fatal(err)
	}
	r.provider, r.issuer, r.now = provider, f.Issuer(), f.clock.now
	c := r.registration()
	r.config = oauth2.Config{
		ClientID: c.ID, ClientSecret: c.Secret, RedirectURL: c.RedirectURIs[0], Endpoint: provider.Endpoint(),
		Scopes: []string{"openid", "profile", "email"},
	}
	r.config.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if r.method != "basic" {
		r.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return r
}

// authorization is where the browser goes to sign in.
func (r *relyingParty) authorization() string {
	options := []oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)}
	for name, values := range r.extra {
		options = append(options, oauth2.SetAuthURLParam(name, values[0]))
	}
	return r.config.AuthCodeURL(state, options...)
}

func (r *relyingParty) callback(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := req.ParseForm(); err != nil {
		r.t.Error(err)
	}
	r.answer, r.tokens, r.idToken, r.err = req.Form, nil, nil, nil
	if req.Form.Get("code") != "" {
		r.exchange(req)
	}
	fmt.Fprint(w, "at the service")
}

func (r *relyingParty) exchange(req *http.Request) {
	if r.tokens, r.err = r.redeem(req, r.answer.Get("code"), verifier); r.err != nil {
		return
	}
	raw, _ := r.tokens.Extra("id_token").(string)
	r.idToken, r.err = r.provider.VerifierContext(req.Context(), &oidc.Config{ClientID: r.config.ClientID, Now: r.now}).Verify(req.Context(), raw)
	if r.err == nil {
		r.err = r.idToken.VerifyAccessToken(r.tokens.AccessToken)
	}
}

func (r *relyingParty) redeem(req *http.Request, code, verifier string) (*oauth2.Token, error) {
	options := []oauth2.AuthCodeOption{oauth2.VerifierOption(verifier)}
	config := r.config
	if r.method == "key" {
		config.ClientSecret = ""
		options = append(options,
			oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
			oauth2.SetAuthURLParam("client_assertion", r.assertion(r.now().Format(time.RFC3339Nano), r.key)))
	}
	return config.Exchange(req.Context(), code, options...)
}

// assertion proves the client by its key (RFC 7523).
func (r *relyingParty) assertion(jti string, key *rsa.PrivateKey) string {
	r.t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: r.config.ClientID, Subject: r.config.ClientID, Audience: jwt.Audience{r.config.Endpoint.TokenURL}, ID: jti,
		IssuedAt: jwt.NewNumericDate(r.now()), Expiry: jwt.NewNumericDate(r.now().Add(time.Minute)),
	}).Serialize()
	if err != nil {
		r.t.Fatal(err)
	}
	return text
}

func (r *relyingParty) backchannel(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, req.PostFormValue("logout_token"))
	if r.fails {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// claims are those of the ID token that this package looks at.
type claims struct {
	ACR     string   `json:"acr"`
	AMR     []string `json:"amr"`
	At      int64    `json:"auth_time"`
	Sid     string   `json:"sid"`
	Azp     string   `json:"azp"`
	Name    string   `json:"name"`
	Email   string   `json:"email"`
	Tenant  string   `json:"tenant"`
	Offices []string `json:"offices"`
	Role    string   `json:"role"`
}

// signedIn returns the claims of the last sign-in, which must have succeeded.
func (r *relyingParty) signedIn() claims {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil || r.idToken == nil {
		r.t.Fatalf("the service has no ID token: %v, answered %v", r.err, r.answer)
	}
	var c claims
	if err := r.idToken.Claims(&c); err != nil {
		r.t.Fatal(err)
	}
	return c
}
