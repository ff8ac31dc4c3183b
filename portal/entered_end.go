package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Ending is what would end: the sessions of a person, or those by a trust.
type Ending struct {
	Account store.ID // of whom; empty: of everybody whom Trust let in
	Trust   store.ID
	Name    string // the person's, or the trust's
	Count   int
	More    bool // there are more than were counted
	Own     bool // the actor's own session is among them
}

// MayEnd says which sessions EndPersonSessions, or with a trust EndTrustSessions, would end.
func (p *Portal) MayEnd(ctx context.Context, a Actor, account, trust store.ID) (e Ending, err error) {
	e = Ending{Account: account, Trust: trust}
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, actor store.Account) error {
		if account != "" {
			target, err := managed(ctx, tx, actor, account)
			e.Name, e.Own = target.Name, target.ID == actor.ID
			return err
		}
		e.Own = actor.TrustID == trust
		e.Name, err = ofEverybody(ctx, tx, actor, trust)
		return err
	})
	if err != nil {
		return Ending{}, err
	}
	sessions, more, err := p.Sessions.List(ctx, store.SessionSelector{TenantID: a.TenantID, AccountID: account, TrustID: trust}, enteredLook)
	if err != nil {
		return Ending{}, fmt.Errorf("count sessions: %w", err)
	}
	e.Count, e.More = len(sessions), more
	return e, nil
}

// EndSession ends one session of an account that the actor manages. One that has ended already is ErrNotFound.
//
// To end a session takes no more than to know of the account: unlike a change of what it may do, it gives nothing to
// anybody and takes away nothing that signing in again does not bring back, and it must be quick when a device is lost.
func (p *Portal) EndSession(ctx context.Context, a Actor, account, id store.ID) error {
	if id == "" {
		return store.ErrNotFound
	}
	n, err := p.endManaged(ctx, a, account, id)
	if err == nil && n == 0 {
		err = fmt.Errorf("session %s of account %s: %w", id, account, store.ErrNotFound)
	}
	return err
}

// EndPersonSessions ends every session of an account that the actor manages, and returns how many.
func (p *Portal) EndPersonSessions(ctx context.Context, a Actor, account store.ID) (int, error) {
	return p.endManaged(ctx, a, account, "")
}

func (p *Portal) endManaged(ctx context.Context, a Actor, account, id store.ID) (int, error) {
	var me store.Account
	err := p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, actor store.Account) error {
		me = actor
		_, err := managed(ctx, tx, actor, account)
		return err
	})
	if err != nil {
		return 0, err
	}
	return p.endFor(ctx, a, me, store.SessionSelector{TenantID: a.TenantID, AccountID: account, ID: id})
}

// EndTrustSessions ends every session in the actor's firm that a trust vouched for, and returns how many. It takes an
// administrator of all offices, since everybody's may be among them; those in other firms stand.
func (p *Portal) EndTrustSessions(ctx context.Context, a Actor, trust store.ID) (int, error) {
	var me store.Account
	err := p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, actor store.Account) error {
		me = actor
		_, err := ofEverybody(ctx, tx, actor, trust)
		return err
	})
	if err != nil {
		return 0, err
	}
	return p.endFor(ctx, a, me, store.SessionSelector{TenantID: a.TenantID, TrustID: trust})
}

// ofEverybody returns the name of a trust of the firm, for an administrator of all offices.
func ofEverybody(ctx context.Context, tx store.Tx, actor store.Account, trust store.ID) (string, error) {
	if err := seesAll(actor); err != nil {
		return "", err
	}
	t, err := tx.Trusts().Get(ctx, trust)
	if err != nil {
		return "", fmt.Errorf("read trust %s: %w", trust, err)
	}
	return t.Name, nil
}

func (p *Portal) endFor(ctx context.Context, a Actor, me store.Account, sel store.SessionSelector) (int, error) {
	return p.end(ctx, sel, func(s store.Session) store.AuditEvent {
		return p.event(a, me, store.DeedRevoke, sessionRecord(s), map[string]string{"account": string(s.AccountID), "by": "administrator"})
	})
}
