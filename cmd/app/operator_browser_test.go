package app

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"cloudpocket/cmd/app/interop"
)

// TestOperatorInChromium is an operator's first day: the one-time link, an authenticator, recovery codes, a passkey, and
// signing in with each of them.
func TestOperatorInChromium(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	secret, _, err := l.host.Init(t.Context(), "keeper")
	noError(t, err)
	p := interop.Browser(t).Page(t, interop.Desktop(), "en")

	p.Open(l.url() + "/set-up/" + secret)
	p.Fill("#next", "password2026")
	p.Fill("#again", "password2026")
	p.Submit("#next")
	if said := p.Text("[role=alert]"); !strings.Contains(said, "common password") {
		t.Errorf("a common password is refused with %q", said)
	}
	p.Fill("#next", operatorWord)
	p.Fill("#again", operatorWord)
	p.Submit("#next")
	p.WaitURL(l.url() + "/sign-in?done=")

	signIn(p)
	p.WaitURL(l.url() + "/enrol")
	key := strings.ReplaceAll(p.Text("code.secret"), " ", "")
	code := func(ahead time.Duration) string {
		code, err := totp.GenerateCode(key, time.Now().Add(ahead))
		noError(t, err)
		return code
	}
	p.Shot("operator.enrol")
	first := code(0)
	p.Fill("#code", first)
	p.Submit("#code")
	recovery := p.Text("ol.codes li code")
	if len(recovery) != 19 {
		t.Fatalf("a recovery code is %q", recovery)
	}
	p.Open(l.url() + "/")
	p.Wait("#parts")
	p.Shot("operator.home")

	again(t, p, l)
	p.Fill("#code", first)
	p.Submit("#code")
	if said := p.Text("[role=alert]"); !strings.Contains(said, "not valid") {
		t.Errorf("a code for the second time is refused with %q", said)
	}
	p.Fill("#code", code(30*time.Second))
	p.Submit("#code")
	p.WaitURL(l.url() + "/")

	device := authenticator(p)
	p.Open(l.url() + "/security")
	p.Fill("#key-name", "Laptop")
	p.Click("[data-passkey] button")
	p.WaitURL(l.url() + "/security?done=operator_passkey")
	if said := p.Text("#main"); !strings.Contains(said, "Laptop") {
		t.Errorf("the passkey is not there: %s", said)
	}
	p.Shot("operator.security")

	again(t, p, l)
	verified(p, device, false)
	p.Click("[data-passkey] button")
	p.Wait("[data-trouble]")
	verified(p, device, true)
	p.Click("[data-passkey] button")
	p.WaitURL(l.url() + "/")
	p.Wait("#parts")

	again(t, p, l)
	p.Fill("#code", strings.ToLower(recovery))
	p.Submit("#code")
	p.WaitURL(l.url() + "/")

	p.Open(l.url() + "/security")
	if said := p.Text("#recovery ~ p"); !strings.Contains(said, "9 unused") {
		t.Errorf("after one recovery code: %q", said)
	}
	_, err = l.host.Close(t.Context())
	noError(t, err)
	l.becomes(t, false)
	if _, err := l.ask(""); err == nil {
		t.Error("the console answers after it was closed")
	}
}

// TestPasskeyAsTheOnlySecondFactor sets one up in place of an authenticator.
func TestPasskeyAsTheOnlySecondFactor(t *testing.T) {
	l := newConsoled(t, testConfig(t))
	l.open(t, time.Hour, "127.0.0.0/8")
	l.becomes(t, true)
	secret, _, err := l.host.Init(t.Context(), "keeper")
	noError(t, err)
	if said := l.browser(t).post(t, "/set-up/"+secret, map[string][]string{"next": {operatorWord}, "again": {operatorWord}}); !strings.Contains(said, http.StatusText(http.StatusOK)) {
		t.Fatal(said)
	}
	p := interop.Browser(t).Page(t, interop.Phone(), "en")
	p.Open(l.url() + "/sign-in")
	device := authenticator(p)
	signIn(p)
	p.WaitURL(l.url() + "/enrol")
	p.Click("[data-passkey] button")
	p.Wait("ol.codes li code")
	p.Shot("operator.passkey.codes")
	recovery := p.Text("ol.codes li code")
	if len(recovery) != 19 {
		t.Errorf("a recovery code is %q", recovery)
	}
	p.Click("#main .ways a")
	p.WaitURL(l.url() + "/security?done=operator_passkey")
	if said := p.Text("#recovery ~ p"); !strings.Contains(said, "10 unused") {
		t.Errorf("with the passkey alone: %q", said)
	}
	p.Click(`button[name="passkey"]`)
	p.Wait("[data-trouble]")
	if said := p.Text("[data-trouble]"); !strings.Contains(said, "last second factor") {
		t.Errorf("the last second factor is kept with %q", said)
	}
	again(t, p, l)
	verified(p, device, true)
	p.Eval(`(() => { const real = fetch; window.fetch = (to, how) => { if (how?.body) sessionStorage.setItem("answer", how.body); return real(to, how); }; })()`)
	p.Click("[data-passkey] button")
	p.WaitURL(l.url() + "/")
	p.Wait("#parts")

	again(t, p, l)
	const finish = `fetch("/second/passkey/finish", {method: "POST", headers: {Accept: "application/json", "Content-Type": "application/json"}, body: sessionStorage.getItem("answer")}).then(r => r.status)`
	if status := p.Eval(finish); status != "422" {
		t.Errorf("an answer that nobody asked for: %s", status)
	}
	if status := p.Eval(`fetch("/second/passkey/begin", {method: "POST"}).then(r => r.ok && ` + finish + `)`); status != "422" {
		t.Errorf("the answer to another question: %s", status)
	}
	p.Open(l.url() + "/")
	p.WaitURL(l.url() + "/second")
}

func signIn(p *interop.Page) {
	p.Fill("#name", "keeper")
	p.Fill("#password", operatorWord)
	p.Submit("#name")
}

// again signs out and gives the password once more.
func again(t *testing.T, p *interop.Page, l *consoled) {
	t.Helper()
	p.Submit(".leave button")
	p.WaitURL(l.url() + "/sign-in")
	signIn(p)
	p.WaitURL(l.url() + "/second")
}

// authenticator gives the tab one that is built in, whose user is verified.
func authenticator(p *interop.Page) (id webauthn.AuthenticatorID) {
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		made, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasUserVerification: true, IsUserVerified: true, HasResidentKey: true, AutomaticPresenceSimulation: true,
		}})
		id = made.AuthenticatorID
		return err
	}))
	return id
}

// verified says whether the authenticator finds that it is its user.
func verified(p *interop.Page, id webauthn.AuthenticatorID, is bool) {
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: id, IsUserVerified: is})
		return err
	}))
}
