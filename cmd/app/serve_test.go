package app

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/sso/session"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore/sqltest"
)

const testBase = "http://pocket.localhost:8400"

func testConfig(t *testing.T) Config {
	t.Helper()
	data := t.TempDir()
	sqltest.New(t, filepath.Join(data, "records.db"))
	return Config{
		StoreConfig: StoreConfig{Data: data}, BaseURL: testBase, Listen: "127.0.0.1:0", Migrate: true, Scan: ScanOff,
		SessionIdle: 30 * time.Minute, SessionAbsolute: 10 * time.Hour, MetadataRefresh: time.Hour, Drain: 20 * time.Second,
		PreviewCode: os.Getenv("CLOUDPOCKET_TEST_PREVIEW_CODE"), // shared where .ci/test runs the tests; anybody else compiles it in the data folder
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// words is a log that can be read while it is written to.
type words struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *words) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *words) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// live is a service that listens.
type live struct {
	*App
	addr  string
	log   *words
	stop  func()
	ended chan error
}

// listening starts a service, which stops with the test if not before.
func listening(t *testing.T, c Config, now func() time.Time) *live {
	t.Helper()
	l := &live{log: &words{}, ended: make(chan error, 1)}
	var err error
	l.App, err = New(t.Context(), c, now, slog.New(slog.NewTextHandler(l.log, nil)))
	noError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	started := make(chan string, 1)
	served := make(chan struct{})
	go func() {
		defer close(served)
		l.ended <- l.Serve(ctx, func(a net.Addr) { started <- a.String() })
	}()
	l.stop = stop
	t.Cleanup(func() {
		stop()
		<-served
		noError(t, l.Close())
	})
	select {
	case l.addr = <-started:
	case err := <-l.ended:
		t.Fatal("it does not start:", err)
	}
	return l
}

// running reports whether Serve has not returned.
func (l *live) running(t *testing.T) {
	t.Helper()
	select {
	case err := <-l.ended:
		t.Fatal("it stopped while a request was running:", err)
	case <-time.After(200 * time.Millisecond):
	}
}

// staff makes a firm whose account "sato" may do everything, and returns sato's cookie.
func (l *live) staff(t *testing.T) string {
	t.Helper()
	s, ctx := portal.Setup{Portal: l.Portal, By: "test"}, t.Context()
	noError(t, s.AddTenant(ctx, store.Tenant{ID: "aoba", Name: "Aoba"}))
	noError(t, s.AddCompany(ctx, "aoba", store.Company{ID: "sakura", Name: "Sakura"}))
	noError(t, s.AddOffice(ctx, "aoba", store.Office{ID: "honsha", CompanyID: "sakura", Name: "Head office"}))
	noError(t, s.AddTrust(ctx, "aoba", store.Trust{ID: "op", Name: "op", Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &store.OIDCTrust{Issuer: "https://op.example", ClientID: "x"}}))
	noError(t, s.AddAccount(ctx, "aoba", store.Account{ID: "sato", Name: "Sato", TrustID: "op", Subject: "s", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}))
	return l.cookie(t)
}

func (l *live) cookie(t *testing.T) string {
	return l.cookieOf(t, session.Start{TenantID: "aoba", AccountID: "sato", TrustID: "op", Subject: "s"})
}

// cookieOf returns the cookie of a new session.
func (l *live) cookieOf(t *testing.T, s session.Start) string {
	t.Helper()
	keeper, err := session.New(session.Config{Store: l.Stores.Sessions, BaseURL: testBase})
	noError(t, err)
	rec := httptest.NewRecorder()
	_, err = keeper.Begin(t.Context(), rec, httptest.NewRequest("GET", "/", nil), s)
	noError(t, err)
	c := rec.Result().Cookies()[0]
	return c.Name + "=" + c.Value
}

// handOut publishes one file and returns its address.
func (l *live) handOut(t *testing.T, content []byte) string {
	t.Helper()
	actor := portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "op"}
	staged, err := l.Portal.Stage(t.Context(), actor, "paper.pdf", bytes.NewReader(content))
	noError(t, err)
	id, err := l.Portal.Publish(t.Context(), actor, portal.Draft{Title: "Paper", Kind: "other", Files: []portal.StagedFile{staged}, Offices: []store.ID{"honsha"}, Deliver: true})
	noError(t, err)
	d, err := l.Portal.DeskDocument(t.Context(), actor, id)
	noError(t, err)
	return fmt.Sprintf("/desk/documents/%s/files/%s", id, d.Document.Files[0].ID)
}

