package oidcrp_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
	"cloudpocket/sso/oidcrp"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// keyed is an OP, a trust in it, and what connectors to it share.
type keyed struct {
	*ssotest.OP
	trust store.OwnedTrust
	cfg   oidcrp.Config
	now   time.Time
}

func newKeyed(t *testing.T, mode store.RefreshMode) *keyed {
	t.Helper()
	k := &keyed{now: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return k.now }
	k.OP = ssotest.NewOP(t, clock)
	k.trust = trust()
	k.trust.OIDC.Issuer, k.trust.OIDC.ClientID, k.trust.OIDC.Refresh = k.Issuer, k.ClientID, mode
	k.cfg = config()
	k.cfg.Now, k.cfg.Log = clock, slog.New(slog.NewTextHandler(io.Discard, nil))
	k.cfg.Secret = func(context.Context, string) (string, error) { return k.Secret, nil }
	k.cfg.Outbound = outbound.Config{Roots: k.Roots(), Resolve: k.Resolve, Connect: k.Connect}
	return k
}

// signIn goes through a sign-in, with a trace of it.
func (k *keyed) signIn(t *testing.T) (*sso.Trace, error) {
	t.Helper()
	c, err := oidcrp.Open(t.Context(), k.trust, k.cfg)
	if err != nil {
		t.Fatal(err)
	}
	return k.signInAt(t, c)
}

// signInAt is signIn by a connector that is open already.
func (k *keyed) signInAt(t *testing.T, c sso.Connector) (*sso.Trace, error) {
	t.Helper()
	a := &sso.Attempt{Handle: strings.Repeat("h", 43), TrustID: k.trust.ID, At: k.now}
	d, err := c.Start(t.Context(), a)
	if err != nil {
		return nil, err
	}
	m := sso.Message{Endpoint: "https://pocket.example.com/app/sso/oidc/hr/callback", Query: k.Authorize(t, d.URL)}
	trace := &sso.Trace{}
	_, err = c.Finish(t.Context(), m, a, trace)
	return trace, err
}

func TestKeysOfTheTrustAlone(t *testing.T) {
	for _, row := range []struct {
		name string
		mode store.RefreshMode
		keys func(found []string) []string
		want sso.Reason
	}{
		{"auto believes what is published", store.RefreshAuto, func([]string) []string { return []string{"another"} }, ""},
		{"pin believes what the trust names", store.RefreshPin, func(found []string) []string { return found }, ""},
		{"pin believes nothing else", store.RefreshPin, func([]string) []string { return []string{"another"} }, "oidc.key_pinned"},
		{"pin without keys believes nothing", store.RefreshPin, func([]string) []string { return nil }, "oidc.key_pinned"},
		{"ask believes what was accepted", store.RefreshAsk, func(found []string) []string { return found }, ""},
		{"ask believes what comes first", store.RefreshAsk, func([]string) []string { return nil }, ""},
		{"ask waits with another", store.RefreshAsk, func([]string) []string { return []string{"another"} }, "oidc.key_offered"},
	} {
		t.Run(row.name, func(t *testing.T) {
			k := newKeyed(t, row.mode)
			found, err := oidcrp.Thumbprints(t.Context(), k.trust, k.cfg)
			if err != nil || len(found) == 0 {
				t.Fatal(found, err)
			}
			k.trust.OIDC.Keys = row.keys(found)
			trace, err := k.signIn(t)
			if sso.ReasonOf(err) != row.want || (err == nil) != (row.want == "") {
				t.Fatalf("%v, want %q", err, row.want)
			}
			if last := trace.Checks[len(trace.Checks)-1]; err != nil && (last.Step != "signature" || !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(last.Detail, f) })) {
				t.Errorf("the trace does not say which key it was: %+v", last)
			}
		})
	}
}

// TestKeysAreOffered looks at the keys of an OP that is asked about: those found first are noted, others wait, the same
// ones once, and what fails changes nothing.
func TestKeysAreOffered(t *testing.T) {
	k := newKeyed(t, store.RefreshAsk)
	var saved, offered []store.OwnedTrust
	keep := func(to *[]store.OwnedTrust) func(context.Context, store.OwnedTrust, map[string]string) error {
		return func(_ context.Context, t store.OwnedTrust, _ map[string]string) error {
			k.trust = t
			*to = append(*to, t)
			return nil
		}
	}
	r := &oidcrp.Refresher{Config: k.cfg, Save: keep(&saved), Offer: keep(&offered)}
	look := func(due, wantSaved, wantOffered int) {
		t.Helper()
		saved, offered = nil, nil
		k.now = k.now.Add(12 * time.Hour)
		if n := r.RefreshDue(t.Context(), []store.OwnedTrust{k.trust}); n != due || len(saved) != wantSaved || len(offered) != wantOffered {
			t.Fatalf("%d were due, saved %+v, offered %+v", n, saved, offered)
		}
		if n := r.RefreshDue(t.Context(), []store.OwnedTrust{k.trust}); n != 0 {
			t.Fatalf("%d are due again at once", n)
		}
	}
	look(1, 1, 0)
	first := slices.Clone(k.trust.OIDC.Keys)
	look(1, 0, 0)
	k.Serve["/jwks"] = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) }
	look(1, 0, 0)
	delete(k.Serve, "/jwks")
	k.trust.OIDC.Keys = first[:len(first)-1]
	look(1, 0, 1)
	if !slices.Equal(k.trust.OIDC.Offered, first) || len(k.trust.OIDC.Keys) != len(first)-1 || !k.trust.OIDC.OfferedAt.Equal(k.now) {
		t.Errorf("offered is %+v", k.trust.OIDC)
	}
	look(1, 0, 0)
	k.trust.OIDC.Keys = first
	look(1, 1, 0)
	if len(k.trust.OIDC.Offered) != 0 {
		t.Errorf("the offer stays: %+v", k.trust.OIDC)
	}
	k.trust.OIDC.Refresh = store.RefreshPin
	look(0, 0, 0)
	k.trust.OIDC.Refresh, k.trust.OIDC.Keys = store.RefreshAsk, first[1:]
	r.Offer = func(context.Context, store.OwnedTrust, map[string]string) error {
		return errors.New("changed meanwhile")
	}
	if err := r.Refresh(t.Context(), k.trust); err == nil {
		t.Error("a failure to keep an offer is not told")
	}
}

