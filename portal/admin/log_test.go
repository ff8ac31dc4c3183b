package admin_test

import (
	"database/sql"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

func TestLog(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitLog)
	w.add(t, "soumu", "x", store.PermitView)
	w.add(t, "soumu-2", "x", store.PermitView)
	rec := boss.get("/admin/log")
	answers(t, rec, http.StatusOK, "account:soumu", "Account saved", "firm", `<option value="delivery.view">`)
	if strings.Contains(rec.Body.String(), "other") {
		t.Error("the log tells of the other firm")
	}
	for query, row := range map[string]struct{ has, hasNot string }{
		"?deed=company.save":               {"company:x", "office:x1"},
		"?record=company:y":                {"company:y", "company:x<"},
		"?outcome=refused":                 {"Nothing in the log", "company:x"},
		"?from=2026-11-22&to=2026-11-22":   {"account:soumu", "Nothing in the log"},
		"?from=2026-11-23":                 {"Nothing in the log", "account:soumu"},
		"?to=2026-11-21":                   {"Nothing in the log", "account:soumu"},
		"?address=192.0.2.1":               {"Log viewed", "company:x"},
		"?who=soumu":                       {"account=soumu-2", "company:x"},
		"?who=boss":                        {"Log viewed", "company:x"},
		"?account=boss":                    {"利用者 boss", "company:x"},
		"?deed=no.such":                    {"Nothing in the log", "company:x"},
		"?outcome=%3Cscript%3E&deed=%00":   {"Nothing in the log", "<script>"},
		"?record=%3Cscript%3Ealert%281%29": {"&lt;script&gt;", "<script>alert"},
	} {
		w.now = w.now.Add(time.Second)
		rec := boss.get("/admin/log" + query)
		answers(t, rec, http.StatusOK, row.has)
		if main := rec.Body.String(); strings.Contains(main[strings.Index(main, "</search>"):], row.hasNot) {
			t.Errorf("%s: the page has %q", query, row.hasNot)
		}
	}
	answers(t, boss.get("/admin/log?from=yesterday"), http.StatusUnprocessableEntity, `value="yesterday"`, `role="alert"`)
	answers(t, boss.get("/admin/log?who=nobody"), http.StatusUnprocessableEntity, `value="nobody"`, `role="alert"`)
	answers(t, boss.get("/admin/log?after=rubbish"), http.StatusUnprocessableEntity)
}

// TestLogPages turns the pages of the log to the end.
func TestLogPages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitLog)
	for range 120 {
		w.now = w.now.Add(time.Second)
		must(t, w.setup.SetAddresses(t.Context(), "firm", store.AddressRule{}))
	}
	next, rows := "/admin/log?deed=addresses.save", 0
	for n := 0; next != ""; n++ {
		rec := boss.get(next)
		answers(t, rec, http.StatusOK)
		body := rec.Body.String()
		rows += strings.Count(body, `href="/admin/log/entries/`)
		_, after, found := strings.Cut(body, `rel="next" href="`)
		if next, _, _ = strings.Cut(after, `"`); !found {
			next = ""
		}
		next = strings.ReplaceAll(next, "&amp;", "&")
		if n > 3 {
			t.Fatal("the log does not end")
		}
	}
	if rows != 120 {
		t.Errorf("%d events were shown", rows)
	}
}

func TestLogEvent(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitLog)
	answers(t, boss.get("/admin/log/entries/1"), http.StatusOK, "tenant:firm", "2026-11-22T12:00:00.000000&#43;09:00", strings.Repeat("0", 64), "Event 1")
	for _, seq := range []string{"0", "-1", "99999", "x", "1.5", "99999999999999999999"} {
		answers(t, boss.get("/admin/log/entries/"+seq), http.StatusNotFound)
	}
}

func TestLogCSV(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitLog)
	must(t, w.setup.AddCompany(t.Context(), "firm", store.Company{ID: "bad", Name: "x"}))
	must(t, w.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		return tx.Audit().Append(t.Context(), store.AuditEvent{At: w.now, Deed: "company.save", Name: "=HYPERLINK(\"http://evil\")", Record: "-1+1", Detail: map[string]string{"a": "b"}})
	}))
	rec := boss.get("/admin/log.csv?deed=company.save")
	answers(t, rec, http.StatusOK)
	if h := rec.Header(); h.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(h.Get("Content-Disposition"), `filename="log-20261122-120000.csv"`) {
		t.Errorf("the headers are %v", h)
	}
	body, marked := strings.CutPrefix(rec.Body.String(), "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	must(t, err)
	if !marked || len(rows) != 5 || rows[0][2] != "Deed code" || rows[1][6] != `'=HYPERLINK("http://evil")` || rows[1][8] != "'-1+1" || rows[1][11] != `{"a":"b"}` || len(rows[2][12]) != 64 {
		t.Errorf("the table is %q", rows)
	}
	if e := w.lastDeed(t, "firm", store.DeedLogExport); e.AccountID != "boss" || e.Detail["deed"] != "company.save" {
		t.Errorf("the log has %+v", e)
	}
	answers(t, boss.get("/admin/log.csv?from=x"), http.StatusUnprocessableEntity)
	rec = boss.get("/admin/log.csv?deed=no.such")
	answers(t, rec, http.StatusOK, "Deed code")
}

func TestVerifyLog(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitLog)
	answers(t, boss.get("/admin/log/verify"), http.StatusOK, "Verify now")
	answers(t, boss.post("/admin/log/verify", "from", "1"), http.StatusSeeOther)
	answers(t, boss.get("/admin/log/verify"), http.StatusOK, "is as it was written", "利用者 boss")
	answers(t, boss.post("/admin/log/verify", "from", "1000"), http.StatusUnprocessableEntity, `role="alert"`)
	db, err := sql.Open("sqlite3", w.file)
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "UPDATE audit_events SET name = 'somebody' WHERE tenant_id = 'firm' AND seq = 3")
	must(t, err)
	answers(t, boss.post("/admin/log/verify", "from", "1"), http.StatusSeeOther)
	answers(t, boss.get("/admin/log/verify"), http.StatusOK, `href="/admin/log/entries/3"`, `role="alert"`)
}

// TestLogOfWhom asks for every page of the log as those who may not see it.
func TestLogOfWhom(t *testing.T) {
	w := newWorld(t)
	for name, p := range map[string]*person{
		"without the menu": w.add(t, "deliverer", "", store.PermitAll&^store.PermitLog), "a client": w.add(t, "client", "x", store.PermitAll),
		"of one office": w.add(t, "near", "", store.PermitAll, "x1"),
	} {
		for _, path := range []string{"/admin/log", "/admin/log?from=x", "/admin/log?who=a", "/admin/log.csv", "/admin/log/entries/1", "/admin/log/verify", "/admin/log/events", "/admin/log/events?from=x", "/admin/log/events.csv"} {
			if rec := p.get(path); rec.Code != http.StatusForbidden {
				t.Errorf("%s: %s answers %d", name, path, rec.Code)
			}
		}
		answers(t, p.post("/admin/log/verify", "from", "1"), http.StatusForbidden)
		if e := w.lastDeed(t, "firm", store.DeedLogVerify); e.Seq != 0 {
			t.Errorf("%s: the log has %+v", name, e)
		}
	}
}
