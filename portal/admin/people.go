package admin

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (a *admin) mountPeople(m mounts) {
	m.get("/admin/people", a.people)
	m.get("/admin/people/new", a.newPerson)
	m.post("/admin/people/new", a.addPerson)
	m.get("/admin/people/roles", a.roles)
	m.post("/admin/people/roles", a.createRole)
	m.get("/admin/people/roles/{id}", a.role)
	m.post("/admin/people/roles/{id}", a.changeRole)
	m.post("/admin/people/roles/{id}/delete", a.deleteRole)
	m.get("/admin/people/{id}", a.person)
	m.get("/admin/people/{id}/edit", a.editPerson)
	m.post("/admin/people/{id}/edit", a.changePerson)
	m.post("/admin/people/{id}/disable", a.disablePerson)
	m.post("/admin/people/{id}/enable", a.enablePerson)
	m.post("/admin/people/{id}/delete", a.deletePerson)
	m.get("/admin/people/{id}/copy", a.copyRights)
	m.post("/admin/people/{id}/copy", a.copyRightsNow)
}

// people lists whom the reader manages.
func (a *admin) people(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	q, from := r.URL.Query(), door.From(r)
	f := store.AccountFilter{CompanyID: store.ID(q.Get("company")), Staff: q.Get("staff") == "1", State: store.AccountState(q.Get("state")), NeverSigned: q.Get("never") == "1", Text: short(q.Get("q"))}
	list, err := a.Portal.People(r.Context(), v.Actor, f, from)
	if err != nil {
		return err
	}
	view := page.People{Filter: f, Next: list.Next, Later: from.After != ""}
	for _, one := range list.Items {
		view.Items = append(view.Items, lineOf(one))
		view.Company = one.Company
	}
	return a.Pages.People(w, r, s, view)
}

// searchRunes is how long what is looked for may be.
const searchRunes = 200

func short(s string) string {
	if r := []rune(s); len(r) > searchRunes {
		return string(r[:searchRunes])
	}
	return s
}

func lineOf(p portal.PersonItem) page.PersonLine {
	return page.PersonLine{Account: p.Account, Company: p.Company, Role: p.Role}
}

// person shows one, with what they can see.
func (a *admin) person(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return a.personPage(w, r, v, id, nil)
}

func (a *admin) personPage(w http.ResponseWriter, r *http.Request, v door.Visit, id store.ID, problem *page.Problem) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	seen, err := a.Portal.PersonOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	view := page.Person{PersonLine: lineOf(seen.PersonItem), Trust: seen.Trust, TrustOn: seen.TrustOn, More: seen.More, Delivered: seen.Delivered,
		Sessions: seen.Sessions, Me: seen.Self, Barred: seen.Barred != nil, Problem: problem}
	for _, m := range seen.Menus {
		view.Menus = append(view.Menus, page.PersonMenu(m))
	}
	for _, o := range seen.Offices {
		view.Offices = append(view.Offices, page.CompanyOffices{Company: o.Company, Offices: o.Offices})
	}
	return a.Pages.Person(w, r, s, view)
}

// disablePerson, enablePerson and deletePerson do so; refused, the person's page says why.
func (a *admin) disablePerson(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.switchPerson(w, r, v, "person_disabled", func(id store.ID) error {
		_, err := a.Portal.SwitchPerson(r.Context(), v.Actor, id, false)
		return err
	})
}

func (a *admin) enablePerson(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.switchPerson(w, r, v, "person_enabled", func(id store.ID) error {
		_, err := a.Portal.SwitchPerson(r.Context(), v.Actor, id, true)
		return err
	})
}

func (a *admin) switchPerson(w http.ResponseWriter, r *http.Request, v door.Visit, done string, do func(store.ID) error) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	err = do(id)
	if refused := refusedPerson("", err); refused != nil {
		return a.personPage(w, r, v, id, &refused[0])
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/people/"+string(id)+"?done="+done)
}

func (a *admin) deletePerson(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	if r.PostForm.Get("sure") != "1" {
		return a.personPage(w, r, v, id, &page.Problem{Key: "error.person_unsure"})
	}
	_, err = a.Portal.DeletePerson(r.Context(), v.Actor, id)
	if refused := refusedPerson("", err); refused != nil {
		return a.personPage(w, r, v, id, &refused[0])
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/people?done=person_deleted")
}
