package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// TrustLine is a trust as a list shows it.
type TrustLine struct {
	store.Trust
	Draft bool     // something waits to be switched on
	Keys  []KeyEnd // in no order
	Last  LastSignIns
}

// LastSignIns is what came of the newest sign-ins at a trust, tests aside.
type LastSignIns struct {
	Allowed time.Time // zero: nobody, as far as sign-ins are kept
	Refused time.Time
	Reason  string // of the refused one
}

// TrustView is a trust and what an administrator decides about it by.
type TrustView struct {
	TrustLine
	Pending  *store.TrustDraft // nil: none
	Missing  []TrustProblem    // why the draft cannot be switched on yet
	Changes  []TrustChange     // what it would change
	Versions []store.TrustVersion
	LastWay  bool      // without it no administrator could come in any more
	Shared   bool      // it admits into other firms too: the operator changes it
	Refused  time.Time // when what the IdP offers was refused; zero: it waits for a word, where there is any
	Accounts int       // that come in by it, of all firms
	Links    []store.SetupLink
}

// viewTrusts is view for trusts. They are the whole firm's, so an administrator with a list of offices has no part in
// them: whoever changes whom the firm believes can become anybody in it.
func (p *Portal) viewTrusts(ctx context.Context, a Actor, fn func(store.Tx, store.Account) error) error {
	return p.view(ctx, a, store.PermitTrusts, func(tx store.Tx, account store.Account) error {
		if err := firmWide(account); err != nil {
			return err
		}
		return fn(tx, account)
	})
}

// updateTrusts is viewTrusts for a transaction that writes.
func (p *Portal) updateTrusts(ctx context.Context, a Actor, fn func(store.Tx, store.Account) error) error {
	return p.update(ctx, a, store.PermitTrusts, func(tx store.Tx, account store.Account) error {
		if err := firmWide(account); err != nil {
			return err
		}
		return fn(tx, account)
	})
}

func firmWide(account store.Account) error {
	if !account.Offices.All {
		return store.Fail(store.Denied, "error.trusts_firm_wide", "account %s has a list of offices", account.ID)
	}
	return nil
}

// ownTrust returns a trust that the tenant owns; one that is only lent to it does not exist here.
func ownTrust(ctx context.Context, tx store.Tx, id store.ID) (store.Trust, error) {
	t, err := tx.Trusts().Get(ctx, id)
	if err != nil {
		return t, fmt.Errorf("read trust %s: %w", id, err)
	}
	owned, err := tx.Trusts().Owns(ctx, id)
	if err == nil && !owned {
		err = fmt.Errorf("trust %s is another tenant's: %w", id, store.ErrNotFound)
	}
	return t, err
}

// mayChange returns a trust that the tenant owns and that its administrators may change. One that admits into other firms
// too is the operator's to change, who bound it to them: whoever decides what its IdP is can become anybody in all of them.
func mayChange(ctx context.Context, tx store.Tx, id store.ID) (store.Trust, error) {
	t, err := ownTrust(ctx, tx, id)
	if err == nil && admitsElsewhere(t, tx.Tenant()) {
		err = store.Fail(store.Denied, "error.trust_shared", "trust %s admits into other tenants too", id)
	}
	return t, err
}

func admitsElsewhere(t store.Trust, owner store.ID) bool {
	for _, tenant := range t.Tenants {
		if tenant != owner {
			return true
		}
	}
	return false
}

// draftOf returns a trust's draft, nil when there is none.
func draftOf(ctx context.Context, tx store.Tx, id store.ID) (*store.TrustDraft, error) {
	d, err := tx.TrustDrafts().Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the draft of trust %s: %w", id, err)
	}
	return &d, nil
}

// Trusts returns the trusts that the actor's firm owns, by ID.
func (p *Portal) Trusts(ctx context.Context, a Actor, page store.Page) (list store.List[TrustLine], err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		some, err := tx.Trusts().List(ctx, page)
		if err != nil {
			return fmt.Errorf("list trusts: %w", err)
		}
		list = store.List[TrustLine]{Next: some.Next}
		for _, t := range some.Items {
			draft, err := draftOf(ctx, tx, t.ID)
			if err != nil {
				return err
			}
			line, err := p.trustLine(ctx, tx, t, draft)
			if err != nil {
				return err
			}
			list.Items = append(list.Items, line)
		}
		return nil
	})
	return list, err
}

func (p *Portal) trustLine(ctx context.Context, tx store.Tx, t store.Trust, draft *store.TrustDraft) (line TrustLine, err error) {
	line = TrustLine{Trust: t, Draft: draft != nil, Keys: p.keysOf(t)}
	line.Last, err = lastSignIns(ctx, tx, t.ID)
	return line, err
}

func lastSignIns(ctx context.Context, tx store.Tx, trust store.ID) (last LastSignIns, err error) {
	all, err := tx.SignIns().List(ctx, trust, false, store.Page{Limit: store.MaxSignIns})
	if err != nil {
		return last, fmt.Errorf("list the sign-ins of trust %s: %w", trust, err)
	}
	for _, s := range all.Items {
		switch {
		case s.Test:
		case s.Outcome == store.Allowed && last.Allowed.IsZero():
			last.Allowed = s.At
		case s.Outcome == store.Refused && last.Refused.IsZero():
			last.Refused, last.Reason = s.At, s.Reason
		}
	}
	return last, nil
}

// versionsShown is how many versions a trust's page has.
const versionsShown = 10

// Trust returns one trust of the actor's firm.
func (p *Portal) Trust(ctx context.Context, a Actor, id store.ID) (v TrustView, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		t, err := ownTrust(ctx, tx, id)
		if err != nil {
			return err
		}
		draft, err := draftOf(ctx, tx, id)
		if err != nil {
			return err
		}
		v = TrustView{Pending: draft, Refused: refusedAt(t)}
		if v.TrustLine, err = p.trustLine(ctx, tx, t, draft); err != nil {
			return err
		}
		if draft != nil {
			v.Changes, v.Missing = diffTrusts(t, draft.Trust), incomplete(draft.Trust)
		}
		return p.surround(ctx, tx, a.Visit.Address, &v)
	})
	return v, err
}

// surround fills in what is kept beside a trust, for somebody at address.
func (p *Portal) surround(ctx context.Context, tx store.Tx, address string, v *TrustView) error {
	versions, err := tx.TrustDrafts().Versions(ctx, v.ID, store.Page{Limit: versionsShown})
	if err != nil {
		return fmt.Errorf("list the versions of trust %s: %w", v.ID, err)
	}
	v.Versions, v.Shared = versions.Items, admitsElsewhere(v.Trust, tx.Tenant())
	if v.LastWay, err = lastWay(ctx, tx, address, v.Trust); err != nil {
		return err
	}
	if v.Accounts, err = tx.Trusts().Users(ctx, v.ID); err != nil {
		return fmt.Errorf("count the accounts of trust %s: %w", v.ID, err)
	}
	v.Links, err = tx.SetupLinks().List(ctx, v.ID)
	return err
}
