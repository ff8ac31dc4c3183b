package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// newDocument shows the empty form, with an acknowledgement asked for.
func (o *office) newDocument(w http.ResponseWriter, r *http.Request, v visit) error {
	return o.publishForm(w, r, v, page.Typed{Acknowledge: true}, nil)
}

// publishForm shows the form with what was typed and why it was refused.
func (o *office) publishForm(w http.ResponseWriter, r *http.Request, v visit, typed page.Typed, problems []page.Problem) error {
	s, _, err := o.shell(r, v)
	if err != nil {
		return err
	}
	choices, err := o.Portal.Choices(r.Context(), v.actor)
	if err != nil {
		return err
	}
	return o.Pages.Publish(w, r, s, page.Publish{
		Typed: typed, Problems: problems, Kinds: portal.Kinds(), Companies: byCompany(choices),
		Extensions: portal.Extensions(), MaxFiles: portal.MaxFiles, MaxSize: portal.MaxFileSize,
	})
}

// byCompany groups offices, which come company by company.
func byCompany(choices []portal.OfficeChoice) []page.CompanyChoice {
	var all []page.CompanyChoice
	var last store.ID
	for _, c := range choices {
		if len(all) == 0 || c.CompanyID != last {
			all, last = append(all, page.CompanyChoice{Name: c.Company}), c.CompanyID
		}
		all[len(all)-1].Offices = append(all[len(all)-1].Offices, c.Office)
	}
	return all
}
