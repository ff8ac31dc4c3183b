package exchange_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/sso/embed"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

func TestIDTokenBecomesACode(t *testing.T) {
	onBoth(t, func(t *testing.T, marks func(*testing.T, func() time.Time) store.Marks) {
		p := newPeopleWith(t, func(now func() time.Time) store.Marks { return marks(t, now) })
		token := p.idToken()
		rec, a := p.bring(p.bringing(kindID, token))
		if rec.Code != http.StatusOK || a != (answer{Token: "cpc_1", Type: "N_A", Life: 30, Scope: "embed", Kind: kindCode}) || rec.Header().Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %s: %s", rec.Code, rec.Body, p.log)
		}
		want := embed.Grant{TenantID: "firm", ClientID: "hr", AccountID: "hanako", TrustID: "op", Origin: page, Subject: hanakoAtOP, Index: "session-1",
			Context: "urn:mace:incommon:iap:silver", Left: []string{"", "", ""}}
		if got := p.codes.given[0]; !equal(got, want) {
			t.Errorf("the code is for %+v, want %+v", got, want)
		}
		if got := p.signIns("firm"); !slices.Equal(got, []string{"allowed account:hanako hr " + page}) {
			t.Errorf("the audit has %q", got)
		}
		if got := p.gave("firm"); len(got) != 1 || !strings.HasPrefix(got[0], "hr ") || !strings.HasSuffix(got[0], " embed") {
			t.Errorf("of the client the audit has %q", got)
		}
		if strings.Contains(p.log.String(), "cpc_") || strings.Contains(p.log.String(), token) {
			t.Errorf("the log has a code or a token: %s", p.log)
		}
		c, err := p.records.APIClient(t.Context(), "hr")
		if err != nil || !c.Used.Equal(p.at.Truncate(time.Hour)) {
			t.Errorf("used %s, %v", c.Used, err)
		}
	})
}

// TestWhoGoesOnDoesNotSignIn brings one person every ten minutes, each time with another token that is judged.
func TestWhoGoesOnDoesNotSignIn(t *testing.T) {
	onBoth(t, func(t *testing.T, marks func(*testing.T, func() time.Time) store.Marks) {
		p := newPeopleWith(t, func(now func() time.Time) store.Marks { return marks(t, now) })
		one := "allowed account:hanako hr " + page
		for i, want := range [][]string{{one}, {one}, {one}, {one}, {one}, {one}, {one, one}} {
			if rec, _ := p.bring(p.bringing(kindID, p.idToken())); rec.Code != http.StatusOK {
				t.Fatalf("%d: %d %s: %s", i, rec.Code, rec.Body, p.log)
			}
			if got := p.signIns("firm"); !slices.Equal(got, want) || len(p.traces("op")) != len(want) {
				t.Errorf("%d: the audit has %q, the trust %d", i, got, len(p.traces("op")))
			}
			p.at = p.at.Add(10*time.Minute + time.Second)
		}
		p.op.Claims = func(m map[string]any) { m["aud"] = "somebody else" }
		if rec, _ := p.bring(p.bringing(kindID, p.idToken())); rec.Code != http.StatusBadRequest {
			t.Errorf("a bad token of somebody who goes on: %d", rec.Code)
		}
	})
}

func equal(a, b embed.Grant) bool {
	left := slices.Equal(a.Left, b.Left)
	a.Left, b.Left = nil, nil
	return left && a.TenantID == b.TenantID && a.ClientID == b.ClientID && a.AccountID == b.AccountID && a.TrustID == b.TrustID && a.Origin == b.Origin &&
		a.Subject == b.Subject && a.Index == b.Index && a.Context == b.Context && a.Ends.Equal(b.Ends) && a.Challenge == b.Challenge && a.Parent == b.Parent
}

