package portal

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cloudpocket/store"
)

// OfficeSeen is an office with what hangs on it.
type OfficeSeen struct {
	store.Office
	Company string
	Uses    store.OfficeUses
	Taught  []store.OfficeCode
	Whole   bool // the actor has all offices, and so may change more than whether it has ended
}

// OfficeOf returns an office in the actor's scope.
func (p *Portal) OfficeOf(ctx context.Context, a Actor, id store.ID) (s OfficeSeen, err error) {
	err = p.view(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) (err error) {
		if s.Office, err = reach(ctx, tx, account, id); err != nil {
			return err
		}
		s.Whole = account.Offices.All
		if s.Company, err = companyName(ctx, tx, map[store.ID]string{}, s.CompanyID); err != nil {
			return err
		}
		if s.Taught, err = tx.Offices().Taught(ctx, id); err != nil {
			return fmt.Errorf("read what office %s was taught: %w", id, err)
		}
		if s.Uses, err = tx.Offices().Uses(ctx, id); err != nil {
			return fmt.Errorf("read what hangs on office %s: %w", id, err)
		}
		return nil
	})
	return s, err
}

// CreateOffice adds an office of a company. Its codes are kept in the form that documents are read in, where they have it,
// and packages that wait for an office with one of them are looked into again.
func (p *Portal) CreateOffice(ctx context.Context, a Actor, o store.Office) (id store.ID, err error) {
	err = p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		if _, err := knownCompany(ctx, tx, account, o.CompanyID); err != nil {
			return err
		}
		if err := wholeFirm(account); err != nil {
			return err
		}
		o.ID, o.CreatedAt = store.NewID(p.Now()), p.Now()
		id = o.ID
		return p.saveOffice(ctx, tx, a, account, o, nil, "add", tx.Offices().Create)
	})
	if err == nil {
		p.kick()
	}
	return id, err
}

// ChangeOffice changes an office's name, codes and whether it has ended (ClosedAt zero or not). An office that has ended is
// not offered to deliver to; what was delivered stays.
//
// By its names and codes documents find the office, and by them they could be made to miss another: to change those takes
// an administrator of all offices.
func (p *Portal) ChangeOffice(ctx context.Context, a Actor, o store.Office) error {
	err := p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		old, err := reach(ctx, tx, account, o.ID)
		if err != nil {
			return err
		}
		next := withNames(old, o)
		if next != old {
			if err := wholeFirm(account); err != nil {
				return err
			}
		}
		next.ClosedAt = o.ClosedAt
		return p.saveOffice(ctx, tx, a, account, next, old.Codes.List(), "change", tx.Offices().Update)
	})
	if err == nil {
		p.kick()
	}
	return err
}

// withNames returns an office with the names and codes of to, as they are kept. What says the same is left as it is.
func withNames(o, to store.Office) store.Office {
	o.Name, o.ExternalID = strings.TrimSpace(to.Name), strings.TrimSpace(to.ExternalID)
	if codes := normalCodes(to.Codes); codes != normalCodes(o.Codes) {
		o.Codes = codes
	}
	return o
}

func (p *Portal) saveOffice(ctx context.Context, tx store.Tx, a Actor, account store.Account, o store.Office, had []store.OfficeCode, by string, save func(context.Context, store.Office) error) error {
	o.Name, o.ExternalID, o.Codes = strings.TrimSpace(o.Name), strings.TrimSpace(o.ExternalID), normalCodes(o.Codes)
	if err := placeable(o.Name, o.ExternalID); err != nil {
		return err
	}
	if err := checkCodes(o.Codes); err != nil {
		return err
	}
	forgot, err := registerCodes(ctx, tx, o, had)
	if err != nil {
		return err
	}
	if err := save(ctx, o); err != nil {
		return externalTaken(fmt.Errorf("save office %s: %w", o.ID, err))
	}
	detail := map[string]string{"by": by, "company": string(o.CompanyID), "name": o.Name, "external": o.ExternalID, "codes": writtenCodes(o.Codes.List()), "closed": strconv.FormatBool(o.Closed())}
	if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedOffice, "office:"+string(o.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	if err := p.allForgotten(ctx, tx, p.events(a, account), forgot); err != nil {
		return err
	}
	return p.sortAgain(ctx, tx, o.Codes.List())
}

// codeRunes is how long a code may be as it is typed.
const codeRunes = 40

func checkCodes(c store.OfficeCodes) error {
	for _, code := range []string{c.ReferenceCode, c.OfficeNumber, c.LaborInsuranceNumber, c.EmploymentInsuranceNumber, c.CorporateNumber} {
		if !plainText(code) || len([]rune(code)) > codeRunes {
			return store.Fail(store.Invalid, "error.office_code", "code %q", code).With("Max", codeRunes)
		}
	}
	return nil
}

func codeTaken(code store.OfficeCode, by store.Office) error {
	return store.Fail(store.Invalid, "error.office_code_taken", "office %s of company %s has %s", by.ID, by.CompanyID, code).
		With("Code", code.Code).With("Name", by.Name)
}

// DeleteOffice deletes an office on which nothing hangs. What does is named in the refusal.
func (p *Portal) DeleteOffice(ctx context.Context, a Actor, id store.ID) error {
	return p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		o, err := reach(ctx, tx, account, id)
		if err != nil {
			return err
		}
		u, err := tx.Offices().Uses(ctx, id)
		if err != nil {
			return fmt.Errorf("read what hangs on office %s: %w", id, err)
		}
		if !u.None() {
			return store.Fail(store.Invalid, "error.office_used", "office %s has %+v", id, u).
				With("Deliveries", u.Deliveries).With("Packages", u.Packages).With("Accounts", u.Accounts)
		}
		if err := tx.Offices().Delete(ctx, id); err != nil {
			return fmt.Errorf("delete office %s: %w", id, err)
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedOffice, "office:"+string(id), map[string]string{"by": "delete", "name": o.Name, "company": string(o.CompanyID)}))
	})
}
