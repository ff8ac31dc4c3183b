package sqlstore

import (
	"context"
	"strings"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

func (t offices) Uses(ctx context.Context, id store.ID) (u store.OfficeUses, err error) {
	deliveries, err := t.q.CountDeliveriesOfOffice(ctx, records.CountDeliveriesOfOfficeParams{TenantID: t.id(), OfficeID: string(id), Size: store.MaxUses})
	if err != nil {
		return u, fault("count the deliveries of office "+string(id), err)
	}
	packages, err := t.q.CountPackagesOfOffice(ctx, records.CountPackagesOfOfficeParams{TenantID: t.id(), OfficeID: companyParam(id), Size: store.MaxUses})
	if err != nil {
		return u, fault("count the packages of office "+string(id), err)
	}
	accounts, err := t.q.CountAccountsOfOffice(ctx, records.CountAccountsOfOfficeParams{TenantID: t.id(), OfficeID: string(id), Size: store.MaxUses})
	return store.OfficeUses{Deliveries: int(deliveries), Packages: int(packages), Accounts: int(accounts)}, fault("count the accounts of office "+string(id), err)
}

func (t offices) Delete(ctx context.Context, id store.ID) error {
	u, err := t.Uses(ctx, id)
	if err != nil {
		return err
	}
	if !u.None() {
		return fault("delete office "+string(id), conflict("it has %d deliveries, %d packages and %d accounts", u.Deliveries, u.Packages, u.Accounts))
	}
	return fault("delete office "+string(id), t.attempt(ctx, func() error {
		if err := t.q.RemoveOfficeCodes(ctx, records.RemoveOfficeCodesParams{TenantID: t.id(), OfficeID: string(id)}); err != nil {
			return err
		}
		if err := t.q.RemoveOfficeMail(ctx, records.RemoveOfficeMailParams{TenantID: t.id(), OfficeID: string(id)}); err != nil {
			return err
		}
		n, err := t.q.RemoveOffice(ctx, records.RemoveOfficeParams{TenantID: t.id(), ID: string(id)})
		if err == nil && n == 0 {
			return missing("no such office")
		}
		return err
	}))
}

func (t offices) Find(ctx context.Context, company store.ID, text string, p store.Page) (store.List[store.Office], error) {
	from, list := records.Office{}, listOffices
	key := func(r records.Office) store.Cursor { return cursorOf(listOffices, r.CompanyID, r.Name, r.ID) }
	parts := []any{&from.CompanyID, &from.Name, &from.ID}
	if company != "" {
		list, parts = listOfficesOfCompany, parts[1:]
		key = func(r records.Office) store.Cursor { return cursorOf(listOfficesOfCompany, r.Name, r.ID) }
	}
	if err := readCursor(p.After, list, parts...); err != nil {
		return store.List[store.Office]{}, err
	}
	next := func(after *records.Office) ([]records.Office, error) {
		if after == nil {
			after = &from
		}
		return t.chunk(ctx, company, *after)
	}
	all, err := found(p, next, naming(text), officeOf, key)
	return all, fault("find offices", err)
}

// chunk returns the offices of company, or of all, that come after one.
func (t offices) chunk(ctx context.Context, company store.ID, after records.Office) ([]records.Office, error) {
	if company != "" {
		return t.q.ListOfficesOfCompany(ctx, records.ListOfficesOfCompanyParams{
			TenantID: t.id(), CompanyID: string(company), AfterName: after.Name, AfterID: after.ID, Size: findChunk,
		})
	}
	return t.q.ListOffices(ctx, records.ListOfficesParams{
		TenantID: t.id(), AfterCompany: after.CompanyID, AfterName: after.Name, AfterID: after.ID, Size: findChunk,
	})
}

// naming returns what tells whether text names an office. A reference code is found with and without its hyphen.
func naming(text string) func(records.Office) bool {
	words := worded(text)
	return func(r records.Office) bool {
		return words(r.Name, r.ExternalID, r.ID, r.ReferenceCode, strings.ReplaceAll(r.ReferenceCode, "-", ""), r.OfficeNumber,
			r.LaborInsuranceNumber, r.EmploymentInsuranceNumber, r.CorporateNumber)
	}
}
