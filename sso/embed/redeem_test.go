package embed

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

var verifier = strings.Repeat("v", 43)

func TestRedeem(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		g := w.grant()
		a := w.post(0, "/embed/token", "", "", asks(w.code(g), ""))
		if a.status != 200 || a.body["token_type"] != "DPoP" || a.body["expires_in"] != 600.0 || a.body["renews"] != false || a.body["ends_in"] != nil || a.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v", a.status, a.body)
		}
		s, err := w.current(a.token)
		noError(t, err)
		want := store.Embed{ClientID: client, Origin: partner, Thumbprint: w.prover.Thumbprint()}
		if s.Embed != want || s.AccountID != "taro" || s.TrustID != "parent" || s.Subject != "taro" || s.Index != "_1" || s.Ends != w.clock().Add(Life) {
			t.Errorf("it is %+v", s)
		}
		e := w.events()
		if len(e) != 1 || e[0].Outcome != store.Allowed || e[0].Name != "太郎" || e[0].Detail["embed"] != string(client) || e[0].Detail["origin"] != partner {
			t.Errorf("the audit says %+v", e)
		}
	})
}

// TestFrameGoesOn has one frame bring a code every few minutes, and another begin beside it.
func TestFrameGoesOn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for range 5 {
			w.begin(w.grant(), "")
			w.forward(3 * time.Minute)
		}
		if n := len(w.events()); n != 1 || len(w.door.ended) != 0 {
			t.Errorf("one frame has %d begins and %q", n, w.door.ended)
		}
		w.prover = ssotest.NewProver(t)
		w.begin(w.grant(), "")
		if n := len(w.events()); n != 2 {
			t.Errorf("two frames have %d begins", n)
		}
		w.change(func(c *store.APIClient) { c.Origins = []string{"https://other.example"} })
		if a := w.post(0, "/embed/token", "", "", asks(w.code(w.grant()), "")); a.status == 200 {
			t.Error("it goes on in a page that is no client's any more")
		}
	})
}

// TestEnds bounds a token by what is behind it.
func TestEnds(t *testing.T) {
	w := newWorld(t, inFile(t))
	g := w.grant()
	g.Ends = w.clock().Add(4 * time.Minute)
	a := w.post(0, "/embed/token", "", "", asks(w.code(g), ""))
	if a.body["expires_in"] != 240.0 || a.body["ends_in"] != 240.0 {
		t.Errorf("%v", a.body)
	}
	w.forward(4*time.Minute - time.Microsecond)
	w.stands(a.token, true)
	w.forward(time.Microsecond)
	w.stands(a.token, false)
	g.Ends = w.clock()
	if a := w.post(0, "/embed/token", "", "", asks(w.code(g), "")); a.body["error"] != "invalid_grant" {
		t.Errorf("after the end: %v", a.body)
	}
}

