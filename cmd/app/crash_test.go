package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestKilledWhilePublishing kills the service, without any warning, while a hundred documents are being published at
// once. Whatever was acknowledged is there afterwards, whole; of what was not, nothing shows or all of it does.
func TestKilledWhilePublishing(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "cloudpocket")
	if out, err := exec.Command("go", "build", "-o", binary, "cloudpocket/cmd/cloudpocket").CombinedOutput(); err != nil {
		t.Fatalf("build the service: %v\n%s", err, out)
	}
	for _, row := range []struct {
		name    string
		servers bool
		after   int // how many acknowledgements to wait for
	}{{"SQLite, early", false, 5}, {"SQLite, late", false, 60}, {"PostgreSQL and Redis", true, 40}} {
		t.Run(row.name, func(t *testing.T) {
			c := app.StoreConfig{Data: t.TempDir()}
			if row.servers {
				c.Database, c.Redis = interop.Postgres(t), interop.Redis(t)
			}
			token := prepare(t, c)
			p := launch(t, binary, c)
			acknowledged := p.publishAndKill(t, token, 100, row.after)
			if len(acknowledged) < row.after {
				t.Fatalf("%d were acknowledged before the end, want %d at least", len(acknowledged), row.after)
			}
			inspect(t, c, acknowledged)
			again := launch(t, binary, c)
			again.downloadOne(t, token)
		})
	}
}

// prepare makes a firm, a client and the firm's session, whose token it returns.
func prepare(t *testing.T, c app.StoreConfig) string {
	t.Helper()
	ctx := t.Context()
	check(t, app.Migrate(ctx, c))
	stores, err := app.OpenStores(ctx, c, time.Now)
	check(t, err)
	defer stores.Close()
	s := &service{App: &app.App{Stores: stores}, setup: portal.Setup{Portal: &portal.Portal{Records: stores.Records, Sessions: stores.Sessions, Blobs: stores.Blobs, Now: time.Now}}}
	s.people(t)
	s.trust(t, store.Trust{ID: "idp", Protocol: store.SAML, SAML: &store.SAMLTrust{EntityID: "https://idp.example"}}, func(login string) string { return login })
	return signedIn(t, stores, "sato")
}

