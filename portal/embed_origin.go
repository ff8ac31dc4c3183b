package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// EmbedOrigins returns the origins of the pages in which an API client may have people shown the portal. Of a client that is
// unknown, switched off, not let do that or of a firm that is not active there are none: ErrNotFound, whichever it is.
func (p *Portal) EmbedOrigins(ctx context.Context, client store.ID) ([]string, error) {
	if !client.Valid() {
		return nil, fmt.Errorf("no API client has such an ID: %w", store.ErrNotFound)
	}
	c, err := p.Records.APIClient(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("read the API client to embed: %w", err)
	}
	var tenant store.TenantState
	err = p.Records.View(ctx, c.Owner, func(tx store.Tx) (err error) {
		tenant, err = tx.APIClients().Tenant(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the tenant of API client %s: %w", c.ID, err)
	}
	if c.State != store.ClientEnabled || !c.Scopes.Has(store.ScopeEmbed) || len(c.Origins) == 0 || tenant != store.TenantActive {
		return nil, store.Fail(store.NotFound, "", "API client %s is %q with %q and %d origins, its tenant %q", c.ID, c.State, c.Scopes, len(c.Origins), tenant)
	}
	return c.Origins, nil
}
