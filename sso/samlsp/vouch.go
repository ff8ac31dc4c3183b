package samlsp

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"cloudpocket/sso"
)

// TokenPath is where back ends bring assertions, below the base URL.
const TokenPath = "/oauth/token"

// maxToken bounds a lone assertion, in bytes of XML: what is around it in a response is not there.
const maxToken = 256 << 10

// Vouch implements [sso.Connector]: it judges a lone assertion that an API client brings in base64url (RFC 8693 3, RFC 7522
// 2.1 and 3). What a response says around its assertion is missing, so the assertion carries its own signature, answers no
// request, and confirms its subject for the ACS or for the token endpoint.
func (c *connector) Vouch(ctx context.Context, token string, t *sso.Trace) (id sso.Identity, err error) {
	defer c.guard(ctx, "assertion", &err)
	r := &response{connector: c, now: c.Now(), recipients: []string{c.urls.ACS, strings.TrimSuffix(c.BaseURL, "/") + TokenPath}}
	return r.judge(t, []step{
		{"metadata", r.checkTrust},
		{"message", func() (string, error) { return r.receiveToken(token) }},
		{"shape", r.checkLoneShape},
		{"signature", r.checkLoneSignature},
		{"issued", r.checkFresh},
		{"issuer", r.checkAsserter},
		{"conditions", r.checkConditions},
		{"confirmation", r.checkConfirmation},
		{"subject", r.readSubject},
		{"authentication", r.readAuthentication},
		{"attributes", r.readAttributes},
		{"replay", func() (string, error) { return r.spend(ctx) }},
	})
}

// receiveToken parses the assertion, which comes without padding and line ends (RFC 7522 2.1).
func (r *response) receiveToken(token string) (string, error) {
	if len(token) > base64.RawURLEncoding.EncodedLen(maxToken) {
		return "", malformed("size", "%d characters of base64url", len(token))
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || strings.ContainsAny(token, "\r\n") {
		return "", refuse("base64", "the token is not base64url without padding")
	}
	limits := messageLimits()
	limits.bytes = maxToken
	r.root, err = parse(data, limits)
	return fmt.Sprintf("%d bytes", len(data)), err
}

// checkLoneShape wants one plain assertion and its own signature, and neither anywhere else.
func (r *response) checkLoneShape() (string, error) {
	if !r.root.is(nsAssertion, "Assertion") {
		return "", refuse("root", "the root is %s (%s)", r.root.local, r.root.space)
	}
	var err error
	if r.survey, err = look(r.root); err != nil {
		return "", err
	}
	if n := len(r.survey.assertions); n != 1 {
		return "", refuse("assertion_count", "%d assertions", n)
	}
	if n := len(r.survey.responses); n != 0 {
		return "", refuse("response_count", "%d Responses", n)
	}
	r.inner = r.root
	if err := r.checkSignaturePlaces(); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d signatures", len(r.survey.signatures)), nil
}

func (r *response) checkLoneSignature() (string, error) {
	s := r.signatures[r.root]
	if s == nil {
		return "", refuse("signature_missing", "the assertion is not signed")
	}
	v, err := r.keys.verify(s, r.now)
	if err != nil {
		return "", err
	}
	r.assertion = v
	return "the assertion is signed by " + v.by.fingerprint, nil
}

// checkFresh wants an assertion that was issued within [sso.VouchAge].
func (r *response) checkFresh() (string, error) {
	at, err := r.checkMade(r.assertion.element)
	if err != nil {
		return "", err
	}
	if r.now.Sub(at) > sso.VouchAge+r.skew {
		return "", sso.Refuse("saml.issue_old", sso.KeyStale, "the assertion was issued at %s, it is %s", stamp(at), stamp(r.now))
	}
	return stamp(at), nil
}
