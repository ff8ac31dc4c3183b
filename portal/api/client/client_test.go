package client_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"cloudpocket/portal/api/client"
	"cloudpocket/portal/hook"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stand stands in for the service: it gives tokens, and answers requests by a list of what to answer.
type stand struct {
	*httptest.Server
	answers []func(http.ResponseWriter)
	keys    []string // the Idempotency-Keys that came
	bodies  []string
	tokens  int
	waited  []time.Duration
	now     time.Time
}

func newStand(t *testing.T, answers ...func(http.ResponseWriter)) *stand {
	s := &stand{answers: answers, now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth/token" {
			s.tokens++
			fmt.Fprintf(w, `{"access_token":"t%d","expires_in":600}`, s.tokens)
			return
		}
		b, _ := io.ReadAll(r.Body)
		s.bodies, s.keys = append(s.bodies, string(b)), append(s.keys, r.Header.Get("Idempotency-Key"))
		answer := s.answers[0]
		s.answers = s.answers[1:]
		answer(w)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *stand) client(t *testing.T) *client.Client {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	c, err := client.New(client.Config{BaseURL: s.URL, ClientID: "c", Key: key, KeyID: "k", Now: func() time.Time { return s.now },
		Sleep: func(_ context.Context, d time.Duration) error { s.waited = append(s.waited, d); return nil }})
	must(t, err)
	return c
}

func says(status int, body string, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// breaks cuts the connection.
func breaks(http.ResponseWriter) { panic(http.ErrAbortHandler) }

// TestSendsAgain demands that what may succeed later is sent again, whole and under the same key, after the time that was asked for.
func TestSendsAgain(t *testing.T) {
	s := newStand(t, says(503, "", "Retry-After", "7"), says(429, `{"code":"error.too_many_requests"}`), breaks, says(401, ""), says(201, `{"id":"d"}`))
	doc, err := s.client(t).Publish(t.Context(), client.Document{Title: "t", Files: []client.File{text("a.txt", "content")}})
	must(t, err)
	if doc.Id != "d" || len(s.keys) != 5 || s.keys[0] == "" || len(slices.Compact(s.keys)) != 1 || s.tokens != 2 {
		t.Errorf("%v by keys %q, %d tokens", doc, s.keys, s.tokens)
	}
	for i, b := range s.bodies {
		if !strings.Contains(b, "content") {
			t.Errorf("request %d was %q", i, b)
		}
	}
	if len(s.waited) != 3 || s.waited[0] != 7*time.Second || s.waited[1] < 500*time.Millisecond || s.waited[1] > time.Second {
		t.Errorf("waited %v", s.waited)
	}
}

// TestGivesUp demands that what cannot succeed is not sent again.
func TestGivesUp(t *testing.T) {
	for name, row := range map[string]struct {
		answers []func(http.ResponseWriter)
		code    string
	}{
		"refused":             {[]func(http.ResponseWriter){says(422, `{"code":"error.title","detail":"d"}`)}, "error.title"},
		"unauthorized, twice": {[]func(http.ResponseWriter){says(401, `{}`), says(401, `{"code":"error.access_token"}`)}, "error.access_token"},
		"away for good":       {slices.Repeat([]func(http.ResponseWriter){says(503, `{"code":"error.away"}`)}, 8), "error.away"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t, row.answers...)
			_, err := s.client(t).Document(t.Context(), "d")
			var p *client.Problem
			if !errors.As(err, &p) || p.Code != row.code || len(s.answers) != 0 {
				t.Errorf("%v, %d answers are left", err, len(s.answers))
			}
		})
	}
}

// TestRenews demands a new token before the old one ends.
func TestRenews(t *testing.T) {
	s := newStand(t, slices.Repeat([]func(http.ResponseWriter){says(200, `{}`)}, 3)...)
	c := s.client(t)
	for i, want := range []int{1, 1, 2} {
		s.now = s.now.Add([]time.Duration{0, 538 * time.Second, 3 * time.Second}[i])
		_, err := c.Document(t.Context(), "d")
		must(t, err)
		if s.tokens != want {
			t.Errorf("at request %d there were %d tokens", i, s.tokens)
		}
	}
}

