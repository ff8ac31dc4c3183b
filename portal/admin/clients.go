package admin

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/sso/exchange"
	"cloudpocket/store"
)

func (a *admin) mountClients(m mounts) {
	m.get("/admin/clients", a.clients)
	m.get("/admin/clients/new", a.newClient)
	m.post("/admin/clients/new", a.registerClient)
	m.get("/admin/clients/{id}", a.client)
	m.get("/admin/clients/{id}/embed", a.clientEmbed)
	m.post("/admin/clients/{id}", a.changeClient)
	m.post("/admin/clients/{id}/on", a.enableClient)
	m.post("/admin/clients/{id}/off", a.disableClient)
	m.post("/admin/clients/{id}/remove", a.removeClient)
}

// clients lists the firm's API clients.
func (a *admin) clients(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	all, err := a.Portal.Clients(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	var view page.Clients
	for _, c := range all {
		view.Items = append(view.Items, page.ClientLine{APIClient: c})
	}
	return a.Pages.Clients(w, r, s, view)
}

// newClient shows the form about a new one.
func (a *admin) newClient(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.newClientPage(w, r, v, page.Client{Form: page.ClientForm{Fetched: true, Scope: store.OfficeScope{All: true}}})
}

func (a *admin) newClientPage(w http.ResponseWriter, r *http.Request, v door.Visit, view page.Client) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	c, err := a.Portal.ChoicesForClient(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	view.Choices = choicesOf(c)
	return a.Pages.Client(w, r, s, view)
}

// client shows one with its form.
func (a *admin) client(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.clientPage(w, r, v, nil, nil)
}

// clientPage shows the one that the address names, with what was typed, if anything was, and why it was refused.
func (a *admin) clientPage(w http.ResponseWriter, r *http.Request, v door.Visit, typed *page.ClientForm, problems []page.Problem) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	c, err := a.Portal.ClientOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	view := page.Client{ClientLine: page.ClientLine{APIClient: c.APIClient}, Endpoint: a.BaseURL + exchange.TokenPath, Audience: a.BaseURL,
		Choices: choicesOf(c.Choices), Form: page.ClientFormOf(c.APIClient), Barred: c.Barred, Lost: c.Lost, Problems: problems}
	for _, key := range c.Keys {
		view.Keys = append(view.Keys, page.ClientKey(key))
	}
	if typed != nil {
		view.Form = *typed
	}
	return a.Pages.Client(w, r, s, view)
}

func choicesOf(c portal.ClientChoices) page.ClientChoices {
	return page.ClientChoices{Scopes: c.Scopes, Offices: byCompany(c.Offices), Many: c.Many}
}

// registerClient registers one. Refused, the form comes back with what was typed.
func (a *admin) registerClient(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	form, d, problems, err := typedClient(w, r)
	if err != nil {
		return err
	}
	var id store.ID
	if problems == nil {
		id, err = a.Portal.RegisterClient(r.Context(), v.Actor, d)
		problems = refusedClient(err, &form)
	}
	if problems != nil {
		return a.newClientPage(w, r, v, page.Client{Form: form, Problems: problems})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/clients/"+string(id)+"?done=client_added")
}

// changeClient saves it. Refused, the form comes back with what was typed.
func (a *admin) changeClient(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	form, d, problems, err := typedClient(w, r)
	if err != nil {
		return err
	}
	if problems == nil {
		err = a.Portal.ChangeClient(r.Context(), v.Actor, id, d)
		problems = refusedClient(err, &form)
	}
	if problems != nil {
		return a.clientPage(w, r, v, &form, problems)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/clients/"+string(id)+"?done=client_saved")
}

// enableClient, disableClient and removeClient do so; refused, the client's page says why.
func (a *admin) enableClient(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.doClient(w, r, v, "client_on", func(id store.ID) error { return a.Portal.SwitchClient(r.Context(), v.Actor, id, true) })
}

func (a *admin) disableClient(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.doClient(w, r, v, "client_off", func(id store.ID) error { return a.Portal.SwitchClient(r.Context(), v.Actor, id, false) })
}

func (a *admin) removeClient(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	if r.PostForm.Get("sure") != "1" {
		return a.clientPage(w, r, v, nil, []page.Problem{{Key: "error.client_unsure"}})
	}
	return a.doClient(w, r, v, "client_removed", func(id store.ID) error { return a.Portal.RemoveClient(r.Context(), v.Actor, id) })
}

func (a *admin) doClient(w http.ResponseWriter, r *http.Request, v door.Visit, done string, do func(store.ID) error) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	err = do(id)
	if refused := refusedIn("", err); refused != nil {
		return a.clientPage(w, r, v, nil, refused)
	}
	if err != nil {
		return err
	}
	to := "/admin/clients"
	if done != "client_removed" {
		to += "/" + string(id)
	}
	return door.SeeOther(w, r, to+"?done="+done)
}