// TestRefused brings codes that are not for whoever brings them. Each is spent by that, but where nobody proved to have a key.
func TestRefused(t *testing.T) {
	w := newWorld(t, inFile(t))
	other := ssotest.NewProver(t)
	with := func(name string, value any) func(map[string]any) {
		return func(m map[string]any) { m[name] = value }
	}
	for _, row := range []struct {
		name   string
		grant  func(*Grant)
		body   func(map[string]any)
		proof  func() string
		before func()
		want   string
		reason sso.Reason
		spent  bool
	}{
		{name: "another client", body: with("client", "c2"), want: "invalid_grant", spent: true},
		{name: "another page", body: with("origin", "https://attacker.example"), want: "invalid_grant", reason: reasonCodeOrigin, spent: true},
		{name: "another of the client's pages", body: with("origin", "https://hr.example:8443"), want: "invalid_grant", reason: reasonCodeOrigin, spent: true},
		{name: "the page in another case", body: with("origin", "https://HR.example"), want: "invalid_grant", reason: reasonCodeOrigin, spent: true},
		{name: "a verifier for nothing", body: with("verifier", verifier), want: "invalid_grant", reason: reasonVerifier, spent: true},
		{name: "over", before: func() { w.forward(CodeLife) }, want: "invalid_grant", reason: reasonCode, spent: true},
		{name: "no code", body: with("code", ""), want: "invalid_grant", reason: reasonCodeForm},
		{name: "another code", body: with("code", secret(codePrefix)), want: "invalid_grant", reason: reasonCode},
		{name: "an access token", body: with("code", "cpa_"+strings.Repeat("A", 43)), want: "invalid_grant", reason: reasonCodeForm},
		{name: "no proof", proof: func() string { return "-" }, want: "invalid_dpop_proof", reason: "dpop.missing"},
		{name: "a proof for another path", proof: func() string { return w.prover.Proof(t, "POST", base+"/embed/renew", "", w.clock()) }, want: "invalid_dpop_proof", reason: "dpop.htu"},
		{name: "a proof for where the request went", proof: func() string { return w.prover.Proof(t, "POST", "http://whatever.example/embed/token", "", w.clock()) }, want: "invalid_dpop_proof", reason: "dpop.htu"},
		{name: "a proof of another method", proof: func() string { return w.prover.Proof(t, "GET", base+"/embed/token", "", w.clock()) }, want: "invalid_dpop_proof", reason: "dpop.htm"},
		{name: "a clock that is off", proof: func() string {
			return w.prover.Proof(t, "POST", base+"/embed/token", "", w.clock().Add(-2*time.Minute))
		}, want: "invalid_dpop_proof", reason: "dpop.iat"},
		{name: "another's key in the header", proof: func() string {
			return w.prover.Sign(t, other.Header(), ssotest.Claims("POST", base+"/embed/token", "", w.clock()))
		}, want: "invalid_dpop_proof", reason: "dpop.signature"},
		{name: "an account that is switched off", before: func() { w.door.closed = true }, want: "invalid_grant", reason: sso.ReasonFailed, spent: true},
		{name: "a client that is switched off", before: func() { w.change(func(c *store.APIClient) { c.State = store.ClientDisabled }) }, want: "invalid_grant", reason: reasonDisabled, spent: true},
		{name: "a client without the scope", before: func() { w.change(func(c *store.APIClient) { c.Scopes = store.ScopeReceipts }) }, want: "invalid_grant", reason: reasonScope, spent: true},
		{name: "a page that was taken from the client", before: func() { w.change(func(c *store.APIClient) { c.Origins = []string{"https://hr.example:8443"} }) }, want: "invalid_grant", reason: reasonOrigin, spent: true},
		{name: "a firm that is suspended", before: func() { w.suspend(true) }, want: "invalid_grant", reason: reasonTenant, spent: true},
		{name: "signed out since", before: func() { w.leave("taro", "") }, want: "invalid_grant", reason: "login.left", spent: true},
		{name: "signed out of that session since", before: func() { w.leave("", "_1") }, want: "invalid_grant", reason: "login.left", spent: true},
		{name: "a browser's session that is none", grant: func(g *Grant) { g.Parent, g.Challenge = "s9", challengeOf(verifier) }, body: with("verifier", verifier), want: "invalid_grant", reason: reasonParent, spent: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			w.t = t
			g := w.grant()
			g.Left = w.noted(g)
			if row.grant != nil {
				row.grant(&g)
			}
			code := w.code(g)
			body, proof := asks(code, ""), ""
			if row.body != nil {
				row.body(body)
			}
			if row.before != nil {
				row.before()
			}
			if row.proof != nil {
				proof = row.proof()
			}
			before := len(w.events())
			a := w.post(0, "/embed/token", "", proof, body)
			if a.status != 400 || a.body["error"] != row.want || a.token != "" {
				t.Errorf("%d %v, want %s", a.status, a.body, row.want)
			}
			if e := w.events(); row.reason != "" && (len(e) != before+1 || e[0].Outcome != store.Refused || e[0].Detail["reason"] != string(row.reason) || e[0].Record != "client:c1") {
				t.Errorf("the audit says %+v, want %s", e, row.reason)
			}
			w.door.closed = false
			w.suspend(false)
			w.change(func(c *store.APIClient) {
				c.State, c.Scopes, c.Origins = store.ClientEnabled, store.ScopeEmbed, []string{partner, "https://hr.example:8443"}
			})
			if got := w.post(1, "/embed/token", "", "", asks(code, "")).status; (got != 200) != row.spent {
				t.Errorf("brought again by its own: %d", got)
			}
			all, err := w.kept[0].Of(t.Context(), "firm", "taro")
			noError(t, err)
			if row.spent && len(all) != 0 {
				t.Errorf("%d sessions stand", len(all))
			}
			_, err = w.kept[0].End(t.Context(), store.SessionSelector{TrustID: "parent"})
			noError(t, err)
		})
	}
}

func (w *world) suspend(yes bool) {
	w.t.Helper()
	state := map[bool]store.TenantState{true: store.TenantSuspended, false: store.TenantActive}[yes]
	noError(w.t, w.records.Update(w.t.Context(), "firm", func(tx store.Tx) error { return tx.SetTenantState(w.t.Context(), state) }))
}

// leave has the IdP sign out a subject, or a session of theirs.
func (w *world) leave(subject, index string) {
	w.t.Helper()
	order := sso.LogoutOrder{Subject: subject}
	if index != "" {
		order.Indexes = []string{index}
	}
	noError(w.t, departed.Notes{Marks: w.kept[1]}.Leave(w.t.Context(), "parent", order))
}

// noted is what is noted of g's person now.
func (w *world) noted(g Grant) []string {
	w.t.Helper()
	n := departed.Notes{Marks: w.kept[0]}
	last, err := n.Last(w.t.Context(), g.TrustID)
	noError(w.t, err)
	notes, err := n.Before(w.t.Context(), departed.Person{TrustID: g.TrustID, Subject: g.Subject, Index: g.Index}, last)
	noError(w.t, err)
	return notes
}

