package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/hook"
	"cloudpocket/sso/outbound"
)

// ranBy says which test takes each snippet of /developers from there and runs it. What a test does not take although it stands
// here is an error of that test.
func ranBy() map[string][]string {
	return map[string][]string{
		"TestNewPartner/Node.js": {"sh/keys.sh", "sh/client.sh", "sh/run.sh", "node-express/keys.mjs", "node-express/embed-code.mjs", "node-express/server.mjs",
			"node-express/id-token.mjs", "node-express/session.mjs", "node-express/index.html"},
		"TestNewPartner/Go":      {"sh/go.sh", "go/keys.go", "go/main.go", "go/code.go", "go/idtoken.go", "go/session.go"},
		"TestNewPartner/PHP":     {"sh/php.sh", "php/keys.php", "php/embed-code.php", "php/id-token.php", "php/session.php", "php/index.html"},
		"TestNewPartner/curl":    {"sh/curl.sh", "sh/token.sh", "curl/embed-code.sh", "curl/token.sh"},
		"TestNewPartner/scripts": {"page/policy.txt", "page/mount.js", "page/events.js"},
		"TestWebhookSnippet":     {"node-express/webhook.mjs"},
	}
}

// snippetID is what a snippet's code is called on its page.
func snippetID(name string) string {
	return "s-" + strings.NewReplacer("/", "-", ".", "-", "_", "-").Replace(name)
}

// TestEverySnippetIsRun demands a test for each snippet that there is.
func TestEverySnippetIsRun(t *testing.T) {
	names, err := filepath.Glob("../../portal/developers/snippets/*/*.txt")
	check(t, err)
	all := map[string]int{}
	for _, snippets := range ranBy() {
		for _, name := range snippets {
			all[name]++
		}
	}
	for _, file := range names {
		name := filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".txt")
		if all[name] != 1 {
			t.Errorf("%s is run by %d tests", name, all[name])
		}
		delete(all, name)
	}
	if len(all) > 0 || len(names) < 20 {
		t.Errorf("of %d snippets there are none called %v", len(names), slices.Sorted(maps.Keys(all)))
	}
}

// used demands that the test has taken what stands for it in the table.
func (n *newcomer) used() {
	n.t.Helper()
	wanted, ok := ranBy()[n.t.Name()]
	if !ok {
		n.t.Errorf("%s is not in the table of snippets", n.t.Name())
	}
	for _, name := range wanted {
		if !n.took[snippetID(name)] {
			n.t.Errorf("%s was not run", name)
		}
	}
}

// TestWebhookSnippet has the service's own sender tell a receiver, and the snippet judge what came: as it is, and as it would be
// if somebody else had made it.
func TestWebhookSnippet(t *testing.T) {
	n := newNewcomer(t)
	n.keep(n.copied("/developers/api"), "webhook.mjs")
	secret := bytes.Repeat([]byte("k"), 24)
	now := told(t, secret, time.Now())
	type message struct {
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
	}
	with := func(of message, name, value string) message {
		of.Headers = maps.Clone(of.Headers)
		of.Headers[name] = value
		return of
	}
	of := func(c heard) message { return message{c.headers, c.body} }
	good := of(now)
	other := good
	other.Body = strings.Replace(good.Body, "d1", "d2", 1)
	signature := good.Headers["webhook-signature"]
	for _, row := range []struct {
		name string
		message
		want string
	}{
		{"as it came", good, "delivery.delivered d1"},
		{"with a signature of another version before it", with(good, "webhook-signature", "v2,AAAA "+signature), "delivery.delivered d1"},
		{"another body", other, "webhook: not signed by Cloud Pocket"},
		{"another ID", with(good, "webhook-id", "msg_2"), "webhook: not signed by Cloud Pocket"},
		{"by another secret", of(told(t, bytes.Repeat([]byte("x"), 24), time.Now())), "webhook: not signed by Cloud Pocket"},
		{"a signature of none", with(good, "webhook-signature", "v1,"), "webhook: not signed by Cloud Pocket"},
		{"another version's name", with(good, "webhook-signature", "v2"+strings.TrimPrefix(signature, "v1")), "webhook: not signed by Cloud Pocket"},
		{"as if sent now", with(of(told(t, secret, time.Now().Add(-10*time.Minute))), "webhook-timestamp", fmt.Sprint(time.Now().Unix())), "webhook: not signed by Cloud Pocket"},
		{"ten minutes old", of(told(t, secret, time.Now().Add(-10*time.Minute))), "webhook: stale"},
		{"no time", with(good, "webhook-timestamp", ""), "webhook: stale"},
	} {
		b, err := json.Marshal(row.message)
		check(t, err)
		out := n.run(`node --input-type=module -e 'import { told } from "./webhook.mjs";
const { headers, body } = JSON.parse(process.env.MESSAGE);
try { const said = told(headers, Buffer.from(body), process.env.SECRET); console.log(said.type, said.data.delivery); } catch (err) { console.log(err.message); }'`,
			"MESSAGE="+string(b), "SECRET="+"whsec_"+base64.StdEncoding.EncodeToString(secret))
		if strings.TrimSpace(out) != row.want {
			t.Errorf("%s: it says %q, want %q", row.name, out, row.want)
		}
	}
	n.used()
}

