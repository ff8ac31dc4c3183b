package hook_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/portal/hook"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

var at = time.Unix(1614265330, 0)

func clock() time.Time { return at }

// TestSign holds the signature against one that the standard's own libraries are tested by.
func TestSign(t *testing.T) {
	secret, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := hook.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signed %s, want %s", got, want)
	}
}

func TestSend(t *testing.T) {
	var got *http.Request
	var body []byte
	receiver := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body) // what is missing shows below
		w.WriteHeader(http.StatusAccepted)
	}))
	defer receiver.Close()
	secret := []byte("secret")
	s := hook.New(outbound.Config{AllowPrivate: true, Roots: trusting(receiver)}, clock)
	status, err := s.Send(t.Context(), hook.Call{ID: "m1", URL: receiver.URL + "/in?key=1", Secret: secret, Body: []byte(`{"a":1}`)})
	if err != nil || status != http.StatusAccepted {
		t.Fatalf("answers %d, %v", status, err)
	}
	if got.Method != "POST" || got.URL.String() != "/in?key=1" || string(body) != `{"a":1}` || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("it got %s %s, %s", got.Method, got.URL, body)
	}
	if got.Header.Get("webhook-id") != "m1" || got.Header.Get("webhook-timestamp") != "1614265330" || got.Header.Get("webhook-signature") != hook.Sign(secret, "m1", at, body) {
		t.Errorf("it got %v", got.Header)
	}
}

func trusting(s *httptest.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return pool
}

// TestSendFails tries receivers that do not take it: the reason is one of the few, and the address in no error.
func TestSendFails(t *testing.T) {
	var inner atomic.Int32
	private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inner.Add(1) }))
	defer private.Close()
	let := make(chan struct{})
	answers := map[string]http.HandlerFunc{
		"says no": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"gone":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) },
		"redirects": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, private.URL+"/secret", http.StatusTemporaryRedirect)
		},
		"hangs":    func(_ http.ResponseWriter, r *http.Request) { <-let },
		"hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	open := outbound.Config{AllowPrivate: true, Timeout: 300 * time.Millisecond}
	for _, row := range []struct {
		name   string
		config outbound.Config
		url    string // empty: of a receiver that answers so
		status int
		why    store.HookFailure
	}{
		{name: "says no", config: open, status: 500, why: store.HookBadStatus},
		{name: "gone", config: open, status: 410, why: store.HookBadStatus},
		{name: "redirects", config: open, status: 307, why: store.HookRedirects},
		{name: "hangs", config: open, why: store.HookTimeout},
		{name: "hangs up", config: open, why: store.HookUnreachable},
		{name: "a private address", url: strings.Replace(private.URL, "http:", "https:", 1) + "/secret", why: store.HookPrivate},
		{name: "plain http", url: private.URL + "/secret", why: store.HookPrivate},
		{name: "the cloud's metadata", config: open, url: "http://169.254.169.254/secret", why: store.HookPrivate},
		{name: "no address", config: open, url: "http://%zz/secret", why: store.HookUnreachable},
		{name: "nobody there", config: open, url: "http://127.0.0.1:1/secret", why: store.HookUnreachable},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.url == "" {
				receiver := httptest.NewServer(answers[row.name])
				defer receiver.Close()
				if row.name == "hangs" {
					defer close(let)
				}
				row.url = receiver.URL + "/secret"
			}
			status, err := hook.New(row.config, clock).Send(t.Context(), hook.Call{ID: "m", URL: row.url, Secret: []byte("s"), Body: []byte("{}")})
			var failure *hook.Failure
			if !errors.As(err, &failure) || failure.Why != row.why || status != row.status {
				t.Errorf("answers %d, %v", status, err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the address: %v", err)
			}
		})
	}
	if n := inner.Load(); n != 0 {
		t.Errorf("the private server was asked %d times", n)
	}
}

// TestSendToStrangersCertificate demands that nobody is told whose certificate is not believed.
func TestSendToStrangersCertificate(t *testing.T) {
	receiver := httptest.NewUnstartedServer(http.NotFoundHandler())
	receiver.Config.ErrorLog = log.New(io.Discard, "", 0)
	receiver.StartTLS()
	defer receiver.Close()
	_, err := hook.New(outbound.Config{AllowPrivate: true, Roots: x509.NewCertPool()}, clock).Send(context.Background(), hook.Call{URL: receiver.URL})
	var failure *hook.Failure
	if !errors.As(err, &failure) || failure.Why != store.HookCertificate {
		t.Errorf("answers %v", err)
	}
}
