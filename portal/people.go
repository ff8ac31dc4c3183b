package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// PersonItem is a person as a list shows them.
type PersonItem struct {
	store.Account
	Company string // its name; empty for the firm's own staff
	Role    string // its name; empty for none
}

// peopleLooks is how many pages of accounts are read to fill one of those that the actor may know of.
const peopleLooks = 20

// People returns the accounts that the actor manages, by name. A page may have fewer than were asked for and still not be
// the last.
func (p *Portal) People(ctx context.Context, a Actor, f store.AccountFilter, page store.Page) (list store.List[PersonItem], err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		names, by := newNames(), scopeOf(tx, account)
		list = store.List[PersonItem]{}
		for range peopleLooks {
			some, err := tx.Accounts().Find(ctx, f, page)
			if err != nil {
				return fmt.Errorf("find accounts: %w", err)
			}
			for _, one := range some.Items {
				seen, err := by.manages(ctx, one)
				if err != nil {
					return err
				}
				if !seen {
					continue
				}
				item, err := names.item(ctx, tx, one)
				if err != nil {
					return err
				}
				list.Items = append(list.Items, item)
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

// names remembers what was asked for once.
type names struct{ companies, roles map[store.ID]string }

func newNames() names { return names{map[store.ID]string{}, map[store.ID]string{}} }

func (n names) item(ctx context.Context, tx store.Tx, a store.Account) (item PersonItem, err error) {
	item.Account = a
	if !a.Staff() {
		if item.Company, err = companyName(ctx, tx, n.companies, a.CompanyID); err != nil {
			return item, err
		}
	}
	if a.RoleID == "" {
		return item, nil
	}
	if _, known := n.roles[a.RoleID]; !known {
		r, err := tx.Roles().Get(ctx, a.RoleID)
		if err != nil {
			return item, fmt.Errorf("read the role of account %s: %w", a.ID, err)
		}
		n.roles[a.RoleID] = r.Name
	}
	item.Role = n.roles[a.RoleID]
	return item, nil
}

// PersonSeen is a person with what they can see, and why.
type PersonSeen struct {
	PersonItem
	Trust     string // the name of what vouches for them; empty if it may not any more
	TrustOn   bool
	Menus     []MenuWhy
	Offices   []CompanyOffices // those in reach, by company
	More      bool             // there are more offices than these
	Delivered int              // how many deliveries a client's list has, as far as deliveredCount
	Sessions  int
	Self      bool  // it is the actor
	Barred    error // why the actor may change nothing about them; nil: they may
}

// MenuWhy is a menu and where it comes from.
type MenuWhy struct {
	Menu   store.Permission
	ByRole bool // of the role; else the account's own
	Idle   bool // written down, and without effect: menus of the firm that a client's account was given
	Narrow bool // without effect on what is the whole firm's, since the account has a list of offices
}

// CompanyOffices are offices of one company.
type CompanyOffices struct {
	Company store.Company
	Offices []store.Office
}

// deliveredCount and officesShown are how far a person's view counts and lists.
const (
	deliveredCount = 10_000
	officesShown   = 300
)

// PersonOf returns a person with what they can see.
func (p *Portal) PersonOf(ctx context.Context, a Actor, id store.ID) (s PersonSeen, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		target, err := managed(ctx, tx, account, id)
		if err != nil {
			return err
		}
		s = PersonSeen{Menus: menusOf(target), Self: target.ID == account.ID, Barred: beyond(account, target)}
		if s.PersonItem, err = newNames().item(ctx, tx, target); err != nil {
			return err
		}
		if s.Trust, s.TrustOn, err = trustOf(ctx, tx, target.TrustID); err != nil {
			return err
		}
		if s.Offices, s.More, err = officesSeen(ctx, tx, target); err != nil {
			return err
		}
		if target.Staff() || !Permissions(target).Has(store.PermitView) {
			return nil
		}
		if s.Delivered, err = tx.Receipts().Visible(ctx, id, deliveredCount); err != nil {
			return fmt.Errorf("count what account %s sees: %w", id, err)
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	sessions, err := p.Sessions.Of(ctx, a.TenantID, id)
	if err != nil {
		return s, fmt.Errorf("count the sessions of account %s: %w", id, err)
	}
	s.Sessions = len(sessions)
	return s, nil
}

func menusOf(a store.Account) (menus []MenuWhy) {
	for _, one := range Menus() {
		if a.Permissions.Has(one) {
			narrow := a.Staff() && !a.Offices.All && one&(store.PermitLog|store.PermitTrusts) != 0
			menus = append(menus, MenuWhy{Menu: one, ByRole: a.RoleID != "", Idle: !Permissions(a).Has(one), Narrow: narrow})
		}
	}
	return menus
}

// Menus are all menus there are, one permission each, in their order.
func Menus() (all []store.Permission) {
	for one := store.Permission(1); one <= store.PermitAll; one <<= 1 {
		all = append(all, one)
	}
	return all
}

// trustOf returns the name of a trust and whether it is believed; no name for one that may not admit into the tenant.
func trustOf(ctx context.Context, tx store.Tx, id store.ID) (string, bool, error) {
	t, err := tx.Trusts().Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read trust %s: %w", id, err)
	}
	return t.Name, t.State == store.TrustEnabled, nil
}

// officesSeen returns the offices that target reaches, by company, as far as officesShown.
func officesSeen(ctx context.Context, tx store.Tx, target store.Account) (all []CompanyOffices, more bool, err error) {
	ids, err := reached(ctx, tx, target)
	if err != nil {
		return nil, false, err
	}
	place := map[store.ID]int{}
	for i, o := range ids {
		if i == officesShown {
			return all, true, nil
		}
		at, known := place[o.CompanyID]
		if !known {
			c, err := tx.Companies().Get(ctx, o.CompanyID)
			if err != nil {
				return nil, false, fmt.Errorf("read company %s: %w", o.CompanyID, err)
			}
			at, place[o.CompanyID] = len(all), len(all)
			all = append(all, CompanyOffices{Company: c})
		}
		all[at].Offices = append(all[at].Offices, o)
	}
	return all, false, nil
}

// reached returns the offices that target reaches, one more than are shown at most.
func reached(ctx context.Context, tx store.Tx, target store.Account) (all []store.Office, err error) {
	if !target.Offices.All {
		for _, id := range target.Offices.Offices[:min(len(target.Offices.Offices), officesShown+1)] {
			o, err := tx.Offices().Get(ctx, id)
			if err != nil {
				return nil, fmt.Errorf("read office %s: %w", id, err)
			}
			if target.Reaches(o) {
				all = append(all, o)
			}
		}
		return all, nil
	}
	for page := (store.Page{Limit: store.MaxPage}); len(all) <= officesShown; {
		list, err := tx.Offices().List(ctx, target.CompanyID, page)
		if err != nil {
			return nil, fmt.Errorf("list offices: %w", err)
		}
		all = append(all, list.Items...)
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	return all, nil
}
