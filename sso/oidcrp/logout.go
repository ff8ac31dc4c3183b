package oidcrp

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// maxLogoutURL is how many bytes of URL a logout request may have before it is sent as a form: an ID token with many
// groups does not fit the request line that servers accept. The form is second choice, because browsers send no
// SameSite=Lax cookies with it and the OP may then have to ask the person.
const maxLogoutURL = 4 << 10

// Logout implements [sso.Connector] by RP-initiated logout 1.0. The browser comes back to {base}/sso/oidc/{trust}/signed-out
// with handle as its state.
func (c *connector) Logout(ctx context.Context, s store.Session, handle string) (d sso.Dispatch, err error) {
	defer c.guard("logout", &err)
	p, _, err := c.provider.get(ctx)
	if err != nil || p.endSession == "" {
		return sso.Dispatch{}, err
	}
	fields := []sso.Field{{Name: "client_id", Value: c.oidc.ClientID}, {Name: "post_logout_redirect_uri", Value: c.urls.signedOut}}
	if s.IDToken != "" {
		fields = append(fields, sso.Field{Name: "id_token_hint", Value: s.IDToken})
	}
	if handle != "" {
		fields = append(fields, sso.Field{Name: "state", Value: handle})
	}
	to, err := url.Parse(p.endSession)
	if err != nil {
		return sso.Dispatch{}, store.Fail(store.Internal, "", "read the end-session endpoint: %w", err)
	}
	query := to.Query()
	for _, f := range fields {
		query.Set(f.Name, f.Value)
	}
	if to.RawQuery = query.Encode(); len(to.String()) > maxLogoutURL {
		return sso.Dispatch{URL: p.endSession, Fields: fields}, nil
	}
	return sso.Dispatch{URL: to.String()}, nil
}

// LogoutMessage implements [sso.Connector] for the two URLs that the OP sends logouts to: the browser's return from
// [connector.Logout], and the back-channel token.
func (c *connector) LogoutMessage(ctx context.Context, m sso.Message) (o sso.LogoutOrder, err error) {
	defer c.guard("logout message", &err)
	switch m.Endpoint {
	case c.urls.signedOut:
		return c.signedOut(m)
	case c.urls.backchannel:
		return c.backchannel(ctx, m)
	}
	return o, sso.Refuse(reasonEndpoint, sso.KeyMessage, "the logout message came to %q", cut(m.Endpoint))
}

// signedOut reads the state of a browser that the OP sent back (RP-initiated logout 3). Whose logout it answers is
// for the caller to find; here it only has to look like a handle of ours.
func (c *connector) signedOut(m sso.Message) (sso.LogoutOrder, error) {
	if err := once(m.Query, "state"); err != nil {
		return sso.LogoutOrder{}, err
	}
	state := m.Query.Get("state")
	if decoded, err := base64.RawURLEncoding.Strict().DecodeString(state); err != nil || m.Post || len(decoded) != 32 {
		return sso.LogoutOrder{}, sso.Refuse(reasonLogoutState, sso.KeyStale, "the state has %d bytes and is no handle of ours", len(state))
	}
	return sso.LogoutOrder{Answers: state}, nil
}

// backchannel judges a logout token (OIDC BCL 2.6) and spends it: the same one is refused from then on.
func (c *connector) backchannel(ctx context.Context, m sso.Message) (o sso.LogoutOrder, err error) {
	raw := m.Form["logout_token"]
	if !m.Post || len(raw) != 1 || raw[0] == "" {
		return o, sso.Refuse(reasonLogoutToken, sso.KeyMessage, "the request has %d logout tokens in its body", len(raw))
	}
	p, _, err := c.provider.get(ctx)
	if err != nil {
		return o, err
	}
	j := &judgement{c: c, raw: raw[0], now: c.Now()}
	if err := j.judge(ctx, p.keys, fromBackChannel, logoutRules()); err != nil {
		return o, err
	}
	name, err := c.spend(ctx, j)
	if err != nil {
		return o, err
	}
	o.Unspend = func(ctx context.Context) error { return c.unspend(ctx, name) }
	o.Subject, _, _ = j.claims.str("sub")
	if sid, there, _ := j.claims.str("sid"); there {
		o.Indexes = []string{sid}
	}
	return o, nil
}

