package main

import (
	"fmt"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type company struct {
	Add  companyAdd  `cmd:"" help:"Add a client company."`
	List companyList `cmd:"" help:"List a firm's client companies."`

	Import companyImport `cmd:"" help:"Add and change companies from a CSV file, all of it or nothing."`
	Export companyExport `cmd:"" help:"Write a firm's client companies into a CSV file."`
}

// ofTenant is for the commands about what belongs to one firm.
type ofTenant struct {
	app.StoreConfig `embed:""`
	Tenant          string `required:"" help:"The firm's ID." env:"CLOUDPOCKET_TENANT"`
}

type companyAdd struct {
	ofTenant `embed:""`
	External string `help:"The parent product's own ID for the company."`
	ID       string `arg:"" help:"Short ID."`
	Name     string `arg:"" help:"The company's name."`
}

func (c *companyAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		err := s.AddCompany(t.ctx, store.ID(c.Tenant), store.Company{ID: store.ID(c.ID), Name: c.Name, ExternalID: c.External})
		if err != nil {
			return advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", c.Tenant)
		}
		_, err = fmt.Fprintf(t.out, "Company %s is added.\n", c.ID)
		return err
	})
}

type companyList struct {
	ofTenant `embed:""`
}

func (c *companyList) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(_ portal.Setup, stores *app.Stores) error {
		companies, err := stores.CompaniesOf(t.ctx, store.ID(c.Tenant))
		if err != nil {
			return err
		}
		var rows [][]string
		for _, one := range companies {
			rows = append(rows, []string{string(one.ID), one.ExternalID, moment(one.CreatedAt), one.Name})
		}
		return table(t.out, []string{"ID", "EXTERNAL", "SINCE", "NAME"}, rows)
	})
}
