package parent_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/crewjam/saml"
	"github.com/google/go-cmp/cmp"

	"cloudpocket/examples/parent"
)

// joined is a parent and a SAML service that know each other.
func joined(t *testing.T, edit func(*parent.Config, *parent.ServiceProvider)) (fixture, *samlService) {
	t.Helper()
	s := newSAMLService(t, saml.HTTPPostBinding)
	f := start(t, func(c *parent.Config) {
		r := s.registration()
		if edit != nil {
			edit(c, &r)
		}
		c.SAML = []parent.ServiceProvider{r}
	})
	s.trust(f)
	return f, s
}

func attributesOf(a *saml.Assertion) map[string][]string {
	all := map[string][]string{}
	for _, statement := range a.AttributeStatements {
		for _, attribute := range statement.Attributes {
			for _, v := range attribute.Values {
				all[attribute.Name] = append(all[attribute.Name], v.Value)
			}
		}
	}
	return all
}

func TestSAMLSignIn(t *testing.T) {
	for _, row := range []struct {
		name, query string
		encrypt     bool
	}{
		{"redirect binding", "", false},
		{"POST binding", "&post=1", false},
		{"encrypted assertion", "", true},
		{"encrypted assertion by POST", "&post=1", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			f, s := joined(t, func(_ *parent.Config, r *parent.ServiceProvider) { r.Encrypt = row.encrypt })
			b := newBrowser(t)
			at := b.quick(b.get(s.URL+"/start?to=/documents/42"+row.query), strong)
			if at.body != "at the service" {
				t.Fatalf("ended at %s:\n%s", at.url, at.body)
			}
			a := s.assertion()
			want := map[string][]string{
				parent.AttributeSubject: {"u-1001"}, parent.AttributeName: {"田中 花子"}, parent.AttributeMail: {"tanaka@example.jp"},
				parent.AttributeTenant: {"T001"}, parent.AttributeOffices: {"O-11", "O-12"}, parent.AttributeRole: {"client"},
			}
			if diff := cmp.Diff(want, attributesOf(a)); diff != "" {
				t.Error(diff)
			}
			if n := a.Subject.NameID; n.Value != "u-1001" || n.Format != string(saml.PersistentNameIDFormat) {
				t.Errorf("NameID is %+v", n)
			}
			if s.relay != "/documents/42" {
				t.Errorf("RelayState is %q", s.relay)
			}
			statement := a.AuthnStatements[0]
			if statement.SessionIndex == "" || statement.SessionNotOnOrAfter == nil ||
				time.Until(*statement.SessionNotOnOrAfter).Round(time.Hour) != 8*time.Hour {
				t.Errorf("the session is %q until %v", statement.SessionIndex, statement.SessionNotOnOrAfter)
			}
			if s.class() != parent.ContextMFA {
				t.Errorf("context is %q", s.class())
			}
			if again := b.get(s.URL + "/start?to=/"); again.body != "at the service" {
				t.Errorf("a second sign-in asked again, at %s", again.url)
			}
			if s.assertion().AuthnStatements[0].SessionIndex != statement.SessionIndex {
				t.Error("the second sign-in has another SessionIndex")
			}
			if f.EntityID() != a.Issuer.Value {
				t.Errorf("issuer is %q", a.Issuer.Value)
			}
		})
	}
}

// A typed sign-in goes over the password and the code.
func TestTypedSignIn(t *testing.T) {
	f, s := joined(t, nil)
	b := newBrowser(t)
	at := b.get(s.URL + "/start?to=/")
	flow := at.url.Query().Get("flow")
	wrong := b.post(f.url+"/signin", url.Values{"login": {strong}, "password": {"nope"}, "flow": {flow}})
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `role="alert"`) {
		t.Fatalf("a wrong password answered %d", wrong.status)
	}
	at = b.post(f.url+"/signin", url.Values{"login": {strong}, "password": {"pw-tanaka"}, "flow": {flow}})
	if at.url.Path != "/signin/code" {
		t.Fatalf("after the password at %s", at.url)
	}
	if bad := b.post(f.url+"/signin/code", url.Values{"code": {"abc"}, "flow": {flow}}); bad.status != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong code answered %d", bad.status)
	}
	code, err := f.Code(strong)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(at.body, code) {
		t.Error("the page does not show the code")
	}
	b.post(f.url+"/signin/code", url.Values{"code": {code}, "flow": {flow}})
	if s.class() != parent.ContextMFA {
		t.Errorf("context is %q", s.class())
	}
}

