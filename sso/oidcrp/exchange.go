package oidcrp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"cloudpocket/sso"
)

// tokens are what a code was redeemed for.
type tokens struct {
	id     string
	access string
	answer object // as it came; nil if it could not be read
}

// exchange redeems code with the attempt's PKCE verifier (OIDC core 3.1.3, RFC 7636 4.5).
func (c *connector) exchange(ctx context.Context, p *provider, code string, a *sso.Attempt) (tokens, error) {
	byEndpoint := c.tokenAudience.Load()
	audience := c.oidc.Issuer
	if byEndpoint {
		audience = p.token
	}
	t, err := c.redeem(ctx, p, code, a, audience)
	if c.oidc.AuthMethod != authPrivateKey || byEndpoint || !rejectsClient(err) {
		return t, err
	}
	// A client that did not prove itself has spent nothing: the code is still good for the older wording.
	older, olderErr := c.redeem(ctx, p, code, a, p.token)
	if olderErr != nil {
		return tokens{}, err
	}
	c.tokenAudience.Store(true)
	return older, nil
}

func rejectsClient(err error) bool {
	var answer *oauth2.RetrieveError
	return errors.As(err, &answer) && answer.ErrorCode == "invalid_client"
}

func (c *connector) redeem(ctx context.Context, p *provider, code string, a *sso.Attempt, audience string) (tokens, error) {
	proof, err := c.credential(ctx, p, audience)
	if err != nil {
		return tokens{}, err
	}
	client := *c.client
	whole := &wholeBody{next: c.client.Transport}
	client.Transport = whole
	cfg := oauth2.Config{ClientID: c.oidc.ClientID, ClientSecret: proof.secret, Endpoint: p.oauth(proof.style), RedirectURL: c.urls.callback}
	options := append(proof.options, oauth2.VerifierOption(a.Verifier))
	token, err := cfg.Exchange(context.WithValue(ctx, oauth2.HTTPClient, &client), code, options...)
	if err != nil {
		return tokens{}, c.tokenFailure(err, append(proof.conceal, code, a.Verifier)...)
	}
	return readTokens(token, whole.body)
}

// tokenFailure words a failed exchange. What the OP says beside its error code is for the log alone.
func (c *connector) tokenFailure(err error, secrets ...string) error {
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		return c.away("the token endpoint", err, secrets...)
	}
	status := answer.Response.StatusCode
	description := conceal(errors.New(cut(answer.ErrorDescription)), secrets...).Error()
	c.Log.Warn("code not redeemed", "trust", c.trust.ID, "status", status, "error", errorCode(answer.ErrorCode), "description", description)
	// The answer itself stays reachable for errors.As, but its text, which quotes the body, does not appear.
	quiet := concealed{"error " + errorCode(answer.ErrorCode), answer}
	if status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
		return c.away("the token endpoint", quiet)
	}
	return sso.Refuse(reasonTokenError, sso.KeyFailed, "the token endpoint answered with status %d: %w", status, quiet)
}

// errorCode returns an error code as RFC 6749 5.2 spells them, or a word for anything else.
func errorCode(s string) string {
	allowed := func(r rune) bool { return r >= 0x20 && r <= 0x7e && r != '"' && r != '\\' }
	switch {
	case s == "":
		return "(none)"
	case len(s) > 64 || strings.ContainsFunc(s, func(r rune) bool { return !allowed(r) }):
		return "(malformed)"
	}
	return s
}

// readTokens judges the answer of the token endpoint (OIDC core 3.1.3.3).
func readTokens(token *oauth2.Token, body []byte) (tokens, error) {
	o, err := readObject(body, "access_token", "token_type", "id_token")
	if err != nil {
		return tokens{}, sso.Refuse(reasonTokenResponse, sso.KeyMessage, "the answer of the token endpoint: %w", err)
	}
	if kind, _, err := o.str("token_type"); err != nil || !strings.EqualFold(kind, "Bearer") {
		return tokens{answer: o}, sso.Refuse(reasonTokenType, sso.KeyMessage, "the access token is of type %q, not Bearer", cut(kind))
	}
	id, there, err := o.str("id_token")
	if err != nil || !there || id == "" {
		return tokens{answer: o}, sso.Refuse(reasonNoIDToken, sso.KeyMessage, "the token endpoint gave no ID token")
	}
	return tokens{id: id, access: token.AccessToken, answer: o}, nil
}

// wholeBody reads answers before package oauth2 does, which would cut a long one and forget why reading failed.
type wholeBody struct {
	next http.RoundTripper
	body []byte
}

// RoundTrip implements [http.RoundTripper].
func (w *wholeBody) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := w.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if w.body, err = io.ReadAll(res.Body); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(w.body))
	return res, nil
}