func TestAssertionBecomesACode(t *testing.T) {
	p := newPeople(t)
	toEndpoint := func(a *ssotest.SAMLAssertion) { a.Confirmations[0].Recipient = endpoint }
	for i, token := range []string{p.samlToken(nil), p.samlToken(toEndpoint)} {
		rec, a := p.bring(p.bringing(kindSAML, token, "trust", "parent", "requested_token_type", kindCode, "origin", page, "scope", "embed", "audience", base))
		if rec.Code != http.StatusOK || a.Token == "" {
			t.Fatalf("%d: %d %s: %s", i, rec.Code, rec.Body, p.log)
		}
		g := p.codes.given[i]
		if g.AccountID != "taro" || g.TrustID != "parent" || g.Index != "_session-1" || !g.Ends.Equal(p.at.Add(8*time.Hour)) || !strings.Contains(g.NameID, taroAtIdP) {
			t.Errorf("%d: the code is for %+v", i, g)
		}
	}
	trace := p.traces("parent")[0]
	if text := string(trace.Trace); trace.Outcome != store.Allowed || !strings.Contains(text, `"step":"client","ok":true,"detail":"HR (hr), for `+page) || !strings.Contains(text, `"step":"replay"`) {
		t.Errorf("the trace is %s", trace.Trace)
	}
}

