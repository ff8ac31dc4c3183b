package exchange

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
	"github.com/go-jose/go-jose/v4/jwt"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Why an assertion, or its client, was refused: one reason per rule.
const (
	reasonMissing    sso.Reason = "client.assertion_missing"
	reasonSize       sso.Reason = "client.assertion_size"
	reasonForm       sso.Reason = "client.assertion_form" // no compact JWS by one of our algorithms
	reasonHeader     sso.Reason = "client.assertion_header"
	reasonJSON       sso.Reason = "client.assertion_json"
	reasonSubject    sso.Reason = "client.assertion_subject"
	reasonIssuer     sso.Reason = "client.assertion_issuer"
	reasonClientID   sso.Reason = "client.client_id" // the parameter names another
	reasonUnknown    sso.Reason = "client.unknown"
	reasonDisabled   sso.Reason = "client.disabled"
	reasonTenant     sso.Reason = "client.tenant_suspended"
	reasonAddress    sso.Reason = "client.address"
	reasonKeys       sso.Reason = "client.keys" // its key set cannot be read
	reasonKidUnknown sso.Reason = "client.kid_unknown"
	reasonKidMissing sso.Reason = "client.kid_missing" // and several keys would do
	reasonKeyUnfit   sso.Reason = "client.key_unfit"   // the key is not for that algorithm, or too weak
	reasonSignature  sso.Reason = "client.signature"
	reasonAudience   sso.Reason = "client.assertion_audience"
	reasonNoExpiry   sso.Reason = "client.assertion_exp_missing"
	reasonExpired    sso.Reason = "client.assertion_expired"
	reasonLong       sso.Reason = "client.assertion_exp_far"
	reasonEarly      sso.Reason = "client.assertion_nbf"
	reasonIssued     sso.Reason = "client.assertion_iat"
	reasonID         sso.Reason = "client.assertion_jti"
	reasonReplay     sso.Reason = "client.assertion_replayed"
)

const (
	maxAssertion = 8 << 10 // bytes
	maxLife      = 5 * time.Minute
	maxID        = 256 // bytes of a jti
	skew         = time.Minute
)

// assertion is a client assertion (RFC 7523 3) that was read and, until verify, proves nothing.
type assertion struct {
	jws    *jose.JSONWebSignature
	kid    string
	alg    string
	claims claims
}

// claims are what an assertion says. They are read by their exact names, and none may be there twice.
type claims struct {
	Issuer    string           `json:"iss"`
	Subject   string           `json:"sub"`
	Audience  jwt.Audience     `json:"aud"`
	Expiry    *jwt.NumericDate `json:"exp"`
	NotBefore *jwt.NumericDate `json:"nbf"`
	IssuedAt  *jwt.NumericDate `json:"iat"`
	ID        string           `json:"jti"`
}

// readAssertion reads the assertion of a request. It names one client, by all that name it.
func readAssertion(q request) (a assertion, err error) {
	switch {
	case q.kind != assertionType || q.assertion == "":
		return a, unproved(reasonMissing, "there is no assertion of the type that we know")
	case len(q.assertion) > maxAssertion:
		return a, unproved(reasonSize, "the assertion has %d bytes", len(q.assertion))
	}
	if a, err = parseAssertion(q.assertion); err != nil {
		return a, err
	}
	switch {
	case !a.client().Valid():
		return a, unproved(reasonSubject, "sub is no client's ID")
	case a.claims.Issuer != a.claims.Subject:
		return a, unproved(reasonIssuer, "iss is another than sub")
	case q.client != "" && q.client != a.claims.Subject:
		return a, unproved(reasonClientID, "the parameter client_id is another than sub")
	}
	return a, nil
}

func parseAssertion(raw string) (a assertion, err error) {
	if a.jws, err = jose.ParseSignedCompact(raw, algorithms()); err != nil {
		return a, unproved(reasonForm, "the assertion is no compact JWS by an algorithm that we believe")
	}
	h := a.jws.Signatures[0].Protected
	a.kid, a.alg = h.KeyID, h.Algorithm
	if err := plainHeader(h); err != nil {
		return a, err
	}
	payload := a.jws.UnsafePayloadWithoutVerification()
	if !utf8.Valid(payload) || json.Unmarshal(payload, &a.claims) != nil {
		return a, unproved(reasonJSON, "the claims are no JSON object of the right types, or one is there twice")
	}
	return a, nil
}

// plainHeader demands a header of a JWT for us: no extension that would have to be understood, and no other type.
func plainHeader(h jose.Header) error {
	typ, _ := h.ExtraHeaders[jose.HeaderType].(string)
	_, typed := h.ExtraHeaders[jose.HeaderType]
	if typed && !slices.Contains([]string{"jwt", "client-authentication+jwt"}, strings.ToLower(typ)) {
		return unproved(reasonHeader, "the assertion is of another type than JWT")
	}
	for _, name := range []jose.HeaderKey{"crit", "b64", "cty", "zip"} {
		if _, there := h.ExtraHeaders[name]; there {
			return unproved(reasonHeader, "the assertion's header has %s", name)
		}
	}
	return nil
}

// client is whom a names.
func (a assertion) client() store.ID { return store.ID(a.claims.Subject) }

// check demands that a is for one of us alone, in time, and can be told from others.
func (a assertion) check(us []string, now time.Time) error {
	foreign := slices.ContainsFunc(a.claims.Audience, func(one string) bool { return !slices.Contains(us, one) })
	switch id := a.claims.ID; {
	case len(a.claims.Audience) == 0 || foreign:
		return unproved(reasonAudience, "aud is not us alone")
	case strings.TrimSpace(id) == "" || len(id) > maxID:
		return unproved(reasonID, "jti has %d bytes, or is blank", len(id))
	}
	return a.inTime(now)
}

// inTime demands that a holds now, for no longer than it may, by a clock that may be a little off.
func (a assertion) inTime(now time.Time) error {
	c := a.claims
	switch {
	case c.Expiry == nil:
		return unproved(reasonNoExpiry, "there is no exp")
	case !now.Before(c.Expiry.Time().Add(skew)):
		return unproved(reasonExpired, "it expired at %s", stamp(c.Expiry))
	case c.Expiry.Time().After(now.Add(maxLife + skew)):
		return unproved(reasonLong, "it expires at %s only", stamp(c.Expiry))
	case c.NotBefore != nil && c.NotBefore.Time().After(now.Add(skew)):
		return unproved(reasonEarly, "it does not hold before %s", stamp(c.NotBefore))
	case c.IssuedAt != nil && c.IssuedAt.Time().After(now.Add(skew)):
		return unproved(reasonIssued, "it was issued at %s", stamp(c.IssuedAt))
	}
	return nil
}

// left is for how long a would pass from now on.
func (a assertion) left(now time.Time) time.Duration {
	return a.claims.Expiry.Time().Add(skew).Sub(now) + time.Second
}

func stamp(n *jwt.NumericDate) string { return n.Time().UTC().Format(time.RFC3339) }
