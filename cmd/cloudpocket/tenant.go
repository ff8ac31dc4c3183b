package main

import (
	"fmt"

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
