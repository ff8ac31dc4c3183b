package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// AddClient registers an API client of tenant, switched on, and returns it.
func (s Setup) AddClient(ctx context.Context, tenant store.ID, d ClientDraft) (c store.APIClient, err error) {
	err = s.Records.Update(ctx, tenant, func(tx store.Tx) error {
		if c, err = s.addClient(ctx, tx, s.registrar(), d); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, s.event(store.DeedClient, clientRecord(c.ID), clientDetail("add", c)))
	})
	return c, err
}

// registrar is who registers from the host: no account has that ID, so none is kept.
func (s Setup) registrar() store.Account {
	account := host()
	account.ID, account.Name = "", s.By
	return account
}

// ClientsOf returns the API clients of tenant, by name.
func (s Setup) ClientsOf(ctx context.Context, tenant store.ID) (all []store.APIClient, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) error {
		if all, err = tx.APIClients().List(ctx); err != nil {
			return fmt.Errorf("list API clients: %w", err)
		}
		return nil
	})
	return all, err
}

// GiveClientKeys changes the keys of an API client, or where they are fetched from, and returns it.
func (s Setup) GiveClientKeys(ctx context.Context, id store.ID, keys []byte, from string) (c store.APIClient, err error) {
	err = s.ofClient(ctx, id, func(tx store.Tx) error {
		if c, err = clientNamed(ctx, tx, id); err != nil {
			return err
		}
		if c, err = s.withKeys(c, keys, from); err != nil {
			return err
		}
		c.KeyedBy = ""
		if err := saveClient(ctx, tx, c); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, s.event(store.DeedClient, clientRecord(id), clientDetail("keys", c)))
	})
	return c, err
}

// ReachClient changes what an API client may do and from where, and returns it as it is then: change is given what it is now.
func (s Setup) ReachClient(ctx context.Context, id store.ID, change func(*ClientDraft)) (c store.APIClient, err error) {
	err = s.ofClient(ctx, id, func(tx store.Tx) error {
		if c, err = clientNamed(ctx, tx, id); err != nil {
			return err
		}
		d := ClientDraft{Name: c.Name, KeysURL: c.KeysURL, Scopes: c.Scopes, Offices: c.Offices, Origins: c.Origins, Allowed: c.Allowed, Version: c.Version}
		change(&d)
		if c, err = s.changeClient(ctx, tx, s.registrar(), id, d); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, s.event(store.DeedClient, clientRecord(id), clientDetail("change", c)))
	})
	return c, err
}

// TurnClient lets an API client in again, or does not any more, as [Portal.SwitchClient].
func (s Setup) TurnClient(ctx context.Context, id store.ID, on bool) error {
	return s.ofClient(ctx, id, func(tx store.Tx) error {
		c, changed, err := switchClient(ctx, tx, host(), id, on)
		if err != nil || !changed {
			return err
		}
		return tx.Audit().Append(ctx, s.event(store.DeedClient, clientRecord(id), clientDetail("switch", c)))
	})
}

// DropClient forgets an API client that is switched off.
func (s Setup) DropClient(ctx context.Context, id store.ID) error {
	return s.ofClient(ctx, id, func(tx store.Tx) error {
		c, err := removeClient(ctx, tx, id)
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, s.event(store.DeedClient, clientRecord(id), clientDetail("remove", c)))
	})
}

// ofClient runs fn in a transaction of the tenant that a client is of.
func (s Setup) ofClient(ctx context.Context, id store.ID, fn func(store.Tx) error) error {
	owned, err := s.Records.APIClient(ctx, id)
	if err != nil {
		return fmt.Errorf("find API client %s: %w", id, err)
	}
	return s.Records.Update(ctx, owned.Owner, fn)
}
