package portal

import (
	"context"
	"fmt"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// followClaims brings account in step with what its claims make of it. The rights of whom the firm cannot do without stay as
// they are: an IdP that was set up wrongly must not lock it out. All of them stay, since who may do less than the people who
// come in by a trust cannot mend it (notBeyond).
func (p *Portal) followClaims(ctx context.Context, tx store.Tx, trust store.OwnedTrust, account, mapped store.Account, v sso.Visit, seen *sso.Mapped) (store.Account, error) {
	mapped.RightsAt = p.Now()
	needed, err := leavesNobody(ctx, tx, account, mapped)
	if err != nil {
		return mapped, fmt.Errorf("see who administers after the claims: %w", err)
	}
	if needed {
		seen.Held, seen.Given, seen.Fewer = true, Permissions(mapped).String(), account.Offices.All && !mapped.Offices.All
		mapped.RoleID, mapped.Permissions, mapped.Offices, mapped.RightsAt = account.RoleID, account.Permissions, account.Offices, account.RightsAt
	}
	if same(account, mapped) {
		return account, nil
	}
	return mapped, p.saveMapped(ctx, tx, trust, mapped, v, seen.Held)
}

// leavesNobody reports whether nobody would administer the firm's trusts, or as much of its accounts as before, once account,
// by which somebody comes in just now, was mapped.
func leavesNobody(ctx context.Context, tx store.Tx, account, mapped store.Account) (bool, error) {
	if administersTrusts(account) && !administersTrusts(mapped) {
		others, err := waysIn(ctx, tx, "", account.ID)
		if err != nil || len(others.known.anywhere) == 0 {
			return true, err
		}
	}
	if administrationBy(mapped) >= administrationBy(account) {
		return false, nil
	}
	others, err := administered(ctx, tx, account.ID)
	return max(others, administrationBy(mapped)) < administrationBy(account), err
}

func (p *Portal) saveMapped(ctx context.Context, tx store.Tx, trust store.OwnedTrust, account store.Account, v sso.Visit, held bool) error {
	if err := tx.Accounts().Update(ctx, account); err != nil {
		return fmt.Errorf("bring the account in step with its claims: %w", err)
	}
	e := p.event(Actor{TrustID: trust.ID, Visit: v}, account, store.DeedAccount, "account:"+string(account.ID), accountDetail(account))
	e.Detail["by"] = "claims"
	if held {
		e.Detail["held"] = "rights"
	}
	return tx.Audit().Append(ctx, e)
}