// heard is a request as a webhook's server has it.
type heard struct {
	headers map[string]string
	body    string
}

// told has the service's sender make a request at that time.
func told(t *testing.T, secret []byte, at time.Time) (c heard) {
	t.Helper()
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		_, err := b.ReadFrom(r.Body)
		check(t, err)
		c.headers, c.body = map[string]string{}, b.String()
		for name, values := range r.Header {
			c.headers[strings.ToLower(name)] = values[0]
		}
	}))
	defer receiver.Close()
	_, err := hook.New(outbound.Config{AllowPrivate: true}, func() time.Time { return at }).Send(t.Context(),
		hook.Call{ID: "msg_1", URL: receiver.URL, Secret: secret, Body: []byte(`{"type":"delivery.delivered","data":{"delivery":"d1"}}`)})
	check(t, err)
	return c
}

// scripts serves a page with the snippets of the element's chapter and the policy of the host's in front of the back end, which
// gives the codes.
func (n *newcomer) scripts() {
	n.t.Helper()
	n.keep(n.copied("/developers/element"), "mount.js", "events.js")
	n.keep(n.copied("/developers/host"), "policy.txt")
	text, err := os.ReadFile(filepath.Join(n.dir, "policy.txt"))
	check(n.t, err)
	name, policy, _ := strings.Cut(strings.TrimSpace(string(text)), ": ")
	behind, err := url.Parse(fmt.Sprintf("http://127.0.0.1:%d", n.port))
	check(n.t, err)
	mux := http.NewServeMux()
	mux.Handle("/embed-code", httputil.NewSingleHostReverseProxy(behind))
	for _, file := range []string{"mount.js", "events.js"} {
		mux.HandleFunc("/"+file, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(n.dir, file)) })
	}
	mux.HandleFunc("/keep.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, `window.kept = []; console.log = (...all) => kept.push(all.map((one) => typeof one === "string" ? one : JSON.stringify(one)).join(" "));`)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(name, policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><html lang="ja"><title>HR</title><link rel="icon" href="data:,"><div id="documents"></div><script>window.inline = true</script>
<script src="/keep.js"></script><script type="module" src="/mount.js"></script><script type="module" src="/events.js"></script></html>`)
	})
	n.front = mux
}

// mounted opens that page: the element is there and tells, and what the policy does not let is not.
func (n *newcomer) mounted() {
	n.t.Helper()
	p := interop.Browser(n.t).Page(n.t, interop.Desktop(), "ja")
	p.Open(n.origin)
	if got := p.Frame(n.service.url).Text("tbody .c-title"); !strings.Contains(got, "標準報酬決定通知書") {
		n.t.Errorf("the first row says %q", got)
	}
	for _, want := range []string{`ready {"version":1}`, `unread {"version":1,"unread":1,"pending":0}`, `resize {"version":1,"height":`} {
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(p.Eval(`kept.join("\n")`), want); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				n.t.Fatalf("no %s; told:\n%s", want, p.Eval(`kept.join("\n")`))
			}
		}
	}
	if got := p.Eval(`document.querySelector("#documents > cloud-pocket").theme.accent + " " + window.inline`); got != "#0a6e4f undefined" {
		n.t.Errorf("the theme and what the policy forbids: %q", got)
	}
	for _, err := range p.Errors() {
		if !strings.Contains(err, "inline script") { // our own, to see that there is a policy
			n.t.Errorf("the console says %q", err)
		}
	}
}
