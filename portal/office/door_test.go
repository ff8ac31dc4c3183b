package office_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"cloudpocket/store"
)

// TestNothingWithoutASession asks for every page without a cookie, with one that is no token, and with one that ended.
func TestNothingWithoutASession(t *testing.T) {
	w := newWorld(t)
	staff := w.add(t, "boss", "", store.PermitAll)
	document, delivery, file := staff.handOut(t)
	ended := w.add(t, "clerk", "x", store.PermitView)
	signOut(t, ended)
	forged := &person{world: w, cookie: &http.Cookie{Name: "__Host-session", Value: strings.Repeat("A", 43)}}
	for name, p := range map[string]*person{"none": {world: w}, "forged": forged, "ended": ended} {
		for _, target := range []string{"/", "/deliveries", "/deliveries?unread=1", "/deliveries/" + string(delivery), "/deliveries/" + string(delivery) + "/files/" + string(file),
			"/desk", "/desk/new", "/desk/documents/" + string(document), "/desk/documents/" + string(document) + "/files/" + string(file), "/me/sessions", "/deliveries/nonesuch"} {
			for _, method := range []string{"GET", "HEAD"} {
				rec := p.do(method, target, nil)
				to := "/sign-in?to=" + strings.NewReplacer("/", "%2F", "?", "%3F", "=", "%3D").Replace(target)
				if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
					t.Errorf("%s: %s %s: %d to %q, want %q", name, method, target, rec.Code, rec.Header().Get("Location"), to)
				}
			}
		}
		for _, target := range []string{"/deliveries/" + string(delivery) + "/acknowledge", "/desk/documents", "/desk/documents/" + string(document) + "/deliver",
			"/desk/deliveries/" + string(delivery) + "/withdraw", "/me/sessions/revoke-all", "/me/sessions/x/revoke"} {
			rec := p.post(target, "reason=x&document="+string(document))
			if rec.Code != http.StatusUnauthorized || !strings.Contains(rec.Body.String(), "Please sign in") {
				t.Errorf("%s: POST %s: %d %s", name, target, rec.Code, rec.Body)
			}
		}
	}
}

func sessionOf(t *testing.T, p *person) store.ID {
	t.Helper()
	all, err := p.portal.Sessions.Of(t.Context(), "firm", p.account)
	must(t, err)
	return all[0].ID
}

// signOut ends p's sessions and leaves the browser its cookie.
func signOut(t *testing.T, p *person) {
	t.Helper()
	_, err := p.portal.Sessions.End(t.Context(), store.SessionSelector{TenantID: "firm", AccountID: p.account})
	must(t, err)
}

func TestUploadWithoutASessionIsAClearProblem(t *testing.T) {
	p := &person{world: newWorld(t)}
	rec := p.send(t, good(), "Accept", "application/json")
	var got struct {
		Errors []struct{ Message string }
	}
	must(t, json.Unmarshal(rec.Body.Bytes(), &got))
	if rec.Code != http.StatusUnauthorized || len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Message, "not signed in") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestWhoGetsWhere(t *testing.T) {
	w := newWorld(t)
	boss, clerk, other := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitAll), w.add(t, "other", "y", store.PermitView)
	idle, reader := w.add(t, "idle", "x", 0), w.add(t, "reader", "", store.PermitDeliver)
	document, delivery, file := boss.handOut(t)
	doc, del := "/desk/documents/"+string(document), "/deliveries/"+string(delivery)
	for _, row := range []struct {
		name     string
		p        *person
		target   string
		status   int
		location string
	}{
		{"staff begin at the desk", boss, "/", 303, "/desk"},
		{"clients begin at their list", clerk, "/", 303, "/deliveries"},
		{"somebody without a menu begins at their sessions", idle, "/", 303, "/me/sessions"},
		{"desk", boss, "/desk", 200, ""},
		{"desk, client with every menu", clerk, "/desk", 403, ""},
		{"form, client", clerk, "/desk/new", 403, ""},
		{"document at the desk, client", clerk, doc, 403, ""},
		{"file at the desk, client", clerk, doc + "/files/" + string(file), 403, ""},
		{"list", clerk, "/deliveries", 200, ""},
		{"list without the menu", idle, "/deliveries", 403, ""},
		{"document", clerk, del, 200, ""},
		{"document, another company", other, del, 404, ""},
		{"file, another company", other, del + "/files/" + string(file), 404, ""},
		{"file of no document", clerk, del + "/files/" + string(delivery), 404, ""},
		{"document that is not there", clerk, "/deliveries/06f2q0d9k3v5w7x8y9z0a1b2c3", 404, ""},
		{"no ID", clerk, "/deliveries/..%5Cx", 404, ""},
		{"document at the desk without receipts", reader, doc, 200, ""},
		{"cursor that cannot be read", clerk, "/deliveries?after=!!", 422, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := row.p.get(row.target)
			if rec.Code != row.status || rec.Header().Get("Location") != row.location {
				t.Errorf("%d to %q, want %d to %q: %s", rec.Code, rec.Header().Get("Location"), row.status, row.location, rec.Body)
			}
		})
	}
	if body := reader.get(doc).Body.String(); strings.Contains(body, `id="receipts"`) {
		t.Error("receipts are shown to somebody without that menu")
	}
}

func TestWritesFromOtherSitesAreRefused(t *testing.T) {
	w := newWorld(t)
	clerk, boss := w.add(t, "clerk", "x", store.PermitView), w.add(t, "boss", "", store.PermitAll)
	_, delivery, _ := boss.handOut(t)
	rec := clerk.do("POST", "/deliveries/"+string(delivery)+"/acknowledge", nil, "Sec-Fetch-Site", "cross-site")
	if rec.Code != http.StatusForbidden || !w.receipt(t, "clerk", delivery).AcknowledgedAt.IsZero() {
		t.Errorf("%d, receipt %+v", rec.Code, w.receipt(t, "clerk", delivery))
	}
}
