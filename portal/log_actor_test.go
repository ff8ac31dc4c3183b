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
		"ReadLog": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ReadLog(t.Context(), a, store.AuditFilter{}, store.Page{})
			return err
		},
		"LogEvent": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.LogEvent(t.Context(), a, 1)
			return err
		},
		"LogPeople": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.LogPeople(t.Context(), a, "人")
			return err
		},
		"ExportLog": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ExportLog(t.Context(), a, store.AuditFilter{}, 1, func(store.AuditEvent) error { return nil })
			return err
		},
		"Events": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Events(t.Context(), a, store.SystemEventFilter{}, store.Page{})
			return err
		},
		"ExportEvents": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ExportEvents(t.Context(), a, store.SystemEventFilter{}, 1, func(store.SystemEvent) error { return nil })
			return err
		},
		"VerifyLog": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.VerifyLog(t.Context(), a, 1, 1)
			return err
		},
		"LogChecks": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.LogChecks(t.Context(), a)
			return err
		},
		"Addresses": func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Addresses(t.Context(), a); return err },
		"SaveAddresses": func(t *testing.T, w *world, a portal.Actor) error {
			return w.SaveAddresses(t.Context(), a, store.AddressRule{}, false)
		},
	}
}