// TestRequests sends what is no request for a token.
func TestRequests(t *testing.T) {
	w := newWorld(t, inFile(t))
	good := `{"client":"c1","origin":"https://hr.example","code":""`
	for name, row := range map[string]struct {
		body   string
		change func(*http.Request)
	}{
		"a form":           {good + "}", func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }},
		"no type":          {good + "}", func(r *http.Request) { r.Header.Del("Content-Type") }},
		"a code in a URL":  {good + "}", func(r *http.Request) { r.URL.RawQuery = "ticket=x" }},
		"nothing":          {"", nil},
		"a list":           {"[]", nil},
		"more members":     {good + `,"admin":true}`, nil},
		"two objects":      {good + "}{}", nil},
		"it goes on":       {good + "}]", nil},
		"not UTF-8":        {good + ",\"verifier\":\"\xff\"}", nil},
		"no client":        {`{"origin":"https://hr.example"}`, nil},
		"a client's path":  {`{"client":"../c1","origin":"https://hr.example"}`, nil},
		"no page":          {`{"client":"c1"}`, nil},
		"a long page":      {`{"client":"c1","origin":"https://` + strings.Repeat("x", maxOrigin) + `"}`, nil},
		"a short verifier": {good + `,"verifier":"short"}`, nil},
		"another verifier": {good + `,"verifier":"` + strings.Repeat("=", 43) + `"}`, nil},
		"too much":         {good + `,"verifier":"` + strings.Repeat("v", maxAsk) + `"}`, nil},
	} {
		r, err := http.NewRequest("POST", "http://whatever.example/embed/token", strings.NewReader(row.body))
		noError(t, err)
		r.Header.Set("Content-Type", "application/json")
		if row.change != nil {
			row.change(r)
		}
		if a := w.send(0, r); a.status != 400 || a.body["error"] != "invalid_request" {
			t.Errorf("%s: %d %v", name, a.status, a.body)
		}
	}
}

// TestOneRedeems has a code brought many times at once, to two instances.
func TestOneRedeems(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for range 5 {
			body := asks(w.code(w.grant()), "")
			var got, refused atomic.Int64
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					switch a := w.post(i%2, "/embed/token", "", "", body); {
					case a.status == 200:
						got.Add(1)
					case a.body["error"] == "invalid_grant":
						refused.Add(1)
					}
				})
			}
			all.Wait()
			if got.Load() != 1 || refused.Load() != 7 {
				t.Fatalf("%d got a token, %d were refused", got.Load(), refused.Load())
			}
		}
	})
}

// TestCookie brings the code of a popup by cookie, with the verifier that it was asked for with.
func TestCookie(t *testing.T) {
	w := newWorld(t, inFile(t))
	g, _ := w.opened(verifier)
	bring := func(code string) func(*http.Request) {
		return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: CookieName, Value: code}) }
	}
	a := w.post(0, "/embed/token", "", "", asks("", verifier), bring(w.code(g)))
	if a.status != 200 || !strings.Contains(a.header.Get("Set-Cookie"), CookieName+"=; Path=/; Max-Age=0") {
		t.Errorf("%d %v, %q", a.status, a.body, a.header.Get("Set-Cookie"))
	}
	if a := w.post(0, "/embed/token", "", "", asks("", ""), bring(w.code(g))); a.body["error"] != "invalid_grant" {
		t.Errorf("without the verifier: %v", a.body)
	}
	if a := w.post(0, "/embed/token", "", "", asks("", strings.Repeat("w", 43)), bring(w.code(g))); a.body["error"] != "invalid_grant" {
		t.Errorf("with another verifier: %v", a.body)
	}
}

// TestTooOften asks more often than an address may.
func TestTooOften(t *testing.T) {
	w := newWorld(t, inFile(t))
	for range askBurst {
		w.post(0, "/embed/token", "", "-", nil)
	}
	a := w.post(0, "/embed/token", "", "", asks(w.code(w.grant()), ""))
	if a.status != 429 || a.body["error"] != "temporarily_unavailable" || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %v", a.status, a.body)
	}
	if n := len(w.events()); n > senderBurst {
		t.Errorf("%d refusals were recorded", n)
	}
}

func TestGive(t *testing.T) {
	w := newWorld(t, inFile(t))
	for name, change := range map[string]func(*Grant){
		"nobody":            func(g *Grant) { g.AccountID = "" },
		"no firm":           func(g *Grant) { g.TenantID = "" },
		"no page":           func(g *Grant) { g.Origin = "" },
		"no client":         func(g *Grant) { g.ClientID = "" },
		"no verifier":       func(g *Grant) { g.Parent = "s1" },
		"no browser":        func(g *Grant) { g.Challenge = challengeOf(verifier) },
		"nobody's identity": func(g *Grant) { g.TrustID = "" },
	} {
		g := w.grant()
		change(&g)
		if _, err := w.keepers[0].codes.Give(t.Context(), g); store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	g := w.grant()
	g.NameID = strings.Repeat("n", store.MaxMarkValue)
	w.begin(g, "")
}

func FuzzParseAsk(f *testing.F) {
	f.Add([]byte(`{"client":"c1","origin":"https://hr.example","code":"cpc_","verifier":""}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		q, err := parseAsk(body)
		if err == nil && (!q.Client.Valid() || q.Origin == "" || len(q.Origin) > maxOrigin || q.Verifier != "" && !verifierShaped(q.Verifier)) {
			t.Fatalf("read %+v", q)
		}
	})
}
