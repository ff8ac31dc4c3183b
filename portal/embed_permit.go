package portal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// permitEmbed demands that the client may still show people the portal in that page: it is switched on, may ask for embed codes, and
// has the page's origin. Who acts elsewhere than in a partner's page needs none.
func permitEmbed(ctx context.Context, tx store.Tx, e store.Embed) error {
	if e == (store.Embed{}) {
		return nil
	}
	c, err := tx.APIClients().Get(ctx, e.ClientID)
	if errors.Is(err, store.ErrNotFound) {
		return store.Fail(store.Denied, "error.embed_refused", "API client %s is gone: %w", e.ClientID, err)
	}
	if err != nil {
		return fmt.Errorf("read the API client of an embed: %w", err)
	}
	if c.State != store.ClientEnabled || !c.Scopes.Has(store.ScopeEmbed) || !slices.Contains(c.Origins, e.Origin) {
		return store.Fail(store.Denied, "error.embed_refused", "API client %s is %q with %q, and %q is one of its origins: %t", c.ID, c.State, c.Scopes, e.Origin, slices.Contains(c.Origins, e.Origin))
	}
	return nil
}

// permissionsOf returns the menus that account has where a acts: in a partner's page there is nothing for administrators.
func permissionsOf(account store.Account, a Actor) store.Permission {
	menus := Permissions(account)
	if a.Embed != (store.Embed{}) {
		menus &^= Administrative
	}
	return menus
}

// embedded returns the detail of an event, which for a deed in a partner's page says in whose.
func (a Actor) embedded(detail map[string]string) map[string]string {
	if a.Embed == (store.Embed{}) {
		return detail
	}
	detail = maps.Clone(detail)
	if detail == nil {
		detail = map[string]string{}
	}
	brought(detail, sso.Visit{Client: a.Embed.ClientID, Origin: a.Embed.Origin})
	return detail
}
