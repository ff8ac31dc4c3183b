package office_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"cloudpocket/store"
)

// TestNothingWithoutASession asks every route there is without a cookie, with one that is no token, and with one that
// ended, for what is there and for what is not.
func TestNothingWithoutASession(t *testing.T) {
	w := newWorld(t)
	staff := w.add(t, "boss", "", store.PermitAll)
	document, delivery, file := staff.handOut(t)
	ended := w.add(t, "clerk", "x", store.PermitView)
	signOut(t, ended)
	forged := &person{world: w, cookie: &http.Cookie{Name: "__Host-session", Value: strings.Repeat("A", 43)}}
	people := map[string]*person{"none": {world: w}, "forged": forged, "ended": ended}
	asked := 0
	must(t, w.router.Walk(func(method, pattern string) {
		for _, id := range []store.ID{document, delivery, "nonesuch"} {
			asked++
			target := strings.NewReplacer("{id}", string(id), "{file}", string(file), "{part}", "1", "{page}", "1", "{drop}", "drop1").Replace(pattern)
			for name, p := range people {
				askAsStranger(t, name, p, method, target, document)
			}
		}
	}))
	if asked < 50 {
		t.Errorf("only %d addresses were asked", asked)
	}
}

// askAsStranger holds that a request gets nothing but the way to sign in, unless it is for what everybody may have.
func askAsStranger(t *testing.T, name string, p *person, method, target string, document store.ID) {
	t.Helper()
	rec := p.do(method, target+"?unread=1", strings.NewReader("reason=x&document="+string(document)), "Content-Type", "application/x-www-form-urlencoded")
	public := target == "/browsers" || strings.HasPrefix(target, "/assets/")
	reading := method == http.MethodGet || method == http.MethodHead
	switch {
	case public:
	case target == "/me/session":
		if rec.Code != http.StatusUnauthorized && rec.Code != http.StatusNotFound {
			t.Errorf("%s: %s %s: %d", name, method, target, rec.Code)
		}
	case reading:
		to := "/sign-in?to=" + strings.ReplaceAll(target, "/", "%2F") + "%3Funread%3D1"
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
			t.Errorf("%s: %s %s: %d to %q, want %q", name, method, target, rec.Code, rec.Header().Get("Location"), to)
		}
	case rec.Code != http.StatusUnauthorized || !strings.Contains(rec.Body.String(), "Please sign in"):
		t.Errorf("%s: %s %s: %d %s", name, method, target, rec.Code, rec.Body)
	}
	for _, secret := range []string{"標準報酬", "通知 書", "本文", "事業所x1", "みなと", "利用者"} {
		if strings.Contains(rec.Body.String(), secret) {
			t.Errorf("%s: %s %s tells %q", name, method, target, secret)
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
	watcher := w.add(t, "watcher", "", store.PermitReceipts)
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
		{"somebody who only watches begins at the desk", watcher, "/", 303, "/desk"},
		{"desk, only watching", watcher, "/desk", 200, ""},
		{"document at the desk, only watching", watcher, doc, 200, ""},
		{"file at the desk, only watching", watcher, doc + "/files/" + string(file), 403, ""},
		{"form, only watching", watcher, "/desk/new", 403, ""},
		{"form for withdrawing, only watching", watcher, doc + "?withdraw=" + string(delivery), 200, ""},
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

// TestWatchersOnlyWatch shows that somebody who may see receipts and no more is offered nothing else, and gets nothing
// else by asking for it.
func TestWatchersOnlyWatch(t *testing.T) {
	w := newWorld(t)
	boss, clerk, watcher := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView), w.add(t, "watcher", "", store.PermitReceipts)
	document, delivery, file := boss.handOut(t)
	clerk.get("/deliveries/" + string(delivery))
	doc := "/desk/documents/" + string(document)
	for _, target := range []string{"/desk", doc, doc + "?withdraw=" + string(delivery)} {
		body := watcher.get(target).Body.String()
		for _, deed := range []string{"/desk/new", "/withdraw", "?withdraw=", "/deliver\"", "/files/"} {
			if strings.Contains(body, deed) {
				t.Errorf("%s offers %s", target, deed)
			}
		}
	}
	expect(t, "receipts", watcher.get(doc), 200, "利用者 clerk", "Viewed", "通知 書.txt")
	for target, form := range map[string]string{
		"/desk/documents": "", doc + "/deliver": "", "/desk/deliveries/" + string(delivery) + "/withdraw": "reason=x&document=" + string(document),
	} {
		if rec := watcher.post(target, form); rec.Code != http.StatusForbidden {
			t.Errorf("POST %s: %d", target, rec.Code)
		}
	}
	for _, method := range []string{"GET", "HEAD"} {
		rec := watcher.do(method, doc+"/files/"+string(file), nil, "If-None-Match", "*")
		if rec.Code != http.StatusForbidden || rec.Header().Get("ETag") != "" {
			t.Errorf("%s of a file: %d with ETag %q", method, rec.Code, rec.Header().Get("ETag"))
		}
	}
}

func TestBrowsersPageIsForEverybody(t *testing.T) {
	w := newWorld(t)
	expect(t, "stranger", (&person{world: w}).get("/browsers", "User-Agent", "Mozilla/5.0 Firefox/160.0"), 200, "Firefox 160 is supported")
	expect(t, "signed in", w.add(t, "clerk", "x", store.PermitView).get("/browsers"), 200, "could not be recognised")
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
