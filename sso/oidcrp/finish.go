package oidcrp

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"cloudpocket/sso"
)

const maxCode = 8 << 10 // bytes

// Finish implements [sso.Connector]: it judges an authorization response (OIDC core 3.1.2.5) and what its code is
// redeemed for.
func (c *connector) Finish(ctx context.Context, m sso.Message, a *sso.Attempt, t *sso.Trace) (id sso.Identity, err error) {
	defer c.guard("finish", &err)
	seen := &shown{query: m.Query}
	defer seen.tell(t)
	if err := c.checkShape(m); err != nil {
		return id, t.Fail("message", err)
	}
	if err := c.checkState(m, a); err != nil {
		return id, t.Fail("state", err)
	}
	t.Pass("state", "as sent from this browser")
	p, _, err := c.provider.get(ctx)
	if err != nil {
		return id, t.Fail("discovery", err)
	}
	t.Pass("discovery", c.oidc.Issuer)
	if err := c.checkSender(m, p); err != nil {
		return id, t.Fail("response issuer", err)
	}
	t.Pass("response issuer", presence(m.Query.Get("iss")))
	if err := c.checkAnswer(m); err != nil {
		return id, t.Fail("answer", err)
	}
	got, err := c.exchange(ctx, p, m.Query.Get("code"), a)
	seen.answer, seen.token = got.answer, got.id
	if err != nil {
		return id, t.Fail("code", err)
	}
	t.Pass("code", "redeemed with the PKCE verifier")
	j := &judgement{c: c, raw: got.id, now: c.Now(), trace: t, attempt: a, accessToken: got.access}
	if err := j.judge(ctx, p.keys, fromTokenEndpoint, idTokenRules()); err != nil {
		return id, err
	}
	return c.identity(ctx, p, j, seen)
}

func presence(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// checkShape holds a message against what was asked for: one code, or one error, in the query of our redirect URI.
// Anything that only another flow brings was not asked for by us.
func (c *connector) checkShape(m sso.Message) error {
	if m.Endpoint != c.urls.callback {
		return sso.Refuse(reasonEndpoint, sso.KeyMessage, "the message came to %q", cut(m.Endpoint))
	}
	if m.Post {
		return sso.Refuse(reasonMethod, sso.KeyMessage, "the answer came by POST, the query was asked for")
	}
	if err := once(m.Query, "state", "code", "iss", "error", "error_description", "session_state"); err != nil {
		return err
	}
	for _, name := range []string{"id_token", "access_token", "response"} {
		if m.Query.Has(name) {
			return sso.Refuse(reasonImplicit, sso.KeyMessage, "the answer has a parameter %s, which the code flow has not", name)
		}
	}
	return nil
}

// once refuses parameters that are repeated (RFC 6749 3.1).
func once(values url.Values, names ...string) error {
	for _, name := range names {
		if len(values[name]) > 1 {
			return sso.Refuse(reasonRepeated, sso.KeyMessage, "the parameter %s is repeated", name)
		}
	}
	return nil
}

// checkState binds the message to the attempt, which was found by this browser's cookie and taken once.
func (c *connector) checkState(m sso.Message, a *sso.Attempt) error {
	state := m.Query.Get("state")
	switch {
	case state == "":
		return sso.Refuse(reasonStateMissing, sso.KeyMessage, "the answer has no state")
	case a == nil:
		return sso.Refuse(reasonStateUnknown, sso.KeyStale, "no sign-in that this browser began has this state")
	case subtle.ConstantTimeCompare([]byte(state), []byte(a.Handle)) != 1:
		return sso.Refuse(reasonState, sso.KeyStale, "the state is not the attempt's")
	case a.TrustID != c.trust.ID:
		return sso.Refuse(reasonAttempt, sso.KeyStale, "the attempt was begun at trust %s", a.TrustID)
	case a.Nonce == "" || a.Verifier == "" || a.At.IsZero():
		return sso.Refuse(reasonAttempt, sso.KeyStale, "the attempt was never sent to the OP")
	}
	return nil
}

// checkSender holds iss against the OP that was asked (RFC 9207 2.4), before anything in the message is believed.
func (c *connector) checkSender(m sso.Message, p *provider) error {
	switch iss := m.Query.Get("iss"); {
	case iss == "" && p.issInResponse:
		return sso.Refuse(reasonIssMissing, sso.KeyMessage, "the answer does not say who sent it, and the OP always does")
	case m.Query.Has("iss") && iss != c.oidc.Issuer:
		return sso.Refuse(reasonIss, sso.KeyMessage, "the answer is from %q, %q was asked", cut(iss), c.oidc.Issuer)
	}
	return nil
}

// checkAnswer wants a code. An error of the OP (OIDC core 3.1.2.6) is a refusal; its description is the OP's own text,
// so it goes to the log and no further.
func (c *connector) checkAnswer(m sso.Message) error {
	if m.Query.Has("error") {
		code := errorCode(m.Query.Get("error"))
		c.Log.Warn("the identity provider refused", "trust", c.trust.ID, "error", code, "description", printable(m.Query.Get("error_description")))
		return sso.Refuse(reasonError, sso.KeyFailed, "the OP answered with error %s", code)
	}
	if code := m.Query.Get("code"); code == "" || len(code) > maxCode {
		return sso.Refuse(reasonCode, sso.KeyMessage, "the answer has a code of %d bytes", len(code))
	}
	return nil
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, cut(s))
}

// identity makes the identity of a token that every rule held for.
func (c *connector) identity(ctx context.Context, p *provider, j *judgement, seen *shown) (id sso.Identity, err error) {
	sub, _, _ := j.claims.str("sub")
	claims := j.claims
	if c.oidc.UserInfo {
		more, err := c.userInfo(ctx, p, j.accessToken, sub)
		if err != nil {
			return id, j.trace.Fail("userinfo", err)
		}
		j.trace.Pass("userinfo", fmt.Sprintf("%d claims about the same sub", len(more)))
		seen.userInfo = more
		claims = merge(more, j.claims)
	}
	return c.named(j, claims)
}

// named makes the identity of a token and all the claims about its sub.
func (c *connector) named(j *judgement, claims object) (id sso.Identity, err error) {
	sub, _, _ := j.claims.str("sub")
	attributes, err := flatten(claims)
	if err != nil {
		return id, j.trace.Fail("claims", sso.Refuse(reasonAttributes, sso.KeyMessage, "%w", err))
	}
	j.trace.Claimed(sub, attributes)
	j.trace.Pass("claims", strings.Join(slices.Sorted(maps.Keys(attributes)), " "))
	mapped, err := subject(c.trust.Mapping.Subject, attributes)
	if err != nil {
		return id, j.trace.Fail("subject claim", err)
	}
	context, err := authContext(j.claims)
	if err != nil {
		return id, j.trace.Fail("claims", err)
	}
	index, _, _ := j.claims.str("sid")
	return sso.Identity{Subject: mapped, Attributes: attributes, Context: context, NameSubject: sub, Index: index, IDToken: j.raw}, nil
}

// merge returns the claims of both; where both have a name, the signed one stands.
func merge(userInfo, idToken object) object {
	all := maps.Clone(userInfo)
	maps.Copy(all, idToken)
	return all
}

// payloadOf decodes the second part of a compact JWS.
func payloadOf(jwt string) ([]byte, error) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return nil, errors.New("not a compact JWS")
	}
	return base64.RawURLEncoding.DecodeString(parts[1])
}
