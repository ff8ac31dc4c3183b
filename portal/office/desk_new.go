package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// newDocument shows the empty form, with an acknowledgement asked for; for a document that is replaced, with what that
// one said.
func (o *office) newDocument(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	typed := page.Typed{Acknowledge: true}
	if old := store.ID(r.URL.Query().Get("replaces")); old != "" {
		d, err := o.Portal.DeskDocument(r.Context(), v.Actor, old)
		if err != nil {
			return err
		}
		typed = page.Typed{Title: d.Document.Title, Kind: d.Document.Kind, Note: d.Document.Note, Acknowledge: d.Document.Acknowledge, Replaces: old}
		for _, one := range d.Deliveries {
			if one.Newer == "" {
				typed.Offices = append(typed.Offices, one.OfficeID)
			}
		}
	}
	return o.publishForm(w, r, v, typed, nil)
}

// oldTitle returns the title of the document that is replaced.
func (o *office) oldTitle(r *http.Request, v door.Visit, old store.ID) (string, error) {
	if old == "" {
		return "", nil
	}
	d, err := o.Portal.DeskDocument(r.Context(), v.Actor, old)
	return d.Document.Title, err
}

// publishForm shows the form with what was typed and why it was refused.
func (o *office) publishForm(w http.ResponseWriter, r *http.Request, v door.Visit, typed page.Typed, problems []page.Problem) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	choices, err := o.Portal.Choices(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	old, err := o.oldTitle(r, v, typed.Replaces)
	if err != nil {
		return err
	}
	rules, err := o.rulesByKind(r, v)
	if err != nil {
		return err
	}
	return o.Pages.Publish(w, r, s, page.Publish{
		Rules: rules, Old: old, Typed: typed, Problems: problems, Kinds: portal.Kinds(), Companies: byCompany(choices),
		Extensions: portal.Extensions(), MaxFiles: portal.MaxFiles, MaxSize: portal.MaxFileSize,
	})
}

// rulesByKind returns the rules that hold.
func (o *office) rulesByKind(r *http.Request, v door.Visit) (map[string]store.Rule, error) {
	all, err := o.Portal.Rules(r.Context(), v.Actor)
	by := map[string]store.Rule{}
	for _, one := range all {
		one.TwoPersons = one.TwoPersons || one.Everywhere
		by[one.Kind] = one.Rule
	}
	return by, err
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
