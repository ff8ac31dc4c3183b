package parent_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"cloudpocket/examples/parent"
)

// pocket is a service that exchanges tokens, as far as the parent can see.
type pocket struct {
	*httptest.Server
	t      *testing.T
	parent fixture
	asked  []url.Values
	proofs []jwt.Claims
	people []map[string]any // the claims of the tokens that came
	ended  []string         // logout tokens
	refuse bool
}

func newPocket(t *testing.T) *pocket {
	s := &pocket{t: t}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("POST /backchannel", func(_ http.ResponseWriter, r *http.Request) {
		s.ended = append(s.ended, r.PostFormValue("logout_token"))
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	s.parent = start(t, func(c *parent.Config) {
		c.OIDC = []parent.Client{{ID: "pocket", Secret: "s", RedirectURIs: []string{s.URL + "/callback"}, BackChannelLogoutURI: s.URL + "/backchannel"}}
		c.Embeds = []parent.Embed{{Service: s.URL, Client: "c-1", Audience: "pocket", Tenants: []string{"T001"}}}
	})
	return s
}

// token verifies what the parent sends as a service would, and gives codes that are counted.
func (s *pocket) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.t.Error(err)
	}
	s.asked = append(s.asked, r.PostForm)
	var ours jose.JSONWebKeySet
	keys, err := s.parent.EmbedKeys()
	if err != nil || json.Unmarshal(keys, &ours) != nil || !ours.Keys[0].IsPublic() {
		s.t.Errorf("the parent's keys are %s, %v", keys, err)
	}
	var proof jwt.Claims
	verify(s.t, r.PostForm.Get("client_assertion"), jose.ES256, ours, &proof)
	s.proofs = append(s.proofs, proof)
	res, err := http.Get(s.parent.url + "/oidc/keys")
	if err != nil {
		s.t.Error(err)
		return
	}
	defer res.Body.Close()
	var op jose.JSONWebKeySet
	if err := json.NewDecoder(res.Body).Decode(&op); err != nil {
		s.t.Error(err)
	}
	claims := map[string]any{}
	verify(s.t, r.PostForm.Get("subject_token"), jose.RS256, op, &claims)
	s.people = append(s.people, claims)
	if s.refuse {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_request","error_description":"oidc.audience"}`)
		return
	}
	fmt.Fprintf(w, `{"access_token":"cpc_%d","token_type":"N_A","expires_in":30}`, len(s.asked))
}

func verify(t *testing.T, raw string, alg jose.SignatureAlgorithm, keys jose.JSONWebKeySet, into any) {
	t.Helper()
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{alg})
	if err == nil {
		err = token.Claims(keys, into)
	}
	if err != nil {
		t.Errorf("%.40q: %v", raw, err)
	}
}

// ask is the page's script.
func (s *pocket) ask(b *browser, site string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.parent.url+"/embed/code", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if site != "" {
		r.Header.Set("Sec-Fetch-Site", site)
	}
	b.client.Jar = b.jar
	res, err := b.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct{ Code string }
	if res.StatusCode == http.StatusOK {
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.Header.Get("Cache-Control") != "no-store" {
			s.t.Errorf("%v, %v", err, res.Header)
		}
	}
	return res.StatusCode, answer.Code
}

func TestEmbedCode(t *testing.T) {
	s := newPocket(t)
	b := newBrowser(t).signedIn(s.parent, strong, true)
	for i := 1; i <= 2; i++ {
		if status, code := s.ask(b, "same-origin"); status != http.StatusOK || code != fmt.Sprintf("cpc_%d", i) {
			t.Fatalf("%d %q", status, code)
		}
	}
	form, proof, who := s.asked[0], s.proofs[0], s.people[0]
	if form.Get("grant_type") != "urn:ietf:params:oauth:grant-type:token-exchange" || form.Get("scope") != "embed" || form.Get("origin") != s.parent.url {
		t.Errorf("the request is %v", form)
	}
	if proof.Issuer != "c-1" || proof.Subject != "c-1" || len(proof.Audience) != 1 || proof.Audience[0] != s.URL || time.Until(proof.Expiry.Time()) > 5*time.Minute || proof.ID == s.proofs[1].ID {
		t.Errorf("the proof says %+v", proof)
	}
	if who["sub"] != "u-1001" || who["aud"] != "pocket" || who["azp"] != "pocket" || who["acr"] != parent.ContextMFA || who["sid"] == nil || who["jti"] == s.people[1]["jti"] || who["at_hash"] != nil {
		t.Errorf("the token says %v", who)
	}
}