func TestSAMLContexts(t *testing.T) {
	const token = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken"
	for _, row := range []struct {
		name, login string
		second, lax bool
		asked       string
		comparison  string
		want        string // context; or the status code of a refusal
	}{
		{"nothing asked, password", weak, false, false, "", "", parent.ContextPassword},
		{"nothing asked, two factors", strong, true, false, "", "", parent.ContextMFA},
		{"two factors asked and there", strong, true, false, parent.ContextMFA, "exact", parent.ContextMFA},
		{"two factors under another name", strong, true, false, token, "exact", token},
		{"password asked, two factors there", strong, true, false, parent.ContextPassword, "exact", parent.ContextPassword},
		{"at least a password asked, two factors there", strong, true, false, parent.ContextPassword, "minimum", parent.ContextMFA},
		{"better than a password asked and there", strong, true, false, parent.ContextPassword, "better", parent.ContextMFA},
		{"at most a password asked, two factors there", strong, true, false, parent.ContextPassword, "maximum", parent.ContextPassword},
		{"two factors asked, person has none", weak, false, false, parent.ContextMFA, "exact", saml.StatusNoAuthnContext},
		{"two factors asked, person has none, lax", weak, false, true, parent.ContextMFA, "exact", parent.ContextPassword},
		{"better than two factors asked", strong, true, false, parent.ContextMFA, "better", saml.StatusNoAuthnContext},
		{"unknown context asked", strong, true, false, "urn:example:retina", "exact", saml.StatusNoAuthnContext},
	} {
		t.Run(row.name, func(t *testing.T) {
			f, s := joined(t, func(c *parent.Config, _ *parent.ServiceProvider) { c.LaxContexts = row.lax })
			if row.asked != "" {
				s.sp.RequestedAuthnContext = &saml.RequestedAuthnContext{Comparison: row.comparison, AuthnContextClassRef: row.asked}
			}
			newBrowser(t).signedIn(f, row.login, row.second).get(s.URL + "/start?to=/")
			if strings.Contains(row.want, ":status:") {
				if s.refused == nil || !strings.Contains(s.raw, row.want) {
					t.Errorf("answered %v, want %s", s.refused, row.want)
				}
				return
			}
			if s.class() != row.want {
				t.Errorf("context is %q, want %q", s.class(), row.want)
			}
		})
	}
}

// A person signed in with a password alone is asked for the code, and for nothing else, when a service wants more.
func TestSAMLStepUp(t *testing.T) {
	f, s := joined(t, nil)
	b := newBrowser(t)
	at := b.get(s.URL + "/start?to=/")
	flow := at.url.Query().Get("flow")
	b.post(f.url+"/signin", url.Values{"login": {strong}, "password": {"pw-tanaka"}, "flow": {flow}})
	b.post(f.url+"/signin/code", url.Values{"skip": {"1"}, "flow": {flow}})
	if s.class() != parent.ContextPassword {
		t.Fatalf("without the code, context is %q", s.class())
	}
	s.sp.RequestedAuthnContext = &saml.RequestedAuthnContext{Comparison: "exact", AuthnContextClassRef: parent.ContextMFA}
	at = b.get(s.URL + "/start?to=/")
	if at.url.Path != "/signin/code" || strings.Contains(at.body, `name="skip"`) {
		t.Fatalf("stepping up led to %s", at.url)
	}
	code, err := f.Code(strong)
	if err != nil {
		t.Fatal(err)
	}
	b.post(f.url+"/signin/code", url.Values{"code": {code}, "flow": {at.url.Query().Get("flow")}})
	if s.class() != parent.ContextMFA {
		t.Errorf("context is %q", s.class())
	}
}

func TestSAMLForceAuthn(t *testing.T) {
	f, s := joined(t, nil)
	b := newBrowser(t).signedIn(f, weak, false)
	f.clock.advance(-time.Minute)
	b.get(s.URL + "/start?to=/")
	before := s.assertion().AuthnStatements[0]
	f.clock.advance(time.Minute)
	force := true
	s.sp.ForceAuthn = &force
	at := b.get(s.URL + "/start?to=/")
	b.quick(at, weak)
	after := s.assertion().AuthnStatements[0]
	if !after.AuthnInstant.After(before.AuthnInstant) {
		t.Errorf("AuthnInstant went from %s to %s", before.AuthnInstant, after.AuthnInstant)
	}
	if after.SessionIndex != before.SessionIndex {
		t.Error("the session is another one")
	}
}

func TestSAMLPassive(t *testing.T) {
	f, s := joined(t, nil)
	b := newBrowser(t)
	b.get(s.URL + "/start?passive=1&post=1&to=/")
	if s.refused == nil || !strings.Contains(s.raw, saml.StatusNoPassive) {
		t.Errorf("answered %v", s.refused)
	}
	b.signedIn(f, weak, false).get(s.URL + "/start?passive=1&post=1&to=/")
	if s.assertion().Subject.NameID.Value != "u-1002" {
		t.Errorf("signed in as %q", s.assertion().Subject.NameID.Value)
	}
}