// paper is a file of n bytes that is taken for a PDF.
func paper(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	copy(b, "%PDF-1.4\n")
	copy(b[n-6:], "%%EOF\n")
	return b
}

func TestStopFinishesDownload(t *testing.T) {
	l := listening(t, testConfig(t), time.Now)
	cookie := l.staff(t)
	content := paper(9 << 20)
	conn, err := net.Dial("tcp", l.addr)
	noError(t, err)
	defer conn.Close()
	noError(t, conn.(*net.TCPConn).SetReadBuffer(256<<10)) // so that most of it stays at the server
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: pocket.localhost\r\nCookie: %s\r\n\r\n", l.handOut(t, content), cookie)
	noError(t, err)
	slow := bufio.NewReaderSize(conn, 1<<10)
	_, err = slow.Peek(100)
	noError(t, err)
	l.stop()
	l.running(t)
	if _, err := net.Dial("tcp", l.addr); err == nil {
		t.Error("a new connection is taken while the service stops")
	}
	res, err := http.ReadResponse(slow, nil)
	noError(t, err)
	got, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !bytes.Equal(got, content) {
		t.Errorf("the download ends with %d after %d of %d bytes: %v", res.StatusCode, len(got), len(content), err)
	}
	if err := <-l.ended; err != nil {
		t.Error("it stops with", err)
	}
}

func TestStopFinishesUpload(t *testing.T) {
	l := listening(t, testConfig(t), time.Now)
	cookie := l.staff(t)
	content := paper(1 << 20)
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for name, value := range map[string]string{"title": "Paper", "kind": "other", "office": "honsha", "deliver": "1"} {
		noError(t, m.WriteField(name, value))
	}
	file, err := m.CreateFormFile("file", "paper.pdf")
	noError(t, err)
	_, err = file.Write(content)
	noError(t, err)
	noError(t, m.Close())
	conn, err := net.Dial("tcp", l.addr)
	noError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /desk/documents HTTP/1.1\r\nHost: pocket.localhost\r\nCookie: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", cookie, m.FormDataContentType(), form.Len())
	noError(t, err)
	_, err = io.CopyN(conn, &form, 300<<10)
	noError(t, err)
	time.Sleep(200 * time.Millisecond) // it is being read
	l.stop()
	l.running(t)
	_, err = io.Copy(conn, &form)
	noError(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	noError(t, err)
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasSuffix(to, "?done=published") {
		t.Errorf("the upload ends with %d to %q", res.StatusCode, to)
	}
	if err := <-l.ended; err != nil {
		t.Error("it stops with", err)
	}
}

func TestStopCutsOffAfterDrain(t *testing.T) {
	c := testConfig(t)
	c.Drain = 100 * time.Millisecond
	l := listening(t, c, time.Now)
	cookie := l.staff(t)
	conn, err := net.Dial("tcp", l.addr)
	noError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /desk/documents HTTP/1.1\r\nHost: pocket.localhost\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b\r\n", cookie)
	noError(t, err)
	time.Sleep(200 * time.Millisecond) // it is being read
	l.stop()
	if err := <-l.ended; err == nil || !strings.Contains(err.Error(), "requests were cut off after 100ms") {
		t.Errorf("it stops with %v", err)
	}
}

func TestStopDelayKeepsAnswering(t *testing.T) {
	c := testConfig(t)
	c.StopDelay = 2 * time.Second
	l := listening(t, c, time.Now)
	l.stop()
	begun := time.Now()
	for deadline := begun.Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		status, parts := l.ready(t)
		if status == http.StatusServiceUnavailable && parts["status"] == "stopping" && parts["records"] == "ok" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("readyz says %d %v", status, parts)
		}
	}
	if status := l.get(t, "/healthz"); status != http.StatusOK {
		t.Errorf("healthz answers %d while stopping", status)
	}
	if err := <-l.ended; err != nil || time.Since(begun) < time.Second {
		t.Errorf("it stops with %v after %s", err, time.Since(begun))
	}
}

