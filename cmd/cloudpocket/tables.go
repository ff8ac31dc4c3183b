package main

import (
	"errors"
	"fmt"
	"os"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/store"
)

// tableImport takes a CSV file in.
type tableImport struct {
	ofTenant `embed:""`
	DryRun   bool   `help:"Say what would be done row by row, and do nothing."`
	File     string `arg:"" type:"existingfile" help:"The CSV file, in UTF-8 or CP932, as the export command writes it: its first row names the columns."`
}

func (c *tableImport) run(t *terminal, table portal.Table) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		f, err := os.Open(c.File)
		if err != nil {
			return fmt.Errorf("open the table: %w", err)
		}
		defer f.Close()
		plan, err := s.ImportTable(t.ctx, store.ID(c.Tenant), table, f, !c.DryRun)
		if err := c.refused(t, plan); err != nil {
			return err
		}
		if err != nil {
			return advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", c.Tenant)
		}
		did := "Taken in"
		if c.DryRun {
			did = "Would be taken in"
		}
		_, err = fmt.Fprintf(t.out, "%s: %d new, %d changed, %d unchanged.\n", did, plan.New, plan.Changed, plan.Unchanged)
		return err
	})
}

// refused lists what is wrong with rows, if anything is.
func (c *tableImport) refused(t *terminal, plan portal.ImportPlan) error {
	if plan.Refused == 0 {
		return nil
	}
	var rows [][]string
	for _, p := range plan.Problems {
		rows = append(rows, []string{fmt.Sprint(p.Row), p.Column, plain(p.Why), p.Value})
	}
	if err := table(t.out, []string{"ROW", "COLUMN", "WHY", "VALUE"}, rows); err != nil {
		return err
	}
	return &advised{fmt.Errorf("%d rows of %s are refused, so nothing was done", plan.Refused, c.File), "Correct them and run this again; with --dry-run it only looks."}
}

// tableExport writes a CSV file.
type tableExport struct {
	ofTenant `embed:""`
	Encoding string `help:"utf-8, with a byte order mark, or cp932." enum:"utf-8,cp932" default:"utf-8"`
	Out      string `type:"path" help:"The file to write; it must not be there yet. Empty: standard output."`
}

func (c *tableExport) run(t *terminal, table portal.Table) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		file, err := s.ExportTable(t.ctx, store.ID(c.Tenant), table, csv.Encoding(c.Encoding))
		if err != nil {
			err = advise(err, store.Invalid, "Write it with --encoding utf-8.")
			return advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", c.Tenant)
		}
		if c.Out == "" {
			_, err := t.out.Write(file)
			return err
		}
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("create the file: %w", err)
		}
		_, err = f.Write(file)
		return errors.Join(err, f.Close())
	})
}

type accountImport struct {
	tableImport `embed:""`
}

func (c *accountImport) Run(t *terminal) error { return c.run(t, portal.TableAccounts) }

type accountExport struct {
	tableExport `embed:""`
}

func (c *accountExport) Run(t *terminal) error { return c.run(t, portal.TableAccounts) }

type companyImport struct {
	tableImport `embed:""`
}

func (c *companyImport) Run(t *terminal) error { return c.run(t, portal.TableCompanies) }

type companyExport struct {
	tableExport `embed:""`
}

func (c *companyExport) Run(t *terminal) error { return c.run(t, portal.TableCompanies) }

type officeImport struct {
	tableImport `embed:""`
}

func (c *officeImport) Run(t *terminal) error { return c.run(t, portal.TableOffices) }

type officeExport struct {
	tableExport `embed:""`
}

func (c *officeExport) Run(t *terminal) error { return c.run(t, portal.TableOffices) }
