package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// carry makes the codes of an office that is new or was changed name it.
func (t offices) carry(ctx context.Context, o store.Office) error {
	for _, code := range o.Codes.List() {
		if err := t.addCode(ctx, o.ID, code, false); err != nil {
			return err
		}
	}
	return nil
}

// recarry does so for one that was changed.
func (t offices) recarry(ctx context.Context, o store.Office) error {
	err := t.q.DropCarriedCodes(ctx, records.DropCarriedCodesParams{TenantID: t.id(), OfficeID: string(o.ID)})
	if err != nil {
		return err
	}
	return t.carry(ctx, o)
}

func (t offices) addCode(ctx context.Context, office store.ID, code store.OfficeCode, taught bool) error {
	return t.q.AddOfficeCode(ctx, records.AddOfficeCodeParams{
		TenantID: t.id(), System: string(code.System), Code: code.Code, OfficeID: string(office), Taught: flag(taught),
	})
}

func (t offices) Teach(ctx context.Context, id store.ID, code store.OfficeCode) error {
	if code.System == "" || code.Code == "" {
		return store.Fail(store.Invalid, "", "teach office %s an empty code", id)
	}
	return fault("teach office "+string(id)+" a code", t.single(ctx, func() error { return t.addCode(ctx, id, code, true) }))
}

func (t offices) Unteach(ctx context.Context, id store.ID, code store.OfficeCode) error {
	return fault("take a code from office "+string(id), t.q.DropTaughtCode(ctx, records.DropTaughtCodeParams{
		TenantID: t.id(), System: string(code.System), Code: code.Code, OfficeID: string(id),
	}))
}

func (t offices) Taught(ctx context.Context, id store.ID) ([]store.OfficeCode, error) {
	rows, err := t.q.GetTaughtCodes(ctx, records.GetTaughtCodesParams{TenantID: t.id(), OfficeID: string(id)})
	if err != nil {
		return nil, fault("get what office "+string(id)+" was taught", err)
	}
	codes := make([]store.OfficeCode, len(rows))
	for i, r := range rows {
		codes[i] = store.OfficeCode{System: store.CodeSystem(r.System), Code: r.Code}
	}
	return codes, nil
}

func (t offices) Teachings(ctx context.Context, p store.Page) (store.List[store.Teaching], error) {
	arg := records.ListTeachingsParams{TenantID: t.id(), Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listTeachings, &arg.AfterOffice, &arg.AfterSystem, &arg.AfterCode); err != nil {
		return store.List[store.Teaching]{}, err
	}
	rows, err := t.q.ListTeachings(ctx, arg)
	if err != nil {
		return store.List[store.Teaching]{}, fault("list what offices were taught", err)
	}
	return listOf(rows, p.Size(), teachingOf, func(r records.ListTeachingsRow) store.Cursor {
		return cursorOf(listTeachings, r.ID, r.System, r.Code)
	}), nil
}

func teachingOf(r records.ListTeachingsRow) store.Teaching {
	return store.Teaching{
		Code: store.OfficeCode{System: store.CodeSystem(r.System), Code: r.Code},
		Office: officeOf(records.Office{
			TenantID: r.TenantID, ID: r.ID, CompanyID: r.CompanyID, Name: r.Name, ExternalID: r.ExternalID, ReferenceCode: r.ReferenceCode,
			OfficeNumber: r.OfficeNumber, LaborInsuranceNumber: r.LaborInsuranceNumber, EmploymentInsuranceNumber: r.EmploymentInsuranceNumber,
			CorporateNumber: r.CorporateNumber, CreatedAt: r.CreatedAt,
		}),
	}
}

func (t offices) ByCode(ctx context.Context, code store.OfficeCode) ([]store.Office, error) {
	rows, err := t.q.GetOfficesByCode(ctx, records.GetOfficesByCodeParams{
		TenantID: t.id(), System: string(code.System), Code: code.Code,
	})
	if err != nil {
		return nil, fault("get the offices that a code names", err)
	}
	return officesOf(rows), nil
}

func (t offices) ByName(ctx context.Context, name string) ([]store.Office, error) {
	if name == "" {
		return nil, nil
	}
	own, err := t.q.GetOfficesByName(ctx, records.GetOfficesByNameParams{TenantID: t.id(), Name: name})
	if err != nil {
		return nil, fault("get the offices of a name", err)
	}
	company, err := t.q.GetOfficesByCompanyName(ctx, records.GetOfficesByCompanyNameParams{TenantID: t.id(), Name: name})
	if err != nil {
		return nil, fault("get the offices of a company's name", err)
	}
	return officesOf(append(own, company...)), nil
}

// officesOf returns each office of rows once, by ID.
func officesOf(rows []records.Office) []store.Office {
	all := make([]store.Office, len(rows))
	for i, r := range rows {
		all[i] = officeOf(r)
	}
	slices.SortFunc(all, func(a, b store.Office) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b store.Office) bool { return a.ID == b.ID })
}
