package office_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// says demands a status and words of an answer.
func says(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, want := range words {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// TestTwoPersonsAtTheDesk goes from a rule over a form with a time to an approval, all by pages.
func TestTwoPersonsAtTheDesk(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	second := w.add(t, "second", "", store.PermitDeliver|store.PermitReceipts)
	if rec := second.post("/desk/rules/social-insurance", "two=1&notify=all&tell=14&retain=2&expire=0&remind=1"); rec.Code != http.StatusForbidden {
		t.Errorf("a rule is changed without the menu: %d", rec.Code)
	}
	if rec := boss.post("/desk/rules/social-insurance", "two=1&notify=all&tell=14&retain=2&expire=30&remind=1、3,x"); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "1、3,x") {
		t.Errorf("a day that is none: %d", rec.Code)
	}
	if rec := boss.post("/desk/rules/social-insurance", "two=1&notify=all&tell=14&retain=2&expire=30&remind=7、1"); rec.Code != http.StatusSeeOther {
		t.Fatalf("saving a rule: %d %s", rec.Code, rec.Body)
	}
	says(t, boss.get("/desk/rules").Body.String(), `value="1, 7"`, `value="14"`, `value="30"`)
	says(t, second.get("/desk/rules").Body.String(), "people with the menu for accounts")
	due := w.now.Add(9 * time.Hour).Format("2006-01-02T15:04") // in Japan
	rec := boss.send(t, good(field{"due", "", due}))
	if rec.Code != http.StatusSeeOther || !strings.HasSuffix(rec.Header().Get("Location"), "?done=planned") {
		t.Fatalf("publishing: %d %s", rec.Code, rec.Header())
	}
	says(t, boss.get(rec.Header().Get("Location")).Body.String(), "A second person has to approve it", "Back to draft")
	document := store.ID(strings.TrimSuffix(strings.TrimPrefix(rec.Header().Get("Location"), "/desk/documents/"), "?done=planned"))
	d, err := w.portal.DeskDocument(t.Context(), portal.Actor{TenantID: "firm", AccountID: "boss", TrustID: "idp"}, document)
	must(t, err)
	delivery := d.Deliveries[0].ID
	if mine := boss.get("/desk/scheduled").Body.String(); strings.Contains(mine, "/approve") {
		t.Error("who planned it is offered to approve it")
	}
	says(t, second.get("/desk/scheduled").Body.String(), "/approve", "標準報酬決定通知書", "利用者 boss")
	if rec := boss.post("/desk/deliveries/"+string(delivery)+"/approve", ""); rec.Code != http.StatusForbidden {
		t.Errorf("who planned it approves it: %d", rec.Code)
	}
	if rec := second.post("/desk/deliveries/"+string(delivery)+"/approve", ""); rec.Code != http.StatusSeeOther {
		t.Errorf("approving: %d %s", rec.Code, rec.Body)
	}
	says(t, boss.get("/desk/documents/"+string(document)).Body.String(), "until ", "Who had seen it (CSV)")
}

func TestTimesOfTheForm(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	japan := func(after time.Duration) string { return w.now.Add(after + 9*time.Hour).Format("2006-01-02T15:04") }
	for name, tt := range map[string]struct {
		due, expires, done string // done "": refused with says
		says               string
	}{
		"now":                   {"", "", "published", ""},
		"later":                 {japan(time.Hour), "", "planned", ""},
		"with an end":           {"", japan(time.Hour), "published", ""},
		"no time":               {"tomorrow", "", "", "Enter a day and time"},
		"ends before it begins": {japan(2 * time.Hour), japan(time.Hour), "", "The end must come after"},
		"passed":                {japan(-time.Hour), "", "", "That time has passed"},
		"too far":               {japan(9000 * time.Hour), "", "", "within the next year"},
	} {
		rec := boss.send(t, good(field{"due", "", tt.due}, field{"expires", "", tt.expires}))
		if tt.done != "" && !strings.HasSuffix(rec.Header().Get("Location"), "?done="+tt.done) {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Header().Get("Location"))
		}
		if tt.done == "" && (rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), tt.says)) {
			t.Errorf("%s: %d, does not say %q", name, rec.Code, tt.says)
		}
	}
}

