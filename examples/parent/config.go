package parent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// DefaultBaseURL is where the stand-in is reached unless Config says otherwise.
const DefaultBaseURL = "http://parent.localhost:8401"

// Config is everything the stand-in is told. Users and at least one of SAML and OIDC make it useful; every other field
// may stay zero.
type Config struct {
	BaseURL string            // scheme and host as browsers see it, without a path; empty: DefaultBaseURL
	Users   []User            // who can sign in
	SAML    []ServiceProvider // services that sign in over SAML
	OIDC    []Client          // services that sign in over OpenID Connect
	Embeds  []Embed           // services that the portal page shows within itself
	Keys    Keys              // signing keys; zero: new ones, so that trusts last as long as the process

	QuickSignIn      bool // offer every user as one click on the sign-in page, and show one-time codes
	LaxContexts      bool // answer with a weaker context when the requested one cannot be had, instead of refusing
	CrossSiteCookies bool // SameSite=None; Secure, so that a frame of another site can sign in silently

	SessionLifetime time.Duration    // from sign-in to the session's end; 0: 8 hours
	RefreshEvery    time.Duration    // how long a service's fetched metadata is used; 0: 5 minutes
	Now             func() time.Time // nil: time.Now
	HTTP            *http.Client     // fetches metadata and keys, sends logout tokens; nil: one with a 5 s timeout
	Log             *slog.Logger     // nil: discarded
}

// User is one person who can sign in.
type User struct {
	Login    string // unique; typed on the sign-in page
	Password string
	Subject  string   // unique; the persistent NameID and the sub claim
	Name     string   // display name
	Email    string   // mail address
	Tenant   string   // code of the firm whose client or staff the person is
	Offices  []string // codes of the workplaces the person sees
	Role     string
	Note     Text // who this is, in a few words, for the sign-in page

	SecondFactor bool   // asks for a one-time code after the password
	TOTPSecret   string // base32 (RFC 6238); empty: derived from the keys and the login
	Documents    []Link // deep links on the portal page; see SetDocuments
}

// Text is a text in both languages.
type Text struct{ Ja, En string }

// In returns the text in language lang ("ja" or "en"), or in the other one if it is missing there.
func (t Text) In(lang string) string {
	if (lang == "en" && t.En != "") || t.Ja == "" {
		return t.En
	}
	return t.Ja
}

// Link is a document that the portal page links to.
type Link struct {
	Label string
	Path  string // path within the service, beginning with "/"
}

// ServiceProvider is a service that signs people in over SAML. Give Metadata, or MetadataURL to have it fetched at
// first use and refreshed.
type ServiceProvider struct {
	MetadataURL string
	Metadata    []byte
	Encrypt     bool     // encrypt assertions, with AES-GCM, for the key in the metadata
	Start       string   // URL at the service that begins a sign-in, taking ?to=; empty: no such link on the portal page
	Tenants     []string // whose portal pages link to it; empty: everybody's
}

// Client is a service that signs people in over OpenID Connect.
type Client struct {
	ID         string
	Secret     string // for client_secret_basic and client_secret_post
	AuthMethod string // client_secret_basic (when empty), client_secret_post or private_key_jwt

	JWKS    *jose.JSONWebKeySet // for private_key_jwt
	JWKSURI string              // for private_key_jwt, if JWKS is nil; fetched at use

	RedirectURIs           []string
	PostLogoutRedirectURIs []string
	BackChannelLogoutURI   string // empty: the service is not told of sign-outs

	Start    string   // URL at the service that begins a sign-in, taking ?to=; empty: no such link on the portal page
	Initiate string   // the service's initiate_login_uri (OIDC core 4); empty: no such link on the portal page
	Tenants  []string // whose portal pages link to it; empty: everybody's
}

func (c Config) withDefaults() (Config, error) {
	if c.BaseURL == "" {
		c.BaseURL = DefaultBaseURL
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	if c.SessionLifetime == 0 {
		c.SessionLifetime = 8 * time.Hour
	}
	if c.RefreshEvery == 0 {
		c.RefreshEvery = 5 * time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DialContext: dialLocal, IdleConnTimeout: time.Minute}}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Keys.empty() {
		keys, err := GenerateKeys(c.Now())
		if err != nil {
			return c, err
		}
		c.Keys = keys
	}
	return c, c.check()
}

// dialLocal takes every name below localhost for this machine, as browsers do (RFC 6761 6.3).
func dialLocal(ctx context.Context, network, addr string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(addr); err == nil && strings.HasSuffix(host, ".localhost") {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	return new(net.Dialer).DialContext(ctx, network, addr)
}

func (c Config) check() error {
	u, err := url.Parse(c.BaseURL)
	if err != nil {
		return fmt.Errorf("reading the base URL: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("base URL %q is not a scheme and host alone", c.BaseURL)
	}
	logins, subjects := map[string]bool{}, map[string]bool{}
	for _, u := range c.Users {
		if u.Login == "" || u.Subject == "" {
			return errors.New("a user needs a login and a subject")
		}
		if logins[u.Login] || subjects[u.Subject] {
			return fmt.Errorf("user %q: login or subject is taken", u.Login)
		}
		logins[u.Login], subjects[u.Subject] = true, true
		if err := checkLinks(u.Documents); err != nil {
			return fmt.Errorf("user %q: %w", u.Login, err)
		}
	}
	return nil
}

func checkLinks(links []Link) error {
	for _, l := range links {
		if !localPath(l.Path) {
			return fmt.Errorf("link path %q does not begin with one slash", l.Path)
		}
	}
	return nil
}

// localPath tells whether path stays on the site that it is given to.
func localPath(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n\t")
}

func (p ServiceProvider) check() error {
	if (p.MetadataURL == "") == (len(p.Metadata) == 0) {
		return errors.New("a SAML service needs either metadata or the URL of it")
	}
	return nil
}

func (c Client) check() error {
	switch {
	case c.ID == "" || len(c.RedirectURIs) == 0:
		return errors.New("an OIDC client needs an ID and a redirect URI")
	case c.method() == methodKey && c.JWKS == nil && c.JWKSURI == "":
		return fmt.Errorf("client %q: private_key_jwt needs keys or the URL of them", c.ID)
	case (c.method() == methodBasic || c.method() == methodPost) && c.Secret == "":
		return fmt.Errorf("client %q: %s needs a secret", c.ID, c.method())
	case c.method() != methodBasic && c.method() != methodPost && c.method() != methodKey:
		return fmt.Errorf("client %q: authentication method %q is unknown", c.ID, c.AuthMethod)
	}
	return nil
}

const (
	methodBasic = "client_secret_basic"
	methodPost  = "client_secret_post"
	methodKey   = "private_key_jwt"
)

func (c Client) method() string {
	if c.AuthMethod == "" {
		return methodBasic
	}
	return c.AuthMethod
}
