package admin_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// send posts a file as the form does.
func (p *person) send(t testing.TB, target, file string) *httptest.ResponseRecorder {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "people.csv")
	must(t, err)
	_, err = part.Write([]byte(file))
	must(t, err)
	must(t, form.Close())
	return p.do("POST", target, &b, "Content-Type", form.FormDataContentType())
}

// plan sends a file and returns the page that says what it would do.
func (p *person) plan(t testing.TB, target, file string) *httptest.ResponseRecorder {
	t.Helper()
	rec := p.send(t, target, file)
	answers(t, rec, http.StatusSeeOther)
	return p.get(rec.Header().Get("Location"))
}

// hidden returns what the page would send on to take the file in.
func hidden(t testing.TB, rec *httptest.ResponseRecorder) []string {
	t.Helper()
	var fields []string
	for _, name := range []string{"file", "digest"} {
		found := regexp.MustCompile(`name="` + name + `" value="([0-9a-f]{64})"`).FindStringSubmatch(rec.Body.String())
		if found == nil {
			t.Fatalf("the page has no %s: %s", name, rec.Body)
		}
		fields = append(fields, name, found[1])
	}
	return fields
}

const peopleHead = "氏名,顧問先,サインイン元,識別子,メニュー権限,事業所権限\n"

// TestImportPages takes people in through the pages, in both encodings: looked at first, and done as it was looked at.
func TestImportPages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	w.add(t, "known", "x", store.PermitView, "x1")
	answers(t, boss.get("/admin/people"), http.StatusOK, "/admin/people/import", "/admin/people/export")
	answers(t, boss.get("/admin/people/import"), http.StatusOK, `type="file"`, "10,000 rows", "<code>subject</code>")
	file := peopleHead + "髙橋 花子,x,idp,J-1,view,x1 ext-x2\n改姓,x,idp,known,view,x1\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(file)
	must(t, err)
	for name, sent := range map[string]string{"CP932": sjis, "UTF-8": file, "with a mark": "\xef\xbb\xbf" + file} {
		t.Run(name, func(t *testing.T) {
			page := boss.plan(t, "/admin/people/import", sent)
			answers(t, page, http.StatusOK, "髙橋 花子", "改姓", "Row 3", "name</span>", "Import this")
		})
	}
	answers(t, boss.get("/admin/people?q=髙橋"), http.StatusOK, "Nobody matches")
	fields := hidden(t, boss.plan(t, "/admin/people/import", sjis))
	answers(t, boss.post("/admin/people/known/edit", "version", "0", "name", "別の姓", "menu", "view", "scope", "list", "office", "x1"), http.StatusSeeOther)
	again := boss.post("/admin/people/import/apply", fields...)
	answers(t, again, http.StatusUnprocessableEntity, `role="alert"`, "meanwhile", "Import this")
	rec := boss.post("/admin/people/import/apply", hidden(t, again)...)
	answers(t, rec, http.StatusSeeOther)
	answers(t, boss.get(rec.Header().Get("Location")), http.StatusOK, "髙橋 花子", "改姓", `role="status"`)
	if d := w.lastDeed(t, "firm", store.DeedAccount).Detail; d["by"] != "csv" || d["new"] != "1" || d["changed"] != "1" {
		t.Errorf("the log says %v", d)
	}
	answers(t, boss.post("/admin/people/import/apply", fields...), http.StatusUnprocessableEntity, "Please choose it again")
	answers(t, boss.plan(t, "/admin/people/import", file), http.StatusOK, "nothing to import")
}

