package main

import (
	"fmt"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type office struct {
	Add  officeAdd  `cmd:"" help:"Add an office of a company."`
	List officeList `cmd:"" help:"List the offices of a firm's clients."`
}

type officeAdd struct {
	ofTenant `embed:""`
	Company  string `required:"" help:"The company's ID."`
	External string `help:"The parent product's own ID for the office."`
	ID       string `arg:"" help:"Short ID."`
	Name     string `arg:"" help:"The office's name."`
}

func (c *officeAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		err := s.AddOffice(t.ctx, store.ID(c.Tenant), store.Office{ID: store.ID(c.ID), CompanyID: store.ID(c.Company), Name: c.Name, ExternalID: c.External})
		if err != nil {
			return advise(err, store.NotFound, "There is no company %s of firm %s: see `cloudpocket company list`.", c.Company, c.Tenant)
		}
		_, err = fmt.Fprintf(t.out, "Office %s is added.\n", c.ID)
		return err
	})
}

type officeList struct {
	ofTenant `embed:""`
	Company  string `help:"One company's alone. Empty: every company's."`
}

func (c *officeList) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(_ portal.Setup, stores *app.Stores) error {
		offices, err := stores.OfficesOf(t.ctx, store.ID(c.Tenant), store.ID(c.Company))
		if err != nil {
			return err
		}
		var rows [][]string
		for _, one := range offices {
			rows = append(rows, []string{string(one.ID), string(one.CompanyID), one.ExternalID, moment(one.CreatedAt), one.Name})
		}
		return table(t.out, []string{"ID", "COMPANY", "EXTERNAL", "SINCE", "NAME"}, rows)
	})
}
