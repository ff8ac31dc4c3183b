package portal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// fullTrusts are trusts with every field that a file has.
func fullTrusts() []store.Trust {
	source := func(claim string) store.Source {
		return store.Source{Claims: []string{claim}, Strip: "x-", Lookup: map[string]string{"A": "a", "a": "b"}}
	}
	both := store.Trust{ID: "one", Name: "人事 <1>", Label: "人事", State: store.TrustEnabled, Domains: []string{"aoba.example"}, Tenants: map[string]store.ID{"1": "a", "One": "a", "one": "b"},
		Mapping:    store.Mapping{Subject: source("uid"), Tenant: source("firm"), Name: source("n"), Email: source("m"), Offices: source("o"), Role: store.Source{Fixed: "clerk"}, Roles: map[string]string{"clerk": "view", "Clerk": "view,log"}},
		MFA:        store.MFARule{Required: true, Contexts: []string{"urn:mfa"}, Methods: []string{"otp"}, MaxAge: time.Hour},
		Sessions:   store.SessionRule{Idle: 20 * time.Minute, Absolute: 4 * time.Hour, Limit: 3},
		JustInTime: true, Allowed: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, Logo: &store.Picture{MediaType: "image/png", Data: []byte{1, 2}}, SCIM: store.SCIMRule{Subject: store.SubjectUserName}}
	saml, oidc := both, both
	saml.Protocol, saml.SAML = store.SAML, &store.SAMLTrust{EntityID: "https://idp.example", Metadata: []byte("<a b=\"c\">&amp;</a>"), MetadataURL: "https://idp.example/m", SignerPEM: "PEM", AllowPrivate: true, Refresh: store.RefreshAsk,
		IdPInitiated: true, ForceAuthn: true, Contexts: []string{"urn:c"}, NameIDFormat: "urn:n", Skew: time.Minute, PostRequests: true, PlainRequests: true, AllowCBC: true}
	oidc.Protocol, oidc.OIDC = store.OIDC, &store.OIDCTrust{Issuer: "https://op.example", ClientID: "pocket", AuthMethod: "client_secret_post", SecretRef: "env:S", Scopes: []string{"email"}, ACRValues: []string{"urn:c"}, MaxAge: time.Hour, Skew: time.Minute,
		UserInfo: true, NoInitiation: true, Refresh: store.RefreshPin, Keys: []string{"k"}, AllowPrivate: true}
	return []store.Trust{saml, oidc}
}

func fileText(t *testing.T, trust store.Trust) string {
	t.Helper()
	var b bytes.Buffer
	must(t, portal.FileOf(trust).Write(&b))
	return b.String()
}

// TestTrustFileRoundTrip demands that a file says all of a trust that is not a secret and not time's, and the same again.
func TestTrustFileRoundTrip(t *testing.T) {
	for _, one := range fullTrusts() {
		text := fileText(t, one)
		read, err := portal.ReadTrustFile(strings.NewReader(text))
		must(t, err)
		back := read.Onto(store.Trust{State: store.TrustEnabled}, time.Time{})
		if !reflect.DeepEqual(back, one) {
			t.Errorf("%s: comes back as\n%+v\nof\n%+v", one.Protocol, back, one)
		}
		if again := fileText(t, back); again != text {
			t.Errorf("%s: the second file is\n%s", one.Protocol, again)
		}
	}
}

// TestTrustFileHasNoSecret demands that a sealed secret stays where it is: not in the file, and not lost by it.
func TestTrustFileHasNoSecret(t *testing.T) {
	one := fullTrusts()[1]
	one.OIDC.SecretRef = "sealed:AAAAgeheim"
	text := fileText(t, one)
	if strings.Contains(text, "geheim") || !strings.Contains(text, `"secret": "sealed"`) {
		t.Errorf("the file is %s", text)
	}
	read, err := portal.ReadTrustFile(strings.NewReader(text))
	must(t, err)
	if got := read.Onto(one, time.Time{}).OIDC.SecretRef; got != one.OIDC.SecretRef {
		t.Errorf("onto itself: %q", got)
	}
	other := fullTrusts()[1]
	other.OIDC.Issuer, other.OIDC.SecretRef = "https://theirs.example", one.OIDC.SecretRef
	for name, before := range map[string]store.Trust{"a new trust": {}, "a secret of the host": fullTrusts()[1], "another issuer": other} {
		if got := read.Onto(before, time.Time{}).OIDC.SecretRef; got != "" {
			t.Errorf("onto %s: %q", name, got)
		}
	}
}

