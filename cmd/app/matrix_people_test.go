package app

import (
	"strings"
	"testing"

	"cloudpocket/store"
)

// peopleRoutes are people and roles.
func peopleRoutes() map[string]access {
	menu := access{menu: store.PermitAccounts, whose: staffs}
	on := func(kind, form string) access {
		row := menu
		row.record, row.form, row.spends = kind, form, form != ""
		return row
	}
	role := func(form string) access {
		row := on("role", form)
		row.wide, row.all = true, form != ""
		return row
	}
	register, newRole := menu, menu
	register.record, register.form = "company and office", "name=x&trust=idp-firm&subject={fresh}&company={id}&office={office}"
	newRole.form, newRole.all = "name={fresh}&menu=accounts", true
	copied := on("two accounts", "from={from}&from-version=0&to-version=0")
	copied.never = true // the versions are not those that were seen
	taken := menu
	taken.form, taken.never = "file=none&digest=none", true
	return map[string]access{
		"GET /admin/people":                    menu,
		"GET /admin/people/new":                menu,
		"POST /admin/people/new":               register,
		"GET /admin/people/{id}":               on("account", ""),
		"GET /admin/people/{id}/edit":          on("account", ""),
		"POST /admin/people/{id}/edit":         on("account", "name=x&office={office}&version=0"),
		"POST /admin/people/{id}/disable":      on("account", "x=1"),
		"POST /admin/people/{id}/enable":       on("disabled account", "x=1"),
		"POST /admin/people/{id}/delete":       on("account", "sure=1"),
		"GET /admin/people/{id}/copy":          on("account", ""),
		"POST /admin/people/{id}/copy":         copied,
		"GET /admin/people/import":             menu,
		"POST /admin/people/import":            taken,
		"POST /admin/people/import/apply":      taken,
		"GET /admin/people/export":             menu,
		"POST /admin/people/export":            menu,
		"GET /admin/people/roles":              menu,
		"POST /admin/people/roles":             newRole,
		"GET /admin/people/roles/{id}":         role(""),
		"POST /admin/people/roles/{id}":        role("name={fresh}&menu=accounts&version=0"),
		"POST /admin/people/roles/{id}/delete": role("x=1"),
	}
}

// mightyRoutes are what is done about somebody of the firm who may do everything: whoever may do less may do none of it.
func mightyRoutes() map[string]access {
	all := map[string]access{}
	for name, row := range peopleRoutes() {
		if strings.HasPrefix(name, "POST ") && strings.HasSuffix(row.record, "account") {
			row.record, row.also = "mighty "+row.record, store.PermitAll
			all[name] = row
		}
	}
	return all
}

// placeRoutes are companies and offices.
func placeRoutes() map[string]access {
	menu := access{menu: store.PermitOffices, whose: staffs}
	on := func(kind, form string) access {
		row := menu
		row.record, row.form, row.spends = kind, form, form != ""
		return row
	}
	all := func(row access) access {
		row.all = true
		return row
	}
	vast := func(row access) access {
		row.vast = true
		return row
	}
	made, taken := menu, all(menu)
	made.form = "name={fresh}"
	taken.form, taken.never = "file=none&digest=none", true
	return map[string]access{
		"GET /admin/companies":                   menu,
		"GET /admin/companies/new":               all(menu),
		"POST /admin/companies/new":              all(made),
		"GET /admin/companies/import":            all(menu),
		"POST /admin/companies/import":           taken,
		"POST /admin/companies/import/apply":     taken,
		"GET /admin/offices/import":              all(menu),
		"POST /admin/offices/import":             taken,
		"POST /admin/offices/import/apply":       taken,
		"GET /admin/companies/export":            menu,
		"POST /admin/companies/export":           menu,
		"GET /admin/companies/{id}":              on("company", ""),
		"POST /admin/companies/{id}":             all(on("company", "name=x")),
		"POST /admin/companies/{id}/delete":      vast(on("empty company", "sure=1")),
		"GET /admin/companies/{id}/offices/new":  all(on("company", "")),
		"POST /admin/companies/{id}/offices/new": all(on("company", "name={fresh}")),
		"GET /admin/offices/{id}":                on("office", ""),
		"POST /admin/offices/{id}":               all(on("office", "name=x")),
		"POST /admin/offices/{id}/delete":        vast(on("empty office", "sure=1")),
	}
}

// logRoutes are what was done.
func logRoutes() map[string]access {
	menu := access{menu: store.PermitLog, whose: staffs, all: true}
	first := menu
	first.with = names{"seq": "1"}
	return map[string]access{
		"GET /admin/log":               menu,
		"GET /admin/log.csv":           menu,
		"GET /admin/log/entries/{seq}": first,
		"GET /admin/log/events":        menu,
		"GET /admin/log/events.csv":    menu,
		"GET /admin/log/verify":        menu,
		"POST /admin/log/verify":       menu,
	}
}

// peopleKinds are the records of those.
func (q *square) peopleKinds() map[string]maker {
	return map[string]maker{
		"account": q.client,
		"two accounts": func(t *testing.T, at spot, p *somebody) names {
			n := q.client(t, at, p)
			n["from"] = q.client(t, at, p)["id"]
			return n
		},
		"disabled account":        q.disabled(q.client),
		"mighty account":          q.mighty,
		"mighty disabled account": q.disabled(q.mighty),
		"role": func(t *testing.T, at spot, _ *somebody) names {
			id := q.fresh()
			q.within(t, at.tenant, func(tx store.Tx) error {
				return tx.Roles().Create(t.Context(), store.Role{ID: id, Name: string(id), Permissions: store.PermitAccounts})
			})
			return names{"id": string(id)}
		},
		"company": func(_ *testing.T, at spot, _ *somebody) names { return names{"id": string(at.company())} },
		"company and office": func(_ *testing.T, at spot, _ *somebody) names {
			return names{"id": string(at.company()), "office": string(at.office)}
		},
		"empty company": func(t *testing.T, at spot, _ *somebody) names {
			id := q.fresh()
			noError(t, q.setup.AddCompany(t.Context(), at.tenant, store.Company{ID: id, Name: string(id)}))
			return names{"id": string(id)}
		},
		"empty office": func(t *testing.T, at spot, _ *somebody) names {
			id := q.fresh()
			noError(t, q.setup.AddOffice(t.Context(), at.tenant, store.Office{ID: id, CompanyID: at.company(), Name: string(id)}))
			return names{"id": string(id)}
		},
	}
}

// mighty registers somebody of the firm with every menu, for one office.
func (q *square) mighty(t *testing.T, at spot, _ *somebody) names {
	id := q.fresh()
	q.register(t, at.tenant, store.Account{ID: id, Permissions: store.PermitAll, Offices: store.OfficeScope{Offices: []store.ID{at.office}}})
	return names{"id": string(id), "office": string(at.office)}
}

// disabled switches off whom by makes.
func (q *square) disabled(by maker) maker {
	return func(t *testing.T, at spot, p *somebody) names {
		t.Helper()
		n := by(t, at, p)
		_, err := q.setup.SwitchAccount(t.Context(), at.tenant, store.ID(n["id"]), store.AccountDisabled)
		noError(t, err)
		return n
	}
}

// within runs fn in a transaction of a firm.
func (q *square) within(t *testing.T, tenant store.ID, fn func(store.Tx) error) {
	t.Helper()
	noError(t, q.Stores.Records.Update(t.Context(), tenant, fn))
}
