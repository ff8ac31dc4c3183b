package main

import (
	"fmt"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type tenantCmd struct {
	Add     tenantAdd     `cmd:"" help:"Add a firm."`
	List    tenantList    `cmd:"" help:"List the firms."`
	Disable tenantDisable `cmd:"" help:"Suspend a firm: nobody of it or of its clients can do anything, and their sessions end."`
	Enable  tenantEnable  `cmd:"" help:"Let a suspended firm and its clients in again."`

	Addresses tenantAddresses `cmd:"" help:"Say from which networks a firm's people may come, also when its administrators locked themselves out."`
}

type tenantAdd struct {
	app.StoreConfig `embed:""`
	ID              string `arg:"" help:"Short ID: a–z, 0–9, hyphens."`
	Name            string `arg:"" help:"The firm's name, as its clients know it."`
}

func (c *tenantAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		if err := s.AddTenant(t.ctx, store.Tenant{ID: store.ID(c.ID), Name: c.Name}); err != nil {
			return err
		}
		_, err := fmt.Fprintf(t.out, "Firm %s is added.\n", c.ID)
		return err
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
		var rows [][]string
		for _, one := range tenants {
			rows = append(rows, []string{string(one.ID), string(one.State), moment(one.CreatedAt), one.Name})
		}
		return table(t.out, []string{"ID", "STATE", "SINCE", "NAME"}, rows)
	})
}

type tenantSwitch struct {
	app.StoreConfig `embed:""`
	ID              string `arg:"" help:"The firm's ID."`
}

type tenantDisable struct {
	tenantSwitch `embed:""`
}

func (c *tenantDisable) Run(t *terminal) error { return c.to(t, store.TenantSuspended) }

type tenantEnable struct {
	tenantSwitch `embed:""`
}

func (c *tenantEnable) Run(t *terminal) error { return c.to(t, store.TenantActive) }

func (c *tenantSwitch) to(t *terminal, state store.TenantState) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		n, err := s.SwitchTenant(t.ctx, store.ID(c.ID), state)
		if err != nil {
			err = advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", c.ID)
			return advise(err, store.Unavailable, switchAgain)
		}
		return switched(t, "Firm", c.ID, string(state), n)
	})
}
