package parent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const backChannelEvent = "http://schemas.openid.net/event/backchannel-logout"

// tellClients sends a logout token to each client's back-channel (OIDC BCL 2.5), all at once. A client without one is
// not told and no error.
func (p *Parent) tellClients(ctx context.Context, s session, ids []string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	errs := make([]error, len(ids))
	var all sync.WaitGroup
	for i, id := range ids {
		all.Go(func() { errs[i] = p.tellClient(ctx, s, id) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func (p *Parent) tellClient(ctx context.Context, s session, id string) error {
	c, ok := p.client(id)
	if !ok || c.BackChannelLogoutURI == "" {
		return nil
	}
	token, err := p.logoutToken(s, id)
	if err != nil {
		return err
	}
	body := strings.NewReader(url.Values{"logout_token": {token}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.BackChannelLogoutURI, body)
	if err != nil {
		return fmt.Errorf("telling client %q: %w", id, err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.cfg.HTTP.Do(req)
	if err != nil {
		return fmt.Errorf("telling client %q: %w", id, err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)); err != nil {
		return fmt.Errorf("telling client %q: %w", id, err)
	}
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNoContent {
		return fmt.Errorf("telling client %q: answered %s", id, resp.Status)
	}
	return nil
}

// logoutToken makes a logout token (OIDC BCL 2.4), good for two minutes.
func (p *Parent) logoutToken(s session, clientID string) (string, error) {
	u, ok := p.user(s.login)
	if !ok {
		return "", fmt.Errorf("no user has the login %q", s.login)
	}
	now := p.cfg.Now()
	return p.sign("logout+jwt", map[string]any{
		"iss": p.Issuer(), "aud": clientID, "sub": u.Subject, "sid": s.index, "jti": random(),
		"iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
		"events": map[string]any{backChannelEvent: map[string]any{}},
	})
}

// EndSession takes an RP-initiated logout (OIDC RPIL 2) and sends the browser to where its cookie is looked at.
func (s provider) EndSession(_ context.Context, r *op.Request[oidc.EndSessionRequest]) (*op.Redirect, error) {
	p, q := s.p, r.Data
	end := endRequest{client: q.ClientID}
	if q.IdTokenHint != "" {
		client, sid, err := p.hinted(q.IdTokenHint)
		if err != nil {
			return nil, oidc.ErrInvalidRequest().WithDescription("id_token_hint is not ours").WithParent(err)
		}
		if q.ClientID != "" && q.ClientID != client {
			return nil, oidc.ErrInvalidRequest().WithDescription("client_id is not the hint's")
		}
		end.client, end.index = client, sid
	}
	if q.PostLogoutRedirectURI != "" {
		c, ok := p.client(end.client)
		if !ok || !slices.Contains(c.PostLogoutRedirectURIs, q.PostLogoutRedirectURI) {
			return nil, oidc.ErrInvalidRequest().WithDescription("post_logout_redirect_uri is not registered")
		}
		end.target = q.PostLogoutRedirectURI
		if q.State != "" {
			end.target = withQuery(end.target, "state", q.State)
		}
	}
	id := random()
	p.ends.put(id, end, p.cfg.Now().Add(flowLife))
	return op.NewRedirect(p.URL("/signout/next?end=" + id)), nil
}

// hinted returns the client and the session that one of our ID tokens, over or not, was about.
func (p *Parent) hinted(idToken string) (client, sid string, err error) {
	token, err := jwt.ParseSigned(idToken, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", "", fmt.Errorf("parsing an ID token: %w", err)
	}
	var claims struct {
		Issuer string `json:"iss"`
		Azp    string `json:"azp"`
		Sid    string `json:"sid"`
	}
	if err := token.Claims(&p.keys.oidc.PublicKey, &claims); err != nil {
		return "", "", fmt.Errorf("verifying an ID token: %w", err)
	}
	if claims.Issuer != p.Issuer() {
		return "", "", fmt.Errorf("ID token is of %q", claims.Issuer)
	}
	return claims.Azp, claims.Sid, nil
}
