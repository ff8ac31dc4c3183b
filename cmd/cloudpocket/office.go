package main

import (
	"fmt"
	"strings"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type office struct {
	Add  officeAdd  `cmd:"" help:"Add an office of a company."`
	List officeList `cmd:"" help:"List the offices of a firm's clients."`

	Import officeImport `cmd:"" help:"Add and change offices from a CSV file, all of it or nothing."`
	Export officeExport `cmd:"" help:"Write the offices of a firm's clients into a CSV file."`
}

type officeAdd struct {
	ofTenant `embed:""`
	Company  string `required:"" help:"The company's ID."`
	External string `help:"The parent product's own ID for the office."`
	officeCodes
	ID   string `arg:"" help:"Short ID."`
	Name string `arg:"" help:"The office's name."`
}

// officeCodes are the numbers by which documents name an office.
type officeCodes struct {
	ReferenceCode             string `and:"pension" help:"事業所整理記号, by which packages are sorted to the office together with --office-number."`
	OfficeNumber              string `and:"pension" help:"事業所番号, which goes with --reference-code."`
	LaborInsuranceNumber      string `help:"労働保険番号 by which packages are sorted to the office."`
	EmploymentInsuranceNumber string `help:"雇用保険適用事業所番号 by which packages are sorted to the office."`
	CorporateNumber           string `help:"法人番号 by which packages are sorted to the office where no other number tells it from its company's others."`
}

func (c *officeAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		err := s.AddOffice(t.ctx, store.ID(c.Tenant), store.Office{ID: store.ID(c.ID), CompanyID: store.ID(c.Company), Name: c.Name, ExternalID: c.External, Codes: store.OfficeCodes(c.officeCodes)})
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
			rows = append(rows, []string{string(one.ID), string(one.CompanyID), one.ExternalID, moment(one.CreatedAt), written(one.Codes), one.Name})
		}
		return table(t.out, []string{"ID", "COMPANY", "EXTERNAL", "SINCE", "CODES", "NAME"}, rows)
	})
}

// written is how a list has an office's codes: those that can name it, as documents are read.
func written(codes store.OfficeCodes) string {
	var all []string
	for _, c := range codes.List() {
		all = append(all, string(c.System)+":"+c.Code)
	}
	return strings.Join(all, ",")
}
