package page

import (
	"net/http"

	"cloudpocket/store"
)

// CompanyOffices are offices of one company.
type CompanyOffices struct {
	store.Company
	Offices []store.Office
}

// Companies is a list of companies, and offices that were looked for.
type Companies struct {
	Query   string
	Items   []store.Company
	Next    store.Cursor
	Later   bool
	Offices []CompanyOffices // that the query names, one each
	More    bool             // there are more of these
	MayAdd  bool
}

// Companies shows the list.
func (p *Pages) Companies(w http.ResponseWriter, r *http.Request, s Shell, v Companies) error {
	s.Current = PlaceCompanies
	return p.show(w, r, http.StatusOK, "companies", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Companies) NextLink() string {
	return link("/admin/companies", "q", v.Query, "after", string(v.Next))
}
func (v Companies) FirstLink() string { return link("/admin/companies", "q", v.Query) }

// Company is one company with its offices: new, or one that is there.
type Company struct {
	store.Company
	Offices  []store.Office
	Next     store.Cursor
	Later    bool
	Uses     store.CompanyUses
	Whole    bool // the reader may change it
	People   bool // the reader may see its people
	Problems []Problem
}

// Company shows one; with problems in it the status is 422.
func (p *Pages) Company(w http.ResponseWriter, r *http.Request, s Shell, v Company) error {
	s.Current = PlaceCompanies
	return p.show(w, r, statusOf(v.Problems), "company", s, v)
}

// Self is the address of the page.
func (v Company) Self() string {
	if v.ID == "" {
		return "/admin/companies/new"
	}
	return "/admin/companies/" + string(v.ID)
}

// New reports whether the form is about a new one, and Wrong whether a part of it was refused.
func (v Company) New() bool { return v.ID == "" }

// Wrong reports whether a part of the form was refused.
func (v Company) Wrong(field string) bool { return wrong(v.Problems, field) }

// NextLink and FirstLink lead on and back to the beginning.
func (v Company) NextLink() string  { return link(v.Self(), "after", string(v.Next)) }
func (v Company) FirstLink() string { return v.Self() }

// Office is the form about an office: new, or one that is there.
type Office struct {
	store.Office
	Company  string
	Uses     store.OfficeUses
	Taught   []store.OfficeCode
	Whole    bool // who looks has all offices, and so may change more than whether it has ended
	Problems []Problem
}

// Office shows the form; with problems in it the status is 422.
func (p *Pages) Office(w http.ResponseWriter, r *http.Request, s Shell, v Office) error {
	s.Current = PlaceCompanies
	return p.show(w, r, statusOf(v.Problems), "office", s, v)
}

// New reports whether the form is about a new one.
func (v Office) New() bool { return v.ID == "" }

// Self is the address of the form.
func (v Office) Self() string {
	if v.New() {
		return "/admin/companies/" + string(v.CompanyID) + "/offices/new"
	}
	return "/admin/offices/" + string(v.ID)
}

// Wrong reports whether a part of the form was refused.
func (v Office) Wrong(field string) bool { return wrong(v.Problems, field) }

// OfficeCodeField is a code of the form.
type OfficeCodeField struct{ Name, Value string }

// CodeFields are the codes in the order in which they are typed.
func (v Office) CodeFields() []OfficeCodeField {
	c := v.Codes
	return []OfficeCodeField{
		{"reference", c.ReferenceCode}, {"number", c.OfficeNumber}, {"labor", c.LaborInsuranceNumber},
		{"employment", c.EmploymentInsuranceNumber}, {"corporate", c.CorporateNumber},
	}
}
