package portal_test

import (
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// triedByLog are the methods about addresses, sessions and the log.
func triedByLog(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"Entered": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Entered(t.Context(), a, portal.EnteredFilter{})
			return err
		},
		"MayEnd": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.MayEnd(t.Context(), a, "boss", "")
			return err
		},
		"EndSession": func(t *testing.T, w *world, a portal.Actor) error {
			return w.EndSession(t.Context(), a, "boss", "none")
		},
		"EndPersonSessions": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.EndPersonSessions(t.Context(), a, "boss")
			return err
		},
		"EndTrustSessions": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.EndTrustSessions(t.Context(), a, a.TrustID)
			return err
		},
		"Addresses": func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Addresses(t.Context(), a); return err },
		"SaveAddresses": func(t *testing.T, w *world, a portal.Actor) error {
			return w.SaveAddresses(t.Context(), a, store.AddressRule{}, false)
		},
	}
}
