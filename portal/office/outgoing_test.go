package office_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloudpocket/store"
)

// name gives a document persons, whom a notice would name.
func (w *world) name(t *testing.T, document store.ID) {
	t.Helper()
	must(t, w.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		return tx.Persons().Create(t.Context(), document, []store.Person{{Name: "=青木 一郎", Kana: "アオキ イチロウ"}, {Name: "和田 花子"}})
	}))
}

func TestSearchPage(t *testing.T) {
	w := newWorld(t)
	boss, clerk, other := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView), w.add(t, "other", "y", store.PermitView)
	document, delivery, _ := boss.handOut(t)
	w.name(t, document)
	expect(t, "client", clerk.get("/search?q=%EF%BE%8B%EF%BD%AE%EF%BD%B3"), 200, "Nothing was found")
	expect(t, "client", clerk.get("/search?q=標準"), 200, "<mark>標準</mark>報酬決定通知書", "/deliveries/"+string(delivery), "Persons told 0 / 2")
	expect(t, "by a person", clerk.get("/search?q=あおき"), 200, "標準報酬決定通知書")
	expect(t, "what was asked is escaped", clerk.get(`/search?q="><script>`), 200, "Nothing was found", "&#34;&gt;&lt;script&gt;")
	expect(t, "firm", boss.get("/search?q=あおき"), 200, "/desk/documents/"+string(document))
	expect(t, "another company", other.get("/search?q=標準"), 200, "Nothing was found")
	expect(t, "days", clerk.get("/search?q=標準&from=2026-11-22&to=2026-11-22"), 200, "<mark>")
	expect(t, "other days", clerk.get("/search?q=標準&to=2026-11-21"), 200, "Nothing was found")
	expect(t, "no day", clerk.get("/search?from=x"), 422, "Enter a valid date")
	expect(t, "too long", clerk.get("/search?q="+strings.Repeat("a", 201)), 422, "at most 200")
	expect(t, "list", clerk.get("/deliveries"), 200, `action="/search"`, "Persons told 0 / 2")
}

func TestDownloadFound(t *testing.T) {
	w := newWorld(t)
	boss, clerk, other := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView), w.add(t, "other", "y", store.PermitView)
	document, delivery, _ := boss.handOut(t)
	boss.handOut(t)
	for _, row := range []struct {
		name, form string
		p          *person
		entries    int
	}{
		{"one", "what=picked&pick=" + string(delivery), clerk, 2},
		{"all of a search", "what=all&q=標準", clerk, 3},
		{"the firm's", "what=picked&pick=" + string(document), boss, 2},
		{"all of the firm's", "what=all", boss, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := row.p.post("/search/download", row.form)
			z, err := zip.NewReader(bytes.NewReader(rec.Body.Bytes()), int64(rec.Body.Len()))
			if rec.Code != 200 || err != nil || len(z.File) != row.entries || z.File[0].Name != "index.csv" {
				t.Fatalf("%d %v: %v", rec.Code, err, rec.Header())
			}
		})
	}
	if w.receipt(t, "clerk", delivery).DownloadedAt.IsZero() {
		t.Error("the receipt says nothing")
	}
	expect(t, "nothing", clerk.post("/search/download", "what=picked"), 422, "Choose at least one")
	expect(t, "another company's", other.post("/search/download", "pick="+string(delivery)), 404)
	expect(t, "nothing found", other.post("/search/download", "what=all&q=標準"), 422, "Choose at least one")
}

// TestBrokenArchiveIsCutOff takes a file's bytes away: whoever downloads sees the connection break, over a real one.
func TestBrokenArchiveIsCutOff(t *testing.T) {
	w := newWorld(t)
	boss, clerk := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView)
	document, delivery, _ := boss.handOut(t)
	must(t, w.portal.Records.View(t.Context(), "firm", func(tx store.Tx) error {
		d, err := tx.Documents().Get(t.Context(), document)
		must(t, err)
		return w.portal.Blobs.Delete(t.Context(), "firm", d.Files[0].Digest)
	}))
	server := httptest.NewServer(w)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/search/download", strings.NewReader("pick="+string(delivery)))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(clerk.cookie)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return // cut off before anything went out
	}
	defer answer.Body.Close()
	if b, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("%d and %d bytes, as if they were all", answer.StatusCode, len(b))
	}
	if !w.receipt(t, "clerk", delivery).DownloadedAt.IsZero() {
		t.Error("it was recorded as downloaded")
	}
}