// TestReplacingByTheForm brings what the old one said, and withdraws it.
func TestReplacingByTheForm(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	old, delivery, _ := boss.handOut(t)
	form := boss.get("/desk/new?replaces=" + string(old))
	says(t, form.Body.String(), `value="標準報酬決定通知書 4名分"`, "takes the place of", `checked value=x1`)
	rec := boss.send(t, good(field{"replaces", "", string(old)}))
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("replacing: %d %s", rec.Code, rec.Body)
	}
	says(t, boss.get("/desk/documents/"+string(old)).Body.String(), "A newer document stands in", "Replaced by another document")
	client := w.add(t, "client", "x", store.PermitView)
	if rec := client.get("/deliveries/" + string(delivery)); rec.Code != http.StatusNotFound {
		t.Errorf("the old one is still there: %d", rec.Code)
	}
	if rec := boss.get("/desk/new?replaces=nothing"); rec.Code != http.StatusNotFound {
		t.Errorf("replacing nothing: %d", rec.Code)
	}
}

// TestSeenReport is a table that spreadsheets open, without formulas of others in it.
func TestSeenReport(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	must(t, w.setup.AddAccount(t.Context(), "firm", store.Account{ID: "evil", CompanyID: "x", TrustID: "idp", Subject: "evil", Name: "=cmd()", Permissions: store.PermitView, Offices: store.OfficeScope{All: true}}))
	client := w.add(t, "client", "x", store.PermitView)
	_, delivery, _ := boss.handOut(t)
	client.get("/deliveries/" + string(delivery))
	must(t, w.portal.Withdraw(t.Context(), portal.Actor{TenantID: "firm", AccountID: "boss", TrustID: "idp"}, delivery, "誤配付"))
	rec := boss.get("/desk/deliveries/" + string(delivery) + "/seen.csv")
	if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Body.String(), "\uFEFFTitle,Office,Person,") || rec.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%d %v %q", rec.Code, rec.Header(), rec.Body)
	}
	lines := strings.Split(strings.TrimSpace(rec.Body.String()), "\r\n")
	if len(lines) != 3 || !strings.Contains(lines[1], "利用者 client") || !strings.Contains(lines[1], "2026") || !strings.Contains(lines[2], ",'=cmd(),") {
		t.Errorf("the report is %q", lines)
	}
	if rec := client.get("/desk/deliveries/" + string(delivery) + "/seen.csv"); rec.Code != http.StatusForbidden {
		t.Errorf("a client gets it: %d", rec.Code)
	}
}

func TestMyMails(t *testing.T) {
	w := newWorld(t)
	client := w.add(t, "client", "x", store.PermitView)
	says(t, client.get("/me/mail").Body.String(), "There is no address for you", "sends no mails at present", `value="each" checked`)
	for which, want := range map[string]string{"off": `value="off" checked`, "digest": `value="digest" checked`, "each": `value="each" checked`} {
		if rec := client.post("/me/mail", "mails="+which); rec.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", which, rec.Code)
		}
		says(t, client.get("/me/mail").Body.String(), want)
	}
}

// TestDeskTells says that scanning is off, and of what expired without being opened.
func TestDeskTells(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	says(t, boss.get("/desk").Body.String(), "without being scanned for viruses")
	w.portal.Scanning = true
	if strings.Contains(boss.get("/desk").Body.String(), "without being scanned") {
		t.Error("it says that scanning is off when it is on")
	}
	w.portal.Scanning = false
	expires := w.now.Add(time.Hour + 9*time.Hour).Format("2006-01-02T15:04")
	rec := boss.send(t, good(field{"expires", "", expires}))
	w.now = w.now.Add(2 * time.Hour)
	tasks, err := w.portal.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskExpire}, 9, w.now, w.now.Add(time.Minute))
	must(t, err)
	for _, task := range tasks {
		must(t, w.portal.Expire(t.Context(), task))
	}
	boss.signIn(t)
	says(t, boss.get("/desk").Body.String(), "Ended, and nobody had opened it", "1 ended")
	says(t, boss.get(strings.Split(rec.Header().Get("Location"), "?")[0]).Body.String(), "Ended")
	says(t, boss.get("/desk/mails").Body.String(), "Every mail arrived")
}