// TestTokensThatAreNotTaken brings what must not let anybody in: what the client is told, and what the audit has of it.
func TestTokensThatAreNotTaken(t *testing.T) {
	claims := func(change func(m map[string]any)) func(*people) url.Values {
		return func(p *people) url.Values {
			p.op.Claims = change
			return p.bringing(kindID, p.idToken())
		}
	}
	with := func(name string, v any) func(*people) url.Values {
		return claims(func(m map[string]any) { m[name] = v })
	}
	plain := claims(nil)
	assertion := func(change func(*ssotest.SAMLAssertion)) func(*people) url.Values {
		return func(p *people) url.Values { return p.bringing(kindSAML, p.samlToken(change)) }
	}
	issued := func(ago time.Duration) func(*people) url.Values {
		return func(p *people) url.Values { return with("iat", p.at.Add(-ago).Unix())(p) }
	}
	first := newPeople(t)
	for _, row := range []struct {
		name  string
		why   sso.Reason
		setup func(*people)
		form  func(*people) url.Values
	}{
		{"for another audience", "oidc.audience", nil, with("aud", "somebody else")},
		{"for us and another, used by that", "oidc.azp", nil, claims(func(m map[string]any) { m["aud"], m["azp"] = []string{"pocket client", "x"}, "x" })},
		{"of another issuer", "oidc.issuer", nil, with("iss", "https://evil.example")},
		{"older than five minutes", "oidc.iat_old", nil, issued(6*time.Minute + time.Second)},
		{"run out", "oidc.expired", nil, func(p *people) url.Values { return with("exp", p.at.Add(-time.Hour).Unix())(p) }},
		{"of a forger", "oidc.signature", nil, func(p *people) url.Values {
			token := p.idToken()
			return p.bringing(kindID, token[:len(token)-8]+"AAAAAAAA")
		}},
		{"without a signature", "oidc.alg", nil, func(p *people) url.Values {
			return p.bringing(kindID, "eyJhbGciOiJub25lIn0."+strings.Split(p.idToken(), ".")[1]+".")
		}},
		{"an access token", "oidc.typ", nil, func(p *people) url.Values {
			p.op.Header = func(m map[string]any) { m["typ"] = "at+jwt" }
			return p.bringing(kindID, p.idToken())
		}},
		{"twice", "oidc.vouch_replay", nil, func(p *people) url.Values {
			token := p.idToken()
			if rec, _ := p.bring(p.bringing(kindID, token)); rec.Code != 200 {
				p.t.Fatal(rec.Body)
			}
			return p.bringing(kindID, token)
		}},
		{"an assertion called an ID token", "oidc.jwt_form", nil, func(p *people) url.Values { return p.bringing(kindID, p.samlToken(nil)) }},
		{"an ID token called an assertion", "saml.base64", nil, func(p *people) url.Values { return p.bringing(kindSAML, p.idToken()) }},
		{"an assertion for another", "saml.audience", nil, assertion(func(a *ssotest.SAMLAssertion) { a.Audiences = [][]string{{"https://other.example"}} })},
		{"an assertion to be brought to another", "saml.recipient", nil, assertion(func(a *ssotest.SAMLAssertion) { a.Confirmations[0].Recipient = "https://other.example/oauth/token" })},
		{"an assertion of yesterday", "saml.issue_old", nil, assertion(func(a *ssotest.SAMLAssertion) { a.IssueInstant = "2020-01-01T00:00:00Z" })},
		{"an assertion that answers a request", "saml.in_response_to_unknown", nil, assertion(func(a *ssotest.SAMLAssertion) { a.Confirmations[0].InResponseTo = "_x" })},
		{"an assertion twice", "saml.replay", nil, func(p *people) url.Values {
			token := p.samlToken(nil)
			if rec, _ := p.bring(p.bringing(kindSAML, token)); rec.Code != 200 {
				p.t.Fatal(rec.Body)
			}
			return p.bringing(kindSAML, token)
		}},
		{"without the second factor", "mfa.method", func(p *people) {
			p.changeTrust("op", func(t *store.Trust) { t.MFA = store.MFARule{Required: true, Methods: []string{"hwk"}} })
		}, plain},
		{"with a second factor of long ago", "mfa.age", func(p *people) {
			p.changeTrust("op", func(t *store.Trust) {
				t.MFA = store.MFARule{Required: true, Methods: []string{"otp"}, MaxAge: time.Hour}
			})
		}, func(p *people) url.Values { return with("auth_time", p.at.Add(-3*time.Hour).Unix())(p) }},
		{"of somebody unregistered", "admit.not_registered", nil, with("sub", "nobody")},
		{"of somebody disabled", "admit.account_disabled", func(p *people) {
			p.changeAccount("hanako", func(a *store.Account) { a.State = store.AccountDisabled })
		}, plain},
		{"of a session that is over", "saml.session_ended", nil, func(p *people) url.Values {
			return assertion(func(a *ssotest.SAMLAssertion) { a.SessionEnds = ssotest.SAMLTime(p.at.Add(-time.Hour)) })(p)
		}},
		{"of a session that is just over", "exchange.session_over", nil, func(p *people) url.Values {
			return assertion(func(a *ssotest.SAMLAssertion) { a.SessionEnds = ssotest.SAMLTime(p.at.Add(-30 * time.Second)) })(p)
		}},
		{"of another firm's person", "exchange.tenant", func(p *people) {
			p.changeTrust("op", func(t *store.Trust) {
				t.Mapping.Tenant, t.Tenants = store.Claim("firm"), map[string]store.ID{"1": "firm", "2": "other"}
			})
			p.person("other", store.Account{ID: "jiro", TrustID: "op", Subject: "jiro", Name: "次郎"})
		}, claims(func(m map[string]any) { m["sub"], m["firm"] = "jiro", "2" })},
		{"of no firm", "admit.tenant_unbound", func(p *people) {
			p.changeTrust("op", func(t *store.Trust) {
				t.Mapping.Tenant, t.Tenants = store.Claim("firm"), map[string]store.ID{"1": "firm"}
			})
		}, claims(func(m map[string]any) { m["firm"] = "9" })},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := first.again(t)
			if row.setup != nil {
				row.setup(p)
			}
			form := row.form(p)
			before := len(p.codes.given)
			rec, a := p.bring(form)
			if rec.Code != http.StatusBadRequest || a.Error != "invalid_request" || a.Why != string(row.why) || a.Token != "" || len(p.codes.given) != before {
				t.Fatalf("%d %s: %s", rec.Code, rec.Body, p.log)
			}
			trust := map[string]string{kindID: "op", kindSAML: "parent"}[form.Get("subject_token_type")]
			if all := p.signIns("firm"); len(all) == 0 || all[len(all)-1] != "refused trust:"+trust+" hr "+page+" "+string(row.why) {
				t.Errorf("the audit has %q", all)
			}
			kept := p.traces(store.ID(trust))
			trace := kept[slices.IndexFunc(kept, func(s store.SignIn) bool { return s.Outcome == store.Refused })]
			if trace.Reason != string(row.why) || trace.Proof == store.Unasked {
				t.Errorf("the trace kept is %+v", trace)
			}
			ssotest.WantTrace(t, decoded(t, trace.Trace), []string{form.Get("subject_token"), form.Get("client_assertion")}, row.why)
			if !strings.Contains(p.log.String(), string(row.why)) || strings.Contains(p.log.String(), form.Get("subject_token")) {
				t.Errorf("the log says %s", p.log)
			}
		})
	}
}

func decoded(t *testing.T, b []byte) *sso.Trace {
	t.Helper()
	trace, err := sso.DecodeTrace(b)
	noError(t, err)
	return &trace
}

