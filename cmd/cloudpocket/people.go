package main

import (
	"fmt"
	"slices"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type tenantCmd struct {
	Add  tenantAdd  `cmd:"" help:"Add a firm."`
	List tenantList `cmd:"" help:"List the firms."`
}

type tenantAdd struct {
	app.StoreConfig `embed:""`
	ID              string `arg:"" help:"Short ID: a–z, 0–9, hyphens."`
	Name            string `arg:"" help:"The firm's name, as its clients know it."`
}

func (c *tenantAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		return s.AddTenant(t.ctx, store.Tenant{ID: store.ID(c.ID), Name: c.Name})
	})
}

type tenantList struct {
	app.StoreConfig `embed:""`
}

func (c *tenantList) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(_ portal.Setup, stores *app.Stores) error {
		tenants, err := stores.AllTenants(t.ctx)
		if err != nil {
			return err
		}
		for _, one := range tenants {
			fmt.Fprintf(t.out, "%s\t%s\t%s\n", one.ID, one.State, one.Name)
		}
		return nil
	})
}

type company struct {
	Add companyAdd `cmd:"" help:"Add a client company."`
}

type companyAdd struct {
	app.StoreConfig `embed:""`
	Tenant          string `required:"" help:"The firm's ID."`
	External        string `help:"The parent product's own ID for the company."`
	ID              string `arg:"" help:"Short ID."`
	Name            string `arg:"" help:"The company's name."`
}

func (c *companyAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		return s.AddCompany(t.ctx, store.ID(c.Tenant), store.Company{ID: store.ID(c.ID), Name: c.Name, ExternalID: c.External})
	})
}

type office struct {
	Add officeAdd `cmd:"" help:"Add an office of a company."`
}

type officeAdd struct {
	app.StoreConfig `embed:""`
	Tenant          string `required:"" help:"The firm's ID."`
	Company         string `required:"" help:"The company's ID."`
	External        string `help:"The parent product's own ID for the office."`
	ID              string `arg:"" help:"Short ID."`
	Name            string `arg:"" help:"The office's name."`
}

func (c *officeAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		return s.AddOffice(t.ctx, store.ID(c.Tenant), store.Office{ID: store.ID(c.ID), CompanyID: store.ID(c.Company), Name: c.Name, ExternalID: c.External})
	})
}

type account struct {
	Add     accountAdd     `cmd:"" help:"Register a person."`
	Disable accountDisable `cmd:"" help:"Disable an account and end its sessions."`
	Enable  accountEnable  `cmd:"" help:"Enable an account again."`
}

type accountAdd struct {
	app.StoreConfig `embed:""`
	Tenant          string   `required:"" help:"The firm's ID."`
	Trust           string   `required:"" help:"The trust that vouches for the person."`
	Subject         string   `required:"" help:"What the identity provider calls the person (NameID or sub)."`
	Company         string   `help:"The client company. Empty: the firm's own staff."`
	Offices         []string `help:"Offices the person may see. Empty: all of the company's, or of the firm's clients."`
	Permissions     string   `help:"Menus: view, deliver, receipts, offices, accounts, trusts, log, announce." default:"view"`
	Email           string   `help:"E-mail address."`
	ID              string   `arg:"" help:"Short ID."`
	Name            string   `arg:"" help:"The person's name."`
}

func (c *accountAdd) Run(t *terminal) error {
	permissions, err := store.ParsePermission(c.Permissions)
	if err != nil {
		return err
	}
	a := store.Account{ID: store.ID(c.ID), CompanyID: store.ID(c.Company), TrustID: store.ID(c.Trust), Subject: c.Subject, Name: c.Name, Email: c.Email, Permissions: permissions}
	a.Offices.All = len(c.Offices) == 0
	for _, id := range c.Offices {
		a.Offices.Offices = append(a.Offices.Offices, store.ID(id))
	}
	slices.Sort(a.Offices.Offices)
	a.Offices.Offices = slices.Compact(a.Offices.Offices)
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		return s.AddAccount(t.ctx, store.ID(c.Tenant), a)
	})
}

type accountSwitch struct {
	app.StoreConfig `embed:""`
	Tenant          string `required:"" help:"The firm's ID."`
	ID              string `arg:"" help:"The account's ID."`
}

type accountDisable struct {
	accountSwitch `embed:""`
}

func (c *accountDisable) Run(t *terminal) error { return c.to(t, store.AccountDisabled) }

type accountEnable struct {
	accountSwitch `embed:""`
}

func (c *accountEnable) Run(t *terminal) error { return c.to(t, store.AccountActive) }

func (c *accountSwitch) to(t *terminal, state store.AccountState) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		n, err := s.SwitchAccount(t.ctx, store.ID(c.Tenant), store.ID(c.ID), state)
		if err == nil {
			fmt.Fprintf(t.out, "Account %s is %s; %d sessions ended.\n", c.ID, state, n)
		}
		return err
	})
}
