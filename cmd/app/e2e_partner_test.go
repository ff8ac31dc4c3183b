package app_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"golang.org/x/net/html"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/store"
)

// newcomer is a partner's developer who has read /developers and nothing else: a folder with the code that was copied from
// there, and the values of the first table put where it says.
type newcomer struct {
	t       *testing.T
	service *service
	dir     string
	data    string // of the service
	issuer  string
	origin  string // of the partner's page
	port    int
	client  string
	took    map[string]bool   // the snippets that were taken, by what their pages call them
	of      map[string]string // what the pages call the snippet that a text, or a line of a shell, is of
	front   http.Handler      // what stands before the back end, if anything does
}

// newNewcomer has a firm that trusts the newcomer's identity provider, with one document for 鈴木. The service is at localhost,
// which every runtime finds by itself.
func newNewcomer(t *testing.T) *newcomer {
	t.Helper()
	s := &service{now: time.Now}
	data := t.TempDir()
	s.url = interop.Serve(t, "localhost", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Handler().ServeHTTP(w, r) }))
	s.open(t, app.Config{StoreConfig: app.StoreConfig{Data: data}, BaseURL: s.url, Listen: "127.0.0.1:0", Migrate: true, Scan: app.ScanOff, PrivateIdPs: true,
		SessionIdle: 30 * time.Minute, SessionAbsolute: 10 * time.Hour, MetadataRefresh: time.Hour, PreviewCode: interop.PreviewCode(t)})
	n := &newcomer{t: t, service: s, data: data, dir: t.TempDir(), took: map[string]bool{}, of: map[string]string{}}
	n.issuer = n.provider()
	s.trust(t, store.Trust{ID: "id", Protocol: store.OIDC, OIDC: &store.OIDCTrust{Issuer: n.issuer, ClientID: "cloud-pocket-at-your-idp", AuthMethod: "private_key_jwt", AllowPrivate: true}},
		func(login string) string { return "subject-" + login })
	n.document()
	return n
}

// provider is the partner's OpenID provider as far as it is asked: what it is, and its key, whose private half is in the folder.
func (n *newcomer) provider() string {
	n.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(n.t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(n.t, err)
	check(n.t, os.WriteFile(filepath.Join(n.dir, "issuer-key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	mux := http.NewServeMux()
	url := interop.Serve(n.t, "id.localhost", mux)
	say := func(what any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(what)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", say(map[string]any{"issuer": url, "jwks_uri": url + "/jwks", "authorization_endpoint": url + "/authorize", "token_endpoint": url + "/token",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"}}))
	mux.HandleFunc("/jwks", say(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "issuer-1", Algorithm: "RS256", Use: "sig"}}}))
	return url
}

// document delivers one.
func (n *newcomer) document() {
	n.t.Helper()
	actor := portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "id"}
	staged, err := n.service.Portal.Stage(n.t.Context(), actor, "notice.pdf", strings.NewReader("%PDF-1.4\n%%EOF\n"))
	check(n.t, err)
	_, err = n.service.Portal.Publish(n.t.Context(), actor, portal.Draft{Title: "標準報酬決定通知書", Kind: "social-insurance", Files: []portal.StagedFile{staged},
		Offices: []store.ID{"sakura-honsha"}, Deliver: true})
	check(n.t, err)
}

// copied are the snippets of a page, by the file that each is; "sh" has the lines of every shell's, in their order.
func (n *newcomer) copied(path string) map[string]string {
	n.t.Helper()
	res, err := interop.Client().Get(n.service.url + path)
	check(n.t, err)
	defer res.Body.Close()
	doc, err := html.Parse(res.Body)
	check(n.t, err)
	all := map[string]string{}
	for node := range doc.Descendants() {
		at := map[string]string{}
		for _, a := range node.Attr {
			at[a.Key] = a.Val
		}
		name := at["data-file"]
		if node.Data != "code" || name == "" {
			continue
		}
		text := node.FirstChild.Data
		if name == "sh" {
			all["sh"] += text + "\n"
			n.of[text[strings.LastIndex(text, "\n")+1:]] = at["id"] // its last line, which does what the others prepare
			continue
		}
		all[name], n.of[text] = text, at["id"]
	}
	if len(all) == 0 {
		n.t.Fatalf("%s has no snippets", path)
	}
	return all
}

// filled puts the values of the table where it says.
func (n *newcomer) filled(text string) string {
	return strings.NewReplacer("CLIENT_ID", n.client, "https://hr.example.jp", n.origin, "https://id.example.jp", n.issuer, "taro", "subject-suzuki").Replace(text)
}

