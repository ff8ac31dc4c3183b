package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloudpocket/store"
)

// PutCompany makes the company that the parent product calls c.ExternalID one of that name, and returns it as it is then and
// whether it is new. What is so already is left alone, and leaves no trace in the log. Before anything changes, may is asked
// of the company that there is, nil for none: its error is PutCompany's.
func (p *Portal) PutCompany(ctx context.Context, a Actor, c store.Company, may func(*store.Company) error) (put store.Company, made bool, err error) {
	c.Name, c.ExternalID = strings.TrimSpace(c.Name), strings.TrimSpace(c.ExternalID)
	if c.ExternalID == "" {
		return put, false, store.Fail(store.Invalid, "error.external", "no external ID").With("Max", nameRunes)
	}
	err = p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		made = false
		if err := wholeFirm(account); err != nil {
			return err
		}
		put, err = tx.Companies().ByExternalID(ctx, c.ExternalID)
		if errors.Is(err, store.ErrNotFound) {
			put, made, err = p.newCompany(ctx, tx, a, account, c, may)
			return err
		}
		if err != nil {
			return fmt.Errorf("look for company %q: %w", c.ExternalID, err)
		}
		if err := may(&put); err != nil || put.Name == c.Name {
			return err
		}
		put.Name = c.Name
		return p.saveCompany(ctx, tx, a, account, put, "change", tx.Companies().Update)
	})
	return put, made, err
}

func (p *Portal) newCompany(ctx context.Context, tx store.Tx, a Actor, account store.Account, c store.Company, may func(*store.Company) error) (store.Company, bool, error) {
	if err := may(nil); err != nil {
		return c, false, err
	}
	c.ID, c.CreatedAt = store.NewID(p.Now()), p.Now()
	return c, true, p.saveCompany(ctx, tx, a, account, c, "add", tx.Companies().Create)
}

// companyOfParent returns the company that the parent product calls so, if an office of it is in account's scope.
func companyOfParent(ctx context.Context, tx store.Tx, account store.Account, external string) (store.Company, error) {
	c, err := tx.Companies().ByExternalID(ctx, external)
	if err != nil {
		return c, fmt.Errorf("look for company %q: %w", external, err)
	}
	if account.Offices.All {
		return c, nil
	}
	return knownCompany(ctx, tx, account, c.ID)
}