// TestRequestsThatAreNotJudged are refused before anybody looks at the token.
func TestRequestsThatAreNotJudged(t *testing.T) {
	origins := func(all ...string) func(*people) {
		return func(p *people) { p.change("hr", func(c *store.APIClient) { c.Origins = all }) }
	}
	another := func(p *people) { p.trust("firm", store.Trust{ID: "op2", Protocol: store.OIDC, OIDC: p.oidc()}) }
	first := newPeople(t)
	for _, row := range []struct {
		name, code string
		why        sso.Reason // in the audit of the client's firm; "": it says nothing
		setup      func(*people)
		more       []string
	}{
		{"an origin that is not registered", "invalid_target", "exchange.origin", nil, []string{"origin", "https://evil.example"}},
		{"an origin with a slash", "invalid_target", "exchange.origin", nil, []string{"origin", page + "/"}},
		{"an origin by http", "invalid_target", "exchange.origin", nil, []string{"origin", "http://hr.example"}},
		{"an origin in capitals", "invalid_target", "exchange.origin", nil, []string{"origin", "https://HR.example"}},
		{"the origin null", "invalid_target", "exchange.origin", nil, []string{"origin", "null"}},
		{"several origins and none named", "invalid_request", "exchange.origin_missing", origins(page, "https://two.example"), nil},
		{"no origins", "unauthorized_client", "exchange.origin_none", origins(), nil},
		{"no origins, and one named", "unauthorized_client", "exchange.origin_none", origins(), []string{"origin", page}},
		{"a client without the scope", "unauthorized_client", "exchange.scope", func(p *people) {
			p.change("hr", func(c *store.APIClient) { c.Scopes = store.ScopeAll &^ store.ScopeEmbed })
		}, nil},
		{"another scope", "invalid_scope", "", nil, []string{"scope", "documents"}},
		{"more than the scope", "invalid_scope", "", nil, []string{"scope", "embed documents"}},
		{"a scope that nobody knows", "invalid_scope", "", nil, []string{"scope", "openid"}},
		{"another kind of token wanted", "invalid_request", "", nil, []string{"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"}},
		{"another kind of token brought", "invalid_request", "", nil, []string{"subject_token_type", "urn:ietf:params:oauth:token-type:access_token"}},
		{"a JWT of no kind", "invalid_request", "", nil, []string{"subject_token_type", "urn:ietf:params:oauth:token-type:jwt"}},
		{"no kind", "invalid_request", "", nil, []string{"subject_token_type", ""}},
		{"no token", "invalid_request", "", nil, []string{"subject_token", ""}},
		{"an actor", "invalid_request", "", nil, []string{"actor_token", "x", "actor_token_type", kindID}},
		{"another resource", "invalid_target", "", nil, []string{"resource", "https://other.example/"}},
		{"another audience", "invalid_target", "", nil, []string{"audience", "https://other.example"}},
		{"a trust that is none", "invalid_request", "exchange.trust_unknown", nil, []string{"trust", "none"}},
		{"a trust that is no ID", "invalid_request", "exchange.trust_unknown", nil, []string{"trust", "../op"}},
		{"a trust of another protocol", "invalid_request", "exchange.trust_unknown", nil, []string{"trust", "parent"}},
		{"another firm's trust", "invalid_request", "exchange.trust_unknown", func(p *people) {
			p.trust("other", store.Trust{ID: "theirs", Protocol: store.OIDC, OIDC: p.oidc()})
		}, []string{"trust", "theirs"}},
		{"a trust that admits only elsewhere", "invalid_request", "exchange.trust_unknown", func(p *people) {
			p.changeTrust("op", func(t *store.Trust) {
				t.Mapping.Tenant, t.Tenants = store.Claim("firm"), map[string]store.ID{"2": "other"}
			})
		}, []string{"trust", "op"}},
		{"a disabled trust", "invalid_request", "exchange.trust_disabled", func(p *people) {
			p.changeTrust("op", func(t *store.Trust) { t.State = store.TrustDisabled })
		}, []string{"trust", "op"}},
		{"a disabled trust that is the only one", "invalid_request", "exchange.trust_unknown", func(p *people) {
			p.changeTrust("op", func(t *store.Trust) { t.State = store.TrustDisabled })
		}, nil},
		{"several trusts and none named", "invalid_request", "exchange.trust_several", another, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := first.again(t)
			if row.setup != nil {
				row.setup(p)
			}
			token := p.idToken()
			form := p.bringing(kindID, token, row.more...)
			rec, a := p.bring(form)
			if rec.Code != http.StatusBadRequest || a.Error != row.code || a.Why != string(row.why) || len(p.codes.given) != 0 {
				t.Fatalf("%d %s: %s", rec.Code, rec.Body, p.log)
			}
			var want []string
			if row.why != "" {
				want = []string{"client:hr " + string(row.why)}
			}
			if got := p.refused("firm"); !slices.Equal(got, want) || len(p.refused("other"))+len(p.signIns("firm"))+len(p.signIns("other")) != 0 {
				t.Errorf("the audit has %q, the other firm's %q", got, p.refused("other"))
			}
			if p.op.Fetched("/jwks") != 0 {
				t.Error("the token was judged")
			}
		})
	}
}