func TestListenFails(t *testing.T) {
	l := listening(t, testConfig(t), time.Now)
	c := testConfig(t)
	c.Listen = l.addr
	other, err := New(t.Context(), c, time.Now, slog.New(slog.DiscardHandler))
	noError(t, err)
	if err := errors.Join(other.Serve(t.Context(), nil), other.Close()); err == nil || !strings.Contains(err.Error(), "listen on "+l.addr) {
		t.Errorf("serving on an address that is taken: %v", err)
	}
}

func (l *live) get(t *testing.T, path string) int {
	t.Helper()
	res, err := interop.Client().Get("http://" + l.addr + path)
	noError(t, err)
	res.Body.Close()
	return res.StatusCode
}

// ready returns what /readyz answers.
func (l *live) ready(t *testing.T) (int, map[string]string) {
	t.Helper()
	res, err := interop.Client().Get("http://" + l.addr + "/readyz")
	noError(t, err)
	defer res.Body.Close()
	var parts map[string]string
	noError(t, json.NewDecoder(res.Body).Decode(&parts))
	return res.StatusCode, parts
}

// TestInstancesShareStores has four instances start at once on stores that are new, and each do what the others see.
func TestInstancesShareStores(t *testing.T) {
	servers := func(t *testing.T, c *Config) { c.Redis, c.Database = interop.Redis(t), interop.Postgres(t) }
	for name, change := range map[string]func(*testing.T, *Config){"SQLite": func(*testing.T, *Config) {}, "PostgreSQL and Redis": servers} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t)
			change(t, &c)
			instances := make([]*App, 4)
			var all sync.WaitGroup
			for i := range instances {
				all.Go(func() {
					a, err := New(context.Background(), c, time.Now, slog.New(slog.DiscardHandler))
					if err != nil {
						t.Error("start:", err)
						return
					}
					instances[i] = a
				})
			}
			all.Wait()
			if t.Failed() {
				return
			}
			defer func() {
				for _, a := range instances {
					if err := a.Close(); err != nil {
						t.Error("close:", err)
					}
				}
			}()
			shareStores(t, instances)
		})
	}
}

func shareStores(t *testing.T, instances []*App) {
	t.Helper()
	first := &live{App: instances[0]}
	cookie := first.staff(t)
	const each = 10
	var all sync.WaitGroup
	for i, a := range instances {
		all.Go(func() {
			s := portal.Setup{Portal: a.Portal, By: "test"}
			for n := range each {
				if err := s.AddCompany(context.Background(), "aoba", store.Company{ID: store.ID(fmt.Sprintf("c-%d-%d", i, n)), Name: "C"}); err != nil {
					t.Errorf("instance %d: %v", i, err)
				}
			}
		})
	}
	all.Wait()
	for i, a := range instances {
		companies, err := a.Stores.CompaniesOf(t.Context(), "aoba")
		if err != nil || len(companies) != 1+each*len(instances) {
			t.Errorf("instance %d knows %d companies: %v", i, len(companies), err)
		}
		if _, err := (portal.Setup{Portal: a.Portal}).VerifyAudit(t.Context(), "aoba"); err != nil {
			t.Errorf("instance %d: %v", i, err)
		}
		if status := inbox(a, cookie); status != http.StatusOK {
			t.Errorf("instance %d answers the first one's session with %d", i, status)
		}
	}
	last := portal.Setup{Portal: instances[len(instances)-1].Portal}
	if n, err := last.SwitchAccount(t.Context(), "aoba", "sato", store.AccountDisabled); err != nil || n != 1 {
		t.Errorf("switching off ends %d sessions: %v", n, err)
	}
	for i, a := range instances {
		if status := inbox(a, cookie); status == http.StatusOK {
			t.Errorf("instance %d still answers a session that another ended", i)
		}
	}
}

func inbox(a *App, cookie string) int {
	r := httptest.NewRequest("GET", "/me/sessions", nil)
	r.Header.Set("Cookie", cookie)
	rec := httptest.NewRecorder()
	a.Handler().ServeHTTP(rec, r)
	return rec.Code
}
