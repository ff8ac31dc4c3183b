package exchange_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso/exchange"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

func TestClientGetsAToken(t *testing.T) {
	onBoth(t, func(t *testing.T, marks func(*testing.T, func() time.Time) store.Marks) {
		w := newWorld(t, func(now func() time.Time) store.Marks { return marks(t, now) }, outbound.Config{})
		rec := w.ask(asking(w.assertion(nil)))
		a := w.answer(rec)
		if rec.Code != http.StatusOK || a.Type != "Bearer" || a.Life != 600 || a.Scope != "documents receipts" {
			t.Fatalf("%d %+v: %s", rec.Code, a, w.log)
		}
		if rec.Header().Get("Cache-Control") != "no-store" || rec.Header().Get("Pragma") != "no-cache" || rec.Header().Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", rec.Header())
		}
		g, err := exchange.Tokens{Marks: w.marks}.Bearer(t.Context(), a.Token)
		if want := (exchange.Grant{TenantID: "firm", ClientID: "hr", Scopes: store.ScopeDocuments | store.ScopeReceipts}); err != nil || g != want {
			t.Errorf("%+v, %v", g, err)
		}
		if strings.Contains(w.log.String(), a.Token) {
			t.Error("the log has the token")
		}
		c, err := w.records.APIClient(t.Context(), "hr")
		if err != nil || !c.Used.Equal(w.at.Truncate(time.Hour)) {
			t.Errorf("used %s, %v", c.Used, err)
		}
	})
}

// TestKeysOfEveryKind has a client prove itself by every algorithm that is believed.
func TestKeysOfEveryKind(t *testing.T) {
	w := fileWorld(t)
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	noError(t, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	noError(t, err)
	p521, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	noError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	noError(t, err)
	w.change("hr", func(c *store.APIClient) {
		c.Keys = keySetOf(t, publicKey("r", &r.PublicKey), publicKey("p384", &p384.PublicKey), publicKey("p521", &p521.PublicKey), publicKey("ed", ed.Public()), publicKey("h1", &w.hr.PublicKey))
	})
	for _, row := range []struct {
		kid  string
		key  any
		algs []jose.SignatureAlgorithm
	}{
		{"r", r, []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512}},
		{"h1", w.hr, []jose.SignatureAlgorithm{jose.ES256}}, {"p384", p384, []jose.SignatureAlgorithm{jose.ES384}},
		{"p521", p521, []jose.SignatureAlgorithm{jose.ES512}}, {"ed", ed, []jose.SignatureAlgorithm{jose.EdDSA}},
	} {
		for _, alg := range row.algs {
			t.Run(string(alg), func(t *testing.T) {
				w.given(asking(sign(t, alg, row.key, kid(row.kid), w.says("hr", nil))))
				if row.kid != "r" { // it is the only one that fits, so it need not be named
					w.given(asking(sign(t, alg, row.key, nil, w.says("hr", nil))))
				}
			})
		}
	}
}

// TestAccepted has assertions that are unlike the usual one and right.
func TestAccepted(t *testing.T) {
	w := fileWorld(t)
	at := func(d time.Duration) int64 { return w.at.Add(d).Unix() }
	for name, changes := range map[string]map[string]any{
		"the issuer as audience":              {"aud": base},
		"both as audience":                    {"aud": []string{base, endpoint}},
		"five minutes":                        {"exp": at(5 * time.Minute)},
		"five minutes by a clock that is off": {"exp": at(6 * time.Minute), "iat": at(time.Minute), "nbf": at(time.Minute)},
		"over by a clock that is off":         {"exp": at(-59 * time.Second)},
		"parts of seconds":                    {"exp": float64(at(time.Minute)) + 0.5},
		"other claims":                        {"scope": "x", "nested": map[string]any{"a": []int{1}}},
	} {
		t.Run(name, func(t *testing.T) { w.given(asking(w.assertion(changes))) })
	}
	for _, typ := range []string{"JWT", "jwt", "client-authentication+jwt"} {
		t.Run("type "+typ, func(t *testing.T) {
			w.given(asking(sign(t, jose.ES256, w.hr, map[jose.HeaderKey]any{"kid": "h1", "typ": typ}, w.says("hr", nil)), "client_id", "hr"))
		})
	}
}

