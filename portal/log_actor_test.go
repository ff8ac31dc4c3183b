package portal_test

import (
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// triedByLog are the methods about addresses, sessions and the log.
func triedByLog(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"Addresses": func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Addresses(t.Context(), a); return err },
		"SaveAddresses": func(t *testing.T, w *world, a portal.Actor) error {
			return w.SaveAddresses(t.Context(), a, store.AddressRule{}, false)
		},
	}
}
