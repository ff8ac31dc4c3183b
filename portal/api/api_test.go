package api_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/portal/api"
	"cloudpocket/store"
)

// TestPlaces creates, changes and lists companies and offices by the parent product's IDs, each change on condition.
func TestPlaces(t *testing.T) {
	w := newWorld(t)
	put := func(path, body string, status int, code string, headers ...string) answer {
		t.Helper()
		a := w.send(t, "PUT", path, body, headers...)
		a.wants(t, path+" "+body, status, code)
		return a
	}
	first := put("/companies/c%201", `{"name":"株式会社 大空"}`, 201, "")
	same := put("/companies/c%201", `{"name":"株式会社 大空"}`, 200, "")
	if tag := first.header.Get("ETag"); tag == "" || same.header.Get("ETag") != tag || first.text("external_id") != "c 1" {
		t.Errorf("%v, then %v", first, same)
	}
	put("/companies/c%201", `{"name":"大空"}`, 412, "error.etag", "If-Match", `"other"`)
	put("/companies/c%201", `{"name":"大空"}`, 412, "error.etag", "If-Match", "W/"+first.header.Get("ETag"))
	put("/companies/none", `{"name":"大空"}`, 412, "error.etag", "If-Match", "*")
	put("/companies/c%201", `{"name":"大空"}`, 200, "", "If-Match", `"other", `+first.header.Get("ETag"))
	put("/companies/100%25", `{"name":"百分率"}`, 201, "")
	for i, id := range []string{"a/b", "..", "../../x", "/", "人事/1課", "a%2Fb"} {
		escaped := strings.ReplaceAll(url.PathEscape(id), ".", "%2E")
		made := put("/companies/"+escaped, `{"name":"改名"}`, 201, "")
		if office := put("/companies/"+escaped+"/offices/o"+escaped, fmt.Sprintf(`{"name":"本店 %d"}`, i), 201, ""); made.text("external_id") != id || office.text("external_id") != "o"+id {
			t.Errorf("%q became %v with %v", id, made.body, office.body)
		}
		if list := w.names(t, "/companies/"+escaped+"/offices?"); !slices.Equal(list, []string{fmt.Sprint("本店 ", i)}) {
			t.Errorf("the offices of %q are %q", id, list)
		}
	}
	put("/companies/c%201", `{"name":""}`, 422, "error.person_name")
	put("/companies/c%201", `{"name":`, 422, "error.body")
	put("/companies/c%201", `{"name":"`+strings.Repeat("x", 70<<10)+`"}`, 413, "error.body_too_large")
	put("/companies/c%201", `{"name":"大空"}`, 415, "error.media_type", "Content-Type", "text/plain")
	office := put("/companies/c%201/offices/o-1", `{"name":"本店","codes":{"corporate_number":"1234567890123"}}`, 201, "")
	if codes, _ := office.body["codes"].(map[string]any); codes["corporate_number"] != "1234567890123" || office.body["closed"] != false {
		t.Errorf("the office is %v", office.body)
	}
	put("/companies/c%201/offices/o-1", `{"name":"本店","closed":true}`, 200, "")
	renamed := put("/companies/c%201/offices/o-1", `{"name":"本社"}`, 200, "")
	if codes, _ := renamed.body["codes"].(map[string]any); codes["corporate_number"] != "1234567890123" || renamed.body["closed"] != true {
		t.Errorf("given another name alone, the office is %v", renamed.body)
	}
	bare := put("/companies/c%201/offices/o-1", `{"name":"本店","codes":{},"closed":false}`, 200, "")
	if codes, _ := bare.body["codes"].(map[string]any); len(codes) != 0 || bare.body["closed"] != false {
		t.Errorf("without codes and open again, it is %v", bare.body)
	}
	office = put("/companies/c%201/offices/o-1", `{"name":"本店","codes":{"corporate_number":"1234567890123"}}`, 200, "")
	put("/companies/aozora/offices/o-1", `{"name":"本店"}`, 409, "error.office_elsewhere")
	put("/companies/none/offices/o-2", `{"name":"本店"}`, 404, "error.not_found")
	if ended := put("/companies/c%201/offices/o-1", `{"name":"本店","closed":true}`, 200, "", "If-Match", office.header.Get("ETag")); ended.body["closed"] != true {
		t.Errorf("ended, the office is %v", ended.body)
	}
	if list := w.names(t, "/companies?limit=1"); !slices.Equal(list, []string{"大空", "改名", "改名", "改名", "改名", "改名", "改名", "百分率", "青空商事"}) {
		t.Errorf("the companies are %q", list)
	}
	if list := w.names(t, "/companies/c%201/offices?"); !slices.Equal(list, []string{"本店"}) {
		t.Errorf("the offices are %q", list)
	}
	w.send(t, "GET", "/companies?limit=0", "").wants(t, "a page of none", 422, "error.page_limit")
	w.send(t, "GET", "/companies?limit=x", "").wants(t, "a page of x", 422, "error.body")
	w.send(t, "GET", "/companies?after=x", "").wants(t, "a page after x", 422, "error.cursor_invalid")
}

