package portal_test

import (
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// trustTries are the methods about whom the firm trusts.
func trustTries(trove, map[store.ID]portal.StagedFile) tries {
	draft := store.TrustDraft{Trust: store.Trust{ID: "saml-a"}}
	return tries{
		"Trusts": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Trusts(t.Context(), a, store.Page{})
			return err
		},
		"Trust": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Trust(t.Context(), a, "saml-a")
			return err
		},
		"MappableRoles": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.MappableRoles(t.Context(), a)
			return err
		},
		"NewTrust": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.NewTrust(t.Context(), a, portal.NewTrust{Name: "IdP", Protocol: store.SAML})
			return err
		},
		"SaveTrustDraft": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.SaveTrustDraft(t.Context(), a, draft)
			return err
		},
		"DropTrustDraft": func(t *testing.T, w *world, a portal.Actor) error {
			return w.DropTrustDraft(t.Context(), a, "saml-a")
		},
		"BackToVersion": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.BackToVersion(t.Context(), a, "saml-a", 1)
			return err
		},
		"MayTestTrust": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.MayTestTrust(t.Context(), a, "saml-a")
			return err
		},
		"SealTrustSecret": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.SealTrustSecret(t.Context(), a, "saml-a", "secret")
			return err
		},
		"TrustDiff": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.TrustDiff(t.Context(), a, "saml-a", -1, 0)
			return err
		},
		"SwitchTrustOn": func(t *testing.T, w *world, a portal.Actor) error {
			return w.SwitchTrustOn(t.Context(), a, "saml-a", portal.SwitchOn{})
		},
		"SwitchTrustOff": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.SwitchTrustOff(t.Context(), a, "saml-a", "")
			return err
		},
		"RemoveTrust": func(t *testing.T, w *world, a portal.Actor) error {
			return w.RemoveTrust(t.Context(), a, "saml-a")
		},
		"MayFetch": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.MayFetch(t.Context(), a, "saml-a")
			return err
		},
		"AcceptKeys": func(t *testing.T, w *world, a portal.Actor) error {
			return w.AcceptKeys(t.Context(), a, "saml-a", nil)
		},
		"DraftKeys": func(t *testing.T, w *world, a portal.Actor) error {
			return w.DraftKeys(t.Context(), a, "saml-a", nil)
		},
		"RefuseKeys": func(t *testing.T, w *world, a portal.Actor) error {
			return w.RefuseKeys(t.Context(), a, "saml-a", nil)
		},
		"SignIns": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.SignIns(t.Context(), a, "saml-a", false, store.Page{})
			return err
		},
		"SignIn": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.SignIn(t.Context(), a, "saml-a", "none")
			return err
		},
		"SignInByReference": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.SignInByReference(t.Context(), a, "none")
			return err
		},
		"MakeSetupLink": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.MakeSetupLink(t.Context(), a, "saml-a", time.Hour)
			return err
		},
		"RevokeSetupLink": func(t *testing.T, w *world, a portal.Actor) error {
			return w.RevokeSetupLink(t.Context(), a, "saml-a")
		},
	}
}
