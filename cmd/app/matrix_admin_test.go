package app

import (
	"testing"

	"cloudpocket/store"
)

// adminRoutes are the administrators' console.
func adminRoutes() map[string]access {
	trusts := access{menu: store.PermitTrusts, whose: staffs, all: true}
	accounts := access{menu: store.PermitAccounts, whose: staffs}
	about := func(kind, form string) access {
		row := accounts
		row.record, row.form = kind, form
		return row
	}
	return map[string]access{
		"GET /admin/addresses":  trusts,
		"POST /admin/addresses": trusts,

		"GET /admin/sessions":                          accounts,
		"GET /admin/sessions/end":                      about("account", "account={account}"),
		"POST /admin/sessions/end":                     about("account", "account={account}"),
		"POST /admin/sessions/{account}/{session}/end": spent(about("their session", "")),
	}
}

// inventoryRoutes are the accounts' inventory.
func inventoryRoutes() map[string]access {
	whole := access{menu: store.PermitAccounts, whose: staffs, all: true}
	firms := access{menu: store.PermitAccounts, whose: staffs, record: "inventory", wide: true}
	item := access{menu: store.PermitAccounts, whose: staffs, record: "inventory"}
	decide, confirm, sign := item, item, whole
	decide.form, confirm.form = "decision=confirmed", "account={account}"
	sign.record, sign.wide, sign.spends = "settled inventory", true, true
	return map[string]access{
		"GET /admin/inventory":                          {menu: store.PermitAccounts, whose: staffs},
		"POST /admin/inventory":                         whole,
		"GET /admin/inventory/{id}":                     firms,
		"GET /admin/inventory/{id}/report":              firms,
		"GET /admin/inventory/{id}/report.csv":          firms,
		"POST /admin/inventory/{id}/accounts/{account}": decide,
		"POST /admin/inventory/{id}/confirm":            confirm,
		"POST /admin/inventory/{id}/sign":               sign,
	}
}

// spent is a row whose record is another thing once it was tried.
func spent(row access) access {
	row.spends = true
	return row
}

// adminKinds are the records of the administrators' console.
func (q *square) adminKinds() map[string]maker {
	return map[string]maker{
		"their session":     q.clientSession,
		"inventory":         func(t *testing.T, at spot, p *somebody) names { return q.inventory(t, at, q.client(t, at, p)) },
		"settled inventory": func(t *testing.T, at spot, _ *somebody) names { return q.inventory(t, at, names{}) },
	}
}

// client registers an account of an office, without a menu that others would have to hold.
func (q *square) client(t *testing.T, at spot, _ *somebody) names {
	t.Helper()
	id := q.fresh()
	q.register(t, at.tenant, store.Account{ID: id, CompanyID: at.company(), Offices: store.OfficeScope{Offices: []store.ID{at.office}}})
	return names{"account": string(id), "id": string(id), "office": string(at.office)}
}

// clientSession signs one in.
func (q *square) clientSession(t *testing.T, at spot, p *somebody) names {
	t.Helper()
	n := q.client(t, at, p)
	q.signIn(t, at.tenant, store.ID(n["account"]))
	all, err := q.Stores.Sessions.Of(t.Context(), at.tenant, store.ID(n["account"]))
	noError(t, err)
	n["session"] = string(all[0].ID)
	return n
}

// inventory makes one about that account.
func (q *square) inventory(t *testing.T, at spot, n names) names {
	t.Helper()
	n["id"] = string(q.fresh())
	var items []store.InventoryItem
	if n["account"] != "" {
		items = append(items, store.InventoryItem{AccountID: store.ID(n["account"]), Findings: store.FoundUnused,
			Was: store.AccountSnapshot{Name: "人", CompanyID: at.company(), Offices: store.OfficeScope{Offices: []store.ID{at.office}}}})
	}
	noError(t, q.Stores.Records.Update(t.Context(), at.tenant, func(tx store.Tx) error {
		return tx.Inventories().Create(t.Context(), store.Inventory{ID: store.ID(n["id"]), MadeAt: q.now}, items)
	}))
	return n
}
