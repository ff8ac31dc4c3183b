package admin_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// happen keeps n warnings of a firm, a minute after one another.
func (w *world) happen(t *testing.T, tenant store.ID, n int, message string, attributes map[string]string) {
	t.Helper()
	var all []store.SystemEvent
	for i := range n {
		at := w.now.Add(time.Duration(i) * time.Minute)
		all = append(all, store.SystemEvent{ID: store.NewID(at), At: at, LastAt: at, Count: 1, Level: store.Warning, Message: message, TenantID: tenant, Attributes: attributes, Instance: "host-1"})
	}
	must(t, w.portal.Records.SystemEvents().Keep(t.Context(), all))
}

func TestEvents(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitLog)
	answers(t, boss.get("/admin/log/events"), http.StatusOK, "There are no warnings or errors")
	w.happen(t, "firm", 1, "metadata could not be <b>refreshed</b>", map[string]string{"error": "answered 502", "stack": "goroutine 1", "trust": "saml-1"})
	w.happen(t, "other", 1, "of the other firm", nil)
	w.happen(t, "", 1, "of the service", nil)
	for query, row := range map[string]struct{ has, hasNot string }{
		"":                                  {"metadata could not be", "of the"},
		"?firm=other":                       {"metadata could not be", "of the"},
		"?level=warning":                    {"&lt;b&gt;refreshed", "<b>refreshed"},
		"?level=warning&text=saml-1":        {"saml-1", "502"},
		"?text=502":                         {"No warning or error matches", "metadata could"},
		"?level=error":                      {"No warning or error matches", "metadata could"},
		"?level=none":                       {"metadata could not be", "host-1"},
		"?text=METADATA":                    {"metadata could not be", "goroutine"},
		"?text=%25":                         {"No warning or error matches", "metadata could"},
		"?text=%3Cscript%3E":                {"No warning or error matches", "<script>"},
		"?from=2026-11-22&to=2026-11-22":    {"metadata could not be", "of the"},
		"?from=2026-11-23":                  {"No warning or error matches", "metadata could"},
		"?text=x&to=2026-11-21&level=error": {"No warning or error matches", "metadata could"},
		"?from=2026-11-30&to=2026-11-01":    {"No warning or error matches", "metadata could"},
		"?from=0001-01-01&to=9999-12-31":    {"metadata could not be", "of the"},
		"?text=%00%FF":                      {"metadata could not be", "of the"}, // there is nothing in it to look for
	} {
		rec := boss.get("/admin/log/events" + query)
		answers(t, rec, http.StatusOK, row.has)
		if main := rec.Body.String(); strings.Contains(main[strings.Index(main, "</search>"):], row.hasNot) {
			t.Errorf("%s: the page has %q", query, row.hasNot)
		}
	}
	answers(t, boss.get("/admin/log/events?to=yesterday"), http.StatusUnprocessableEntity, `value="yesterday"`, `role="alert"`)
	answers(t, boss.get("/admin/log/events?text="+strings.Repeat("x", 2000)), http.StatusUnprocessableEntity, `role="alert"`)
	answers(t, boss.get("/admin/log/events?after=rubbish"), http.StatusUnprocessableEntity)
	answers(t, boss.get("/admin/log"), http.StatusOK, `href="/admin/log/events"`)
}

// TestEventsPages turns the pages to the end.
func TestEventsPages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitLog)
	w.happen(t, "firm", 120, "again", nil)
	next, rows := "/admin/log/events?level=warning", 0
	for n := 0; next != ""; n++ {
		rec := boss.get(next)
		answers(t, rec, http.StatusOK)
		rows += strings.Count(rec.Body.String(), ">again<")
		_, after, found := strings.Cut(rec.Body.String(), `rel="next" href="`)
		if next, _, _ = strings.Cut(after, `"`); !found {
			next = ""
		}
		next = strings.ReplaceAll(next, "&amp;", "&")
		if n > 3 {
			t.Fatal("the events do not end")
		}
	}
	if rows != 120 {
		t.Errorf("%d events were shown", rows)
	}
}

func TestEventsCSV(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitLog)
	w.happen(t, "firm", 1, `=HYPERLINK("http://evil")`, map[string]string{"error": "@SUM(1)", "trust": "saml-1"})
	w.happen(t, "other", 1, "of the other firm", nil)
	rec := boss.get("/admin/log/events.csv?firm=other")
	answers(t, rec, http.StatusOK)
	if h := rec.Header(); h.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(h.Get("Content-Disposition"), `filename="events-20261122-120000.csv"`) {
		t.Errorf("the headers are %v", h)
	}
	body, marked := strings.CutPrefix(rec.Body.String(), "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	must(t, err)
	want := fmt.Sprint([]string{"2026-11-22 12:00:00", "2026-11-22 12:00:00", "warning", `'=HYPERLINK("http://evil")`, "1", `{"trust":"saml-1"}`})
	if !marked || len(rows) != 2 || fmt.Sprint(rows[1]) != want {
		t.Errorf("the table is %q", rows)
	}
	if e := w.lastDeed(t, "firm", store.DeedLogExport); e.AccountID != "boss" || e.Record != "events" {
		t.Errorf("the log has %+v", e)
	}
	answers(t, boss.get("/admin/log/events.csv?from=x"), http.StatusUnprocessableEntity)
	answers(t, boss.get("/admin/log/events.csv?text=nothing"), http.StatusOK, "What happened")
}
