package ssotest

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// oidcScenes are what takes more than one message.
func oidcScenes(t *testing.T, keys *oidcKeys, open OIDCOpener) {
	for name, scene := range map[string]func(*testing.T, *oidcRun){
		"the OP is away and comes back":     oidcAway,
		"discovery is cached":               oidcDiscoveryCached,
		"signing-key-rotation":              oidcRotation,
		"rotation while many sign in":       oidcRotationAtOnce,
		"unknown-kid flood":                 oidcFlood,
		"unknown-kid flood of sign-ins":     oidcSignInFlood,
		"unknown-kid flood at once":         oidcFloodAtOnce,
		"a withdrawn key is forgotten":      oidcWithdrawn,
		"logout token replayed":             oidcReplay,
		"logout token replayed at once":     oidcReplayAtOnce,
		"marks away":                        oidcMarksAway,
		"a panic is a refusal":              oidcPanic,
		"rp-init-logout":                    oidcRPLogout,
		"rp-init-logout, the way back":      oidcRPLogoutReturn,
		"3rd-party-init-login":              oidcInitiate,
		"client keys":                       oidcClientKeys,
		"client assertions are of one kind": oidcAssertionAudience,
	} {
		t.Run(name, func(t *testing.T) {
			v := oidcVector{}
			if strings.HasPrefix(name, "client assertions") {
				v.trust = oidcMethod("private_key_jwt")
			}
			r := newOIDCRun(t, keys, v, open)
			scene(t, r)
			r.silent(t, "")
		})
	}
}

func (r *oidcRun) mustSignIn(t *testing.T) sso.Identity {
	t.Helper()
	id, err := r.signIn(t, oidcVector{})
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return id
}

func oidcWantAway(t *testing.T, err error) {
	t.Helper()
	var e *store.Error
	if !errors.As(err, &e) || e.Kind != store.Unavailable || e.Key != sso.KeyAway {
		t.Fatalf("got %v, want an error of kind unavailable", err)
	}
}

func oidcAway(t *testing.T, r *oidcRun) {
	down := func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "down", http.StatusServiceUnavailable) }
	r.Serve[oidcWellKnown] = down
	for range 20 {
		_, err := r.conn.Start(t.Context(), &sso.Attempt{Handle: oidcState, TrustID: oidcTrust})
		oidcWantAway(t, err)
	}
	if n := r.Fetched(oidcWellKnown); n != 1 {
		t.Fatalf("an OP that is away was asked %d times at once", n)
	}
	delete(r.Serve, oidcWellKnown)
	r.clock.advance(10 * time.Second)
	r.mustSignIn(t)
	r.Serve["/token"] = down
	_, err := r.signIn(t, oidcVector{})
	oidcWantAway(t, err)
	delete(r.Serve, "/token")
	r.mustSignIn(t)
}

func oidcDiscoveryCached(t *testing.T, r *oidcRun) {
	r.mustSignIn(t)
	r.mustSignIn(t)
	if d, k := r.Fetched(oidcWellKnown), r.Fetched("/jwks"); d != 1 || k != 1 {
		t.Fatalf("two sign-ins fetched discovery %d times and keys %d times", d, k)
	}
	r.clock.advance(2 * time.Hour)
	r.mustSignIn(t)
	if d, k := r.Fetched(oidcWellKnown), r.Fetched("/jwks"); d != 2 || k != 2 {
		t.Fatalf("hours later discovery was fetched %d times and keys %d times", d, k)
	}
	r.Serve[oidcWellKnown] = oidcHuge
	r.clock.advance(2 * time.Hour)
	r.mustSignIn(t)
	r.mustSignIn(t)
	if d := r.Fetched(oidcWellKnown); d != 3 {
		t.Fatalf("a failed refresh was tried %d times", d-2)
	}
}

// oidcRotation changes the OP's key just before it signs, twice in a row.
func oidcRotation(t *testing.T, r *oidcRun) {
	r.mustSignIn(t)
	for i := range 2 {
		kid := fmt.Sprintf("new-%d", i)
		key := []crypto.Signer{r.keys.rsa2, r.keys.stranger}[i]
		r.Published = []jose.JSONWebKey{oidcPublic(kid, key.Public())}
		r.SignKey, r.Header = key, oidcWith("kid", kid)
		r.mustSignIn(t)
	}
	r.SignKey = r.keys.p256
	_, err := r.signIn(t, oidcVector{})
	r.refused(t, err, "oidc.signature", sso.KeyMessage)
}

