package app_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/examples/parent"
	"cloudpocket/portal"
	"cloudpocket/sso/exchange"
	"cloudpocket/store"
)

// partner is somebody else's product at partner.localhost: a page with an element in it, and a back end that gets codes. The
// service is at pocket.localhost and the identity provider at parent.localhost: three sites.
type partner struct {
	t       testing.TB
	service *service
	clock   *app.Clock
	parent  provider
	idp     *parent.Parent
	client  store.ID
	key     *ecdsa.PrivateKey
	origin  string
	login   string // whom its back end takes everybody for
	header  map[string]string
}

// newPartner starts all three, with a document for suzuki.
func newPartner(t *testing.T) *partner {
	t.Helper()
	p := &partner{t: t, clock: &app.Clock{}, login: "suzuki"}
	p.service = startAt(t, p.clock.Now, func(c *app.Config) { c.PrivateIdPs = true })
	p.parent = standIn(store.OIDC)(t, p.service)
	p.idp = p.parent.idp
	p.origin = interop.Serve(t, "partner.localhost", http.HandlerFunc(p.serve))
	var err error
	p.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.key.PublicKey, KeyID: "one"}}})
	check(t, err)
	c, err := p.service.setup.AddClient(t.Context(), "aoba", portal.ClientDraft{Name: "給与", Keys: keys, Scopes: store.ScopeEmbed, Origins: []string{p.origin}, Offices: store.OfficeScope{All: true}})
	check(t, err)
	p.client = c.ID
	p.deliver(paper)
	return p
}

// deliver hands suzuki's office a document that asks for an acknowledgement, and returns the delivery.
func (p *partner) deliver(title string) store.ID {
	p.t.Helper()
	ctx, sato := p.t.Context(), portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "parent"}
	staged, err := p.service.Portal.Stage(ctx, sato, "標準報酬決定通知書.txt", strings.NewReader("標準報酬月額 530千円\n"))
	check(p.t, err)
	d, err := p.service.Portal.Publish(ctx, sato, portal.Draft{Title: title, Kind: "social-insurance", Acknowledge: true, Files: []portal.StagedFile{staged},
		Offices: []store.ID{"sakura-honsha"}, Deliver: true})
	check(p.t, err)
	sheet, err := p.service.Portal.DeskDocument(ctx, sato, d)
	check(p.t, err)
	return sheet.Deliveries[0].ID
}

const embeddingPage = `<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>給与明細</title>
<style>body{font-family:sans-serif;margin:0;background:Canvas;color:CanvasText;color-scheme:light dark}header{padding:12px 24px;background:#0b6e4f;color:#fff}main{max-width:1100px;margin:24px auto;padding:0 16px}</style>
<header>人事給与クラウド</header><main><h1>公文書</h1><cloud-pocket src="%s" client="%s" %s></cloud-pocket></main><script type="module">
import "%s/embed.js";
const one = (window.one = document.querySelector("cloud-pocket"));
window.told = [];
window.asked = 0;
for (const name of ["ready", "resize", "unread", "opened", "downloaded", "acknowledged", "expiring", "ended", "error"])
  one.addEventListener(name, ({ detail }) => { told.push(name + " " + JSON.stringify(detail)); window["at_" + name] ??= performance.now() });
if (%t) one.fetchEmbedCode = async ({ signal }) => {
  asked++;
  const answer = await fetch("/code", { method: "POST", signal });
  if (!answer.ok) throw new Error("no code");
  return answer.text();
};
</script></html>`

// serve is the partner's product: / with codes, /popup without, /code its back end. What stands behind "?" are attributes.
func (p *partner) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/code" {
		p.code(w, r)
		return
	}
	for name, value := range p.header {
		w.Header().Set(name, value)
	}
	var attributes strings.Builder
	for name, values := range r.URL.Query() {
		fmt.Fprintf(&attributes, `%s="%s" `, name, values[0])
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if r.URL.Path == "/html" {
		text, err := os.ReadFile("../../examples/embed/html/index.html")
		check(p.t, err)
		fmt.Fprint(w, strings.NewReplacer("https://pocket.example", p.service.url, "CLIENT_ID", string(p.client)).Replace(string(text)))
		return
	}
	fmt.Fprintf(w, embeddingPage, p.service.url, p.client, attributes.String(), p.service.url, r.URL.Path != "/popup")
}

// code swaps a fresh ID token of the identity provider for a code (RFC 8693), as the partner's back end.
func (p *partner) code(w http.ResponseWriter, _ *http.Request) {
	token, err := p.idp.IDToken("pocket", p.login, true)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	res, err := interop.Client().PostForm(p.service.url+exchange.TokenPath, url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {token}, "subject_token_type": {"urn:ietf:params:oauth:token-type:id_token"},
		"origin": {p.origin}, "scope": {"embed"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {p.assertion()},
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer res.Body.Close()
	var answer struct {
		Code  string `json:"access_token"`
		Error string `json:"error_description"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode != http.StatusOK {
		p.t.Logf("no code: %d %s %v", res.StatusCode, answer.Error, err)
		http.Error(w, answer.Error, http.StatusForbidden)
		return
	}
	fmt.Fprint(w, answer.Code)
}

func (p *partner) assertion() string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: p.key, KeyID: "one"}}, nil)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	now := p.clock.Now()
	raw, err := jwt.Signed(signer).Claims(map[string]any{"iss": p.client, "sub": p.client, "aud": p.service.url + exchange.TokenPath, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}).Serialize()
	if err != nil {
		p.t.Error(err)
	}
	return raw
}

// seat is somebody who looks at the partner's page.
type seat struct {
	*partner
	page, frame *interop.Page
}

// sit opens a page of the partner's in a tab.
func (p *partner) sit(page *interop.Page, path string) *seat {
	p.t.Helper()
	s := &seat{partner: p, page: page}
	page.Open(p.origin + path)
	at, err := url.Parse(path)
	check(p.t, err)
	s.frame = page.Frame(p.service.url + "/embed/" + string(p.client) + "?lang=" + cmp.Or(at.Query().Get("lang"), "ja"))
	return s
}

// hears waits until the page was told an event of that name, and returns its detail.
func (s *seat) hears(name string) string {
	s.t.Helper()
	var told string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		told = s.page.Eval(`(window.told ?? []).join("\n")`)
		for _, line := range strings.Split(told, "\n") {
			if detail, ok := strings.CutPrefix(line, name+" "); ok {
				return detail
			}
		}
	}
	s.t.Fatalf("no event %s; told:\n%s\nthe frame shows %q", name, told, s.frame.Eval("document.body.innerText"))
	return ""
}

func (s *seat) forget() { s.page.Eval("told.length = 0") }

// shows waits until the frame's text has part in it.
func (s *seat) shows(part string) {
	s.t.Helper()
	var text string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		if text = s.frame.Eval("document.body.innerText"); strings.Contains(text, part) {
			return
		}
	}
	s.t.Fatalf("the frame never shows %q but %q; told:\n%s", part, text, s.page.Eval(`told.join("\n")`))
}
