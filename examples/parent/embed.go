package parent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// Embed is how the portal page shows the documents of a service within itself. The browser gets a one-use code from us, which
// we get from the service for an ID token of the person who is signed in (RFC 8693).
type Embed struct {
	Service  string   // base URL of the service; its /embed.js, /embed/ and /oauth/token are used
	Client   string   // client_id that we are registered with there, for the origin of our base URL; see EmbedKeys
	Audience string   // ID of the Client (OIDC) as which the service believes us
	Tenants  []string // whose portal pages show it; empty: everybody's
}

func (e Embed) check() error {
	u, err := url.Parse(e.Service)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "" {
		return fmt.Errorf("the service %q to embed is not a scheme and host alone", e.Service)
	}
	if e.Client == "" || e.Audience == "" {
		return errors.New("a service to embed needs our client_id there and the OIDC client that it is here")
	}
	return nil
}

// RegisterEmbed adds a service to embed, in place of one with the same client_id.
func (p *Parent) RegisterEmbed(e Embed) error {
	if err := e.check(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.embeds = slices.DeleteFunc(p.embeds, func(o Embed) bool { return o.Client == e.Client })
	p.embeds = append(p.embeds, e)
	return nil
}

// EmbedKeys returns the public key by which we prove to services who we are, as a JWK Set (RFC 7517).
func (p *Parent) EmbedKeys() ([]byte, error) {
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.keys.client.PublicKey, KeyID: clientKid, Algorithm: string(jose.ES256), Use: "sig"}}})
	if err != nil {
		return nil, fmt.Errorf("writing our keys: %w", err)
	}
	return keys, nil
}

// embedOf returns what u's portal page embeds.
func (p *Parent) embedOf(u User) (Embed, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	i := slices.IndexFunc(p.embeds, func(e Embed) bool { return isFor(e.Tenants, u.Tenant) })
	if i < 0 {
		return Embed{}, false
	}
	return p.embeds[i], true
}

// letEmbed widens the page's policy by what the service's element is and shows, and by nothing else of the service's.
func letEmbed(w http.ResponseWriter, e Embed) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self' "+e.Service+"/embed.js; frame-src "+e.Service+
		"/embed/; connect-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'")
}

// embedCode answers the script of our own page with a code for whoever is signed in. Pages of other sites never get here:
// cross-origin requests are refused before.
func (p *Parent) embedCode(w http.ResponseWriter, r *http.Request) {
	s, u, ok := p.current(r)
	if !ok {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	e, ok := p.embedOf(u)
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	code, err := p.exchange(r.Context(), e, s)
	if err != nil {
		p.cfg.Log.Warn("no embed code", "login", s.login, "service", e.Service, "error", err)
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(map[string]string{"code": code}); err != nil {
		p.cfg.Log.Warn("an embed code was not sent", "error", err)
	}
}

// exchange asks the service for a code for the person of session s. From then on the service is told when s ends.
func (p *Parent) exchange(ctx context.Context, e Embed, s session) (string, error) {
	idToken, err := p.idToken(grant{
		client: e.Audience, login: s.login, session: s.id, index: s.index, at: s.at, acr: s.level.class(), amr: s.level.methods(),
		scopes: []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail},
	}, "")
	if err != nil {
		return "", err
	}
	proof, err := p.clientAssertion(e)
	if err != nil {
		return "", err
	}
	p.sessions.change(s.id, func(s session) session { return s.withClient(e.Audience) })
	return p.askCode(ctx, e, url.Values{
		"grant_type":            {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"scope":                 {"embed"},
		"origin":                {p.cfg.BaseURL},
		"subject_token":         {idToken},
		"subject_token_type":    {"urn:ietf:params:oauth:token-type:id_token"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {proof},
	})
}

// clientAssertion proves to the service who we are (RFC 7523).
func (p *Parent) clientAssertion(e Embed) (string, error) {
	key := jose.JSONWebKey{Key: p.keys.client, KeyID: clientKid}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("preparing to sign an assertion: %w", err)
	}
	now := p.cfg.Now()
	proof, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: e.Client, Subject: e.Client, Audience: jwt.Audience{e.Service}, ID: random(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("signing an assertion: %w", err)
	}
	return proof, nil
}

func (p *Parent) askCode(ctx context.Context, e Embed, form url.Values) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Service+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", fmt.Errorf("asking for a code: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := p.cfg.HTTP.Do(r)
	if err != nil {
		return "", fmt.Errorf("asking for a code: %w", err)
	}
	defer res.Body.Close()
	var answer struct {
		Code  string `json:"access_token"`
		Error string `json:"error"`
		Why   string `json:"error_description"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&answer); err != nil {
		return "", fmt.Errorf("reading the answer %s: %w", res.Status, err)
	}
	if res.StatusCode != http.StatusOK || answer.Code == "" {
		return "", fmt.Errorf("the service answers %s: %s %s", res.Status, answer.Error, answer.Why)
	}
	return answer.Code, nil
}
