package office_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// sorted carries out what is owed in looking into packages.
func (w *world) sorted(t testing.TB) {
	t.Helper()
	for {
		tasks, err := w.portal.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort}, 100, w.now, w.now.Add(time.Minute))
		must(t, err)
		if len(tasks) == 0 {
			return
		}
		for _, task := range tasks {
			must(t, w.portal.Sort(t.Context(), task))
		}
	}
}

// knows registers an office of company x by the generator's codes.
func (w *world) knows(t testing.TB, id store.ID, o egovtest.Office) {
	t.Helper()
	must(t, w.setup.AddOffice(t.Context(), "firm", store.Office{ID: id, CompanyID: "x", Name: "事業所" + string(id),
		Codes: store.OfficeCodes{ReferenceCode: o.District + "-" + o.Sign, OfficeNumber: o.Number}}))
}

// dropped sends files to a drop and returns the answer.
func (p *person) dropped(t testing.TB, drop string, files []field, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	body, contentType := multipartOf(t, files)
	return p.do("POST", "/desk/drops/"+drop+"/packages", body, append(headers, "Content-Type", contentType)...)
}

func contains(t testing.TB, body string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
}

// TestDropByForm drops three files as a browser without scripts does, and hands over what is ready.
func TestDropByForm(t *testing.T) {
	w := newWorld(t)
	boss, clerk := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView)
	g := egovtest.New(1)
	o := g.Office()
	w.knows(t, "known", o)
	ready := g.Package(egovtest.Pension, egovtest.Options{Office: &o, Persons: g.Persons(2)})
	rec := boss.dropped(t, "drop1", []field{{"file", "一.zip", string(ready.Data)}, {"file", "二.pdf", string(egovtest.PDF("a"))}, {"file", "三.exe", "MZ"}, {"file", "", ""}})
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/desk/tray?drop=drop1" {
		t.Fatalf("%d to %q: %s", rec.Code, rec.Header().Get("Location"), rec.Body)
	}
	contains(t, boss.get("/desk/tray?drop=drop1").Body.String(), "1 of 3 looked into", "See how far it is")
	w.sorted(t)
	page := boss.get("/desk/tray?drop=drop1").Body.String()
	contains(t, page, "3 of 3 looked into: 1 ready, 1 need an office, 1 refused or duplicate", "標準報酬決定通知書 2名分 — 令和8年6月", "事業所known",
		"is this office&#39;s.", "It names no office", "三.exe", "Choose the office")
	id := regexp.MustCompile(`name="package" value="([^"]+)" checked`).FindStringSubmatch(page)[1]
	contains(t, boss.post("/desk/tray/review", "package="+id).Body.String(), "Review before delivering", `name="package" value="`+id+`"`, "事業所known")
	contains(t, boss.post("/desk/tray/review", "all=1&drop=drop1").Body.String(), `name="package" value="`+id+`"`)
	for form, want := range map[string]string{"when=now": "Choose at least one package.", "when=later&due=x&package=" + id: "Enter the day and time.", "when=later&due=2026-11-22T09:00&package=" + id: "That time has passed."} {
		if rec := boss.post("/desk/tray/handover", form); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d", form, rec.Code)
		}
	}
	if rec := boss.post("/desk/tray/handover", "when=now&note=x&package="+id); rec.Header().Get("Location") != "/desk/tray?done=handed" {
		t.Fatalf("%d to %q", rec.Code, rec.Header().Get("Location"))
	}
	if rec := boss.post("/desk/tray/handover", "when=now&package="+id); rec.Header().Get("Location") != "/desk/tray?done=handed_none" {
		t.Errorf("again: %d to %q", rec.Code, rec.Header().Get("Location"))
	}
	contains(t, clerk.get("/deliveries").Body.String(), "標準報酬決定通知書 2名分 — 令和8年6月")
}

