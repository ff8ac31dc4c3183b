package portal_test

import (
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestSecretStaysWithItsIssuer names another OP, or another way to authenticate there, and gives no secret with it: the one
// that is kept goes to nobody else, and is missing from then on.
func TestSecretStaysWithItsIssuer(t *testing.T) {
	for name, row := range map[string]struct {
		change func(o *store.OIDCTrust)
		kept   bool
	}{
		"another client":        {func(o *store.OIDCTrust) { o.ClientID = "other" }, true},
		"another method":        {func(o *store.OIDCTrust) { o.AuthMethod = "client_secret_post" }, true},
		"another issuer":        {func(o *store.OIDCTrust) { o.Issuer = "https://theirs.example" }, false},
		"another path of it":    {func(o *store.OIDCTrust) { o.Issuer += "/theirs" }, false},
		"a key and no secret":   {func(o *store.OIDCTrust) { o.AuthMethod = "private_key_jwt" }, false},
		"no issuer for a while": {func(o *store.OIDCTrust) { o.Issuer = "" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.keeper(t)
			for by, save := range w.savings(t, a) {
				d := w.begin(t, a, store.OIDC)
				ref, err := w.SealTrustSecret(t.Context(), a, d.ID, "geheim")
				must(t, err)
				half := *whole(d).OIDC
				half.AuthMethod, half.SecretRef, d.OIDC = "client_secret_basic", ref, &half
				d, _ = w.save(t, a, d)
				changed := *d.OIDC
				row.change(&changed)
				d.OIDC = &changed
				save(d)
				kept := w.keptDraft(t, "a", d.ID)
				if kept.Revision != d.Revision+1 || (kept.OIDC.SecretRef == ref) != row.kept || !row.kept && kept.OIDC.SecretRef != "" {
					t.Errorf("by %s: revision %d has the secret %q", by, kept.Revision, kept.OIDC.SecretRef)
				}
			}
		})
	}
}

// savings are the ways in which a draft is saved without the operator.
func (w *world) savings(t *testing.T, a portal.Actor) map[string]func(store.TrustDraft) {
	return map[string]func(store.TrustDraft){
		"an administrator": func(d store.TrustDraft) { w.save(t, a, d) },
		"a setup link": func(d store.TrustDraft) {
			secret, err := w.MakeSetupLink(t.Context(), a, d.ID, portal.LongestSetupLink)
			must(t, err)
			grant, _, err := w.OpenSetupLink(t.Context(), secret, visitor)
			must(t, err)
			_, err = w.FillSetupHalf(t.Context(), grant, d, visitor)
			must(t, err)
		},
	}
}

// TestSecretOfWhatCountsStaysWithItsIssuer goes by a draft that has no secret to another issuer, with the secret that
// counts.
func TestSecretOfWhatCountsStaysWithItsIssuer(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	must(t, w.setup.AddTrust(t.Context(), "a", store.Trust{ID: "given", Name: "人事", Protocol: store.OIDC, State: store.TrustEnabled, CreatedAt: w.now,
		OIDC: &store.OIDCTrust{Issuer: "https://idp.example", ClientID: "c", AuthMethod: "client_secret_basic", SecretRef: "env:S"}}))
	d := store.TrustDraft{Trust: w.trust(t, "given")}
	for _, ref := range []string{"", "env:S"} {
		half := *d.OIDC
		half.Issuer, half.SecretRef, d.OIDC = "https://theirs.example", ref, &half
		saved, problems := w.save(t, a, d)
		if saved.OIDC.SecretRef != "" || len(problems) != 1 || problems[0].Key != "error.trust_no_secret" {
			t.Errorf("with %q the draft has %q, and lacks %v", ref, saved.OIDC.SecretRef, problems)
		}
		d = saved
	}
}
