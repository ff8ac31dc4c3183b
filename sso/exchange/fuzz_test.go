package exchange

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso/keyset"
	"cloudpocket/store"
)

// FuzzRequest demands of every form that it breaks nothing, and that without a key nothing in it is believed.
func FuzzRequest(f *testing.F) {
	const header, claims = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImgxIn0", "eyJpc3MiOiJociIsInN1YiI6ImhyIiwiYXVkIjoieCIsImV4cCI6MSwianRpIjoiYSJ9"
	for _, seed := range []string{header + "." + claims + ".AAAA", "eyJhbGciOiJub25lIn0." + claims + ".", "..", "a.b.c", ""} {
		f.Add(url.Values{"grant_type": {clientCredentials}, "client_assertion_type": {assertionType}, "client_assertion": {seed}}.Encode())
	}
	f.Add(url.Values{"grant_type": {tokenExchange}, "subject_token": {"x"}, "subject_token_type": {idTokenType}, "origin": {"https://hr.example"}, "scope": {"embed"}}.Encode())
	f.Add(url.Values{"grant_type": {tokenExchange}, "subject_token": {"x"}, "subject_token_type": {samlType}, "resource": {"x"}, "actor_token": {"y"}}.Encode())
	set, err := keyset.Published([]byte(`{"keys":[{"kty":"EC","crv":"P-256","kid":"h1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}`))
	if err != nil || len(set.Keys) != 1 {
		f.Fatal(set, err)
	}
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		q, err := requestOf(form)
		if err != nil {
			return
		}
		fuzzSubject(t, q)
		a, err := readAssertion(q)
		if err != nil {
			return
		}
		if !a.client().Valid() || a.claims.Issuer != a.claims.Subject {
			t.Errorf("%q is an assertion of %q by %q", body, a.claims.Subject, a.claims.Issuer)
		}
		if a.check([]string{"x"}, now) == nil && a.left(now) <= 0 {
			t.Errorf("%q passes and is not remembered", body)
		}
		if a.verify(set.Keys) == nil {
			t.Errorf("%q is believed", body)
		}
	})
}

// fuzzSubject demands that no request is for a page but one of the client's, nor for another scope, protocol or place.
func fuzzSubject(t *testing.T, q request) {
	c := store.APIClient{Scopes: store.ScopeAll, Origins: []string{"https://hr.example", "https://two.example"}}
	if origin, err := page(c, q); err == nil && (!slices.Contains(c.Origins, origin) || origin != q.subject.origin || q.scoped && strings.TrimSpace(q.scope) != "embed" && !strings.Contains(q.scope, "embed")) {
		t.Errorf("%+v is for %q", q, origin)
	}
	if _, err := page(store.APIClient{Scopes: store.ScopeAll &^ store.ScopeEmbed, Origins: c.Origins}, q); err == nil {
		t.Errorf("%+v is taken of a client that may not", q)
	}
	s := &Service{Config: Config{BaseURL: "https://pocket.example"}}
	if p, err := s.protocol(q); err == nil && (q.subject.token == "" || q.subject.actor || p != store.OIDC && p != store.SAML) {
		t.Errorf("%+v is about %q", q, p)
	}
}