// keep writes files into the folder; those of files that are named only.
func (n *newcomer) keep(all map[string]string, files ...string) {
	n.t.Helper()
	for _, name := range files {
		text, ok := all[name]
		if !ok {
			n.t.Fatalf("there is no snippet %s", name)
		}
		n.take(text)
		at := filepath.Join(n.dir, name)
		check(n.t, os.MkdirAll(filepath.Dir(at), 0o755))
		check(n.t, os.WriteFile(at, []byte(n.filled(text)), 0o644))
	}
}

// take notes that a text was taken.
func (n *newcomer) take(text string) {
	if id := n.of[text]; id != "" {
		n.took[id] = true
	}
}

// line is the line of the shell that begins so.
func (n *newcomer) line(all map[string]string, begins string) string {
	n.t.Helper()
	for line := range strings.Lines(all["sh"]) {
		if strings.HasPrefix(line, begins) {
			n.take(strings.TrimSpace(line))
			return strings.TrimSpace(n.filled(line))
		}
	}
	n.t.Fatalf("no line begins with %q in:\n%s", begins, all["sh"])
	return ""
}

// sh is a command of the shell in the folder.
func (n *newcomer) sh(line string, environment ...string) *exec.Cmd {
	c := exec.Command("sh", "-c", line)
	c.Dir = n.dir
	c.Env = append(os.Environ(), environment...)
	c.Env = append(c.Env, "PATH="+filepath.Dir(interop.NodePath(n.t))+":"+os.Getenv("PATH"), "GOFLAGS=-mod=mod", "GOWORK=off")
	return c
}

// run runs it and returns what it printed.
func (n *newcomer) run(line string, environment ...string) string {
	n.t.Helper()
	c := n.sh(line, environment...)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		n.t.Fatalf("%s: %v\n%s%s", line, err, out, errs.String())
	}
	return string(out)
}

// register is what the administrator does with jwks.json.
func (n *newcomer) register() {
	n.t.Helper()
	keys, err := os.ReadFile(filepath.Join(n.dir, "jwks.json"))
	check(n.t, err)
	c, err := n.service.setup.AddClient(n.t.Context(), "aoba", portal.ClientDraft{Name: "HR", Keys: keys, Scopes: store.ScopeEmbed | store.ScopeReceipts, Offices: store.OfficeScope{All: true}, Origins: []string{n.origin}})
	check(n.t, err)
	n.client = string(c.ID)
}

// command registers it as an operator does, by the line of the quick start, in the environment that the service has.
func (n *newcomer) command(all map[string]string) {
	n.t.Helper()
	tools := n.t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(tools, "cloudpocket"), "cloudpocket/cmd/cloudpocket").CombinedOutput(); err != nil {
		n.t.Fatalf("build the command: %v\n%s", err, out)
	}
	out := n.run("PATH="+tools+":$PATH; "+n.line(all, "cloudpocket client add"), "CLOUDPOCKET_DATA="+n.data, "CLOUDPOCKET_PRIVATE_IDPS=true")
	at := regexp.MustCompile(`(?m)^client_id +(\w+)$`).FindStringSubmatch(out)
	if at == nil || !strings.Contains(out, n.service.url+"/oauth/token") {
		n.t.Fatalf("the command says %s", out)
	}
	n.client = at[1]
}

// serve runs the back end as the lines of the shell say, at the port that the partner's page has.
func (n *newcomer) serve(name string, all map[string]string, begins string) {
	n.t.Helper()
	port := fmt.Sprint(n.port)
	lines := n.line(all, "export ") + "\nexport PORT=" + port + "\nexec " + strings.ReplaceAll(n.line(all, begins), "127.0.0.1:3000", "127.0.0.1:"+port)
	interop.Program(n.t, name, n.port, func() *exec.Cmd { return n.sh(lines) })
}

// code asks the partner's back end for a code as the element does.
func (n *newcomer) code(path string) string {
	n.t.Helper()
	res, err := interop.Client().Post(n.origin+path, "", nil)
	check(n.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	check(n.t, err)
	var answer struct{ Code string }
	if err := json.Unmarshal(text, &answer); err != nil || !strings.HasPrefix(answer.Code, "cpc_") {
		n.t.Fatalf("the partner's back end answers %d: %s (%v)", res.StatusCode, text, err)
	}
	return answer.Code
}

// shows opens the partner's page and waits for the first row.
func (n *newcomer) shows(path string) {
	n.t.Helper()
	p := interop.Browser(n.t).Page(n.t, interop.Desktop(), "ja")
	p.Open(n.origin + path)
	if got := p.Frame(n.service.url).Text("tbody .c-title"); !strings.Contains(got, "標準報酬決定通知書") {
		n.t.Errorf("the first row says %q", got)
	}
	p.Shot("partner" + strings.ReplaceAll(path, "/", "-"))
	for _, err := range p.Errors() {
		if !strings.Contains(err, "/favicon.ico") { // the partner's own
			n.t.Errorf("the console says %q", err)
		}
	}
}

// seen demands that the administrator sees that the client is ready, and whom it brought.
func (n *newcomer) seen() {
	n.t.Helper()
	v, err := n.service.Portal.EmbedOf(n.t.Context(), portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "id"}, store.ID(n.client))
	check(n.t, err)
	if len(v.SignIns) < 1 || v.SignIns[0].Name != "鈴木 健一" || v.SignIns[0].Outcome != store.Allowed || len(v.Trusts) != 1 || len(v.Keys) != 1 {
		n.t.Errorf("the administrator sees %+v", v)
	}
}

