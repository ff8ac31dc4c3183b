package oidcrp

import (
	"context"
	"crypto"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// Config is what connectors share. Every field but Keys and Outbound is required.
type Config struct {
	// BaseURL is where people reach this service, such as "https://pocket.example.jp". All of a trust's URLs are made
	// of it: {BaseURL}/sso/oidc/{trust}/ and callback, initiate, backchannel-logout, signed-out or jwks.
	BaseURL string
	// Keys sign client assertions (private_key_jwt): RSA of 2048 bits or more, ECDSA P-256, P-384 or P-521, Ed25519.
	// The first signs; all are published, so that a new one can be announced before it signs.
	Keys []crypto.Signer
	// Marks remembers logout tokens, so that each counts once.
	Marks store.Marks
	// Secret returns the client secret that a trust's SecretRef names. It is asked at each sign-in.
	Secret func(ctx context.Context, ref string) (string, error)
	// Outbound says how OPs are reached. AllowPrivate is not taken from here: it is the trust's word.
	Outbound outbound.Config
	Now      func() time.Time
	Log      *slog.Logger
}

// How a trust's client proves who it is at the token endpoint (OIDC core 9).
const (
	authBasic      = "client_secret_basic"
	authPost       = "client_secret_post"
	authPrivateKey = "private_key_jwt"
)

const defaultSkew = 60 * time.Second

// connector implements [sso.Connector] for one version of one trust.
type connector struct {
	Config
	trust  store.OwnedTrust
	oidc   store.OIDCTrust
	urls   endpoints
	signer *signer // nil without keys
	client *http.Client

	provider *cached[*provider]
	keysMu   sync.Mutex
	keys     *keySet // of the latest jwks_uri
	// tokenAudience is set once the OP has turned out to know its token endpoint alone as an assertion's audience.
	tokenAudience atomic.Bool
}

// Open returns the connector of trust. It asks nothing of the OP, which may be away; the first use does. A trust or
// configuration that cannot work is an error of kind Invalid.
func Open(_ context.Context, trust store.OwnedTrust, cfg Config) (sso.Connector, error) {
	if trust.Protocol != store.OIDC || trust.OIDC == nil {
		return nil, store.Fail(store.Invalid, "", "open trust %s: it does not speak OpenID Connect", trust.ID)
	}
	c := &connector{Config: cfg, trust: trust, oidc: *trust.OIDC}
	if c.oidc.Skew <= 0 {
		c.oidc.Skew = defaultSkew
	}
	if c.oidc.AuthMethod == "" {
		c.oidc.AuthMethod = authBasic
	}
	if err := c.prepare(); err != nil {
		return nil, store.Fail(store.Invalid, "", "open trust %s: %w", trust.ID, err)
	}
	c.reach()
	return c, nil
}

// reach sets up how the OP is asked.
func (c *connector) reach() {
	c.client = outbound.Client(c.Outbound.From(c.oidc.Issuer, c.oidc.AllowPrivate))
	c.provider = &cached[*provider]{fetch: c.discover, now: c.Now, fresh: time.Hour, retry: 5 * time.Second}
}

func (c *connector) prepare() (err error) {
	if c.urls, err = endpointsOf(c.BaseURL, c.trust.ID); err != nil {
		return err
	}
	if c.signer, err = newSigner(c.Keys); err != nil {
		return err
	}
	if err := checkURL(c.oidc.Issuer, c.oidc.AllowPrivate); err != nil {
		return fmt.Errorf("the issuer %w", err)
	}
	switch {
	case strings.ContainsAny(c.oidc.Issuer, "?#"):
		return fmt.Errorf("the issuer has a query or fragment")
	case c.oidc.ClientID == "":
		return fmt.Errorf("the client ID is empty")
	case c.Marks == nil || c.Secret == nil || c.Now == nil || c.Log == nil:
		return fmt.Errorf("marks, secret, clock or log are not given")
	case c.oidc.MaxAge < 0:
		return fmt.Errorf("the maximum age is negative")
	}
	return c.checkAuthMethod()
}

func (c *connector) checkAuthMethod() error {
	switch c.oidc.AuthMethod {
	case authBasic, authPost:
		if c.oidc.SecretRef == "" {
			return fmt.Errorf("%s needs a secret", c.oidc.AuthMethod)
		}
	case authPrivateKey:
		if c.signer == nil {
			return fmt.Errorf("%s needs a key", c.oidc.AuthMethod)
		}
	default:
		return fmt.Errorf("the client authentication %q is unknown", c.oidc.AuthMethod)
	}
	return nil
}

// endpoints are the trust's own URLs.
type endpoints struct {
	base                                             *url.URL
	callback, initiate, backchannel, signedOut, jwks string
}

func endpointsOf(base string, trust store.ID) (endpoints, error) {
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return endpoints{}, fmt.Errorf("the base URL %q is not an absolute http(s) URL without query", base)
	}
	if !trust.Valid() {
		return endpoints{}, fmt.Errorf("the trust's ID %q has not the form of one", trust)
	}
	root := u.String() + "/sso/oidc/" + string(trust) + "/"
	return endpoints{
		base:        u,
		callback:    root + "callback",
		initiate:    root + "initiate",
		backchannel: root + "backchannel-logout",
		signedOut:   root + "signed-out",
		jwks:        root + "jwks",
	}, nil
}

// Metadata returns the public keys of our client (RFC 7517), to be served at {BaseURL}/sso/oidc/{trust}/jwks; nil
// without keys.
func (c *connector) Metadata(context.Context) ([]byte, string, error) {
	if c.signer == nil {
		return nil, "", nil
	}
	return slices.Clone(c.signer.jwks), "application/jwk-set+json", nil
}

// Describe returns the public keys of our client as Metadata does; they are the same for every trust.
func Describe(_ context.Context, _ store.OwnedTrust, cfg Config) ([]byte, string, error) {
	s, err := newSigner(cfg.Keys)
	if err != nil || s == nil {
		return nil, "", err
	}
	return slices.Clone(s.jwks), "application/jwk-set+json", nil
}

// guard turns a panic into a refusal and tells the log. Nothing that an OP or a browser sends may end more than its
// own request.
func (c *connector) guard(during string, err *error) {
	if p := recover(); p != nil {
		c.Log.Error("panic while judging a message", "trust", c.trust.ID, "during", during, "stack", string(debug.Stack()))
		*err = panicked(during, p)
	}
}

// panicked words a panic by the type of its value: the value may quote a message.
func panicked(during string, p any) error {
	return sso.Refuse(reasonPanic, sso.KeyMessage, "%s: panic of type %T", during, p)
}
