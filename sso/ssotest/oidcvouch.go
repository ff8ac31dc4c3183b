package ssotest

import (
	"encoding/base64"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// OIDCVouch holds a connector's Vouch to every vector of the corpus that changes the OP's documents, keys or ID tokens, and
// to what is a matter of tokens that a back end brings alone.
func OIDCVouch(t *testing.T, open OIDCOpener) {
	keys := newOIDCKeys(t)
	for _, v := range slices.Concat(oidcDiscoveryVectors(), oidcSignatureVectors(), oidcClaimVectors(), oidcTimeVectors(), oidcJSONVectors(), oidcAccepted()) {
		if !v.vouchable() {
			continue
		}
		t.Run(v.name, func(t *testing.T) { v.vouch(t, keys, open) })
	}
	for _, v := range oidcBrought() {
		t.Run("brought/"+v.name, func(t *testing.T) { v.vouch(t, keys, open) })
	}
	for name, test := range map[string]func(*testing.T, *oidcRun){
		"twice": oidcVouchTwice, "twice, without a jti": oidcVouchRewritten, "after its time": oidcVouchLate, "at once": oidcVouchAtOnce,
		"marks away": oidcVouchMarksAway, "OP away": oidcVouchOPAway, "another client's flood of keys": oidcVouchFlood,
	} {
		t.Run("brought/"+name, func(t *testing.T) { test(t, newOIDCRun(t, keys, oidcVector{}, open)) })
	}
}

// vouchable reports whether v is about a token and the documents that it is judged by: not about a browser's way, what ties a
// token to it, or what comes beside a token.
func (v oidcVector) vouchable() bool {
	apart := []sso.Reason{"oidc.nonce", "oidc.nonce_missing", "oidc.at_hash", "oidc.pkce_unsupported"}
	names := []string{"iat at the edge behind", "scope-userinfo-claims", "the ID token's claims stand", "acr_values", "max_age", "scopes"}
	return v.message == nil && v.attempt == nil && !v.force && !slices.Contains(apart, v.want) && !slices.Contains(names, v.name)
}

// Brought returns an ID token that the person's back end got for us, as the knobs have it.
func (op *OP) Brought() string {
	claims := op.idClaims(url.Values{"max_age": {"300"}, "nonce": {"of the back end's own"}})
	return op.idToken(claims)
}

func (v oidcVector) vouch(t *testing.T, keys *oidcKeys, open OIDCOpener) {
	r := newOIDCRun(t, keys, v, open)
	token := r.Brought()
	id, err := r.conn.Vouch(t.Context(), token, r.trace)
	if v.want != "" {
		key := v.key
		if key == "" {
			key = sso.KeyMessage
		}
		r.refused(t, err, v.want, key)
		WantTrace(t, r.trace, r.secrets(), v.want)
		if id.Subject != "" || len(id.Attributes) > 0 {
			t.Fatalf("a refusal came with an identity: %+v", id)
		}
		return
	}
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	r.silent(t, "")
	WantTrace(t, r.trace, r.secrets())
	if id.Subject == "" || id.NameSubject == "" || id.IDToken != token || !strings.Contains(r.trace.Message, `"id_token_claims"`) {
		t.Fatalf("identity %+v, trace %s", id, r.trace.Message)
	}
	if n := r.Fetched("/userinfo") + r.Fetched("/token"); n != 0 {
		t.Fatalf("the OP was asked %d times for what nobody has a right to here", n)
	}
}

func oidcBrought() []oidcVector {
	at := func(name string, offset int64) func(*OP) {
		return func(op *OP) { op.Claims = func(m map[string]any) { m[name] = op.now().Unix() + offset } }
	}
	return []oidcVector{
		{name: "plain"},
		{name: "without a nonce", op: oidcClaims(oidcWith("nonce", nil))},
		{name: "with a jti", op: oidcClaims(oidcWith("jti", "1"))},
		{name: "with an at_hash of its own", op: oidcClaims(oidcWith("at_hash", "77QmUPtjPfzWtF2AnpK9RQ"))},
		{name: "good for a year", op: at("exp", 365*86400)},
		{name: "iat at the edge behind", op: at("iat", -360)},
		{name: "iat beyond the edge behind", want: "oidc.iat_old", key: sso.KeyClock, op: at("iat", -361)},
		{name: "of yesterday, good for a year", want: "oidc.iat_old", key: sso.KeyClock, op: oidcClaims(func(m map[string]any) { m["iat"], m["exp"] = m["iat"].(int64)-86400, m["exp"].(int64)+365*86400 })},
		{name: "the parent's own", want: "oidc.audience", op: oidcClaims(func(m map[string]any) { m["aud"], m["azp"] = "parent portal", "parent portal" })},
		{name: "for both, used by the parent", want: "oidc.azp", op: oidcClaims(func(m map[string]any) {
			m["aud"], m["azp"] = []string{"parent portal", "pocket client"}, "parent portal"
		})},
		{name: "UserInfo wanted", trust: func(t *store.OIDCTrust) { t.UserInfo = true }},
		{name: "an assertion", want: "oidc.jwt_form", op: oidcRaw(func(string, string, string) string {
			return SAMLToken([]byte(`<saml:Assertion xmlns:saml="` + samlAssertion + `"/>`))
		})},
		{name: "nonsense", want: "oidc.jwt_form", op: oidcRaw(func(string, string, string) string { return "a word that is no token" })},
	}
}

// brings brings a token and demands that it is refused for want, or taken.
func (r *oidcRun) brings(t *testing.T, token string, want sso.Reason, key string) {
	t.Helper()
	_, err := r.conn.Vouch(t.Context(), token, r.trace)
	switch {
	case want != "":
		r.refused(t, err, want, key)
	case err != nil:
		t.Fatalf("refused: %v", err)
	}
}

func oidcVouchTwice(t *testing.T, r *oidcRun) {
	r.Claims = oidcWith("jti", "one")
	r.brings(t, r.Brought(), "", "")
	r.Claims = func(m map[string]any) { m["jti"], m["name"] = "one", "鈴木 一郎" }
	r.brings(t, r.Brought(), "oidc.vouch_replay", sso.KeyStale)
	r.Claims = oidcWith("jti", "two")
	r.brings(t, r.Brought(), "", "")
}

// oidcVouchRewritten brings one token in the other ways that it can be written: with another signature of the same key, which
// whoever holds the first can compute, and with other spare bits in its base64.
func oidcVouchRewritten(t *testing.T, r *oidcRun) {
	r.Alg = jose.ES256
	token := r.Brought()
	r.brings(t, token, "", "")
	r.brings(t, token, "oidc.vouch_replay", sso.KeyStale)
	head, signature := token[:strings.LastIndexByte(token, '.')+1], token[strings.LastIndexByte(token, '.')+1:]
	raw, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		t.Fatal(err)
	}
	s := new(big.Int).SetBytes(raw[32:])
	s.Sub(r.keys.p256.Params().N, s).FillBytes(raw[32:])
	r.brings(t, r.speak(head+base64.RawURLEncoding.EncodeToString(raw)), "oidc.vouch_replay", sso.KeyStale)
}

