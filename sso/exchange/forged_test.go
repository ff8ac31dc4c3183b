package exchange_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/store"
)

// forgery is an assertion that must not pass, why, and whether its firm's audit says so.
type forgery struct {
	name, reason string
	audited      bool
	make         func(*world) string
}

// claiming is a right assertion but for its claims.
func claiming(name, reason string, audited bool, changes func(*world) map[string]any) forgery {
	return forgery{name, reason, audited, func(w *world) string { return w.assertion(changes(w)) }}
}

func with(name string, value any) func(*world) map[string]any {
	return func(*world) map[string]any { return map[string]any{name: value} }
}

func at(name string, d time.Duration) func(*world) map[string]any {
	return func(w *world) map[string]any { return map[string]any{name: w.at.Add(d).Unix()} }
}

func forgeries() []forgery {
	return slices.Concat(forgedSignatures(), forgedForms(), []forgery{
		claiming("another audience", "client.assertion_audience", true, with("aud", "https://idp.example/token")),
		claiming("one audience too many", "client.assertion_audience", true, with("aud", []string{endpoint, "https://idp.example"})),
		claiming("no audience", "client.assertion_audience", true, with("aud", nil)),
		claiming("an empty list of audiences", "client.assertion_audience", true, with("aud", []string{})),
		claiming("an audience with a slash", "client.assertion_audience", true, with("aud", base+"/")),
		claiming("expired", "client.assertion_expired", true, at("exp", -time.Minute)),
		claiming("expired long ago", "client.assertion_expired", true, with("exp", -1e18)),
		claiming("no expiry", "client.assertion_exp_missing", true, with("exp", nil)),
		claiming("good for too long", "client.assertion_exp_far", true, at("exp", 6*time.Minute+time.Second)),
		claiming("not yet", "client.assertion_nbf", true, at("nbf", 61*time.Second)),
		claiming("issued tomorrow", "client.assertion_iat", true, at("iat", 61*time.Second)),
		claiming("no ID", "client.assertion_jti", true, with("jti", nil)),
		claiming("a blank ID", "client.assertion_jti", true, with("jti", " ")),
		claiming("a huge ID", "client.assertion_jti", true, with("jti", strings.Repeat("x", 257))),
		claiming("another issuer", "client.assertion_issuer", false, with("iss", "pay")),
		claiming("no issuer", "client.assertion_issuer", false, with("iss", nil)),
		claiming("no subject", "client.assertion_subject", false, with("sub", nil)),
		claiming("a subject that is no ID", "client.assertion_subject", false, with("sub", "hr' OR 1=1")),
		claiming("a client that is not there", "client.unknown", false, func(*world) map[string]any { return map[string]any{"iss": "nobody", "sub": "nobody"} }),
		claiming("an expiry that is text", "client.assertion_json", false, with("exp", "9999999999")),
		claiming("an expiry beyond numbers", "client.assertion_json", false, with("exp", 1e300)),
		claiming("a subject that is a list", "client.assertion_json", false, with("sub", []string{"hr"})),
	})
}

