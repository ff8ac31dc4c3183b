package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// PersonChoices is what a form about a person of one company, or of the firm itself, can offer: no more than the actor
// could grant.
type PersonChoices struct {
	Company store.Company // zero for the firm's own staff
	Trusts  []store.Trust // that the firm owns
	Roles   []store.Role  // whose menus the actor has
	Menus   []store.Permission
	Offices []OfficeChoice // in scope, that have not ended
	Many    bool           // there are more offices than can be chosen from; they are named by ID instead
	All     bool           // the actor can grant all offices
}

// ChoicesFor returns what a form about a person of a company can offer; company "" is the firm itself.
func (p *Portal) ChoicesFor(ctx context.Context, a Actor, company store.ID) (c PersonChoices, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) (err error) {
		c = PersonChoices{All: account.Offices.All}
		may := Permissions(account)
		if company != "" {
			if c.Company, err = knownCompany(ctx, tx, account, company); err != nil {
				return err
			}
			may &^= staffOnly
		}
		for _, one := range Menus() {
			if may.Has(one) {
				c.Menus = append(c.Menus, one)
			}
		}
		if err := c.roles(ctx, tx, account, company != ""); err != nil {
			return err
		}
		trusts, err := tx.Trusts().List(ctx, store.Page{Limit: store.MaxPage})
		if err != nil {
			return fmt.Errorf("list trusts: %w", err)
		}
		c.Trusts = trusts.Items
		return c.offices(ctx, tx, account, company)
	})
	return c, err
}

// roles adds those that grant nothing that account lacks. Of menus that a client cannot have none counts.
func (c *PersonChoices) roles(ctx context.Context, tx store.Tx, account store.Account, client bool) error {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Roles().List(ctx, page)
		if err != nil {
			return fmt.Errorf("list roles: %w", err)
		}
		for _, r := range list.Items {
			granted := r.Permissions
			if client {
				granted &^= staffOnly
			}
			if granted != 0 && granted&^Permissions(account) == 0 {
				c.Roles = append(c.Roles, r)
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

// choosable is how many offices a form offers one by one.
const choosable = 200

func (c *PersonChoices) offices(ctx context.Context, tx store.Tx, account store.Account, company store.ID) error {
	names := map[store.ID]string{}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Offices().List(ctx, company, page)
		if err != nil {
			return fmt.Errorf("list offices: %w", err)
		}
		for _, o := range list.Items {
			if !account.Reaches(o) || o.Closed() {
				continue
			}
			if len(c.Offices) == choosable {
				c.Offices, c.Many = nil, true
				return nil
			}
			name, err := companyName(ctx, tx, names, o.CompanyID)
			if err != nil {
				return err
			}
			c.Offices = append(c.Offices, OfficeChoice{Office: o, Company: name})
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

// OfficesNamed returns the offices in the actor's scope that are called so by their ID or, failing that, by the parent
// product. One that is not there is named in the refusal.
func (p *Portal) OfficesNamed(ctx context.Context, a Actor, called []string) (ids []store.ID, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		ids = nil
		if len(called) > MaxScope {
			return store.Fail(store.Invalid, "error.too_many_offices", "%d offices", len(called)).With("Max", MaxScope)
		}
		for _, name := range called {
			o, err := officeCalled(ctx, tx, account, name)
			if err != nil {
				return err
			}
			ids = append(ids, o.ID)
		}
		return nil
	})
	return ids, err
}

// officeCalled returns the office in account's scope of that ID, or else of that external ID.
func officeCalled(ctx context.Context, tx store.Tx, account store.Account, name string) (o store.Office, err error) {
	err = store.ErrNotFound
	if store.ID(name).Valid() {
		o, err = tx.Offices().Get(ctx, store.ID(name))
	}
	if errors.Is(err, store.ErrNotFound) {
		o, err = tx.Offices().ByExternalID(ctx, name)
	}
	if errors.Is(err, store.ErrNotFound) || err == nil && !account.Reaches(o) {
		return o, store.Fail(store.Invalid, "error.office_nowhere", "no office %q for account %s", name, account.ID).With("Name", name)
	}
	if err != nil {
		return o, fmt.Errorf("look for office %q: %w", name, err)
	}
	return o, nil
}
