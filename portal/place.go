package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Place says which office a package is for: one that waits for an office, one whose office is another, and one that was
// here before, which is not thrown out as the same again when a person says so. Taught, the office is known by the
// package's codes from now on and another that was taught them is not, as far as the actor may say so, and what waits in
// the tray with one of them is looked into again. What was handed over, refused or thrown away is ErrConflict.
func (p *Portal) Place(ctx context.Context, a Actor, id, office store.ID, teach bool) error {
	err := p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		pkg, err := packageInSight(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if !pkg.Placeable() {
			return store.Fail(store.Conflict, "error.package_changed", "package %s is %s", id, pkg.State)
		}
		if _, err := reach(ctx, tx, account, office); err != nil {
			return store.Fail(store.Invalid, "error.office_unknown", "place a package: %w", err)
		}
		detail := map[string]string{"package": string(id), "by": "place", "was": string(pkg.State), "from": string(pkg.Office)}
		pkg.Reason = store.Reason{Key: "package.by_person", Args: map[string]string{"Name": account.Name}}
		if pkg.State == store.PackageDuplicate {
			pkg.Reason.Key = "package.not_duplicate"
		}
		pkg.State, pkg.Office = store.PackageReady, office
		if err := tx.Packages().Update(ctx, pkg); err != nil {
			return hurried(fmt.Errorf("place package %s: %w", id, err))
		}
		var learnt lesson
		if teach {
			if learnt, err = learn(ctx, tx, account, office, store.Lessons(pkg.Codes)); err != nil {
				return err
			}
		}
		detail["taught"] = writtenCodes(learnt.taught)
		if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedOffice, "office:"+string(office), detail)); err != nil {
			return fmt.Errorf("append to the audit: %w", err)
		}
		for _, from := range learnt.taken {
			if err := p.forgotten(ctx, tx, p.events(a, account), from, id); err != nil {
				return err
			}
		}
		return p.sortAgain(ctx, tx, learnt.taught)
	})
	if err == nil {
		p.kick()
	}
	return err
}

// sortAgain has those that wait for an office and have one of the codes looked into again.
func (p *Portal) sortAgain(ctx context.Context, tx store.Tx, codes []store.OfficeCode) error {
	return eachPackage(ctx, tx, store.PackageUnplaced, codes, func(pkg store.Package) error {
		return p.owe(ctx, tx, store.TaskSort, string(pkg.ID), p.Now())
	})
}

// eachPackage calls do with the packages of one state that have one of the codes.
func eachPackage(ctx context.Context, tx store.Tx, state store.PackageState, codes []store.OfficeCode, do func(store.Package) error) error {
	if len(codes) == 0 {
		return nil
	}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Packages().List(ctx, store.PackageFilter{States: []store.PackageState{state}}, page)
		if err != nil {
			return fmt.Errorf("list what is %s: %w", state, err)
		}
		for _, pkg := range list.Items {
			if !anyOf(pkg.Codes, codes) {
				continue
			}
			if err := do(pkg); err != nil {
				return err
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}
