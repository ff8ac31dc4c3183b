package admin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloudpocket/store"
)

// TestPeoplePages registers, changes, disables and deletes somebody through the pages.
func TestPeoplePages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	answers(t, boss.get("/admin/people"), http.StatusOK, "利用者 boss", "/admin/people/new")
	answers(t, boss.get("/admin/people/new"), http.StatusOK, "/admin/people/new?company=x", "/admin/people/new?staff=1")
	answers(t, boss.get("/admin/people/new?company=x"), http.StatusOK, `name="subject"`, `value="x1"`, `value="idp"`)
	answers(t, boss.get("/admin/people/new?company=none"), http.StatusNotFound)
	fields := []string{"company", "x", "name", "新しい人", "email", "new@x.example", "trust", "idp", "subject", "s-1", "menu", "view", "scope", "list", "office", "x1"}
	rec := boss.post("/admin/people/new", fields...)
	answers(t, rec, http.StatusSeeOther)
	self, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	answers(t, boss.get(rec.Header().Get("Location")), http.StatusOK, "新しい人", "事業所x1", "new@x.example", `role="status"`)
	answers(t, boss.post("/admin/people/new", fields...), http.StatusUnprocessableEntity, "registered already", `value="新しい人"`, `role="alert"`)
	answers(t, boss.get(self+"/edit"), http.StatusOK, `value="新しい人"`, `name="version" value="0"`)
	answers(t, boss.post(self+"/edit", "version", "0", "name", "", "menu", "view", "scope", "list", "office", "x1"), http.StatusUnprocessableEntity, "at most 100 characters")
	answers(t, boss.post(self+"/edit", "version", "0", "name", "改姓", "menu", "view", "scope", "list", "office", "x1", "office", "x2"), http.StatusSeeOther)
	answers(t, boss.post(self+"/edit", "version", "0", "name", "古い", "menu", "view", "scope", "all"), http.StatusConflict)
	answers(t, boss.get("/admin/people?q=改姓"), http.StatusOK, self)
	answers(t, boss.get("/admin/people?q=nobody&never=1"), http.StatusOK, "Nobody matches")
	answers(t, boss.post(self+"/disable"), http.StatusSeeOther)
	answers(t, boss.get("/admin/people?state=disabled"), http.StatusOK, self)
	answers(t, boss.post(self+"/enable"), http.StatusSeeOther)
	answers(t, boss.post(self+"/delete"), http.StatusUnprocessableEntity, "Tick the box")
	answers(t, boss.post(self+"/delete", "sure", "1"), http.StatusSeeOther)
	answers(t, boss.get(self), http.StatusNotFound)
	answers(t, boss.post("/admin/people/boss/disable"), http.StatusUnprocessableEntity, "your own account")
	answers(t, boss.post("/admin/people/boss/delete", "sure", "1"), http.StatusUnprocessableEntity, "your own account")
}

// TestPeopleForms tampers with the forms of somebody who may do little.
func TestPeopleForms(t *testing.T) {
	w := newWorld(t)
	boss, clerk := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "", store.PermitAccounts|store.PermitView, "x1")
	w.add(t, "target", "x", store.PermitView, "x1")
	answers(t, clerk.get("/admin/people"), http.StatusOK, "/admin/people/target")
	answers(t, clerk.get("/admin/people/boss"), http.StatusNotFound)
	answers(t, clerk.get("/admin/people/boss/edit"), http.StatusNotFound)
	base := []string{"version", "0", "name", "人", "menu", "view"}
	answers(t, clerk.post("/admin/people/target/edit", append(base, "scope", "all")...), http.StatusForbidden)
	answers(t, clerk.post("/admin/people/target/edit", append(base, "office", "x2")...), http.StatusUnprocessableEntity, "cannot be granted")
	answers(t, clerk.post("/admin/people/target/edit", append(base, "offices", "ext-x2 x1")...), http.StatusUnprocessableEntity, "There is no office “ext-x2”")
	answers(t, clerk.post("/admin/people/target/edit", append(base, "menu", "fly", "office", "x1")...), http.StatusUnprocessableEntity, "fly")
	answers(t, clerk.post("/admin/people/new", "name", "人", "trust", "idp", "subject", "s", "menu", "deliver", "office", "x1"), http.StatusForbidden)
	answers(t, clerk.post("/admin/people/new", "name", "人", "trust", "other-idp", "subject", "s", "menu", "view", "office", "x1"), http.StatusUnprocessableEntity, "may not admit people here")
	answers(t, clerk.post("/admin/people/roles", "name", "役割", "menu", "view"), http.StatusForbidden)
	for _, path := range []string{"/admin/companies", "/admin/companies/x", "/admin/companies/new", "/admin/offices/x1"} {
		answers(t, clerk.get(path), http.StatusForbidden)
	}
	answers(t, boss.get("/admin/people/clerk"), http.StatusOK, "利用者 clerk")
}

