package admin

import (
	"net/http"
	"strconv"
	"strings"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// roles lists the firm's roles.
func (a *admin) roles(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.rolesPage(w, r, v, page.RoleForm{})
}

func (a *admin) rolesPage(w http.ResponseWriter, r *http.Request, v door.Visit, form page.RoleForm) error {
	s, me, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	list, err := a.Portal.Roles(r.Context(), v.Actor, from)
	if err != nil {
		return err
	}
	view := page.Roles{Items: list.Items, Next: list.Next, Later: from.After != "", Problem: form.Problem}
	if me.Account.Offices.All {
		form.Choices = page.MenusIn(me.Permissions)
		view.New = &form
	}
	return a.Pages.Roles(w, r, s, view)
}

// typedRole reads the form.
func typedRole(w http.ResponseWriter, r *http.Request) (role store.Role, err error) {
	if err := door.ShortForm(w, r); err != nil {
		return role, err
	}
	role.Name = strings.TrimSpace(r.PostForm.Get("name"))
	role.Version, _ = strconv.ParseInt(r.PostForm.Get("version"), 10, 64) // none is version 0, which is refused where it is another
	role.Permissions, err = store.ParsePermission(strings.Join(r.PostForm["menu"], ","))
	return role, err
}

func (a *admin) createRole(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	role, err := typedRole(w, r)
	if err == nil {
		_, err = a.Portal.CreateRole(r.Context(), v.Actor, role)
	}
	if refused := refusedPerson("", err); refused != nil {
		return a.rolesPage(w, r, v, page.RoleForm{Role: role, Problem: &refused[0]})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/people/roles?done=role_saved")
}

// role shows one with its form.
func (a *admin) role(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return a.rolePage(w, r, v, id, nil, nil)
}

// rolePage shows the form, which may hold what was typed and why it was refused.
func (a *admin) rolePage(w http.ResponseWriter, r *http.Request, v door.Visit, id store.ID, typed *store.Role, problem *page.Problem) error {
	s, me, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	role, barred, err := a.Portal.RoleOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	if typed != nil {
		role.Name, role.Permissions, role.Version = typed.Name, typed.Permissions, typed.Version
	}
	return a.Pages.Role(w, r, s, page.RoleForm{Role: role, Choices: page.MenusIn(me.Permissions), Barred: barred != nil, Problem: problem})
}

func (a *admin) changeRole(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	role, err := typedRole(w, r)
	role.ID = id
	if err == nil {
		err = a.Portal.ChangeRole(r.Context(), v.Actor, role)
	}
	if refused := refusedPerson("", err); refused != nil {
		return a.rolePage(w, r, v, id, &role, &refused[0])
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/people/roles/"+string(id)+"?done=role_saved")
}

func (a *admin) deleteRole(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	err = a.Portal.DeleteRole(r.Context(), v.Actor, id)
	if refused := refusedPerson("", err); refused != nil {
		return a.rolePage(w, r, v, id, nil, &refused[0])
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/people/roles?done=role_deleted")
}
