package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloudpocket/store"
)

// Roles returns the firm's roles by name.
func (p *Portal) Roles(ctx context.Context, a Actor, page store.Page) (list store.List[store.Role], err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, _ store.Account) (err error) {
		if list, err = tx.Roles().List(ctx, page); err != nil {
			return fmt.Errorf("list roles: %w", err)
		}
		return nil
	})
	return list, err
}

// RoleOf returns one role, and why the actor may not change it, if they may not.
func (p *Portal) RoleOf(ctx context.Context, a Actor, id store.ID) (r store.Role, barred error, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) (err error) {
		if r, err = tx.Roles().Get(ctx, id); err != nil {
			return fmt.Errorf("read role %s: %w", id, err)
		}
		barred = overRole(account, r.Permissions)
		return nil
	})
	return r, barred, err
}

// CreateRole makes a role of menus that the actor has.
func (p *Portal) CreateRole(ctx context.Context, a Actor, r store.Role) (id store.ID, err error) {
	err = p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		r.ID, r.Version = store.NewID(p.Now()), 0
		id = r.ID
		if err := checkRole(account, r); err != nil {
			return err
		}
		if err := tx.Roles().Create(ctx, r); err != nil {
			return roleTaken(fmt.Errorf("create role %s: %w", r.ID, err))
		}
		return p.auditRole(ctx, tx, a, account, r, "add")
	})
	return id, err
}

// ChangeRole changes a role, and with it what everybody may do who has it. The actor must hold what it grants now and what
// it is to grant, and reach every office: whoever has it is anywhere.
func (p *Portal) ChangeRole(ctx context.Context, a Actor, r store.Role) error {
	return p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		old, err := tx.Roles().Get(ctx, r.ID)
		if err != nil {
			return fmt.Errorf("read role %s: %w", r.ID, err)
		}
		if err := overRole(account, old.Permissions); err != nil {
			return err
		}
		if err := checkRole(account, r); err != nil {
			return err
		}
		if old.Version != r.Version {
			return store.Fail(store.Conflict, "error.role_changed", "role %s has version %d, not %d", r.ID, old.Version, r.Version)
		}
		return administrable(ctx, tx, a.Visit.Address, func() error {
			if err := tx.Roles().Update(ctx, r, p.Now()); err != nil {
				return roleTaken(fmt.Errorf("save role %s: %w", r.ID, err))
			}
			return p.auditRole(ctx, tx, a, account, r, "change")
		})
	})
}

// DeleteRole deletes a role that no account has and that no trust's mapping names.
func (p *Portal) DeleteRole(ctx context.Context, a Actor, id store.ID) error {
	return p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		r, err := tx.Roles().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read role %s: %w", id, err)
		}
		if err := overRole(account, r.Permissions); err != nil {
			return err
		}
		if r.Accounts > 0 {
			return store.Fail(store.Invalid, "error.role_held", "%d accounts have role %s", r.Accounts, id).With("Count", r.Accounts)
		}
		trust, err := mappingRole(ctx, tx, id)
		if err != nil {
			return err
		}
		if trust != "" {
			return store.Fail(store.Invalid, "error.role_mapped", "trust %s maps to role %s", trust, id).With("Name", trust)
		}
		if err := tx.Roles().Delete(ctx, id); err != nil {
			return fmt.Errorf("delete role %s: %w", id, err)
		}
		return p.auditRole(ctx, tx, a, account, r, "delete")
	})
}

// mappingRole returns the name of a trust of the firm whose mapping names a role; empty if none does.
func mappingRole(ctx context.Context, tx store.Tx, id store.ID) (string, error) {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Trusts().List(ctx, page)
		if err != nil {
			return "", fmt.Errorf("list trusts: %w", err)
		}
		for _, t := range list.Items {
			for _, what := range t.Mapping.Roles {
				if what == roleMark+string(id) {
					return t.Name, nil
				}
			}
		}
		if page.After = list.Next; page.After == "" {
			return "", nil
		}
	}
}

func checkRole(account store.Account, r store.Role) error {
	switch {
	case !nameable(r.Name) || r.Name != strings.TrimSpace(r.Name):
		return store.Fail(store.Invalid, "error.person_name", "name %q", r.Name).With("Max", nameRunes)
	case r.Permissions == 0:
		return store.Fail(store.Invalid, "error.role_empty", "role %s without menus", r.ID)
	case r.Permissions&^store.PermitAll != 0:
		return store.Fail(store.Invalid, "error.role_empty", "role %s with menus that are not there", r.ID)
	}
	return overRole(account, r.Permissions)
}

// overRole demands that account may decide about a role: that it holds all that the role grants, everywhere.
func overRole(account store.Account, granted store.Permission) error {
	if missing := granted &^ Permissions(account); missing != 0 {
		return store.Fail(store.Denied, "error.grant_menus", "account %s decides about %q without having it", account.ID, missing)
	}
	if !account.Offices.All {
		return store.Fail(store.Denied, "error.all_offices_needed", "account %s has a list of offices", account.ID)
	}
	return nil
}

// roleTaken says what a conflict about a role means.
func roleTaken(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return store.Fail(store.Invalid, "error.role_taken", "%w", err)
	}
	return err
}

func (p *Portal) auditRole(ctx context.Context, tx store.Tx, a Actor, account store.Account, r store.Role, by string) error {
	detail := map[string]string{"by": by, "permissions": r.Permissions.String(), "name": r.Name}
	return tx.Audit().Append(ctx, p.event(a, account, store.DeedRole, "role:"+string(r.ID), detail))
}