// TestWhoBringsIt has clients that may not, or do not prove themselves: nobody asks what they bring.
func TestWhoBringsIt(t *testing.T) {
	p := newPeople(t)
	form := p.bringing(kindID, p.idToken())
	form.Set("client_assertion", sign(t, "ES256", p.pay, kid("h1"), p.says("hr", nil)))
	if rec, a := p.bring(form); rec.Code != http.StatusUnauthorized || a.Error != "invalid_client" || a.Why != "" {
		t.Errorf("another's key: %d %s", rec.Code, rec.Body)
	}
	form = p.bringing(kindID, p.idToken())
	form.Del("client_assertion")
	if rec, a := p.bring(form); rec.Code != http.StatusUnauthorized || a.Error != "invalid_client" {
		t.Errorf("nobody: %d %s", rec.Code, rec.Body)
	}
	p.change("hr", func(c *store.APIClient) { c.State = store.ClientDisabled })
	if rec, a := p.bring(p.bringing(kindID, p.idToken())); rec.Code != http.StatusUnauthorized || a.Error != "invalid_client" {
		t.Errorf("a disabled client: %d %s", rec.Code, rec.Body)
	}
	if len(p.codes.given) != 0 || p.op.Fetched("/jwks") != 0 {
		t.Error("a token was judged")
	}
}

// TestTrustOfAnother has a client of "other" bring tokens by a trust of "firm" that admits into both.
func TestTrustOfAnother(t *testing.T) {
	p := newPeople(t)
	p.changeTrust("op", func(t *store.Trust) {
		t.Mapping.Tenant, t.Tenants = store.Claim("firm"), map[string]store.ID{"1": "firm", "2": "other"}
	})
	p.person("other", store.Account{ID: "jiro", TrustID: "op", Subject: "jiro", Name: "次郎"})
	p.client("other", store.APIClient{ID: "two", Name: "Two", Keys: keySetOf(t, publicKey("p1", &p.pay.PublicKey)), Scopes: store.ScopeEmbed, Origins: []string{page}})
	bring := func(sub, firm string) answer {
		p.op.Claims = func(m map[string]any) { m["sub"], m["firm"] = sub, firm }
		form := p.bringing(kindID, p.idToken())
		form.Set("client_assertion", sign(t, "ES256", p.pay, kid("p1"), p.says("two", nil)))
		_, a := p.bring(form)
		return a
	}
	if a := bring("jiro", "2"); a.Token == "" {
		t.Fatalf("%+v: %s", a, p.log)
	}
	if g := p.codes.given[0]; g.TenantID != "other" || g.AccountID != "jiro" || g.ClientID != "two" {
		t.Errorf("the code is for %+v", g)
	}
	if a := bring(hanakoAtOP, "1"); a.Error != "invalid_request" || a.Why != "exchange.tenant" {
		t.Errorf("somebody of the firm that has the trust: %+v", a)
	}
	if got := p.refused("other"); !slices.Equal(got, []string{"client:two exchange.tenant"}) {
		t.Errorf("the client's firm reads %q", got)
	}
	if got := p.signIns("firm"); !slices.Equal(got, []string{"refused trust:op two " + page + " exchange.tenant"}) {
		t.Errorf("the trust's firm reads %q", got)
	}
}

