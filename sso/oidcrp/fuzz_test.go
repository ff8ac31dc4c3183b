package oidcrp

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

var fuzzNow = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

func fuzzConnector(t testing.TB) *connector {
	c := &connector{
		Config: Config{BaseURL: "https://pocket.example.com", Now: func() time.Time { return fuzzNow }, Log: slog.New(slog.DiscardHandler)},
		trust:  store.OwnedTrust{Trust: store.Trust{ID: "hr"}},
		oidc:   store.OIDCTrust{Issuer: "https://op.example.com", ClientID: "client", Skew: time.Minute},
	}
	var err error
	if c.urls, err = endpointsOf(c.BaseURL, "hr"); err != nil {
		t.Fatal(err)
	}
	return c
}

const (
	fuzzIDToken = `{"iss":"https://op.example.com","aud":"client","sub":"1","iat":1795402800,"exp":1795403100,"nonce":"n","amr":["pwd"],"auth_time":1795402800.5,"a":{"b":[{"c":1},null,true]}}`
	fuzzLogout  = `{"iss":"https://op.example.com","aud":["client"],"sub":"1","sid":"s","jti":"j","iat":1795402800,"exp":1795403100,"events":{"http://schemas.openid.net/event/backchannel-logout":{}}}`
)

// hold opens claims as if their signature had held, and applies rules.
func hold(c *connector, claims []byte, rules []rule) (*judgement, error) {
	raw := "e30." + base64.RawURLEncoding.EncodeToString(claims) + "."
	o, err := readObject(claims, claimNames()...)
	if err != nil {
		return nil, err
	}
	j := &judgement{c: c, raw: raw, claims: o, now: fuzzNow, attempt: &sso.Attempt{Nonce: "n", At: fuzzNow}}
	for _, r := range rules {
		if _, err := r.hold(j); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// withoutSecondOpinion leaves out the rule that needs a whole token.
func withoutSecondOpinion(all []rule) (rules []rule) {
	for _, r := range all {
		if r.step != "second opinion" {
			rules = append(rules, r)
		}
	}
	return rules
}

func FuzzIDToken(f *testing.F) {
	for _, s := range []string{fuzzIDToken, fuzzLogout, `{}`, `[]`, `{"sub":"1","SUB":"2"}`, `{"exp":1e999}`, `{"aud":["client","x"],"azp":"client"}`} {
		f.Add([]byte(s))
	}
	c := fuzzConnector(f)
	if _, err := hold(c, []byte(fuzzIDToken), withoutSecondOpinion(idTokenRules())); err != nil {
		f.Fatalf("the valid seed is refused: %v", err)
	}
	f.Fuzz(func(t *testing.T, claims []byte) {
		j, err := hold(c, claims, withoutSecondOpinion(idTokenRules()))
		if err != nil {
			return
		}
		// A reader of encoding/json's kind must see the very same identity.
		var other struct {
			Iss, Sub, Nonce, Azp string
			Aud                  any
		}
		if err := json.Unmarshal(claims, &other); err != nil {
			t.Fatalf("accepted, but encoding/json refuses it: %v", err)
		}
		sub, _, _ := j.claims.str("sub")
		if other.Sub != sub || other.Iss != c.oidc.Issuer || other.Nonce != "n" || (other.Azp != "" && other.Azp != "client") {
			t.Fatalf("two readers see two identities: %q and %+v", sub, other)
		}
		if _, err := authContext(j.claims); err != nil {
			t.Fatalf("the rules held, but %v", err)
		}
		if attributes, err := flatten(j.claims); err == nil && len(attributes["sub"]) != 1 {
			t.Fatalf("sub flattens to %q", attributes["sub"])
		}
	})
}

// FuzzVouch holds what a back end brings to what a sign-in demands, but for the nonce.
func FuzzVouch(f *testing.F) {
	for _, s := range []string{fuzzIDToken, fuzzLogout, `{"jti":1}`, `{"exp":1e300,"iat":0}`} {
		f.Add([]byte(s))
	}
	c := fuzzConnector(f)
	f.Fuzz(func(t *testing.T, claims []byte) {
		brought, err := hold(c, claims, withoutSecondOpinion(vouchRules()))
		if err != nil {
			return
		}
		brought.claims["nonce"] = "n" // a nonce of ours is all that it may lack
		for _, r := range withoutSecondOpinion(idTokenRules()) {
			if _, err := r.hold(brought); err != nil {
				t.Fatalf("taken from a back end, refused at a sign-in: %v", err)
			}
		}
		if len(brought.fingerprint()) != 43 {
			t.Fatal("it cannot be told from others")
		}
	})
}

func FuzzLogoutToken(f *testing.F) {
	for _, s := range []string{fuzzLogout, fuzzIDToken, `{"events":null}`, `{"sid":""}`} {
		f.Add([]byte(s))
	}
	c := fuzzConnector(f)
	if _, err := hold(c, []byte(fuzzLogout), logoutRules()); err != nil {
		f.Fatalf("the valid seed is refused: %v", err)
	}
	f.Fuzz(func(t *testing.T, claims []byte) {
		j, err := hold(c, claims, logoutRules())
		if err != nil {
			return
		}
		sub, _, _ := j.claims.str("sub")
		sid, _, _ := j.claims.str("sid")
		jti, _, _ := j.claims.str("jti")
		if (sub == "" && sid == "") || jti == "" || strings.Contains(string(claims), `"nonce":`) && j.claims["nonce"] != nil {
			t.Fatalf("accepted: %s", claims)
		}
	})
}

func FuzzClaims(f *testing.F) {
	for _, s := range []string{fuzzIDToken, `{"a.b":1,"a":{"b":2}}`, `{"a":[[["x"]]]}`, `{"":{"":""}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := readObject(data)
		if err != nil {
			return
		}
		attributes, err := flatten(o)
		if err != nil {
			return
		}
		for name, v := range o {
			s, ok := v.(string)
			if !ok || name == "nonce" || name == "at_hash" || name == "c_hash" || name == "_claim_names" || name == "_claim_sources" {
				continue
			}
			if got := attributes[name]; len(got) != 1 || got[0] != s {
				t.Fatalf("%q is %q, not %q alone", name, got, s)
			}
		}
		if v, err := subject(store.Claim("sub"), attributes); err == nil && (v == "" || len(v) > maxID) {
			t.Fatalf("subject %q", v)
		}
	})
}

func FuzzHeader(f *testing.F) {
	for _, s := range []string{"eyJhbGciOiJSUzI1NiJ9.e30.x", "a.b.c.d.e", "..", "eyJhbGciOiJub25lIn0.e30."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		h, err := readHeader(raw)
		if err == nil && (h.alg == "none" || strings.HasPrefix(h.alg, "HS") || len(h.alg) != 5) {
			t.Fatalf("accepted %+v", h)
		}
	})
}

func FuzzDiscovery(f *testing.F) {
	good := `{"issuer":"https://op.example.com","authorization_endpoint":"https://op.example.com/a","token_endpoint":"https://op.example.com/t","jwks_uri":"https://op.example.com/j"}`
	for _, s := range []string{good, `{}`, strings.Replace(good, "https://op.example.com/a", "javascript:alert(1)", 1)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := parseMetadata(body, "https://op.example.com", false)
		if err != nil {
			return
		}
		for _, endpoint := range []string{m.authorization, m.token, m.jwks, m.userInfo, m.endSession} {
			if u, err := url.Parse(endpoint); err != nil || (endpoint != "" && (u.Scheme != "https" || u.Host == "")) {
				t.Fatalf("accepted the endpoint %q", endpoint)
			}
		}
	})
}

func FuzzKeys(f *testing.F) {
	for _, s := range []string{`{"keys":[]}`, `{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"}]}`, `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"}]}`, `{"keys":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		keys, err := parseKeys(body)
		if err != nil {
			return
		}
		for _, k := range keys {
			if !k.IsPublic() {
				t.Fatal("a key that is not public was kept")
			}
			for _, alg := range algorithms() {
				fits(k, string(alg))
			}
		}
	})
}

func FuzzTarget(f *testing.F) {
	for _, s := range []string{"https://pocket.example.com/a?b", "https://pocket.example.com//evil", "https://pocket.example.com//", "//evil", "https://pocket.example.com/%2f%2fevil", "https://pocket.example.com/\\evil"} {
		f.Add(s)
	}
	c := fuzzConnector(f)
	f.Fuzz(func(t *testing.T, target string) {
		local := c.localPath(target)
		to, err := c.urls.base.Parse(local)
		if err != nil || to.Host != "pocket.example.com" || to.Scheme != "https" || !strings.HasPrefix(local, "/") {
			t.Fatalf("%q leads to %q", target, local)
		}
		if strings.HasPrefix(local, "//") || strings.ContainsAny(local, "\\\r\n\t ") || strings.HasPrefix(to.Path, "/sso/") {
			t.Fatalf("%q leads to %q", target, local)
		}
	})
}
