package oidcrp

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"cloudpocket/sso"
)

// idTokenRules are what an ID token must satisfy beside its signature (OIDC core 3.1.3.7), in order.
func idTokenRules() []rule {
	return []rule{
		{"token type", ruleIDTokenType},
		{"issuer", ruleIssuer},
		{"audience", ruleAudience},
		{"authorized party", ruleAuthorizedParty},
		{"expiry", ruleExpiry},
		{"issued at", ruleIssuedAt},
		{"not before", ruleNotBefore},
		{"nonce", ruleNonce},
		{"subject", ruleSubject},
		{"session", ruleSession},
		{"authentication context", ruleContext},
		{"authentication methods", ruleMethods},
		{"authentication time", ruleAuthTime},
		{"second opinion", ruleSecondOpinion},
	}
}

// ruleIDTokenType tells ID tokens from the other tokens that an OP signs with the same key for the same client: by
// the header's typ (RFC 9068, OIDC BCL 2.4), and by the claim of that name that Keycloak sets.
func ruleIDTokenType(j *judgement) (string, error) {
	if j.header.typ != "" && j.header.typ != "jwt" {
		return "", sso.Refuse(reasonType, sso.KeyMessage, "the token is of type %q, no ID token", cut(j.header.typ))
	}
	kind, _, err := j.claims.str("typ")
	switch strings.ToLower(kind) {
	case "bearer", "refresh", "offline", "logout":
		return "", sso.Refuse(reasonTokenKind, sso.KeyMessage, "the token says that it is a %s token, no ID token", strings.ToLower(kind))
	}
	if err != nil {
		return "", sso.Refuse(reasonTokenKind, sso.KeyMessage, "%w", err)
	}
	if _, there := j.claims["events"]; there {
		return "", sso.Refuse(reasonTokenKind, sso.KeyMessage, "the token reports events, so it is no ID token")
	}
	return "ID token", nil
}

func ruleAuthorizedParty(j *judgement) (string, error) {
	azp, there, err := j.claims.str("azp")
	audience, _, _ := j.claims.oneOrMore("aud")
	switch {
	case !there && len(audience) > 1:
		return "", sso.Refuse(reasonAzpMissing, sso.KeyMessage, "the token is for %d audiences and names no authorized party", len(audience))
	case !there:
		return "none", nil
	case err != nil || azp != j.c.oidc.ClientID:
		return "", sso.Refuse(reasonAzp, sso.KeyMessage, "azp is %q, not %q", cut(azp), j.c.oidc.ClientID)
	}
	return azp, nil
}

func ruleNonce(j *judgement) (string, error) {
	nonce, there, err := j.claims.str("nonce")
	switch {
	case !there:
		return "", sso.Refuse(reasonNonceAbsent, sso.KeyMessage, "nonce is missing")
	case err != nil || subtle.ConstantTimeCompare([]byte(nonce), []byte(j.attempt.Nonce)) != 1:
		return "", sso.Refuse(reasonNonce, sso.KeyStale, "nonce is not the one that was sent")
	}
	return "as sent", nil
}

func ruleContext(j *judgement) (string, error) {
	acr, there, err := j.claims.str("acr")
	switch {
	case !there:
		return "none", nil
	case err != nil:
		return "", sso.Refuse(reasonACR, sso.KeyMessage, "%w", err)
	}
	return acr, nil
}

func ruleMethods(j *judgement) (string, error) {
	amr, there, err := j.claims.list("amr")
	switch {
	case !there:
		return "none", nil
	case err != nil:
		return "", sso.Refuse(reasonAMR, sso.KeyMessage, "%w", err)
	}
	return strings.Join(amr, " "), nil
}

// ruleAuthTime wants auth_time when it was asked for (OIDC core 2) and holds it against what was asked: after the
// attempt began if that demanded a fresh authentication, and within the trust's max_age.
func ruleAuthTime(j *judgement) (string, error) {
	at, there, err := j.claims.instant("auth_time")
	skew := j.c.oidc.Skew
	switch {
	case err != nil:
		return "", sso.Refuse(reasonAuthTime, sso.KeyMessage, "%w", err)
	case !there && j.c.askedAge(j.attempt) == 0:
		return "none", nil
	case !there:
		return "", sso.Refuse(reasonAuthMissing, sso.KeyMessage, "auth_time is missing though max_age was asked for")
	case at.After(j.now.Add(skew)):
		return "", sso.Refuse(reasonAuthFuture, sso.KeyClock, "authenticated at %s, it is %s", stamp(at), stamp(j.now))
	case j.attempt.Force && at.Before(j.attempt.At.Add(-skew)):
		return "", sso.Refuse(reasonAuthOld, sso.KeyStale, "authenticated at %s, before a fresh one was demanded at %s", stamp(at), stamp(j.attempt.At))
	case j.c.oidc.MaxAge > 0 && j.now.Sub(at) > j.c.oidc.MaxAge+skew:
		return "", sso.Refuse(reasonAuthOld, sso.KeyStale, "authenticated at %s, more than %s ago", stamp(at), j.c.oidc.MaxAge)
	}
	return stamp(at), nil
}

// ruleSecondOpinion lets go-oidc judge the token as well, and its at_hash against the access token (OIDC core
// 3.1.3.6). It is not asked about times: it has one leeway of its own.
func ruleSecondOpinion(j *judgement) (string, error) {
	var algs []string
	for _, a := range algorithms() {
		algs = append(algs, string(a))
	}
	payload := verified(j.raw)
	cfg := &oidc.Config{ClientID: j.c.oidc.ClientID, SupportedSigningAlgs: algs, SkipExpiryCheck: true}
	token, err := oidc.NewVerifier(j.c.oidc.Issuer, payload, cfg).Verify(context.Background(), j.raw)
	if err != nil {
		return "", sso.Refuse(reasonDisagrees, sso.KeyMessage, "%w", err)
	}
	if _, there := j.claims["at_hash"]; !there || j.brought {
		return "without at_hash", nil
	}
	if err := token.VerifyAccessToken(j.accessToken); err != nil {
		return "", sso.Refuse(reasonAtHash, sso.KeyMessage, "%w", err)
	}
	return "with at_hash", nil
}

// verified is an [oidc.KeySet] for the one token whose signature was verified already.
type verified string

// VerifySignature returns the payload of that token and no other's.
func (v verified) VerifySignature(_ context.Context, jwt string) ([]byte, error) {
	if jwt != string(v) {
		return nil, errors.New("this is not the token that was verified")
	}
	return payloadOf(jwt)
}

// authContext returns how and when the person proved who they are, from claims that the rules held for.
func authContext(claims object) (c sso.AuthContext, err error) {
	acr, _, acrErr := claims.str("acr")
	amr, _, amrErr := claims.list("amr")
	at, _, atErr := claims.instant("auth_time")
	if err := errors.Join(acrErr, amrErr, atErr); err != nil {
		return c, fmt.Errorf("read the authentication context: %w", err)
	}
	if !at.IsZero() {
		at = at.UTC().Truncate(time.Second)
	}
	return sso.AuthContext{Class: acr, Methods: amr, At: at}, nil
}
