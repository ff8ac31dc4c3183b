package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// managed returns an account that actor, an administrator, may know of: with a list of offices, those whose own list is
// within it. "All offices" is within no list, since it covers those that are opened tomorrow. An account without any office
// is its company's, so somebody must have an office of that. Any other, and one that was deleted, does not exist.
func managed(ctx context.Context, tx store.Tx, actor store.Account, id store.ID) (store.Account, error) {
	return scopeOf(tx, actor).managed(ctx, id)
}

// scope is what an administrator may know of. Where many records are asked about it is made once a transaction, since it
// remembers of which companies the actor has an office: a list of offices is long, and read no more than once.
type scope struct {
	tx        store.Tx
	actor     store.Account
	companies map[store.ID]bool // those of the offices that were read
	read      int               // how many of the actor's offices that were
}

func scopeOf(tx store.Tx, actor store.Account) *scope {
	return &scope{tx: tx, actor: actor, companies: map[store.ID]bool{}}
}

func (s *scope) managed(ctx context.Context, id store.ID) (store.Account, error) {
	target, err := s.tx.Accounts().Get(ctx, id)
	if err != nil {
		return target, fmt.Errorf("read an account: %w", err)
	}
	seen, err := s.manages(ctx, target)
	if err == nil && !seen {
		err = fmt.Errorf("account %s is not within the offices of %s: %w", id, s.actor.ID, store.ErrNotFound)
	}
	return target, err
}

func (s *scope) manages(ctx context.Context, target store.Account) (bool, error) {
	switch {
	case target.State == store.AccountDeleted:
		return false, nil
	case s.actor.Offices.All:
		return true, nil
	case !within(target.Offices, s.actor.Offices):
		return false, nil
	case target.Staff() || len(target.Offices.Offices) > 0:
		return true, nil
	}
	return s.touches(ctx, target.CompanyID)
}

// within reports whether every office that inner lets see is in outer.
func within(inner, outer store.OfficeScope) bool {
	if outer.All || inner.All {
		return outer.All
	}
	return !slices.ContainsFunc(inner.Offices, func(id store.ID) bool { return !outer.Contains(id) })
}

// touches reports whether an office of company is in the actor's list.
func (s *scope) touches(ctx context.Context, company store.ID) (bool, error) {
	if s.actor.Offices.All {
		return true, nil
	}
	for ids := s.actor.Offices.Offices; !s.companies[company] && s.read < len(ids); s.read++ {
		o, err := s.tx.Offices().Get(ctx, ids[s.read])
		if err != nil {
			return false, fmt.Errorf("read an office of the scope: %w", err)
		}
		s.companies[o.CompanyID] = true
	}
	return s.companies[company], nil
}

// beyond demands that actor holds every menu that target has: whoever may do less changes nothing about it, since an
// address or a disabled colleague can be worth as much as a menu.
func beyond(actor, target store.Account) error {
	if missing := Permissions(target) &^ Permissions(actor); missing != 0 {
		return store.Fail(store.Denied, "error.rights_beyond", "account %s has %q, which %s has not", target.ID, missing, actor.ID)
	}
	return nil
}

// grants demands that actor holds what target is about to have: every menu and every office.
func grants(ctx context.Context, tx store.Tx, actor, target store.Account) error {
	if missing := Permissions(target) &^ Permissions(actor); missing != 0 {
		return store.Fail(store.Denied, "error.grant_menus", "account %s grants %q without having it", actor.ID, missing)
	}
	if target.Offices.All && !actor.Offices.All {
		return store.Fail(store.Denied, "error.grant_offices", "account %s grants all offices without having them", actor.ID)
	}
	for _, id := range target.Offices.Offices {
		o, err := reach(ctx, tx, actor, id)
		if errors.Is(err, store.ErrNotFound) || err == nil && !target.Reaches(o) {
			return store.Fail(store.Invalid, "error.person_office", "office %s is not there for %s and company %q", id, actor.ID, target.CompanyID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withRole gives target its role's menus, or keeps its own to what such an account can have.
func withRole(ctx context.Context, tx store.Tx, target *store.Account) error {
	if target.RoleID == "" {
		target.Permissions = Permissions(*target)
		return nil
	}
	r, err := tx.Roles().Get(ctx, target.RoleID)
	if errors.Is(err, store.ErrNotFound) {
		return store.Fail(store.Invalid, "error.role_unknown", "give a role: %w", err).With("Name", string(target.RoleID))
	}
	if err != nil {
		return fmt.Errorf("read a role: %w", err)
	}
	target.Permissions = r.Permissions
	return nil
}

// administration says who is left to manage accounts.
type administration int

const (
	unadministered administration = iota
	inPart                        // somebody with a list of offices
	entire                        // somebody with all of them
)

// administrationBy returns how far a lets somebody manage the firm's accounts.
func administrationBy(a store.Account) administration {
	switch {
	case !a.Staff() || !a.Permissions.Has(store.PermitAccounts):
		return unadministered
	case a.Offices.All:
		return entire
	}
	return inPart
}

// administered returns how far the firm's accounts can be managed by people who can sign in, one of them left out: "" nobody.
func administered(ctx context.Context, tx store.Tx, but store.ID) (best administration, err error) {
	trusts := map[store.ID]store.TrustState{}
	for page := (store.Page{Limit: store.MaxPage}); best != entire; {
		list, err := tx.Accounts().Find(ctx, store.AccountFilter{Staff: true, State: store.AccountActive}, page)
		if err != nil {
			return best, fmt.Errorf("look for administrators: %w", err)
		}
		for _, one := range list.Items {
			if one.ID == but || administrationBy(one) <= best {
				continue
			}
			if _, asked := trusts[one.TrustID]; !asked {
				if trusts[one.TrustID], err = tx.Trusts().State(ctx, one.TrustID); err != nil && !errors.Is(err, store.ErrNotFound) {
					return best, fmt.Errorf("read the trust of an administrator: %w", err)
				}
			}
			if trusts[one.TrustID] == store.TrustEnabled {
				best = administrationBy(one)
			}
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	return best, nil
}

// administrable runs change, carried out for somebody at address, and refuses it when it leaves nobody to manage as much of
// the firm's accounts as before, or no way in for those who administer its trusts.
func administrable(ctx context.Context, tx store.Tx, address string, change func() error) error {
	before, err := administered(ctx, tx, "")
	if err != nil {
		return err
	}
	return keepsWay(ctx, tx, address, func() error {
		if err := change(); err != nil {
			return err
		}
		after, err := administered(ctx, tx, "")
		if err == nil && after < before {
			return store.Fail(store.Invalid, "error.last_administrator", "nobody is left who manages accounts")
		}
		return err
	})
}