// TestImportPageRefuses names the row, the column and the value of everything that cannot be taken in, and takes nothing in.
func TestImportPageRefuses(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	clerk := w.add(t, "clerk", "", store.PermitAccounts|store.PermitView, "x1")
	page := boss.plan(t, "/admin/people/import", peopleHead+"=cmd|'/c calc'!A1,x,idp,a,view,x1\n人,nowhere,idp,b,view,x1\n人,x,other-idp,c,view,x1\n人,x,idp,d,view,y1\n人,x,idp,e,fly,x1\n人,x,idp,f,view,x1\n人,x,idp,f,view,x1\n")
	answers(t, page, http.StatusOK, "Row 2", "=cmd|&#39;/c calc&#39;!A1", "<code>nowhere</code>", "<code>other-idp</code>", "“fly”", "Row 8", "Row 7 is about the same person")
	if body := page.Body.String(); strings.Contains(body, "/apply") {
		t.Error("a file with refused rows can be taken in")
	}
	location, err := url.Parse(boss.send(t, "/admin/people/import", peopleHead+"人,x,idp,f,fly,x1\n").Header().Get("Location"))
	must(t, err)
	answers(t, boss.post("/admin/people/import/apply", "file", location.Query().Get("file"), "digest", strings.Repeat("0", 64)), http.StatusUnprocessableEntity, "check the file again", "“fly”")
	for name, row := range map[string]string{"a menu not held": "人,,idp,s,deliver,x1", "an office not held": "人,x,idp,s,view,x2", "all offices": "人,x,idp,s,view,*", "another company": "人,y,idp,s,view,y1", "somebody who may do more": "人,,idp,boss,view,x1"} {
		if page := clerk.plan(t, "/admin/people/import", peopleHead+row+"\n"); page.Code != http.StatusOK || strings.Contains(page.Body.String(), "/apply") || !strings.Contains(page.Body.String(), "Row 2") {
			t.Errorf("%s: %d\n%s", name, page.Code, page.Body)
		}
	}
	for name, tt := range map[string]struct{ file, want string }{
		"neither encoding": {"\x81\xff\xff", "Shift_JIS"}, "no table": {"a,\"b", "no CSV file"}, "an unknown column": {"氏名,しめい\n", "しめい"},
		"a column missing": {"氏名\n", "顧問先"}, "too many rows": {peopleHead + strings.Repeat("人,x,idp,a,view,x1\n", portal.TableRows+1), "10000 rows"},
		"too large": {strings.Repeat("a", portal.TableBytes+1), "5 MB"}, "far too large": {strings.Repeat("a", portal.TableBytes+1<<20), "5 MB"},
	} {
		if rec := boss.send(t, "/admin/people/import", tt.file); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), tt.want) || !strings.Contains(rec.Body.String(), `role="alert"`) {
			t.Errorf("%s: %d\n%s", name, rec.Code, rec.Body)
		}
	}
	answers(t, boss.post("/admin/people/import", "file", "x"), http.StatusUnprocessableEntity, "Choose a CSV file")
}

// TestImportOfAnother keeps a file to whoever sent it, and to the table it was sent as; no other file is read as one.
func TestImportOfAnother(t *testing.T) {
	w := newWorld(t)
	boss, second := w.add(t, "boss", "", store.PermitAll), w.add(t, "second", "", store.PermitAll)
	other := w.addTo(t, "other", "chief", "", store.PermitAll)
	page := boss.plan(t, "/admin/people/import", peopleHead+"新しい人,x,idp,n,view,x1\n")
	fields := hidden(t, page)
	kept := "?file=" + fields[1]
	for name, rec := range map[string]*httptest.ResponseRecorder{
		"a colleague": second.get("/admin/people/import" + kept), "another firm": other.get("/admin/people/import" + kept), "another table": boss.get("/admin/companies/import" + kept),
		"a colleague who takes it in": second.post("/admin/people/import/apply", fields...), "another firm that takes it in": other.post("/admin/people/import/apply", fields...),
		"no digest": boss.get("/admin/people/import?file=../x"), "a document": boss.get("/admin/people/import?file=" + string(w.keep(t, peopleHead+"人,x,idp,秘密,fly,x1\n"))),
	} {
		if rec.Code != http.StatusUnprocessableEntity || strings.Contains(rec.Body.String(), "新しい人") || strings.Contains(rec.Body.String(), "fly") {
			t.Errorf("%s: %d\n%s", name, rec.Code, rec.Body)
		}
	}
	answers(t, boss.post("/admin/people/import/apply", fields...), http.StatusSeeOther)
}

// keep stores bytes of "firm" as a document's are.
func (w *world) keep(t testing.TB, file string) store.Digest {
	t.Helper()
	blob, err := w.portal.Blobs.Create(t.Context(), "firm")
	must(t, err)
	defer blob.Abort()
	_, err = blob.Write([]byte(file))
	must(t, err)
	digest, _, err := blob.Commit(t.Context())
	must(t, err)
	return digest
}

// TestImportPlacesPages takes companies and offices in, which is for whoever has all offices.
func TestImportPlacesPages(t *testing.T) {
	w := newWorld(t)
	boss, narrow := w.add(t, "boss", "", store.PermitAll), w.add(t, "narrow", "", store.PermitOffices, "x1")
	for target, file := range map[string]string{"/admin/companies/import": "name,external\n新会社,N-1\n", "/admin/offices/import": "company,name,external\nx,新事業所,N-2\n"} {
		answers(t, boss.get(target), http.StatusOK, "/admin/companies/import", "/admin/offices/import")
		answers(t, narrow.get(target), http.StatusForbidden)
		answers(t, narrow.send(t, target, file), http.StatusForbidden)
		fields := hidden(t, boss.plan(t, target, file))
		answers(t, narrow.post(target+"/apply", fields...), http.StatusForbidden)
		answers(t, boss.post(target+"/apply", fields...), http.StatusSeeOther)
	}
	answers(t, boss.get("/admin/companies?q=新"), http.StatusOK, "新会社", "新事業所")
	if body := narrow.get("/admin/companies").Body.String(); strings.Contains(body, "/import") || !strings.Contains(body, "/export") {
		t.Error("somebody of one office is offered what they cannot do")
	}
}

