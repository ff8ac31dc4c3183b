package portal_test

import (
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// clientTries are the methods about API clients.
func clientTries(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"Clients": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Clients(t.Context(), a)
			return err
		},
		"ChoicesForClient": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ChoicesForClient(t.Context(), a)
			return err
		},
		"ClientOf": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ClientOf(t.Context(), a, "c")
			return err
		},
		"EmbedOf": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.EmbedOf(t.Context(), a, "c")
			return err
		},
		"RegisterClient": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.RegisterClient(t.Context(), a, clientDraft())
			return err
		},
		"ChangeClient": func(t *testing.T, w *world, a portal.Actor) error {
			return w.ChangeClient(t.Context(), a, "c", clientDraft())
		},
		"SwitchClient": func(t *testing.T, w *world, a portal.Actor) error {
			return w.SwitchClient(t.Context(), a, "c", false)
		},
		"RemoveClient": func(t *testing.T, w *world, a portal.Actor) error {
			return w.RemoveClient(t.Context(), a, "c")
		},
	}
}

// clientDraft is what makes an API client that may do nothing but ask for embed codes.
func clientDraft() portal.ClientDraft {
	return portal.ClientDraft{Name: "親製品", Keys: []byte(clientKey), Scopes: store.ScopeEmbed, Offices: store.OfficeScope{All: true}}
}

// clientKey is a public key of nobody's.
const clientKey = `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"2026-11","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`
