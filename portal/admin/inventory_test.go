package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// inventory is a firm two months later, with a "boss" and, never used, "one" and "two" of x1 and "three" of y.
func inventory(t *testing.T) (w *world, boss *person) {
	t.Helper()
	w = newWorld(t)
	for id, one := range map[store.ID]store.Account{"one": {CompanyID: "x", Name: "=1+1", Offices: store.OfficeScope{Offices: []store.ID{"x1"}}},
		"two": {CompanyID: "x", Name: "<b>二</b>", Offices: store.OfficeScope{Offices: []store.ID{"x1"}}}, "three": {CompanyID: "y", Name: "三", Offices: store.OfficeScope{Offices: []store.ID{"y1"}}}} {
		one.ID, one.TrustID, one.Subject, one.Permissions = id, "idp", string(id), store.PermitView
		must(t, w.setup.AddAccount(t.Context(), "firm", one))
	}
	w.now = w.now.Add(60 * 24 * time.Hour)
	return w, w.add(t, "boss", "", store.PermitAccounts|store.PermitView)
}

const month = "/admin/inventory/2027-01"

// TestInventory goes through a month's inventory by its pages.
func TestInventory(t *testing.T) {
	w, boss := inventory(t)
	answers(t, boss.get("/admin/inventory"), http.StatusOK, "There is no inventory yet", "Make the one for Jan 2027 now")
	leads(t, boss, "/admin/inventory", month+"?done=inventory_made")
	answers(t, boss.post("/admin/inventory"), http.StatusUnprocessableEntity, "is there already", `role="alert"`, month)
	answers(t, boss.get(month+"?done=inventory_made"), http.StatusOK, "&lt;b&gt;二&lt;/b&gt;", "3 of 4", "Never used in 30 days", "3 accounts are left", `role="status"`)

	answers(t, boss.get(month+"?open=one"), http.StatusOK, `value="disabled"`)
	answers(t, boss.post(month+"/accounts/one", "decision", "explained", "note", " "), http.StatusUnprocessableEntity, "Write down why", `value="explained" required checked`, `role="alert"`)
	answers(t, boss.post(month+"/accounts/one", "note", "typed <words>"), http.StatusUnprocessableEntity, "Choose whether", "typed &lt;words&gt;")
	leads(t, boss, month+"/accounts/one", month+"?done=inventory_decided&only=open", "decision", "explained", "note", "+81 休業中", "only", "open")
	answers(t, boss.get(month+"?open=one"), http.StatusOK, `value="explained" required checked`, `value="&#43;81 休業中"`)
	leads(t, boss, month+"/accounts/two", month+"?done=inventory_disabled", "decision", "disabled")
	answers(t, boss.post(month+"/accounts/two", "decision", "confirmed"), http.StatusUnprocessableEntity, "switched off or deleted meanwhile")
	if e := w.lastDeed(t, "firm", store.DeedAccount); e.Record != "account:two" || e.Detail["state"] != "disabled" || e.AccountID != "boss" {
		t.Errorf("the log has %+v", e)
	}
	answers(t, boss.post(month+"/sign"), http.StatusUnprocessableEntity, "1 accounts are left")
	answers(t, boss.post(month+"/confirm"), http.StatusUnprocessableEntity, "Choose an account")
	leads(t, boss, month+"/confirm", month+"?done=inventory_confirmed", "account", "three")
	answers(t, boss.get(month+"?only=open"), http.StatusOK, "There is no such account", "Sign this inventory off")
	leads(t, boss, month+"/sign", month+"?done=inventory_signed")
	answers(t, boss.post(month+"/accounts/one", "decision", "confirmed"), http.StatusUnprocessableEntity, "was signed off and cannot be changed")
	answers(t, boss.get("/admin/inventory"), http.StatusOK, "Signed off", "利用者 boss")
	answers(t, boss.get(month+"/report"), http.StatusOK, "利用者 boss", "&#43;81 休業中", "事業所x1")

	rec := boss.get(month + "/report.csv")
	answers(t, rec, http.StatusOK, "\uFEFFMonth,", "'=1+1,", "'+81 休業中", "2027-01,two,<b>二</b>,会社x,", "利用者 boss")
	if rec.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(rec.Header().Get("Content-Disposition"), `"inventory-2027-01.csv"`) || strings.Count(rec.Body.String(), "\r\n") != 4 {
		t.Errorf("the file is %v %s", rec.Header(), rec.Body)
	}
	answers(t, boss.get("/admin/inventory/2020-01"), http.StatusNotFound)
	answers(t, boss.get("/admin/inventory/NONE"), http.StatusNotFound)
}

// leads posts a form and demands where it leads.
func leads(t *testing.T, p *person, target, want string, fields ...string) {
	t.Helper()
	rec := p.post(target, fields...)
	if answers(t, rec, http.StatusSeeOther); rec.Header().Get("Location") != want {
		t.Errorf("%s leads to %q, want %q", target, rec.Header().Get("Location"), want)
	}
}

// TestInventoryOfWhom holds what is answered to those who may not, or may see a part.
func TestInventoryOfWhom(t *testing.T) {
	w, boss := inventory(t)
	leads(t, boss, "/admin/inventory", month+"?done=inventory_made")
	part := w.add(t, "part", "", store.PermitAccounts, "y1")
	for name, row := range map[string]struct {
		p    *person
		want [8]int // of the list, one, the report, the table; a decision, confirming, signing, making
	}{
		"without the menu":  {w.add(t, "clerk", "", store.PermitAll&^store.PermitAccounts), [8]int{403, 403, 403, 403, 403, 403, 403, 403}},
		"a client":          {w.add(t, "client", "x", store.PermitAll), [8]int{403, 403, 403, 403, 403, 403, 403, 403}},
		"another firm":      {w.addTo(t, "other", "them", "", store.PermitAll), [8]int{200, 404, 404, 404, 404, 404, 404, 303}},
		"of another office": {part, [8]int{200, 200, 200, 200, 404, 404, 403, 403}},
		"nobody":            {&person{world: w}, [8]int{303, 303, 303, 303, 401, 401, 401, 401}},
	} {
		got := [8]int{}
		for i, target := range []string{"/admin/inventory", month, month + "/report", month + "/report.csv"} {
			got[i] = row.p.get(target).Code
		}
		got[4] = row.p.post(month+"/accounts/one", "decision", "confirmed").Code
		got[5] = row.p.post(month+"/confirm", "account", "one").Code
		got[6] = row.p.post(month + "/sign").Code
		got[7] = row.p.post("/admin/inventory").Code
		if got != row.want {
			t.Errorf("%s is answered %v, want %v", name, got, row.want)
		}
	}
	rec := part.get(month)
	answers(t, rec, http.StatusOK, "三", "You see the accounts of your offices only")
	if strings.Contains(rec.Body.String(), "二") || strings.Contains(rec.Body.String(), "3 of") {
		t.Errorf("who sees a part is shown\n%s", rec.Body)
	}
	leads(t, part, month+"/accounts/three", month+"?done=inventory_decided", "decision", "confirmed")
}