// TestPeoplesAddresses has a firm whose people come from its own network alone: a back end that is elsewhere may bring their
// tokens, since where they are is asked at each of their deeds.
func TestPeoplesAddresses(t *testing.T) {
	p := newPeople(t)
	p.changeTrust("op", func(t *store.Trust) { t.Allowed = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} })
	if rec, a := p.bring(p.bringing(kindID, p.idToken())); a.Token == "" {
		t.Errorf("%d %s: %s", rec.Code, rec.Body, p.log)
	}
	p.change("hr", func(c *store.APIClient) { c.Allowed = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} })
	if rec, a := p.bring(p.bringing(kindID, p.idToken())); a.Error != "invalid_client" {
		t.Errorf("from where the client may not come: %d %s", rec.Code, rec.Body)
	}
}

// TestSignedOutMeanwhile has the IdP sign the person out while their token is judged, and before.
func TestSignedOutMeanwhile(t *testing.T) {
	p := newPeople(t)
	leave := func() {
		noError(t, departed.Notes{Marks: p.marks}.Leave(t.Context(), "op", sso.LogoutOrder{Subject: hanakoAtOP}))
	}
	leave()
	if rec, a := p.bring(p.bringing(kindID, p.idToken())); a.Token == "" {
		t.Fatalf("somebody who left before: %d %s", rec.Code, rec.Body)
	}
	if left := p.codes.given[0].Left; left[0] == "" {
		t.Errorf("the code forgets that they left before: %q", left)
	}
	p.pass(time.Hour) // so that keys are fetched again
	form := p.bringing(kindID, p.idToken())
	served := false
	p.op.Discovery = func(map[string]any) {
		if !served {
			served = true
			leave()
		}
	}
	if rec, a := p.bring(form); rec.Code != http.StatusBadRequest || a.Why != "login.left" || len(p.codes.given) != 1 {
		t.Errorf("somebody who left meanwhile: %d %s", rec.Code, rec.Body)
	}
}

// TestStoresAway has what is needed be away: nobody gets a code, and nobody is blamed.
func TestStoresAway(t *testing.T) {
	t.Run("codes", func(t *testing.T) {
		p := newPeople(t)
		p.codes.err = store.Fail(store.Unavailable, "", "away")
		if rec := p.ask(p.bringing(kindID, p.idToken())); rec.Code != 503 {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
	})
	t.Run("the IdP", func(t *testing.T) {
		p := newPeople(t)
		p.op.Serve["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
		if rec := p.ask(p.bringing(kindID, p.idToken())); rec.Code != 503 || len(p.signIns("firm")) != 0 {
			t.Errorf("%d %s, audit %q", rec.Code, rec.Body, p.signIns("firm"))
		}
		if trace := p.traces("op"); len(trace) != 1 || trace[0].Reason != "fault.away" {
			t.Errorf("the trace is %+v", trace)
		}
	})
}

// TestManyBringOneToken brings one token many times at once.
func TestManyBringOneToken(t *testing.T) {
	p := newPeople(t)
	token := p.idToken()
	var forms []url.Values
	for range 8 {
		forms = append(forms, p.bringing(kindID, token))
	}
	var wait sync.WaitGroup
	codes := make([]int, len(forms))
	for i := range forms {
		wait.Go(func() { codes[i] = p.ask(forms[i]).Code })
	}
	wait.Wait()
	slices.Sort(codes)
	if codes[0] != 200 || codes[1] != 400 || len(p.codes.given) != 1 {
		t.Errorf("%v: one and no more may have a code", codes)
	}
}

// TestFloodOfTokens brings more than a client may, and more wrong ones than the audit takes.
func TestFloodOfTokens(t *testing.T) {
	p := newPeople(t)
	var last *httptest.ResponseRecorder
	for i := range 601 {
		form := p.bringing(kindID, "x", "origin", "https://evil.example")
		last = p.askFrom("198.51.100."+string(rune('0'+i%10)), form)
	}
	if last.Code != http.StatusTooManyRequests || last.Header().Get("Retry-After") == "" {
		t.Errorf("the last is answered by %d", last.Code)
	}
	if n := len(p.refused("firm")); n != 100 {
		t.Errorf("the audit has %d", n)
	}
	p.pass(time.Second)
	if rec, a := p.bring(p.bringing(kindID, p.idToken())); a.Token == "" {
		t.Errorf("afterwards: %d %s", rec.Code, rec.Body)
	}
}