func forgedSignatures() []forgery {
	return []forgery{
		{"no signature", "client.assertion_form", false, func(w *world) string {
			parts := strings.Split(w.assertion(nil), ".")
			return encoded(`{"alg":"none","kid":"h1"}`) + "." + parts[1] + "."
		}},
		{"the signature cut off", "client.signature", true, func(w *world) string {
			parts := strings.Split(w.assertion(nil), ".")
			return parts[0] + "." + parts[1] + "." + encoded("x")
		}},
		{"HS256 with the public key", "client.assertion_form", false, func(w *world) string {
			der, err := x509.MarshalPKIXPublicKey(&w.hr.PublicKey)
			noError(w.t, err)
			return sign(w.t, jose.HS256, der, kid("h1"), w.says("hr", nil))
		}},
		{"a foreign key", "client.signature", true, func(w *world) string { return sign(w.t, jose.ES256, newKey(w.t), kid("h1"), w.says("hr", nil)) }},
		{"a foreign key that it brings along", "client.signature", true, func(w *world) string {
			key := newKey(w.t)
			return sign(w.t, jose.ES256, key, map[jose.HeaderKey]any{"kid": "h1", "jwk": jose.JSONWebKey{Key: &key.PublicKey, KeyID: "h1"}}, w.says("hr", nil))
		}},
		{"a foreign key without a name", "client.signature", true, func(w *world) string { return sign(w.t, jose.ES256, newKey(w.t), nil, w.says("hr", nil)) }},
		{"a key of another curve", "client.key_unfit", true, func(w *world) string {
			key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
			noError(w.t, err)
			return sign(w.t, jose.ES384, key, kid("h1"), w.says("hr", nil))
		}},
		{"another client's key by its name", "client.kid_unknown", true, func(w *world) string { return sign(w.t, jose.ES256, w.pay, kid("p1"), w.says("hr", nil)) }},
		{"another client's key by ours", "client.signature", true, func(w *world) string { return sign(w.t, jose.ES256, w.pay, kid("h1"), w.says("hr", nil)) }},
		{"a payload exchanged", "client.signature", true, func(w *world) string {
			one, two := strings.Split(w.assertion(nil), "."), strings.Split(w.assertion(nil), ".")
			return one[0] + "." + two[1] + "." + one[2]
		}},
		{"replayed", "client.assertion_replayed", true, func(w *world) string {
			raw := w.assertion(nil)
			w.given(asking(raw))
			return raw
		}},
		{"the same ID in a new one", "client.assertion_replayed", true, func(w *world) string {
			w.given(asking(w.assertion(map[string]any{"jti": "one"})))
			return w.assertion(map[string]any{"jti": "one", "aud": base})
		}},
	}
}

func encoded(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func forgedForms() []forgery {
	header := func(name, reason string, extra map[jose.HeaderKey]any) forgery {
		extra["kid"] = "h1"
		return forgery{name, reason, false, func(w *world) string { return sign(w.t, jose.ES256, w.hr, extra, w.says("hr", nil)) }}
	}
	text := func(name, reason, payload string) forgery {
		return forgery{name, reason, false, func(w *world) string { return sign(w.t, jose.ES256, w.hr, kid("h1"), payload) }}
	}
	return []forgery{
		header("another type", "client.assertion_header", map[jose.HeaderKey]any{"typ": "logout+jwt"}),
		header("a type that is a number", "client.assertion_header", map[jose.HeaderKey]any{"typ": 1}),
		header("a critical extension", "client.assertion_header", map[jose.HeaderKey]any{"crit": []string{"x"}, "x": 1}),
		header("a JWT inside", "client.assertion_header", map[jose.HeaderKey]any{"cty": "JWT"}),
		{"nested", "client.assertion_json", false, func(w *world) string { return sign(w.t, jose.ES256, w.hr, kid("h1"), w.assertion(nil)) }},
		{"huge", "client.assertion_size", false, func(w *world) string { return w.assertion(map[string]any{"x": strings.Repeat("x", 8<<10)}) }},
		{"JSON serialization", "client.assertion_form", false, func(w *world) string {
			parts := strings.Split(w.assertion(nil), ".")
			return `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`
		}},
		{"encrypted", "client.assertion_form", false, func(w *world) string {
			e, err := jose.NewEncrypter(jose.A128GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: &w.hr.PublicKey}, nil)
			noError(w.t, err)
			jwe, err := e.Encrypt([]byte(w.assertion(nil)))
			noError(w.t, err)
			raw, err := jwe.CompactSerialize()
			noError(w.t, err)
			return raw
		}},
		text("no object", "client.assertion_json", `["hr"]`),
		text("null", "client.assertion_subject", `null`),
		text("two subjects", "client.assertion_json", `{"iss":"hr","sub":"pay","sub":"hr","aud":"`+endpoint+`","jti":"x"}`),
		text("a subject in capitals", "client.assertion_subject", `{"iss":"hr","SUB":"hr","aud":"`+endpoint+`","jti":"x"}`),
		text("something after it", "client.assertion_json", `{"iss":"hr","sub":"hr"} {}`),
		text("not UTF-8", "client.assertion_json", "{\"iss\":\"hr\",\"sub\":\"hr\",\"x\":\"\xff\"}"),
		text("deep", "client.assertion_subject", `{"x":`+strings.Repeat("[", 2000)+strings.Repeat("]", 2000)+`}`),
		{"nonsense", "client.assertion_form", false, func(*world) string { return "a.b.c" }},
		{"dots", "client.assertion_form", false, func(*world) string { return strings.Repeat(".", 5000) }},
	}
}

