package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// RightsCopy is what a successor would get from a predecessor: Next is how the successor's account would be.
type RightsCopy struct {
	From, To, Next PersonItem
	Same           bool // there is nothing to copy
}

// CopyPreview says what CopyRights would do, and changes nothing.
func (p *Portal) CopyPreview(ctx context.Context, a Actor, from, to store.ID) (c RightsCopy, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		f, t, next, err := copied(ctx, tx, account, from, to)
		if err != nil {
			return err
		}
		names := newNames()
		c = RightsCopy{Same: same(t, next)}
		for _, one := range []struct {
			to *PersonItem
			a  store.Account
		}{{&c.From, f}, {&c.To, t}, {&c.Next, next}} {
			if *one.to, err = names.item(ctx, tx, one.a); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// CopyRights gives a successor the role, menus and offices of a predecessor, in place of their own, and disables the
// predecessor when asked to, whose sessions then end. seen are the two accounts' versions as they were looked at: others
// are ErrConflict.
func (p *Portal) CopyRights(ctx context.Context, a Actor, from, to store.ID, seen [2]int64, disable bool) (ended int, err error) {
	var who store.Account
	err = p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		who = account
		f, t, next, err := copied(ctx, tx, account, from, to)
		if err != nil {
			return err
		}
		if f.Version != seen[0] || t.Version != seen[1] {
			return store.Fail(store.Conflict, "error.person_changed", "accounts %s and %s have versions %d and %d, not %v", from, to, f.Version, t.Version, seen)
		}
		if err := p.changePerson(ctx, tx, a, account, t, next, map[string]string{"by": "copy", "from": string(from)}); err != nil || !disable {
			return err
		}
		if f, err = other(ctx, tx, account, from); err != nil {
			return err
		}
		off := f
		off.State, off.Dismissed = store.AccountDisabled, false
		return p.changePerson(ctx, tx, a, account, f, off, map[string]string{"by": "copy", "to": string(to)})
	})
	if err != nil || !disable {
		return 0, err
	}
	return p.endOf(ctx, a, who, from, "account disabled")
}

// copied returns the two accounts, and the successor's as it would be. Both must be of one company: the offices of another
// are nothing to hand on.
func copied(ctx context.Context, tx store.Tx, account store.Account, from, to store.ID) (f, t, next store.Account, err error) {
	if f, err = managed(ctx, tx, account, from); err != nil {
		return f, t, next, err
	}
	if t, err = managed(ctx, tx, account, to); err != nil {
		return f, t, next, err
	}
	if from == to || f.CompanyID != t.CompanyID {
		return f, t, next, store.Fail(store.Invalid, "error.copy_company", "account %s is of company %q, %s of %q", from, f.CompanyID, to, t.CompanyID)
	}
	next = t
	next.RoleID, next.Permissions, next.Offices = f.RoleID, f.Permissions, f.Offices
	if err := beyond(account, t); err != nil {
		return f, t, next, err
	}
	if err := grants(ctx, tx, account, next); err != nil {
		return f, t, next, fmt.Errorf("copy the rights of account %s: %w", from, err)
	}
	return f, t, next, nil
}