// names are those of a list, page by page.
func (w *world) names(t *testing.T, path string) (names []string) {
	t.Helper()
	for after := ""; ; {
		a := w.send(t, "GET", path+after, "")
		a.wants(t, path, 200, "")
		items, _ := a.body["items"].([]any)
		for _, one := range items {
			names = append(names, fmt.Sprint(one.(map[string]any)["name"]))
		}
		if after = "&after=" + a.text("next"); a.text("next") == "" {
			return names
		}
	}
}

// TestPackages brings packages, one and many, and the same again because the answer was lost.
func TestPackages(t *testing.T) {
	w := newWorld(t)
	one := w.post(t, "/packages?drop=night", nil, "file:a.txt", "a")
	one.wants(t, "a package", 201, "")
	if again := w.post(t, "/packages?drop=night", nil, "file:a.txt", "a"); again.text("id") != one.text("id") || one.text("id") == "" {
		t.Errorf("again it is %v, was %v", again, one)
	}
	got := w.send(t, "GET", "/packages/"+one.text("id"), "")
	if got.wants(t, "a package", 200, ""); got.text("state") != "received" || got.text("name") != "a.txt" {
		t.Errorf("it stands as %v", got.body)
	}
	bad := w.post(t, "/packages", nil, "file:a.exe", "MZ")
	if bad.wants(t, "a program", 201, ""); bad.text("state") != "refused" || bad.text("reason") != "error.file_extension" {
		t.Errorf("a program is %v", bad.body)
	}
	w.post(t, "/packages", nil).wants(t, "nothing", 422, "error.no_file")
	w.post(t, "/packages", nil, "file:a.txt", "a", "file:b.txt", "b").wants(t, "two", 422, "error.upload_of_drop")
	w.post(t, "/packages", nil, "other", "a").wants(t, "a field", 422, "error.field_unknown")
	w.send(t, "POST", "/packages", "--x\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\na", "Content-Type", "multipart/form-data; boundary=x").
		wants(t, "a form that breaks off", 422, "error.body")
	w.send(t, "GET", "/packages/none", "").wants(t, "a package of nobody", 404, "error.not_found")
	many := w.post(t, "/packages/batch", []string{"Accept-Language", "en"}, "file:b.txt", "b", "file:...", "x", "file:c.txt", "c")
	many.wants(t, "many", 200, "")
	raw, err := json.Marshal(many.body["items"])
	must(t, err)
	var items []struct {
		Name    string
		Package struct{ State string }
		Problem struct {
			Code, Detail string
			Status       int
		}
	}
	must(t, json.Unmarshal(raw, &items))
	if len(items) != 3 || items[0].Package.State != "received" || items[1].Problem.Code != "error.file_name" || items[1].Problem.Status != 422 || items[1].Problem.Detail == "" || items[2].Package.State != "received" {
		t.Errorf("of many became %s", raw)
	}
	var parts []string
	for i := range 101 {
		parts = append(parts, fmt.Sprintf("file:%d.txt", i), "x")
	}
	w.post(t, "/packages/batch", nil, parts[:200]...).wants(t, "a hundred", 200, "")
}

// TestBatchIsWhole sends batches that cannot be taken: what came before the reason is not in the tray either.
func TestBatchIsWhole(t *testing.T) {
	w := newWorld(t)
	var parts []string
	for i := range 101 {
		parts = append(parts, fmt.Sprintf("file:%d.txt", i), fmt.Sprint("x", i))
	}
	w.post(t, "/packages/batch?drop=night", nil, parts...).wants(t, "a hundred and one", 422, "error.too_many_parts")
	w.post(t, "/packages/batch?drop=night", nil, "file:a.txt", "a", "other", "x").wants(t, "a field", 422, "error.field_unknown")
	w.send(t, "POST", "/packages/batch?drop=night", "--x\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\na\r\n--x\r\nContent-Disposition: form-data; name=file; filename=b.txt\r\n\r\nb", "Content-Type", "multipart/form-data; boundary=x").
		wants(t, "a form that breaks off", 422, "error.body")
	if n := w.inTray(t); n != 0 {
		t.Errorf("%d packages are in the tray", n)
	}
	w.post(t, "/packages/batch?drop=night", nil, parts[:200]...).wants(t, "a hundred", 200, "")
	w.post(t, "/packages/batch?drop=night", nil, append(parts[:198:198], "file:0.txt", "x0")...).wants(t, "a hundred, one of them twice", 200, "")
	if n := w.inTray(t); n != 100 {
		t.Errorf("%d packages are in the tray, want 100", n)
	}
}

