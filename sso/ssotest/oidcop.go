package ssotest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
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
	"github.com/go-jose/go-jose/v4/jwt"
)

// OP is an OpenID provider that behaves unless it is told otherwise. Its host name has a public address and leads to
// a server of the test.
type OP struct {
	Issuer   string
	ClientID string
	Secret   string

	// Knobs; nil and zero behave.
	Discovery func(doc map[string]any)
	Serve     map[string]http.HandlerFunc // by path: in place of the endpoint
	Answer    func(url.Values)            // the authorization response
	Token     func(map[string]any)        // the token response
	Header    func(map[string]any)        // any token's header
	Claims    func(map[string]any)        // the ID token's claims
	Payload   func([]byte) []byte         // any token's claims as JSON
	Raw       func(jwt string) string     // any token when it is signed
	Info      func(map[string]any)        // the UserInfo claims
	Alg       jose.SignatureAlgorithm     // default RS256
	SignKey   any                         // default: the OP's own for Alg
	Published []jose.JSONWebKey           // default: all of the OP's
	ClientSet []byte                      // JWKS that client assertions are verified with
	Audience  func(aud any) bool          // what client assertions may be for; default: the issuer alone

	now     func() time.Time
	keys    *oidcKeys
	server  *httptest.Server
	private map[string]netip.Addr // host names that lead to private addresses

	mu       sync.Mutex
	hits     map[string]int
	requests map[string]url.Values // authorization requests by code
	spoken   []string              // every secret that went over the wire
	last     url.Values            // the latest of them
	reached  []netip.AddrPort
}

var oidcPublicAddress = netip.AddrFrom4([4]byte{93, 184, 215, 14})

// NewOP starts an OP whose clock is now. A connector reaches it through its Roots, Resolve and Connect; it ends with t.
func NewOP(t testing.TB, now func() time.Time) *OP {
	t.Helper()
	return newOP(t, newOIDCKeys(t), now)
}

// Again starts another OP with the same keys, which take long to draw, and nothing else of op's.
func (op *OP) Again(t testing.TB, now func() time.Time) *OP {
	t.Helper()
	return newOP(t, op.keys, now)
}

func newOP(t testing.TB, keys *oidcKeys, now func() time.Time) *OP {
	op := &OP{
		Issuer: "https://op.example.com", ClientID: "pocket client", Secret: "s3cret:with%signs/" + rand.Text(), now: now, keys: keys,
		Serve: map[string]http.HandlerFunc{}, hits: map[string]int{}, requests: map[string]url.Values{},
		private: map[string]netip.Addr{"inside.example.com": netip.MustParseAddr("10.0.0.7"), "metadata.example.com": netip.MustParseAddr("169.254.169.254")},
	}
	op.server = httptest.NewTLSServer(op)
	t.Cleanup(op.server.Close)
	return op
}

// Roots returns the certificates by which the OP's TLS is believed.
func (op *OP) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(op.server.Certificate())
	return pool
}

// Resolve returns the addresses of a host: a public one for the OP and every other name below example.com, private ones
// for inside.example.com and metadata.example.com.
func (op *OP) Resolve(_ context.Context, host string) ([]netip.Addr, error) {
	if a, ok := op.private[host]; ok {
		return []netip.Addr{a}, nil
	}
	if strings.HasSuffix(host, ".example.com") {
		return []netip.Addr{oidcPublicAddress}, nil
	}
	return nil, fmt.Errorf("%s does not exist", host)
}

// Connect leads the public address to the OP's server, and nothing else anywhere.
func (op *OP) Connect(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	op.mu.Lock()
	op.reached = append(op.reached, to)
	op.mu.Unlock()
	if to.Addr() != oidcPublicAddress {
		return nil, fmt.Errorf("a connection to %s was tried", to)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", op.server.Listener.Addr().String())
}

// Fetched returns how often path was asked for.
func (op *OP) Fetched(path string) int {
	op.mu.Lock()
	defer op.mu.Unlock()
	return op.hits[path]
}

// connections returns the addresses that were connected to.
func (op *OP) connections() (to []netip.Addr) {
	op.mu.Lock()
	defer op.mu.Unlock()
	for _, a := range op.reached {
		to = append(to, a.Addr())
	}
	return to
}

func (op *OP) secrets() []string {
	op.mu.Lock()
	defer op.mu.Unlock()
	return append(slices.Clone(op.spoken), op.Secret)
}

func (op *OP) speak(secret string) string {
	op.mu.Lock()
	defer op.mu.Unlock()
	op.spoken = append(op.spoken, secret)
	return secret
}

// ServeHTTP answers as the OP.
func (op *OP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op.mu.Lock()
	op.hits[r.URL.Path]++
	op.mu.Unlock()
	if h := op.Serve[r.URL.Path]; h != nil {
		h(w, r)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		op.serveDiscovery(w)
	case "/jwks":
		op.serveKeys(w)
	case "/token":
		op.serveToken(w, r)
	case "/userinfo":
		op.serveUserInfo(w, r)
	default:
		http.NotFound(w, r)
	}
}

func oidcReply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func (op *OP) serveDiscovery(w http.ResponseWriter) {
	doc := map[string]any{
		"issuer": op.Issuer, "authorization_endpoint": op.Issuer + "/authorize", "token_endpoint": op.Issuer + "/token",
		"jwks_uri": op.Issuer + "/jwks", "userinfo_endpoint": op.Issuer + "/userinfo", "end_session_endpoint": op.Issuer + "/logout",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256", "none"}, "code_challenge_methods_supported": []string{"S256"},
	}
	if op.Discovery != nil {
		op.Discovery(doc)
	}
	oidcReply(w, http.StatusOK, doc)
}

func (op *OP) serveKeys(w http.ResponseWriter) {
	published := op.Published
	if published == nil {
		published = op.keys.public()
	}
	oidcReply(w, http.StatusOK, jose.JSONWebKeySet{Keys: published})
}

// Authorize plays the browser's visit: the person signs in at once. It returns the parameters that come back.
func (op *OP) Authorize(t testing.TB, to string) url.Values {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("client_id") != op.ClientID || q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" {
		t.Fatalf("the authorization request lacks something: %s", to)
	}
	code := op.speak("code-" + rand.Text())
	op.mu.Lock()
	op.requests[code], op.last = q, q
	op.mu.Unlock()
	answer := url.Values{"code": {code}, "state": {q.Get("state")}}
	if op.Answer != nil {
		op.Answer(answer)
	}
	return answer
}

