package page

import (
	"net/http"
	"net/url"
	"slices"

	"cloudpocket/store"
)

// People is a list of accounts, and what it is narrowed to.
type People struct {
	Items   []PersonLine
	Filter  store.AccountFilter
	Company string // the name of the company that it is narrowed to
	Next    store.Cursor
	Later   bool
}

// PersonLine is a person in a list.
type PersonLine struct {
	store.Account
	Company string // empty for the firm's own staff
	Role    string
}

// People shows the list.
func (p *Pages) People(w http.ResponseWriter, r *http.Request, s Shell, v People) error {
	s.Current = PlacePeople
	return p.show(w, r, http.StatusOK, "people", s, v)
}

// query is what the list is narrowed to, as the address has it.
func (v People) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"q": v.Filter.Text, "company": string(v.Filter.CompanyID), "state": string(v.Filter.State)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if v.Filter.Staff {
		q.Set("staff", "1")
	}
	if v.Filter.NeverSigned {
		q.Set("never", "1")
	}
	return q
}

func (v People) with(name, value string) string {
	q := v.query()
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return "/admin/people"
	}
	return "/admin/people?" + q.Encode()
}

// NextLink and FirstLink lead on and back to the beginning.
func (v People) NextLink() string  { return v.with("after", string(v.Next)) }
func (v People) FirstLink() string { return v.with("", "") }

// InState, Never and OfStaff are the list narrowed so, or widened again.
func (v People) InState(s store.AccountState) string { return v.with("state", string(s)) }
func (v People) Never() string {
	if v.Filter.NeverSigned {
		return v.with("never", "")
	}
	return v.with("never", "1")
}
func (v People) OfStaff() string {
	if v.Filter.Staff {
		return v.with("staff", "")
	}
	return v.with("staff", "1")
}

// AnyCompany is the list of all companies.
func (v People) AnyCompany() string { return v.with("company", "") }

// States are those to narrow to.
func (v People) States() []store.AccountState {
	return []store.AccountState{store.AccountActive, store.AccountDisabled}
}

// Narrowed reports whether the list is.
func (v People) Narrowed() bool { return len(v.query()) > 0 }

// Person is one account, with what it can see.
type Person struct {
	PersonLine
	Trust     string
	TrustOn   bool
	Menus     []PersonMenu
	Offices   []CompanyOffices
	More      bool // there are more offices than these
	Delivered int
	Sessions  int
	Me        bool // it is the reader
	Barred    bool // the reader may change nothing
	Problem   *Problem
}

// PersonMenu is a menu and where it comes from.
type PersonMenu struct {
	Menu   store.Permission
	ByRole bool
	Idle   bool
	Narrow bool
}

// Reads reports whether the person has the menu by which a client reads.
func (v Person) Reads() bool { return v.Permissions.Has(store.PermitView) }

// Person shows one; with a problem in it the status is 422.
func (p *Pages) Person(w http.ResponseWriter, r *http.Request, s Shell, v Person) error {
	s.Current = PlacePeople
	return p.show(w, r, statusOf(problemsOf(v.Problem)), "person", s, v)
}

func problemsOf(p *Problem) []Problem {
	if p == nil {
		return nil
	}
	return []Problem{*p}
}

// Self is the address of the page.
func (l PersonLine) Self() string { return "/admin/people/" + string(l.ID) }

// Active reports whether the person may enter.
func (l PersonLine) Active() bool { return l.State == store.AccountActive }

// Badge says how the account stands.
func (l PersonLine) Badge() Badge {
	if l.Active() {
		return Badge{Tone: "done", Icon: "check", Key: "people.state.active"}
	}
	return Badge{Tone: "bad", Icon: "lock", Key: "people.state.disabled"}
}

// PersonForm is the form about one person: new, or one who is there.
type PersonForm struct {
	ID       store.ID // empty for somebody new
	Company  store.Company
	Staff    bool
	Name     string
	Email    string
	Trust    store.ID
	Subject  string
	Role     store.ID
	Menus    store.Permission
	Scope    store.OfficeScope
	Typed    string // offices as they were typed, where there are too many to choose from
	Version  int64
	Choices  PersonChoices
	Problems []Problem
}

// PersonChoices is what the form offers.
type PersonChoices struct {
	Trusts  []store.Trust
	Roles   []store.Role
	Menus   []store.Permission
	Offices []CompanyOffices
	Many    bool // too many offices to choose from one by one
	All     bool // all offices can be granted
}

// PersonForm shows the form; with problems in it the status is 422.
func (p *Pages) PersonForm(w http.ResponseWriter, r *http.Request, s Shell, v PersonForm) error {
	s.Current = PlacePeople
	return p.show(w, r, statusOf(v.Problems), "personform", s, v)
}