// inTray counts the packages in the tray.
func (w *world) inTray(t *testing.T) (n int) {
	t.Helper()
	must(t, w.portal.Records.View(t.Context(), "firm", func(tx store.Tx) error {
		for p := (store.Page{Limit: store.MaxPage}); ; {
			list, err := tx.Packages().List(t.Context(), store.PackageFilter{}, p)
			must(t, err)
			n += len(list.Items)
			if p.After = list.Next; p.After == "" {
				return nil
			}
		}
	}))
	return n
}

// TestDropIsTheClientsOwn has two clients call their drops the same.
func TestDropIsTheClientsOwn(t *testing.T) {
	w := newWorld(t)
	mine := w.post(t, "/packages?drop=night", nil, "file:a.txt", "a")
	w.token = w.client(t, "other", store.ScopeDocuments)
	if theirs := w.post(t, "/packages?drop=night", nil, "file:a.txt", "a"); theirs.status != 201 || theirs.text("id") == mine.text("id") {
		t.Errorf("theirs is %v, mine %v", theirs, mine)
	}
}

// TestDocuments publishes a document, delivers it and takes it back, each once however often it is sent.
func TestDocuments(t *testing.T) {
	w := newWorld(t)
	key := []string{"Idempotency-Key", "k-1"}
	form := []string{"title", "通知書", "kind", "other", "office", "honten", "file:a.txt", "本文"}
	made := w.post(t, "/documents", key, form...)
	made.wants(t, "a document", 201, "")
	if again := w.post(t, "/documents", key, form...); again.status != 201 || again.text("id") != made.text("id") {
		t.Errorf("again it is %v, was %v", again, made)
	}
	w.post(t, "/documents", key, append(form, "deliver", "true")...).wants(t, "other content", 422, "error.idempotency_content")
	document := "/documents/" + made.text("id")
	w.send(t, "POST", document+"/deliver", "", key...).wants(t, "another deed by that key", 422, "error.idempotency_content")
	for _, what := range []string{"delivering", "delivering again"} {
		a := w.send(t, "POST", document+"/deliver", "", "Idempotency-Key", "k-2")
		if a.wants(t, what, 200, ""); a.body["count"] != 1.0 {
			t.Errorf("%s: %v", what, a.body)
		}
	}
	w.send(t, "POST", document+"/deliver", "").wants(t, "delivering without a key", 409, "error.nothing_to_deliver")
	delivery := w.delivery(t, document, "delivered")
	w.send(t, "GET", document+"/receipts", "").wants(t, "receipts", 200, "")
	w.send(t, "POST", "/deliveries/"+delivery+"/withdraw", `{"reason":""}`, "Idempotency-Key", "k-3").wants(t, "without a reason", 422, "error.reason")
	for _, what := range []string{"taking back after a failure", "taking back again"} {
		w.send(t, "POST", "/deliveries/"+delivery+"/withdraw", `{"reason":"誤配付"}`, "Idempotency-Key", "k-4").wants(t, what, 204, "")
	}
	w.delivery(t, document, "withdrawn")
	w.now = w.now.Add(25 * time.Hour)
	w.token = w.grant(t, "machine", store.ScopeAll)
	if later := w.post(t, "/documents", key, form...); later.status != 201 || later.text("id") == made.text("id") {
		t.Errorf("a day later it is %v", later)
	}
}

// delivery returns the one delivery of a document, which is to be in a state.
func (w *world) delivery(t *testing.T, document, state string) string {
	t.Helper()
	a := w.send(t, "GET", document, "")
	all, _ := a.body["deliveries"].([]any)
	if len(all) != 1 {
		t.Fatalf("%s is %v", document, a)
	}
	d, _ := all[0].(map[string]any)
	if d["state"] != state || d["office_external_id"] != "honten" {
		t.Errorf("the delivery is %v, want it %s", d, state)
	}
	return fmt.Sprint(d["id"])
}

