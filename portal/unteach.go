package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// TaughtCode is a code that an office is known by because a person placed a package there.
type TaughtCode struct {
	Office  store.Office
	Company string // the name
	Code    store.OfficeCode
}

// TaughtCodes returns the codes that offices within the actor's scope were taught, by office, system and code. A page may
// have fewer than were asked for and still not be the last.
func (p *Portal) TaughtCodes(ctx context.Context, a Actor, page store.Page) (list store.List[TaughtCode], err error) {
	err = p.view(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		list = store.List[TaughtCode]{}
		companies := map[store.ID]string{}
		for range trayPages {
			some, err := tx.Offices().Teachings(ctx, page)
			if err != nil {
				return fmt.Errorf("list what offices were taught: %w", err)
			}
			for _, t := range some.Items {
				if !account.Reaches(t.Office) {
					continue
				}
				one := TaughtCode{Office: t.Office, Code: t.Code}
				if one.Company, err = companyName(ctx, tx, companies, t.Office.CompanyID); err != nil {
					return err
				}
				list.Items = append(list.Items, one)
			}
			page.After, list.Next = some.Next, some.Next
			if len(list.Items) > 0 || some.Next == "" {
				return nil
			}
		}
		return nil
	})
	return list, err
}

func companyName(ctx context.Context, tx store.Tx, names map[store.ID]string, id store.ID) (string, error) {
	if name, ok := names[id]; ok {
		return name, nil
	}
	c, err := tx.Companies().Get(ctx, id)
	if err != nil {
		return "", fmt.Errorf("read company %s: %w", id, err)
	}
	names[id] = c.Name
	return c.Name, nil
}

// Unteach takes a code from an office that was taught it, and has what is ready for the office by that code looked into
// again. One that it was not taught is ErrNotFound, as are those that it is registered with.
func (p *Portal) Unteach(ctx context.Context, a Actor, office store.ID, code store.OfficeCode) error {
	err := p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		o, err := reach(ctx, tx, account, office)
		if err != nil {
			return err
		}
		taken, err := forget(ctx, tx, o, code)
		if err != nil {
			return err
		}
		if !taken {
			return fmt.Errorf("office %s was not taught %v: %w", office, code, store.ErrNotFound)
		}
		return p.forgotten(ctx, tx, p.events(a, account), forgetting{o, []store.OfficeCode{code}}, "")
	})
	if err == nil {
		p.kick()
	}
	return err
}