// signedIn begins a session of an account and returns its token.
func signedIn(t testing.TB, stores *app.Stores, account store.ID) string {
	t.Helper()
	token := strings.Repeat("0", 10) + string(store.NewID(time.Now())) + "0000000"
	now := time.Now()
	err := stores.Sessions.Begin(context.Background(), store.Session{Key: store.KeyOf(token), ID: store.NewID(now), TenantID: "aoba", AccountID: account, TrustID: "idp",
		Subject: string(account), Began: now, Seen: now, Ends: now.Add(time.Hour), Idle: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// running is the service as a process of its own.
type running struct {
	*exec.Cmd
	url string
	log *bytes.Buffer
}

func launch(t *testing.T, binary string, c app.StoreConfig, flags ...string) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	address := l.Addr().String()
	check(t, l.Close())
	_, port, err := net.SplitHostPort(address)
	check(t, err)
	r := &running{url: "http://pocket.localhost:" + port, log: &bytes.Buffer{}}
	r.Cmd = exec.Command(binary, "serve", "--data", c.Data, "--database", c.Database, "--redis", c.Redis, "--listen", address, "--base-url", r.url, "--scan", "off")
	r.Cmd.Args = append(r.Cmd.Args, flags...)
	r.Stderr = r.log
	check(t, r.Start())
	t.Cleanup(func() {
		r.Process.Kill()
		r.Wait()
		if t.Failed() {
			t.Logf("the service said:\n%s", r.log)
		}
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		res, err := interop.Client().Get(r.url + "/readyz")
		if err == nil {
			res.Body.Close()
		}
		if err == nil && res.StatusCode == http.StatusOK {
			return r
		}
		if time.Now().After(deadline) {
			t.Fatalf("the service does not become ready: %v", err)
		}
	}
}

// publishAndKill publishes n documents at once, kills the process when some were acknowledged, and returns the contents
// of all that were, by document.
func (r *running) publishAndKill(t *testing.T, token string, n, after int) map[store.ID]string {
	t.Helper()
	var mu sync.Mutex
	acknowledged := map[store.ID]string{}
	enough := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			content := strings.Repeat(fmt.Sprintf("公文書 %d\n", i), 5000)
			id, err := r.publish(token, content)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if acknowledged[id] = content; len(acknowledged) == after {
				close(enough)
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(30 * time.Second):
		t.Error("too few were acknowledged in time")
	}
	check(t, r.Process.Kill())
	all.Wait()
	return acknowledged
}

// publish sends the form as the page's script does, and returns the document once the service has acknowledged it.
func (r *running) publish(token, content string) (store.ID, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"title": "通知書", "kind": "other", "acknowledge": "1", "office": "sakura-honsha", "deliver": "1"} {
		form.WriteField(name, value)
	}
	file, err := form.CreateFormFile("file", "通知書.txt")
	if err != nil {
		return "", err
	}
	io.WriteString(file, content)
	form.Close()
	req, err := http.NewRequest(http.MethodPost, r.url+"/desk/documents", &body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Accept", "application/json")
	req.AddCookie(&http.Cookie{Name: "__Host-session", Value: token})
	res, err := interop.Client().Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var made struct{ Location string }
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil || res.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("status %d: %v", res.StatusCode, err)
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(made.Location, "/desk/documents/"), "?")
	return store.ID(id), nil
}

// inspect opens the stores that the killed process left.
func inspect(t *testing.T, c app.StoreConfig, acknowledged map[store.ID]string) {
	t.Helper()
	stores, err := app.OpenStores(t.Context(), c, time.Now)
	check(t, err)
	defer stores.Close()
	p := &portal.Portal{Records: stores.Records, Sessions: stores.Sessions, Blobs: stores.Blobs, Now: time.Now}
	actor := portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "idp"}
	found := map[store.ID]bool{}
	for page := (store.Page{}); ; {
		list, err := p.Desk(t.Context(), actor, store.DocumentFilter{}, page)
		check(t, err)
		for _, d := range list.Items {
			found[d.ID] = true
			whole(t, p, actor, d.ID, acknowledged[d.ID])
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	for id := range acknowledged {
		if !found[id] {
			t.Errorf("document %s was acknowledged and is gone", id)
		}
	}
	t.Logf("%d acknowledged, %d there", len(acknowledged), len(found))
	_, err = portal.Setup{Portal: p}.VerifyAudit(t.Context(), "aoba")
	check(t, err)
}

// whole demands that a document has all of its parts: file, delivery, receipt.
func whole(t *testing.T, p *portal.Portal, actor portal.Actor, id store.ID, want string) {
	t.Helper()
	d, err := p.DeskDocument(t.Context(), actor, id)
	check(t, err)
	if len(d.Document.Files) != 1 || len(d.Deliveries) != 1 || d.Deliveries[0].State != store.DeliveryDelivered {
		t.Fatalf("document %s is in part: %+v", id, d)
	}
	blob, err := p.Blobs.Open(t.Context(), "aoba", d.Document.Files[0].Digest)
	check(t, err)
	defer blob.Close()
	got, err := io.ReadAll(blob)
	check(t, err)
	if want != "" && string(got) != want {
		t.Errorf("document %s has other content than was acknowledged", id)
	}
	receipts, err := p.Receipts(t.Context(), actor, id, store.Page{})
	check(t, err)
	if len(receipts.Items) != 1 {
		t.Errorf("document %s has %d receipts, want one", id, len(receipts.Items))
	}
}

// downloadOne demands that the service works again after it was killed, with the session that it had.
func (r *running) downloadOne(t *testing.T, token string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, r.url+"/desk", nil)
	check(t, err)
	req.AddCookie(&http.Cookie{Name: "__Host-session", Value: token})
	res, err := noRedirects().Do(req)
	check(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(t, err)
	if res.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("通知書")) {
		t.Errorf("the list after the restart: %d", res.StatusCode)
	}
}

// TestRedisAway stops Redis under a running service. Nobody is let in and nothing is shown meanwhile, and it heals
// without a restart.
func TestRedisAway(t *testing.T) {
	redis := interop.RedisServer(t)
	c := app.Config{
		StoreConfig: app.StoreConfig{Data: t.TempDir(), Redis: redis.URL()}, BaseURL: "http://pocket.localhost", Listen: "127.0.0.1:0", Migrate: true, Scan: app.ScanOff,
		SessionIdle: time.Hour, SessionAbsolute: time.Hour, MetadataRefresh: time.Hour,
	}
	prepare(t, app.StoreConfig{Data: c.Data, Redis: c.Redis})
	a, err := app.New(t.Context(), c, time.Now, slogTo(t))
	check(t, err)
	t.Cleanup(func() { check(t, a.Close()) })
	url := interop.Serve(t, "pocket.localhost", a.Handler())

	token := signedIn(t, a.Stores, "suzuki")
	if got := status(t, url+"/deliveries", token); got != http.StatusOK {
		t.Fatalf("with Redis: %d", got)
	}
	redis.Stop()
	for _, path := range []string{"/deliveries", "/desk", "/me/sessions", "/readyz"} {
		if got := status(t, url+path, token); got != http.StatusServiceUnavailable {
			t.Errorf("without Redis %s answers %d", path, got)
		}
	}
	redis.Start()
	var got int
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if got = status(t, url+"/readyz", ""); got == http.StatusOK {
			break
		}
	}
	if got != http.StatusOK {
		t.Fatalf("Redis is back and the service answers %d", got)
	}
	if got := status(t, url+"/deliveries", signedIn(t, a.Stores, "suzuki")); got != http.StatusOK {
		t.Errorf("a sign-in after Redis came back: %d", got)
	}
}

func status(t *testing.T, url, token string) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	check(t, err)
	if token != "" {
		req.AddCookie(&http.Cookie{Name: "__Host-session", Value: token})
	}
	res, err := noRedirects().Do(req)
	check(t, err)
	res.Body.Close()
	return res.StatusCode
}
