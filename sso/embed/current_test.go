package embed

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// TestNobodys comes with tokens and proofs that are not for the request.
func TestNobodys(t *testing.T) {
	w := newWorld(t, inFile(t))
	token, other := w.begin(w.grant(), ""), w.begin(w.grant(), "")
	browser := store.Session{Key: store.KeyOf(secret(tokenPrefix)), TenantID: "firm", AccountID: "taro", TrustID: "parent", Began: w.clock(), Seen: w.clock(), Ends: w.clock().Add(time.Hour), Idle: time.Hour}
	theirs := secret(tokenPrefix)
	browser.Key = store.KeyOf(theirs)
	noError(t, w.kept[0].Begin(t.Context(), browser))
	const path = "/embed/at/deliveries"
	proof := func(token string) string { return w.prover.Proof(t, "GET", base+path, token, w.clock()) }
	used := proof(token)
	thief := ssotest.NewProver(t)
	for _, row := range []struct {
		name          string
		authorization []string
		proof         []string
		want          string
	}{
		{"nothing", nil, nil, "invalid_token"},
		{"it is good", []string{"DPoP " + token}, []string{used}, ""},
		{"the scheme in another case", []string{"dpop " + token}, []string{proof(token)}, ""},
		{"a proof used before", []string{"DPoP " + token}, []string{used}, "invalid_dpop_proof"},
		{"no token", nil, []string{proof(token)}, "invalid_token"},
		{"two tokens", []string{"DPoP " + token, "DPoP " + token}, []string{proof(token)}, "invalid_token"},
		{"as a bearer's", []string{"Bearer " + token}, []string{proof(token)}, "invalid_token"},
		{"no proof", []string{"DPoP " + token}, nil, "invalid_dpop_proof"},
		{"two proofs", []string{"DPoP " + token}, []string{proof(token), proof(token)}, "invalid_dpop_proof"},
		{"a proof of another token", []string{"DPoP " + token}, []string{proof(other)}, "invalid_dpop_proof"},
		{"a proof of none", []string{"DPoP " + token}, []string{proof("")}, "invalid_dpop_proof"},
		{"a thief's key", []string{"DPoP " + token}, []string{thief.Proof(t, "GET", base+path, token, w.clock())}, "invalid_dpop_proof"},
		{"another path", []string{"DPoP " + token}, []string{w.prover.Proof(t, "GET", base+path+"/1", token, w.clock())}, "invalid_dpop_proof"},
		{"another method", []string{"DPoP " + token}, []string{w.prover.Proof(t, "POST", base+path, token, w.clock())}, "invalid_dpop_proof"},
		{"old", []string{"DPoP " + token}, []string{w.prover.Proof(t, "GET", base+path, token, w.clock().Add(-61*time.Second))}, "invalid_dpop_proof"},
		{"unknown", []string{"DPoP " + secret(tokenPrefix)}, []string{proof(token)}, "invalid_token"},
		{"a code", []string{"DPoP " + secret(codePrefix)}, []string{proof(token)}, "invalid_token"},
		{"a browser's", []string{"DPoP " + theirs}, []string{proof(theirs)}, "invalid_token"},
		{"with a tail", []string{"DPoP " + token + " x"}, []string{proof(token)}, "invalid_token"},
		{"huge", []string{"DPoP " + tokenPrefix + strings.Repeat("A", 1<<16)}, []string{proof(token)}, "invalid_token"},
	} {
		r := httptest.NewRequest("GET", "http://whatever.example"+path+"?q=1", nil)
		r.Header["Authorization"], r.Header["Dpop"] = row.authorization, row.proof
		r.AddCookie(&http.Cookie{Name: "__Host-session", Value: token})
		s, err := w.keepers[1].Current(r)
		if row.want == "" {
			noError(t, err)
			continue
		}
		if !errors.Is(err, store.ErrNotFound) || s != (store.Session{}) || Challenge(err) != `DPoP error="`+row.want+`", algs="ES256"` {
			t.Errorf("%s: %+v, %v, told %s", row.name, s, err, Challenge(err))
		}
		for _, secret := range append(row.authorization, row.proof...) {
			if err != nil && strings.Contains(err.Error(), strings.TrimPrefix(secret, "DPoP ")) {
				t.Errorf("%s: the error tells what was sent: %v", row.name, err)
			}
		}
	}
	w.stands(token, true)
}

