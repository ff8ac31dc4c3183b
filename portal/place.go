package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// Place says which office a package is for. Taught, the office is known by the package's codes from now on, and others
// that wait with one of them are looked into again. What is not ready and does not wait for an office is ErrConflict.
func (p *Portal) Place(ctx context.Context, a Actor, id, office store.ID, teach bool) error {
	err := p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		pkg, err := packageInSight(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if pkg.State != store.PackageUnplaced && pkg.State != store.PackageReady {
			return store.Fail(store.Conflict, "error.package_changed", "package %s is %s", id, pkg.State)
		}
		if _, err := reach(ctx, tx, account, office); err != nil {
			return store.Fail(store.Invalid, "error.office_unknown", "place a package: %w", err)
		}
		pkg.State, pkg.Office, pkg.Reason = store.PackageReady, office, store.Reason{Key: "package.by_person", Args: map[string]string{"Name": account.Name}}
		if err := tx.Packages().Update(ctx, pkg); err != nil {
			return hurried(fmt.Errorf("place package %s: %w", id, err))
		}
		var taught []store.OfficeCode
		if teach {
			if taught, err = teachCodes(ctx, tx, office, pkg.Codes); err != nil {
				return err
			}
		}
		detail := map[string]string{"package": string(id), "by": "place", "codes": fmt.Sprint(len(taught))}
		if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedOffice, "office:"+string(office), detail)); err != nil {
			return fmt.Errorf("append to the audit: %w", err)
		}
		return p.sortAgain(ctx, tx, taught)
	})
	if err == nil {
		p.kick()
	}
	return err
}

// teachCodes makes those of a package's codes name the office that name nobody yet, and returns them. Where a document
// names several offices by one system, none of those is anybody's; and a 法人番号 is the company's, so it is learnt only
// where there is nothing better.
func teachCodes(ctx context.Context, tx store.Tx, office store.ID, codes []store.OfficeCode) (taught []store.OfficeCode, err error) {
	for _, c := range codes {
		of := func(s store.CodeSystem) int {
			return len(slices.DeleteFunc(slices.Clone(codes), func(o store.OfficeCode) bool { return o.System != s }))
		}
		if of(c.System) > 1 || c.System == store.CodeCorporate && len(codes) > 1 {
			continue
		}
		known, err := tx.Offices().ByCode(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("look for an office by code: %w", err)
		}
		if len(known) > 0 {
			continue
		}
		if err := tx.Offices().Teach(ctx, office, c); err != nil {
			return nil, fmt.Errorf("teach office %s: %w", office, err)
		}
		taught = append(taught, c)
	}
	return taught, nil
}

// sortAgain has those that wait for an office and have one of the codes looked into again.
func (p *Portal) sortAgain(ctx context.Context, tx store.Tx, taught []store.OfficeCode) error {
	if len(taught) == 0 {
		return nil
	}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Packages().List(ctx, store.PackageFilter{States: []store.PackageState{store.PackageUnplaced}}, page)
		if err != nil {
			return fmt.Errorf("list what waits for an office: %w", err)
		}
		for _, pkg := range list.Items {
			if !slices.ContainsFunc(pkg.Codes, func(c store.OfficeCode) bool { return slices.Contains(taught, c) }) {
				continue
			}
			if err := p.owe(ctx, tx, store.TaskSort, string(pkg.ID), p.Now()); err != nil {
				return err
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}