func oidcVouchLate(t *testing.T, r *oidcRun) {
	r.Claims = oidcWith("exp", r.clock.Now().Add(time.Hour).Unix())
	token := r.Brought()
	r.brings(t, token, "", "")
	r.clock.advance(6 * time.Minute) // to the edge of its age and skew
	r.brings(t, token, "oidc.vouch_replay", sso.KeyStale)
	r.clock.advance(time.Second)
	r.brings(t, token, "oidc.iat_old", sso.KeyClock)
}

func oidcVouchAtOnce(t *testing.T, r *oidcRun) {
	token := r.Brought()
	var all sync.WaitGroup
	var passed atomic.Int32
	for range 20 {
		all.Go(func() {
			if _, err := r.conn.Vouch(t.Context(), token, nil); err == nil {
				passed.Add(1)
			} else if sso.ReasonOf(err) != "oidc.vouch_replay" {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if n := passed.Load(); n != 1 {
		t.Fatalf("one token passed %d times", n)
	}
}

func oidcVouchMarksAway(t *testing.T, r *oidcRun) {
	r.env.Marks.(*oidcMarks).err = store.Fail(store.Unavailable, sso.KeyAway, "redis is away")
	_, err := r.conn.Vouch(t.Context(), r.Brought(), nil)
	oidcWantAway(t, err)
}

func oidcVouchOPAway(t *testing.T, r *oidcRun) {
	r.server.Close()
	_, err := r.conn.Vouch(t.Context(), r.Brought(), nil)
	oidcWantAway(t, err)
}

// oidcVouchFlood has a partner bring tokens of keys that nobody has, just before the OP changes its keys: the next sign-in
// finds the new ones all the same.
func oidcVouchFlood(t *testing.T, r *oidcRun) {
	r.mustSignIn(t)
	r.Header = oidcWith("kid", "unknown")
	for range 50 {
		r.brings(t, r.Brought(), "oidc.kid_unknown", sso.KeyMessage)
	}
	if n := r.Fetched("/jwks"); n != 2 {
		t.Fatalf("50 unknown keys caused %d fetches", n-1)
	}
	r.Header, r.SignKey = oidcWith("kid", "new"), r.keys.rsa2
	r.Published = []jose.JSONWebKey{oidcPublic("new", &r.keys.rsa2.PublicKey)}
	r.mustSignIn(t)
}
