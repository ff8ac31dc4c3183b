package parent_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/crewjam/saml"

	"cloudpocket/examples/parent"
)

// A real browser keeps SameSite=Lax cookies out of cross-site POSTs and blocks what the content security policy does
// not allow. Both services are on sites of their own here, as every name below localhost is.
func TestInChromium(t *testing.T) {
	s := newSAMLService(t, saml.HTTPPostBinding)
	s.URL = strings.Replace(s.URL, "127.0.0.1", "pocket.localhost", 1)
	s.sp.MetadataURL, s.sp.AcsURL, s.sp.SloURL = s.address("/metadata"), s.address("/acs"), s.address("/slo")
	metadata := s.registration()
	metadata.MetadataURL = strings.Replace(metadata.MetadataURL, "pocket.localhost", "127.0.0.1", 1)

	server := httptest.NewUnstartedServer(nil)
	base := "http://" + strings.Replace(server.Listener.Addr().String(), "127.0.0.1", "parent.localhost", 1)
	p, err := parent.New(parent.Config{
		BaseURL: base, Users: people(), Keys: sharedKeys(t), QuickSignIn: true, SAML: []parent.ServiceProvider{metadata},
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = p
	server.Start()
	t.Cleanup(server.Close)
	s.trust(fixture{p, &clock{}, base})

	ctx := chromium(t)
	sees(ctx, t, chromedp.Navigate(base+"/signin?lang=ja"), "見本の利用者")
	sees(ctx, t, chromedp.Navigate(s.URL+"/start?post=1&to=/documents/42"), "見本の利用者")
	sees(ctx, t, chromedp.Click(`button[value="`+strong+`"]`), "at the service")
	if s.relay != "/documents/42" || s.class() != parent.ContextMFA {
		t.Errorf("RelayState %q, context %q", s.relay, s.class())
	}
	sees(ctx, t, chromedp.Navigate(s.URL+"/start?post=1&to=/again"), "at the service")
	if s.relay != "/again" {
		t.Errorf("RelayState %q", s.relay)
	}
	s.sp.AllowIDPInitiated = true
	sees(ctx, t, chromedp.Navigate(base+"/"), "新着の公文書")
	sees(ctx, t, chromedp.Submit(`.documents form[action="/launch"]`), "at the service")
	if s.relay != "/documents/42" {
		t.Errorf("RelayState %q", s.relay)
	}
	sees(ctx, t, chromedp.Navigate(s.URL+"/signout?post=1"), "signed out at the service")
	sees(ctx, t, chromedp.Navigate(base+"/"), "見本の利用者")
}

func chromium(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if _, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// sees does something and waits until the page says text.
func sees(ctx context.Context, t *testing.T, do chromedp.Action[chromedp.Void], text string) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.Run(limit, do); err != nil {
		t.Fatal(err)
	}
	var body string
	for limit.Err() == nil && !strings.Contains(body, text) {
		time.Sleep(20 * time.Millisecond)
		if now, err := chromedp.Run(limit, chromedp.Evaluate[string]("document.body.innerText")); err == nil {
			body = now // otherwise the page is just being replaced
		}
	}
	if !strings.Contains(body, text) {
		at, err := chromedp.Run(ctx, chromedp.Location())
		t.Fatalf("waited for %q, at %s (%v):\n%s", text, at, err, body)
	}
}