// spend remembers a token's jti for as long as the token would pass. A jti is the OP's to choose, so its hash is kept.
func (c *connector) spend(ctx context.Context, j *judgement) (name string, err error) {
	jti, _, _ := j.claims.str("jti")
	exp, _, _ := j.claims.instant("exp")
	sum := sha256.Sum256([]byte(jti))
	name = fmt.Sprintf("oidc-logout:%s:%s", c.trust.ID, base64.RawURLEncoding.EncodeToString(sum[:]))
	life := exp.Sub(j.now) + 2*c.oidc.Skew + time.Second
	err = c.Marks.Put(ctx, name, []byte{1}, life)
	if errors.Is(err, store.ErrConflict) {
		return "", sso.Refuse(reasonLogoutReplay, sso.KeyMessage, "the logout token was used before")
	}
	if err != nil {
		return "", fmt.Errorf("remember the logout token: %w", err)
	}
	return name, nil
}

// unspend forgets a token, so that the OP can send it again.
func (c *connector) unspend(ctx context.Context, name string) error {
	if _, err := c.Marks.Take(ctx, name); err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("forget a logout token: %w", err)
	}
	return nil
}

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// maxLogoutLife bounds exp of a logout token. Two minutes are recommended (OIDC BCL 2.4); iat alone already keeps an
// old one from passing, so this only has to keep out what nobody means.
const maxLogoutLife = time.Hour

// logoutRules are what a logout token must satisfy beside its signature, in order.
func logoutRules() []rule {
	return []rule{
		{"token type", ruleLogoutType},
		{"issuer", ruleIssuer},
		{"audience", ruleAudience},
		{"expiry", ruleExpiry},
		{"issued at", ruleIssuedAt},
		{"not before", ruleNotBefore},
		{"lifetime", ruleLogoutLife},
		{"events", ruleLogoutEvents},
		{"nonce", ruleLogoutNonce},
		{"token ID", ruleLogoutID},
		{"session", ruleSession},
		{"who", ruleLogoutWho},
	}
}

func ruleLogoutType(j *judgement) (string, error) {
	switch j.header.typ {
	case "", "jwt", "logout+jwt":
		return presence(j.header.typ), nil
	}
	return "", sso.Refuse(reasonType, sso.KeyMessage, "the token is of type %q, no logout token", cut(j.header.typ))
}

func ruleLogoutLife(j *judgement) (string, error) {
	exp, _, _ := j.claims.instant("exp")
	if life := exp.Sub(j.now); life > maxLogoutLife+j.c.oidc.Skew {
		return "", sso.Refuse(reasonLogoutExp, sso.KeyMessage, "the logout token expires at %s only", stamp(exp))
	}
	return stamp(exp), nil
}

// ruleLogoutEvents wants the one event that logs out, whose value is an object (OIDC BCL 2.4).
func ruleLogoutEvents(j *judgement) (string, error) {
	events, _ := j.claims["events"].(object)
	if _, ok := events[logoutEvent].(object); !ok || len(events) != 1 {
		return "", sso.Refuse(reasonLogoutEvents, sso.KeyMessage, "events holds %d members and not the logout event alone", len(events))
	}
	return logoutEvent, nil
}

func ruleLogoutNonce(j *judgement) (string, error) {
	if _, there := j.claims["nonce"]; there {
		return "", sso.Refuse(reasonLogoutNonce, sso.KeyMessage, "a logout token must not have a nonce")
	}
	return "none", nil
}

func ruleLogoutID(j *judgement) (string, error) {
	if jti, _, err := j.claims.str("jti"); err != nil || strings.TrimSpace(jti) == "" {
		return "", sso.Refuse(reasonLogoutJTI, sso.KeyMessage, "jti is missing or no string")
	}
	return "there", nil
}

func ruleLogoutWho(j *judgement) (string, error) {
	_, bySub := j.claims["sub"]
	_, bySid := j.claims["sid"]
	switch {
	case bySub:
		return ruleSubject(j)
	case !bySid:
		return "", sso.Refuse(reasonLogoutNobody, sso.KeyMessage, "the logout token names neither sub nor sid")
	}
	return "by session", nil
}
