package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/store"
)

// TestConnect has somebody who became an administrator today connect an identity provider that nobody here wrote, by the
// console alone and by nothing but what it says. What they get wrong on the way is told them each time with what to mend.
func TestConnect(t *testing.T) {
	browser := interop.Browser(t)
	for _, row := range []struct {
		name   string
		screen interop.Screen
		lang   string
		tell   func(*connecting)
	}{
		{"SAML, SimpleSAMLphp", interop.Desktop(), "en", (*connecting).simpleSAMLphp},
		{"OIDC, oidc-provider", interop.Phone(), "ja", (*connecting).oidcProvider},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := startWith(t, func(c *app.Config) { c.PrivateIdPs = true })
			c := &connecting{t: t, service: s, browser: browser, screen: row.screen, lang: row.lang, page: browser.Page(t, row.screen, row.lang)}
			c.comesIn()
			row.tell(c)
		})
	}
}

// connecting is one telling.
type connecting struct {
	t       *testing.T
	service *service
	browser *interop.Chromium
	page    *interop.Page
	screen  interop.Screen
	lang    string
	id      store.ID // of the trust that is made
}

// comesIn signs the administrator in by the firm's first trust.
func (c *connecting) comesIn() {
	c.t.Helper()
	first := standIn(store.OIDC)(c.t, c.service)
	c.page.Open(c.service.url + "/sso/parent/start?to=/admin/trusts")
	first.signIn(c.page, "sato")
	c.page.WaitURL(c.service.url + "/admin/trusts")
}

// begins makes the trust: the product is chosen, and its name and identifier are typed.
func (c *connecting) begins(product string, id store.ID) {
	c.t.Helper()
	c.id = id
	c.page.Click(`a[href="/admin/trusts/new"]`)
	c.page.WaitURL(c.service.url + "/admin/trusts/new")
	c.page.Eval(`document.querySelector("input[name=product][value='` + product + `']").checked = true`)
	c.page.Fill("#f-name", "人事クラウド")
	c.page.Fill("#f-id", string(id))
	c.clean("new")
	c.page.Submit("form.publish")
	c.stands("ours")
	c.clean("ours")
}

// at is the address of a page of the trust.
func (c *connecting) at(step string) string {
	return c.service.url + "/admin/trusts/" + string(c.id) + "/" + step
}

// stands waits for a step.
func (c *connecting) stands(step string) {
	c.t.Helper()
	c.page.WaitURL(c.at(step))
}

// copied is a value of ours, as the page has it to be copied.
func (c *connecting) copied(key string) string {
	c.t.Helper()
	return c.page.Text("#v-" + key)
}

// goesOn saves a step and stands on the next.
func (c *connecting) goesOn(to string) {
	c.t.Helper()
	c.page.Submit("form.publish")
	c.stands(to)
}

// sentence is how a message begins in the reader's language, up to what is filled in.
func (c *connecting) sentence(key string) string {
	c.t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "portal", "page", "locale", "*", c.lang+".json"))
	check(c.t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		check(c.t, err)
		var words map[string]any
		check(c.t, json.Unmarshal(text, &words))
		if s, ok := words[key].(string); ok {
			begins, _, _ := strings.Cut(s, "{{")
			return begins
		}
	}
	c.t.Fatalf("%s is in no file of %s", key, c.lang)
	return ""
}

// clean holds a page to accessibility, and leaves a picture of it.
func (c *connecting) clean(name string) {
	c.t.Helper()
	c.page.Shot("connect-" + string(c.id) + "-" + strings.ReplaceAll(name, " ", "-"))
	for _, v := range c.page.Axe() {
		c.t.Errorf("%s: %v", name, v)
	}
}

// isTold saves a step, is refused, and reads what to mend, at the field and in the summary.
func (c *connecting) isTold(field, key string) {
	c.t.Helper()
	c.page.Submit("form.publish")
	want := c.sentence(key)
	if text := c.page.Text("#problems"); !strings.Contains(text, want) {
		c.t.Errorf("told %q, want %q", text, want)
	}
	if text := c.page.Text("#f-" + field + "-wrong"); !strings.Contains(text, want) {
		c.t.Errorf("told %q at the field, want %q", text, want)
	}
	c.clean("told " + key)
}

// adds registers the administrator once more, as the new IdP knows them.
func (c *connecting) adds(subject string) {
	c.t.Helper()
	c.page.Open(c.service.url + "/admin/people/new?staff=1")
	c.page.Fill("#name", "佐藤 美咲")
	c.page.Eval(`document.querySelector("#trust").value = "` + string(c.id) + `"`)
	c.page.Fill("#subject", subject)
	c.page.Eval(`document.querySelectorAll("input[name=menu]").forEach(e => e.checked = true)`)
	c.page.Eval(`document.querySelector("input[name=scope][value=all]").checked = true`)
	c.page.Submit("form.publish")
	c.page.WaitURL(c.service.url + "/admin/people/")
}

// tries begins a test sign-in. It opens a tab of its own, which this one has to be for the time.
func (c *connecting) tries(signIn func()) {
	c.t.Helper()
	c.page.Open(c.at("test"))
	c.page.Eval(`document.querySelector("form[action$='/try']").removeAttribute("target")`)
	c.page.Submit("form[action$='/try'] button")
	if signIn != nil {
		signIn()
	}
	c.page.WaitURL(c.service.url + "/sso/")
	c.page.Wait("a[href*='/sign-ins/']")
	c.page.Click("a[href*='/sign-ins/']")
	c.page.WaitURL(c.at("sign-ins/"))
	c.clean("trace")
}