// TestNewPartner embeds Cloud Pocket in a page of another site by what /developers says, with each back end that it has.
func TestNewPartner(t *testing.T) {
	for name, follow := range map[string]func(n *newcomer){
		"Node.js": func(n *newcomer) {
			all := n.copied("/developers")
			check(n.t, os.Symlink(interop.NodeModules(n.t), filepath.Join(n.dir, "node_modules"))) // npm install express@5, once for all tests
			n.keep(all, "keys.mjs")
			n.run(n.line(all, "node keys.mjs"))
			n.command(all)
			n.keep(all, "embed-code.mjs", "server.mjs", "id-token.mjs", "session.mjs", "public/index.html")
			n.serve("node", all, "node server.mjs")
			n.code("/embed-code")
			n.shows("/")
		},
		"Go": func(n *newcomer) {
			all := n.copied("/developers/backends")
			n.keep(all, "keys/main.go")
			n.run(n.line(all, "go mod init"))
			n.register()
			n.keep(all, "main.go", "code.go", "idtoken.go", "session.go")
			n.keep(n.copied("/developers"), "public/index.html")
			n.run("go vet ./... && go build -o hr .") // go run . does not hand its end on to what it runs
			n.line(all, "go run .")
			all["sh"] = strings.ReplaceAll(all["sh"], "go run .\n", "./hr\n")
			n.serve("go", all, "./hr")
			n.code("/embed-code")
			n.shows("/")
		},
		"PHP": func(n *newcomer) {
			all := n.copied("/developers/backends")
			n.keep(all, "keys.php")
			n.run(n.line(all, "php keys.php"))
			n.register()
			n.keep(all, "embed-code.php", "id-token.php", "session.php", "index.html")
			all["sh"] = all["sh"][strings.Index(all["sh"], "php keys.php"):] // Go's stand before
			n.serve("php", all, "php -S")
			n.code("/embed-code.php")
			n.shows("/index.html")
		},
		"curl": func(n *newcomer) {
			all := n.copied("/developers/backends")
			n.keep(all, "keys.php", "embed-code.sh")
			n.run(n.line(all, "php keys.php"))
			n.register()
			start := n.copied("/developers")
			n.keep(start, "id-token.mjs", "session.mjs")
			token := n.run(n.line(start, "export ") + `; node --input-type=module -e 'import { idToken } from "./id-token.mjs"; import { signedIn } from "./session.mjs"; console.log(await idToken(signedIn()))'`)
			all["sh"] = all["sh"][strings.LastIndex(all["sh"], "export "):]
			out := n.run(n.line(all, "export ")+"; "+n.line(all, "sh embed-code.sh"), "ID_TOKEN="+strings.TrimSpace(token))
			if !strings.Contains(out, `"access_token":"cpc_`) {
				t.Errorf("embed-code.sh prints %s", out)
			}
			all = n.copied("/developers/api")
			n.keep(all, "token.sh")
			if out := n.run(n.line(all, "export ") + "; " + n.line(all, "sh token.sh")); !strings.Contains(out, `"access_token":`) || !strings.Contains(out, "receipts") {
				t.Errorf("token.sh prints %s", out)
			}
		},
		"scripts": func(n *newcomer) {
			n.origin = interop.Serve(n.t, "partner.localhost", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { n.front.ServeHTTP(w, r) }))
			all := n.copied("/developers")
			check(n.t, os.Symlink(interop.NodeModules(n.t), filepath.Join(n.dir, "node_modules")))
			n.keep(all, "keys.mjs")
			n.run(n.line(all, "node keys.mjs"))
			n.register()
			n.keep(all, "embed-code.mjs", "server.mjs", "id-token.mjs", "session.mjs")
			n.serve("node", all, "node server.mjs")
			n.scripts()
			n.mounted()
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNewcomer(t)
			n.port = interop.FreePort(t)
			n.origin = fmt.Sprintf("http://partner.localhost:%d", n.port)
			follow(n)
			n.used()
			n.seen()
		})
	}
}
