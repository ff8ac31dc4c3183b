package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"cloudpocket/store"
)

// PersonDraft is what an administrator says of a person. Company, trust and subject are those that a person is registered
// with; they never change.
type PersonDraft struct {
	CompanyID store.ID // empty: the firm's own staff
	TrustID   store.ID
	Subject   string
	Name      string
	Email     string
	RoleID    store.ID         // empty: the menus are the account's own
	Menus     store.Permission // without a role
	Offices   store.OfficeScope
	Version   int64 // of what is changed
}

// Lengths of what is typed of a person, in characters.
const (
	nameRunes    = 100
	emailRunes   = 254
	subjectRunes = 500
)

// check demands what can be shown and kept.
func (d PersonDraft) check() error {
	switch {
	case !nameable(d.Name):
		return store.Fail(store.Invalid, "error.person_name", "name %q", d.Name).With("Max", nameRunes)
	case d.Email != "" && !addressable(d.Email):
		return store.Fail(store.Invalid, "error.person_email", "address %q", d.Email)
	case !d.Offices.All && d.CompanyID != "" && len(d.Offices.Offices) == 0:
		return store.Fail(store.Invalid, "error.person_no_office", "no office")
	case len(d.Offices.Offices) > MaxScope:
		return store.Fail(store.Invalid, "error.too_many_offices", "%d offices", len(d.Offices.Offices)).With("Max", MaxScope)
	}
	return nil
}

// MaxScope is how many offices the list of an account may have.
const MaxScope = 1000

// nameable reports whether s can be the name of a person, a company or an office.
func nameable(s string) bool {
	return strings.TrimSpace(s) != "" && plainText(s) && utf8.RuneCountInString(s) <= nameRunes
}

// addressable reports whether s has the form of an address that mails can go to.
func addressable(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(s, " ,;<>()\"") && !strings.Contains(domain, "@") &&
		plainText(s) && utf8.RuneCountInString(s) <= emailRunes
}

// onto puts what d says on an account.
func (d PersonDraft) onto(a store.Account) store.Account {
	a.Name, a.Email = strings.TrimSpace(d.Name), strings.TrimSpace(d.Email)
	a.RoleID, a.Permissions, a.Offices = d.RoleID, d.Menus, sortedScope(d.Offices)
	return a
}

func sortedScope(s store.OfficeScope) store.OfficeScope {
	if s.All {
		return store.OfficeScope{All: true}
	}
	return store.OfficeScope{Offices: slices.Compact(slices.Sorted(slices.Values(s.Offices)))}
}

// AddPerson registers a person, who can enter from then on.
func (p *Portal) AddPerson(ctx context.Context, a Actor, d PersonDraft) (id store.ID, err error) {
	err = p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		id = store.NewID(p.Now())
		return p.addPerson(ctx, tx, a, account, id, d, store.FromConsole)
	})
	return id, err
}

// identified demands who vouches for the person, and as whom.
func (d PersonDraft) identified() error {
	if d.TrustID == "" || d.Subject == "" || !plainText(d.Subject) || utf8.RuneCountInString(d.Subject) > subjectRunes {
		return store.Fail(store.Invalid, "error.account_identity", "a person without trust or subject")
	}
	return nil
}

func (p *Portal) addPerson(ctx context.Context, tx store.Tx, a Actor, account store.Account, id store.ID, d PersonDraft, origin store.AccountOrigin) error {
	fresh, err := p.freshPerson(ctx, scopeOf(tx, account), id, d, origin)
	if err != nil {
		return err
	}
	if err := tx.Accounts().Create(ctx, fresh); err != nil {
		return fmt.Errorf("register a person: %w", err)
	}
	return p.auditPerson(ctx, tx, a, account, fresh, map[string]string{"by": string(origin)})
}

