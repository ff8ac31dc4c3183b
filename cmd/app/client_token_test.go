package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/sso/exchange"
	"cloudpocket/store"
)

// partner is a machine of the parent product with a key of its own.
type partner struct {
	id  store.ID
	key *ecdsa.PrivateKey
}

// newPartner registers one on an instance.
func newPartner(t *testing.T, setup portal.Setup, scopes store.Scope) *partner {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	noError(t, err)
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "one"}}})
	noError(t, err)
	c, err := setup.AddClient(t.Context(), "aoba", portal.ClientDraft{Name: "HR", Keys: keys, Scopes: scopes, Offices: store.OfficeScope{All: true}})
	noError(t, err)
	return &partner{c.ID, key}
}

// assertion is a new proof of who p is.
func (p *partner) assertion(t *testing.T) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: p.key, KeyID: "one"}}, nil)
	noError(t, err)
	raw, err := jwt.Signed(s).Claims(map[string]any{"iss": p.id, "sub": p.id, "aud": testBase + exchange.TokenPath, "jti": rand.Text(), "exp": time.Now().Add(time.Minute).Unix()}).Serialize()
	noError(t, err)
	return raw
}

// tokenBy asks an instance for a token and returns the status and the token.
func (l *live) tokenBy(t *testing.T, assertion string) (int, string) {
	t.Helper()
	res, err := http.PostForm("http://"+l.addr+exchange.TokenPath, url.Values{"grant_type": {"client_credentials"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion}})
	noError(t, err)
	defer res.Body.Close()
	var a struct {
		Token string `json:"access_token"`
	}
	noError(t, json.NewDecoder(res.Body).Decode(&a))
	return res.StatusCode, a.Token
}

// TestAPIClientsAcrossInstances has an API client get a token from one instance and act by it on another, until it is switched off.
func TestAPIClientsAcrossInstances(t *testing.T) {
	for name, servers := range map[string]bool{"SQLite": false, "PostgreSQL and Redis": true} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t)
			if servers {
				c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
			}
			here, there := listening(t, c, time.Now), listening(t, c, time.Now)
			here.staff(t)
			setup := portal.Setup{Portal: here.Portal, By: "test"}
			p := newPartner(t, setup, store.ScopePlaces)
			proof := p.assertion(t)
			code, token := here.tokenBy(t, proof)
			if code != http.StatusOK || token == "" {
				t.Fatalf("%d: %s", code, here.log)
			}
			if code, _ := there.tokenBy(t, proof); code != http.StatusUnauthorized {
				t.Errorf("the same proof elsewhere: %d", code)
			}
			act := func(external string) error {
				g, err := exchange.Tokens{Marks: there.Stores.Marks}.Bearer(t.Context(), token)
				noError(t, err)
				_, _, err = there.Portal.PutCompany(t.Context(), portal.Actor{TenantID: g.TenantID, Client: g.ClientID, Scopes: g.Scopes, Visit: portal.Visit{Address: "192.0.2.1"}},
					store.Company{ExternalID: external, Name: "A"}, func(*store.Company) error { return nil })
				return err
			}
			noError(t, act("one"))
			noError(t, setup.TurnClient(t.Context(), p.id, false))
			if err := act("two"); !errors.Is(err, store.ErrDenied) {
				t.Errorf("with the token of a client that is switched off: %v", err)
			}
			if code, _ := there.tokenBy(t, p.assertion(t)); code != http.StatusUnauthorized {
				t.Errorf("a client that is switched off gets %d", code)
			}
			noError(t, setup.TurnClient(t.Context(), p.id, true))
			if code, _ := there.tokenBy(t, p.assertion(t)); code != http.StatusOK {
				t.Errorf("a client that is switched on again gets %d", code)
			}
		})
	}
}

// TestTokensAreWhereItIsSaid holds the address that administrators copy, and the one in the API's description, to where tokens are.
func TestTokensAreWhereItIsSaid(t *testing.T) {
	l := listening(t, testConfig(t), time.Now)
	cookie := l.staff(t)
	p := newPartner(t, portal.Setup{Portal: l.Portal, By: "test"}, store.ScopePlaces)
	for path, want := range map[string]string{
		"/admin/clients/" + string(p.id):          testBase + exchange.TokenPath,
		"/api/v1/openapi.json":                    `"` + exchange.TokenPath + `"`,
		"/.well-known/oauth-authorization-server": `"` + testBase + exchange.TokenPath + `"`,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.addr+path, nil)
		noError(t, err)
		r.Header.Set("Cookie", cookie)
		res, err := http.DefaultClient.Do(r)
		noError(t, err)
		text, err := io.ReadAll(res.Body)
		noError(t, err)
		res.Body.Close()
		if res.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
			t.Errorf("%s answers %d and does not say %s", path, res.StatusCode, want)
		}
	}
}
