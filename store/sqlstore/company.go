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

func companyOf(r records.Company) store.Company {
	return store.Company{ID: store.ID(r.ID), Name: r.Name, ExternalID: r.ExternalID, CreatedAt: moment(r.CreatedAt)}
}