func TestSAMLIdPInitiated(t *testing.T) {
	f, s := joined(t, nil)
	s.sp.AllowIDPInitiated = true
	b := newBrowser(t).signedIn(f, strong, true)
	home := b.get(f.url + "/")
	if !strings.Contains(home.body, `action="/launch"`) {
		t.Fatal("the portal page has no such button")
	}
	b.post(f.url+"/launch", url.Values{"sp": {"0"}, "to": {"/documents/42"}})
	a := s.assertion()
	if s.relay != "/documents/42" || a.Subject.SubjectConfirmations[0].SubjectConfirmationData.InResponseTo != "" {
		t.Errorf("RelayState %q, in response to %q", s.relay, a.Subject.SubjectConfirmations[0].SubjectConfirmationData.InResponseTo)
	}
	for _, to := range []string{"//evil.example", "https://evil.example", `/\evil.example`, ""} {
		if at := b.post(f.url+"/launch", url.Values{"sp": {"0"}, "to": {to}}); at.status != http.StatusBadRequest {
			t.Errorf("path %q answered %d", to, at.status)
		}
	}
}

func TestSAMLRefused(t *testing.T) {
	f, s := joined(t, nil)
	stranger := newSAMLService(t, "")
	stranger.trust(f)
	posing := newSAMLService(t, "")
	posing.trust(f)
	posing.sp.EntityID = s.URL + "/metadata"
	for _, row := range []struct {
		name, url string
		status    int
	}{
		{"unknown service", stranger.URL + "/start?to=/", http.StatusForbidden},
		{"unknown service by POST", stranger.URL + "/start?to=/&post=1", http.StatusForbidden},
		{"somebody else's signature", posing.URL + "/start?to=/", http.StatusBadRequest},
		{"somebody else's signature by POST", posing.URL + "/start?to=/&post=1", http.StatusBadRequest},
		{"no message", f.url + "/saml/sso", http.StatusBadRequest},
		{"not base64", f.url + "/saml/sso?SAMLRequest=%21", http.StatusBadRequest},
		{"no flow", f.url + "/continue?flow=none", http.StatusGone},
	} {
		t.Run(row.name, func(t *testing.T) {
			at := newBrowser(t).signedIn(f, strong, true).get(row.url)
			if at.status != row.status || !strings.Contains(at.body, "お問い合わせ番号") {
				t.Errorf("answered %d, want %d:\n%s", at.status, row.status, at.body)
			}
		})
	}
	t.Run("unsigned where all are signed", func(t *testing.T) {
		b := newBrowser(t).signedIn(f, strong, true)
		req, err := s.sp.MakeAuthenticationRequest(f.url+"/saml/sso", saml.HTTPRedirectBinding, saml.HTTPPostBinding)
		if err != nil {
			t.Fatal(err)
		}
		req.Signature = nil
		unsigned := s.sp
		unsigned.SignatureMethod = ""
		target, err := req.Redirect("x", &unsigned)
		if err != nil {
			t.Fatal(err)
		}
		if at := b.get(target.String()); at.status != http.StatusBadRequest {
			t.Errorf("answered %d", at.status)
		}
	})
}

// A service's metadata is fetched when it is needed, and again when the service signs with a key not seen before.
func TestSAMLMetadataOverTime(t *testing.T) {
	f, s := joined(t, nil)
	b := newBrowser(t).signedIn(f, strong, true)
	b.get(s.URL + "/start?to=/")
	s.assertion()
	f.clock.advance(10 * time.Second)
	s.sp.Key, s.sp.Certificate = serviceKey(t)
	b.get(s.URL + "/start?to=/")
	if s.assertion().Subject.NameID.Value != "u-1001" {
		t.Error("the new key was not picked up")
	}
	s.Close()
	f.clock.advance(time.Hour)
	resp, body := b.once(http.MethodPost, f.url+"/launch", url.Values{"sp": {"0"}, "to": {"/"}}, true)
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, s.URL+"/acs") {
		t.Errorf("with the service away, what is known of it is not used: %d", resp.StatusCode)
	}
}

// A service that cannot be reached when the parent starts is no obstacle; its people are told.
func TestSAMLServiceAway(t *testing.T) {
	f := start(t, func(c *parent.Config) {
		c.SAML = []parent.ServiceProvider{{MetadataURL: "http://127.0.0.1:1/metadata"}}
	})
	b := newBrowser(t).signedIn(f, strong, true)
	at := b.post(f.url+"/launch", url.Values{"sp": {"0"}, "to": {"/"}})
	if at.status != http.StatusBadGateway {
		t.Errorf("answered %d", at.status)
	}
}

func TestSAMLMetadata(t *testing.T) {
	f := start(t, nil)
	at := newBrowser(t).get(f.MetadataURL())
	md := &saml.EntityDescriptor{}
	if err := xml.Unmarshal([]byte(at.body), md); err != nil {
		t.Fatal(err)
	}
	d := md.IDPSSODescriptors[0]
	if md.EntityID != f.EntityID() || len(d.SingleSignOnServices) != 2 || len(d.SingleLogoutServices) != 2 || len(d.KeyDescriptors) != 1 {
		t.Errorf("metadata is %+v", d)
	}
}