func TestRolePages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	answers(t, boss.get("/admin/people/roles"), http.StatusOK, "There is no role yet")
	answers(t, boss.post("/admin/people/roles", "name", "担当"), http.StatusUnprocessableEntity, "at least one menu", `value="担当"`)
	answers(t, boss.post("/admin/people/roles", "name", "担当", "menu", "view", "menu", "deliver"), http.StatusSeeOther)
	var id store.ID
	must(t, w.portal.Records.View(t.Context(), "firm", func(tx store.Tx) error {
		list, err := tx.Roles().List(t.Context(), store.Page{})
		id = list.Items[0].ID
		return err
	}))
	role := "/admin/people/roles/" + string(id)
	answers(t, boss.get("/admin/people/roles"), http.StatusOK, role)
	answers(t, boss.get(role), http.StatusOK, "0 people have this role", "@"+string(id))
	answers(t, boss.post(role, "version", "0", "name", "担当者", "menu", "view"), http.StatusSeeOther)
	answers(t, boss.post(role, "version", "0", "name", "担当者", "menu", "view"), http.StatusConflict)
	w.add(t, "person", "x", store.PermitView)
	answers(t, boss.post("/admin/people/person/edit", "version", "0", "name", "人", "role", string(id), "scope", "all"), http.StatusSeeOther)
	answers(t, boss.get("/admin/people/person"), http.StatusOK, "By the role “担当者”", "0 deliveries in their list")
	answers(t, boss.post(role+"/delete"), http.StatusUnprocessableEntity, "while people have it (now: 1)")
	answers(t, boss.post("/admin/people/person/edit", "version", "1", "name", "人", "menu", "view", "scope", "all"), http.StatusSeeOther)
	answers(t, boss.post(role+"/delete"), http.StatusSeeOther)
	answers(t, boss.get(role), http.StatusNotFound)
}

func TestCopyRightsPages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	w.add(t, "old", "x", store.PermitView, "x1", "x2")
	w.add(t, "new", "x", store.PermitView, "x2")
	w.add(t, "far", "y", store.PermitView)
	answers(t, boss.get("/admin/people/new/copy"), http.StatusOK, "from=old")
	answers(t, boss.get("/admin/people/new/copy?from=far"), http.StatusUnprocessableEntity, "of the same company")
	answers(t, boss.get("/admin/people/new/copy?from=old"), http.StatusOK, "1 office", "2 offices", `name="from-version" value="0"`)
	answers(t, boss.post("/admin/people/new/copy", "from", "old", "from-version", "9", "to-version", "0"), http.StatusConflict)
	answers(t, boss.post("/admin/people/new/copy", "from", "old", "from-version", "x", "to-version", "0"), http.StatusUnprocessableEntity)
	answers(t, boss.post("/admin/people/new/copy", "from", "old", "from-version", "0", "to-version", "0", "disable", "1"), http.StatusSeeOther)
	answers(t, boss.get("/admin/people/new"), http.StatusOK)
	answers(t, boss.get("/admin/people/old"), http.StatusOK, "Disabled")
	answers(t, boss.get("/admin/people/new/copy?from=old"), http.StatusOK, "the same already")
}