// TestKeyAtOnce sends the same under one key many times at once: it is done once, and everybody is told what came of it.
func TestKeyAtOnce(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			a := w.post(t, "/documents", []string{"Idempotency-Key", "k"}, "title", "通知書", "kind", "other", "office", "honten", "file:a.txt", "a")
			a.wants(t, "one of many", 201, "")
			ids[i] = a.text("id")
		})
	}
	wg.Wait()
	if slices.Sort(ids); ids[0] == "" || ids[0] != ids[len(ids)-1] {
		t.Errorf("made were %q", ids)
	}
	must(t, w.portal.Records.View(t.Context(), "firm", func(tx store.Tx) error {
		all, err := tx.Documents().List(t.Context(), store.OfficeScope{All: true}, store.DocumentFilter{}, store.Page{})
		if len(all.Items) != 1 {
			t.Errorf("there are %d documents", len(all.Items))
		}
		return err
	}))
}

// TestFailedKeyIsFree demands that what failed under a key can be sent again under it, mended.
func TestFailedKeyIsFree(t *testing.T) {
	w := newWorld(t)
	key := []string{"Idempotency-Key", "k"}
	w.post(t, "/documents", key, "title", "通知書", "kind", "other", "office", "x1", "file:a.txt", "a").wants(t, "an office by our ID", 422, "error.office_nowhere")
	w.post(t, "/documents", key, "title", "通知書", "kind", "other", "office", "honten", "deliver", "yes", "file:a.txt", "a").wants(t, "neither true nor false", 422, "error.field_truth")
	w.post(t, "/documents", key, "title", "通知書", "kind", "other", "office", "honten", "file:a.txt", "a").wants(t, "mended", 201, "")
	w.post(t, "/documents", []string{"Idempotency-Key", strings.Repeat("k", 201)}, "title", "通知書", "kind", "other", "office", "honten", "file:a.txt", "a").wants(t, "a long key", 422, "error.idempotency_key")
	held := w.post(t, "/documents", nil, "title", "通知書", "kind", "other", "office", "honten", "deliver", "true", "file:n.txt", "個人番号 123456789018")
	if held.wants(t, "with an individual number", 201, ""); held.body["held"] != true {
		t.Errorf("with an individual number: %v", held.body)
	}
}

// TestWhoComes has clients come without a token, with one of other scopes, and too often.
func TestWhoComes(t *testing.T) {
	w := newWorld(t)
	good := w.token
	for _, token := range []string{"", "x", good + "x"} {
		w.token = token
		a := w.send(t, "GET", "/companies", "", "Accept-Language", "en")
		a.wants(t, "a token of "+token, 401, "error.access_token")
		if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer ") || a.text("detail") != "The access token is missing, wrong or expired." || a.header.Get("Content-Language") != "en" {
			t.Errorf("without a token: %v", a)
		}
	}
	if w.token = good; w.send(t, "GET", "/companies", "").status != 200 {
		t.Error("a good token is not let in after wrong ones")
	}
	w.token = w.client(t, "other", store.ScopeReceipts)
	if a := w.send(t, "PUT", "/companies/c", `{"name":"会社"}`); a.status != 403 || a.text("detail") != "このトークンのスコープでは、この操作はできません。" {
		t.Errorf("of another scope: %v", a)
	}
	a := w.send(t, "POST", "/packages", "", "Content-Type", "multipart/form-data; boundary=x")
	if a.status != 422 || a.header.Get("RateLimit") != `"client";r=598;t=0` || a.header.Get("RateLimit-Policy") != `"client";q=600;w=30` {
		t.Errorf("how often it may come still: %v", a)
	}
	for range 598 {
		w.send(t, "GET", "/packages/none", "")
	}
	if a := w.send(t, "GET", "/packages/none", ""); a.status != 429 || a.header.Get("Retry-After") != "1" {
		t.Errorf("too often: %v", a)
	}
	if w.token = good; w.send(t, "GET", "/companies", "").status != 200 {
		t.Error("one client is held up by another")
	}
	w.token = "x"
	for range 20 {
		w.send(t, "GET", "/companies", "")
	}
	w.send(t, "GET", "/companies", "").wants(t, "the next wrong token", 429, "error.too_many_requests")
}

// TestContract demands that the document is served, and names what is mounted and nothing else.
func TestContract(t *testing.T) {
	w := newWorld(t)
	a := w.send(t, "GET", "/openapi.json", "", "Authorization", "")
	if a.status != 200 || a.text("openapi") != "3.1.0" {
		t.Fatalf("%d, %s", a.status, a.text("openapi"))
	}
	var named []string
	paths, _ := a.body["paths"].(map[string]any)
	for path, operations := range paths {
		for method := range operations.(map[string]any) {
			named = append(named, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(named)
	if mounted := api.Endpoints(); !slices.Equal(named, mounted) {
		t.Errorf("named are %q, mounted %q", named, mounted)
	}
}
