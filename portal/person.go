package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Person returns what people are shown of an account: its name and address, the firm's name and the company's.
func (p *Portal) Person(ctx context.Context, tenant, account store.ID) (who sso.Person, err error) {
	err = p.Records.View(ctx, tenant, func(tx store.Tx) error {
		a, err := tx.Accounts().Get(ctx, account)
		if err != nil {
			return fmt.Errorf("read an account to be named: %w", err)
		}
		who, err = called(ctx, tx, a)
		return err
	})
	if err != nil {
		return sso.Person{}, err
	}
	return p.ofFirm(ctx, tenant, who)
}

// Expect says whom Admit would let in for identity, and changes nothing.
func (p *Portal) Expect(ctx context.Context, trust store.OwnedTrust, identity sso.Identity) (sso.Admission, sso.Person, error) {
	tenant, err := tenantOf(trust, identity)
	if err != nil {
		return sso.Admission{}, sso.Person{}, err
	}
	if err := p.subscribed(ctx, tenant); err != nil {
		return sso.Admission{}, sso.Person{}, err
	}
	var account store.Account
	var who sso.Person
	err = p.Records.Update(ctx, tenant, func(tx store.Tx) error {
		if account, err = p.accountOf(ctx, tx, trust, identity, sso.Visit{}, &sso.Mapped{}); err != nil {
			return err
		}
		if who, err = called(ctx, tx, account); err != nil {
			return err
		}
		return errPreview
	})
	if !errors.Is(err, errPreview) {
		return sso.Admission{}, sso.Person{}, err
	}
	who, err = p.ofFirm(ctx, tenant, who)
	return sso.Admission{TenantID: tenant, AccountID: account.ID, Previous: account.LastSignInAt}, who, err
}

// called returns the names of an account and its company, and its address.
func called(ctx context.Context, tx store.Tx, a store.Account) (sso.Person, error) {
	who := sso.Person{Name: a.Name, Email: a.Email}
	if a.Staff() {
		return who, nil
	}
	c, err := tx.Companies().Get(ctx, a.CompanyID)
	if err != nil {
		return who, fmt.Errorf("read the company of an account: %w", err)
	}
	who.Company = c.Name
	return who, nil
}

// ofFirm adds the firm's name.
func (p *Portal) ofFirm(ctx context.Context, tenant store.ID, who sso.Person) (sso.Person, error) {
	t, err := p.Records.Tenants().Get(ctx, tenant)
	if err != nil {
		return sso.Person{}, fmt.Errorf("read the firm: %w", err)
	}
	who.Firm = t.Name
	return who, nil
}