// freshPerson returns the account of somebody new, if who has the scope may register them.
func (p *Portal) freshPerson(ctx context.Context, by *scope, id store.ID, d PersonDraft, origin store.AccountOrigin) (fresh store.Account, err error) {
	if err := errors.Join(d.check(), d.identified()); err != nil {
		return fresh, err
	}
	tx, account := by.tx, by.actor
	if d.CompanyID != "" {
		seen, err := by.touches(ctx, d.CompanyID)
		if err != nil {
			return fresh, err
		}
		if _, err := tx.Companies().Get(ctx, d.CompanyID); errors.Is(err, store.ErrNotFound) || err == nil && !seen {
			return fresh, store.Fail(store.Invalid, "error.person_company", "company %s is not there for %s", d.CompanyID, account.ID)
		} else if err != nil {
			return fresh, fmt.Errorf("read company %s: %w", d.CompanyID, err)
		}
	}
	if _, err := tx.Trusts().State(ctx, d.TrustID); errors.Is(err, store.ErrNotFound) {
		return fresh, store.Fail(store.Invalid, "error.person_trust", "trust %s: %w", d.TrustID, err)
	} else if err != nil {
		return fresh, fmt.Errorf("read trust %s: %w", d.TrustID, err)
	}
	if _, err := tx.Accounts().BySubject(ctx, d.TrustID, d.Subject); err == nil {
		return fresh, store.Fail(store.Invalid, "error.person_known", "trust %s has such a subject", d.TrustID)
	} else if !errors.Is(err, store.ErrNotFound) {
		return fresh, fmt.Errorf("look for the subject: %w", err)
	}
	now := p.Now()
	fresh = d.onto(store.Account{ID: id, CompanyID: d.CompanyID, TrustID: d.TrustID, Subject: d.Subject, State: store.AccountActive, Origin: origin, CreatedAt: now, RightsAt: now})
	if err := withRole(ctx, tx, &fresh); err != nil {
		return fresh, err
	}
	return fresh, grants(ctx, tx, account, fresh)
}

// ChangePerson changes a person's name, address, menus and offices. Another version than the stored one is ErrConflict.
func (p *Portal) ChangePerson(ctx context.Context, a Actor, id store.ID, d PersonDraft) error {
	return p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		target, err := managed(ctx, tx, account, id)
		if err != nil {
			return err
		}
		d.CompanyID = target.CompanyID
		if err := d.check(); err != nil {
			return err
		}
		if target.Version != d.Version {
			return store.Fail(store.Conflict, "error.person_changed", "account %s has version %d, not %d", id, target.Version, d.Version)
		}
		return p.changePerson(ctx, tx, a, account, target, d.onto(target), map[string]string{"by": string(store.FromConsole)})
	})
}

// changePerson saves target, which is managed by account, as next.
func (p *Portal) changePerson(ctx context.Context, tx store.Tx, a Actor, account, target, next store.Account, detail map[string]string) error {
	if err := beyond(account, target); err != nil {
		return err
	}
	if err := withRole(ctx, tx, &next); err != nil {
		return err
	}
	if same(target, next) && target.State == next.State && target.Dismissed == next.Dismissed {
		return nil
	}
	if err := grants(ctx, tx, account, next); err != nil {
		return err
	}
	next.RightsAt = p.Now()
	save := func() error {
		if err := tx.Accounts().Update(ctx, next); err != nil {
			return fmt.Errorf("save account %s: %w", next.ID, err)
		}
		if next.State != target.State {
			if err := switched(ctx, tx, target, next.State, p.Now()); err != nil {
				return err
			}
		}
		return p.auditPerson(ctx, tx, a, account, next, detail)
	}
	if !Permissions(target).Any(store.PermitAccounts | store.PermitTrusts) {
		return save()
	}
	return administrable(ctx, tx, a.Visit.Address, save)
}

func (p *Portal) auditPerson(ctx context.Context, tx store.Tx, a Actor, account, target store.Account, more map[string]string) error {
	detail := accountDetail(target)
	for k, v := range more {
		detail[k] = v
	}
	if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedAccount, "account:"+string(target.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}
