package oidcrp

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
)

const (
	maxToken = 256 << 10        // bytes of a JWT: 1,500 groups fit
	maxAge   = 10 * time.Minute // since a token was issued; it came straight from the OP
	maxID    = 255              // bytes of a sub (OIDC core 2) or sid
)

// claimNames are the claims that rules look at. In another case they are refused, not ignored.
func claimNames() []string {
	return []string{"iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "acr", "amr", "auth_time", "sid", "jti", "typ", "events"}
}

// header is the part of a JWT that says how it is signed. Keys it carries or points to are never looked at.
type header struct {
	alg    string
	kid    string
	hasKid bool
	typ    string // lower case, without "application/"
}

// readHeader judges the outside of a JWT (RFC 7515 4.1).
func readHeader(raw string) (h header, err error) {
	refuse := func(reason sso.Reason, format string, args ...any) (header, error) {
		return header{}, sso.Refuse(reason, sso.KeyMessage, format, args...)
	}
	parts := strings.Split(raw, ".")
	switch {
	case len(raw) > maxToken:
		return refuse(reasonForm, "the token has %d bytes", len(raw))
	case len(parts) == 5:
		return refuse(reasonEncrypted, "the token is encrypted, which was not agreed on")
	case len(parts) != 3:
		return refuse(reasonForm, "the token has %d parts, not 3", len(parts))
	}
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(parts[0])
	if err != nil {
		return refuse(reasonForm, "the token's header is not base64url")
	}
	o, err := readObject(decoded, "alg", "kid", "typ", "crit")
	if err != nil {
		return refuse(reasonHeader, "the token's header: %w", err)
	}
	if _, there := o["crit"]; there {
		return refuse(reasonCritical, "the token's header has critical extensions")
	}
	alg, _, algErr := o.str("alg")
	kid, hasKid, kidErr := o.str("kid")
	typ, _, typErr := o.str("typ")
	if kidErr != nil || typErr != nil {
		return refuse(reasonHeader, "the token's header has a kid or typ that is not a string")
	}
	if algErr != nil || !slices.Contains(algorithms(), jose.SignatureAlgorithm(alg)) {
		return refuse(reasonAlg, "the algorithm %q is not accepted", cut(alg))
	}
	return header{alg, kid, hasKid, strings.TrimPrefix(strings.ToLower(typ), "application/")}, nil
}

// judgement holds a token of the OP against the rules.
type judgement struct {
	c      *connector
	raw    string
	header header
	claims object // read from what the signature covers
	now    time.Time
	trace  *sso.Trace

	// for ID tokens
	attempt     *sso.Attempt
	accessToken string
	brought     bool // by a back end: without an access token, and issued within sso.VouchAge
}

// rule is one thing that a token must satisfy: hold returns what was seen, for the trace, or a refusal.
type rule struct {
	step string
	hold func(j *judgement) (seen string, err error)
}

// judge verifies raw and holds it against rules, in order, until one breaks.
func (j *judgement) judge(ctx context.Context, keys *keySet, from source, rules []rule) error {
	if err := j.open(ctx, keys, from); err != nil {
		return j.trace.Fail("signature", err)
	}
	j.trace.Pass("signature", fmt.Sprintf("%s by key %q", j.header.alg, cut(j.header.kid)))
	for _, r := range rules {
		seen, err := r.hold(j)
		if err != nil {
			return j.trace.Fail(r.step, err)
		}
		j.trace.Pass(r.step, seen)
	}
	return nil
}

func (j *judgement) open(ctx context.Context, keys *keySet, from source) (err error) {
	if j.header, err = readHeader(j.raw); err != nil {
		return err
	}
	payload, err := keys.verify(ctx, j.header, j.raw, from)
	if err != nil {
		return err
	}
	if j.claims, err = readObject(payload, claimNames()...); err != nil {
		return sso.Refuse(reasonJSON, sso.KeyMessage, "the claims: %w", err)
	}
	return nil
}

func ruleIssuer(j *judgement) (string, error) {
	got, _, err := j.claims.str("iss")
	if err != nil || got != j.c.oidc.Issuer {
		return "", sso.Refuse(reasonIssuer, sso.KeyMessage, "iss is %q, not %q", cut(got), j.c.oidc.Issuer)
	}
	return got, nil
}

func ruleAudience(j *judgement) (string, error) {
	got, _, err := j.claims.oneOrMore("aud")
	if err != nil || !slices.Contains(got, j.c.oidc.ClientID) {
		return "", sso.Refuse(reasonAudience, sso.KeyMessage, "aud is %q, without %q", cut(fmt.Sprint(got)), j.c.oidc.ClientID)
	}
	return cut(fmt.Sprint(got)), nil
}

func ruleExpiry(j *judgement) (string, error) {
	exp, there, err := j.claims.instant("exp")
	switch {
	case !there || err != nil:
		return "", sso.Refuse(reasonExpMissing, sso.KeyMessage, "exp is missing or no time")
	case !j.now.Before(exp.Add(j.c.oidc.Skew)):
		return "", sso.Refuse(reasonExpired, sso.KeyClock, "expired at %s, it is %s", stamp(exp), stamp(j.now))
	}
	return stamp(exp), nil
}

func ruleIssuedAt(j *judgement) (string, error) {
	iat, there, err := j.claims.instant("iat")
	switch {
	case !there || err != nil:
		return "", sso.Refuse(reasonIatMissing, sso.KeyMessage, "iat is missing or no time")
	case iat.After(j.now.Add(j.c.oidc.Skew)):
		return "", sso.Refuse(reasonIatFuture, sso.KeyClock, "issued at %s, it is %s", stamp(iat), stamp(j.now))
	case j.now.Sub(iat) > j.maxAge()+j.c.oidc.Skew:
		return "", sso.Refuse(reasonIatOld, sso.KeyClock, "issued at %s, it is %s", stamp(iat), stamp(j.now))
	}
	return stamp(iat), nil
}

// maxAge is how long ago the token may have been issued.
func (j *judgement) maxAge() time.Duration {
	if j.brought {
		return sso.VouchAge
	}
	return maxAge
}

func ruleNotBefore(j *judgement) (string, error) {
	nbf, there, err := j.claims.instant("nbf")
	switch {
	case !there:
		return "none", nil
	case err != nil || nbf.After(j.now.Add(j.c.oidc.Skew)):
		return "", sso.Refuse(reasonNotBefore, sso.KeyClock, "not valid before %s, it is %s", stamp(nbf), stamp(j.now))
	}
	return stamp(nbf), nil
}

// ruleSubject wants a sub as OIDC core 2 defines it: up to 255 ASCII characters. Control characters and blanks around
// it are nothing that two systems reliably keep apart.
func ruleSubject(j *judgement) (string, error) {
	sub, there, err := j.claims.str("sub")
	switch {
	case !there || (err == nil && sub == ""):
		return "", sso.Refuse(reasonSubMissing, sso.KeyMessage, "sub is missing or empty")
	case err != nil || !isIdentifier(sub):
		return "", sso.Refuse(reasonSub, sso.KeyMessage, "sub %q is no identifier of up to %d ASCII characters", cut(sub), maxID)
	}
	return sub, nil
}

func ruleSession(j *judgement) (string, error) {
	sid, there, err := j.claims.str("sid")
	switch {
	case !there:
		return "none", nil
	case err != nil || !isIdentifier(sid):
		return "", sso.Refuse(reasonSid, sso.KeyMessage, "sid is no identifier of up to %d ASCII characters", maxID)
	}
	return sid, nil
}

func isIdentifier(s string) bool {
	return s != "" && len(s) <= maxID && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