// oidcRotationAtOnce has many people come back just after the OP changed its key: all of them are let in by one fetch.
func oidcRotationAtOnce(t *testing.T, r *oidcRun) {
	r.mustSignIn(t)
	r.Header, r.SignKey = oidcWith("kid", "new"), r.keys.rsa2
	r.Published = []jose.JSONWebKey{oidcPublic("new", &r.keys.rsa2.PublicKey)}
	var all sync.WaitGroup
	for range 20 {
		a := &sso.Attempt{Handle: oidcState, TrustID: oidcTrust, At: r.clock.Now()}
		d, err := r.conn.Start(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		m := sso.Message{Endpoint: oidcBase + "/sso/oidc/" + oidcTrust + "/callback", Query: r.Authorize(t, d.URL)}
		all.Go(func() {
			if _, err := r.conn.Finish(context.Background(), m, a, nil); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
	all.Wait()
	if n := r.Fetched("/jwks"); n != 2 {
		t.Fatalf("a change of keys caused %d fetches", n-1)
	}
}

// oidcSignInFlood has 50 sign-ins end in tokens with keys that do not exist.
func oidcSignInFlood(t *testing.T, r *oidcRun) {
	r.mustSignIn(t)
	for i := range 50 {
		r.Header = oidcWith("kid", fmt.Sprintf("unknown-%d", i))
		_, err := r.signIn(t, oidcVector{})
		r.refused(t, err, "oidc.kid_unknown", sso.KeyMessage)
	}
	if n := r.Fetched("/jwks"); n != 2 {
		t.Fatalf("50 unknown keys caused %d fetches", n-1)
	}
}

// oidcFlood posts many tokens with keys that do not exist, which anybody can do.
func oidcFlood(t *testing.T, r *oidcRun) {
	r.mustSignIn(t)
	flood := func() {
		for i := range 50 {
			r.Header = oidcWith("kid", fmt.Sprintf("unknown-%d", i))
			_, err := r.conn.LogoutMessage(t.Context(), oidcBackchannel(r.LogoutToken(func(map[string]any) {})))
			r.refused(t, err, "oidc.kid_unknown", sso.KeyMessage)
		}
	}
	flood()
	if n := r.Fetched("/jwks"); n != 2 {
		t.Fatalf("50 unknown keys caused %d fetches", n-1)
	}
	r.Header, r.SignKey = oidcWith("kid", "new"), r.keys.rsa2
	r.Published = []jose.JSONWebKey{oidcPublic("new", &r.keys.rsa2.PublicKey)}
	r.mustSignIn(t)
	if n := r.Fetched("/jwks"); n != 3 {
		t.Fatalf("a change of keys during a flood caused %d fetches", n-2)
	}
	r.clock.advance(10 * time.Second)
	flood()
	if n := r.Fetched("/jwks"); n != 4 {
		t.Fatalf("the flood ten seconds later caused %d fetches", n-3)
	}
}

func oidcFloodAtOnce(t *testing.T, r *oidcRun) {
	r.mustSignIn(t)
	r.Header = oidcWith("kid", "unknown")
	var all sync.WaitGroup
	for range 50 {
		m := oidcBackchannel(r.LogoutToken(func(map[string]any) {}))
		all.Go(func() {
			if _, err := r.conn.LogoutMessage(context.Background(), m); sso.ReasonOf(err) != "oidc.kid_unknown" {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if n := r.Fetched("/jwks"); n != 2 {
		t.Fatalf("50 unknown keys at once caused %d fetches", n-1)
	}
}

func oidcWithdrawn(t *testing.T, r *oidcRun) {
	r.mustSignIn(t)
	r.Published = []jose.JSONWebKey{oidcPublic("new", &r.keys.rsa2.PublicKey)}
	r.clock.advance(2 * time.Hour)
	_, err := r.signIn(t, oidcVector{})
	r.refused(t, err, "oidc.kid_unknown", sso.KeyMessage)
}

func oidcReplay(t *testing.T, r *oidcRun) {
	m := oidcBackchannel(r.LogoutToken(func(map[string]any) {}))
	if _, err := r.conn.LogoutMessage(t.Context(), m); err != nil {
		t.Fatalf("the first time: %v", err)
	}
	_, err := r.conn.LogoutMessage(t.Context(), m)
	r.refused(t, err, "oidc.logout_replay", sso.KeyMessage)
	r.clock.advance(179 * time.Second) // to the edge of exp and skew
	_, err = r.conn.LogoutMessage(t.Context(), m)
	r.refused(t, err, "oidc.logout_replay", sso.KeyMessage)
	r.clock.advance(time.Second)
	_, err = r.conn.LogoutMessage(t.Context(), m)
	r.refused(t, err, "oidc.expired", sso.KeyClock)
}

func oidcReplayAtOnce(t *testing.T, r *oidcRun) {
	m := oidcBackchannel(r.LogoutToken(func(map[string]any) {}))
	var all sync.WaitGroup
	var passed atomic.Int32
	for range 20 {
		all.Go(func() {
			if _, err := r.conn.LogoutMessage(context.Background(), m); err == nil {
				passed.Add(1)
			} else if sso.ReasonOf(err) != "oidc.logout_replay" {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if n := passed.Load(); n != 1 {
		t.Fatalf("one token passed %d times", n)
	}
}

func oidcMarksAway(t *testing.T, r *oidcRun) {
	r.env.Marks.(*oidcMarks).err = store.Fail(store.Unavailable, sso.KeyAway, "redis is away")
	_, err := r.conn.LogoutMessage(t.Context(), oidcBackchannel(r.LogoutToken(func(map[string]any) {})))
	oidcWantAway(t, err)
}

func oidcPanic(t *testing.T, r *oidcRun) {
	r.env.Marks.(*oidcMarks).kept = nil // writing to it panics
	_, err := r.conn.LogoutMessage(t.Context(), oidcBackchannel(r.LogoutToken(func(map[string]any) {})))
	r.refused(t, err, "oidc.panic", sso.KeyMessage)
	if !strings.Contains(r.log.String(), "level=ERROR") {
		t.Fatal("the panic is not in the log")
	}
}

func oidcRPLogout(t *testing.T, r *oidcRun) {
	id := r.mustSignIn(t)
	d, err := r.conn.Logout(t.Context(), store.Session{IDToken: id.IDToken}, oidcState)
	if err != nil || d.Fields != nil {
		t.Fatalf("dispatch %+v, error %v", d, err)
	}
	u, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"id_token_hint": {id.IDToken}, "client_id": {r.ClientID}, "state": {oidcState}, "post_logout_redirect_uri": {oidcBase + "/sso/oidc/" + oidcTrust + "/signed-out"}}
	if u.Host != "op.example.com" || u.Path != "/logout" || u.Query().Encode() != want.Encode() {
		t.Fatalf("logout at %s", d.URL)
	}
	long := strings.Repeat("x", 50_000)
	d, err = r.conn.Logout(t.Context(), store.Session{IDToken: long}, oidcState)
	if err != nil || d.URL != "https://op.example.com/logout" || len(d.Fields) != 4 {
		t.Fatalf("a long token: %d fields to %.100s, error %v", len(d.Fields), d.URL, err)
	}
	r.Discovery = oidcWith("end_session_endpoint", nil)
	r.clock.advance(2 * time.Hour)
	if d, err = r.conn.Logout(t.Context(), store.Session{IDToken: id.IDToken}, oidcState); err != nil || d.URL != "" {
		t.Fatalf("without endpoint: %+v, error %v", d, err)
	}
}

func oidcRPLogoutReturn(t *testing.T, r *oidcRun) {
	other := strings.Repeat("B", 42) + "A"
	for _, row := range []struct {
		name  string
		query url.Values
		want  sso.Reason
		key   string
	}{
		{"rp-init-logout", url.Values{"state": {oidcState}}, "", ""},
		{"rp-init-logout-other-state", url.Values{"state": {other}}, "", ""},
		{"rp-init-logout-no-state", url.Values{}, "oidc.logout_state", sso.KeyStale},
		{"a state that is no handle", url.Values{"state": {"../../etc"}}, "oidc.logout_state", sso.KeyStale},
		{"two states", url.Values{"state": {oidcState, other}}, "oidc.parameter_repeated", sso.KeyMessage},
	} {
		m := sso.Message{Endpoint: oidcBase + "/sso/oidc/" + oidcTrust + "/signed-out", Query: row.query}
		order, err := r.conn.LogoutMessage(t.Context(), m)
		if row.want != "" {
			r.refused(t, err, row.want, row.key)
			continue
		}
		// Which logout a state answers is found by it, so another state answers another logout and not ours.
		if err != nil || order.Answers != row.query.Get("state") || order.Subject != "" || order.Indexes != nil {
			t.Fatalf("%s: order %+v, error %v", row.name, order, err)
		}
	}
}

func oidcInitiate(t *testing.T, r *oidcRun) {
	good := "https://op.example.com"
	for _, row := range []struct {
		name, iss, target, returnTo string
		want                        sso.Reason
	}{
		{"plain", good, "", "/", ""},
		{"to a document", good, oidcBase + "/documents/1?page=2", "/documents/1?page=2", ""},
		{"unknown iss", "https://evil.example", "", "", "oidc.initiate_iss"},
		{"no iss", "", "", "", "oidc.initiate_iss"},
		{"iss with a slash more", good + "/", "", "", "oidc.initiate_iss"},
		{"off-origin target", good, "https://evil.example/x", "/", ""},
		{"target with credentials", good, "https://pocket.example.com@evil.example/", "/", ""},
		{"target of another scheme", good, "http://pocket.example.com/x", "/", ""},
		{"target of another port", good, oidcBase + ":8443/x", "/", ""},
		{"target is javascript", good, "javascript:alert(1)", "/", ""},
		{"target without origin", good, "/documents", "/", ""},
		{"target with two slashes", good, oidcBase + "//evil.example/", "/", ""},
		{"target of two slashes", good, oidcBase + "//", "/", ""},
		{"target with a backslash", good, oidcBase + "/\\evil.example", "/", ""},
		{"target with an escaped backslash", good, oidcBase + "/%5cevil.example", "/", ""},
		{"target with CRLF", good, oidcBase + "/x%0d%0aSet-Cookie:a", "/", ""},
		{"target that climbs", good, oidcBase + "/x/../sso/oidc/hr-suite/initiate", "/", ""},
		{"target is the sign-in", good, oidcBase + "/sso/oidc/hr-suite/initiate?iss=" + good, "/", ""},
	} {
		for _, post := range []bool{false, true} {
			values := url.Values{"login_hint": {"<b>hanako</b>"}}
			for name, v := range map[string]string{"iss": row.iss, "target_link_uri": row.target} {
				if v != "" {
					values.Set(name, v)
				}
			}
			m := sso.Message{Endpoint: oidcBase + "/sso/oidc/" + oidcTrust + "/initiate", Query: values}
			if post {
				m = sso.Message{Endpoint: m.Endpoint, Post: true, Form: values, Query: url.Values{}}
			}
			a, err := r.conn.Initiate(t.Context(), m)
			if row.want != "" {
				r.refused(t, err, row.want, sso.KeyMessage)
				if strings.Contains(err.Error(), "hanako") {
					t.Fatalf("%s: the hint is reflected: %v", row.name, err)
				}
				continue
			}
			if err != nil || a.ReturnTo != row.returnTo || a.LoginHint != "<b>hanako</b>" || a.TrustID != oidcTrust {
				t.Fatalf("%s: attempt %+v, error %v", row.name, a, err)
			}
		}
	}
	oidcInitiateShapes(t, r)
}

func oidcInitiateShapes(t *testing.T, r *oidcRun) {
	endpoint := oidcBase + "/sso/oidc/" + oidcTrust + "/initiate"
	iss := []string{"https://op.example.com"}
	for _, row := range []struct {
		values url.Values
		want   sso.Reason
	}{
		{url.Values{"iss": iss, "login_hint": {strings.Repeat("x", 1000)}}, "oidc.initiate_login_hint"},
		{url.Values{"iss": iss, "login_hint": {strings.Repeat("x", 100) + "\r\n"}}, "oidc.initiate_login_hint"},
		{url.Values{"iss": {iss[0], "https://evil.example"}}, "oidc.initiate_parameter"},
		{url.Values{"iss": iss, "target_link_uri": {"/a", "/b"}}, "oidc.initiate_parameter"},
	} {
		_, err := r.conn.Initiate(t.Context(), sso.Message{Endpoint: endpoint, Query: row.values})
		r.refused(t, err, row.want, sso.KeyMessage)
	}
	_, err := r.conn.Initiate(t.Context(), sso.Message{Endpoint: endpoint + "/", Query: url.Values{"iss": iss}})
	r.refused(t, err, "oidc.endpoint", sso.KeyMessage)
}

func oidcClientKeys(t *testing.T, r *oidcRun) {
	body, media, err := r.conn.Metadata(t.Context())
	if err != nil || media != "application/jwk-set+json" {
		t.Fatalf("media type %q, error %v", media, err)
	}
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal(body, &set); err != nil || len(set.Keys) != 2 {
		t.Fatalf("%d keys, error %v", len(set.Keys), err)
	}
	for _, k := range set.Keys {
		for _, secret := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
			if _, there := k[secret]; there {
				t.Fatalf("the published key %v has the secret member %s", k["kid"], secret)
			}
		}
		if k["kid"] == "" || k["use"] != "sig" {
			t.Fatalf("published key %v", k)
		}
	}
}

// oidcAssertionAudience counts token requests: an OP of the older kind is asked twice once, and then in its own words.
func oidcAssertionAudience(t *testing.T, r *oidcRun) {
	r.Audience = func(aud any) bool { return aud == "https://op.example.com/token" }
	r.mustSignIn(t)
	r.mustSignIn(t)
	if n := r.Fetched("/token"); n != 3 {
		t.Fatalf("two sign-ins made %d token requests", n)
	}
	r.Audience = func(any) bool { return false }
	_, err := r.signIn(t, oidcVector{})
	r.refused(t, err, "oidc.token_error", sso.KeyFailed)
}