// TestDropByScript holds what the script is told, in its reader's language.
func TestDropByScript(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	type told struct {
		State, Word, Reason string
		Errors              []struct{ Message string }
	}
	for _, row := range []struct {
		name   string
		files  []field
		status int
		want   told
	}{
		{"received", []field{{"file", "一.pdf", string(egovtest.PDF("a"))}}, 201, told{State: "received", Word: "Being looked into"}},
		{"refused", []field{{"file", "一.exe", "MZ"}}, 201, told{State: "refused", Word: "Refused"}},
		{"two", []field{{"file", "二.pdf", string(egovtest.PDF("b"))}, {"file", "三.pdf", string(egovtest.PDF("c"))}}, 422, told{}},
		{"none", []field{{"title", "", "x"}}, 422, told{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := boss.dropped(t, "drop2", row.files, "Accept", "application/json")
			var got told
			must(t, json.Unmarshal(rec.Body.Bytes(), &got))
			if rec.Code != row.status || got.State != row.want.State || got.Word != row.want.Word || row.want.State == "refused" && got.Reason == "" || row.status > 400 && len(got.Errors) == 0 {
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
		})
	}
	w.sorted(t)
	var progress struct {
		Total, Waiting, Place, Refused int
		Words                          string
	}
	must(t, json.Unmarshal(boss.get("/desk/drops/drop2", "Accept", "application/json").Body.Bytes(), &progress))
	if progress.Total != 3 || progress.Waiting != 0 || progress.Place != 2 || progress.Refused != 1 || !strings.HasPrefix(progress.Words, "3 of 3") {
		t.Errorf("%+v", progress)
	}
	if rec := boss.get("/desk/drops/drop2"); rec.Header().Get("Location") != "/desk/tray?drop=drop2" {
		t.Errorf("without a script: %d to %q", rec.Code, rec.Header().Get("Location"))
	}
}

// TestChoosingAnOffice places a package by its form, and throws another away.
func TestChoosingAnOffice(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	g := egovtest.New(2)
	stranger := g.Office()
	for i := range 2 {
		boss.dropped(t, "drop3", []field{{"file", fmt.Sprintf("%d.zip", i), string(g.Package(egovtest.Pension, egovtest.Options{Office: &stranger}).Data)}})
	}
	w.sorted(t)
	links := regexp.MustCompile(`href="(/desk/tray/[^"#]+)#s-office"`).FindAllStringSubmatch(boss.get("/desk/tray?group=place").Body.String(), -1)
	if len(links) != 2 {
		t.Fatalf("%d packages wait for an office", len(links))
	}
	one := links[0][1]
	contains(t, boss.get(one).Body.String(), `<option value="x2">事業所x2</option>`, `<optgroup label="会社x">`, `name="teach" value="1" checked`, "Pension office code")
	if rec := boss.post(one+"/place", "office=zz"); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "One of the offices chosen") {
		t.Errorf("an office of nobody: %d", rec.Code)
	}
	if rec := boss.post(one+"/place", "office=x2&teach=1"); rec.Header().Get("Location") != "/desk/tray?done=placed" {
		t.Fatalf("%d to %q", rec.Code, rec.Header().Get("Location"))
	}
	w.sorted(t)
	contains(t, boss.get("/desk/tray").Body.String(), "is this office&#39;s.")
	other := strings.TrimPrefix(links[1][1], "/desk/tray/")
	if rec := boss.post("/desk/tray/discard", url.Values{"package": {other}, "drop": {"drop3"}}.Encode()); rec.Header().Get("Location") != "/desk/tray?done=discarded&drop=drop3" {
		t.Errorf("%d to %q", rec.Code, rec.Header().Get("Location"))
	}
	if rec := boss.post("/desk/tray/discard", ""); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("throwing nothing away: %d", rec.Code)
	}
}

// TestTrayIsForThoseWhoDeliver tries every address as one who may not.
func TestTrayIsForThoseWhoDeliver(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	boss.dropped(t, "drop4", []field{{"file", "一.pdf", string(egovtest.PDF("a"))}})
	w.sorted(t)
	link := regexp.MustCompile(`href="(/desk/tray/[^"#]+)#s-office"`).FindStringSubmatch(boss.get("/desk/tray").Body.String())[1]
	id := strings.TrimPrefix(link, "/desk/tray/")
	for name, p := range map[string]*person{"client": w.add(t, "client", "x", store.PermitAll), "watcher": w.add(t, "watcher", "", store.PermitReceipts)} {
		for _, path := range []string{"/desk/tray", link, "/desk/drops/drop4"} {
			if rec := p.get(path, "Accept", "application/json"); rec.Code != http.StatusForbidden {
				t.Errorf("%s gets %s: %d", name, path, rec.Code)
			}
		}
		for _, path := range []string{"/desk/tray/review", "/desk/tray/handover", "/desk/tray/discard", link + "/place"} {
			if rec := p.post(path, "when=now&office=x1&package="+id); rec.Code != http.StatusForbidden {
				t.Errorf("%s posts %s: %d", name, path, rec.Code)
			}
		}
		for _, accept := range []string{"application/json", "text/html"} {
			if rec := p.dropped(t, "drop4", []field{{"file", "一.pdf", "x"}}, "Accept", accept); rec.Code != http.StatusForbidden {
				t.Errorf("%s drops: %d", name, rec.Code)
			}
		}
	}
}

// TestRemovingACode lists what an office was taught, and takes it away.
func TestRemovingACode(t *testing.T) {
	w := newWorld(t)
	boss, viewer := w.add(t, "boss", "", store.PermitAll), w.add(t, "viewer", "", store.PermitReceipts)
	g := egovtest.New(2)
	stranger := g.Office()
	send := func(name string) string {
		boss.dropped(t, "drop5", []field{{"file", name, string(g.Package(egovtest.Pension, egovtest.Options{Office: &stranger}).Data)}})
		w.sorted(t)
		link := regexp.MustCompile(`href="(/desk/tray/[^"#?]+)">`).FindStringSubmatch(boss.get("/desk/tray?drop=drop5").Body.String())
		if link == nil {
			t.Fatal("there is no package")
		}
		return link[1]
	}
	contains(t, boss.get("/desk/codes").Body.String(), "No numbers are remembered.")
	if rec := boss.post(send("a.zip")+"/place", "office=x2&teach=1"); rec.Code != http.StatusSeeOther {
		t.Fatalf("placed: %d", rec.Code)
	}
	page := boss.get("/desk/codes").Body.String()
	contains(t, page, "事業所x2", "会社x", "Pension office code")
	form := url.Values{}
	for _, name := range []string{"office", "system", "code"} {
		form.Set(name, regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page)[1])
	}
	for who, want := range map[*person]int{viewer: http.StatusForbidden, boss: http.StatusSeeOther} {
		if rec := who.post("/desk/codes/remove", form.Encode()); rec.Code != want {
			t.Errorf("removing it: %d, want %d", rec.Code, want)
		}
	}
	contains(t, boss.get("/desk/codes?done=untaught").Body.String(), "No numbers are remembered.", "The number was removed.")
	if rec := boss.post("/desk/codes/remove", form.Encode()); rec.Header().Get("Location") != "/desk/codes" {
		t.Errorf("again: %d to %q", rec.Code, rec.Header().Get("Location"))
	}
}
