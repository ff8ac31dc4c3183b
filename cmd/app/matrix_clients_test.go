package app

import (
	"slices"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// apiClientRoutes are the firm's API clients, which are the whole firm's as its trusts are.
func apiClientRoutes() map[string]access {
	on := func(kind, form string) access {
		return access{menu: store.PermitTrusts, whose: staffs, whole: true, wide: true, record: kind, form: form, spends: form != ""}
	}
	firms := access{menu: store.PermitTrusts, whose: staffs, whole: true}
	made := firms
	made.form = "name=x&scope=embed&reach=all&how=url&url=https://partner.example/jwks"
	also := func(row access) access { // it pushes documents, which they have to be able to do themselves
		row.also = store.PermitDeliver
		return row
	}
	return map[string]access{
		"GET /admin/clients":              firms,
		"GET /admin/clients/new":          firms,
		"POST /admin/clients/new":         made,
		"GET /admin/clients/{id}":         on("API client", ""),
		"GET /admin/clients/{id}/embed":   on("API client", ""),
		"POST /admin/clients/{id}":        also(on("API client", "name=x&scope=embed&reach=all&how=url&url=https://partner.example/jwks&version=1")),
		"POST /admin/clients/{id}/on":     also(on("disabled API client", "x=1")),
		"POST /admin/clients/{id}/off":    on("API client", "x=1"),
		"POST /admin/clients/{id}/remove": on("disabled API client", "sure=1"),
	}
}

// apiClientKinds are the records of those.
func (q *square) apiClientKinds() map[string]maker {
	registered := func(t *testing.T, at spot) store.ID {
		all, err := q.setup.ClientsOf(t.Context(), at.tenant)
		noError(t, err)
		all = slices.DeleteFunc(all, func(c store.APIClient) bool { return c.ID == q.partners[at.tenant] })
		for _, old := range all[:max(0, len(all)-60)] { // there may be so many at once; the oldest are of routes before
			noError(t, q.setup.TurnClient(t.Context(), old.ID, false))
			noError(t, q.setup.DropClient(t.Context(), old.ID))
		}
		c, err := q.setup.AddClient(t.Context(), at.tenant, portal.ClientDraft{Name: "親製品", KeysURL: "https://partner.example/jwks", Scopes: store.ScopeDocuments, Offices: store.OfficeScope{All: true}})
		noError(t, err)
		return c.ID
	}
	return map[string]maker{
		"API client": func(t *testing.T, at spot, _ *somebody) names {
			return names{"id": string(registered(t, at))}
		},
		"disabled API client": func(t *testing.T, at spot, _ *somebody) names {
			id := registered(t, at)
			noError(t, q.setup.TurnClient(t.Context(), id, false))
			return names{"id": string(id)}
		},
	}
}
