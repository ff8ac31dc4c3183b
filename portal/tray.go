package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// TrayItem is a package with what a person reads beside it.
type TrayItem struct {
	store.Package
	OfficeName  string // empty while there is no office
	CompanyName string
	Receiver    string             // who dropped it
	Lessons     []store.OfficeCode // that the actor may have its office learn; of one that is looked at alone
}

// trayPages is how many pages of others' packages are passed over to find one of one's own.
const trayPages = 20

// inSight reports whether account may know of a package: those with an office in scope, and those without one.
func inSight(account store.Account, pkg store.Package) bool {
	return account.Staff() && (pkg.Office == "" || account.Offices.Contains(pkg.Office))
}

// Tray returns packages newest first. A page may have fewer than were asked for and still not be the last.
func (p *Portal) Tray(ctx context.Context, a Actor, f store.PackageFilter, page store.Page) (list store.List[TrayItem], err error) {
	err = p.view(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		list = store.List[TrayItem]{}
		for range trayPages {
			some, err := tx.Packages().List(ctx, f, page)
			if err != nil {
				return fmt.Errorf("list the tray: %w", err)
			}
			if err := p.addToTray(ctx, tx, account, &list, some.Items); err != nil {
				return err
			}
			page.After, list.Next = some.Next, some.Next
			if len(list.Items) > 0 || some.Next == "" {
				return nil
			}
		}
		return nil
	})
	return list, err
}

func (p *Portal) addToTray(ctx context.Context, tx store.Tx, account store.Account, list *store.List[TrayItem], some []store.Package) error {
	named := naming{tx: tx, offices: map[store.ID]TrayItem{}, people: map[store.ID]string{}}
	for _, pkg := range some {
		if !inSight(account, pkg) {
			continue
		}
		item, err := named.item(ctx, pkg)
		if err != nil {
			return err
		}
		list.Items = append(list.Items, item)
	}
	return nil
}

// naming finds the names around packages, each once.
type naming struct {
	tx      store.Tx
	offices map[store.ID]TrayItem
	people  map[store.ID]string
}

func (n naming) item(ctx context.Context, pkg store.Package) (item TrayItem, err error) {
	if pkg.Office != "" {
		if item, err = n.office(ctx, pkg.Office); err != nil {
			return item, err
		}
	}
	name, ok := n.people[pkg.ReceivedBy]
	if !ok {
		if name, err = nameOf(ctx, n.tx, pkg.ReceivedBy); err != nil {
			return item, err
		}
		n.people[pkg.ReceivedBy] = name
	}
	item.Package, item.Receiver = pkg, name
	item.Name = guarded(pkg.Name)
	return item, nil
}

func (n naming) office(ctx context.Context, id store.ID) (TrayItem, error) {
	if item, ok := n.offices[id]; ok {
		return item, nil
	}
	o, err := n.tx.Offices().Get(ctx, id)
	if err != nil {
		return TrayItem{}, fmt.Errorf("read the office of a package: %w", err)
	}
	c, err := n.tx.Companies().Get(ctx, o.CompanyID)
	if err != nil {
		return TrayItem{}, fmt.Errorf("read the company of office %s: %w", id, err)
	}
	n.offices[id] = TrayItem{OfficeName: o.Name, CompanyName: c.Name}
	return n.offices[id], nil
}

// maxCounted is how many packages are counted one by one for an account that does not see all of them.
const maxCounted = 2000

// TrayCounts returns how many packages in sight of the actor there are in each state, of one drop or of all when drop is
// empty; counting ends at store.MaxPackageCount, for an account that does not see all offices at two thousand in all.
func (p *Portal) TrayCounts(ctx context.Context, a Actor, drop store.ID) (counts map[store.PackageState]int, err error) {
	err = p.view(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) (err error) {
		if account.Offices.All {
			counts, err = tx.Packages().Count(ctx, drop)
			return err
		}
		counts, err = countInSight(ctx, tx, account, drop)
		return err
	})
	return counts, err
}

func countInSight(ctx context.Context, tx store.Tx, account store.Account, drop store.ID) (map[store.PackageState]int, error) {
	counts := map[store.PackageState]int{}
	f := store.PackageFilter{Drop: drop}
	if drop == "" {
		f.States = []store.PackageState{store.PackageReceived, store.PackageReady, store.PackageUnplaced, store.PackageDuplicate, store.PackageRefused}
	}
	page := store.Page{Limit: store.MaxPage}
	for seen := 0; seen < maxCounted; {
		some, err := tx.Packages().List(ctx, f, page)
		if err != nil {
			return nil, fmt.Errorf("count the tray: %w", err)
		}
		for _, pkg := range some.Items {
			if inSight(account, pkg) {
				counts[pkg.State]++
			}
		}
		if page.After = some.Next; page.After == "" {
			break
		}
		seen += len(some.Items)
	}
	return counts, nil
}

// PackageOf returns one package of the tray.
func (p *Portal) PackageOf(ctx context.Context, a Actor, id store.ID) (item TrayItem, err error) {
	err = p.view(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		pkg, err := packageInSight(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if item, err = (naming{tx: tx, offices: map[store.ID]TrayItem{}, people: map[store.ID]string{}}).item(ctx, pkg); err != nil {
			return err
		}
		item.Lessons, err = teachable(ctx, tx, account, pkg)
		return err
	})
	return item, err
}

// packageInSight returns a package that account may handle; any other does not exist for it.
func packageInSight(ctx context.Context, tx store.Tx, account store.Account, id store.ID) (store.Package, error) {
	pkg, err := tx.Packages().Get(ctx, id)
	if err != nil {
		return pkg, fmt.Errorf("read package: %w", err)
	}
	if !inSight(account, pkg) {
		return store.Package{}, fmt.Errorf("package %s is out of the sight of account %s: %w", id, account.ID, store.ErrNotFound)
	}
	return pkg, nil
}

// hurried makes a package that was changed meanwhile a sentence about that.
func hurried(err error) error {
	var e *store.Error
	if errors.As(err, &e) && e.Kind == store.Conflict && e.Key == "" {
		return store.Fail(store.Conflict, "error.package_changed", "%w", err)
	}
	return err
}