// TestRenew goes on with an embed while the session that it was opened from stands, which is in use as long as it is.
func TestRenew(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		g, parent := w.opened(verifier)
		token, first := w.begin(g, verifier), w.clock()
		tokens := []string{token}
		for w.clock().Before(parent.Ends.Add(-9 * time.Minute)) {
			w.forward(8 * time.Minute)
			w.stands(token, true)
			a := w.post(1, "/embed/renew", token, "", nil)
			if a.status != 200 || a.body["renews"] != true || a.body["ends_in"] != float64(seconds(parent.Ends.Sub(w.clock()))) {
				t.Fatalf("after %s: %d %v", w.clock().Sub(first), a.status, a.body)
			}
			w.stands(token, true)
			token = a.token
			tokens = append(tokens, token)
		}
		all, err := w.kept[0].Of(t.Context(), "firm", "taro")
		noError(t, err)
		if len(all) > 3 {
			t.Errorf("%d sessions stand, of the browser's and a frame", len(all))
		}
		s, err := w.current(token)
		noError(t, err)
		if s.Ends.After(parent.Ends) || s.Embed.Thumbprint != w.prover.Thumbprint() || s.Embed.Parent != parent.ID {
			t.Errorf("it is %+v, the browser's ends %s", s, parent.Ends)
		}
		w.forward(10 * time.Minute)
		for _, one := range tokens {
			w.stands(one, false)
		}
		if a := w.post(0, "/embed/renew", token, "", nil); a.status != 401 || a.challenge != `DPoP error="invalid_token", algs="ES256"` {
			t.Errorf("after the end: %d %q", a.status, a.challenge)
		}
	})
}

// TestRenewRefused renews what cannot be.
func TestRenewRefused(t *testing.T) {
	w := newWorld(t, inFile(t))
	g, parent := w.opened(verifier)
	opened, brought := w.begin(g, verifier), w.begin(w.grant(), "")
	if a := w.post(0, "/embed/renew", brought, "", nil); a.status != 400 || a.body["error"] != "invalid_grant" {
		t.Errorf("a partner's: %d %v", a.status, a.body)
	}
	thief := ssotest.NewProver(t)
	if a := w.post(0, "/embed/renew", opened, thief.Proof(t, "POST", base+"/embed/renew", opened, w.clock()), nil); a.status != 401 || a.body["error"] != "invalid_dpop_proof" {
		t.Errorf("by another key: %d %v", a.status, a.body)
	}
	w.change(func(c *store.APIClient) { c.Origins = []string{"https://hr.example:8443"} })
	if a := w.post(0, "/embed/renew", opened, "", nil); a.status != 400 || a.body["error"] != "invalid_grant" {
		t.Errorf("at a page that was taken away: %d %v", a.status, a.body)
	}
	w.change(func(c *store.APIClient) { c.Origins = []string{partner} })
	w.door.asked = func() { // it ends while it is renewed
		w.door.asked = nil
		_, err := w.kept[1].End(context.Background(), store.SessionSelector{TenantID: "firm", AccountID: "taro", ID: parent.ID})
		noError(t, err)
	}
	if a := w.post(0, "/embed/renew", opened, "", nil); a.status != 400 || a.token != "" {
		t.Errorf("while the browser's ended: %d %v", a.status, a.body)
	}
	w.stands(opened, false)
	w.stands(brought, true)
	all, err := w.kept[0].Of(t.Context(), "firm", "taro")
	if err != nil || len(all) != 1 {
		t.Errorf("%d sessions stand, %v", len(all), err)
	}
}

// TestParentEnds ends a browser's session in the ways that there are.
func TestParentEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for name, sel := range map[string]func(store.Session) store.SessionSelector{
			"that session": func(s store.Session) store.SessionSelector {
				return store.SessionSelector{TenantID: "firm", AccountID: "taro", ID: s.ID}
			},
			"the account's": func(store.Session) store.SessionSelector {
				return store.SessionSelector{TenantID: "firm", AccountID: "taro"}
			},
			"the trust's": func(store.Session) store.SessionSelector { return store.SessionSelector{TrustID: "parent"} },
			"the IdP's": func(store.Session) store.SessionSelector {
				return store.SessionSelector{TrustID: "parent", Index: "_1"}
			},
			"the subject's": func(store.Session) store.SessionSelector {
				return store.SessionSelector{TrustID: "parent", Subject: "taro"}
			},
		} {
			g, parent := w.opened(verifier)
			token := w.begin(g, verifier)
			_, err := w.kept[0].End(t.Context(), sel(parent))
			noError(t, err)
			if _, err := w.current(token); store.KindOf(err) != store.NotFound {
				t.Errorf("%s: it stands, or %v", name, err)
			}
		}
		g, parent := w.opened(verifier)
		token := w.begin(g, verifier)
		_, err := w.kept[0].EndKey(t.Context(), parent.Key) // as if whoever ended it had gone before the rest
		noError(t, err)
		w.forward(noteEvery)
		w.stands(token, false)
	})
}

