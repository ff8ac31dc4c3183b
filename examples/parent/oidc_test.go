package parent_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"cloudpocket/examples/parent"
)

// related is a parent and an OIDC service that know each other.
func related(t *testing.T, method string, edit func(*parent.Config, *parent.Client)) (fixture, *relyingParty) {
	t.Helper()
	r := newRelyingParty(t, method)
	f := start(t, func(c *parent.Config) {
		client := r.registration()
		if edit != nil {
			edit(c, &client)
		}
		c.OIDC = []parent.Client{client}
	})
	return f, r.trust(f)
}

func TestOIDCSignIn(t *testing.T) {
	for _, row := range []struct{ name, method, mode string }{
		{"client_secret_basic", "basic", ""},
		{"client_secret_post", "post", ""},
		{"private_key_jwt", "key", ""},
		{"form_post", "basic", "form_post"},
	} {
		t.Run(row.name, func(t *testing.T) {
			f, r := related(t, row.method, nil)
			if row.mode != "" {
				r.extra.Set("response_mode", row.mode)
			}
			b := newBrowser(t)
			before := time.Now().Add(-time.Second)
			b.quick(b.get(r.URL+"/start"), strong)
			c := r.signedIn()
			want := claims{
				ACR: parent.ContextMFA, AMR: []string{"pwd", "otp", "mfa"}, At: c.At, Sid: c.Sid, Azp: r.config.ClientID,
				Name: "田中 花子", Email: "tanaka@example.jp", Tenant: "T001", Offices: []string{"O-11", "O-12"}, Role: "client",
			}
			if diff := cmp.Diff(want, c); diff != "" {
				t.Error(diff)
			}
			if c.Sid == "" || time.Unix(c.At, 0).Before(before.Truncate(time.Second)) {
				t.Errorf("sid %q, auth_time %d", c.Sid, c.At)
			}
			if r.idToken.Subject != "u-1001" || r.idToken.Nonce != nonce {
				t.Errorf("sub %q, nonce %q", r.idToken.Subject, r.idToken.Nonce)
			}
			if r.answer.Get("state") != state || r.answer.Get("iss") != f.Issuer() {
				t.Errorf("answered %v", r.answer)
			}
			checkUserInfo(t, f, r)
		})
	}
}

func checkUserInfo(t *testing.T, f fixture, r *relyingParty) {
	t.Helper()
	info, err := r.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(r.tokens))
	if err != nil {
		t.Fatal(err)
	}
	var c claims
	if err := info.Claims(&c); err != nil {
		t.Fatal(err)
	}
	if info.Subject != "u-1001" || c.Name != "田中 花子" || c.Tenant != "T001" {
		t.Errorf("UserInfo says %q, %+v", info.Subject, c)
	}
	f.clock.advance(6 * time.Minute)
	if _, err := r.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(r.tokens)); err == nil {
		t.Error("an access token works after its time")
	}
}

func TestOIDCDiscovery(t *testing.T) {
	f := start(t, nil)
	var d map[string]any
	if err := json.Unmarshal([]byte(newBrowser(t).get(f.Issuer()+"/.well-known/openid-configuration").body), &d); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"authorization_response_iss_parameter_supported", "backchannel_logout_supported", "backchannel_logout_session_supported",
	} {
		if d[name] != true {
			t.Errorf("%s is %v", name, d[name])
		}
	}
	if diff := cmp.Diff([]any{"S256"}, d["code_challenge_methods_supported"]); diff != "" {
		t.Error(diff)
	}
}