// TestForgedAssertions holds that no forgery gets a token, that its sender is told nothing of why, that the log is, and that what is
// right passes afterwards.
func TestForgedAssertions(t *testing.T) {
	for _, row := range forgeries() {
		t.Run(row.name, func(t *testing.T) {
			w := fileWorld(t)
			raw := row.make(w)
			w.log.Reset()
			rec := w.ask(asking(raw))
			if got := strings.TrimSpace(rec.Body.String()); rec.Code != http.StatusUnauthorized || got != `{"error":"invalid_client"}` {
				t.Errorf("%d %s", rec.Code, got)
			}
			if log := w.log.String(); !strings.Contains(log, "reason="+row.reason+" ") || len(raw) > 40 && strings.Contains(log, raw[len(raw)-40:]) {
				t.Errorf("the log says %s", log)
			}
			var want []string
			if row.audited {
				want = []string{"client:hr " + row.reason}
			}
			if got := append(w.refused("firm"), w.refused("other")...); !slices.Equal(got, want) {
				t.Errorf("the audit has %q", got)
			}
			w.given(asking(w.assertion(nil)))
		})
	}
	t.Run("by another parameter", func(t *testing.T) {
		w := fileWorld(t)
		if rec := w.ask(asking(w.assertion(nil), "client_id", "pay")); rec.Code != 401 || !strings.Contains(w.log.String(), "client.client_id") {
			t.Errorf("%d", rec.Code)
		}
	})
}

// TestWeakKeysProveNothing has keys in a record that are not to be believed.
func TestWeakKeysProveNothing(t *testing.T) {
	for name, keys := range map[string]func(*world) []jose.JSONWebKey{
		"a secret one": func(w *world) []jose.JSONWebKey { return []jose.JSONWebKey{{Key: w.hr, KeyID: "h1"}} },
		"for encryption": func(w *world) []jose.JSONWebKey {
			return []jose.JSONWebKey{{Key: &w.hr.PublicKey, KeyID: "h1", Use: "enc"}}
		},
		"for another": func(w *world) []jose.JSONWebKey {
			return []jose.JSONWebKey{{Key: &w.hr.PublicKey, KeyID: "h1", Algorithm: "ES384"}}
		},
		"a symmetric one": func(w *world) []jose.JSONWebKey { return []jose.JSONWebKey{{Key: []byte("secret"), KeyID: "h1"}} },
		"a short one": func(w *world) []jose.JSONWebKey {
			w.short = shortKey(w.t)
			return []jose.JSONWebKey{{Key: &w.short.PublicKey, KeyID: "h1"}}
		},
		"none that is used": func(w *world) []jose.JSONWebKey { return []jose.JSONWebKey{{Key: &w.pay.PublicKey, KeyID: "x"}} },
	} {
		t.Run(name, func(t *testing.T) {
			w := fileWorld(t)
			w.change("hr", func(c *store.APIClient) { c.Keys = keySetOf(t, keys(w)...) })
			raw := w.assertion(nil)
			if w.short != nil {
				raw = sign(t, jose.RS256, w.short, kid("h1"), w.says("hr", nil))
			}
			if rec := w.ask(asking(raw)); rec.Code != 401 {
				t.Errorf("%d", rec.Code)
			}
			if w.short != nil && !strings.Contains(w.log.String(), "client.kid_unknown") {
				t.Errorf("the log says %s", w.log)
			}
		})
	}
}

func shortKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1536)
	noError(t, err)
	return key
}
