package portal

import (
	"context"

	"cloudpocket/store"
)

// MayEmbed returns an error of kind Denied unless the actor may be shown the portal in a page of origin that is client's: it is of
// their own firm, switched on, may ask for embed codes, and has the origin.
func (p *Portal) MayEmbed(ctx context.Context, a Actor, client store.ID, origin string) error {
	if a.Embed = (store.Embed{ClientID: client, Origin: origin}); client == "" || origin == "" {
		return store.Fail(store.Denied, "error.embed_refused", "no client, or no page of one")
	}
	return p.view(ctx, a, Self, func(store.Tx, store.Account) error { return nil })
}
