package admin

import (
	"net/http"
	"strconv"
	"strings"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// typedClient reads the form about an API client, as it was typed and as it is meant, with what cannot be read in it.
func typedClient(w http.ResponseWriter, r *http.Request) (form page.ClientForm, d portal.ClientDraft, problems []page.Problem, err error) {
	if err := door.ShortForm(w, r); err != nil {
		return form, d, nil, err
	}
	f := r.PostForm
	form = page.ClientForm{Name: f.Get("name"), Scope: store.OfficeScope{All: f.Get("reach") == "all"}, Typed: f.Get("offices"), Fetched: f.Get("how") == "url",
		URL: f.Get("url"), JWKS: f.Get("jwks"), Origins: f.Get("origins"), Allowed: f.Get("allowed")}
	form.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64) // none is version 0, which is refused where it is another
	if form.Scopes, err = store.ParseScope(strings.Join(f["scope"], " ")); err != nil {
		problems = append(problems, refusedIn("scope", err)...)
	}
	d = portal.ClientDraft{Name: form.Name, Scopes: form.Scopes, Origins: strings.Fields(form.Origins), Version: form.Version}
	if d.Allowed, err = store.ParseRanges(form.Allowed); err != nil {
		problems = append(problems, refusedIn("allowed", err)...)
	}
	if !form.Scope.All {
		for _, id := range f["office"] {
			form.Scope.Offices = append(form.Scope.Offices, store.ID(id))
		}
		d.Called = strings.Fields(form.Typed)
	}
	d.Offices = form.Scope
	if form.Fetched {
		d.KeysURL = form.URL
	} else {
		d.Keys = []byte(strings.TrimSpace(form.JWKS))
	}
	if len(problems) > 0 {
		form.JWKS = "" // nobody looked yet if it is a private key
	}
	return form, d, problems, nil
}

// refusedClient returns what a person is told of a client that was not kept; nothing for any other error. A private key
// that was pasted is not shown again.
func refusedClient(err error, form *page.ClientForm) []page.Problem {
	field := clientField(err)
	if keyOf(err) == "error.keys_private" || field != "jwks" {
		form.JWKS = ""
	}
	return refusedIn(field, err)
}

// clientField is the part of the form that a refusal is about.
func clientField(err error) string {
	key := keyOf(err)
	switch key {
	case "error.client_name":
		return "name"
	case "error.client_no_scope", "error.scope":
		return "scope"
	case "error.client_no_office", "error.office_nowhere", "error.too_many_offices":
		return "office"
	case "error.client_keys_url":
		return "url"
	case "error.client_origin", "error.client_origins":
		return "origins"
	case "error.address_many":
		return "allowed"
	}
	if key == "error.client_no_keys" || strings.HasPrefix(key, "error.keys_") {
		return "jwks"
	}
	return ""
}

// byCompany groups offices, which stand in the order of their companies.
func byCompany(offices []portal.OfficeChoice) (all []page.CompanyOffices) {
	for _, o := range offices {
		if n := len(all); n == 0 || all[n-1].ID != o.CompanyID {
			all = append(all, page.CompanyOffices{Company: store.Company{ID: o.CompanyID, Name: o.Company}})
		}
		last := &all[len(all)-1]
		last.Offices = append(last.Offices, o.Office)
	}
	return all
}