// TestAssertions holds what the client signs with each kind of key to what the service's library makes of it.
func TestAssertions(t *testing.T) {
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	for want, key := range map[string]crypto.Signer{"ES256": p256, "ES384": p384, "EdDSA": ed, "PS256": rs} {
		t.Run(want, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				token, err := jwt.ParseSigned(r.PostFormValue("client_assertion"), []jose.SignatureAlgorithm{jose.SignatureAlgorithm(want)})
				if err == nil {
					var claims jwt.Claims
					err = token.Claims(key.Public(), &claims)
					if claims.Issuer != "c" || !claims.Audience.Contains("http://"+r.Host+"/oauth/token") || claims.ID == "" || token.Headers[0].KeyID != "k" {
						err = fmt.Errorf("claims %+v", claims)
					}
				}
				if err != nil {
					t.Error(err)
				}
				json.NewEncoder(w).Encode(map[string]any{"error": "invalid_client"})
			}))
			defer srv.Close()
			c, err := client.New(client.Config{BaseURL: srv.URL, ClientID: "c", Key: key, KeyID: "k", Tries: 1})
			must(t, err)
			if _, err := c.Document(t.Context(), "d"); err == nil {
				t.Error("without a token it went on")
			}
		})
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	must(t, err)
	for name, c := range map[string]client.Config{"a key of another kind": {BaseURL: "https://a.example", ClientID: "c", Key: p224},
		"no key": {BaseURL: "https://a.example", ClientID: "c"}, "no URL": {BaseURL: "a.example", ClientID: "c", Key: ed}} {
		if _, err := client.New(c); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestWebhookForged tries what is no message of the service.
func TestWebhookForged(t *testing.T) {
	now, body, key := time.Now(), []byte("{}"), []byte("01234567890123456789012345678901")
	const secret, old = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "whsec_b2xk"
	good := hook.Sign(key, "m", now, body)
	for _, row := range []struct {
		name, id, signature string
		at                  time.Time
		secrets             []string
		want                bool
	}{
		{"good", "m", good, now, []string{secret}, true},
		{"second of two signatures", "m", "v1,AAAA " + good, now, []string{secret}, true},
		{"second of two secrets", "m", good, now, []string{old, secret}, true},
		{"another secret", "m", good, now, []string{old}, false},
		{"another ID", "n", good, now, []string{secret}, false},
		{"another time", "m", good, now.Add(time.Second), []string{secret}, false},
		{"old", "m", hook.Sign(key, "m", now.Add(-time.Hour), body), now.Add(-time.Hour), []string{secret}, false},
		{"another version", "m", strings.Replace(good, "v1,", "v2,", 1), now, []string{secret}, false},
		{"none", "m", "", now, []string{secret}, false},
		{"no secret", "m", good, now, nil, false},
		{"an empty secret", "m", good, now, []string{"whsec_"}, false},
	} {
		header := http.Header{"Webhook-Id": {row.id}, "Webhook-Timestamp": {fmt.Sprint(row.at.Unix())}, "Webhook-Signature": {row.signature}}
		if id, err := client.Webhook(row.secrets, header, body, now); (err == nil) != row.want || row.want && id != row.id {
			t.Errorf("%s: %q, %v", row.name, id, err)
		}
	}
}

// FuzzWebhook demands that nothing that was not signed is believed, whatever the headers say.
func FuzzWebhook(f *testing.F) {
	f.Add("m", "1763856000", "v1,AAAA", []byte("{}"))
	f.Fuzz(func(t *testing.T, id, at, signature string, body []byte) {
		header := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {at}, "Webhook-Signature": {signature}}
		if _, err := client.Webhook([]string{"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}, header, body, time.Unix(1763856000, 0)); err == nil {
			t.Error("it is believed")
		}
	})
}
