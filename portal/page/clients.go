package page

import (
	"net/http"
	"slices"
	"strings"

	"cloudpocket/store"
)

// Clients are the firm's API clients.
type Clients struct {
	Items []ClientLine
}

// ClientLine is an API client in a list.
type ClientLine struct{ store.APIClient }

// Clients shows the list.
func (p *Pages) Clients(w http.ResponseWriter, r *http.Request, s Shell, v Clients) error {
	s.Current = PlaceClients
	return p.show(w, r, http.StatusOK, "clients", s, v)
}

const clientsPath = "/admin/clients"

// Self is the address of the client's page.
func (l ClientLine) Self() string { return clientsPath + "/" + string(l.ID) }

// On reports whether it is let in, and Idle whether it never was.
func (l ClientLine) On() bool   { return l.State == store.ClientEnabled }
func (l ClientLine) Idle() bool { return l.Used.IsZero() }

// Badge says how it stands.
func (l ClientLine) Badge() Badge {
	if l.On() {
		return Badge{"clients.state.on", "check", "done"}
	}
	return Badge{"clients.state.off", "lock", "bad"}
}

// Does are its scopes, one by one.
func (l ClientLine) Does() []string { return strings.Fields(l.Scopes.String()) }

// Client is an API client with its form: new, or one that is there.
type Client struct {
	ClientLine
	Endpoint string // where it gets its tokens
	Audience string // whom its assertions are for, besides
	Keys     []ClientKey
	Choices  ClientChoices
	Form     ClientForm
	Barred   bool             // the reader may switch it off and remove it at most
	Lost     store.Permission // menus that its scopes amount to, and whoever gave it its keys has no more
	Problems []Problem
}

// LostArgs are what the sentence about Lost says.
func (c Client) LostArgs() map[string]any { return map[string]any{"Menus": c.Lost} }

// ClientKey is one of its keys.
type ClientKey struct{ Kid, Kind string }

// ClientChoices is what the form offers.
type ClientChoices struct {
	Scopes  store.Scope
	Offices []CompanyOffices
	Many    bool // too many offices to choose from one by one
}

// ClientForm is what is typed of an API client.
type ClientForm struct {
	Name    string
	Scopes  store.Scope
	Scope   store.OfficeScope
	Typed   string // offices as they were typed, where there are too many to choose from
	Fetched bool   // its keys come from URL
	URL     string
	JWKS    string
	Origins string // a line each, or as they were typed
	Allowed string
	Version int64
}

// ClientFormOf is the form about a client that is there.
func ClientFormOf(c store.APIClient) ClientForm {
	return ClientForm{Name: c.Name, Scopes: c.Scopes, Scope: c.Offices, Fetched: c.KeysURL != "", URL: c.KeysURL,
		Origins: strings.Join(c.Origins, "\n"), Allowed: store.RangesText(c.Allowed, "\n"), Version: c.Version}
}

// Client shows the page; with problems in it the status is 422.
func (p *Pages) Client(w http.ResponseWriter, r *http.Request, s Shell, v Client) error {
	s.Current = PlaceClients
	return p.show(w, r, statusOf(v.Problems), "client", s, v)
}

// New reports whether the form is about a new one.
func (v Client) New() bool { return v.ID == "" }

// Action is where the form goes.
func (v Client) Action() string {
	if v.New() {
		return clientsPath + "/new"
	}
	return v.Self()
}

// Wrong reports whether a part of the form was refused, and Why for which reasons.
func (v Client) Wrong(field string) bool { return wrong(v.Problems, field) }
func (v Client) Why(field string) (all []Problem) {
	for _, p := range v.Problems {
		if p.Field == field {
			all = append(all, p)
		}
	}
	return all
}

// Offers are the scopes to choose from, by name.
func (v Client) Offers() []string { return strings.Fields(v.Choices.Scopes.String()) }

// May reports whether a scope is ticked, and Sees whether an office is.
func (v Client) May(scope string) bool {
	return slices.Contains(strings.Fields(v.Form.Scopes.String()), scope)
}
func (v Client) Sees(office store.ID) bool { return slices.Contains(v.Form.Scope.Offices, office) }

// Listed are the offices as they are typed.
func (v Client) Listed() string {
	if v.Form.Typed != "" {
		return v.Form.Typed
	}
	text := ""
	for _, id := range v.Form.Scope.Offices {
		text += string(id) + "\n"
	}
	return text
}