// TestUseOfBoth keeps the browser's session in use by the embed's, and by nothing else.
func TestUseOfBoth(t *testing.T) {
	w := newWorld(t, inFile(t))
	g, parent := w.opened(verifier)
	token := w.begin(g, verifier)
	w.forward(2 * time.Minute)
	w.stands(token, true)
	got, err := w.kept[0].Find(t.Context(), parent.Key)
	if noError(t, err); got.Seen != w.clock() {
		t.Errorf("the browser's session was seen at %s", got.Seen)
	}
	for range 4 {
		w.forward(8 * time.Minute)
		a := w.post(0, "/embed/renew", token, "", nil)
		if a.status != 200 {
			return // nobody used it, and it has ended
		}
		token = a.token
	}
	t.Error("a frame that nobody uses goes on for ever")
}

func TestEnd(t *testing.T) {
	w := newWorld(t, inFile(t))
	token, other := w.begin(w.grant(), ""), w.begin(w.grant(), "")
	if a := w.post(0, "/embed/end", token, "-", nil); a.status != 401 {
		t.Errorf("without a proof: %d", a.status)
	}
	for _, want := range []int{204, 401} {
		if a := w.post(0, "/embed/end", token, "", nil); a.status != want {
			t.Errorf("%d, want %d", a.status, want)
		}
	}
	w.stands(token, false)
	w.stands(other, true)
	if len(w.door.ended) != 1 || w.door.ended[0] != "person "+partner {
		t.Errorf("recorded %v", w.door.ended)
	}
}

// TestLimit opens more embeds than an account may have, each with a key of its own.
func TestLimit(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		_, browser := w.opened(verifier)
		var tokens []string
		var provers []*ssotest.Prover
		for range Limit + 3 {
			w.prover = ssotest.NewProver(t)
			w.forward(time.Second)
			tokens, provers = append(tokens, w.begin(w.grant(), "")), append(provers, w.prover)
		}
		for i, token := range tokens {
			w.prover = provers[i]
			w.stands(token, i >= 3)
		}
		if _, err := w.kept[0].Find(t.Context(), browser.Key); err != nil {
			t.Errorf("the browser's session was pushed out: %v", err)
		}
		if strings.Join(w.door.ended, ",") != "limit "+partner+",limit "+partner+",limit "+partner {
			t.Errorf("recorded %v", w.door.ended)
		}
	})
}

// TestPagesComeAndGo has a person go through a partner's pages with two frames in each, while one stays open in another tab.
func TestPagesComeAndGo(t *testing.T) {
	w := newWorld(t, inFile(t))
	open := w.prover
	token := w.begin(w.grant(), "")
	for range 25 {
		w.forward(20 * time.Second)
		for range 2 {
			w.prover = ssotest.NewProver(t)
			w.begin(w.grant(), "")
		}
	}
	w.prover = open
	w.stands(token, true)
}

// BenchmarkCurrent is what each request of a frame costs.
func BenchmarkCurrent(b *testing.B) {
	w := newWorld(b, inRedis(b))
	token := w.begin(w.grant(), "")
	requests := make([]*http.Request, b.N)
	for i := range requests {
		r := httptest.NewRequest("GET", "http://whatever.example/embed/at/deliveries", nil)
		r.Header.Set("Authorization", "DPoP "+token)
		r.Header.Set("DPoP", w.prover.Proof(b, "GET", base+"/embed/at/deliveries", token, w.clock()))
		requests[i] = r
	}
	b.ResetTimer()
	for _, r := range requests {
		if _, err := w.keepers[0].Current(r); err != nil {
			b.Fatal(err)
		}
	}
}