// TestComparedKeysAreBelieved takes what is published, as somebody compared it, and proves nothing of ours for it.
func TestComparedKeysAreBelieved(t *testing.T) {
	k := newKeyed(t, store.RefreshAsk)
	k.trust.OIDC.Keys, k.trust.OIDC.Offered, k.trust.OIDC.AuthMethod = []string{"old"}, []string{"other"}, "private_key_jwt"
	n := 0
	r := &oidcrp.Refresher{NewKeys: true, Config: oidcrp.Config{Now: k.cfg.Now, Log: k.cfg.Log, Outbound: k.cfg.Outbound}, Save: func(_ context.Context, t store.OwnedTrust, _ map[string]string) error {
		k.trust = t
		n++
		return nil
	}}
	for range 2 {
		if err := r.Refresh(t.Context(), k.trust); err != nil {
			t.Fatal(err)
		}
	}
	found, err := oidcrp.Thumbprints(t.Context(), k.trust, k.cfg)
	if o := k.trust.OIDC; err != nil || n != 1 || !slices.Equal(o.Keys, found) || o.Offered != nil {
		t.Errorf("believed is %+v after %d times, published %q, %v", o, n, found, err)
	}
}

// TestSignInsOutlastKeySets has somebody sign in once, and again when the OP's documents are fetched anew and fail in every
// way: by the keys that were found, and in no longer than one fetch may take. Keys of another are not believed.
func TestSignInsOutlastKeySets(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"down":       func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) },
		"hangs up":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"never ends": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"a page":     says([]byte("<!doctype html><title>Sign in</title>")),
		"50 MB":      says(bytes.Repeat([]byte(" "), 50<<20)),
		"garbage":    says(bytes.Repeat([]byte{0, 0xff, '{'}, 1000)),
		"nothing":    says(nil),
	} {
		t.Run(name, func(t *testing.T) {
			k := newKeyed(t, store.RefreshAuto)
			k.cfg.Outbound.Timeout = time.Second
			c, err := oidcrp.Open(t.Context(), k.trust, k.cfg)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := k.signInAt(t, c); err != nil {
				t.Fatal(err)
			}
			k.now = k.now.Add(25 * time.Hour)
			k.Serve["/jwks"], k.Serve["/.well-known/openid-configuration"] = answer, answer
			before := k.Fetched("/jwks")
			if _, err := k.signInAt(t, c); err != nil {
				t.Errorf("somebody was refused: %v", err)
			}
			if k.Fetched("/jwks") == before {
				t.Error("the keys were not asked for again")
			}
			forger, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				t.Fatal(err)
			}
			k.SignKey = forger
			if _, err := k.signInAt(t, c); err == nil {
				t.Error("a key that is none of the OP's was believed")
			}
		})
	}
}

func says(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.Write(body) }
}

// TestNoInitiation has somebody else ask for a sign-in at a trust that takes none of those.
func TestNoInitiation(t *testing.T) {
	k := newKeyed(t, store.RefreshAuto)
	m := sso.Message{Endpoint: "https://pocket.example.com/app/sso/oidc/hr/initiate", Query: map[string][]string{"iss": {k.Issuer}}}
	for _, off := range []bool{false, true} {
		k.trust.OIDC.NoInitiation = off
		c, err := oidcrp.Open(t.Context(), k.trust, k.cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Initiate(t.Context(), m); (sso.ReasonOf(err) == "oidc.initiate_off") != off || (err != nil) != off {
			t.Errorf("switched off %t: %v", off, err)
		}
	}
}

// TestDescribeBeforeTheOP demands our keys for a trust that has nothing of its OP yet.
func TestDescribeBeforeTheOP(t *testing.T) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cfg := config()
	cfg.Keys = append(cfg.Keys, signer)
	body, media, err := oidcrp.Describe(t.Context(), store.OwnedTrust{Trust: store.Trust{ID: "new", Protocol: store.OIDC}}, cfg)
	var set jose.JSONWebKeySet
	if err == nil {
		err = json.Unmarshal(body, &set)
	}
	if err != nil || media != "application/jwk-set+json" || len(set.Keys) != 1 || !set.Keys[0].IsPublic() {
		t.Fatalf("%s of type %s, %v", body, media, err)
	}
}
