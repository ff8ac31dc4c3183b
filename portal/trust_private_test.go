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

// TestLeaveInADraft has the operator prepare a trust at a private address, and others complete it.
func TestLeaveInADraft(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	const host = "http://10.0.0.1:8080"
	_, err := w.setup.GiveDraft(t.Context(), "a", "given", store.OIDC, false, func(before store.Trust) (store.Trust, error) {
		before.OIDC = &store.OIDCTrust{Issuer: host + "/realm", ClientID: "c", AuthMethod: "private_key_jwt", AllowPrivate: true}
		return before, nil
	})
	must(t, err)
	save := func(issuer, want string) {
		t.Helper()
		d := w.keptDraft(t, "a", "given")
		half := *d.OIDC
		half.Issuer, d.OIDC, d.Label = issuer, &half, "人事"
		if _, problems := w.save(t, a, d); keyOf(problems) != want {
			t.Errorf("an administrator who names %s is told %v", issuer, problems)
		}
	}
	save("http://10.0.0.1:6379", "error.trust_private")
	save(host+"/other", "")
	secret, err := w.MakeSetupLink(t.Context(), a, "given", portal.LongestSetupLink)
	must(t, err)
	grant, _, err := w.OpenSetupLink(t.Context(), secret, visitor)
	must(t, err)
	h, err := w.SetupHalf(t.Context(), grant)
	must(t, err)
	h.Draft.OIDC.ClientID = "d"
	problems, err := w.FillSetupHalf(t.Context(), grant, h.Draft, visitor)
	must(t, err)
	if len(problems) != 0 {
		t.Errorf("who has the setup link is told %v", problems)
	}
	on := portal.SwitchOn{Revision: w.keptDraft(t, "a", "given").Revision, Untested: true, Note: "x"}
	must(t, w.SwitchTrustOn(t.Context(), a, "given", on))
	if got := w.trust(t, "given").OIDC; got.Issuer != host+"/other" || !got.AllowPrivate {
		t.Errorf("it counts as %+v", got)
	}
}

// TestLeaveTakenBack has the operator take back the leave for a private address, which an earlier version had.
func TestLeaveTakenBack(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	must(t, w.setup.AddTrust(t.Context(), "a", store.Trust{ID: "given", Name: "人事", Protocol: store.OIDC, State: store.TrustEnabled, CreatedAt: w.now,
		OIDC: &store.OIDCTrust{Issuer: "http://10.0.0.1:8080", ClientID: "c", AuthMethod: "private_key_jwt", AllowPrivate: true}}))
	with := w.trust(t, "given").Version
	_, err := w.setup.GiveDraft(t.Context(), "a", "given", store.OIDC, false, func(before store.Trust) (store.Trust, error) {
		half := *before.OIDC
		half.Issuer, half.AllowPrivate, before.OIDC = "https://theirs.example", false, &half
		return before, nil
	})
	must(t, err)
	must(t, w.setup.SwitchDraftOn(t.Context(), "given", portal.SwitchOn{Untested: true, Note: "x"}))
	_, err = w.BackToVersion(t.Context(), a, "given", with)
	isKey(t, "back to the version with the leave", err, store.Denied, "error.trust_private")
}

// TestLeaveOfTheTrustOrItsDraft goes on from a public address to where the trust as it counts, or its draft, may be.
func TestLeaveOfTheTrustOrItsDraft(t *testing.T) {
	at := func(issuer string, leave bool) store.Trust {
		return store.Trust{Protocol: store.OIDC, OIDC: &store.OIDCTrust{Issuer: issuer, AllowPrivate: leave}}
	}
	private, public := at("http://10.0.0.1", true), at("https://theirs.example", false)
	for name, row := range map[string]struct {
		live, draft store.Trust
		address     string
		may         bool
	}{
		"of the trust":   {private, public, "http://10.0.0.1/realm", true},
		"of the draft":   {store.Trust{}, private, "http://10.0.0.1/realm", true},
		"of neither":     {public, public, "http://10.0.0.1/realm", false},
		"of other hosts": {private, at("http://10.0.0.2", true), "http://10.0.0.3", false},
	} {
		if got := portal.AllowsPrivate(row.address, row.live, row.draft); got != row.may {
			t.Errorf("%s: %t", name, got)
		}
	}
}
