package portal

import (
	"context"
	"fmt"
	"io"

	"cloudpocket/portal/csv"
	"cloudpocket/store"
)

// ImportTable plans a file of tenant and, if do says so and no row is refused, takes it in, all of it or nothing. It
// returns the plan either way; with refused rows nothing is done (ErrInvalid, when do says so). Unlike [Setup.DeleteAccount] it leaves the firm somebody
// who administers it: what a file says of many is rarely meant so.
func (s Setup) ImportTable(ctx context.Context, tenant store.ID, t Table, src io.Reader, do bool) (plan ImportPlan, err error) {
	columns, rows, err := readTable(t, src)
	if err != nil {
		return plan, err
	}
	if !do {
		err = s.Records.View(ctx, tenant, func(tx store.Tx) error {
			plan, _, err = s.planRows(ctx, tx, host(), t, columns, rows)
			return err
		})
		return plan, err
	}
	err = s.Records.Update(ctx, tenant, func(tx store.Tx) (err error) {
		var changes []func(context.Context) (made, error)
		if plan, changes, err = s.planRows(ctx, tx, host(), t, columns, rows); err != nil {
			return err
		}
		return s.carryOutRows(ctx, tx, s.Visit.Address, plan, changes, s.event)
	})
	return plan, err
}

// ExportTable writes everything of a table of tenant, with English headings.
func (s Setup) ExportTable(ctx context.Context, tenant store.ID, t Table, encoding csv.Encoding) (file []byte, err error) {
	var rows [][]string
	err = s.Records.View(ctx, tenant, func(tx store.Tx) (err error) {
		rows, err = tableRows(ctx, tx, host(), t, "en")
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.Records.Update(ctx, tenant, func(tx store.Tx) error {
		detail := map[string]string{"by": "export", "table": string(t), "rows": fmt.Sprint(len(rows) - 1)}
		return tx.Audit().Append(ctx, s.event(store.DeedExport, "table:"+string(t), detail))
	})
	if err != nil {
		return nil, err
	}
	return encodedTable(encoding, rows)
}

// host stands for whoever is at the host's command line where an account is asked what it may grant: everything.
func host() store.Account {
	return store.Account{ID: "host", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}
}
