package app

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestPersonSeesWhatIsSaid holds what an administrator is told that a person sees to what that person is answered: the
// menus, the offices, and how much is in their list.
func TestPersonSeesWhatIsSaid(t *testing.T) {
	q := newSquare(t)
	sent := map[spot]names{}
	for _, at := range spots() {
		sent[at] = q.delivery(t, at, "other", true)
	}
	role := q.fresh()
	q.within(t, "firm", func(tx store.Tx) error {
		return tx.Roles().Create(t.Context(), store.Role{ID: role, Name: "担当", Permissions: store.PermitView | store.PermitDeliver})
	})
	for _, p := range q.crowd(t) {
		if p.tenant == "firm" {
			t.Run(p.name, func(t *testing.T) { q.comparePerson(t, p, sent) })
		}
	}
	for _, p := range []somebody{{name: "staff with a role", tenant: "firm", menus: store.PermitView | store.PermitDeliver}, {name: "client with a role", tenant: "firm", company: "x", menus: store.PermitView | store.PermitDeliver}} {
		one := q.join(t, p)
		q.within(t, "firm", func(tx store.Tx) error {
			a, err := tx.Accounts().Get(t.Context(), one.account)
			noError(t, err)
			a.RoleID = role
			return tx.Accounts().Update(t.Context(), a)
		})
		t.Run(p.name, func(t *testing.T) { q.comparePerson(t, one, sent) })
	}
}

// menuRoutes are pages that a menu opens.
func menuRoutes(p *somebody) map[store.Permission]string {
	all := map[store.Permission]string{store.PermitView: "/deliveries", store.PermitDeliver: "/desk/tray", store.PermitReceipts: "/desk/matrix", store.PermitOffices: "/admin/companies",
		store.PermitAccounts: "/admin/people", store.PermitTrusts: "/admin/addresses", store.PermitLog: "/admin/log"}
	if p.offices != nil && p.company == "" {
		all[store.PermitTrusts] = "/admin/trusts" // the part that is the whole firm's
	}
	return all
}

func (q *square) comparePerson(t *testing.T, p *somebody, sent map[spot]names) {
	t.Helper()
	said, err := q.Portal.PersonOf(t.Context(), q.boss("firm"), p.account)
	noError(t, err)
	active := said.State == store.AccountActive
	for menu, path := range menuRoutes(p) {
		i := slices.IndexFunc(said.Menus, func(m portal.MenuWhy) bool { return m.Menu == menu })
		works := active && i >= 0 && !said.Menus[i].Idle && !said.Menus[i].Narrow
		if rec := q.ask(p, http.MethodGet, path, ""); (rec.Code == http.StatusOK) != works {
			t.Errorf("%s is said to be theirs: %v, and %s is answered %d", menu, works, path, rec.Code)
		}
	}
	var offices []store.ID
	for _, c := range said.Offices {
		for _, o := range c.Offices {
			offices = append(offices, o.ID)
		}
	}
	listed := 0
	for at, n := range sent {
		path, reads := "/deliveries/"+n["delivery"], p.menus.Has(store.PermitView)
		if p.company == "" {
			path, reads = "/desk/documents/"+n["document"], p.menus.Any(store.PermitDeliver|store.PermitReceipts)
		}
		if rec, in := q.ask(p, http.MethodGet, path, ""), active && reads && at.tenant == "firm" && slices.Contains(offices, at.office); (rec.Code == http.StatusOK) != in {
			t.Errorf("what went to %s of %s is said to be seen: %v, and is answered %d", at.office, at.tenant, in, rec.Code)
		}
		if list := q.ask(p, http.MethodGet, "/deliveries", ""); p.company != "" && strings.Contains(list.Body.String(), "/deliveries/"+n["delivery"]) {
			listed++
		}
	}
	if active && said.Delivered != listed {
		t.Errorf("their list is said to have %d, and has %d", said.Delivered, listed)
	}
}
