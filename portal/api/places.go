package api

import (
	"context"

	"cloudpocket/portal"
	"cloudpocket/portal/api/gen"
	"cloudpocket/store"
)

// ListCompanies answers with companies of which an office is in reach.
func (c call) ListCompanies(ctx context.Context, r gen.ListCompaniesRequestObject) (gen.ListCompaniesResponseObject, error) {
	p, err := pageOf(r.Params.After, r.Params.Limit)
	if err != nil {
		return nil, err
	}
	found, err := c.Portal.Companies(ctx, c.actor, "", p)
	if err != nil {
		return nil, wrapped(err, "list companies")
	}
	answer := gen.ListCompanies200JSONResponse{Items: []gen.Company{}, Next: some(string(found.Next))}
	for _, one := range found.Companies {
		answer.Items = append(answer.Items, companyOf(one))
	}
	return answer, nil
}

// PutCompany creates or changes the company of that ID.
func (c call) PutCompany(ctx context.Context, r gen.PutCompanyRequestObject) (gen.PutCompanyResponseObject, error) {
	may := unchanged(r.Params.IfMatch, func(o store.Company) any { return companyOf(o) })
	put, made, err := c.Portal.PutCompany(ctx, c.actor, store.Company{ExternalID: r.Company, Name: r.Body.Name}, may)
	if err != nil {
		return nil, wrapped(err, "put a company")
	}
	answer := companyOf(put)
	current, err := tag(answer)
	if made {
		return gen.PutCompany201JSONResponse{Body: answer, Headers: gen.PutCompany201ResponseHeaders{ETag: current}}, err
	}
	return gen.PutCompany200JSONResponse{Body: answer, Headers: gen.PutCompany200ResponseHeaders{ETag: current}}, err
}

// ListOffices answers with the offices in reach of the company of that ID.
func (c call) ListOffices(ctx context.Context, r gen.ListOfficesRequestObject) (gen.ListOfficesResponseObject, error) {
	p, err := pageOf(r.Params.After, r.Params.Limit)
	if err != nil {
		return nil, err
	}
	list, err := c.Portal.OfficesOfCompany(ctx, c.actor, r.Company, p)
	if err != nil {
		return nil, wrapped(err, "list offices")
	}
	answer := gen.ListOffices200JSONResponse{Items: []gen.Office{}, Next: some(string(list.Next))}
	for _, one := range list.Items {
		answer.Items = append(answer.Items, officeOf(one))
	}
	return answer, nil
}

// PutOffice creates or changes the office of that ID.
func (c call) PutOffice(ctx context.Context, r gen.PutOfficeRequestObject) (gen.PutOfficeResponseObject, error) {
	may := unchanged(r.Params.IfMatch, func(o store.Office) any { return officeOf(o) })
	o := store.Office{ExternalID: r.Office, Name: r.Body.Name, Codes: codesFrom(r.Body.Codes)}
	unsaid := portal.Unsaid{Codes: r.Body.Codes == nil, Closed: r.Body.Closed == nil}
	put, made, err := c.Portal.PutOffice(ctx, c.actor, r.Company, o, r.Body.Closed != nil && *r.Body.Closed, unsaid, may)
	if err != nil {
		return nil, wrapped(err, "put an office")
	}
	answer := officeOf(put)
	current, err := tag(answer)
	if made {
		return gen.PutOffice201JSONResponse{Body: answer, Headers: gen.PutOffice201ResponseHeaders{ETag: current}}, err
	}
	return gen.PutOffice200JSONResponse{Body: answer, Headers: gen.PutOffice200ResponseHeaders{ETag: current}}, err
}

func companyOf(c store.Company) gen.Company {
	return gen.Company{ExternalId: c.ExternalID, Id: string(c.ID), Name: c.Name}
}

func officeOf(o store.Office) gen.Office {
	c := o.Codes
	return gen.Office{ExternalId: o.ExternalID, Id: string(o.ID), Name: o.Name, Closed: o.Closed(), Codes: gen.OfficeCodes{
		ReferenceCode: some(c.ReferenceCode), OfficeNumber: some(c.OfficeNumber), LaborInsuranceNumber: some(c.LaborInsuranceNumber),
		EmploymentInsuranceNumber: some(c.EmploymentInsuranceNumber), CorporateNumber: some(c.CorporateNumber)}}
}

func codesFrom(c *gen.OfficeCodes) store.OfficeCodes {
	if c == nil {
		return store.OfficeCodes{}
	}
	return store.OfficeCodes{ReferenceCode: text(c.ReferenceCode), OfficeNumber: text(c.OfficeNumber), LaborInsuranceNumber: text(c.LaborInsuranceNumber),
		EmploymentInsuranceNumber: text(c.EmploymentInsuranceNumber), CorporateNumber: text(c.CorporateNumber)}
}
