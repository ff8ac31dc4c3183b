package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloudpocket/store"
)

// roleMark begins a value of [store.Mapping.Roles] that names one of the firm's roles by its ID, instead of menus.
const roleMark = "@"

// mapRoles returns the role and the menus that the values of a claim stand for. The account has a role when one value alone
// is known and names one; several make a set of menus of their own, since an account has one role at most.
func mapRoles(ctx context.Context, tx store.Tx, known map[string]string, values []string) (role store.ID, p store.Permission, err error) {
	granting := 0
	for _, value := range values {
		what, ok := known[value]
		if !ok {
			continue
		}
		id, granted, err := mapRole(ctx, tx, what)
		if err != nil {
			return "", 0, fmt.Errorf("role %q of the trust's mapping: %w", value, err)
		}
		role, p, granting = id, p|granted, granting+1
	}
	if granting > 1 {
		role = ""
	}
	return role, p, nil
}

// mapRole returns what one entry of the mapping grants.
func mapRole(ctx context.Context, tx store.Tx, what string) (store.ID, store.Permission, error) {
	id, named := strings.CutPrefix(what, roleMark)
	if !named {
		p, err := store.ParsePermission(what)
		return "", p, err
	}
	r, err := tx.Roles().Get(ctx, store.ID(id))
	if errors.Is(err, store.ErrNotFound) {
		return "", 0, store.Fail(store.Invalid, "error.role_unknown", "there is no role %q: %w", id, err).With("Name", id)
	}
	return r.ID, r.Permissions, err
}

// MappableRoles returns the firm's roles that a trust's mapping can name; whether the actor may grant them is seen when
// they do.
func (p *Portal) MappableRoles(ctx context.Context, a Actor) (all []store.Role, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		for page := (store.Page{Limit: store.MaxPage}); ; {
			list, err := tx.Roles().List(ctx, page)
			if err != nil {
				return fmt.Errorf("list roles: %w", err)
			}
			all = append(all, list.Items...)
			if page.After = list.Next; page.After == "" {
				return nil
			}
		}
	})
	return all, err
}
