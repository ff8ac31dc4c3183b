package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type companies struct{ *tx }

func (t companies) Create(ctx context.Context, c store.Company) error {
	return fault("create company "+string(c.ID), t.single(ctx, func() error {
		return t.q.CreateCompany(ctx, records.CreateCompanyParams{
			TenantID: t.id(), ID: string(c.ID), Name: c.Name, ExternalID: c.ExternalID, CreatedAt: micros(c.CreatedAt),
		})
	}))
}

func (t companies) Get(ctx context.Context, id store.ID) (store.Company, error) {
	row, err := t.q.GetCompany(ctx, records.GetCompanyParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Company{}, fault("get company "+string(id), err)
	}
	return companyOf(row), nil
}

func (t companies) ByExternalID(ctx context.Context, external string) (store.Company, error) {
	row, err := t.q.GetCompanyByExternalID(ctx, records.GetCompanyByExternalIDParams{TenantID: t.id(), ExternalID: external})
	if err != nil {
		return store.Company{}, fault("get a company by its external ID", err)
	}
	return companyOf(row), nil
}

func (t companies) Update(ctx context.Context, c store.Company) error {
	return fault("update company "+string(c.ID), t.single(ctx, func() error {
		n, err := t.q.UpdateCompany(ctx, records.UpdateCompanyParams{
			Name: c.Name, ExternalID: c.ExternalID, TenantID: t.id(), ID: string(c.ID),
		})
		if err == nil && n == 0 {
			return missing("no such company")
		}
		return err
	}))
}

func (t companies) List(ctx context.Context, p store.Page) (store.List[store.Company], error) {
	arg := records.ListCompaniesParams{TenantID: t.id(), Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listCompanies, &arg.AfterName, &arg.AfterID); err != nil {
		return store.List[store.Company]{}, err
	}
	rows, err := t.q.ListCompanies(ctx, arg)
	if err != nil {
		return store.List[store.Company]{}, fault("list companies", err)
	}
	return listOf(rows, p.Size(), companyOf, func(r records.Company) store.Cursor {
		return cursorOf(listCompanies, r.Name, r.ID)
	}), nil
}

func (t companies) Find(ctx context.Context, text string, p store.Page) (store.List[store.Company], error) {
	from := records.Company{}
	if err := readCursor(p.After, listCompanies, &from.Name, &from.ID); err != nil {
		return store.List[store.Company]{}, err
	}
	next := func(after *records.Company) ([]records.Company, error) {
		if after == nil {
			after = &from
		}
		return t.q.ListCompanies(ctx, records.ListCompaniesParams{TenantID: t.id(), AfterName: after.Name, AfterID: after.ID, Size: findChunk})
	}
	words := worded(text)
	list, err := found(p, next, func(r records.Company) bool { return words(r.Name, r.ExternalID, r.ID) }, companyOf,
		func(r records.Company) store.Cursor { return cursorOf(listCompanies, r.Name, r.ID) })
	return list, fault("find companies", err)
}

func (t companies) Uses(ctx context.Context, id store.ID) (u store.CompanyUses, err error) {
	offices, err := t.q.CountOfficesOfCompany(ctx, records.CountOfficesOfCompanyParams{TenantID: t.id(), CompanyID: string(id), Size: store.MaxUses})
	if err != nil {
		return u, fault("count the offices of company "+string(id), err)
	}
	accounts, err := t.q.CountAccountsOfCompany(ctx, records.CountAccountsOfCompanyParams{TenantID: t.id(), CompanyID: companyParam(id), Size: store.MaxUses})
	return store.CompanyUses{Offices: int(offices), Accounts: int(accounts)}, fault("count the accounts of company "+string(id), err)
}

func (t companies) Delete(ctx context.Context, id store.ID) error {
	u, err := t.Uses(ctx, id)
	if err != nil {
		return err
	}
	if !u.None() {
		return fault("delete company "+string(id), conflict("it has %d offices and %d accounts", u.Offices, u.Accounts))
	}
	n, err := t.q.RemoveCompany(ctx, records.RemoveCompanyParams{TenantID: t.id(), ID: string(id)})
	if err == nil && n == 0 {
		err = missing("no such company")
	}
	return fault("delete company "+string(id), err)
}

func companyOf(r records.Company) store.Company {
	return store.Company{ID: store.ID(r.ID), Name: r.Name, ExternalID: r.ExternalID, CreatedAt: moment(r.CreatedAt)}
}
