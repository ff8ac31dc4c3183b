package portal_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

var overdue = &store.Error{Kind: store.Expired, Key: "error.setup_link"}

// visitor is somebody without an account.
var visitor = portal.Visit{Address: "203.0.113.9", RequestID: "r"}

// link makes a setup link for a fresh OIDC trust.
func (w *world) link(t *testing.T, a portal.Actor) (d store.TrustDraft, secret string) {
	t.Helper()
	d = w.begin(t, a, store.OIDC)
	secret, err := w.MakeSetupLink(t.Context(), a, d.ID, time.Hour)
	must(t, err)
	return d, secret
}

// TestSetupLinkFillsInTheirHalfAlone hands in a half with everything else changed as well: of that nothing is taken.
func TestSetupLinkFillsInTheirHalfAlone(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	d, secret := w.link(t, a)
	must(t, w.SetupLinkStands(t.Context(), secret))
	grant, _, err := w.OpenSetupLink(t.Context(), secret, visitor)
	must(t, err)
	half, err := w.SetupHalf(t.Context(), grant)
	must(t, err)
	if half.TrustID != d.ID || half.Trust != "人事" || half.Firm != "事務所 a" || half.Draft.Revision != d.Revision {
		t.Errorf("they see %+v", half)
	}
	ref, err := w.SealSetupSecret(t.Context(), grant, "geheim")
	must(t, err)
	sent := store.TrustDraft{Revision: d.Revision, Trust: store.Trust{ID: "saml-a", Name: "乗っ取り", Label: "ここから", JustInTime: true, Tenants: map[string]store.ID{"a": "b"},
		Mapping: store.Mapping{Subject: store.Claim("email"), Roles: map[string]string{"everybody": "all"}}, Domains: []string{"example.jp"},
		OIDC: &store.OIDCTrust{Issuer: "https://theirs.example", ClientID: "c", AuthMethod: "client_secret_post", SecretRef: ref, AllowPrivate: true, UserInfo: true, Skew: time.Hour}}}
	problems, err := w.FillSetupHalf(t.Context(), grant, sent, visitor)
	must(t, err)
	if len(problems) != 0 {
		t.Fatalf("%v", problems)
	}
	want := d
	want.OIDC = &store.OIDCTrust{Issuer: "https://theirs.example", ClientID: "c", AuthMethod: "client_secret_post", SecretRef: ref, Scopes: d.OIDC.Scopes}
	got := w.keptDraft(t, "a", d.ID)
	if changes, err := w.TrustDiff(t.Context(), a, d.ID, -1, 0); err != nil || slices.ContainsFunc(changes, func(c portal.TrustChange) bool {
		return !slices.Contains([]string{"issuer", "client", "method", "secret", "scopes", "state"}, c.Field)
	}) {
		t.Errorf("more than their half changed: %v, %v", changes, err)
	}
	if got.OIDC.Issuer != want.OIDC.Issuer || got.OIDC.SecretRef != ref || got.Name != d.Name || got.OIDC.AllowPrivate || got.By != "" || got.Tested() {
		t.Errorf("the draft is %+v with %+v", got, got.OIDC)
	}
	events := w.audit(t, "a")
	if last := events[len(events)-1]; !strings.HasPrefix(last.Name, "setup link ") || last.AccountID != "" || last.Address != visitor.Address || last.Detail["changed"] != "issuer client method secret" {
		t.Errorf("the audit has %+v", last)
	}
}

// TestSetupLinkEnds tries a link and what it was opened for when they are worth nothing.
func TestSetupLinkEnds(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, w *world, a portal.Actor, trust store.ID){
		"expired": func(t *testing.T, w *world, _ portal.Actor, _ store.ID) { w.now = w.now.Add(time.Hour) },
		"revoked": func(t *testing.T, w *world, a portal.Actor, trust store.ID) {
			must(t, w.RevokeSetupLink(t.Context(), a, trust))
		},
		"another was made": func(t *testing.T, w *world, a portal.Actor, trust store.ID) {
			_, err := w.MakeSetupLink(t.Context(), a, trust, time.Hour)
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.keeper(t)
			d, unopened := w.link(t, a)
			spoil(t, w, a, d.ID)
			if err := w.SetupLinkStands(t.Context(), unopened); !errors.Is(err, overdue) {
				t.Errorf("it stands: %v", err)
			}
			if _, _, err := w.OpenSetupLink(t.Context(), unopened, visitor); !errors.Is(err, overdue) {
				t.Errorf("it opens: %v", err)
			}
			d, secret := w.link(t, a)
			grant, _, err := w.OpenSetupLink(t.Context(), secret, visitor)
			must(t, err)
			spoil(t, w, a, d.ID)
			_, seen := w.SetupHalf(t.Context(), grant)
			_, filled := w.FillSetupHalf(t.Context(), grant, d, visitor)
			_, sealed := w.SealSetupSecret(t.Context(), grant, "s")
			for _, err := range []error{seen, filled, sealed} {
				if !errors.Is(err, overdue) {
					t.Errorf("what it was opened for is good still: %v", err)
				}
			}
		})
	}
}

