package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type offices struct{ *tx }

func (t offices) Create(ctx context.Context, o store.Office) error {
	return fault("create office "+string(o.ID), t.attempt(ctx, func() error {
		err := t.q.CreateOffice(ctx, records.CreateOfficeParams{
			TenantID: t.id(), ID: string(o.ID), CompanyID: string(o.CompanyID), Name: o.Name, ExternalID: o.ExternalID,
			ReferenceCode: o.Codes.ReferenceCode, OfficeNumber: o.Codes.OfficeNumber,
			LaborInsuranceNumber:      o.Codes.LaborInsuranceNumber,
			EmploymentInsuranceNumber: o.Codes.EmploymentInsuranceNumber,
			CorporateNumber:           o.Codes.CorporateNumber, CreatedAt: micros(o.CreatedAt), ClosedAt: micros(o.ClosedAt),
		})
		if err != nil {
			return err
		}
		return t.carry(ctx, o)
	}))
}

func (t offices) Get(ctx context.Context, id store.ID) (store.Office, error) {
	row, err := t.q.GetOffice(ctx, records.GetOfficeParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Office{}, fault("get office "+string(id), err)
	}
	return officeOf(row), nil
}

func (t offices) ByExternalID(ctx context.Context, external string) (store.Office, error) {
	row, err := t.q.GetOfficeByExternalID(ctx, records.GetOfficeByExternalIDParams{TenantID: t.id(), ExternalID: external})
	if err != nil {
		return store.Office{}, fault("get an office by its external ID", err)
	}
	return officeOf(row), nil
}

func (t offices) Update(ctx context.Context, o store.Office) error {
	return fault("update office "+string(o.ID), t.attempt(ctx, func() error {
		n, err := t.q.UpdateOffice(ctx, records.UpdateOfficeParams{
			Name: o.Name, ExternalID: o.ExternalID,
			ReferenceCode: o.Codes.ReferenceCode, OfficeNumber: o.Codes.OfficeNumber,
			LaborInsuranceNumber:      o.Codes.LaborInsuranceNumber,
			EmploymentInsuranceNumber: o.Codes.EmploymentInsuranceNumber,
			CorporateNumber:           o.Codes.CorporateNumber, ClosedAt: micros(o.ClosedAt), TenantID: t.id(), ID: string(o.ID),
		})
		if err == nil && n == 0 {
			return missing("no such office")
		}
		if err != nil {
			return err
		}
		return t.recarry(ctx, o)
	}))
}

func (t offices) List(ctx context.Context, company store.ID, p store.Page) (store.List[store.Office], error) {
	if company != "" {
		return t.ofCompany(ctx, company, p)
	}
	arg := records.ListOfficesParams{TenantID: t.id(), Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listOffices, &arg.AfterCompany, &arg.AfterName, &arg.AfterID); err != nil {
		return store.List[store.Office]{}, err
	}
	rows, err := t.q.ListOffices(ctx, arg)
	if err != nil {
		return store.List[store.Office]{}, fault("list offices", err)
	}
	return listOf(rows, p.Size(), officeOf, func(r records.Office) store.Cursor {
		return cursorOf(listOffices, r.CompanyID, r.Name, r.ID)
	}), nil
}

func (t offices) ofCompany(ctx context.Context, company store.ID, p store.Page) (store.List[store.Office], error) {
	arg := records.ListOfficesOfCompanyParams{TenantID: t.id(), CompanyID: string(company), Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listOfficesOfCompany, &arg.AfterName, &arg.AfterID); err != nil {
		return store.List[store.Office]{}, err
	}
	rows, err := t.q.ListOfficesOfCompany(ctx, arg)
	if err != nil {
		return store.List[store.Office]{}, fault("list a company's offices", err)
	}
	return listOf(rows, p.Size(), officeOf, func(r records.Office) store.Cursor {
		return cursorOf(listOfficesOfCompany, r.Name, r.ID)
	}), nil
}

func officeOf(r records.Office) store.Office {
	return store.Office{
		ID: store.ID(r.ID), CompanyID: store.ID(r.CompanyID), Name: r.Name, ExternalID: r.ExternalID,
		Codes: store.OfficeCodes{
			ReferenceCode: r.ReferenceCode, OfficeNumber: r.OfficeNumber, LaborInsuranceNumber: r.LaborInsuranceNumber,
			EmploymentInsuranceNumber: r.EmploymentInsuranceNumber, CorporateNumber: r.CorporateNumber,
		},
		CreatedAt: moment(r.CreatedAt), ClosedAt: moment(r.ClosedAt),
	}
}
