package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// keyersMenus returns the menus, as they are now, of whoever gave a client its keys and may have the private ones: it is worth no
// more than they are. At the host all can be given. Whoever could not give keys any more, or left, has none.
func keyersMenus(ctx context.Context, tx store.Tx, c store.APIClient) (store.Permission, error) {
	if c.KeyedBy == "" {
		return store.PermitAll, nil
	}
	keyer, err := tx.Accounts().Get(ctx, c.KeyedBy)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read who gave API client %s its keys: %w", c.ID, err)
	}
	menus := Permissions(keyer)
	if keyer.State != store.AccountActive || !keyer.Offices.All || !menus.Has(store.PermitTrusts) {
		return 0, nil
	}
	return menus, nil
}