// Action is where the form goes, and Back where it came from.
func (v PersonForm) Action() string {
	if v.ID == "" {
		return "/admin/people/new"
	}
	return "/admin/people/" + string(v.ID) + "/edit"
}

// Back leads to the page before.
func (v PersonForm) Back() string {
	if v.ID == "" {
		return "/admin/people"
	}
	return "/admin/people/" + string(v.ID)
}

// New reports whether the form is about somebody new.
func (v PersonForm) New() bool { return v.ID == "" }

// Wrong reports whether a part of the form was refused.
func (v PersonForm) Wrong(field string) bool { return wrong(v.Problems, field) }

// Has reports whether a menu is ticked, and Sees whether an office is.
func (v PersonForm) Has(menu store.Permission) bool { return v.Menus.Has(menu) }

// Sees reports whether an office is ticked.
func (v PersonForm) Sees(office store.ID) bool { return slices.Contains(v.Scope.Offices, office) }

// Listed are the offices as they are typed.
func (v PersonForm) Listed() string {
	if v.Typed != "" || len(v.Scope.Offices) == 0 {
		return v.Typed
	}
	text := ""
	for _, id := range v.Scope.Offices {
		text += string(id) + "\n"
	}
	return text
}

// Whose is where one says of which company somebody new is.
type Whose struct {
	Query     string
	Companies []store.Company
	Next      store.Cursor
	Later     bool
}

// Whose shows it.
func (p *Pages) Whose(w http.ResponseWriter, r *http.Request, s Shell, v Whose) error {
	s.Current = PlacePeople
	return p.show(w, r, http.StatusOK, "whose", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Whose) NextLink() string {
	return link("/admin/people/new", "q", v.Query, "after", string(v.Next))
}
func (v Whose) FirstLink() string { return link("/admin/people/new", "q", v.Query) }

// CopyRights is where a successor gets what a predecessor has: first whom from, then what.
type CopyRights struct {
	To         PersonLine
	Candidates []PersonLine // of whom one is the predecessor
	Query      string
	Next       store.Cursor
	Later      bool
	From       *PersonLine // chosen
	Menus      []store.Permission
	Was        []store.Permission
	NextRole   string
	NextScope  store.OfficeScope
	Same       bool
	Problem    *Problem
}

// CopyRights shows it; with a problem in it the status is 422.
func (p *Pages) CopyRights(w http.ResponseWriter, r *http.Request, s Shell, v CopyRights) error {
	s.Current = PlacePeople
	return p.show(w, r, statusOf(problemsOf(v.Problem)), "copyrights", s, v)
}

// Self is the address of the page.
func (v CopyRights) Self() string { return v.To.Self() + "/copy" }

// FromLink chooses a predecessor.
func (v CopyRights) FromLink(id store.ID) string { return link(v.Self(), "from", string(id)) }

// NextLink and FirstLink lead on and back to the beginning.
func (v CopyRights) NextLink() string {
	return link(v.Self(), "q", v.Query, "after", string(v.Next))
}
func (v CopyRights) FirstLink() string { return link(v.Self(), "q", v.Query) }

// Roles are the firm's roles, with the form for another.
type Roles struct {
	Items   []store.Role
	Next    store.Cursor
	Later   bool
	New     *RoleForm // nil: the reader may make none
	Problem *Problem
}

// RoleForm is the form about a role.
type RoleForm struct {
	store.Role
	Choices []store.Permission // the menus that the reader has
	Barred  bool
	Problem *Problem
}

// Roles shows the list; with a problem in it the status is 422.
func (p *Pages) Roles(w http.ResponseWriter, r *http.Request, s Shell, v Roles) error {
	s.Current = PlacePeople
	return p.show(w, r, statusOf(problemsOf(v.Problem)), "roles", s, v)
}

// Role shows one; with a problem in it the status is 422.
func (p *Pages) Role(w http.ResponseWriter, r *http.Request, s Shell, v RoleForm) error {
	s.Current = PlacePeople
	return p.show(w, r, statusOf(problemsOf(v.Problem)), "role", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Roles) NextLink() string  { return link("/admin/people/roles", "after", string(v.Next)) }
func (v Roles) FirstLink() string { return "/admin/people/roles" }

// Granted are a role's menus, one by one.
func (v RoleForm) Granted() []store.Permission { return MenusIn(v.Permissions) }

// MenusIn are the menus of a set, in order.
func MenusIn(p store.Permission) (all []store.Permission) {
	for one := store.Permission(1); one <= store.PermitAll; one <<= 1 {
		if p.Has(one) {
			all = append(all, one)
		}
	}
	return all
}

// Menus are the person's menus as they are written down.
func (l PersonLine) Menus() []store.Permission { return MenusIn(l.Permissions) }

// Why returns why a part of the form was refused.
func (v PersonForm) Why(field string) (all []Problem) {
	for _, p := range v.Problems {
		if p.Field == field {
			all = append(all, p)
		}
	}
	return all
}