// TestImportLastAdministratorPages keeps a file from taking the last administrator's menu.
func TestImportLastAdministratorPages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	fields := hidden(t, boss.plan(t, "/admin/people/import", peopleHead+"利用者 boss,,idp,boss,view,*\n"))
	answers(t, boss.post("/admin/people/import/apply", fields...), http.StatusUnprocessableEntity, "Nobody would be left to manage accounts", "Import this")
	w.add(t, "keeper", "", store.PermitTrusts)
	answers(t, boss.post("/admin/people/import/apply", fields...), http.StatusUnprocessableEntity, "Nobody would be left to manage accounts", "Import this")
	answers(t, boss.post("/admin/people/keeper/disable"), http.StatusSeeOther)
	answers(t, boss.post("/admin/people/boss/edit", "version", "0", "name", "改姓", "menu", "accounts", "scope", "all"), http.StatusUnprocessableEntity, "Nobody who may change the trusts", `value="改姓"`)
	answers(t, boss.get("/admin/people/boss"), http.StatusOK)
}

// TestImportManyPages takes ten thousand rows in through the pages.
func TestImportManyPages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	var b strings.Builder
	b.WriteString(peopleHead)
	for i := range portal.TableRows {
		fmt.Fprintf(&b, "人 %d,x,idp,N-%d,view,x1\n", i, i)
	}
	page := boss.plan(t, "/admin/people/import", b.String())
	answers(t, page, http.StatusOK, "10,000", "Only the first 100")
	if page.Body.Len() > 200<<10 {
		t.Errorf("the page has %d bytes", page.Body.Len())
	}
	answers(t, boss.post("/admin/people/import/apply", hidden(t, page)...), http.StatusSeeOther)
}

// TestExportPages writes out what can be taken in again, without a formula and without what is out of reach.
func TestExportPages(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	clerk := w.add(t, "clerk", "", store.PermitAccounts|store.PermitOffices|store.PermitView, "x1")
	w.add(t, "target", "x", store.PermitView, "x1")
	answers(t, boss.post("/admin/people/target/edit", "version", "0", "name", "=1+1", "menu", "view", "scope", "list", "office", "x1"), http.StatusSeeOther)
	answers(t, boss.get("/admin/people/export"), http.StatusOK, "cp932")
	answers(t, boss.get("/admin/companies/export"), http.StatusOK, `value="offices"`)
	rec := boss.post("/admin/people/export", "encoding", "utf-8")
	answers(t, rec, http.StatusOK, "\xef\xbb\xbfid,company,name", "'=1+1", "利用者 boss")
	if h := rec.Header(); h.Get("Content-Type") != "text/csv; charset=utf-8" || h.Get("Content-Disposition") != `attachment; filename="accounts-20261122-120000.csv"` {
		t.Errorf("the file is sent as %v", h)
	}
	answers(t, boss.plan(t, "/admin/people/import", rec.Body.String()), http.StatusOK, "nothing to import")
	if body := clerk.post("/admin/people/export").Body.String(); strings.Contains(body, "boss") || !strings.Contains(body, "target") {
		t.Errorf("who manages x1 is given\n%s", body)
	}
	if e := w.lastDeed(t, "firm", store.DeedExport); e.AccountID != "clerk" || e.Record != "table:accounts" {
		t.Errorf("the log says %+v", e)
	}
	sjis := boss.do("POST", "/admin/companies/export", strings.NewReader("table=offices&encoding=cp932"), "Content-Type", "application/x-www-form-urlencoded", "Accept-Language", "ja")
	text, err := japanese.ShiftJIS.NewDecoder().String(sjis.Body.String())
	if must(t, err); sjis.Code != http.StatusOK || !strings.HasPrefix(text, "事業所ID,顧問先,外部ID") || sjis.Header().Get("Content-Type") != "text/csv; charset=Shift_JIS" {
		t.Errorf("in CP932 it is %d %v\n%s", sjis.Code, sjis.Header(), text)
	}
	answers(t, clerk.post("/admin/companies/export", "table", "accounts"), http.StatusOK, "会社x")
	answers(t, boss.post("/admin/people/target/edit", "version", "1", "name", "𠮷野", "menu", "view", "scope", "list", "office", "x1"), http.StatusSeeOther)
	answers(t, boss.post("/admin/people/export", "encoding", "cp932"), http.StatusUnprocessableEntity, "𠮷", `role="alert"`)
}
