package portal

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cloudpocket/store"
)

// OfficeMailing is an office, and how it is told by mail of what is delivered to it.
type OfficeMailing struct {
	store.OfficeMail
	Office  store.Office
	Company string
	People  []store.Account // of the company, who may be named: active, and with the office in their scope
}

// namedCount is how many people of an office can be named.
const namedCount = 50

// OfficeMails returns how the offices in the actor's scope are told, by company and name, without their people. A page may
// hold fewer than there are.
func (p *Portal) OfficeMails(ctx context.Context, a Actor, page store.Page) (list store.List[OfficeMailing], err error) {
	err = p.view(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		offices, err := tx.Offices().List(ctx, "", page)
		if err != nil {
			return fmt.Errorf("list offices: %w", err)
		}
		list = store.List[OfficeMailing]{Next: offices.Next}
		for _, o := range offices.Items {
			if !account.Reaches(o) {
				continue
			}
			one, err := mailingOf(ctx, tx, o)
			if err != nil {
				return err
			}
			list.Items = append(list.Items, one)
		}
		return nil
	})
	return list, err
}

// OfficeMail returns how an office is told, with its people by name.
func (p *Portal) OfficeMail(ctx context.Context, a Actor, office store.ID) (m OfficeMailing, err error) {
	err = p.view(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		o, err := reach(ctx, tx, account, office)
		if err != nil {
			return err
		}
		if m, err = mailingOf(ctx, tx, o); err != nil {
			return err
		}
		m.People, err = peopleOf(ctx, tx, o)
		return err
	})
	return m, err
}

func mailingOf(ctx context.Context, tx store.Tx, o store.Office) (m OfficeMailing, err error) {
	if m.OfficeMail, err = tx.Mails().Office(ctx, o.ID); err != nil {
		return m, fmt.Errorf("read how office %s is told: %w", o.ID, err)
	}
	company, err := tx.Companies().Get(ctx, o.CompanyID)
	if err != nil {
		return m, fmt.Errorf("read company of office %s: %w", o.ID, err)
	}
	m.Office, m.Company = o, company.Name
	return m, nil
}

// peopleOf returns the accounts of an office's company that get what is delivered to it.
func peopleOf(ctx context.Context, tx store.Tx, o store.Office) (people []store.Account, err error) {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Accounts().List(ctx, o.CompanyID, page)
		if err != nil {
			return nil, fmt.Errorf("list the people of office %s: %w", o.ID, err)
		}
		for _, one := range list.Items {
			if one.State == store.AccountActive && !one.Staff() && one.Reaches(o) {
				people = append(people, one)
			}
		}
		if page.After = list.Next; page.After == "" {
			return people, nil
		}
	}
}

// SaveOfficeMail keeps how an office is told. Who is named must be one of its people.
func (p *Portal) SaveOfficeMail(ctx context.Context, a Actor, m store.OfficeMail) error {
	slices.Sort(m.Named)
	m.Named = slices.Compact(m.Named)
	switch {
	case !slices.Contains(Recipients(), m.To):
		return store.Fail(store.Invalid, "error.recipients", "mails to %q", m.To)
	case len(m.Named) > namedCount:
		return store.Fail(store.Invalid, "error.too_many_named", "%d people are named", len(m.Named)).With("Max", namedCount)
	case m.To == store.ToNamed && len(m.Named) == 0:
		return store.Fail(store.Invalid, "error.nobody_named", "nobody is named")
	}
	return p.update(ctx, a, store.PermitOffices, func(tx store.Tx, account store.Account) error {
		o, err := reach(ctx, tx, account, m.OfficeID)
		if err != nil {
			return err
		}
		people, err := peopleOf(ctx, tx, o)
		if err != nil {
			return err
		}
		for _, id := range m.Named {
			if !slices.ContainsFunc(people, func(one store.Account) bool { return one.ID == id }) {
				return store.Fail(store.Invalid, "error.named_stranger", "account %s is not of office %s", id, o.ID)
			}
		}
		if err := tx.Mails().SaveOffice(ctx, m); err != nil {
			return fmt.Errorf("save how office %s is told: %w", o.ID, err)
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedOffice, "office:"+string(o.ID), mailing(m)))
	})
}

// mailing is what the audit keeps of how an office is told.
func mailing(m store.OfficeMail) map[string]string {
	var named []string
	for _, id := range m.Named {
		named = append(named, string(id))
	}
	return map[string]string{"by": "mail setting", "mails": string(m.To), "digest": strconv.FormatBool(m.Digest), "named": strings.Join(named, " ")}
}
