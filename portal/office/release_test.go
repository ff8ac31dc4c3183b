package office_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// TestPlanningADraftAtTheDesk plans what was kept as a draft by the document's page.
func TestPlanningADraftAtTheDesk(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	japan := func(after time.Duration) string { return w.now.Add(after + 9*time.Hour).Format("2006-01-02T15:04") }
	for name, tt := range map[string]struct {
		due, expires, done string // done "": refused with says
		says               string
	}{
		"in an hour":            {japan(time.Hour), "", "planned", ""},
		"now":                   {japan(0), japan(time.Hour), "delivered", ""},
		"no time":               {"", "", "", "Enter the day and time."},
		"passed":                {japan(-time.Hour), "", "", "That time has passed"},
		"an end that is none":   {japan(time.Hour), "x", "", "Enter a day and time"},
		"ends before it begins": {japan(2 * time.Hour), japan(time.Hour), "", "The end must come after"},
	} {
		kept := good()
		kept[5] = field{"deliver", "", "0"}
		rec := boss.send(t, kept)
		draft := strings.TrimSuffix(rec.Header().Get("Location"), "?done=drafted")
		if rec.Code != http.StatusSeeOther || draft == rec.Header().Get("Location") {
			t.Fatalf("%s: no draft: %d %s", name, rec.Code, rec.Header().Get("Location"))
		}
		says(t, boss.get(draft).Body.String(), "Deliver at a time")
		rec = boss.post(draft+"/deliver", url.Values{"later": {"1"}, "due": {tt.due}, "expires": {tt.expires}}.Encode())
		if tt.done != "" && rec.Header().Get("Location") != draft+"?done="+tt.done {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Header().Get("Location"))
		}
		if tt.done == "" && (rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), tt.says) || !strings.Contains(rec.Body.String(), `value="`+tt.due+`"`)) {
			t.Errorf("%s: %d, does not say %q", name, rec.Code, tt.says)
		}
	}
}

// TestTwoPersonsForEveryKindAtTheDesk switches it on by the page of the rules, and says so where a kind is chosen.
func TestTwoPersonsForEveryKindAtTheDesk(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	second := w.add(t, "second", "", store.PermitDeliver)
	if rec := second.post("/desk/rules", ""); rec.Code != http.StatusForbidden {
		t.Errorf("without the menu: %d", rec.Code)
	}
	if rec := boss.post("/desk/rules", "two=1"); rec.Header().Get("Location") != "/desk/rules?done=ruled" {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	says(t, boss.get("/desk/rules").Body.String(), `name="two" value="1" checked><span>Whatever the kind`, "needed for every kind")
	says(t, second.get("/desk/rules").Body.String(), "Whatever the kind, a second person must approve")
	says(t, second.get("/desk/new").Body.String(), "kept for 2 years, mails to Everybody of the office · A second person must approve")
	if rec := boss.send(t, good()); !strings.HasSuffix(rec.Header().Get("Location"), "?done=planned") {
		t.Errorf("published: %d %s", rec.Code, rec.Header().Get("Location"))
	}
}

// TestRuleOfTheKindInChromium ticks the acknowledgement as the rule of the chosen kind says, until a person decides.
func TestRuleOfTheKindInChromium(t *testing.T) {
	p, url := atTheForm(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	status := p.Eval(`(() => {
		const request = new XMLHttpRequest();
		request.open("POST", "/desk/rules/separation", false);
		request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
		request.send("retain=4&expire=0&notify=nobody");
		return String(request.status);
	})()`)
	if status != "200" {
		t.Fatalf("saving a rule: %s", status)
	}
	p.Open(url + "/desk/new")
	p.Wait(".scripted")
	choose := func(kind string) string {
		return p.Eval(`(() => {
			const kind = document.getElementById("kind");
			kind.value = "` + kind + `";
			kind.dispatchEvent(new Event("change", {bubbles: true}));
			return document.querySelector("[name=acknowledge]").checked + " " + document.querySelector("[data-by-rule]").textContent;
		})()`)
	}
	for _, row := range []struct{ kind, want string }{
		{"separation", "false By the rule of this kind: kept for 4 years, mails to Nobody"},
		{"other", "true By the rule of this kind: kept for 5 years, mails to Everybody of the office"},
		{"", "true "},
	} {
		if got := choose(row.kind); got != row.want {
			t.Errorf("%q: %q, want %q", row.kind, got, row.want)
		}
	}
	p.Eval(`document.querySelector("[name=acknowledge]").click(), 0`)
	if got := choose("other"); !strings.HasPrefix(got, "false") {
		t.Errorf("a person unticked it, and it is %q", got)
	}
}
