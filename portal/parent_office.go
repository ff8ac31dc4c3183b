package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloudpocket/store"
)

// Unsaid is what was not said of an office: that stays as it is, and a new one has no codes and is open.
type Unsaid struct{ Codes, Closed bool }

// PutOffice makes the office that the parent product calls o.ExternalID, of the company that it calls so, one with the name
// and codes of o that has ended or not, but for what is unsaid, and returns it as it is then and whether it is new. What is so already is left alone,
// and leaves no trace in the log. Before anything changes, may is asked of the office that there is, nil for none: its error is
// PutOffice's. An office of another company is ErrConflict.
func (p *Portal) PutOffice(ctx context.Context, a Actor, company string, o store.Office, closed bool, u Unsaid, may func(*store.Office) error) (put store.Office, made bool, err error) {
	o.Name, o.ExternalID, o.Codes = strings.TrimSpace(o.Name), strings.TrimSpace(o.ExternalID), normalCodes(o.Codes)
	if o.ExternalID == "" {
		return put, false, store.Fail(store.Invalid, "error.external", "no external ID").With("Max", nameRunes)
	}
	err = p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) (err error) {
		c, err := companyOfParent(ctx, tx, account, company)
		if err != nil {
			return err
		}
		o.CompanyID = c.ID
		put, made, err = p.putOffice(ctx, tx, a, account, o, closed, u, may)
		return err
	})
	if err == nil {
		p.kick()
	}
	return put, made, err
}

func (p *Portal) putOffice(ctx context.Context, tx store.Tx, a Actor, account store.Account, o store.Office, closed bool, u Unsaid, may func(*store.Office) error) (store.Office, bool, error) {
	old, err := tx.Offices().ByExternalID(ctx, o.ExternalID)
	if errors.Is(err, store.ErrNotFound) || err == nil && !account.Reaches(old) {
		return p.newOffice(ctx, tx, a, account, o, closed, may)
	}
	if err != nil {
		return old, false, fmt.Errorf("look for office %q: %w", o.ExternalID, err)
	}
	if old.CompanyID != o.CompanyID {
		return old, false, store.Fail(store.Conflict, "error.office_elsewhere", "office %s is of company %s", old.ID, old.CompanyID)
	}
	if u.Codes {
		o.Codes = old.Codes
	}
	if u.Closed {
		closed = old.Closed()
	}
	next := withNames(old, o)
	if next != old {
		if err := wholeFirm(account); err != nil {
			return old, false, err
		}
	}
	next = p.endedOr(next, closed)
	if err := may(&old); err != nil || next == old {
		return old, false, err
	}
	return next, false, p.saveOffice(ctx, tx, a, account, next, old.Codes.List(), "change", tx.Offices().Update)
}

func (p *Portal) newOffice(ctx context.Context, tx store.Tx, a Actor, account store.Account, o store.Office, closed bool, may func(*store.Office) error) (store.Office, bool, error) {
	if err := wholeFirm(account); err != nil {
		return o, false, err
	}
	if err := may(nil); err != nil {
		return o, false, err
	}
	o.ID, o.CreatedAt = store.NewID(p.Now()), p.Now()
	o = p.endedOr(o, closed)
	return o, true, p.saveOffice(ctx, tx, a, account, o, nil, "add", tx.Offices().Create)
}

// endedOr returns an office that has ended or not: from now on, if it had not before.
func (p *Portal) endedOr(o store.Office, closed bool) store.Office {
	switch {
	case !closed:
		o.ClosedAt = store.Office{}.ClosedAt
	case !o.Closed():
		o.ClosedAt = p.Now()
	}
	return o
}

// OfficesOfCompany returns the offices in the actor's scope of the company that the parent product calls so, by name. A page
// may have fewer than were asked for and still not be the last.
func (p *Portal) OfficesOfCompany(ctx context.Context, a Actor, company string, page store.Page) (list store.List[store.Office], err error) {
	err = p.view(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		c, err := companyOfParent(ctx, tx, account, company)
		if err != nil {
			return err
		}
		all, err := tx.Offices().List(ctx, c.ID, page)
		if err != nil {
			return fmt.Errorf("list the offices of company %s: %w", c.ID, err)
		}
		list = store.List[store.Office]{Next: all.Next}
		for _, o := range all.Items {
			if account.Reaches(o) {
				list.Items = append(list.Items, o)
			}
		}
		return nil
	})
	return list, err
}

// OfficesOfParent returns the offices in the actor's scope that the parent product calls so, in that order. One that is not
// there is named in the refusal. Our own IDs name none: what is meant for one office must not reach another.
func (p *Portal) OfficesOfParent(ctx context.Context, a Actor, externals []string) (ids []store.ID, err error) {
	if len(externals) > store.MaxDeliveries {
		return nil, store.Fail(store.Invalid, "error.too_many_offices", "%d offices", len(externals)).With("Max", store.MaxDeliveries)
	}
	err = p.view(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		ids = nil
		for _, external := range externals {
			o, err := tx.Offices().ByExternalID(ctx, external)
			if errors.Is(err, store.ErrNotFound) || err == nil && !account.Reaches(o) {
				return store.Fail(store.Invalid, "error.office_nowhere", "no office %q for account %s", external, account.ID).With("Name", external)
			}
			if err != nil {
				return fmt.Errorf("look for office %q: %w", external, err)
			}
			ids = append(ids, o.ID)
		}
		return nil
	})
	return ids, err
}