func TestOnwardPage(t *testing.T) {
	w := newWorld(t)
	boss, clerk, other := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView), w.add(t, "other", "y", store.PermitView)
	document, delivery, _ := boss.handOut(t)
	w.name(t, document)
	at := "/deliveries/" + string(delivery) + "/onward"
	expect(t, "link", clerk.get("/deliveries/"+string(delivery)), 200, at)
	expect(t, "page", clerk.get(at), 200, "2 of 2 not told yet", "青木 一郎", `value="2026-11-22"`)
	expect(t, "nobody chosen", clerk.post(at, "do=tell&how=mail&on=2026-11-20&note=郵送"), 422, "Choose at least one person", `value="2026-11-20"`, `value="郵送"`)
	expect(t, "in the future", clerk.post(at, "do=tell&how=mail&on=2026-11-23&person=0"), 422, "future")
	expect(t, "no position", clerk.post(at, "do=tell&how=mail&person=x"), 422)
	done := clerk.post(at, "do=tell&how=mail&on=2026-11-20&note=郵送&person=0&person=1")
	if done.Header().Get("Location") != at+"?done=told" {
		t.Fatalf("%d %s", done.Code, done.Body)
	}
	expect(t, "list", clerk.get("/onward"), 200, "2 / 2", at)
	expect(t, "another company's list", other.get("/onward"), 200, "has come yet")
	expect(t, "told", clerk.get(at+"?done=told"), 200, "Everybody was told", "Recorded as told.", "By mail", "20 Nov 2026", "利用者 clerk")
	expect(t, "table", clerk.get(at+".csv"), 200, "\uFEFF", "'=青木 一郎", "20 Nov 2026", "郵送")
	expect(t, "matrix", boss.get("/desk/matrix"), 200, at, "Persons told 2 / 2")
	expect(t, "matrix as a table", boss.get("/desk/matrix.csv"), 200, ",1,1,0,0,2,2")
	expect(t, "sheet", boss.get("/desk/documents/"+string(document)), 200, at, "Persons told 2 / 2")
	expect(t, "who had seen it", boss.get("/desk/deliveries/"+string(delivery)+"/seen.csv"), 200, ",2,2")
	if back := clerk.post(at, "do=untell&person=0"); back.Header().Get("Location") != at+"?done=untold" {
		t.Fatalf("%d %s", back.Code, back.Body)
	}
	expect(t, "firm", boss.get(at), 200, "1 of 2 not told yet")
	expect(t, "the firm does not tell", boss.post(at, "do=tell&how=hand&person=0"), 403)
	for _, rec := range []*httptest.ResponseRecorder{other.get(at), other.get(at + ".csv"), other.post(at, "do=tell&how=hand&person=0")} {
		if rec.Code != 404 {
			t.Errorf("another company: %d", rec.Code)
		}
	}
	boss.post("/desk/deliveries/"+string(delivery)+"/withdraw", "document="+string(document)+"&reason=誤配付")
	expect(t, "the firm afterwards", boss.get(at), 200, "1 of 2 not told yet", "replaced or withdrawn", "/desk/documents/"+string(document))
	expect(t, "the client afterwards", clerk.get(at), 404)
}

func TestMatrixPage(t *testing.T) {
	w := newWorld(t)
	boss, clerk, reader := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView), w.add(t, "reader", "", store.PermitReceipts)
	document, delivery, _ := boss.handOut(t)
	clerk.get("/deliveries/" + string(delivery))
	expect(t, "matrix", boss.get("/desk/matrix"), 200, "事業所x1", "1 / 1", "/desk/documents/"+string(document)+"#receipts", "Export")
	expect(t, "of a company", boss.get("/desk/matrix?company=y"), 200, "Nothing was delivered yet")
	expect(t, "table", boss.get("/desk/matrix.csv"), 200, "標準報酬決定通知書", ",1,1,0,0")
	expect(t, "client", clerk.get("/desk/matrix"), 403)
	if body := reader.get("/desk/matrix").Body.String(); strings.Contains(body, "/desk/export") {
		t.Error("an export is offered to somebody who only watches")
	}
	expect(t, "export without the menu", reader.post("/desk/export", ""), 403)
	expect(t, "export of nobody", boss.post("/desk/export", "company=nonesuch"), 404)
	rec := boss.post("/desk/export", "company=x")
	z, err := zip.NewReader(bytes.NewReader(rec.Body.Bytes()), int64(rec.Body.Len()))
	if rec.Code != 200 || err != nil || z.File[len(z.File)-1].Name != "complete.json" {
		t.Errorf("%d %v", rec.Code, err)
	}
	if w.deeds(t, store.DeedExport) != 1 {
		t.Error("the export is not in the log")
	}
}

func TestOfficeMailPage(t *testing.T) {
	w := newWorld(t)
	boss, clerk, reader := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView), w.add(t, "reader", "", store.PermitReceipts)
	at := "/desk/offices/x1/mail"
	expect(t, "link", boss.get("/desk"), 200, "/desk/offices")
	expect(t, "list", boss.get("/desk/offices"), 200, at, "Everybody of the office")
	expect(t, "form", boss.get(at), 200, "利用者 clerk", "No mail address")
	expect(t, "nobody named", boss.post(at, "to=named&digest=1"), 422, "at least one responsible", `name="digest" value="1" checked`)
	expect(t, "a stranger", boss.post(at, "to=named&named=boss"), 422, "cannot see this office")
	if done := boss.post(at, "to=named&digest=1&named=clerk"); done.Header().Get("Location") != "/desk/offices?done=mails" {
		t.Fatalf("%d %s", done.Code, done.Body)
	}
	expect(t, "saved", boss.get(at), 200, `value="named" checked`, `value="clerk" checked`)
	expect(t, "in the list", boss.get("/desk/offices"), 200, "Only who is responsible", "Once a day", "People: 1")
	expect(t, "an office of nobody", boss.get("/desk/offices/nonesuch/mail"), 404)
	expect(t, "a client", clerk.get(at), 403)
	expect(t, "without the menu", reader.post(at, "to=nobody"), 403)
	if strings.Contains(reader.get("/desk").Body.String(), "/desk/offices") {
		t.Error("the page is offered to somebody who may not use it")
	}
}