func TestPlacesPages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	narrow := w.add(t, "narrow", "", store.PermitOffices, "x1")
	answers(t, boss.get("/admin/companies"), http.StatusOK, "会社x", "会社y", "/admin/companies/new")
	answers(t, narrow.get("/admin/companies"), http.StatusOK, "会社x")
	if body := narrow.get("/admin/companies").Body.String(); strings.Contains(body, "会社y") || strings.Contains(body, "/admin/companies/new") {
		t.Error("somebody of one office sees more")
	}
	answers(t, narrow.get("/admin/companies/new"), http.StatusForbidden)
	answers(t, narrow.get("/admin/companies/y"), http.StatusNotFound)
	answers(t, boss.get("/admin/companies/new"), http.StatusOK, `name="external"`)
	answers(t, boss.post("/admin/companies/new", "name", " "), http.StatusUnprocessableEntity, "at most 100 characters")
	rec := boss.post("/admin/companies/new", "name", "新会社", "external", "N-1")
	answers(t, rec, http.StatusSeeOther)
	company, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	answers(t, boss.post(company, "name", "新会社", "external", "N-2"), http.StatusSeeOther)
	answers(t, boss.get(company+"/offices/new"), http.StatusOK, "新会社")
	answers(t, boss.post(company+"/offices/new", "name", "本社", "external", "ext-x1"), http.StatusUnprocessableEntity, "taken already", `value="本社"`)
	rec = boss.post(company+"/offices/new", "name", "本社", "external", "N-2-1", "labor", "13-1-01-123456-000")
	answers(t, rec, http.StatusSeeOther)
	office, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	answers(t, boss.get(office), http.StatusOK, `value="13101123456000"`)
	answers(t, boss.get("/admin/companies?q=13101123456000"), http.StatusOK, office)
	answers(t, boss.post(company+"/delete"), http.StatusUnprocessableEntity, "Offices: 1.")
	answers(t, boss.post(office, "name", "本社", "closed", "1"), http.StatusSeeOther)
	answers(t, boss.get(office), http.StatusOK, "Registered as closed on")
	answers(t, boss.post(office, "name", "本社"), http.StatusSeeOther)
	answers(t, narrow.post(office, "name", "x"), http.StatusNotFound)
	answers(t, boss.post(office+"/delete"), http.StatusSeeOther)
	answers(t, boss.post(company+"/delete"), http.StatusSeeOther)
	answers(t, boss.get(company), http.StatusNotFound)
}

// TestPeoplePagesOfWhom asks for every page as those who have none of the menus, and as nobody.
func TestPeoplePagesOfWhom(t *testing.T) {
	w := newWorld(t)
	w.add(t, "boss", "", store.PermitAll)
	people := []*person{w.add(t, "deliverer", "", store.PermitAll&^(store.PermitAccounts|store.PermitOffices)), w.add(t, "client", "x", store.PermitAll)}
	for _, path := range []string{"/admin/people", "/admin/people/new", "/admin/people/new?company=x", "/admin/people/boss", "/admin/people/boss/edit", "/admin/people/boss/copy",
		"/admin/people/roles", "/admin/people/roles/r", "/admin/companies", "/admin/companies/x", "/admin/companies/new", "/admin/companies/x/offices/new", "/admin/offices/x1"} {
		for _, p := range people {
			if rec := p.get(path); rec.Code != http.StatusForbidden {
				t.Errorf("%s as %s: %d", path, p.account, rec.Code)
			}
		}
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if rec.Code != http.StatusSeeOther || !strings.HasPrefix(rec.Header().Get("Location"), "/sign-in") {
			t.Errorf("%s as nobody: %d", path, rec.Code)
		}
	}
}
