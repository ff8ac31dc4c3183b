package parent_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crewjam/saml"

	"cloudpocket/examples/parent"
)

// circle is a parent with two SAML services and an OIDC one, and a browser signed in to all of them.
type circle struct {
	fixture
	one, two *samlService
	rp       *relyingParty
	browser  *browser
}

func newCircle(t *testing.T, first, second string) circle {
	t.Helper()
	c := circle{one: newSAMLService(t, first), two: newSAMLService(t, second), rp: newRelyingParty(t, "basic")}
	c.fixture = start(t, func(cfg *parent.Config) {
		cfg.SAML = []parent.ServiceProvider{c.one.registration(), c.two.registration()}
		cfg.OIDC = []parent.Client{c.rp.registration()}
	})
	c.one.trust(c.fixture)
	c.two.trust(c.fixture)
	c.rp.trust(c.fixture)
	c.browser = newBrowser(t).signedIn(c.fixture, strong, true)
	for _, at := range []string{c.one.URL, c.two.URL, c.rp.URL} {
		c.browser.get(at + "/start?to=/")
	}
	c.one.assertion()
	c.two.assertion()
	c.rp.signedIn()
	return c
}

// isOver checks that the browser has no session at the parent any more.
func (c circle) isOver(t *testing.T) {
	t.Helper()
	if at := c.browser.get(c.url + "/"); at.url.Path != "/signin" {
		t.Errorf("the session at the parent goes on, at %s", at.url)
	}
}

func TestSignOutAtTheParent(t *testing.T) {
	for _, row := range []struct{ name, first, second string }{
		{"POST binding", saml.HTTPPostBinding, saml.HTTPPostBinding},
		{"redirect binding", saml.HTTPRedirectBinding, saml.HTTPRedirectBinding},
		{"mixed", saml.HTTPRedirectBinding, saml.HTTPPostBinding},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCircle(t, row.first, row.second)
			at := c.browser.post(c.url+"/signout", nil)
			if at.url.Path != "/signedout" || strings.Contains(at.body, `role="alert"`) {
				t.Errorf("ended at %s:\n%s", at.url, at.body)
			}
			for _, s := range []*samlService{c.one, c.two} {
				if len(s.told) != 1 {
					t.Fatalf("%s was told %d times", s.URL, len(s.told))
				}
				order, a := s.told[0], s.assertion()
				if order.NameID.Value != "u-1001" || order.SessionIndex.Value != a.AuthnStatements[0].SessionIndex ||
					order.Destination != s.URL+"/slo" || order.NotOnOrAfter == nil {
					t.Errorf("the order is %+v", order)
				}
			}
			if len(c.rp.told) != 1 {
				t.Errorf("the client was told %d times", len(c.rp.told))
			}
			c.isOver(t)
		})
	}
}

func TestSignOutAtTheService(t *testing.T) {
	for _, row := range []struct{ name, binding, query string }{
		{"POST binding", saml.HTTPPostBinding, "?post=1"},
		{"redirect binding", saml.HTTPRedirectBinding, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCircle(t, row.binding, saml.HTTPPostBinding)
			at := c.browser.get(c.one.URL + "/signout" + row.query)
			if at.body != "signed out at the service" || c.one.answered != nil || c.one.answers != 1 {
				t.Fatalf("ended at %s, answered %d times: %v\n%s", at.url, c.one.answers, c.one.answered, at.body)
			}
			if len(c.one.told) != 0 || len(c.two.told) != 1 || len(c.rp.told) != 1 {
				t.Errorf("told: the asking service %d, the other %d, the client %d", len(c.one.told), len(c.two.told), len(c.rp.told))
			}
			c.isOver(t)
			// Another time there is nothing left to end, which is a success too.
			if again := c.browser.get(c.one.URL + "/signout" + row.query); again.body != "signed out at the service" || c.one.answered != nil {
				t.Errorf("again: %v", c.one.answered)
			}
		})
	}
}

func TestLogoutRequestRefused(t *testing.T) {
	c := newCircle(t, saml.HTTPRedirectBinding, saml.HTTPPostBinding)
	to := c.url + "/saml/slo"
	request := func(edit func(*saml.LogoutRequest)) string {
		req, err := c.one.sp.MakeLogoutRequest(to, "u-1001")
		if err != nil {
			t.Fatal(err)
		}
		req.Signature = nil
		if edit != nil {
			edit(req)
		}
		return c.one.signedQuery(to, "SAMLRequest", req.Element(), "back")
	}
	good := request(nil)
	for _, row := range []struct {
		name, url string
		status    int
	}{
		{"unsigned", good[:strings.Index(good, "&SigAlg")], http.StatusBadRequest},
		{"altered", strings.Replace(good, "RelayState=back", "RelayState=forth", 1), http.StatusBadRequest},
		{"parameter twice", good + "&RelayState=forth", http.StatusBadRequest},
		{"for somebody else", request(func(r *saml.LogoutRequest) { r.Destination = "https://other.example/slo" }), http.StatusBadRequest},
		{"too old", request(func(r *saml.LogoutRequest) { r.IssueInstant = time.Now().Add(-time.Hour) }), http.StatusBadRequest},
		{"over", request(func(r *saml.LogoutRequest) { past := time.Now().Add(-time.Minute); r.NotOnOrAfter = &past }), http.StatusBadRequest},
		{"unknown service", request(func(r *saml.LogoutRequest) { r.Issuer.Value = "https://other.example" }), http.StatusForbidden},
		{"answer to nothing", to + "?SAMLResponse=" + strings.SplitN(good, "SAMLRequest=", 2)[1], http.StatusGone},
	} {
		t.Run(row.name, func(t *testing.T) {
			if at := newBrowser(t).get(row.url); at.status != row.status {
				t.Errorf("answered %d, want %d", at.status, row.status)
			}
			if at := c.browser.get(c.url + "/"); at.url.Path != "/" {
				t.Error("the session ended")
			}
		})
	}
	t.Run("of a person signed in elsewhere", func(t *testing.T) {
		c.browser.get(request(func(r *saml.LogoutRequest) { r.NameID.Value = "u-1002" }))
		if at := c.browser.get(c.url + "/"); at.url.Path != "/" {
			t.Error("the session ended")
		}
	})
	t.Run("replayed", func(t *testing.T) {
		c.browser.get(good)
		if at := c.browser.get(good); at.status != http.StatusBadRequest {
			t.Errorf("answered %d", at.status)
		}
	})
}

// A service that cannot be told leaves the rest signed out and the person warned.
func TestSignOutPartly(t *testing.T) {
	for _, row := range []struct {
		name   string
		second string
		spoil  func(circle)
	}{
		{"a service without logout", "", func(circle) {}},
		{"a service that answers with another key", saml.HTTPPostBinding, func(c circle) {
			c.two.described = c.two.sp.Metadata()
			c.two.sp.Key, c.two.sp.Certificate = serviceKey(c.two.t)
		}},
		{"a client that fails", saml.HTTPPostBinding, func(c circle) { c.rp.fails = true }},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCircle(t, saml.HTTPPostBinding, row.second)
			row.spoil(c)
			at := c.browser.post(c.url+"/signout", nil)
			if at.url.Path != "/signedout" || !strings.Contains(at.body, `role="alert"`) {
				t.Errorf("ended at %s:\n%s", at.url, at.body)
			}
			if len(c.one.told) != 1 || len(c.rp.told) != 1 {
				t.Errorf("told: %d, %d", len(c.one.told), len(c.rp.told))
			}
			c.isOver(t)
		})
	}
}