func TestRequests(t *testing.T) {
	for _, row := range []struct {
		name, target, kind, body, code string
	}{
		{"JSON", "/oauth/token", "application/json", `{"grant_type":"client_credentials"}`, "invalid_request"},
		{"no type", "/oauth/token", "", "grant_type=client_credentials", "invalid_request"},
		{"an empty body", "/oauth/token", "application/x-www-form-urlencoded", "", "invalid_request"},
		{"in the URL", "/oauth/token?client_assertion=x", "application/x-www-form-urlencoded", "grant_type=client_credentials", "invalid_request"},
		{"repeated", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials&grant_type=client_credentials", "invalid_request"},
		{"a secret", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials&client_id=hr&client_secret=x", "invalid_request"},
		{"bad escapes", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=%zz", "invalid_request"},
		{"too large", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=" + strings.Repeat("x", 1<<20), "invalid_request"},
		{"another grant", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=password&username=a&password=b", "unsupported_grant_type"},
		{"no assertion", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials&client_id=hr", "invalid_client"},
		{"an assertion of another type", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials&client_assertion_type=saml&client_assertion=x", "invalid_client"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := fileWorld(t)
			r := httptest.NewRequest(http.MethodPost, row.target, strings.NewReader(row.body))
			r.Header.Set("Content-Type", row.kind)
			rec := w.send(r)
			want := map[string]int{"invalid_client": 401}[row.code]
			if want == 0 {
				want = 400
			}
			if got := strings.TrimSpace(rec.Body.String()); rec.Code != want || got != fmt.Sprintf(`{"error":%q}`, row.code) || rec.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%d %s", rec.Code, got)
			}
		})
	}
}

func TestScopes(t *testing.T) {
	w := fileWorld(t)
	w.client("firm", store.APIClient{ID: "widget", Keys: keySetOf(t, publicKey("h1", &w.hr.PublicKey)), Scopes: store.ScopeEmbed})
	w.client("firm", store.APIClient{ID: "nothing", Keys: keySetOf(t, publicKey("h1", &w.hr.PublicKey))})
	for _, row := range []struct{ client, asked, given string }{
		{"hr", "", "documents receipts"}, {"hr", "documents", "documents"}, {"hr", "receipts documents receipts", "documents receipts"},
		{"hr", "embed", "embed"}, {"hr", "documents receipts embed", "documents receipts embed"}, {"widget", "embed", "embed"},
		{"hr", "places", ""}, {"hr", "documents places", ""}, {"hr", "admin", ""}, {"hr", " ", ""}, {"hr", "Documents", ""},
		{"widget", "", ""}, {"nothing", "", ""}, {"nothing", "documents", ""},
	} {
		t.Run(row.client+" "+row.asked, func(t *testing.T) {
			rec := w.ask(asking(sign(t, jose.ES256, w.hr, kid("h1"), w.says(row.client, nil)), "scope", row.asked))
			a := w.answer(rec)
			if want := map[bool]int{true: 200, false: 400}[row.given != ""]; rec.Code != want || a.Scope != row.given || (a.Token != "") != (row.given != "") {
				t.Fatalf("%d %+v", rec.Code, a)
			}
			if row.given == "" && a.Error != "invalid_scope" {
				t.Errorf("error %q", a.Error)
			}
		})
	}
}

// TestOnlyWhoStandsGetsOne switches off what a client stands and falls with.
func TestOnlyWhoStandsGetsOne(t *testing.T) {
	for _, row := range []struct {
		name, reason string
		change       func(*world)
		from         string
	}{
		{"a disabled client", "client.disabled", func(w *world) { w.change("hr", func(c *store.APIClient) { c.State = store.ClientDisabled }) }, "192.0.2.1"},
		{"a client of no state", "client.disabled", func(w *world) { w.change("hr", func(c *store.APIClient) { c.State = "" }) }, "192.0.2.1"},
		{"a suspended tenant", "client.tenant_suspended", func(w *world) {
			noError(w.t, w.records.Update(w.t.Context(), "firm", func(tx store.Tx) error { return tx.SetTenantState(w.t.Context(), store.TenantSuspended) }))
		}, "192.0.2.1"},
		{"another network", "client.address", func(w *world) {
			w.change("hr", func(c *store.APIClient) { c.Allowed = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
		}, "198.51.100.1"},
		{"no address", "client.address", func(w *world) {
			w.change("hr", func(c *store.APIClient) { c.Allowed = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
		}, "@"},
		{"no keys", "client.keys", func(w *world) { w.change("hr", func(c *store.APIClient) { c.Keys = nil }) }, "192.0.2.1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := fileWorld(t)
			w.given(asking(w.assertion(nil)))
			row.change(w)
			rec := w.askFrom(row.from, asking(w.assertion(nil)))
			if rec.Code != http.StatusUnauthorized || strings.TrimSpace(rec.Body.String()) != `{"error":"invalid_client"}` {
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
			if got := w.refused("firm"); !slices.Equal(got, []string{"client:hr " + row.reason}) {
				t.Errorf("the audit has %q", got)
			}
		})
	}
}

// TestOneOfManyUsesAnAssertion sends the same assertion many times at once, and once more when it is nearly over.
func TestOneOfManyUsesAnAssertion(t *testing.T) {
	onBoth(t, func(t *testing.T, marks func(*testing.T, func() time.Time) store.Marks) {
		w := newWorld(t, func(now func() time.Time) store.Marks { return marks(t, now) }, outbound.Config{})
		form := asking(w.assertion(map[string]any{"exp": w.at.Add(5 * time.Minute).Unix()}))
		var wait sync.WaitGroup
		codes := make([]int, 8)
		for i := range codes {
			wait.Go(func() { codes[i] = w.ask(form).Code })
		}
		wait.Wait()
		slices.Sort(codes)
		if codes[0] != 200 || codes[1] != 401 {
			t.Errorf("%v: one and no more may have a token", codes)
		}
		w.pass(5*time.Minute + 59*time.Second) // by a clock that may be a minute off it is good still
		if rec := w.ask(form); rec.Code != 401 || !strings.Contains(w.log.String()[strings.LastIndex(w.log.String(), "\nt")+1:], "client.assertion_replayed") {
			t.Errorf("at the end: %d", rec.Code)
		}
	})
}

// TestUseIsNotedByTheHour has a client come often.
func TestUseIsNotedByTheHour(t *testing.T) {
	w := fileWorld(t)
	for _, passed := range []time.Duration{0, 59 * time.Minute, time.Minute} {
		w.pass(passed)
		w.given(asking(w.assertion(nil)))
		if c, err := w.records.APIClient(t.Context(), "hr"); err != nil || !c.Used.Equal(w.at.Truncate(time.Hour)) || c.Version != 0 {
			t.Errorf("at %s used %s in version %d, %v", w.at, c.Used, c.Version, err)
		}
	}
}

// TestFloods asks more often than anybody may.
func TestFloods(t *testing.T) {
	t.Run("from one address", func(t *testing.T) {
		w := fileWorld(t)
		var last *httptest.ResponseRecorder
		for range 601 {
			last = w.ask(url.Values{})
		}
		if last.Code != http.StatusTooManyRequests || last.Header().Get("Retry-After") == "" {
			t.Fatalf("%d", last.Code)
		}
		if rec := w.askFrom("198.51.100.7", asking(w.assertion(nil))); rec.Code != 200 {
			t.Errorf("from elsewhere: %d", rec.Code)
		}
		w.pass(time.Second)
		w.given(asking(w.assertion(nil)))
	})
	t.Run("of one client", func(t *testing.T) {
		w := fileWorld(t)
		for i := range 60 {
			if rec := w.askFrom(fmt.Sprintf("198.51.100.%d", i), asking(w.assertion(nil))); rec.Code != 200 {
				t.Fatalf("token %d: %d", i, rec.Code)
			}
		}
		if rec := w.ask(asking(w.assertion(nil))); rec.Code != http.StatusTooManyRequests {
			t.Errorf("%d", rec.Code)
		}
		w.given(asking(sign(t, jose.ES256, w.pay, kid("p1"), w.says("pay", nil))))
	})
	t.Run("of refusals", func(t *testing.T) {
		w := fileWorld(t)
		for range 50 {
			w.ask(asking(w.assertion(map[string]any{"aud": "x"})))
		}
		if n := len(w.refused("firm")); n != 30 {
			t.Errorf("one address left %d in the audit", n)
		}
		for i := range 200 {
			w.askFrom(fmt.Sprintf("198.51.100.%d", i), asking(w.assertion(map[string]any{"aud": "x"})))
		}
		if n := len(w.refused("firm")); n != 100 {
			t.Errorf("all addresses left %d in the audit", n)
		}
		w.given(asking(w.assertion(nil))) // none of it is held against who can prove themselves
	})
}

func TestMetadata(t *testing.T) {
	w := fileWorld(t)
	rec := w.send(httptest.NewRequest(http.MethodGet, "/.well-known/oauth-authorization-server", nil))
	var d map[string]any
	noError(t, json.Unmarshal(rec.Body.Bytes(), &d))
	if d["issuer"] != base || d["token_endpoint"] != endpoint || fmt.Sprint(d["token_endpoint_auth_methods_supported"]) != "[private_key_jwt]" ||
		fmt.Sprint(d["grant_types_supported"]) != "[client_credentials urn:ietf:params:oauth:grant-type:token-exchange]" || fmt.Sprint(d["scopes_supported"]) != "[places documents receipts embed]" || fmt.Sprint(d["response_types_supported"]) != "[]" {
		t.Errorf("%v", d)
	}
	if algs := fmt.Sprint(d["token_endpoint_auth_signing_alg_values_supported"]); strings.Contains(algs, "none") || strings.Contains(algs, "HS") || !strings.Contains(algs, "ES256") {
		t.Errorf("algorithms %s", algs)
	}
}
