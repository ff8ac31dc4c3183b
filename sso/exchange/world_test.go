package exchange_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/sso/embed"
	"cloudpocket/sso/exchange"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/trust"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
	"cloudpocket/store/sqlstore/sqltest"
)

const (
	base     = "https://pocket.example"
	endpoint = base + "/oauth/token"
	bearer   = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// world is a token endpoint with the client "hr" of "firm", and "pay" of "other".
type world struct {
	*clock
	t       testing.TB
	records *sqlstore.Store
	serves  store.Records // what the service has of them
	marks   store.Marks
	service http.Handler
	log     *bytes.Buffer
	hr, pay *ecdsa.PrivateKey
	short   *rsa.PrivateKey // of "hr", where it has one that is too weak
	made    int
	openers map[store.Protocol]trust.Opener
	codes   *counted
}

// counted gives codes that are counted.
type counted struct {
	given []embed.Grant
	err   error
}

func (c *counted) Give(_ context.Context, g embed.Grant) (string, error) {
	if c.err != nil {
		return "", c.err
	}
	c.given = append(c.given, g)
	return fmt.Sprintf("cpc_%d", len(c.given)), nil
}

func newWorld(t testing.TB, marks func(func() time.Time) store.Marks, reach outbound.Config) *world {
	t.Helper()
	w := &world{clock: newClock(), t: t, log: &bytes.Buffer{}, openers: map[store.Protocol]trust.Opener{}, codes: &counted{}, hr: newKey(t), pay: newKey(t)}
	var err error
	w.records, err = sqlstore.Open(t.Context(), sqlstore.Config{URL: sqltest.New(t, filepath.Join(t.TempDir(), "records.db"))})
	noError(t, err)
	t.Cleanup(func() { w.records.Close() })
	w.serves = w.records
	w.marks = marks(w.now)
	w.start(reach)
	w.client("firm", store.APIClient{ID: "hr", Name: "HR", Keys: keySetOf(t, publicKey("h1", &w.hr.PublicKey)), Scopes: store.ScopeDocuments | store.ScopeReceipts | store.ScopeEmbed})
	w.client("other", store.APIClient{ID: "pay", Name: "Pay", Keys: keySetOf(t, publicKey("p1", &w.pay.PublicKey)), Scopes: store.ScopeAll})
	return w
}

// start has the service begin anew, with nothing in its memory.
func (w *world) start(reach outbound.Config) {
	log := slog.New(slog.NewTextHandler(w.log, nil))
	service := exchange.New(exchange.Config{BaseURL: base, Records: w.serves, Marks: w.marks, Reach: reach, Now: w.now,
		Trusts: trust.NewRegistry(w.records, w.openers), Admitter: &portal.Portal{Records: w.records, Now: w.now, Log: log}, Codes: w.codes,
		Visit: func(r *http.Request) sso.Visit { return sso.Visit{Address: r.RemoteAddr, RequestID: "r1"} }, Log: log})
	mux := http.NewServeMux()
	for _, one := range service.Routes() {
		mux.HandleFunc(one.Method+" "+one.Pattern, func(rw http.ResponseWriter, r *http.Request) {
			if err := one.Handle(rw, r); err != nil {
				http.Error(rw, err.Error(), cmp.Or(map[store.Kind]int{store.Unavailable: 503}[store.KindOf(err)], 500))
			}
		})
	}
	w.service = mux
}

// fileWorld keeps its marks in a file and reaches nobody.
func fileWorld(t *testing.T) *world {
	return newWorld(t, func(now func() time.Time) store.Marks { return inFile(t, now) }, outbound.Config{})
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	noError(t, err)
	return k
}

func publicKey(kid string, public any) jose.JSONWebKey {
	return jose.JSONWebKey{Key: public, KeyID: kid}
}

func keySetOf(t testing.TB, keys ...jose.JSONWebKey) []byte {
	t.Helper()
	b, err := json.Marshal(jose.JSONWebKeySet{Keys: keys})
	noError(t, err)
	return b
}

// client registers c with a firm, which is made with its first.
func (w *world) client(tenant store.ID, c store.APIClient) {
	w.t.Helper()
	ctx := context.Background()
	if _, err := w.records.Tenants().Get(ctx, tenant); err != nil {
		noError(w.t, w.records.Tenants().Create(ctx, store.Tenant{ID: tenant, State: store.TenantActive}))
	}
	c.State, c.CreatedAt = store.ClientEnabled, w.now()
	noError(w.t, w.records.Update(ctx, tenant, func(tx store.Tx) error { return tx.APIClients().Create(ctx, c) }))
}

// change changes a client of "firm".
func (w *world) change(id store.ID, change func(*store.APIClient)) {
	w.t.Helper()
	ctx := context.Background()
	noError(w.t, w.records.Update(ctx, "firm", func(tx store.Tx) error {
		c, err := tx.APIClients().Get(ctx, id)
		noError(w.t, err)
		change(&c)
		return tx.APIClients().Update(ctx, c)
	}))
}

// says are the claims of a new assertion of client's, with some of them changed; nil leaves one out.
func (w *world) says(client string, changes map[string]any) map[string]any {
	w.made++
	all := map[string]any{"iss": client, "sub": client, "aud": endpoint, "jti": rand.Text(), "exp": w.at.Add(time.Minute).Unix()}
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// sign makes a JWT of claims.
func sign(t testing.TB, alg jose.SignatureAlgorithm, key any, header map[jose.HeaderKey]any, claims any) string {
	t.Helper()
	payload, ok := claims.(string)
	if !ok {
		b, err := json.Marshal(claims)
		noError(t, err)
		payload = string(b)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, &jose.SignerOptions{ExtraHeaders: header})
	noError(t, err)
	jws, err := s.Sign([]byte(payload))
	noError(t, err)
	raw, err := jws.CompactSerialize()
	noError(t, err)
	return raw
}

// kid is a header that names a key.
func kid(id string) map[jose.HeaderKey]any { return map[jose.HeaderKey]any{"kid": id} }

// assertion is a good one of "hr", with some claims changed.
func (w *world) assertion(changes map[string]any) string {
	w.t.Helper()
	return sign(w.t, jose.ES256, w.hr, kid("h1"), w.says("hr", changes))
}

// asking is the form that asks for a token.
func asking(assertion string, more ...string) url.Values {
	v := url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {bearer}, "client_assertion": {assertion}}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

func (w *world) ask(form url.Values) *httptest.ResponseRecorder { return w.askFrom("192.0.2.1", form) }

func (w *world) askFrom(address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/oauth/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = address
	return w.send(r)
}

func (w *world) send(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.service.ServeHTTP(rec, r)
	return rec
}

// answer is what the endpoint says.
type answer struct {
	Token string `json:"access_token"`
	Type  string `json:"token_type"`
	Life  int    `json:"expires_in"`
	Scope string `json:"scope"`
	Error string `json:"error"`
	Why   string `json:"error_description"`
	Kind  string `json:"issued_token_type"`
}

func (w *world) answer(rec *httptest.ResponseRecorder) (a answer) {
	w.t.Helper()
	if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
		w.t.Fatalf("%d %q: %v", rec.Code, rec.Body, err)
	}
	return a
}

// given demands that a form is answered with a token.
func (w *world) given(form url.Values) answer {
	w.t.Helper()
	rec := w.ask(form)
	a := w.answer(rec)
	if rec.Code != http.StatusOK || a.Token == "" {
		w.t.Fatalf("%d %s: %s", rec.Code, rec.Body, w.log)
	}
	return a
}

// refused are the audited reasons of a tenant's clients, the oldest first.
func (w *world) refused(tenant store.ID) (reasons []string) {
	w.t.Helper()
	ctx := context.Background()
	noError(w.t, w.records.View(ctx, tenant, func(tx store.Tx) error {
		for e, err := range tx.Audit().All(ctx) {
			noError(w.t, err)
			if e.Deed == store.DeedToken && e.Outcome == store.Refused && e.AccountID == "" && e.RequestID == "r1" {
				reasons = append(reasons, e.Record+" "+e.Detail["reason"])
			}
		}
		return nil
	}))
	return reasons
}