// TestSetupLinkRevokedMeanwhile revokes a link, or lets its hour end, after it was looked up and before anything is written.
func TestSetupLinkRevokedMeanwhile(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, w *world, a portal.Actor, trust store.ID){
		"revoked": func(t *testing.T, w *world, a portal.Actor, trust store.ID) {
			must(t, w.RevokeSetupLink(t.Context(), a, trust))
		},
		"over": func(_ *testing.T, w *world, _ portal.Actor, _ store.ID) { w.now = w.now.Add(time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.keeper(t)
			d, secret := w.link(t, a)
			grant, _, err := w.OpenSetupLink(t.Context(), secret, visitor)
			must(t, err)
			kept := w.Records
			w.Records = before{kept, func() {
				w.Records = kept
				spoil(t, w, a, d.ID)
			}}
			if _, err := w.FillSetupHalf(t.Context(), grant, whole(d), visitor); !errors.Is(err, overdue) {
				t.Errorf("it is filled in: %v", err)
			}
			if now := w.keptDraft(t, "a", d.ID); now.Revision != d.Revision {
				t.Errorf("the draft has revision %d", now.Revision)
			}
		})
	}
}

// TestSetupLinkOpensOnce opens a link twice, swaps the two secrets, and tries what is none.
func TestSetupLinkOpensOnce(t *testing.T) {
	w := newTrustWorld(t)
	_, secret := w.link(t, w.keeper(t))
	grant, ends, err := w.OpenSetupLink(t.Context(), secret, visitor)
	must(t, err)
	if ends != w.now.Add(time.Hour) {
		t.Errorf("it is open until %s", ends)
	}
	if _, _, err := w.OpenSetupLink(t.Context(), secret, visitor); !errors.Is(err, overdue) {
		t.Errorf("a second time: %v", err)
	}
	if _, _, err := w.OpenSetupLink(t.Context(), grant, visitor); !errors.Is(err, overdue) {
		t.Errorf("by what it was opened for: %v", err)
	}
	if _, err := w.SetupHalf(t.Context(), secret); !errors.Is(err, overdue) {
		t.Errorf("the link itself shows: %v", err)
	}
	for _, none := range []string{"", "x", strings.Repeat("a", 43)} {
		if err := w.SetupLinkStands(t.Context(), none); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q: %v", none, err)
		}
	}
}

// TestSetupLinkGivesNoneOfTheHost refuses references of the host and addresses within, which are the operator's to name.
func TestSetupLinkGivesNoneOfTheHost(t *testing.T) {
	w := newTrustWorld(t)
	d, secret := w.link(t, w.keeper(t))
	grant, _, err := w.OpenSetupLink(t.Context(), secret, visitor)
	must(t, err)
	for field, half := range map[string]store.OIDCTrust{
		"secret": {Issuer: "https://theirs.example", ClientID: "c", AuthMethod: "client_secret_post", SecretRef: "file:/etc/passwd"},
		"issuer": {Issuer: "http://169.254.169.254", ClientID: "c", AuthMethod: "private_key_jwt"},
		"method": {Issuer: "https://theirs.example", ClientID: "c", AuthMethod: "none"},
	} {
		problems, err := w.FillSetupHalf(t.Context(), grant, store.TrustDraft{Revision: d.Revision, Trust: store.Trust{OIDC: &half}}, visitor)
		if err != nil || len(problems) != 1 || problems[0].Field != field {
			t.Errorf("%s: %v, %v", field, problems, err)
		}
	}
	if kept := w.keptDraft(t, "a", d.ID); kept.Revision != d.Revision {
		t.Error("a draft was saved all the same")
	}
}

// TestSuspendedFirmHasNoSetupLinks opens nothing for a firm that was suspended.
func TestSuspendedFirmHasNoSetupLinks(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	_, secret := w.link(t, a)
	w.switchTenant(t, "a", store.TenantSuspended)
	if _, _, err := w.OpenSetupLink(t.Context(), secret, visitor); !errors.Is(err, store.ErrDenied) {
		t.Errorf("%v", err)
	}
}

// TestSecretsOfLinksAreKeptNowhere looks for a link's secrets in everything that the records hold.
func TestSecretsOfLinksAreKeptNowhere(t *testing.T) {
	w := newTrustWorld(t)
	d, secret := w.link(t, w.keeper(t))
	grant, _, err := w.OpenSetupLink(t.Context(), secret, visitor)
	must(t, err)
	kept := ""
	for _, file := range []string{w.file, w.file + "-wal"} {
		b, err := os.ReadFile(file)
		must(t, err)
		kept += string(b)
	}
	if !strings.Contains(kept, string(d.ID)) || strings.Contains(kept, secret) || strings.Contains(kept, grant) {
		t.Errorf("of %d bytes: the trust %t, the secret %t, the grant %t", len(kept), strings.Contains(kept, string(d.ID)), strings.Contains(kept, secret), strings.Contains(kept, grant))
	}
}
