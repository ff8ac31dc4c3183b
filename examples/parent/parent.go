package parent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/crewjam/saml"
)

// Parent is a running stand-in. It is an http.Handler and safe for concurrent use.
type Parent struct {
	cfg      Config
	keys     keyring
	handler  http.Handler
	pages    pages
	idp      *saml.IdentityProvider
	services *services

	sessions *expiring[session]
	flows    *expiring[flow]
	logouts  *expiring[logout]
	ends     *expiring[endRequest]
	codes    *expiring[grant]
	tokens   *expiring[grant]
	seen     *expiring[struct{}] // jti of client assertions

	mu      sync.RWMutex
	users   []User
	clients []Client
	embeds  []Embed
}

// New returns a stand-in for c. It listens nowhere by itself and fetches nothing yet. It fails if c contradicts itself.
func New(c Config) (*Parent, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("configuring the parent: %w", err)
	}
	keys, err := c.Keys.parse()
	if err != nil {
		return nil, fmt.Errorf("configuring the parent: %w", err)
	}
	p := &Parent{cfg: c, keys: keys, users: usersOf(c.Users, keys)}
	p.remember()
	if p.pages, err = loadPages(); err != nil {
		return nil, err
	}
	p.idp = p.identityProvider()
	p.services = newServices(c)
	if err := p.register(c); err != nil {
		return nil, err
	}
	p.handler = p.routes()
	return p, nil
}

func (p *Parent) remember() {
	now := p.cfg.Now
	p.sessions = newExpiring[session](now)
	p.flows = newExpiring[flow](now)
	p.logouts = newExpiring[logout](now)
	p.ends = newExpiring[endRequest](now)
	p.codes = newExpiring[grant](now)
	p.tokens = newExpiring[grant](now)
	p.seen = newExpiring[struct{}](now)
}

func (p *Parent) register(c Config) error {
	for _, sp := range c.SAML {
		if err := p.RegisterSAML(sp); err != nil {
			return err
		}
	}
	for _, client := range c.OIDC {
		if err := p.RegisterOIDC(client); err != nil {
			return err
		}
	}
	for _, e := range c.Embeds {
		if err := p.RegisterEmbed(e); err != nil {
			return err
		}
	}
	return nil
}

// RegisterSAML adds a service, in place of one with the same metadata URL or the same metadata. The metadata is read at
// first use.
func (p *Parent) RegisterSAML(sp ServiceProvider) error {
	if err := sp.check(); err != nil {
		return err
	}
	p.services.add(sp)
	return nil
}

// RegisterOIDC adds a client, in place of one with the same ID.
func (p *Parent) RegisterOIDC(c Client) error {
	if err := c.check(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.clients {
		if p.clients[i].ID == c.ID {
			p.clients[i] = c
			return nil
		}
	}
	p.clients = append(p.clients, c)
	return nil
}

// SetDocuments replaces the deep links that a user sees on the portal page. An unknown login and a path that leaves the
// service are errors.
func (p *Parent) SetDocuments(login string, links []Link) error {
	if err := checkLinks(links); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.users {
		if p.users[i].Login == login {
			p.users[i].Documents = append([]Link(nil), links...)
			return nil
		}
	}
	return fmt.Errorf("no user has the login %q", login)
}

// ServeHTTP answers everything below the base URL.
func (p *Parent) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

// Serve answers on l until ctx ends, then lets requests finish for up to eight seconds. It closes l.
func (p *Parent) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 8*time.Second) // a spare connection of a browser counts as busy for five
		defer cancel()
		stopped <- server.Shutdown(limit)
	})
	err := server.Serve(l)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the parent: %w", err)
	}
	return <-stopped
}

// Close forgets every session. Nothing runs in the background, so there is nothing else to stop.
func (p *Parent) Close() {
	p.sessions.clear()
	p.flows.clear()
	p.logouts.clear()
	p.ends.clear()
	p.codes.clear()
	p.tokens.clear()
	p.seen.clear()
}

// URL returns the address of path below the base URL.
func (p *Parent) URL(path string) string { return p.cfg.BaseURL + path }

func (p *Parent) secure() bool { return strings.HasPrefix(p.cfg.BaseURL, "https://") }

const (
	pathMetadata  = "/saml/metadata"
	pathSSO       = "/saml/sso"
	pathSLO       = "/saml/slo"
	pathAuthorize = "/oidc/authorize"
	pathToken     = "/oidc/token"
	pathUserInfo  = "/oidc/userinfo"
	pathKeys      = "/oidc/keys"
	pathEnd       = "/oidc/end_session"
	pathDiscovery = "/.well-known/openid-configuration"
)

func (p *Parent) routes() http.Handler {
	own := http.NewServeMux()
	p.page(own, "GET /{$}", p.home)
	p.page(own, "GET /account", p.account)
	p.page(own, "GET /signin", p.signInPage)
	p.page(own, "POST /signin", p.signIn)
	p.page(own, "POST /signin/quick", p.quickSignIn)
	p.page(own, "GET /signin/code", p.codePage)
	p.page(own, "POST /signin/code", p.code)
	p.page(own, "GET /continue", p.proceed)
	p.page(own, "POST /launch", p.launch)
	own.HandleFunc("POST /embed/code", p.embedCode)
	p.page(own, "POST /signout", p.signOut)
	p.page(own, "GET /signout", p.confirmSignOut)
	p.page(own, "GET /signout/next", p.nextSignOut)
	p.page(own, "GET /signedout", p.signedOut)
	p.page(own, "/", p.missing)
	own.Handle("GET /assets/", p.pages.assets())

	mux := http.NewServeMux()
	mux.Handle("/", http.NewCrossOriginProtection().Handler(own))
	p.page(mux, pathMetadata, p.samlMetadata)
	p.page(mux, pathSSO, p.samlSignIn)
	p.page(mux, pathSLO, p.samlLogout)
	provider := p.openIDProvider()
	mux.Handle(pathAuthorize, p.withIss(provider))
	mux.Handle("/oidc/", provider)
	mux.Handle(pathDiscovery, provider)
	return withHeaders(http.MaxBytesHandler(mux, 1<<20))
}

func (p *Parent) page(mux *http.ServeMux, pattern string, h func(http.ResponseWriter, *http.Request) error) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			p.fail(w, r, err)
		}
	})
}

func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