func (op *OP) serveToken(w http.ResponseWriter, r *http.Request) {
	code := r.PostFormValue("code")
	if err := op.authenticate(r); err != nil {
		oidcReply(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "for " + code + ": " + err.Error()})
		return
	}
	op.mu.Lock()
	request, ok := op.requests[code]
	delete(op.requests, code)
	op.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || r.PostFormValue("redirect_uri") != request.Get("redirect_uri") || base64.RawURLEncoding.EncodeToString(challenge[:]) != request.Get("code_challenge") {
		oidcReply(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "not good: " + code})
		return
	}
	access := op.speak("access-" + rand.Text())
	claims := op.idClaims(request)
	claims["at_hash"] = oidcHalfHash(access, op.Alg)
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": op.idToken(claims)}
	if op.Token != nil {
		op.Token(answer)
	}
	oidcReply(w, http.StatusOK, answer)
}

// authenticate accepts any one of the three ways a client can prove itself.
func (op *OP) authenticate(r *http.Request) error {
	if id, secret, ok := r.BasicAuth(); ok {
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
		return oidcWants(id == op.ClientID && secret == op.Secret && r.PostFormValue("client_secret") == "", "wrong credentials")
	}
	if assertion := r.PostFormValue("client_assertion"); assertion != "" {
		op.speak(assertion)
		return op.checkAssertion(assertion)
	}
	return oidcWants(r.PostFormValue("client_id") == op.ClientID && r.PostFormValue("client_secret") == op.Secret, "wrong credentials")
}

func (op *OP) checkAssertion(raw string) error {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(op.ClientSet, &set); err != nil {
		return fmt.Errorf("read the client's keys: %w", err)
	}
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.EdDSA, jose.PS256})
	if err != nil {
		return err
	}
	var all map[string]any
	var std jwt.Claims
	if err := token.Claims(set, &all, &std); err != nil {
		return err
	}
	forUs := func(aud any) bool { return aud == op.Issuer }
	if op.Audience != nil {
		forUs = op.Audience
	}
	return errors.Join(
		oidcWants(forUs(all["aud"]), "wrong audience"),
		oidcWants(std.Issuer == op.ClientID && std.Subject == op.ClientID && std.ID != "", "wrong client or no jti"),
		oidcWants(std.Expiry != nil && std.Expiry.Time().Sub(op.now()) <= 5*time.Minute && std.Expiry.Time().After(op.now()), "not short-lived"),
	)
}

func oidcWants(ok bool, otherwise string) error {
	if !ok {
		return errors.New(otherwise)
	}
	return nil
}

func (op *OP) idClaims(request url.Values) map[string]any {
	now := op.now().Unix()
	claims := map[string]any{
		"iss": op.Issuer, "aud": op.ClientID, "sub": "248289761001", "sid": "session-1", "nonce": request.Get("nonce"),
		"iat": now, "exp": now + 300, "name": "山田 花子", "acr": "urn:mace:incommon:iap:silver", "amr": []string{"pwd", "otp"},
	}
	if request.Has("max_age") {
		claims["auth_time"] = now
	}
	return claims
}

func (op *OP) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer access-")
	if !ok || token == "" {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	info := map[string]any{"sub": "248289761001", "email": "hanako@example.com", "name": "another name"}
	if op.Info != nil {
		op.Info(info)
	}
	oidcReply(w, http.StatusOK, info)
}

// idToken signs claims as the knobs have it.
func (op *OP) idToken(claims map[string]any) string {
	if op.Claims != nil {
		op.Claims(claims)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return op.speak(op.sign("JWT", payload))
}

// sign returns payload as a JWT, made of the knobs Payload, Alg, SignKey, Header and Raw.
func (op *OP) sign(typ string, payload []byte) string {
	if op.Payload != nil {
		payload = op.Payload(payload)
	}
	alg := op.Alg
	if alg == "" {
		alg = jose.RS256
	}
	name, key := op.keys.signing(alg)
	if op.SignKey != nil {
		key = op.SignKey
	}
	header := map[string]any{"alg": string(alg), "kid": name, "typ": typ}
	if op.Header != nil {
		op.Header(header)
	}
	raw := oidcSign(header, payload, alg, key)
	if op.Raw != nil {
		raw = op.Raw(raw)
	}
	return raw
}

// LogoutToken returns a valid logout token after change of its claims.
func (op *OP) LogoutToken(change func(map[string]any)) string {
	now := op.now().Unix()
	claims := map[string]any{
		"iss": op.Issuer, "aud": op.ClientID, "sub": "248289761001", "sid": "session-1", "jti": rand.Text(), "iat": now, "exp": now + 120,
		"events": map[string]any{oidcLogoutEvent: map[string]any{}},
	}
	change(claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return op.speak(op.sign("logout+jwt", payload))
}

const oidcLogoutEvent = "http://schemas.openid.net/event/backchannel-logout"
