package admin_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"cloudpocket/store"
)

// signedIn reports whether p's session stands.
func (p *person) signedIn(t *testing.T) bool {
	t.Helper()
	_, err := p.portal.Sessions.Find(t.Context(), p.session.Key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func TestEntered(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAccounts)
	w.add(t, "soumu", "x", store.PermitView)
	w.addTo(t, "other", "theirs", "x", store.PermitView)
	rec := boss.get("/admin/sessions")
	answers(t, rec, http.StatusOK, "利用者 soumu", "会社x", "192.0.2.1", "Chrome", "IdP", "This session")
	if strings.Contains(rec.Body.String(), "theirs") {
		t.Error("the list tells of another firm")
	}
	answers(t, boss.get("/admin/sessions?q=nobody"), http.StatusOK, "Nobody who is signed in")
	answers(t, boss.get("/admin/sessions?account=soumu"), http.StatusOK, "/admin/sessions/end?account=soumu")
	answers(t, boss.get("/admin/sessions?trust=idp"), http.StatusOK, "/admin/sessions/end?trust=idp")
	answers(t, boss.get("/admin/sessions?trust=%00%3Cscript&account=..%2F"), http.StatusOK)
}

func TestEndFromTheList(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAccounts)
	one, two := w.add(t, "one", "x", store.PermitView), w.add(t, "two", "y", store.PermitView)
	theirs := w.addTo(t, "other", "two", "y", store.PermitView)
	rec := boss.post("/admin/sessions/one/" + string(one.session.ID) + "/end")
	answers(t, rec, http.StatusSeeOther)
	if to := rec.Header().Get("Location"); to != "/admin/sessions?done=ended" || one.signedIn(t) || !two.signedIn(t) {
		t.Errorf("it leads to %q, and %t, %t are signed in", to, one.signedIn(t), two.signedIn(t))
	}
	answers(t, boss.post("/admin/sessions/one/"+string(one.session.ID)+"/end"), http.StatusNotFound)
	answers(t, boss.post("/admin/sessions/one/"+string(two.session.ID)+"/end"), http.StatusNotFound)
	answers(t, boss.get("/admin/sessions/end?account=two"), http.StatusOK, "利用者 two", `name="account" value="two"`)
	answers(t, boss.post("/admin/sessions/end", "account", "two"), http.StatusSeeOther)
	if two.signedIn(t) || !theirs.signedIn(t) || !boss.signedIn(t) {
		t.Error("the wrong ones are signed in")
	}
	answers(t, boss.get("/admin/sessions/end?trust=idp"), http.StatusOK, "also ends your own", `name="trust" value="idp"`)
	answers(t, boss.post("/admin/sessions/end", "trust", "idp"), http.StatusSeeOther)
	if boss.signedIn(t) || !theirs.signedIn(t) {
		t.Error("the wrong ones are signed in after the trust's")
	}
	answers(t, boss.get("/admin/sessions"), http.StatusSeeOther)
}

// TestEndIsNotForEverybody tampers with forms as somebody of one office, as a client and without the menu.
func TestEndIsNotForEverybody(t *testing.T) {
	w := newWorld(t)
	target := w.add(t, "target", "y", store.PermitView)
	near := w.add(t, "near", "", store.PermitAccounts, "x1")
	client, deliverer := w.add(t, "client", "x", store.PermitAll), w.add(t, "deliverer", "", store.PermitAll&^store.PermitAccounts)
	stranger := w.addTo(t, "other", "stranger", "", store.PermitAll)
	for _, row := range []struct {
		name                 string
		who                  *person
		list, person, trusts int
	}{
		{"of one office", near, http.StatusOK, http.StatusNotFound, http.StatusForbidden},
		{"a client", client, http.StatusForbidden, http.StatusForbidden, http.StatusForbidden},
		{"without the menu", deliverer, http.StatusForbidden, http.StatusForbidden, http.StatusForbidden},
		{"of another firm", stranger, http.StatusOK, http.StatusNotFound, http.StatusNotFound},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := row.who.get("/admin/sessions")
			answers(t, rec, row.list)
			if strings.Contains(rec.Body.String(), "利用者 target") {
				t.Error("the list tells of the person")
			}
			answers(t, row.who.post("/admin/sessions/target/"+string(target.session.ID)+"/end"), row.person)
			answers(t, row.who.get("/admin/sessions/end?account=target"), row.person)
			answers(t, row.who.post("/admin/sessions/end", "account", "target"), row.person)
			answers(t, row.who.get("/admin/sessions/end?trust=idp"), row.trusts)
			answers(t, row.who.post("/admin/sessions/end", "trust", "idp"), row.trusts)
			if !target.signedIn(t) {
				t.Error("the session ended")
			}
		})
	}
}