// What a request can ask about the authentication, and what comes of it.
func TestOIDCContexts(t *testing.T) {
	for _, row := range []struct {
		name, login string
		second      bool
		age         time.Duration // of the session
		extra       string
		at          string // where the browser stops; empty: at the service
		acr, err    string // what the service is told
	}{
		{"two factors", strong, true, 0, "", "", parent.ContextMFA, ""},
		{"a password", weak, false, 0, "", "", parent.ContextPassword, ""},
		{"acr_values that are there", strong, true, 0, "acr_values=" + parent.ContextMFA, "", parent.ContextMFA, ""},
		{"acr_values that can be had", strong, false, 0, "acr_values=" + parent.ContextMFA, "/signin/code", "", ""},
		{"acr_values that cannot be had", weak, false, 0, "acr_values=" + parent.ContextMFA, "", parent.ContextPassword, ""},
		{"prompt=none, signed in", strong, true, 0, "prompt=none", "", parent.ContextMFA, ""},
		{"prompt=none, nobody", "", false, 0, "prompt=none", "", "", "login_required"},
		{"prompt=none, too weak", strong, false, 0, "prompt=none&acr_values=" + parent.ContextMFA, "", "", "login_required"},
		{"prompt=login", strong, true, 0, "prompt=login", "/signin", "", ""},
		{"max_age, young enough", strong, true, time.Minute, "max_age=120", "", parent.ContextMFA, ""},
		{"max_age, too old", strong, true, time.Hour, "max_age=120", "/signin", "", ""},
		{"PKCE by plain", strong, true, 0, "code_challenge_method=plain", "", "", "invalid_request"},
		{"no scope openid", strong, true, 0, "scope=profile", "", "", "invalid_scope"},
	} {
		t.Run(row.name, func(t *testing.T) {
			f, r := related(t, "basic", nil)
			extra, err := url.ParseQuery(row.extra)
			if err != nil {
				t.Fatal(err)
			}
			r.extra = extra
			b := newBrowser(t)
			if row.login != "" {
				b.signedIn(f, row.login, row.second)
			}
			f.clock.advance(row.age)
			at := b.get(r.URL + "/start")
			switch {
			case row.at != "":
				if at.url.Path != row.at {
					t.Errorf("stopped at %s", at.url)
				}
			case row.err != "":
				if r.answer.Get("error") != row.err || r.answer.Get("state") != state || r.answer.Get("iss") != f.Issuer() {
					t.Errorf("answered %v", r.answer)
				}
			default:
				if got := r.signedIn().ACR; got != row.acr {
					t.Errorf("acr is %q", got)
				}
			}
		})
	}
}

// After prompt=login the authentication is new.
func TestOIDCPromptLogin(t *testing.T) {
	f, r := related(t, "basic", nil)
	b := newBrowser(t).signedIn(f, weak, false)
	b.get(r.URL + "/start")
	before := r.signedIn()
	f.clock.advance(time.Hour)
	r.extra.Set("prompt", "login")
	b.quick(b.get(r.URL+"/start"), weak)
	after := r.signedIn()
	if after.At-before.At < 3600 || after.Sid != before.Sid {
		t.Errorf("auth_time went from %d to %d, sid from %q to %q", before.At, after.At, before.Sid, after.Sid)
	}
}

func TestOIDCAuthorizationRefused(t *testing.T) {
	_, r := related(t, "basic", nil)
	for _, row := range []struct{ name, param, value string }{
		{"unknown client", "client_id", "nobody"},
		{"unknown redirect URI", "redirect_uri", "https://evil.example/callback"},
		{"no redirect URI", "redirect_uri", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBrowser(t)
			at := b.get(strings.Replace(r.authorization(), row.param+"=", "was=", 1) + "&" + url.Values{row.param: {row.value}}.Encode())
			if at.status != http.StatusBadRequest || b.passed("https://evil.example") || b.passed(r.URL) {
				t.Errorf("answered %d after %q", at.status, b.trail)
			}
		})
	}
}

