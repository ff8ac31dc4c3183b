package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloudpocket/store"
)

// Places are companies and offices that were looked for.
type Places struct {
	Companies []store.Company
	Next      store.Cursor
	Offices   []OfficeChoice // those that the text names, at most officesFound; none without a text
	More      bool           // there are more offices than these
}

// officesFound is how many offices are shown with what a text found.
const officesFound = 50

// OfPlaces are the menus that need to know which companies there are: people are registered of one.
const OfPlaces = store.PermitOffices | store.PermitAccounts

// Companies returns the companies of which an office is in the actor's scope and that text names, by name, and the offices
// in scope that it names. A page may have fewer companies than there are and still not be the last.
func (p *Portal) Companies(ctx context.Context, a Actor, text string, page store.Page) (found Places, err error) {
	err = p.view(ctx, a, OfPlaces, func(tx store.Tx, account store.Account) (err error) {
		found = Places{}
		if err := found.companies(ctx, tx, account, text, page); err != nil {
			return err
		}
		if strings.TrimSpace(text) == "" || page.After != "" {
			return nil
		}
		return found.offices(ctx, tx, account, text)
	})
	return found, err
}

func (f *Places) companies(ctx context.Context, tx store.Tx, account store.Account, text string, page store.Page) error {
	by := scopeOf(tx, account)
	for range peopleLooks {
		some, err := tx.Companies().Find(ctx, text, page)
		if err != nil {
			return fmt.Errorf("find companies: %w", err)
		}
		for _, c := range some.Items {
			seen, err := by.touches(ctx, c.ID)
			if err != nil {
				return err
			}
			if seen {
				f.Companies = append(f.Companies, c)
			}
		}
		page.After, f.Next = some.Next, some.Next
		if len(f.Companies) > 0 || some.Next == "" {
			return nil
		}
	}
	return nil
}

func (f *Places) offices(ctx context.Context, tx store.Tx, account store.Account, text string) error {
	names := map[store.ID]string{}
	page := store.Page{Limit: store.MaxPage}
	for range peopleLooks {
		some, err := tx.Offices().Find(ctx, "", text, page)
		if err != nil {
			return fmt.Errorf("find offices: %w", err)
		}
		for _, o := range some.Items {
			if !account.Reaches(o) {
				continue
			}
			if len(f.Offices) == officesFound {
				f.More = true
				return nil
			}
			name, err := companyName(ctx, tx, names, o.CompanyID)
			if err != nil {
				return err
			}
			f.Offices = append(f.Offices, OfficeChoice{Office: o, Company: name})
		}
		if page.After = some.Next; page.After == "" {
			return nil
		}
	}
	f.More = true
	return nil
}

// CompanySeen is a company with those of its offices that the actor reaches.
type CompanySeen struct {
	store.Company
	Offices []store.Office
	Next    store.Cursor
	Uses    store.CompanyUses
	Whole   bool // the actor reaches all that is and will be of it, and so may change the company itself
}

// CompanyOf returns a company of which an office is in the actor's scope.
func (p *Portal) CompanyOf(ctx context.Context, a Actor, id store.ID, page store.Page) (s CompanySeen, err error) {
	err = p.view(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		s = CompanySeen{Whole: account.Offices.All}
		if s.Company, err = knownCompany(ctx, tx, account, id); err != nil {
			return err
		}
		if s.Uses, err = tx.Companies().Uses(ctx, id); err != nil {
			return fmt.Errorf("read what hangs on company %s: %w", id, err)
		}
		page.Limit = store.MaxPage
		list, err := tx.Offices().List(ctx, id, page)
		if err != nil {
			return fmt.Errorf("list the offices of company %s: %w", id, err)
		}
		s.Next = list.Next
		for _, o := range list.Items {
			if account.Reaches(o) {
				s.Offices = append(s.Offices, o)
			}
		}
		return nil
	})
	return s, err
}

// knownCompany returns a company of which an office is in account's scope.
func knownCompany(ctx context.Context, tx store.Tx, account store.Account, id store.ID) (store.Company, error) {
	c, err := tx.Companies().Get(ctx, id)
	if err != nil {
		return c, fmt.Errorf("read company %s: %w", id, err)
	}
	seen, err := scopeOf(tx, account).touches(ctx, id)
	if err == nil && !seen {
		err = fmt.Errorf("no office of company %s is in the scope of account %s: %w", id, account.ID, store.ErrNotFound)
	}
	return c, err
}

// wholeFirm demands all offices: what is made new is in no list, and a company is more than the offices in one.
func wholeFirm(account store.Account) error {
	if !account.Offices.All {
		return store.Fail(store.Denied, "error.all_offices_needed", "account %s has a list of offices", account.ID)
	}
	return nil
}

// CreateCompany adds a client company.
func (p *Portal) CreateCompany(ctx context.Context, a Actor, c store.Company) (id store.ID, err error) {
	err = p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		c.ID, c.CreatedAt = store.NewID(p.Now()), p.Now()
		id = c.ID
		return p.saveCompany(ctx, tx, a, account, c, "add", tx.Companies().Create)
	})
	return id, err
}

// ChangeCompany changes a company's name and what the parent product calls it.
func (p *Portal) ChangeCompany(ctx context.Context, a Actor, c store.Company) error {
	return p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		if _, err := knownCompany(ctx, tx, account, c.ID); err != nil {
			return err
		}
		return p.saveCompany(ctx, tx, a, account, c, "change", tx.Companies().Update)
	})
}

func (p *Portal) saveCompany(ctx context.Context, tx store.Tx, a Actor, account store.Account, c store.Company, by string, save func(context.Context, store.Company) error) error {
	if err := wholeFirm(account); err != nil {
		return err
	}
	c.Name, c.ExternalID = strings.TrimSpace(c.Name), strings.TrimSpace(c.ExternalID)
	if err := placeable(c.Name, c.ExternalID); err != nil {
		return err
	}
	if err := save(ctx, c); err != nil {
		return externalTaken(fmt.Errorf("save company %s: %w", c.ID, err))
	}
	return tx.Audit().Append(ctx, p.event(a, account, store.DeedCompany, "company:"+string(c.ID), map[string]string{"by": by, "name": c.Name, "external": c.ExternalID}))
}

// placeable demands a name and an external ID that can be shown.
func placeable(name, external string) error {
	if !nameable(name) {
		return store.Fail(store.Invalid, "error.person_name", "name %q", name).With("Max", nameRunes)
	}
	if external != "" && !nameable(external) {
		return store.Fail(store.Invalid, "error.external", "external ID %q", external).With("Max", nameRunes)
	}
	return nil
}

// externalTaken says what a conflict about a company or an office means: their own IDs are made new.
func externalTaken(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return store.Fail(store.Invalid, "error.external_taken", "%w", err)
	}
	return err
}

// DeleteCompany deletes a company on which nothing hangs. What does is named in the refusal.
func (p *Portal) DeleteCompany(ctx context.Context, a Actor, id store.ID) error {
	return p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		c, err := knownCompany(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if err := wholeFirm(account); err != nil {
			return err
		}
		u, err := tx.Companies().Uses(ctx, id)
		if err != nil {
			return fmt.Errorf("read what hangs on company %s: %w", id, err)
		}
		if !u.None() {
			return store.Fail(store.Invalid, "error.company_used", "company %s has %+v", id, u).With("Offices", u.Offices).With("Accounts", u.Accounts)
		}
		if err := tx.Companies().Delete(ctx, id); err != nil {
			return fmt.Errorf("delete company %s: %w", id, err)
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedCompany, "company:"+string(id), map[string]string{"by": "delete", "name": c.Name}))
	})
}
