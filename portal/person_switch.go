package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// SwitchPerson lets a person in again, or disables them: nothing is theirs to do from the commit on, and their sessions
// have ended before it returns. Nobody disables themself.
func (p *Portal) SwitchPerson(ctx context.Context, a Actor, id store.ID, on bool) (ended int, err error) {
	state := store.AccountDisabled
	if on {
		state = store.AccountActive
	}
	var who store.Account
	err = p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		who = account
		target, err := other(ctx, tx, account, id)
		if err != nil {
			return err
		}
		next := target
		next.State, next.Dismissed = state, false
		return p.changePerson(ctx, tx, a, account, target, next, nil)
	})
	if err != nil || on {
		return 0, err
	}
	return p.endOf(ctx, a, who, id, "account disabled")
}

// DeletePerson deletes a person: they are in no list any more, but receipts and the log still say their name, and whoever
// their identity provider calls so can be registered anew. Their sessions have ended before it returns.
func (p *Portal) DeletePerson(ctx context.Context, a Actor, id store.ID) (ended int, err error) {
	var who store.Account
	err = p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		who = account
		target, err := other(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if err := beyond(account, target); err != nil {
			return err
		}
		return administrable(ctx, tx, a.Visit.Address, func() error {
			if _, err := tx.Accounts().Delete(ctx, id, p.Now()); err != nil {
				return fmt.Errorf("delete account %s: %w", id, err)
			}
			if err := switched(ctx, tx, target, store.AccountDeleted, p.Now()); err != nil {
				return err
			}
			detail := map[string]string{"state": string(store.AccountDeleted), "name": target.Name, "company": string(target.CompanyID), "trust": string(target.TrustID)}
			return tx.Audit().Append(ctx, p.event(a, account, store.DeedAccount, "account:"+string(id), detail))
		})
	})
	if err != nil {
		return 0, err
	}
	return p.endOf(ctx, a, who, id, "account deleted")
}

// other returns an account that the actor manages and that is not their own.
func other(ctx context.Context, tx store.Tx, account store.Account, id store.ID) (store.Account, error) {
	if id == account.ID {
		return account, store.Fail(store.Invalid, "error.not_yourself", "account %s would switch itself off", id)
	}
	return managed(ctx, tx, account, id)
}

// endOf ends the sessions of an account that may not enter any more.
func (p *Portal) endOf(ctx context.Context, a Actor, by store.Account, id store.ID, why string) (int, error) {
	return p.end(ctx, store.SessionSelector{TenantID: a.TenantID, AccountID: id}, func(s store.Session) store.AuditEvent {
		return p.event(a, by, store.DeedRevoke, sessionRecord(s), map[string]string{"account": string(s.AccountID), "by": why})
	})
}