// TestEmbedCodeForNobody asks without a session, from other sites, where nothing is embedded, and of a service that refuses.
func TestEmbedCodeForNobody(t *testing.T) {
	s := newPocket(t)
	signedIn := func() *browser { return newBrowser(t).signedIn(s.parent, strong, true) }
	for _, row := range []struct {
		name, site string
		browser    *browser
		refuse     bool
		want       int
	}{
		{"nobody is signed in", "same-origin", newBrowser(t), false, http.StatusUnauthorized},
		{"a page of another site", "cross-site", signedIn(), false, http.StatusForbidden},
		{"a page of a neighbour", "same-site", signedIn(), false, http.StatusForbidden},
		{"the service refuses", "same-origin", signedIn(), true, http.StatusBadGateway},
	} {
		t.Run(row.name, func(t *testing.T) {
			s.refuse = row.refuse
			if status, code := s.ask(row.browser, row.site); status != row.want || code != "" {
				t.Errorf("%d %q, want %d", status, code, row.want)
			}
		})
	}
	if got := newBrowser(t).signedIn(s.parent, strong, true).get(s.parent.url + "/embed/code"); got.status == http.StatusOK {
		t.Errorf("by GET: %d", got.status)
	}
	elsewhere := start(t, nil)
	s.parent = elsewhere
	if status, _ := s.ask(newBrowser(t).signedIn(elsewhere, strong, true), "same-origin"); status != http.StatusNotFound {
		t.Errorf("where nothing is embedded: %d", status)
	}
}

// TestEmbedOnThePage looks at the page: the element, and a policy that lets it in and nothing else.
func TestEmbedOnThePage(t *testing.T) {
	s := newPocket(t)
	b := newBrowser(t).signedIn(s.parent, strong, true)
	res, body := b.once(http.MethodGet, s.parent.url+"/", nil, true)
	if !strings.Contains(body, `<cloud-pocket src="`+s.URL+`" client="c-1" mode="list"`) || !strings.Contains(body, `src="`+s.URL+`/embed.js"`) {
		t.Errorf("the page is %s", body)
	}
	policy := res.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self' " + s.URL + "/embed.js;", "frame-src " + s.URL + "/embed/;", "connect-src 'self'", "frame-ancestors 'self'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy %q lacks %q", policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("the policy is %q", policy)
	}
	res, body = b.once(http.MethodGet, s.parent.url+"/account", nil, true)
	if strings.Contains(res.Header.Get("Content-Security-Policy"), s.URL) || strings.Contains(body, "cloud-pocket") {
		t.Error("another page embeds too")
	}
}

// TestSignOutTellsWhatIsEmbedded signs out: the service is told by the back channel, by the session that the codes were for.
func TestSignOutTellsWhatIsEmbedded(t *testing.T) {
	s := newPocket(t)
	b := newBrowser(t).signedIn(s.parent, strong, true)
	if status, _ := s.ask(b, "same-origin"); status != http.StatusOK {
		t.Fatal(status)
	}
	b.post(s.parent.url+"/signout", nil)
	if len(s.ended) != 1 {
		t.Fatalf("the service was told %d times", len(s.ended))
	}
	token, err := jwt.ParseSigned(s.ended[0], []jose.SignatureAlgorithm{jose.RS256})
	claims := map[string]any{}
	if err != nil || token.UnsafeClaimsWithoutVerification(&claims) != nil || claims["sid"] != s.people[0]["sid"] || claims["aud"] == nil {
		t.Errorf("told %v, %v", claims, err)
	}
	if status, code := s.ask(b, "same-origin"); status != http.StatusUnauthorized || code != "" {
		t.Errorf("afterwards: %d %q", status, code)
	}
}

func TestEmbedIsChecked(t *testing.T) {
	for name, e := range map[string]parent.Embed{
		"no service": {Client: "c", Audience: "a"}, "a path": {Service: "https://pocket.example/x", Client: "c", Audience: "a"},
		"no client": {Service: "https://pocket.example", Audience: "a"}, "no audience": {Service: "https://pocket.example", Client: "c"},
		"a script": {Service: "javascript:alert(1)", Client: "c", Audience: "a"},
	} {
		if _, err := parent.New(parent.Config{Keys: sharedKeys(t), Embeds: []parent.Embed{e}}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