func TestOIDCCodeRefused(t *testing.T) {
	for _, row := range []struct {
		name   string
		method string
		redeem func(f fixture, r *relyingParty, code string) error
	}{
		{"twice", "basic", func(f fixture, r *relyingParty, code string) error {
			if _, err := r.config.Exchange(r.t.Context(), code, oauth2.VerifierOption(verifier)); err != nil {
				return nil // the first use must succeed
			}
			_, err := r.config.Exchange(r.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}},
		{"another verifier", "basic", func(_ fixture, r *relyingParty, code string) error {
			_, err := r.config.Exchange(r.t.Context(), code, oauth2.VerifierOption(verifier+"x"))
			return err
		}},
		{"no verifier", "basic", func(_ fixture, r *relyingParty, code string) error {
			_, err := r.config.Exchange(r.t.Context(), code)
			return err
		}},
		{"too late", "basic", func(f fixture, r *relyingParty, code string) error {
			f.clock.advance(2 * time.Minute)
			_, err := r.config.Exchange(r.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}},
		{"wrong secret", "basic", func(_ fixture, r *relyingParty, code string) error {
			r.config.ClientSecret = "wrong"
			_, err := r.config.Exchange(r.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}},
		{"another method", "basic", func(_ fixture, r *relyingParty, code string) error {
			r.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
			_, err := r.config.Exchange(r.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}},
		{"another redirect URI", "basic", func(_ fixture, r *relyingParty, code string) error {
			r.config.RedirectURL += "/other"
			_, err := r.config.Exchange(r.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}},
		{"another key", "key", func(_ fixture, r *relyingParty, code string) error {
			r.key, _ = serviceKey(r.t)
			return r.byKey(code, "1")
		}},
		{"assertion twice", "key", func(_ fixture, r *relyingParty, code string) error {
			if err := r.byKey("no code", "1"); err == nil {
				return nil // there is no such code
			}
			return r.byKey(code, "1")
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			f, r := related(t, row.method, nil)
			b := newBrowser(t).signedIn(f, strong, true)
			code := b.code(r)
			if err := row.redeem(f, r, code); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

// byKey redeems code with an assertion of a certain jti.
func (r *relyingParty) byKey(code, jti string) error {
	config := r.config
	config.ClientSecret = ""
	_, err := config.Exchange(r.t.Context(), code, oauth2.VerifierOption(verifier),
		oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		oauth2.SetAuthURLParam("client_assertion", r.assertion(jti, r.key)))
	return err
}

// code signs in and stops before the service gets to see the code.
func (b *browser) code(r *relyingParty) string {
	b.t.Helper()
	address := r.authorization()
	for range 5 {
		resp, _ := b.once(http.MethodGet, address, nil, true)
		to, err := resp.Request.URL.Parse(resp.Header.Get("Location"))
		if err != nil {
			b.t.Fatal(err)
		}
		if code := to.Query().Get("code"); code != "" {
			return code
		}
		address = to.String()
	}
	b.t.Fatalf("no code after %q", b.trail)
	return ""
}

func TestOIDCLogoutToken(t *testing.T) {
	f, r := related(t, "basic", nil)
	newBrowser(t).signedIn(f, strong, true).get(r.URL + "/start")
	c := r.signedIn()
	if err := f.SignOut(t.Context(), strong); err != nil {
		t.Fatal(err)
	}
	if len(r.told) != 1 {
		t.Fatalf("told %d times", len(r.told))
	}
	token, err := r.provider.VerifierContext(t.Context(), &oidc.Config{ClientID: r.config.ClientID}).Verify(t.Context(), r.told[0])
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Sid    string                    `json:"sid"`
		JTI    string                    `json:"jti"`
		Nonce  *string                   `json:"nonce"`
		Events map[string]map[string]any `json:"events"`
	}
	if err := token.Claims(&said); err != nil {
		t.Fatal(err)
	}
	if _, ok := said.Events["http://schemas.openid.net/event/backchannel-logout"]; !ok || said.Sid != c.Sid || said.JTI == "" || said.Nonce != nil {
		t.Errorf("the token says %+v", said)
	}
	parsed, err := jwt.ParseSigned(r.told[0], []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if typ := parsed.Headers[0].ExtraHeaders["typ"]; typ != "logout+jwt" || token.Subject != "u-1001" {
		t.Errorf("typ %v, sub %q", typ, token.Subject)
	}
	if _, err := r.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(r.tokens)); err == nil {
		t.Error("the access token outlives the session")
	}
	if err := f.SignOut(t.Context(), "nobody"); err == nil {
		t.Error("nobody was signed out")
	}
}

func TestOIDCEndSession(t *testing.T) {
	for _, row := range []struct {
		name   string
		query  func(r *relyingParty) url.Values
		status int
		path   string // where the browser stops
		over   bool
	}{
		{"with a hint", func(r *relyingParty) url.Values {
			return url.Values{"id_token_hint": {r.raw()}, "post_logout_redirect_uri": {r.URL + "/after"}, "state": {"s1"}}
		}, 200, "/after", true},
		{"with a hint, to our page", func(r *relyingParty) url.Values { return url.Values{"id_token_hint": {r.raw()}} }, 200, "/signedout", true},
		{"without a hint the person is asked", func(r *relyingParty) url.Values {
			return url.Values{"client_id": {r.config.ClientID}, "post_logout_redirect_uri": {r.URL + "/after"}}
		}, 200, "/signout/next", false},
		{"unregistered target", func(r *relyingParty) url.Values {
			return url.Values{"id_token_hint": {r.raw()}, "post_logout_redirect_uri": {"https://evil.example/"}}
		}, 400, "/oidc/end_session", false},
		{"a target but nobody's", func(r *relyingParty) url.Values { return url.Values{"post_logout_redirect_uri": {r.URL + "/after"}} }, 400, "/oidc/end_session", false},
		{"a hint that is not ours", func(r *relyingParty) url.Values { return url.Values{"id_token_hint": {r.raw() + "x"}} }, 400, "/oidc/end_session", false},
		{"a hint for another client", func(r *relyingParty) url.Values {
			return url.Values{"id_token_hint": {r.raw()}, "client_id": {"other"}}
		}, 400, "/oidc/end_session", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			f, r := related(t, "basic", nil)
			b := newBrowser(t).signedIn(f, strong, true)
			b.get(r.URL + "/start")
			r.signedIn()
			at := b.get(f.url + "/oidc/end_session?" + row.query(r).Encode())
			if at.status != row.status || at.url.Path != row.path {
				t.Errorf("answered %d at %s", at.status, at.url)
			}
			if row.path == "/after" && r.after.Get("state") != "s1" {
				t.Errorf("came back with %v", r.after)
			}
			if over := b.get(f.url+"/").url.Path == "/signin"; over != row.over {
				t.Errorf("the session is over: %v", over)
			}
			if len(r.told) != 0 {
				t.Error("the client that asked was told")
			}
		})
	}
}

func (r *relyingParty) raw() string {
	raw, _ := r.tokens.Extra("id_token").(string)
	return raw
}

// The person who is asked can say yes.
func TestOIDCEndSessionConfirmed(t *testing.T) {
	f, r := related(t, "basic", nil)
	b := newBrowser(t).signedIn(f, strong, true)
	at := b.get(f.url + "/oidc/end_session?" + url.Values{"client_id": {r.config.ClientID}, "post_logout_redirect_uri": {r.URL + "/after"}}.Encode())
	at = b.post(f.url+"/signout", url.Values{"end": {at.url.Query().Get("end")}})
	if at.url.Path != "/after" {
		t.Errorf("ended at %s", at.url)
	}
}

func TestIDTokenWithoutBrowser(t *testing.T) {
	f, r := related(t, "basic", nil)
	raw, err := f.IDToken(r.config.ClientID, strong, true)
	if err != nil {
		t.Fatal(err)
	}
	token, err := r.provider.VerifierContext(t.Context(), &oidc.Config{ClientID: r.config.ClientID}).Verify(t.Context(), raw)
	if err != nil || token.Subject != "u-1001" {
		t.Errorf("%+v, %v", token, err)
	}
	if _, err := f.IDToken("other", strong, true); err == nil {
		t.Error("a token for an unknown client")
	}
	if _, err := f.IDToken(r.config.ClientID, "nobody", true); err == nil {
		t.Error("a token about nobody")
	}
}
