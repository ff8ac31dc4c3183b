package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// Me is what every page shows of the person: who they are here, for whom, and what they may do.
type Me struct {
	Account     store.Account
	Firm        string
	Company     string           // empty for the firm's own people
	Permissions store.Permission // those that they have where they are now
}

// Me returns the actor as they are now.
func (p *Portal) Me(ctx context.Context, a Actor) (me Me, err error) {
	err = p.Records.View(ctx, a.TenantID, func(tx store.Tx) error {
		s, err := permit(ctx, tx, a, Self)
		if err != nil {
			return err
		}
		me.Account, me.Firm, me.Permissions = s.Account, s.Firm, permissionsFrom(s, a)
		if !s.Offices.All {
			me.Permissions &^= store.PermitLog | store.PermitTrusts // of no use to them: see ReadLog and viewTrusts
		}
		if s.Staff() {
			return nil
		}
		c, err := tx.Companies().Get(ctx, s.CompanyID)
		me.Company = c.Name
		return err
	})
	return me, err
}

// MySessions returns the actor's own sessions, latest first.
func (p *Portal) MySessions(ctx context.Context, a Actor) ([]store.Session, error) {
	if err := p.view(ctx, a, Self, func(store.Tx, store.Account) error { return nil }); err != nil {
		return nil, err
	}
	return p.Sessions.Of(ctx, a.TenantID, a.AccountID)
}

// Revoke ends one of the actor's own sessions, or all of them when id is empty, and returns how many it ended, each of
// which is audited. Sessions of others do not exist. With an error some may have ended.
func (p *Portal) Revoke(ctx context.Context, a Actor, id store.ID) (int, error) {
	var me store.Account
	if err := p.view(ctx, a, Self, func(_ store.Tx, account store.Account) error { me = account; return nil }); err != nil {
		return 0, err
	}
	if id != "" {
		mine, err := p.Sessions.Of(ctx, a.TenantID, a.AccountID)
		if err != nil {
			return 0, fmt.Errorf("list sessions: %w", err)
		}
		if !slices.ContainsFunc(mine, func(s store.Session) bool { return s.ID == id }) {
			return 0, fmt.Errorf("no such session of account %s: %w", a.AccountID, store.ErrNotFound)
		}
	}
	return p.end(ctx, store.SessionSelector{TenantID: a.TenantID, AccountID: a.AccountID, ID: id}, func(s store.Session) store.AuditEvent {
		return p.event(a, me, store.DeedRevoke, sessionRecord(s), nil)
	})
}