// hostileFiles are files that are no trust.
func hostileFiles(t *testing.T) map[string]string {
	t.Helper()
	good := fileText(t, fullTrusts()[1])
	with := func(old, next string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the file has no %q", old)
		}
		return strings.Replace(good, old, next, 1)
	}
	return map[string]string{
		"nothing":                      "",
		"null":                         "null",
		"a list":                       "[]",
		"a text":                       `"trust"`,
		"no JSON":                      "format: cloudpocket trust 1",
		"cut off":                      good[:len(good)/2],
		"something behind":             good + "{}",
		"another format":               with("cloudpocket trust 1", "cloudpocket trust 2"),
		"an unknown field":             with(`"just_in_time"`, `"just_in_tyme"`),
		"an unknown field within":      with(`"no_initiation"`, `"noInitiation"`),
		"an unknown field of a source": with(`"strip"`, `"stripe"`),
		"a source as it was once":      `{"format":"cloudpocket trust 1","id":"one","protocol":"oidc","name":"n","mapping":{"subject":"uid"}}`,
		"a field twice":                with(`"name":`, `"name": "first", "name":`),
		"a field in two cases":         with(`"name":`, `"NAME": "first", "name":`),
		"a field twice within":         with(`"issuer":`, `"issuer": "https://evil.example", "issuer":`),
		"a role twice":                 with(`"clerk": "view"`, `"clerk": "trusts", "clerk": "view"`),
		"a wrong type":                 with(`"limit": 3`, `"limit": "3"`),
		"a number too large":           with(`"limit": 3`, `"limit": 1e99`),
		"a duration that is none":      with(`"20m0s"`, `"20 minutes"`),
		"a duration as a number":       with(`"20m0s"`, `1200`),
		"a range that is none":         with("192.0.2.0/24", "192.0.2.0/33"),
		"no ID":                        with(`"id": "one"`, `"id": ""`),
		"an ID that leads away":        with(`"id": "one"`, `"id": "../one"`),
		"an ID of controls":            with(`"id": "one"`, `"id": "one\u0000"`),
		"another protocol":             with(`"protocol": "oidc"`, `"protocol": "ldap"`),
		"the other protocol's half":    with(`"protocol": "oidc"`, `"protocol": "saml"`),
		"the secret itself":            with("env:S", "hunter2"),
		"a sealed secret":              with("env:S", "sealed:AAAA"),
		"a secret of no place":         with("env:S", "env:"),
		"a secret elsewhere":           with("env:S", "https://evil.example/s"),
		"deep":                         strings.Repeat(`{"mapping":`, 100_000),
		"deep lists":                   strings.Repeat("[", 100_000),
		"too large":                    good + strings.Repeat(" ", portal.MaxTrustFile),
	}
}

func TestHostileTrustFiles(t *testing.T) {
	for name, text := range hostileFiles(t) {
		t.Run(name, func(t *testing.T) {
			f, err := portal.ReadTrustFile(strings.NewReader(text))
			if !errors.Is(err, store.ErrInvalid) && store.KindOf(err) != store.TooLarge || !reflect.DeepEqual(f, portal.TrustFile{}) {
				t.Errorf("%v, %+v", err, f)
			}
			if err != nil && (strings.Contains(err.Error(), "hunter2") || len(err.Error()) > 600) {
				t.Errorf("the error says %.700s", err)
			}
		})
	}
}

// FuzzTrustFile demands that what is read writes a file that reads as the same.
func FuzzTrustFile(f *testing.F) {
	for _, one := range fullTrusts() {
		text, err := json.Marshal(portal.FileOf(one))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := portal.ReadTrustFile(bytes.NewReader(text))
		if err != nil {
			return
		}
		one := first.Onto(store.Trust{}, time.Time{})
		if one.OIDC != nil && strings.HasPrefix(one.OIDC.SecretRef, "sealed:") {
			t.Errorf("a file sealed %q", one.OIDC.SecretRef)
		}
		written := fileText(t, one)
		second, err := portal.ReadTrustFile(strings.NewReader(written))
		if first.OIDC != nil && first.OIDC.Secret == "sealed" {
			return // which only the trust's own can stand for
		}
		if again := fileText(t, second.Onto(store.Trust{}, time.Time{})); err != nil || again != written {
			t.Errorf("%v:\n%s\nis read as\n%s", err, written, again)
		}
	})
}
