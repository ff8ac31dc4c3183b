package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// Clients returns the firm's API clients, by name. Like its trusts, whoever keeps those keeps all of them.
func (p *Portal) Clients(ctx context.Context, a Actor) (all []store.APIClient, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		if all, err = tx.APIClients().List(ctx); err != nil {
			return fmt.Errorf("list API clients: %w", err)
		}
		return nil
	})
	return all, err
}

// ClientChoices is what a form about an API client can offer.
type ClientChoices struct {
	Scopes  store.Scope // that the actor could give
	Offices []OfficeChoice
	Many    bool // there are more offices than can be chosen from; they are named by ID instead
}

// ClientView is an API client as its page shows it.
type ClientView struct {
	store.APIClient
	Keys    []ClientKey
	Choices ClientChoices
	Barred  bool             // it may do more than the actor, who may switch it off at most
	Lost    store.Permission // what its scopes amount to, and whoever gave it its keys has no more: it cannot use them
}

// ChoicesForClient returns what a form about a new API client can offer.
func (p *Portal) ChoicesForClient(ctx context.Context, a Actor) (c ClientChoices, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, account store.Account) (err error) {
		c, err = clientChoices(ctx, tx, account)
		return err
	})
	return c, err
}

// ClientOf returns one API client with what its form can offer.
func (p *Portal) ClientOf(ctx context.Context, a Actor, id store.ID) (v ClientView, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		v = ClientView{}
		if v.APIClient, err = clientNamed(ctx, tx, id); err != nil {
			return err
		}
		v.Keys = clientKeys(v.APIClient.Keys)
		v.Barred = overClient(account, v.Scopes) != nil
		keyers, err := keyersMenus(ctx, tx, v.APIClient)
		if err != nil {
			return err
		}
		v.Lost = clientMenus(v.Scopes) &^ keyers
		v.Choices, err = clientChoices(ctx, tx, account)
		return err
	})
	return v, err
}

// RegisterClient registers an API client, switched on, and returns its client_id.
func (p *Portal) RegisterClient(ctx context.Context, a Actor, d ClientDraft) (id store.ID, err error) {
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		c, err := p.addClient(ctx, tx, account, d)
		if err != nil {
			return err
		}
		id = c.ID
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedClient, clientRecord(id), clientDetail("add", c)))
	})
	return id, err
}

// addClient keeps a new client that account registers.
func (p *Portal) addClient(ctx context.Context, tx store.Tx, account store.Account, d ClientDraft) (store.APIClient, error) {
	c, err := p.onto(ctx, tx, account, store.APIClient{State: store.ClientEnabled}, d)
	if err != nil {
		return c, err
	}
	c.ID, c.CreatedAt, c.By, c.ByName, c.Version = store.NewID(p.Now()), p.Now(), account.ID, account.Name, 1
	err = tx.APIClients().Create(ctx, c)
	if errors.Is(err, store.ErrConflict) {
		return c, store.Fail(store.Invalid, "error.client_many", "register another API client: %w", err).With("Max", store.MaxAPIClients)
	}
	if err != nil {
		return c, fmt.Errorf("register an API client: %w", err)
	}
	return c, nil
}

// ChangeClient changes an API client. The actor must be able to give what it may do by now, and what it is to: whoever
// says what its keys are is the client.
func (p *Portal) ChangeClient(ctx context.Context, a Actor, id store.ID, d ClientDraft) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		c, err := p.changeClient(ctx, tx, account, id, d)
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedClient, clientRecord(id), clientDetail("change", c)))
	})
}

// changeClient keeps what account says of a client.
func (p *Portal) changeClient(ctx context.Context, tx store.Tx, account store.Account, id store.ID, d ClientDraft) (store.APIClient, error) {
	c, err := clientNamed(ctx, tx, id)
	if err != nil {
		return c, err
	}
	if err := overClient(account, c.Scopes); err != nil {
		return c, err
	}
	if c.Version != d.Version {
		return c, store.Fail(store.Conflict, "error.client_changed", "API client %s has version %d, not %d", id, c.Version, d.Version)
	}
	if c, err = p.onto(ctx, tx, account, c, d); err != nil {
		return c, err
	}
	return c, saveClient(ctx, tx, c)
}

// saveClient keeps a client that was read in the same transaction.
func saveClient(ctx context.Context, tx store.Tx, c store.APIClient) error {
	err := tx.APIClients().Update(ctx, c)
	if errors.Is(err, store.ErrConflict) {
		return store.Fail(store.Conflict, "error.client_changed", "save API client %s: %w", c.ID, err)
	}
	if err != nil {
		return fmt.Errorf("save API client %s: %w", c.ID, err)
	}
	return nil
}

// clientNamed returns a client of the transaction's tenant.
func clientNamed(ctx context.Context, tx store.Tx, id store.ID) (store.APIClient, error) {
	c, err := tx.APIClients().Get(ctx, id)
	if err != nil {
		return c, fmt.Errorf("read API client %s: %w", id, err)
	}
	return c, nil
}

// overClient demands that account holds the menus that scopes amount to.
func overClient(account store.Account, scopes store.Scope) error {
	if beyond := clientMenus(scopes) &^ Permissions(account); beyond != 0 {
		return store.Fail(store.Denied, "error.client_beyond", "%q amounts to %q, which account %s has not", scopes, beyond, account.ID).With("Menus", beyond)
	}
	return nil
}

func clientRecord(id store.ID) string { return "client:" + string(id) }
