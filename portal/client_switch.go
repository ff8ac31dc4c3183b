package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// SwitchClient lets an API client in again, for which the actor must be able to give what it may do, or does not any more:
// then the tokens that it has are worth nothing from the commit on. One that is so already stays as it is.
func (p *Portal) SwitchClient(ctx context.Context, a Actor, id store.ID, on bool) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		c, changed, err := switchClient(ctx, tx, account, id, on)
		if err != nil || !changed {
			return err
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedClient, clientRecord(id), clientDetail("switch", c)))
	})
}

// switchClient puts a client into a state, and reports whether it was in another.
func switchClient(ctx context.Context, tx store.Tx, account store.Account, id store.ID, on bool) (c store.APIClient, changed bool, err error) {
	if c, err = clientNamed(ctx, tx, id); err != nil {
		return c, false, err
	}
	state := store.ClientDisabled
	if on {
		state = store.ClientEnabled
		if err := overClient(account, c.Scopes); err != nil {
			return c, false, err
		}
	}
	if c.State == state {
		return c, false, nil
	}
	c.State = state
	return c, true, saveClient(ctx, tx, c)
}

// RemoveClient forgets an API client that is switched off.
func (p *Portal) RemoveClient(ctx context.Context, a Actor, id store.ID) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		c, err := removeClient(ctx, tx, id)
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedClient, clientRecord(id), clientDetail("remove", c)))
	})
}

// removeClient removes a client and returns it as it was.
func removeClient(ctx context.Context, tx store.Tx, id store.ID) (store.APIClient, error) {
	c, err := clientNamed(ctx, tx, id)
	if err != nil {
		return c, err
	}
	if c.State == store.ClientEnabled {
		return c, store.Fail(store.Invalid, "error.client_on", "API client %s is switched on", id)
	}
	if err := tx.APIClients().Delete(ctx, id); err != nil {
		return c, fmt.Errorf("remove API client %s: %w", id, err)
	}
	return c, nil
}