// learns demands that the trace says what to mend.
func (c *connecting) learns(key string) {
	c.t.Helper()
	if text := c.page.Text(".notice.bad"); !strings.Contains(text, c.sentence(key)) {
		c.t.Errorf("the trace says %q, want %q; it went through\n%s", text, c.sentence(key), c.page.Text("main"))
	}
}

// switchesOn reads that the test passed and has the draft count, and then comes in by it with another browser.
func (c *connecting) switchesOn(signIn func(*interop.Page)) {
	c.t.Helper()
	if text := c.page.Text(".notice.ok"); !strings.Contains(text, "佐藤 美咲") {
		c.t.Fatalf("the trace says %q; it went through\n%s", text, c.page.Text("main"))
	}
	c.page.Click("a[href$='/test']")
	c.stands("test")
	c.clean("test")
	c.page.Submit("form[action$='/on']")
	c.page.WaitURL(c.service.url + "/admin/trusts/" + string(c.id) + "?done=trust_on")
	c.clean("switched on")
	other := c.browser.Page(c.t, c.screen, c.lang)
	other.Open(c.service.url + "/sso/" + string(c.id) + "/start?to=/admin/trusts")
	signIn(other)
	other.WaitURL(c.service.url + "/admin/trusts")
	if text := other.Text("main"); !strings.Contains(text, "人事クラウド") {
		c.t.Errorf("signed in by it, the administrator sees %q", text)
	}
}

// simpleSAMLphp connects SimpleSAMLphp. First its web page is given for its metadata, then metadata with a certificate that
// it does not sign with any more, then an attribute is named that it does not send.
func (c *connecting) simpleSAMLphp() {
	idp := interop.SimpleSAMLphp(c.t, interop.SAMLConfig{People: map[string]interop.Person{"sato": {Password: password, Attributes: map[string][]string{"uid": {"sato"}, "employee": {"e-0417"}}}}})
	c.begins("simplesamlphp saml", "ssp")
	idp.TrustURL(c.copied("metadata")) // as its administrator does, who was told the address
	c.page.Open(c.at("theirs"))
	c.gives([]byte("<!DOCTYPE html><title>Metadata</title><p>Download it here.</p>"))
	c.isTold("metadata_file", "trust.metadata_html")
	c.gives(idp.Metadata())
	idp.Rekey()
	c.goesOn("mapping")
	c.mapsSubject("employeeNumber")
	c.goesOn("rules")
	c.goesOn("test")
	c.adds("e-0417")

	c.tries(func() { idp.SignIn(c.page, "sato", password) })
	c.learns("trace.reason.saml.signature")
	c.page.Open(c.at("theirs"))
	c.gives(idp.Metadata())
	c.goesOn("mapping")

	c.tries(nil)
	c.learns("trace.reason.saml.subject_attribute")
	if text := c.page.Text("main"); !strings.Contains(text, "employee") || !strings.Contains(text, "e-0417") {
		c.t.Errorf("the trace does not say what came: %q", text)
	}
	c.page.Open(c.at("mapping"))
	c.mapsSubject("employee")
	c.goesOn("rules")

	c.tries(nil)
	c.switchesOn(func(p *interop.Page) { idp.SignIn(p, "sato", password) })
}

// gives chooses a metadata file.
func (c *connecting) gives(metadata []byte) {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "metadata.xml")
	check(c.t, os.WriteFile(file, metadata, 0o600))
	c.page.Upload("#f-metadata_file", file)
}

// mapsSubject says which claim people are known by.
func (c *connecting) mapsSubject(claim string) {
	c.t.Helper()
	c.page.Eval(`document.querySelector("#f-subject-kind").value = "claims"`)
	c.page.Eval(`document.querySelector("#f-subject-claims").value = "` + claim + `"`)
}

// oidcProvider connects oidc-provider. First the issuer has a slash too many, then the secret is another client's, then a
// claim is named that it does not send.
func (c *connecting) oidcProvider() {
	const secret = "a secret of some length, for the test alone"
	c.begins("other oidc", "op")
	client := interop.OIDCClient{ID: "pocket", Secret: secret, RedirectURIs: []string{c.copied("redirect")}, PostLogoutRedirectURIs: []string{c.copied("postlogout")},
		BackchannelLogoutURI: c.copied("backchannel"), BackchannelSession: true}
	op := interop.OIDCProvider(c.t, interop.OIDCConfig{Clients: []interop.OIDCClient{client},
		People: map[string]interop.OIDCPerson{"sato": {Password: password, ACR: "urn:example:password", Claims: map[string]any{"employee": "e-0417"}}}})
	c.page.Click("a.button.primary[href*='/theirs']")
	c.stands("theirs")
	c.page.Fill("#f-issuer", op.Issuer()+"/")
	c.page.Fill("#f-client", "pocket")
	c.page.Fill("#f-secret", "another client's secret")
	c.isTold("issuer", "trust.discovery_issuer")
	c.page.Fill("#f-issuer", op.Issuer())
	c.page.Fill("#f-secret", "another client's secret")
	c.goesOn("mapping")
	c.mapsSubject("employeeNumber")
	c.goesOn("rules")
	c.goesOn("test")
	c.adds("e-0417")

	c.tries(func() { op.SignIn(c.page, "sato", password) })
	c.learns("trace.reason.oidc.token_error")
	c.page.Open(c.at("theirs"))
	c.page.Fill("#f-secret", secret)
	c.goesOn("mapping")

	c.tries(nil)
	c.learns("trace.reason.oidc.subject")
	c.page.Open(c.at("mapping"))
	c.mapsSubject("employee")
	c.goesOn("rules")

	c.tries(nil)
	c.switchesOn(func(p *interop.Page) { op.SignIn(p, "sato", password) })
}
