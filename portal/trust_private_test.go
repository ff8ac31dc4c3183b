package portal_test

import (
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestLeaveIsForOneHost has the operator let a trust be at a private address, and others name further addresses.
func TestLeaveIsForOneHost(t *testing.T) {
	for address, want := range map[string]string{
		"http://10.0.0.1:8080/realm":    "",
		"http://10.0.0.1:8080/other":    "",
		"http://10.0.0.1:6379/realm":    "error.trust_private",
		"https://10.0.0.1:8080/realm":   "error.trust_private",
		"http://169.254.169.254":        "error.trust_private",
		"http://10.0.0.1:8080@10.0.0.2": "error.trust_private",
		"http://theirs.example":         "error.trust_private",
	} {
		t.Run(address, func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.keeper(t)
			given := store.Trust{ID: "given", Name: "人事", Protocol: store.OIDC, State: store.TrustEnabled, CreatedAt: w.now,
				OIDC: &store.OIDCTrust{Issuer: "http://10.0.0.1:8080/realm", ClientID: "c", AuthMethod: "private_key_jwt", AllowPrivate: true}}
			must(t, w.setup.AddTrust(t.Context(), "a", given))
			d := store.TrustDraft{Trust: w.trust(t, "given")}
			half := *d.OIDC
			half.Issuer, d.OIDC = address, &half
			_, problems := w.save(t, a, d)
			if got := keyOf(problems); got != want {
				t.Errorf("an administrator is told %q: %v", got, problems)
			}
		})
	}
}

func keyOf(problems []portal.TrustProblem) string {
	if len(problems) == 0 {
		return ""
	}
	return problems[0].Key
}

// TestSetupLinkOfPrivateIdP fills in the half of an IdP at a private address: the host that the operator allowed, or any
// where the deployment lets administrators name those.
func TestSetupLinkOfPrivateIdP(t *testing.T) {
	const host = "http://10.0.0.1:8080"
	for name, row := range map[string]struct {
		anywhere bool
		issuer   string
		leave    bool
		key      string
	}{
		"its host":              {false, host + "/realm", true, ""},
		"another host":          {false, "http://10.0.0.2:8080", false, "trust.discovery_address"},
		"a public host":         {false, "https://theirs.example", false, ""},
		"another host, allowed": {true, "http://10.0.0.2:8080", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			w.PrivateIdPs = row.anywhere
			a := w.keeper(t)
			must(t, w.setup.AddTrust(t.Context(), "a", store.Trust{ID: "given", Name: "人事", Protocol: store.OIDC, State: store.TrustEnabled, CreatedAt: w.now,
				OIDC: &store.OIDCTrust{Issuer: host, ClientID: "c", AuthMethod: "private_key_jwt", AllowPrivate: true}}))
			secret, err := w.MakeSetupLink(t.Context(), a, "given", portal.LongestSetupLink)
			must(t, err)
			grant, _, err := w.OpenSetupLink(t.Context(), secret, visitor)
			must(t, err)
			h, err := w.SetupHalf(t.Context(), grant)
			must(t, err)
			if !h.Draft.OIDC.AllowPrivate {
				t.Error("their half does not say that its host may be asked")
			}
			h.Draft.OIDC.Issuer = row.issuer
			problems, err := w.FillSetupHalf(t.Context(), grant, h.Draft, visitor)
			must(t, err)
			if got := keyOf(problems); got != row.key {
				t.Fatalf("they are told %q: %v", got, problems)
			}
			if row.key == "" && w.keptDraft(t, "a", "given").OIDC.AllowPrivate != row.leave {
				t.Errorf("the draft may be at a private address: %t", !row.leave)
			}
		})
	}
}
