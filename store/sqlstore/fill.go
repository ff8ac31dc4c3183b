package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// fillVersion is the schema's version from which the codes that offices carry name them.
const fillVersion = 3

// fillCodes is the migration to fillVersion, a program because a code is folded in ways that SQL does not have.
func fillCodes(dialect goose.Dialect) *goose.Migration {
	return filling(fillVersion, dialect, carryAll)
}

// filling is a migration by a program.
func filling(version int64, dialect goose.Dialect, fill func(context.Context, *dbtx) error) *goose.Migration {
	var rebind *rebinder
	if dialect == goose.DialectPostgres {
		rebind = &rebinder{}
	}
	return goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, t *sql.Tx) error {
		return fill(ctx, &dbtx{runner: t, rebind: rebind})
	}}, nil)
}

// carryAll makes the codes of every office there is name it.
func carryAll(ctx context.Context, on *dbtx) error {
	found, err := carrying(ctx, on)
	if err != nil {
		return fmt.Errorf("read the offices' codes: %w", err)
	}
	for _, o := range found {
		t := offices{&tx{tenant: o.tenant, q: records.New(on), on: on}}
		if err := t.carry(ctx, o.Office); err != nil {
			return fmt.Errorf("fill in the codes of office %s: %w", o.ID, err)
		}
	}
	return nil
}

type tenantOffice struct {
	tenant store.ID
	store.Office
}

// carrying returns the offices of all tenants, with their IDs and codes.
func carrying(ctx context.Context, on *dbtx) (all []tenantOffice, err error) {
	rows, err := on.QueryContext(ctx, `SELECT tenant_id, id, reference_code, office_number, labor_insurance_number,
		employment_insurance_number, corporate_number FROM offices`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var o tenantOffice
		err := rows.Scan(&o.tenant, &o.ID, &o.Codes.ReferenceCode, &o.Codes.OfficeNumber, &o.Codes.LaborInsuranceNumber,
			&o.Codes.EmploymentInsuranceNumber, &o.Codes.CorporateNumber)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, rows.Err()
}
